"""Real clients without a plain table of orders, each by the YAML that reads it; figures of their PROVENANCE.md."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from segbook.data.client import ClientData, load_data
from segbook.data.facts import dominant, email_activity, leads_frame
from segbook.data.quality import assess
from segbook.params import Params
from segbook.stats.concentration import concentration


def load(period: str, **sources) -> ClientData:
    return load_data(Params(client="Real", purpose="test", currency="USD", period=period, sources=sources))


PERSONALITY = {
    "customer_id": "ID", "birth_year": "Year_Birth", "registered_at": "Dt_Customer", "recency_days": "Recency",
    "children": ["Kidhome", "Teenhome"],
    "amount_sum": ["MntWines", "MntFruits", "MntMeatProducts", "MntFishProducts", "MntSweetProducts", "MntGoldProds"],
    "n_orders": ["NumWebPurchases", "NumCatalogPurchases", "NumStorePurchases"],
    "wines": "MntWines", "deals": "NumDealsPurchases", "complained": "Complain", "responded": "Response",
}  # fmt: skip
FILES = ("marketing_campaign.csv", "marketing_campaign_semicolon_bom.csv")


def test_customer_personality_in_two_files(real):
    """2 240 customers, 24 without an income, 334 responders, born from 1893 on."""
    first, second = (
        load("2014H1", customers={"path": str(real(f"customer_personality/{file}")), "columns": PERSONALITY})
        for file in FILES
    )
    pd.testing.assert_frame_equal(first.customers, second.customers)
    pd.testing.assert_frame_equal(first.attributes, second.attributes)
    cards, customers = first.attributes, first.customers
    assert len(customers) == 2_240
    assert (cards["income"].isna().sum(), cards["responded"].sum()) == (24, 334)
    assert first.has("totals", "amount_sum", "n_orders", "recency_days")
    raw = pd.read_csv(real(f"customer_personality/{FILES[0]}"), sep="\t").assign(
        ID=lambda each: each["ID"].astype(str)
    )
    raw = raw.set_index("ID").sort_index()
    assert customers["amount_sum"].tolist() == raw[PERSONALITY["amount_sum"]].sum(axis=1).tolist()
    bought = raw[PERSONALITY["n_orders"]].sum(axis=1).clip(lower=1)
    assert customers["n_orders"].tolist() == bought.tolist(), "who paid has bought at least once"
    assert customers["recency_days"].tolist() == raw["Recency"].tolist()
    assert cards["age"].isna().sum() == (raw["Year_Birth"] < 2014 - 120).sum() == 1
    assert set(assess(first).checks.values()) == {"ok"}


def test_customer_personality_before_everybody_came(real):
    """Who registered later than the period is not yet a customer."""
    path = real(f"customer_personality/{FILES[1]}")
    data = load("2013", customers={"path": str(path), "columns": PERSONALITY})
    later = (pd.read_csv(path, sep=";")["Dt_Customer"] > "2013-12-31").sum()
    assert data.table_facts.loc["customers", ["counted", "after_period"]].tolist() == [2_240 - later, later]
    assert len(data.customers) == 2_240 - later


def test_wholesale_without_ids(real):
    """440 clients, 298 and 142 by channel, 77, 47 and 316 by region, 14 619 500 spent."""
    columns = {
        "customer_id": 0, "region": "Region", "trade": "Channel",
        "amount_sum": ["Fresh", "Milk", "Grocery", "Frozen", "Detergents_Paper", "Delicassen"],
    }  # fmt: skip
    path = real("uci_wholesale/Wholesale customers data.csv")
    data = load("2011", customers={"path": str(path), "columns": columns})
    assert (len(data.customers), data.customers["amount_sum"].sum()) == (440, 14_619_500)
    assert sorted(data.attributes["region"].value_counts()) == [47, 77, 316]
    assert sorted(data.attributes["trade"].value_counts()) == [142, 298]
    assert data.missing({"totals": ["amount_sum", "n_orders"]}) == [
        "orders.customer_id or customers.n_orders"
    ]
    assert concentration(data).n_customers == 440
    first = pd.read_csv(path).iloc[0, 2:].sum()
    assert data.customers.loc["2", "amount_sum"] == first, "the row as a spreadsheet numbers it"


def test_telco_by_attributes_of_its_own(real):
    """7 043 customers, 1 869 churned, 11 blank totals, SeniorCitizen 0/1 beside Yes/No."""
    columns = {
        "customer_id": "customerID", "amount_sum": "TotalCharges", "contract": "Contract", "churned": "Churn",
        "senior": "SeniorCitizen", "partner": "Partner", "tenure_months": "tenure", "monthly_charge": "MonthlyCharges",
    }  # fmt: skip
    path = real("ibm_telco_churn/Telco-Customer-Churn.csv")
    data = load("2018", customers={"path": str(path), "columns": columns})
    cards = data.attributes
    assert (len(cards), cards["churned"].sum()) == (7_043, 1_869)
    kinds = cards.dtypes.map(str).to_dict()
    assert {name: kinds[name] for name in ("churned", "senior", "partner", "tenure_months", "contract")} == {
        "churned": "bool", "senior": "bool", "partner": "bool", "tenure_months": "float64", "contract": "str",
    }  # fmt: skip
    assert (data.customers["amount_sum"] == 0).sum() == 11
    assert (data.customers["n_orders"] == 0).sum() == 11
    assert data.reads["customers"].unreadable == ()
    assert "PaymentMethod" not in cards


TIED = """COPY (
  WITH events AS (SELECT user_id, occurred_at, action FROM '{events}'),
  sent AS (SELECT user_id AS customer_id, occurred_at AS sent_at, replace(action, 'sent_', '') AS campaign
           FROM events WHERE action LIKE 'sent%'),
  tied AS (SELECT user_id, sent_at,
             min(occurred_at) FILTER (action = 'email_open') AS opened_at,
             min(occurred_at) FILTER (action = 'email_clickthrough') AS clicked_at
           FROM events ASOF JOIN sent ON user_id = customer_id AND occurred_at >= sent_at
           WHERE action NOT LIKE 'sent%' GROUP BY ALL)
  SELECT sent.*, opened_at, clicked_at
  FROM sent LEFT JOIN tied ON tied.user_id = sent.customer_id AND tied.sent_at = sent.sent_at
) TO '{letters}'"""
"""Sends, openings and clicks are rows of their own: each is tied to the send before it. Done beforehand, by hand."""


def test_letters_of_a_network(real, tmp_path):
    """19 066 users, 9 381 active; 57 267 + 3 653 letters to 6 179 of them, 20 459 opened, 9 010 clicked."""
    letters = tmp_path / "letters.parquet"
    events = real("email_engagement_yammer/email_events.parquet")
    with duckdb.connect() as con:
        con.execute(TIED.format(events=events, letters=letters))
    columns = {
        "customer_id": "user_id",
        "registered_at": "created_at",
        "company_id": "company_id",
        "state": "state",
    }
    users = {"path": str(real("email_engagement_yammer/users.csv")), "columns": columns}
    data = load("2014-05-01..2014-08-31", customers=users, emails={"path": str(letters)})
    activity = email_activity(data)
    assert (len(data.customers), len(activity)) == (19_066, 6_179)
    assert activity[["n_sent", "n_opened", "n_clicked"]].sum().tolist() == [60_920, 20_459, 9_010]
    assert activity.index.isin(data.customers.index).all(), "0.00 and 0 are one user"
    assert (data.attributes["state"] == "active").sum() == 9_381
    assert data.attributes["company_id"].nunique() == 13_198
    assert email_activity(load("2014-05", emails={"path": str(letters)}))["last_opened"].max() < pd.Timestamp(
        "2014-06-01"
    )


def test_letters_alone_make_a_base(real):
    """The sends of the events, without openings: no step beforehand."""
    columns = {"customer_id": "user_id", "sent_at": "occurred_at"}
    path = real("email_engagement_yammer/email_events.parquet")
    data = load("2014H2", emails={"path": str(path), "columns": columns, "where": "action LIKE 'sent%'"})
    assert len(data.customers) == 6_179
    assert data.reads["emails"].n_filtered == 20_459 + 9_010


def test_firms_deals_and_leads(real):
    """85 accounts; won 4 238 worth 10 005 534, lost 2 473, engaging 1 589, prospecting 500; 1 425 without account."""
    pipeline = {"path": str(real("maven_crm_b2b/sales_pipeline.csv"))}
    deal = {"customer_id": "account", "manager": "sales_agent"}
    won = {"order_id": "opportunity_id", "order_date": "close_date", "amount": "close_value"}
    asked = {"lead_id": "opportunity_id", "lead_date": "engage_date", "outcome": "deal_stage"}
    firm = {
        "customer_id": "account", "industry": "sector", "company_revenue": "revenue", "country": "office_location",
        "founded": "year_established", "parent": "subsidiary_of",
    }  # fmt: skip
    data = load(
        "2017Q4",
        customers={"path": str(real("maven_crm_b2b/accounts.csv")), "columns": firm},
        orders={**pipeline, "columns": deal | won, "where": "deal_stage = 'Won'"},
        leads={**pipeline, "columns": deal | asked},
    )
    assert len(data.customers) == 85
    assert data.account.loc["counted"].tolist() == [4_238, 10_005_534]
    leads = leads_frame(data)
    assert leads["outcome"].value_counts().to_dict() == {
        "Won": 4_238, "Lost": 2_473, "Engaging": 1_589, "Prospecting": 500,
    }  # fmt: skip
    assert leads["customer_id"].isna().sum() == 1_425
    assert data.attributes["founded"].dtype == np.float64
    assert set(dominant(data, "manager")["level"]) <= set(leads["manager"])


def test_leads_alone(real):
    columns = {"lead_id": "opportunity_id", "lead_date": "engage_date", "outcome": "deal_stage"}
    path = str(real("maven_crm_b2b/sales_pipeline.csv"))
    data = load("2017Q4", leads={"path": path, "columns": columns, "where": "deal_stage = 'Engaging'"})
    assert data.customers.empty
    assert len(leads_frame(data)) == 1_589
    assert assess(data).facts["n_units"] == 1_589

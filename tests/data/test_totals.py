"""Customers whose purchases come summed; every figure by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segbook.data.client import ClientData

CARDS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d"],
        "amount_sum": [100.0, None, 20.0, -5.0],
        "margin_sum": [10.0, 0.0, 2.0, 0.0],
        "n_orders": [4.0, 0.0, None, None],
        "last_order_date": pd.to_datetime(["2026-03-01 10:00", None, "1899-12-30", None], format="ISO8601"),
        "income": [1.0, 2.0, 3.0, 4.0],
    }
)


def test_totals_stand_for_orders():
    data = ClientData.of(None, "2026Q1", customers=CARDS)
    made = data.customers
    assert made["amount_sum"].tolist() == made["gross_sum"].tolist() == [100.0, 0.0, 20.0, -5.0]
    assert made["n_orders"].tolist() == [4, 0, 1, 0], "who paid has bought at least once"
    assert made["n_order_days"].tolist() == made["n_orders"].tolist()
    assert made["recency_days"].tolist() == pytest.approx([30, np.nan, np.nan, np.nan], nan_ok=True)
    assert made["only_refunds"].tolist() == [False, False, False, True]
    assert made["margin_sum"].tolist() == [10.0, 0.0, 2.0, 0.0]
    assert made["quantity_sum"].isna().all()
    assert made["period_amount"].tolist() == pytest.approx([np.nan, 0, np.nan, 0], nan_ok=True)
    assert made.loc["a", "first_known_date"] is pd.NaT
    assert data.has_margin
    assert list(data.attributes.columns) == ["income"], "purchases are no attribute"


def test_columns_are_those_of_orders():
    orders = pd.DataFrame(
        {"customer_id": ["a"], "order_date": pd.to_datetime(["2026-01-05"]), "amount": [5.0]}
    )
    both = ClientData.of(orders, "2026Q1", customers=CARDS)
    alone = ClientData.of(None, "2026Q1", customers=CARDS)
    assert alone.customers.dtypes.to_dict() == both.customers.dtypes.to_dict()
    assert both.customers["amount_sum"].tolist() == [5.0, 0.0, 0.0, 0.0], "orders win"
    assert not both.has("totals", "margin_sum"), "orders have none"
    assert not both.has_margin


def test_a_recency_given_is_taken():
    cards = pd.DataFrame({"customer_id": ["a", "b"], "recency_days": [58.0, None]})
    made = ClientData.of(None, "2026Q1", customers=cards).customers
    assert made["recency_days"].tolist() == pytest.approx([58, np.nan], nan_ok=True)
    assert made["n_orders"].tolist() == [1, 0]


def test_a_later_date_than_the_period_is_no_time_ago():
    cards = pd.DataFrame({"customer_id": ["a"], "last_order_date": pd.to_datetime(["2026-05-01"])})
    assert ClientData.of(None, "2026Q1", customers=cards).customers["recency_days"].tolist() == [0]


def test_customers_of_other_tables_have_no_totals():
    emails = pd.DataFrame({"customer_id": ["z"], "sent_at": pd.to_datetime(["2026-01-05"])})
    made = ClientData.of(None, "2026Q1", customers=CARDS, emails=emails).customers
    assert made.loc["z", ["n_orders", "amount_sum", "margin_sum", "period_amount"]].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("columns", "has"),
    [
        (["amount_sum"], {"amount_sum"}),
        (["last_order_date"], {"recency_days", "last_order_date"}),
        (["recency_days", "n_orders"], {"recency_days", "n_orders"}),
        ([], set()),
    ],
)
def test_has_and_missing_of_customers(columns, has):
    data = ClientData.of(None, customers=CARDS.assign(recency_days=1.0)[["customer_id", *columns]])
    wanted = ["amount_sum", "recency_days", "n_orders", "margin_sum", "quantity_sum", "last_order_date"]
    assert {name for name in wanted if data.has("totals", name)} == has
    assert len(data.missing({"totals": wanted})) == len(wanted) - len(has)


def test_has_and_missing_of_orders():
    orders = pd.DataFrame(
        {"customer_id": ["a"], "order_date": pd.to_datetime(["2026-01-05"]), "amount": [5.0]}
    )
    data = ClientData.of(orders, customers=CARDS)
    assert data.has("totals", "amount_sum", "recency_days", "n_orders", "last_order_date")
    assert data.missing({"totals": ["amount_sum", "quantity_sum"], "orders": ["margin"]}) == [
        "orders.quantity", "orders.margin",
    ]  # fmt: skip
    nobody = ClientData.of(emails=pd.DataFrame({"customer_id": ["a"]}))
    assert nobody.missing({"totals": ["recency_days"]}) == [
        "orders.order_date or customers.recency_days or customers.last_order_date"
    ]


def test_age_at_the_end_of_the_period():
    cards = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "age": [None, 50.0, None, None],
            "birth_date": pd.to_datetime(["1990-04-01", "1950-01-01", None, "2058-01-02"]),
            "birth_year": [None, None, 1893.0, None],
        }
    )
    data = ClientData.of(None, "2026Q1", customers=cards)
    assert data.attributes["age"].tolist() == pytest.approx([35, 50, np.nan, 68], nan_ok=True)
    assert list(data.attributes.columns) == ["age"]

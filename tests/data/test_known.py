"""Who is in the base, whatever tables a client has, and which rows count; every figure by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from segbook.data.client import ClientData, load_data
from segbook.errors import SourceError
from segbook.params import Params


def days(*texts: str | None) -> pd.DatetimeIndex:
    return pd.to_datetime(list(texts), format="ISO8601")


ORDERS = pd.DataFrame({"customer_id": ["a"], "order_date": days("2026-01-05"), "amount": [5.0]})
TABLES = {
    "customers": pd.DataFrame(
        {"customer_id": ["b", "late", None, "Итого", "b"], "registered_at": days("2026-01-01", "2026-04-01", None, None, None)}
    ),
    "experts": pd.DataFrame({"customer_id": ["c"], "activity": [3.0]}),
    "surveys": pd.DataFrame({"customer_id": ["d", "late"], "survey_date": days("2026-03-31 23:59", "2026-04-01"), "score": "9"}),
    "emails": pd.DataFrame({"customer_id": ["e", "a"], "sent_at": days(None, "2026-02-01")}),
    "tickets": pd.DataFrame({"customer_id": ["f", None], "opened_at": days("2026-01-01", "2026-01-01")}),
    "campaigns": pd.DataFrame({"customer_id": ["g"], "campaign": "spring"}),
    "leads": pd.DataFrame({"lead_id": ["1", "1"], "lead_date": days("2026-01-01", "2026-02-01"), "outcome": "lost"}),
    "consumables": pd.DataFrame({"device": ["x"], "consumable": ["y"], "interval_days": [30.0]}),
}  # fmt: skip


def test_everybody_known_by_the_end_of_the_period_is_in_the_base():
    data = ClientData.of(ORDERS, "2026Q1", **TABLES)
    assert "".join(data.customers.index) == "abcdefg"
    assert data.customers["n_orders"].to_dict() == {"a": 1, **dict.fromkeys("bcdefg", 0)}
    assert data.customers["amount_sum"].sum() == 5.0


@pytest.mark.parametrize("table", ["customers", "experts", "surveys", "emails", "tickets", "campaigns"])
def test_any_table_alone_makes_a_base(table):
    data = ClientData.of(None, "2026Q1", **{table: TABLES[table]})
    with_orders = ClientData.of(ORDERS, "2026Q1", **{table: TABLES[table]}).customers
    customers = data.customers
    assert list(customers.columns) == list(with_orders.columns)
    assert customers.dtypes.to_dict() == with_orders.dtypes.to_dict()
    assert set(customers.index) == set(with_orders.index) - {"a"} | ({"a"} if table == "emails" else set())
    assert (customers[["n_orders", "amount_sum", "gross_sum", "period_amount", "n_gaps"]] == 0).all(axis=None)
    assert customers[["recency_days", "gap_median", "margin_sum", "first_known_date"]].isna().all(axis=None)
    assert (data.has_margin, data.first_day, data.covers(data.period.start)) == (False, None, False)
    assert data.names().tolist() == customers.index.tolist()
    assert data.account["rows"].sum() == 0
    assert data.variation("month", "amount").empty


def test_leads_alone_are_a_client_without_customers():
    data = ClientData.of(None, "2026Q1", leads=TABLES["leads"])
    assert data.customers.empty
    assert data.has_margin is False
    assert data.names().empty


def test_rows_of_every_table_are_accounted_for():
    facts = ClientData.of(ORDERS, "2026Q1", **TABLES).table_facts
    assert list(facts.index) == list(TABLES)
    expected = {
        "customers": [5, 1, 1, 1, 1, 1], "experts": [1, 1, 0, 0, 0, 0], "surveys": [2, 1, 0, 0, 1, 0],
        "emails": [2, 2, 0, 0, 0, 0], "tickets": [2, 1, 1, 0, 0, 0], "leads": [2, 1, 0, 0, 0, 1],
        "campaigns": [1, 1, 0, 0, 0, 0], "consumables": [1, 1, 0, 0, 0, 0],
    }  # fmt: skip
    assert list(facts.columns) == ["rows", "counted", "no_id", "total", "after_period", "duplicate"]
    assert {name: row.tolist() for name, row in facts.iterrows()} == expected
    assert (facts["rows"] == facts.drop(columns="rows").sum(axis=1)).all()


def client(folder, period="2026Q1", **sources) -> ClientData:
    return load_data(Params(client="A", purpose="-", period=period, sources=sources, file=folder / "a.yaml"))


def test_copies_are_dropped_when_told(tmp_path):
    text = "customer_id,sent_at\na,2026-01-05\na,2026-01-05\nb,2026-01-06\n,2026-01-07\n"
    (tmp_path / "e.csv").write_text(text, encoding="utf-8")
    kept = client(tmp_path, emails={"path": "e.csv"}).table_facts.loc["emails"]
    data = client(tmp_path, emails={"path": "e.csv", "duplicates": "drop"})
    assert kept[["rows", "counted", "no_id", "duplicate"]].tolist() == [4, 3, 1, 0]
    assert data.table_facts.loc["emails", ["rows", "counted", "no_id", "duplicate"]].tolist() == [4, 2, 1, 1]
    assert data.rows("emails").count().execute() == 2
    assert list(data.customers.index) == ["a", "b"]


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("customers", "customer_id\na\n"), ("emails", "customer_id,sent_at\na,2026-01-05\n"),
        ("surveys", "customer_id,survey_date,score\na,2026-01-05,9\n"), ("experts", "customer_id,activity\na,3\n"),
        ("leads", "lead_id,lead_date,outcome\n1,2026-01-05,lost\n"), ("experiments", "unit_id,variant\na,A\n"),
        ("tickets", "customer_id,opened_at\na,2026-01-05\n"), ("campaigns", "customer_id,campaign\na,spring\n"),
    ],
)  # fmt: skip
def test_a_client_may_have_one_table_only(tmp_path, table, text):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    data = client(tmp_path, **{table: {"path": "t.csv"}})
    assert data.table_facts["counted"].to_dict() == {table: 1}
    assert list(data.customers.index) == ([] if table in {"leads", "experiments"} else ["a"])


def test_no_row_up_to_the_period_says_why(tmp_path):
    (tmp_path / "e.csv").write_text("customer_id,sent_at\na,2026-05-05\n,2026-01-05\n", encoding="utf-8")
    expected = r"period 2026Q1: found no row up to 2026-03-31 \(emails: no_id 1, after_period 1\)"
    with pytest.raises(SourceError, match=expected):
        client(tmp_path, emails={"path": "e.csv"})

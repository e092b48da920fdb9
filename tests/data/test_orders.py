"""Which rows count: eight rows of reference.md §3, every case by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from segbook.data.client import ClientData, load_data
from segbook.errors import SourceError
from segbook.params import Params


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


ROWS = pd.DataFrame(
    [
        ("a", day("2026-01-10"), 100.0),
        ("a", day("2026-02-10"), -100.0),
        ("b", day("2026-02-01"), -40.0),
        ("c", day("2026-03-31 23:59"), 30.0),
        ("c", day("2026-04-01"), 50.0),
        (None, day("2026-03-01"), 7.0),
        ("d", pd.NaT, 8.0),
        ("d", day("1899-12-30"), 9.0),
        ("d", day("2026-03-02"), None),
        ("d", day("2026-03-03"), 0.0),
    ],
    columns=["customer_id", "order_date", "amount"],
)


def test_every_row_is_counted_once():
    account = ClientData.of(ROWS, "2026Q1").account
    assert account["rows"].to_dict() == {
        "counted": 5, "no_customer": 1, "no_date": 1, "impossible_date": 1, "no_amount": 1, "after_period": 1,
        "before_history": 0, "duplicate": 0, "total": 0,
    }  # fmt: skip
    assert account["amount"].drop("counted").to_dict() == {
        "no_customer": 7.0, "no_date": 8.0, "impossible_date": 9.0, "no_amount": 0.0, "after_period": 50.0,
        "before_history": 0.0, "duplicate": 0.0, "total": 0.0,
    }  # fmt: skip
    assert account["rows"].sum() == len(ROWS)


def test_a_full_return_makes_no_repeat_buyer():
    """Other tools give frequency 1 and money -100 here (reference.md §3)."""
    customers = ClientData.of(ROWS, "2026Q1").customers
    assert customers.loc["a", ["n_orders", "n_order_days", "amount_sum"]].tolist() == [1, 1, 0.0]
    assert customers.loc["a", ["gross_sum", "returns_sum"]].tolist() == [100.0, -100.0]


def test_a_refund_only_customer_is_kept_and_marked():
    customers = ClientData.of(ROWS, "2026Q1").customers
    assert customers.loc["b", "only_refunds"]
    assert customers.loc["b", "amount_sum"] == -40.0
    assert pd.isna(customers.loc["b", "recency_days"])
    assert customers["only_refunds"].sum() == 1


def test_a_flagged_return_counts_negative_whatever_its_sign():
    orders = pd.DataFrame(
        {
            "customer_id": "a",
            "order_date": day("2026-01-10"),
            "amount": [100.0, 30.0, -20.0],
            "is_return": [False, True, True],
        }
    )
    customers = ClientData.of(orders, "2026Q1").customers
    assert customers.loc["a", ["amount_sum", "n_orders"]].tolist() == [50.0, 1]


def test_currencies_need_rates():
    orders = pd.DataFrame(
        {
            "customer_id": "a",
            "order_date": day("2026-01-10"),
            "amount": [1.0, 10.0],
            "currency": ["usd", "RUB"],
        }
    )
    data = ClientData.of(orders, "2026Q1")
    with pytest.raises(SourceError, match="currency: found USD, must be RUB alone, or a price in RUB"):
        _ = data.customers
    rated = Params(client="A", purpose="-", sources={"orders": {}}, rates={"USD": 90})
    assert ClientData(rated, data.period, data.tables).customers.loc["a", "amount_sum"] == 100.0


def test_history_months_cut_the_past():
    orders = pd.DataFrame(
        {"customer_id": "a", "order_date": [day("2025-03-31"), day("2025-04-01")], "amount": [1.0, 2.0]}
    )
    data = ClientData.of(orders, "2026Q1")
    params = Params(client="A", purpose="-", sources={"orders": {}}, history_months=12)
    year = ClientData(params, data.period, data.tables)
    assert year.account["rows"].to_dict()["before_history"] == 1
    assert year.customers.loc["a", "amount_sum"] == 2.0


def test_duplicates_are_kept_unless_told():
    orders = pd.DataFrame({"customer_id": "a", "order_date": day("2026-01-10"), "amount": [5.0, 5.0]})
    data = ClientData.of(orders, "2026Q1")
    assert data.customers.loc["a", "amount_sum"] == 10.0
    dropped = Params(client="A", purpose="-", sources={"orders": {"duplicates": "drop"}})
    assert ClientData(dropped, data.period, data.tables).customers.loc["a", "amount_sum"] == 5.0


def test_no_order_up_to_the_period_says_what_there_is(tmp_path):
    (tmp_path / "o.csv").write_text("customer_id,order_date,amount\na,2026-05-01,10\n", encoding="utf-8")
    params = Params(
        client="A",
        purpose="-",
        period="2026Q1",
        sources={"orders": {"path": "o.csv"}},
        file=tmp_path / "a.yaml",
    )
    with pytest.raises(
        SourceError, match="no order up to 2026-03-31.*after_period 1.*2026-05-01 to 2026-05-01"
    ):
        load_data(params)


def test_dropped_duplicates_are_accounted_for():
    orders = pd.DataFrame(
        {"customer_id": "a", "order_date": day("2026-01-10"), "amount": [5.0, 5.0, 5.0, 7.0]}
    )
    data = ClientData.of(orders, "2026Q1")
    params = Params(client="A", purpose="-", sources={"orders": {"duplicates": "drop"}})
    account = ClientData(params, data.period, data.tables).account
    assert account["rows"][["counted", "duplicate"]].tolist() == [2, 2]
    assert account["amount"][["counted", "duplicate"]].tolist() == [12.0, 10.0]


def test_a_flagged_return_takes_back_quantity_and_margin():
    orders = pd.DataFrame(
        {
            "customer_id": "a",
            "order_date": day("2026-01-10"),
            "amount": [10.0, 10.0],
            "margin": [4.0, 4.0],
            "quantity": 1.0,
            "is_return": [False, True],
        }
    )
    row = ClientData.of(orders, "2026Q1").customers.loc["a"]
    assert row[["amount_sum", "margin_sum", "quantity_sum"]].tolist() == [0.0, 0.0, 0.0]


def test_rows_of_totals_are_no_customers():
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "Итого", "ИТОГО за месяц", "Total", "Totality Ltd"],
            "order_date": day("2026-01-10"),
            "amount": 5.0,
        }
    )
    data = ClientData.of(orders, "2026Q1")
    assert list(data.customers.index) == ["Totality Ltd", "a"]
    assert data.account.loc["total"].tolist() == [3, 15.0]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (",2026-01-05,10\n,2026-01-06,10\n", "sources.orders.columns.customer_id: found no value"),
        ("a,2026-01-05,по запросу\nb,2026-01-06,-\n", "sources.orders.columns.amount: found no value"),
    ],
)
def test_a_column_that_says_nothing_is_blamed_not_the_period(tmp_path, rows, expected):
    (tmp_path / "o.csv").write_text("customer_id,order_date,amount\n" + rows, encoding="utf-8")
    source = {"orders": {"path": "o.csv"}}
    params = Params(client="A", purpose="-", period="2026Q1", sources=source, file=tmp_path / "a.yaml")
    with pytest.raises(SourceError, match=expected):
        load_data(params)

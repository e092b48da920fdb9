"""One row per customer: figures by hand and by plain pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import draw_orders

from segbook.data.client import ClientData

DAYS = pd.to_datetime(["2025-12-01", "2026-01-11", "2026-01-11", "2026-02-10", "2026-03-01"])


def test_figures_by_hand():
    orders = pd.DataFrame(
        {
            "customer_id": "a", "order_date": DAYS, "amount": [10.0, 20.0, 30.0, -5.0, 40.0],
            "order_id": ["1", "2", "2", "2", "3"], "quantity": [1.0, 1, 1, -1, 2], "margin": [1.0, 2.0, 3.0, -1.0, 4.0],
        }
    )  # fmt: skip
    row = ClientData.of(orders, "2026Q1").customers.loc["a"]
    assert row[["n_orders", "n_order_days"]].tolist() == [3, 3]
    assert row[["amount_sum", "gross_sum", "returns_sum", "margin_sum", "quantity_sum"]].tolist() == [
        95,
        100,
        -5,
        9,
        4,
    ]
    assert row["first_order_date"] == DAYS[0]
    assert row["last_order_date"] == DAYS[-1]
    assert row["recency_days"] == 30  # 1 to 31 March
    assert row[["n_gaps", "gap_median", "gap_max"]].tolist() == [2, 45.0, 49.0]  # 41 and 49 days
    assert row[["period_amount", "period_order_days"]].tolist() == [85.0, 2]
    assert row[["previous_amount", "previous_order_days"]].tolist() == [10.0, 1]
    assert (row["first_in_period"], row["last_before_period"]) == (DAYS[1], DAYS[0])


def test_rows_without_an_order_id_are_orders_of_their_own():
    orders = pd.DataFrame(
        {"customer_id": "a", "order_date": DAYS, "amount": 1.0, "order_id": ["1", None, None, "2", None]}
    )
    row = ClientData.of(orders, "2026Q1").customers.loc["a"]
    assert (row["n_orders"], row["n_order_days"], row["only_refunds"]) == (5, 4, False)


def test_recency_of_a_moment_counts_whole_days():
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "amount": 1.0,
            "order_date": pd.to_datetime(["2022-05-10 21:49:44", "2022-05-10 21:49:46"]),
        }
    )
    recency = ClientData.of(orders, "2021-07-01..2022-06-09T21:49:45").customers["recency_days"]
    assert recency.to_dict() == {"a": 30.0, "b": 29.0}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000))
def test_agrees_with_plain_pandas(seed):
    orders = draw_orders(seed, 300, 40)
    ours = ClientData.of(orders, "2026Q2").customers
    inside = orders[orders["order_date"] <= "2026-06-30"]
    bought = inside[inside["amount"] >= 0]
    assert ours["amount_sum"].to_dict() == pytest.approx(
        inside.groupby("customer_id")["amount"].sum().to_dict()
    )
    days = bought.drop_duplicates(["customer_id", "order_date"]).sort_values("order_date")
    assert (
        ours.loc[ours["n_orders"] > 0, "n_order_days"].to_dict()
        == days.groupby("customer_id").size().to_dict()
    )
    gaps = days.groupby("customer_id")["order_date"].diff().dt.days.groupby(days["customer_id"]).median()
    pd.testing.assert_series_equal(
        ours["gap_median"].dropna(),
        gaps.dropna(),
        check_names=False,
        check_dtype=False,
        check_index_type=False,
    )


def test_known_customers_without_orders_are_there():
    orders = pd.DataFrame({"customer_id": ["a"], "amount": [5.0], "order_date": DAYS[:1]})
    known = pd.DataFrame({"customer_id": ["b", "a", None], "name": ["Бета", None, "?"]})
    data = ClientData.of(orders, "2026Q1", customers=known)
    assert data.customers["n_orders"].to_dict() == {"a": 1, "b": 0}
    assert data.customers.loc["b", ["amount_sum", "period_amount"]].tolist() == [0.0, 0.0]
    assert not data.customers.loc["b", "only_refunds"]
    assert data.names().to_dict() == {"a": "a", "b": "Бета"}


@pytest.mark.parametrize(("unit", "n"), [("month", 3), ("quarter", 1)])
def test_variation_counts_empty_sub_periods(unit, n):
    orders = pd.DataFrame(
        {
            "customer_id": "a",
            "amount": [30.0, 60.0],
            "order_date": pd.to_datetime(["2026-01-05", "2026-03-05"]),
        }
    )
    row = ClientData.of(orders, "2026Q1").variation(unit, "amount").loc["a"]
    values = np.array([30.0, 0.0, 60.0]) if unit == "month" else np.array([90.0])
    assert row["n_subperiods"] == n
    assert row["cv"] == pytest.approx(values.std() / values.mean())


def test_variation_is_unknown_when_returns_outweigh():
    orders = pd.DataFrame(
        {
            "customer_id": "a",
            "amount": [30.0, -60.0],
            "order_date": pd.to_datetime(["2026-01-05", "2026-03-05"]),
        }
    )
    assert np.isnan(ClientData.of(orders, "2026Q1").variation("month", "amount").loc["a", "cv"])

"""The change of revenue: every part by hand, and the parts add up."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.movement import revenue_bridge
from segbook.stats.overview import overview


def test_each_part_by_hand():
    rows = [
        ("new", "2026-05-01", 40.0),
        ("back", "2025-06-01", 9.0), ("back", "2026-05-01", 8.0),
        ("up", "2026-02-01", 10.0), ("up", "2026-05-01", 25.0),
        ("down", "2026-02-01", 10.0), ("down", "2026-05-01", 4.0),
        ("same", "2026-02-01", 5.0), ("same", "2026-05-01", 5.0),
        ("lost", "2026-02-01", 30.0), ("lost", "2026-04-02", -2.0),
        ("refund", "2025-06-01", 50.0), ("refund", "2026-05-01", -50.0),
        ("quiet", "2025-03-01", 1.0), ("quiet", "2025-06-01", 7.0),
    ]  # fmt: skip
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    found = revenue_bridge(
        ClientData.of(orders.assign(order_date=pd.to_datetime(orders["order_date"])), "2026Q2")
    )
    assert found.parts["change"].to_dict() == {
        "new": 40, "reactivated": 8, "up": 15, "same": 0, "down": -6, "lost": -32, "returns": -50,
    }  # fmt: skip
    assert found.parts["customers"].to_dict() == dict.fromkeys(found.parts.index, 1)
    assert (found.before, found.now, found.change) == (55, 30, -25)
    assert found.rel_change == pytest.approx(-25 / 55)
    assert found.context.covered
    # April to June 2025: 9 + 50 + 7.
    assert found.context.year_ago == 66
    assert not found.context.partial


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 1000), period=st.sampled_from(["2026Q2", "2026-03", "2026H1", "2025Q1"]))
def test_parts_add_up_to_the_change_of_the_overview(seed, period):
    data = ClientData.of(draw_orders(seed, 300, 40), period)
    found = revenue_bridge(data)
    figures = overview(data).figures.loc["revenue"]
    assert found.parts["change"].sum() == pytest.approx(found.change, abs=1e-6)
    assert found.now == pytest.approx(figures["period"], abs=1e-6)
    assert found.before == pytest.approx(figures["previous"], abs=1e-6)
    assert len(found.customers) == found.parts["customers"].sum()


def test_nothing_before_gives_no_relative_change():
    orders = pd.DataFrame(
        {"customer_id": ["a"], "order_date": pd.to_datetime(["2026-05-01"]), "amount": [5.0]}
    )
    found = revenue_bridge(ClientData.of(orders, "2026Q2"))
    assert found.rel_change != found.rel_change
    assert not found.context.covered


def test_what_speaks_against_the_figures_by_hand():
    """Data begin ten days into the period before; two rows of the period have no customer or no amount."""
    rows = [
        ("a", "2026-01-11", 10.0),
        ("a", "2026-05-01", 12.0),
        (None, "2026-05-02", 7.0),
        ("b", "2026-05-03", None),
    ]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    found = revenue_bridge(
        ClientData.of(orders.assign(order_date=pd.to_datetime(orders["order_date"])), "2026Q2")
    ).context
    assert (found.partial, found.covered) == (True, False)
    assert (found.left_out, found.left_out_money) == ({"no_amount": 1, "no_customer": 1}, 7)
    assert found.year_ago != found.year_ago


def test_a_year_is_not_compared_with_itself():
    orders = pd.DataFrame(
        {
            "customer_id": "a",
            "order_date": pd.to_datetime(["2024-05-01", "2025-05-01", "2026-05-01"]),
            "amount": 5.0,
        }
    )
    found = revenue_bridge(ClientData.of(orders, "2026")).context
    assert found.year_ago != found.year_ago

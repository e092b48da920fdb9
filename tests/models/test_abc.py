"""Nested ABC: worked examples of mission.md §1 and §6, by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from segbook.data.client import ClientData
from segbook.models.abc import ABC


def classes(amounts: list[float], **parameters) -> str:
    orders = pd.DataFrame(
        {
            "customer_id": [f"c{i:03d}" for i in range(len(amounts))],
            "amount": amounts,
            "order_date": pd.Timestamp("2026-01-05"),
        }
    )
    return "".join(ABC(**parameters).segment(ClientData.of(orders)).segments.astype(str))


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([90, 5, 3, 2], "ABBC"),  # A 1, B 2, C 1: the rest is 10, its 80 % is reached by 5 and 3
        ([80, 16, 4], "ABC"),  # 80 / 16 / 4 [S0:61]
        ([100], "A"),  # who crosses the limit belongs to the better class
        ([1] * 10, "A" * 10),  # equal values never split
        ([50, 10, 10, 10, 10, 10], "AAAAAA"),
        ([100, 0, -5], "ACC"),  # what is not positive is C
        ([0, -5], "CC"),
    ],
)
def test_by_hand(amounts, expected):
    assert classes(amounts) == expected


def test_classic_cuts():
    assert classes([80, 15, 5], cuts=(0.8, 0.95)) == "ABC"
    assert classes([80, 15, 5]) == "ABB", "nested: 15 is short of 80 % of the rest"
    assert classes([70, 20, 6, 4], cuts=(0.8, 0.95)) == "AABC"
    with pytest.raises(ValidationError, match="the second above the first"):
        ABC(cuts=(0.9, 0.8))


def test_margin_is_the_value_where_given():
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "amount": [100.0, 10.0],
            "margin": [1.0, 9.0],
            "order_date": pd.Timestamp("2026-01-05"),
        }
    )
    result = ABC().segment(ClientData.of(orders))
    assert result.params["value"] == "margin"
    assert result.segments.to_dict() == {"a": "B", "b": "A"}
    assert ABC(value="revenue").segment(ClientData.of(orders)).segments["a"] == "A"


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(-50, 5000), min_size=1, max_size=30), st.floats(0.3, 0.95))
def test_classes_hold_their_shares(amounts, share):
    got = (
        pd.Series(amounts)
        .groupby(list(classes([float(a) for a in amounts], share=share)))
        .agg(["sum", "min", "max"])
    )
    positive = sum(a for a in amounts if a > 0)
    if positive:
        assert got.loc["A", "sum"] >= share * positive * (1 - 1e-9)
    for better, worse in (("A", "B"), ("B", "C"), ("A", "C")):
        if better in got.index and worse in got.index:
            assert got.loc[better, "min"] > got.loc[worse, "max"]


def test_margin_that_is_hardly_there_is_not_the_value():
    orders = pd.DataFrame(
        {"customer_id": list("abcd"), "amount": [90.0, 5.0, 3.0, 2.0], "margin": [None, None, None, 1.0]}
    ).assign(order_date=pd.Timestamp("2026-01-05"))
    result = ABC().segment(ClientData.of(orders))
    assert (result.params["value"], result.segments["a"]) == ("revenue", "A")


def test_a_margin_asked_for_and_missing_is_named():
    from segbook.models import compute
    from segbook.params import Params

    orders = pd.DataFrame(
        {"customer_id": list("abcd"), "amount": 5.0, "order_date": pd.Timestamp("2026-01-05")}
    )
    data = ClientData.of(orders)
    params = Params(client="A", purpose="-", sources={"orders": {}}, models={"abc": {"value": "margin"}})
    _, not_computed = compute(ClientData(params, data.period, data.tables))
    assert {each.model: each.facts.get("columns") for each in not_computed}["abc"] == ["orders.margin"]
    assert {each.model: each.facts.get("columns") for each in not_computed}["abc_xyz"] == ["orders.margin"]

"""Lifecycle and repeat purchases: one customer for each stage, by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

from segbook.data.client import ClientData
from segbook.models.lifecycle import Lifecycle
from segbook.models.repeat_loyalty import RepeatLoyalty

HISTORY = {
    "active": ["2025-10-10", "2025-11-10", "2025-12-10", "2026-01-10", "2026-02-10", "2026-03-10"],
    "growing": ["2025-11-01", "2025-12-20", "2026-01-10", "2026-02-10", "2026-03-10"],
    "slowing": ["2025-10-05", "2025-11-20", "2025-12-31", "2026-02-15", "2026-03-20"],
    "new": ["2026-03-10"],
    "reactivated": ["2024-01-10", "2024-02-10", "2024-03-10", "2026-03-10"],
    "at_risk": ["2025-10-10", "2025-11-10", "2025-12-10", "2026-01-10"],  # 80 days of silence, rhythm 31
    "lost": ["2024-01-10", "2024-02-10", "2024-03-10"],
}


def orders(history: dict[str, list[str]]) -> pd.DataFrame:
    rows = [(name, day, 10.0) for name, days in history.items() for day in days]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    return frame.assign(order_date=pd.to_datetime(frame["order_date"]))


def test_one_customer_for_each_stage():
    known = pd.DataFrame({"customer_id": ["lead"]})
    found = Lifecycle().segment(ClientData.of(orders(HISTORY), "2026Q1", customers=known)).segments
    assert found.to_dict() == {name: name for name in (*HISTORY, "lead")}


def test_half_as_many_purchases_is_a_risk():
    days = pd.date_range("2025-10-01", "2025-12-30", freq="14D").strftime("%Y-%m-%d")
    history = {"fading": [*days, "2026-01-20", "2026-03-12"]}
    assert Lifecycle().segment(ClientData.of(orders(history), "2026Q1")).segments["fading"] == "at_risk"


def test_complaints_are_a_risk():
    tickets = pd.DataFrame(
        {"customer_id": "active", "opened_at": pd.to_datetime(["2026-02-01", "2026-02-11"])}
    )
    data = ClientData.of(orders(HISTORY), "2026Q1", tickets=tickets)
    assert Lifecycle().segment(data).segments["active"] == "at_risk"
    assert Lifecycle(complaints=3).segment(data).segments["active"] == "active"


def test_nobody_is_new_when_history_begins_inside_the_period():
    found = Lifecycle().segment(ClientData.of(orders({"a": ["2026-02-10"]}), "2026Q1")).segments
    assert found["a"] == "active"


def test_rhythm_of_ones_own_and_the_fallback():
    data = ClientData.of(
        orders({"rare": ["2024-03-10", "2024-09-10", "2025-03-10", "2025-09-10"], "once": ["2025-09-10"]}),
        "2026Q1",
    )
    result = Lifecycle().segment(data)
    assert result.scores["rhythm_days"].to_dict() == {"once": 60.0, "rare": 184.0}
    assert result.segments.to_dict() == {"once": "lost", "rare": "active"}  # 202 days of silence


def test_thresholds_are_checked():
    with pytest.raises(ValidationError, match="risk_gaps not above lost_gaps"):
        Lifecycle(risk_gaps=4)


def test_refunds_only_are_lost_and_not_buyers():
    refund = orders({"a": ["2026-02-10"]}).assign(amount=-5.0)
    data = ClientData.of(refund, "2026Q1")
    assert Lifecycle().segment(data).segments["a"] == "lost"
    assert RepeatLoyalty().segment(data).segments["a"] == "no_orders"


def test_two_receipts_of_one_day_are_no_repeat():
    data = ClientData.of(
        orders({"a": ["2026-02-10", "2026-02-10"], "b": ["2026-02-10", "2026-02-11"]}), "2026Q1"
    )
    assert RepeatLoyalty().segment(data).segments.to_dict() == {"a": "one_time", "b": "repeat"}


def test_nothing_is_compared_with_a_period_that_history_does_not_cover():
    days = [str(day.date()) for day in pd.date_range("2025-12-05", "2026-03-30", freq="10D")]
    found = Lifecycle().segment(ClientData.of(orders({"steady": days}), "2026Q1")).segments
    assert found["steady"] == "active"


def test_a_short_history_makes_no_leads_of_old_customers():
    from segbook.params import Params

    data = ClientData.of(
        orders(
            {
                "old": ["2023-05-10"],
                "back": ["2024-05-10", "2026-02-10"],
                "steady": ["2025-06-10", "2026-03-10"],
            }
        ),
        "2026Q1",
        customers=pd.DataFrame({"customer_id": ["old", "never"]}),
    )
    params = Params(client="A", purpose="-", sources={"orders": {}}, history_months=12)
    found = Lifecycle().segment(ClientData(params, data.period, data.tables)).segments
    assert found.to_dict() == {"old": "lost", "never": "lead", "back": "active", "steady": "reactivated"}


def test_who_registers_after_the_period_is_not_in_the_base():
    cards = pd.DataFrame(
        {"customer_id": ["now", "later"], "registered_at": pd.to_datetime(["2026-03-01", "2026-12-01"])}
    )
    data = ClientData.of(orders({"a": ["2026-02-10"]}), "2026Q1", customers=cards)
    assert list(data.customers.index) == ["a", "now"]

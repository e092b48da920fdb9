"""Whom to call: each customer once, the most money first, with a date and a manager."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import holidays
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.movement import behaviour_changes, compare, flow, make_tasks, migrate, replenishment
from segbook.movement.due import due_dates
from segbook.movement.reasons import GAINED, REASONS, SHORTFALL


@pytest.fixture(scope="module")
def made():
    orders = draw_orders(3, 1500, 200)
    orders["product"] = "p" + (orders.index % 3).astype(str)
    cards = pd.DataFrame({"customer_id": orders["customer_id"].unique()})
    cards["manager"] = ["Ann", "Bob", None] * (len(cards) // 3) + ["Ann"] * (len(cards) % 3)
    cards["name"] = "Firm " + cards["customer_id"]
    data = ClientData.of(orders, "2026Q2", customers=cards)
    comparison = compare(data)
    migrations = {key: migrate(comparison, key) for key in comparison.models}
    return make_tasks(data, migrations, behaviour_changes(data), replenishment(data)), data, migrations


def test_each_customer_has_one_task(made):
    tasks, data, _ = made
    rows = tasks.rows
    assert len(rows) > 20
    assert rows["customer_id"].is_unique
    assert set(rows["reason"]) <= set(REASONS)
    assert (rows["money"] > 0).all()
    assert rows["score"].is_monotonic_decreasing
    assert rows["customer_id"].isin(data.customers.index).all()


def test_dates_are_working_days_after_the_period(made):
    tasks, data, _ = made
    days = tasks.rows["due_date"]
    assert (days > pd.Timestamp(data.period.end)).all()
    assert (days.dt.day_of_week < 5).all()


@given(
    end=st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    days=st.lists(st.sampled_from([2, 3, 5, 7, 14, 21]), max_size=60),
    per_day=st.integers(1, 10),
    country=st.sampled_from([None, "RU", "AE"]),
)
def test_nobody_has_more_tasks_a_day_than_they_can_do(end, days, per_day, country):
    """Within each list the queue is kept, no date is before its reason's or on a day off."""
    asked, who = pd.Series(days, dtype=int), pd.Series(["Ann", "Bob", ""] * 20)[: len(days)]
    due = due_dates(end, asked, who, per_day, country)
    off = holidays.country_holidays(country, years=range(2020, 2031)) if country else {}
    weekend = off.weekend if country else {5, 6}
    assert not [day for day in due.dt.date if day in off or day.weekday() in weekend]
    assert (due >= pd.Timestamp(end) + pd.to_timedelta(asked, "D")).all()
    for _, mine in due.groupby(who):
        first = end + timedelta(days=1)
        place = [np.busday_count(first, day, _mask(weekend), list(off)) for day in mine.dt.date]
        assert (np.array(place) >= np.arange(len(mine)) // per_day).all()


def _mask(weekend) -> list[bool]:
    return [day not in weekend for day in range(7)]


def test_dates_by_hand():
    """30 September 2026 is a Wednesday; 1 to 9 January 2026 are days off in Russia, the 10th is a Saturday."""
    one = pd.Series([2]), pd.Series(["Ann"])
    assert due_dates(date(2026, 9, 30), *one, 20).dt.date.tolist() == [date(2026, 10, 2)]
    assert due_dates(date(2026, 10, 1), *one, 20).dt.date.tolist() == [date(2026, 10, 5)]
    assert due_dates(date(2025, 12, 31), *one, 20, "RU").dt.date.tolist() == [date(2026, 1, 12)]


def test_long_list_is_said_to_be_one(made):
    tasks = made[0]
    assert not tasks.late
    slow = dataclasses.replace(tasks, per_day=1, rows=pd.concat([tasks.rows] * 3, ignore_index=True))
    assert slow.late


def test_moves_of_the_tasks_are_those_of_the_matrix(made):
    tasks, _, migrations = made
    rows = tasks.rows[tasks.rows["model"] != ""]
    for row in rows.itertuples():
        moved = migrations[row.model].customers.loc[row.customer_id]
        assert (row.origin, row.target) == (moved["origin"], moved["target"])


def test_nobody_is_told_to_have_left_the_best_class_while_the_report_lists_them_there(made):
    """Left or entered under the old cut-offs and under the new ones; at stake no more than was brought."""
    tasks, _, migrations = made
    every = pd.concat([tasks.rows, tasks.small])
    value = every[every["model"].isin(["clv", "abc"])]
    assert {"fell_class", "rose_class"} <= set(value["reason"])
    for row in value.itertuples():
        moved, best = migrations[row.model].customers.loc[row.customer_id], migrations[row.model].segments[0]
        assert (moved["recut"] == best) == (row.reason != "fell_class")
    lost = every[(every["model"] != "") & ~every["reason"].isin(GAINED)]
    assert (lost["money"] <= lost["before"] + 1e-9).all()


def test_money_is_what_failed_to_come_may_be_lost_or_came_in(made):
    """By plain pandas: nobody's stake is less than the fall of their revenue; what came in did grow."""
    tasks, data, _ = made
    every = pd.concat([tasks.rows, tasks.small]).set_index("customer_id")
    people = data.customers.loc[every.index]
    before, now = people["previous_amount"], people["period_amount"]
    gained = every["reason"].isin(GAINED)
    fall = (before - now).clip(lower=0).clip(upper=before.clip(lower=0))
    missing = every["money"].where(every["reason"].isin(SHORTFALL), fall).where(~gained, 0.0)
    assert every["missing"].to_numpy() == pytest.approx(missing.to_numpy())
    assert (every["missing"] >= fall.where(~gained, 0.0) - 1e-9).all()
    assert (every["money"] >= every["missing"] - 1e-9).all()
    assert (now > before)[gained].all()
    assert every["money"][gained].to_numpy() == pytest.approx(now[gained].to_numpy())
    assert sum(tasks.sums.values()) == pytest.approx(tasks.rows["money"].sum())
    assert tasks.sums["missing"] == pytest.approx(tasks.rows["missing"].sum())


def test_who_was_lost_already_is_a_task_when_the_money_is_missing():
    """By hand: bought every 10 days to 15 February, so lost on 31 March; the money misses in the next quarter."""
    days = pd.date_range("2025-10-18", periods=13, freq="10D")
    orders = pd.DataFrame({"customer_id": "a", "order_date": days, "amount": 50.0})
    other = pd.DataFrame(
        {"customer_id": "b", "order_date": pd.date_range("2025-01-01", "2026-06-30"), "amount": 1.0}
    )
    data = ClientData.of(pd.concat([orders, other]), "2026Q2")
    moves = {"lifecycle": migrate(compare(data), "lifecycle")}
    assert moves["lifecycle"].customers.loc["a", ["origin", "target"]].tolist() == ["lost", "lost"]
    rows = make_tasks(data, moves, behaviour_changes(data)).rows
    row = rows.set_index("customer_id").loc["a"]
    assert row["money"] >= row["missing"] >= 50.0 * (days >= pd.Timestamp("2026-01-01")).sum()
    assert "lost" in f"{row['reason']} {row['also']}"


def test_dissatisfied_are_called_however_little_they_bring():
    days = pd.to_datetime(["2026-02-01", "2026-05-01"] * 20)
    orders = pd.DataFrame({"customer_id": np.repeat([f"c{i}" for i in range(20)], 2), "order_date": days})
    orders["amount"] = np.where(orders["customer_id"] == "c0", 1.0, 1000.0)
    surveys = pd.DataFrame(
        {"customer_id": ["c0"], "survey_date": pd.to_datetime(["2026-05-10"]), "score": ["1"]}
    )
    data = ClientData.of(orders, "2026Q2", surveys=surveys)
    tasks = make_tasks(data, {}, behaviour_changes(data))
    assert tasks.least > 500
    assert tasks.rows[["customer_id", "reason", "money", "detail"]].to_numpy().tolist() == [
        ["c0", "detract", 1.0, "10"]
    ]


def test_who_came_since_needs_no_reminder_of_a_product():
    """By hand: tea every 10 days to 1 June, expected on the 11th; b came for a cup on the 15th, a did not."""
    tea = pd.date_range(end="2026-06-01", periods=12, freq="10D")
    rows = [(who, day, "tea") for who in "ab" for day in tea] + [("b", pd.Timestamp("2026-06-15"), "cup")]
    rows += [("c", day, "tea") for day in pd.date_range("2026-01-01", "2026-06-30", freq="10D")]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "product"]).assign(amount=10.0)
    data = ClientData.of(orders, "2026Q2")
    needed = replenishment(data)
    late = needed.pairs[needed.pairs["status"].eq("overdue") & needed.pairs["product"].eq("tea")]
    assert set(late["customer_id"]) == {"a", "b"}
    tasks = make_tasks(data, {}, behaviour_changes(data), needed)
    every = pd.concat([tasks.rows, tasks.small])
    due = every[every["reason"] == "overdue"].set_index("customer_id")["detail"].to_dict()
    assert due == {"a": "tea — 10/29"}


def test_small_sums_are_listed_apart(made):
    """From a usual purchase on by default: the median of the customers' mean purchase days."""
    tasks, data, migrations = made
    people = data.customers
    usual = (people["amount_sum"] / people["n_order_days"])[people["n_order_days"] > 0].median()
    assert tasks.least == pytest.approx(usual)
    assert tasks.rows["money"].min() >= usual > tasks.small["money"].max()
    params = data.params.model_copy(
        update={"movement": data.params.movement.model_copy(update={"least_money": 0.0})}
    )
    everybody = make_tasks(
        ClientData(params, data.period, data.tables, data.reads), migrations, behaviour_changes(data)
    )
    assert everybody.small.empty
    facts = tasks.content()["tasks"]
    assert facts["small"]["customers"] == len(tasks.small) > 0


def test_merely_less_is_a_task_after_an_unusual_silence_alone():
    """By hand: both bought for 100 every 30 days, then once for 40; a is silent for 20 days, b for 41."""
    days = pd.date_range("2025-03-01", periods=14, freq="30D")
    rows = [(who, day, 100.0) for who in "ab" for day in days] + [("a", pd.Timestamp("2026-06-10"), 40.0)]
    rows.append(("b", pd.Timestamp("2026-05-20"), 40.0))
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    data = ClientData.of(orders, "2026Q2")
    comparison = compare(data)
    moves = {"lifecycle": migrate(comparison, "lifecycle")}
    assert moves["lifecycle"].customers["target"].to_dict() == {"a": "slowing", "b": "slowing"}
    assert make_tasks(data, moves, behaviour_changes(data)).rows["customer_id"].tolist() == ["b"]


def test_lost_is_a_task_after_a_silence_longer_than_any_before():
    """By hand: both buy every 20 days and stop in March; a has paused for 150 days before, b never."""
    days = pd.date_range("2025-07-20", periods=13, freq="20D")
    rows = [(who, day) for who in "ab" for day in days] + [("a", days[0] - pd.Timedelta(days=150))]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date"]).assign(amount=50.0)
    data = ClientData.of(orders, "2026Q2")
    comparison = compare(data)
    moves = {"lifecycle": migrate(comparison, "lifecycle")}
    assert moves["lifecycle"].customers["target"].to_dict() == {"a": "lost", "b": "lost"}
    rows = make_tasks(data, moves, behaviour_changes(data)).rows
    reasons = dict(zip(rows["customer_id"], rows["reason"] + " " + rows["also"], strict=True))
    assert "lost" in reasons["b"]
    assert "lost" not in reasons.get("a", "")


def test_managers_get_their_own_lists(made):
    tasks, _, _ = made
    assert set(tasks.managers) == {"Ann", "Bob"}
    listed = sum(len(rows) for rows in tasks.managers.values())
    assert listed == (tasks.rows["manager"] != "").sum()


def test_reasons_add_up(made):
    tasks, _, _ = made
    assert tasks.reasons["customers"].sum() == len(tasks.rows)
    assert tasks.reasons["money"].sum() == pytest.approx(tasks.content()["tasks"]["money"])


def test_nothing_to_do_is_an_empty_list():
    orders = pd.DataFrame(
        {"customer_id": ["a"], "order_date": pd.to_datetime(["2026-05-01"]), "amount": [5.0]}
    )
    data = ClientData.of(orders, "2026Q2")
    assert make_tasks(
        data, {}, behaviour_changes(data), replenishment(ClientData.of(orders.assign(product="x"), "2026Q2"))
    ).rows.empty


def test_like_of_a_period_ago_are_looked_back_at():
    """By hand from the flow: who entered a stage in the period before, and who of them bought in this one."""
    data = ClientData.of(draw_orders(7, 4000, 400), "2026Q2")
    stages = flow(compare(data), "lifecycle")
    tasks = make_tasks(data, {}, behaviour_changes(data), None, stages)
    assert {"at_risk", "slowing"} & set(tasks.past.index)
    names = list(stages.segments)
    for reason, row in tasks.past.iterrows():
        who = [
            customer
            for customer, (earlier, then) in zip(
                stages.segments.index, stages.segments[names[-3:-1]].astype(object).to_numpy(), strict=True
            )
            if then == reason and earlier != reason and isinstance(earlier, str)
        ]
        period = data.orders.filter(data.orders.is_purchase & (data.orders.day >= data.period.start))
        buyers = set(period.customer_id.execute())
        assert row["entered"] == len(who) >= 20
        assert row["bought"] == pytest.approx(len(buyers & set(who)) / len(who))
    assert make_tasks(data, {}, behaviour_changes(data)).past.empty

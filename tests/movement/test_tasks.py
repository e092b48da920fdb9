"""Whom to call: each customer once, the most money first, with a date and a manager."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.movement import behaviour_changes, compare, make_tasks, migrate, replenishment
from segbook.movement.tasks import REASONS, working_day


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
    assert working_day(date(2026, 9, 30), 2) == date(2026, 10, 2)
    assert working_day(date(2026, 9, 30), 4) == date(2026, 10, 5)


def test_moves_of_the_tasks_are_those_of_the_matrix(made):
    tasks, _, migrations = made
    rows = tasks.rows[tasks.rows["model"] != ""]
    for row in rows.itertuples():
        moved = migrations[row.model].customers.loc[row.customer_id]
        assert (row.origin, row.target) == (moved["origin"], moved["target"])


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

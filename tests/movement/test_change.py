"""Behaviour against own history: by hand, and no more false alarms than promised."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact, ttest_ind
from scipy.stats import t as student

from segbook.data.client import ClientData
from segbook.movement.change import behaviour_changes
from segbook.movement.kinds import amount, content, frequency, history, satisfaction, silence
from segbook.movement.tasks import make_tasks
from segbook.stats.clv.history import net_purchases
from segbook.stats.counts import fisher


def steady(seed: int, n: int = 300, changed: int = 0) -> pd.DataFrame:
    """Two years of random purchases without any change, but of the first customers in the last quarter.

    Those buy four times as often, for three times as much, and only B.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for who in range(n):
        rate, usual = rng.gamma(3, 0.004), rng.lognormal(3, 0.5)
        for first, last in ((0, 639), (639, 731)):
            special = who < changed and first
            count = rng.poisson(rate * (last - first) * (4 if special else 1))
            days = rng.integers(first, last, count)
            values = usual * rng.lognormal(0, 0.4, count) * (3 if special else 1)
            categories = np.where(rng.random(count) < (0.0 if special else 0.8), "A", "B")
            rows += zip([f"c{who:03d}"] * count, days, values, categories, strict=True)
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "amount", "category"])
    return frame.assign(order_date=pd.Timestamp("2024-07-01") + pd.to_timedelta(frame.pop("day"), unit="D"))


def past_of(orders: pd.DataFrame) -> tuple[pd.DataFrame, ClientData]:
    data = ClientData.of(orders, "2026Q2")
    return history(net_purchases(data.orders), data), data


def test_customers_without_change_alarm_at_the_nominal_rate():
    """Each kind of test says 'below 5 %' of at most about 5 % of 900 customers; false discoveries stay few."""
    past, data = past_of(steady(1, 900))
    for made in (frequency(past, data), silence(past), amount(past), content(past, data)):
        shown = made["pvalue"].dropna()
        below = (shown < 0.05).mean()
        assert below < 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(shown)), made["kind"].iloc[0]
    assert len(behaviour_changes(data, 0.1).found) <= 5


def test_those_who_changed_are_found_in_the_right_direction():
    orders = steady(2, 300, changed=30)
    found = behaviour_changes(ClientData.of(orders, "2026Q2"), 0.1).found
    right = found["customer_id"] < "c030"
    assert right.mean() >= 0.85
    assert found.loc[right, "customer_id"].nunique() >= 20
    by = found[right].groupby("kind")
    assert set(by.groups) >= {"frequency", "amount", "content"}
    assert (by.get_group("frequency")["direction"] == 1).all()
    assert (by.get_group("amount")["change"] > 0).all()
    assert (found[right]["money"] > 0).mean() > 0.9
    falls = by.get_group("content").query("detail == 'A'")
    assert (falls["direction"] == -1).all()


def test_tests_are_those_of_scipy():
    past, data = past_of(steady(3, 30))
    orders = data.orders.to_pandas()
    made = amount(past).set_index("customer_id")
    daily = orders.groupby(["customer_id", "day"])["amount"].sum().reset_index()
    for customer in made.index[:10]:
        own = daily[daily["customer_id"] == customer]
        logs = np.log(own["amount"])
        late = pd.to_datetime(own["day"]) >= pd.Timestamp(data.period.start)
        if late.sum() > 1:
            known = ttest_ind(logs[late], logs[~late]).pvalue
            assert made.loc[customer, "pvalue"] == pytest.approx(known, rel=1e-6)


def test_fisher_is_that_of_scipy():
    rng = np.random.default_rng(1)
    n1, n2 = rng.integers(1, 30, 60), rng.integers(1, 12, 60)
    k1, k2 = rng.integers(0, n1 + 1), rng.integers(0, n2 + 1)
    known = [fisher_exact([[a, m - a], [b, n - b]]).pvalue for a, m, b, n in zip(k1, n1, k2, n2, strict=True)]
    assert fisher(k1, n1, k2, n2) == pytest.approx(known, rel=1e-8)


def test_complaints_are_compared_where_there_are_tickets():
    orders = pd.DataFrame(
        {
            "customer_id": "a",
            "amount": 10.0,
            "order_date": pd.date_range("2024-01-01", "2026-06-01", freq="30D"),
        }
    )
    days = [
        *pd.date_range("2025-01-01", periods=2, freq="90D"),
        *pd.date_range("2026-04-02", periods=9, freq="7D"),
    ]
    tickets = pd.DataFrame({"customer_id": "a", "opened_at": days})
    found = behaviour_changes(ClientData.of(orders, "2026Q2", tickets=tickets)).found
    assert found[["kind", "direction"]].to_numpy().tolist() == [["complaints", 1]]
    assert found["now"].iloc[0] == pytest.approx(9 / 91 * 30.4375)


def test_scores_are_compared_with_the_customer_s_own():
    """By hand: five nines and a four; the rounding alone allows a spread of 0.289. b's answers never changed."""
    days = pd.date_range("2024-01-01", "2026-06-01", freq="30D")
    orders = pd.concat(
        [pd.DataFrame({"customer_id": who, "amount": 10.0, "order_date": days}) for who in "ab"]
    )
    asked = pd.to_datetime(
        ["2025-01-10", "2025-04-10", "2025-07-10", "2025-10-10", "2026-01-10", "2026-04-10"]
    )
    surveys = pd.concat(
        [
            pd.DataFrame({"customer_id": "a", "survey_date": asked, "score": list("999994")}),
            pd.DataFrame({"customer_id": "b", "survey_date": asked, "score": list("898989")}),
        ]
    )
    data = ClientData.of(orders, "2026Q2", surveys=surveys)
    made = satisfaction(history(net_purchases(data.orders), data), data).set_index("customer_id")
    t = 5 / np.sqrt((1 + 1 / 5) / 12)
    assert made.loc["a", "pvalue"] == pytest.approx(2 * student.sf(t, 4))
    assert made.loc["a", ["before", "now", "direction"]].tolist() == [9, 4, -1]
    assert made.loc["b", "pvalue"] > 0.3
    found = behaviour_changes(data)
    assert found.found.loc[found.found["kind"] == "satisfaction", "worse"].tolist() == [True]
    tasks = make_tasks(data, {}, found).rows
    assert tasks[["customer_id", "reason", "before", "now"]].to_numpy().tolist() == [
        ["a", "satisfaction", 9, 4]
    ]
    assert tasks["money"].iloc[0] == 30


def test_steady_scores_alarm_at_the_nominal_rate():
    """900 customers, eight quarters of answers between 6 and 10 without any change."""
    rng = np.random.default_rng(4)
    quarters = pd.date_range("2024-08-01", periods=8, freq="91D")
    ids = [f"c{i:03d}" for i in range(900)]
    orders = steady(1, 900)
    surveys = pd.DataFrame(
        {
            "customer_id": np.repeat(ids, 8), "survey_date": np.tile(quarters, 900),
            "score": rng.integers(6, 11, 7_200).astype(str),
        }
    )  # fmt: skip
    data = ClientData.of(orders, "2026Q2", surveys=surveys)
    shown = satisfaction(history(net_purchases(data.orders), data), data)["pvalue"]
    assert len(shown) > 500
    assert (shown < 0.05).mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(shown))


def test_without_history_nothing_is_tested():
    orders = pd.DataFrame(
        {"customer_id": ["a", "b"], "order_date": pd.to_datetime(["2026-05-01"] * 2), "amount": [5.0, 6.0]}
    )
    made = behaviour_changes(ClientData.of(orders, "2026Q2"))
    assert made.found.empty
    assert made.tested.empty
    assert made.expected_false == 0
    assert made.absent == {
        "content": "orders.category", "satisfaction": "surveys.score", "complaints": "tickets.opened_at",
    }  # fmt: skip


def test_longer_silence_is_a_number_that_rose_for_the_worse():
    """By hand: every 5 days to 5 April, then silent for 86 days; (S / (S + 86))^n is beyond chance."""
    days = pd.date_range(end="2026-04-05", periods=41, freq="5D")
    orders = pd.DataFrame({"customer_id": "a", "order_date": days, "amount": 10.0})
    found = behaviour_changes(ClientData.of(orders, "2026Q2"))
    row = found.found[found.found["kind"] == "silence"].iloc[0]
    assert (row["before"], row["now"], row["direction"], row["worse"]) == (5.0, 86.0, 1, True)
    assert found.tested.loc["silence", ["up", "down"]].tolist() == [1, 0]

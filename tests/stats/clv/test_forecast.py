"""Forecast, hold-out and interval: on CDNOW, by hand, and against simulated futures."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.stats.clv.bgnbd import BGNBD
from segbook.stats.clv.forecast import ValueModel, expect, fit_values, horizon_days, margin_rate
from segbook.stats.clv.history import history_frame
from segbook.stats.clv.holdout import hold_out
from segbook.stats.clv.interval import Total, total_interval
from segbook.stats.clv.spending import Spending


@pytest.fixture
def cdnow(real) -> ClientData:
    names = ["master", "customer_id", "order_date", "n", "amount"]
    rows = pd.read_csv(real("cdnow/CDNOW_sample.txt"), sep=r"\s+", header=None, names=names, dtype=str)
    rows = rows.assign(order_date=pd.to_datetime(rows["order_date"]), amount=rows["amount"].astype(float))
    return ClientData.of(rows[["customer_id", "order_date", "amount"]], "1997-01-01..1998-06-30")


def test_39_weeks_ahead_of_cdnow(cdnow):
    """Reference: 1 882 repeat days in the 39 weeks held out, BG/NBD forecasts 1 653 (12 % too few)."""
    past = history_frame(cdnow.orders, date(1997, 9, 30))
    model = fit_values(past, "bg_nbd")
    ahead = expect(past, model, 273)
    assert round(ahead["expected_purchases"].sum()) == 1653
    later = history_frame(cdnow.orders, date(1998, 6, 30))
    assert (later["x"] - past["x"]).sum() == 1882
    assert model.sound
    assert (model.n_customers, model.n_repeat) == (2357, 946)


def test_hold_out_keeps_a_third_and_shows_the_naive_rival(cdnow):
    held = hold_out(cdnow, 365)
    assert held is not None
    assert (held.days, held.split) == (181, date(1997, 12, 31))
    past, later = (history_frame(cdnow.orders, day) for day in (held.split, cdnow.period.end))
    assert held.figures.loc["actual", "purchases"] == (later["x"] - past["x"]).sum()
    assert abs(held.error()) < 0.05
    assert held.error("naive") > 0.2
    assert held.figures.loc["model", "mae"] < held.figures.loc["naive", "mae"]
    assert held.converged


def test_short_history_is_not_held_out():
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "amount": 1.0,
            "order_date": pd.to_datetime(["2026-03-25", "2026-03-26"]),
        }
    )
    assert hold_out(ClientData.of(orders, "2026Q1"), 90) is None


def test_discounting_takes_about_the_mean_wait(cdnow):
    past = history_frame(cdnow.orders, date(1997, 9, 30))
    model = fit_values(past, "bg_nbd")
    plain, later = (expect(past, model, 365, rate)["clv"].sum() for rate in (0.0, 0.15))
    # Half a year at 15 %, a little less because purchases come earlier than evenly.
    assert 1.15**-0.5 < later / plain < 1.15**-0.4


def test_margin_share_is_drawn_to_the_base_where_little_is_known():
    """By hand: base 20 of 200; weight of x purchases p x / (p x + q - 1) = 0 and 6 / (6 + 2)."""
    history = pd.DataFrame({"x": [0.0, 3.0], "value_sum": [100.0, 100.0], "margin_sum": [-10.0, 30.0]})
    assert margin_rate(history, Spending(2.0, 3.0, 9.0)).tolist() == pytest.approx(
        [0.1, 0.75 * 0.3 + 0.25 * 0.1]
    )


def test_horizon_is_of_calendar_months():
    assert horizon_days(date(2023, 3, 1), 12) == 366
    assert horizon_days(date(2026, 1, 1), 12, 90) == 90


def test_interval_grows_with_what_the_hold_out_missed():
    """By hand: 3 % and 4 % make 5 %."""
    assert Total(100.0, 97.0, 103.0).widened(0.04) == pytest.approx((100.0, 95.0, 105.0))
    assert Total(100.0, 97.0, 103.0).widened(float("nan")) == (100.0, 97.0, 103.0)


def test_interval_covers_futures_of_its_own_story():
    """40 bases drawn from known parameters: a 90 % interval of chance alone holds at least 31 of them (0.1 %)."""
    rng = np.random.default_rng(5)
    n, held = 400, 0
    timing, spending = BGNBD(0.8, 40.0, 0.9, 3.0), Spending(6.0, 4.0, 15.0)
    model = ValueModel(timing, spending, None, None, n, n, 0.0, 0.0)
    for seed in range(40):
        base = _drawn(rng, n)
        purchases, _ = total_interval(base.history, model, 90, 0.9, seed=seed)
        held += purchases.lower <= base.future <= purchases.upper
    assert held >= 31


class _drawn:  # noqa: N801 - a draw, not a kind
    """Customers of BGNBD(0.8, 40, 0.9, 3) observed for 120 days, and what they bought in the next 90."""

    def __init__(self, rng: np.random.Generator, n: int) -> None:
        rate, stop = rng.gamma(0.8, 1 / 40, n), rng.beta(0.9, 3.0, n)
        times = np.cumsum(rng.exponential(1 / rate[:, None], (n, 60)), axis=1)
        dies = rng.geometric(np.maximum(stop, 1e-9))
        counted = (np.arange(60) < dies[:, None]) & (times < 210)
        seen = counted & (times < 120)
        x = seen.sum(axis=1).astype(float)
        t_x = np.where(seen, times, 0).max(axis=1)
        self.history = pd.DataFrame({"x": x, "t_x": t_x, "T": 120.0, "value": np.where(x > 0, 30.0, np.nan)})
        self.future = float(counted.sum() - seen.sum())

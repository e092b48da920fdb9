"""Gamma-gamma against the figures published for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import approx_fprime

from segbook.data.client import ClientData
from segbook.stats.clv.history import history_frame
from segbook.stats.clv.spending import Spending, _Facts, _likelihood, fit_spending, independence


@pytest.fixture
def cdnow(real) -> pd.DataFrame:
    names = ["master", "customer_id", "order_date", "n", "amount"]
    rows = pd.read_csv(real("cdnow/CDNOW_sample.txt"), sep=r"\s+", header=None, names=names, dtype=str)
    rows = rows.assign(order_date=pd.to_datetime(rows["order_date"]), amount=rows["amount"].astype(float))
    data = ClientData.of(rows[["customer_id", "order_date", "amount"]], "1997-01-01..1997-09-30")
    return history_frame(data.orders, data.period.end)


def test_repeat_buyers_of_cdnow(cdnow):
    """Fader and Hardie, note 025: 946 repeat buyers, mean $35.08."""
    repeat = cdnow[cdnow["x"] > 0]
    assert len(cdnow) == 2357
    assert len(repeat) == 946
    assert repeat["value"].mean() == pytest.approx(35.08, abs=5e-3)


def test_gamma_gamma_gives_the_parameters_of_the_note(cdnow):
    """Note 025: 6.25, 3.74, 15.44; CLVTools: -4055.9177."""
    _, fit = fit_spending(cdnow["x"], cdnow["value"])
    assert fit.values == pytest.approx((6.25, 3.74, 15.44), abs=5e-3)
    assert fit.log_likelihood == pytest.approx(-4055.9177, abs=5e-4)
    assert fit.status == "converged"


def test_expected_value_of_the_first_ten_customers(cdnow):
    """Note 025's spreadsheet, from parameters of two decimals; a mean of 35.17 for those without a repeat."""
    model, _ = fit_spending(cdnow["x"], cdnow["value"])
    first = cdnow.iloc[:10]
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert model.expected(first["x"], first["value"]) == pytest.approx(published, abs=0.006)


def test_how_often_and_how_much_hardly_go_together(cdnow):
    """lifetimes, Quickstart: Pearson 0.113884; Spearman 0.2064 by scipy, where means that are equal to the cent count as unequal."""
    repeat = cdnow[(cdnow["x"] > 0) & (cdnow["value"] > 0)]
    assert independence(repeat["x"], repeat["value"]) == pytest.approx((0.1139, 0.2064), abs=1.5e-4)


def test_one_customer_makes_half_of_that_correlation(cdnow):
    """Fader, Hardie, Lee 2005, JMR 42: 0.11, and 0.06 without one customer."""
    repeat = cdnow[(cdnow["x"] > 0) & (cdnow["value"] > 0)].drop("1901")
    assert independence(repeat["x"], repeat["value"])[0] == pytest.approx(0.06, abs=5e-3)


def test_gradient_is_that_of_the_likelihood():
    rng = np.random.default_rng(2)
    facts = _Facts(rng.integers(1, 9, 60).astype(float), rng.gamma(3, 1, 60))
    for at in rng.normal(0.5, 0.7, (10, 3)):
        slope = approx_fprime(at, lambda logs: _likelihood(facts, logs)[0], 1e-7)
        assert _likelihood(facts, at)[1] == pytest.approx(slope, abs=2e-5, rel=1e-4)


def test_own_mean_weighs_more_with_more_purchases():
    model = Spending(6.0, 4.0, 15.0)
    assert model.mean == 30.0
    assert model.expected([0, 1, 50], [np.nan, 90, 90]) == pytest.approx([30.0, 70.0, 89.41], abs=0.01)


def test_money_of_another_unit_changes_gamma_alone(cdnow):
    first, second = (fit_spending(cdnow["x"], cdnow["value"] * unit)[1] for unit in (1, 1000))
    p, q, gamma = first.values
    assert second.values == pytest.approx((p, q, gamma * 1000), rel=1e-6)


def test_nothing_to_learn_from_is_no_fit():
    model, fit = fit_spending([0, 2], [np.nan, -5])
    assert fit.status == "boundary"
    assert np.isnan(model.p)


def test_infinite_mean_is_a_boundary():
    rng = np.random.default_rng(1)
    assert fit_spending(np.ones(300), rng.pareto(0.5, 300) + 1)[1].status == "boundary"


def test_refund_makes_no_repeat_buyer():
    """By hand: a bought and brought back; b bought twice and brought half of the second back; c only refunds."""
    rows = [
        ("a", "2026-01-05", 100.0), ("a", "2026-02-05", -100.0),
        ("b", "2026-01-05", 10.0), ("b", "2026-01-25", 40.0), ("b", "2026-03-05", -20.0),
        ("c", "2026-01-05", -5.0), ("d", "2026-01-05", 10.0), ("d", "2026-02-01", 30.0), ("d", "2026-02-02", -30.0),
    ]  # fmt: skip
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    data = ClientData.of(orders.assign(order_date=pd.to_datetime(orders["order_date"])), "2026Q1")
    found = history_frame(data.orders, data.period.end)
    assert found.index.tolist() == ["b", "d"]
    assert found.loc["b", ["x", "t_x", "T", "value", "value_sum"]].tolist() == [1, 20, 85, 20, 30]
    assert found.loc["d", ["x", "t_x", "T", "value_sum"]].tolist() == [0, 0, 85, 10]

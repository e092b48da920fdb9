"""BG/NBD and MBG/NBD against the figures published for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import hyp2f1
from scipy.stats import nbinom

from segbook.stats.clv.bgnbd import (
    BGNBD,
    MBGNBD,
    _Facts,
    _grown_by_points,
    _likelihood,
    log_likelihood,
)
from segbook.stats.clv.fitting import Histories

PAPER = BGNBD(0.243, 4.414, 0.793, 2.426)
"""Fader, Hardie, Lee 2005, Marketing Science 24(2), table 2; time in weeks."""


@pytest.fixture
def cdnow(real) -> Histories:
    frame = pd.read_csv(real("cdnow/reference_frequency_recency_T.csv"))
    return Histories.of(frame["frequency"], frame["recency"], frame["T"])


def test_histories_of_cdnow_are_1016_different_ones(cdnow):
    """1 016 of 2 357, reference figure of the data."""
    assert (len(cdnow.x), cdnow.weights.sum()) == (1016, 2357)


def test_bg_nbd_gives_the_parameters_of_the_paper(cdnow):
    """Fader, Hardie, Lee 2005: 0.243, 4.414, 0.793, 2.426; -9582.4. CLVTools: 0.2425945, 4.4136019, 0.7929199, 2.4258881.

    The file's times are rounded to two decimals, hence the fourth digit.
    """
    model, fit = BGNBD.fit(cdnow)
    assert fit.values == pytest.approx((0.2425945, 4.4136019, 0.7929199, 2.4258881), rel=1e-4)
    assert fit.log_likelihood == pytest.approx(-9582.4256, abs=5e-4)
    assert fit.status == "converged"
    assert log_likelihood(model, cdnow) == pytest.approx(fit.log_likelihood, abs=1e-6)


def test_mbg_nbd_gives_the_parameters_of_btydplus(cdnow):
    """R BTYDplus: 0.525, 6.183, 0.891, 1.614; log-likelihood of the same density -9582.133."""
    _, fit = MBGNBD.fit(cdnow)
    assert fit.values == pytest.approx((0.525, 6.183, 0.891, 1.614), abs=5e-4)
    assert fit.log_likelihood == pytest.approx(-9582.133, abs=5e-4)


def test_unit_of_time_changes_alpha_alone(cdnow):
    _, weeks = BGNBD.fit(cdnow)
    _, days = BGNBD.fit(cdnow._replace(t_x=cdnow.t_x * 7, T=cdnow.T * 7))
    r, alpha, a, b = weeks.values
    assert days.values == pytest.approx((r, alpha * 7, a, b), rel=1e-6)
    assert days.log_likelihood == pytest.approx(weeks.log_likelihood - (cdnow.weights @ cdnow.x) * np.log(7))


def test_boundary_is_seen_and_not_returned_as_a_fit(real):
    """apparelTrans of CLVTools, first 40 weeks: a and b grow without end, no dropout can be told."""
    rows = pd.read_parquet(real("r_clvtools/apparelTrans.parquet")).assign(
        Date=lambda f: pd.to_datetime(f["Date"])
    )
    found = {}
    for weeks in (40, 104):
        end = rows["Date"].min() + pd.Timedelta(weeks=weeks)
        days = rows[rows["Date"] <= end].groupby("Id")["Date"].agg(["min", "max", "nunique"])
        histories = Histories.of(
            days["nunique"] - 1,
            (days["max"] - days["min"]).dt.days / 7,
            (end - days["min"]).dt.days / 7,
        )
        found[weeks] = BGNBD.fit(histories)[1]
    assert found[40].status == "boundary"
    assert np.isnan(found[40].standard_errors).all()
    # CLVTools vignette, 104 weeks: 0.6073, 20.957, 1.2756, 8.861; -5857.020.
    assert found[104].status == "converged"
    assert found[104].values == pytest.approx((0.6073, 20.957, 1.2756, 8.861), rel=1e-4)
    assert found[104].log_likelihood == pytest.approx(-5857.020, abs=1e-3)


@pytest.mark.parametrize(
    ("time", "purchases"),
    # Hardie's spreadsheet; 1.8576 at 78 weeks is printed from rounded steps.
    [(0.1429, 0.0078), (1, 0.0532), (3, 0.1506), (31.8571, 1.0405), (32, 1.0437), (78, 1.8576)],
)
def test_purchases_of_a_new_customer(time, purchases):
    assert float(BGNBD(0.2425945, 4.4136019, 0.7929199, 2.4258881).expected_new(time)) == pytest.approx(
        purchases, abs=5e-4
    )


def test_purchases_ahead_of_a_known_customer():
    """1.226, Hardie's spreadsheet; P(alive) as known for CDNOW, from parameters of five digits."""
    model = BGNBD(0.24259, 4.41353, 0.79289, 2.42575)
    assert float(PAPER.expected(39, 2, 30.43, 38.86)) == pytest.approx(1.226, abs=5e-4)
    assert float(model.expected(39, 2, 30.43, 38.86)) == pytest.approx(1.22591, abs=5e-6)
    alive = model.p_alive([2, 7, 26, 0], [30.43, 29.43, 30.86, 0], [38.86, 38.86, 31, 38.86])
    assert alive == pytest.approx([0.7266092, 0.6418006, 0.9689197, 1.0], abs=2e-6)


def test_chances_of_purchase_counts():
    """BTYD manual, by the paper's parameters."""
    assert float(PAPER.pmf(10, 2)) == pytest.approx(1.07869e-07, rel=1e-5)
    assert float(PAPER.pmf(0, 39)) == pytest.approx(0.5737864, abs=5e-8)
    published = [
        0.0019995214, 0.0015170236, 0.0011633150, 0.0009003148, 0.0007023638, 0.0005517902, 0.0004361913,
        0.0003467171, 0.0002769613, 0.0002222260,
    ]  # fmt: skip
    assert PAPER.pmf(range(11, 21), 30) == pytest.approx(published, abs=5e-11)


@pytest.mark.parametrize("kind", [BGNBD, MBGNBD])
def test_chances_add_up_and_their_mean_is_the_expectation(kind):
    model = kind(0.8, 10.0, 1.4, 3.0)
    n = np.arange(600)
    chances = model.pmf(n, 40.0)
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert chances @ n == pytest.approx(float(model.expected_new(40.0)), rel=1e-6)


def test_without_dropout_it_is_the_negative_binomial():
    never = BGNBD(0.7, 9.0, 1e-9, 50.0)
    assert never.pmf([0, 1, 5], 20.0) == pytest.approx(nbinom.pmf([0, 1, 5], 0.7, 9 / 29), rel=1e-6)
    assert float(never.expected(20.0, 3, 5.0, 10.0)) == pytest.approx((0.7 + 3) / 19 * 20, rel=1e-6)


@pytest.mark.parametrize("after_first", [False, True])
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_gradient_is_that_of_the_likelihood(after_first, seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 6, 40)
    age = rng.uniform(1, 50, 40)
    facts = _Facts(Histories.of(x, np.where(x > 0, age * rng.random(40), 0), age), after_first)
    at = rng.normal(0, 1, 4)
    slope = approx_fprime(at, lambda logs: _likelihood(facts, logs)[0], 1e-7)
    assert _likelihood(facts, at)[1] == pytest.approx(slope, abs=2e-5, rel=1e-4)


@settings(max_examples=50, deadline=None)
@given(
    x=st.integers(0, 2_000), age=st.floats(1, 500), share=st.floats(0, 1), t=st.floats(0.1, 800),
    a=st.floats(0.05, 5), b=st.floats(0.05, 20), kind=st.sampled_from([BGNBD, MBGNBD]),
)  # fmt: skip
def test_expectation_is_between_nothing_and_never_stopping(x, age, share, t, a, b, kind):
    model = kind(0.5, 12.0, a, b)
    last = age * share if x else 0.0
    ahead = float(model.expected(t, x, last, age))
    alive = float(model.p_alive(x, last, age))
    assert 0 <= alive <= 1
    assert -1e-9 <= ahead <= alive * (0.5 + x) / (12.0 + age) * t * (1 + 1e-7)


@settings(max_examples=60, deadline=None)
@given(
    a=st.floats(0.05, 1e6), b=st.floats(0.5, 1e6), s=st.floats(0.1, 2_000), z=st.floats(1e-3, 0.9999)
)  # fmt: skip
def test_growth_is_found_where_the_formula_is_beyond_floating_point(a, b, s, z):
    """The formula and the integral agree where both are numbers; the integral always is one."""
    found = float(_grown_by_points(a, *(np.array([each]) for each in (b, s, z)))[0])
    # One who never stops buys s w; one who stops after the first purchase at most 1.
    assert 0 < found <= s * z / (1 - z) * (1 + 1e-9)
    with np.errstate(all="ignore"):
        c = a + b - 1
        formula = (
            c / (a - 1) * (1 - np.exp((a - 1) * np.log1p(-z)) * hyp2f1(c - s, a - 1, c, z))
            if a != 1
            else np.nan
        )
    if np.isfinite(formula) and abs(a - 1) > 1e-3:
        assert found == pytest.approx(formula, rel=2e-4)


def test_fit_without_departures_forecasts_all_the_same():
    """Customers who never stop: the fit runs to the boundary, and the forecast is the rate times the time."""
    rng = np.random.default_rng(5)
    rate = rng.gamma(50.0, 0.02 / 50, 4_000)
    x = rng.poisson(rate * 300).astype(float)
    last = np.where(x > 0, 300 * rng.random(x.size) ** (1 / np.maximum(x, 1)), 0.0)
    for kind in (BGNBD, MBGNBD):
        model, fit = kind.fit(Histories.of(x, last, np.full(x.size, 300.0)))
        assert fit.status == "boundary"
        assert model.expected(90, x, last, np.full(x.size, 300.0)).sum() == pytest.approx(
            x.sum() * 0.3, rel=0.03
        )


def test_simulated_base_gives_its_parameters_back():
    """20 000 customers drawn by the model's own story; the truth lies within four standard errors."""
    rng = np.random.default_rng(3)
    truth = np.array([0.6, 15.0, 0.9, 3.0])
    n, age = 20_000, 60.0
    rate, stop = rng.gamma(truth[0], 1 / truth[1], n), rng.beta(truth[2], truth[3], n)
    x, last, now = np.zeros(n), np.zeros(n), np.zeros(n)
    going = np.arange(n)
    while going.size:
        now[going] += rng.exponential(1 / rate[going])
        going = going[now[going] < age]
        x[going] += 1
        last[going] = now[going]
        going = going[rng.random(going.size) >= stop[going]]
    _, fit = BGNBD.fit(Histories.of(x, last, np.full(n, age)))
    assert fit.status == "converged"
    assert np.abs(np.log(fit.values / truth) / np.sqrt(np.diag(fit.covariance))).max() < 4

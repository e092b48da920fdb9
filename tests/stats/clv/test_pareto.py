"""Pareto/NBD and GGom/NBD against the figures published for them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import approx_fprime

from segbook.stats.clv.fitting import Histories
from segbook.stats.clv.pareto import GGomNBD, ParetoNBD, _likelihood, log_likelihood


@pytest.fixture
def cdnow(real) -> Histories:
    frame = pd.read_csv(real("cdnow/reference_frequency_recency_T.csv"))
    return Histories.of(frame["frequency"], frame["recency"], frame["T"])


def test_pareto_nbd_gives_the_parameters_of_the_paper(cdnow):
    """Fader, Hardie, Lee 2005: 0.553, 10.578, 0.606, 11.669; -9595.0.

    CLVTools: -9594.976; standard errors 0.0476264, 0.8427222, 0.1872594, 6.2105448. The file's times are rounded to
    two decimals, hence the fourth digit.
    """
    model, fit = ParetoNBD.fit(cdnow)
    assert fit.values == pytest.approx((0.553, 10.578, 0.606, 11.669), abs=2e-3)
    assert fit.values == pytest.approx((0.55315, 10.57633, 0.60625, 11.67150), rel=5e-4)
    assert fit.log_likelihood == pytest.approx(-9594.976, abs=3e-3)
    assert fit.standard_errors == pytest.approx((0.0476264, 0.8427222, 0.1872594, 6.2105448), rel=2e-4)
    assert fit.status == "converged"
    assert log_likelihood(model, cdnow) == pytest.approx(fit.log_likelihood, abs=1e-6)


def test_ggom_nbd_finds_no_ageing_where_clvtools_finds_none(cdnow):
    """CLVTools: 0.553, 10.578, b 0.0002, 0.603, beta 0.0026; its log-likelihood is that of Pareto/NBD, -9594.976.

    The published b of 0.0002 is where that program's search ended: the likelihood is flat towards 0.
    """
    _, fit = GGomNBD.fit(cdnow)
    assert fit.values[:3] == pytest.approx((0.553, 10.578, 0.603), rel=6e-3)
    assert fit.log_likelihood == pytest.approx(-9594.976, abs=3e-3)
    assert fit.values[4] < 2e-4
    assert fit.status == "boundary"
    published = GGomNBD(0.553, 10.578, 0.603, 0.0026 / 0.0002, 0.0002)
    # Two digits of beta and one of b leave this much open.
    assert fit.log_likelihood - 1 < log_likelihood(published, cdnow) <= fit.log_likelihood


def test_apparel_store_of_104_weeks(real):
    """CLVTools' data since 2024, refitted: 1.449, 48.63, 0.5613, 46.88; -5848.098."""
    rows = pd.read_parquet(real("r_clvtools/apparelTrans.parquet")).assign(
        Date=lambda f: pd.to_datetime(f["Date"])
    )
    end = rows["Date"].min() + pd.Timedelta(weeks=104)
    days = rows[rows["Date"] <= end].groupby("Id")["Date"].agg(["min", "max", "nunique"])
    ages = ((days["max"] - days["min"]).dt.days / 7, (end - days["min"]).dt.days / 7)
    _, fit = ParetoNBD.fit(Histories.of(days["nunique"] - 1, *ages))
    assert fit.values == pytest.approx((1.449, 48.63, 0.5613, 46.88), rel=5e-4)
    assert fit.log_likelihood == pytest.approx(-5848.098, abs=1e-3)


def test_older_apparel_store_by_its_ratios():
    """CLVTools' vignette of the data with 250 customers: r / alpha 0.147, s / beta 0.031: purchases and departures a week."""
    model = ParetoNBD(0.7866, 5.3349, 0.3571, 11.617)
    assert float(model.expected_new(1e-6)) / 1e-6 == pytest.approx(0.1474, abs=5e-5)
    assert (1 - float(model.p_alive(0, 0, 1e-6))) / 1e-6 == pytest.approx(0.0307, abs=5e-5)


def test_walkthrough_of_btyd():
    """BTYD walkthrough: 25.46 purchases in 52 weeks, alive with 0.9979."""
    model = ParetoNBD(0.5534, 10.5802, 0.6061, 11.6562)
    assert float(model.expected(52, 26, 30.86, 31)) == pytest.approx(25.46, abs=6e-3)
    assert float(model.p_alive(26, 30.86, 31)) == pytest.approx(0.9979, abs=5e-5)


def test_purchases_of_a_new_customer():
    """BTYD manual, parameters 0.55, 10.56, 0.61, 11.64, weeks 1 to 9."""
    published = [
        0.05077821, 0.09916088, 0.14542507, 0.18979930, 0.23247466, 0.27361274, 0.31335159, 0.35181024, 0.38909211,
    ]  # fmt: skip
    assert ParetoNBD(0.55, 10.56, 0.61, 11.64).expected_new(range(1, 10)) == pytest.approx(
        published, abs=6e-9
    )


@settings(max_examples=30, deadline=None)
@given(
    x=st.integers(0, 300),
    age=st.floats(1, 300),
    share=st.floats(0, 1),
    s=st.floats(0.05, 5),
    beta=st.floats(0.1, 100),
)
def test_integral_is_that_of_the_story(x, age, share, s, beta):
    """By adaptive quadrature of the joint density, in place of the fixed nodes."""
    r, alpha, last = 0.6, 9.0, age * share if x else 0.0
    model = ParetoNBD(r, alpha, s, beta)

    def gone(t):
        return (
            s
            / (beta + t)
            * np.exp(s * np.log(beta / (beta + t)) - (r + x) * np.log((alpha + t) / (alpha + last)))
        )

    alive = np.exp(s * np.log(beta / (beta + age)) - (r + x) * np.log((alpha + age) / (alpha + last)))
    stopped = sum(quad(gone, *ends, limit=200)[0] for ends in _halves(last, age))
    assert float(model.p_alive(x, last, age)) == pytest.approx(alive / (alive + stopped), abs=1e-7)


def _halves(start, end):
    """Give pieces that grow towards the end: the integrand is steepest at the start."""
    cuts = start + (end - start) * np.append(0.0, 2.0 ** np.arange(-12, 1))
    return pairwise(cuts)


@pytest.mark.parametrize("n", [4, 5])
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_gradient_is_that_of_the_likelihood(n, seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 6, 30)
    age = rng.uniform(0.1, 3, 30)
    facts = Histories.of(x, np.where(x > 0, age * rng.random(30), 0), age)
    at = rng.normal(0, 1, n)
    slope = approx_fprime(at, lambda logs: _likelihood(facts, logs)[0], 1e-7)
    assert _likelihood(facts, at)[1] == pytest.approx(slope, abs=3e-5, rel=1e-4)


@pytest.mark.parametrize("model", [ParetoNBD(0.6, 15.0, 0.7, 20.0), GGomNBD(2.0, 8.0, 0.4, 20.0, 0.15)])
def test_simulated_base_gives_its_parameters_back(model):
    """3 000 customers drawn by the model's own story; the truth lies within four standard errors."""
    rng = np.random.default_rng(4)
    n, age = 3_000, 80.0
    b = model.values[4] if len(model.values) > 4 else 1e-9
    rate = rng.gamma(model.r, 1 / model.alpha, n)
    hazard = rng.gamma(model.s, 1 / model.beta, n)
    ends = np.minimum(np.log1p(b * rng.exponential(size=n) / hazard) / b, age)
    x = rng.poisson(rate * ends).astype(float)
    last = np.where(x > 0, ends * rng.random(n) ** (1 / np.maximum(x, 1)), 0.0)
    _, fit = type(model).fit(Histories.of(x, last, np.full(n, age)))
    assert fit.status == "converged"
    assert np.abs(np.log(np.array(fit.values) / model.values) / np.sqrt(np.diag(fit.covariance))).max() < 4


@pytest.mark.parametrize("model", [ParetoNBD(0.6, 15.0, 0.7, 20.0), GGomNBD(2.0, 8.0, 0.4, 20.0, 0.15)])
def test_drawn_futures_have_the_expected_mean(model):
    """40 000 draws; four standard errors."""
    facts = tuple(np.full(40_000, value) for value in (3.0, 20.0, 25.0))
    drawn = model.future(30.0, *facts, np.random.default_rng(6))
    assert drawn.mean() == pytest.approx(float(model.expected(30.0, 3, 20, 25)), abs=4 * drawn.std() / 200)


def test_nobody_leaves_where_leaving_is_all_but_impossible():
    """Rates of leaving drawn as 0 give an endless life, without a warning; purchases are the mean rate x time."""
    model = ParetoNBD(4.0, 100.0, 0.002, 1e6)
    x, age = np.full(4000, 4.0), np.full(4000, 100.0)
    bought = model.future(50.0, x, age, age, np.random.default_rng(1))
    assert bought.mean() == pytest.approx(8 / 200 * 50, rel=0.05)

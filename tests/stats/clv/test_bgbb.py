"""BG/BB against the figures of its paper."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from segbook.stats.clv.bgbb import BGBB, _rows
from segbook.stats.clv.fitting import Histories

DONORS = """0 0 3464  1 1 1091  1 2 277  1 3 129  1 4 78  1 5 119  1 6 129  2 2 613  2 3 255  2 4 155  2 5 173
2 6 234  3 3 322  3 4 181  3 5 225  3 6 357  4 4 240  4 5 284  4 6 512  5 5 335  5 6 728  6 6 1203"""
"""Fader, Hardie, Shang 2010, Marketing Science 29(6), table 1: repeat gifts in six years, year of the last, donors."""
PAPER = BGBB(1.204, 0.750, 0.657, 2.783, step=1)
"""The same, table 2."""


@pytest.fixture
def donors() -> Histories:
    x, t_x, n = np.array(DONORS.split(), dtype=float).reshape(-1, 3).T
    return Histories(x, t_x, np.full(x.size, 6.0), n, np.arange(x.size))


def test_parameters_of_the_paper(donors):
    """1.204, 0.750, 0.657, 2.783; log-likelihood -33 225.58; 11 104 donors."""
    assert donors.weights.sum() == 11_104
    _, fit = BGBB.fit(donors, step=1)
    assert fit.values == pytest.approx((1.204, 0.750, 0.657, 2.783), abs=6e-4)
    assert fit.log_likelihood == pytest.approx(-33_225.58, abs=5e-3)
    assert fit.status == "converged"


def test_gifts_of_the_next_five_years(donors):
    """Hardie's sheet, 12 884.2 by parameters of all digits."""
    model, _ = BGBB.fit(donors, step=1)
    ahead = model.expected(5, donors.x, donors.t_x, donors.T)
    assert float(donors.weights @ ahead) == pytest.approx(12_884.2, abs=0.06)


def test_donors_by_number_of_gifts(donors):
    """Hardie's sheet: 3 454.9 donors without a repeat gift, 1 253.1 with six."""
    model, _ = BGBB.fit(donors, step=1)
    expected = 11_104 * model.pmf([0, 6], 6)
    assert expected == pytest.approx([3_454.9, 1_253.1], abs=0.06)


def test_counts_add_up_and_have_the_expected_mean():
    """The mean of six windows, built from the chance to be active in each, times that to buy."""
    chances = PAPER.pmf(range(7), 6)
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    kept = np.cumprod([(2.783 + i) / (0.657 + 2.783 + i) for i in range(6)])
    assert chances @ np.arange(7) == pytest.approx(1.204 / 1.954 * kept.sum(), rel=1e-9)


def test_one_window_ahead_is_alive_times_the_chance_to_buy():
    alive = float(PAPER.p_alive(3, 5, 6))
    assert float(PAPER.expected(1, 3, 5, 6)) == pytest.approx(alive * (1.204 + 3) / (1.954 + 6), rel=1e-12)


def test_windows_may_be_of_many_days():
    months = BGBB(*PAPER.values)
    assert float(months.expected(150, 3, 150, 180)) == pytest.approx(
        float(PAPER.expected(5, 3, 5, 6)), rel=1e-12
    )


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_gradient_is_that_of_the_likelihood(seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 12, 20).astype(float)
    t_x = np.floor(rng.random(20) * (n + 1))
    x = np.where(t_x > 0, 1 + np.floor(rng.random(20) * t_x), 0)
    at = rng.normal(0, 0.7, 4)
    slope = approx_fprime(at, lambda logs: _rows(logs, x, t_x, n)[0].mean(), 1e-7)
    assert _rows(at, x, t_x, n)[1].mean(axis=1) == pytest.approx(slope, abs=2e-5, rel=1e-4)


def test_likelihood_of_all_histories_is_one():
    """Every way to buy or not in four windows, counted by (x, t_x), has a chance, and they add up to 1."""
    ways = [[int(bit) for bit in f"{number:04b}"] for number in range(16)]
    x = np.array([sum(way) for way in ways], dtype=float)
    t_x = np.array(
        [max((i + 1 for i, bought in enumerate(way) if bought), default=0) for way in ways], dtype=float
    )
    logs, _ = _rows(np.log(PAPER.values), x, t_x, np.full(16, 4.0))
    assert np.exp(logs).sum() == pytest.approx(1, abs=1e-12)


def test_drawn_futures_have_the_expected_mean():
    """40 000 draws of 4.5 windows; four standard errors."""
    facts = tuple(np.full(40_000, value) for value in (4.0, 5.0, 6.0))
    drawn = PAPER.future(4.5, *facts, np.random.default_rng(6))
    assert drawn.mean() == pytest.approx(float(PAPER.expected(4.5, 4, 5, 6)), abs=4 * drawn.std() / 200)

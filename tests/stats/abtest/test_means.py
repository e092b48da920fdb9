from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from segbook.stats.abtest.means import adjusted, ratio_of_means, welch
from segbook.stats.abtest.moments import Moments

SLEEP = (
    np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]),
    np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]),
)
"""R's `sleep`."""


def test_welch_is_that_of_r():
    """R: t.test(extra ~ group, sleep): t -1.860813467, p .07939414, interval -3.36548 to .20548."""
    second, first = Moments.of(SLEEP[1]), Moments.of(SLEEP[0])
    effect = welch(second, first)
    assert effect.statistic == pytest.approx(-1.860813467, rel=1e-9)
    assert effect.pvalue == pytest.approx(0.07939414, rel=1e-6)
    assert effect.interval(0.05) == pytest.approx((-3.36548, 0.20548), abs=1e-5)


@pytest.mark.parametrize(("name", "digits"), [("SmLs04", 8), ("SmLs07", 2), ("AtmWtAg", 8)])
def test_sums_of_squares_keep_their_digits(name, digits):
    """NIST StRD: F of SmLs04 and SmLs07 is 21, of AtmWtAg 15.9467335677930; raw squares keep 1.4 and 0 digits."""
    folder = Path(scipy.stats.__file__).parent / "tests" / "data" / "nist_anova"
    if not (folder / f"{name}.dat").is_file():
        pytest.skip("scipy was installed without its test data")
    lines = (folder / f"{name}.dat").read_text(encoding="utf-8").splitlines()[60:]
    rows = pd.DataFrame([line.split() for line in lines if len(line.split()) == 2], dtype=float)
    groups = [Moments.of(part[1].to_numpy()) for _, part in rows.groupby(0)]
    parts = Moments(
        *(
            np.concatenate([getattr(each, key) for each in groups])
            for key in ("n", "y", "x", "yy", "xx", "xy")
        )
    )
    whole = parts.pooled(np.zeros(len(groups), dtype=int), 1)
    inside = np.sum((parts.n - 1) * parts.yy)
    between = (whole.n[0] - 1) * whole.yy[0] - inside
    found = between / (len(groups) - 1) / (inside / (whole.n[0] - len(groups)))
    published = 15.9467335677930 if name == "AtmWtAg" else 21.0
    assert -np.log10(abs(found / published - 1) + 1e-16) > digits


@given(st.lists(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8), min_size=1, max_size=6))
@settings(max_examples=80, deadline=None)
def test_cells_put_together_are_the_whole(parts):
    cells = [Moments.of(np.array(each), np.array(each) * 2 + 1) for each in parts]
    joined = Moments(
        *(np.concatenate([getattr(each, key) for each in cells]) for key in ("n", "y", "x", "yy", "xx", "xy"))
    )
    everything = np.concatenate([np.array(each) for each in parts])
    whole, direct = (
        joined.pooled(np.zeros(len(cells), dtype=int), 1),
        Moments.of(everything, everything * 2 + 1),
    )
    for key in ("n", "y", "x", "yy", "xx", "xy"):
        a, b = getattr(whole, key)[0], getattr(direct, key)[0]
        scale = 1 + np.abs(everything).max() ** 2
        assert (np.isnan(a) and np.isnan(b)) or abs(a - b) <= 1e-9 * scale


def test_quotient_holds_one_exactly_when_the_difference_holds_zero():
    rng = np.random.default_rng(2)
    for _ in range(300):
        control, treatment = (
            Moments.of(rng.gamma(2, 3, 40) * scale) for scale in (1.0, rng.uniform(0.7, 1.5))
        )
        effect = welch(control, treatment)
        low, high = effect.interval(0.05)
        rel_low, rel_high = effect.relative(0.05)
        assert (low > 0, high < 0) == (rel_low > 0, rel_high < 0)


def test_fieller_of_a_worked_case():
    """By hand: means 10 and 12, standard errors 1, z 2: roots of 96 r^2 - 240 r + 140 = 0, less one."""
    from segbook.stats.abtest.means import MeansEffect, fieller

    roots = np.roots([96, -240, 140])
    assert fieller(MeansEffect(10, 12, 1, 1, 1e9, "welch"), 2, -2) == pytest.approx(tuple(np.sort(roots) - 1))


def test_no_quotient_when_the_control_may_be_zero():
    arm = Moments.of(np.array([-1.0, 1.0, 2.0]))
    assert np.isnan(welch(arm, arm).relative(0.05)).all()


def test_ratio_of_equal_denominators_is_welch():
    rng = np.random.default_rng(3)
    clicks = [rng.poisson(2, 50).astype(float) for _ in range(2)]
    ratio = ratio_of_means(*(Moments.of(each, np.full(50, 4.0)) for each in clicks))
    plain = welch(*(Moments.of(each / 4) for each in clicks))
    assert ratio.pvalue == pytest.approx(plain.pvalue, rel=1e-10)


def test_delta_method_agrees_with_resampling():
    rng = np.random.default_rng(4)
    visits = rng.poisson(3, 3000) + 1.0
    orders = rng.binomial(visits.astype(int), 0.2).astype(float)
    arm = Moments.of(orders, visits)
    draws = [rng.integers(0, 3000, 3000) for _ in range(400)]
    spread = np.std([orders[each].sum() / visits[each].sum() for each in draws])
    assert ratio_of_means(arm, arm).se_control == pytest.approx(spread, rel=0.1)


def test_covariate_sharpens_by_what_it_explains():
    """With R squared .64 the standard error falls to sqrt(.36) = .6 of itself."""
    rng = np.random.default_rng(6)
    before = rng.normal(0, 1, (2, 20_000))
    after = 0.8 * before + 0.6 * rng.normal(0, 1, (2, 20_000))
    arms = [Moments.of(y, x) for y, x in zip(after, before, strict=True)]
    effect, r2 = adjusted(*arms)
    assert r2 == pytest.approx(0.64, abs=0.02)
    assert effect.se / welch(*arms).se == pytest.approx(0.6, abs=0.02)


def test_covariate_equals_regression():
    """The adjusted difference is the coefficient of the arm in y ~ arm + x with a slope pooled within arms."""
    rng = np.random.default_rng(7)
    x = rng.normal(5, 2, 400)
    arm = np.repeat([0.0, 1.0], 200)
    y = 3 + 0.5 * arm + 1.5 * x + rng.normal(0, 1, 400)
    coefficients, *_ = np.linalg.lstsq(np.column_stack([np.ones(400), arm, x]), y, rcond=None)
    effect, _ = adjusted(*(Moments.of(y[arm == each], x[arm == each]) for each in (0, 1)))
    assert effect.treatment - effect.control == pytest.approx(coefficients[1], rel=1e-9)


def test_largest_value_can_be_taken_out():
    values = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 900.0])
    left, direct = Moments.of(values).without(900.0), Moments.of(values[:-1])
    assert left.y[0] == pytest.approx(direct.y[0])
    assert left.yy[0] == pytest.approx(direct.yy[0])

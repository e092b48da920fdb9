from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segbook.stats.abtest.shares import SharesEffect
from segbook.stats.proportions import katz, newcombe

counts = st.integers(2, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("counts", "method", "pvalue"),
    [
        (
            (48, 80, 56, 70),
            "chi_square",
            0.008045081368,
        ),  # R prop.test(c(56, 48), c(70, 80), correct = FALSE)
        ((3, 10, 9, 10), "fisher", 0.0197666111),  # R fisher.test
        ((1, 4, 3, 4), "fisher", 0.4857142857),  # R fisher.test, Fisher's tea
        ((20034, 44700, 20119, 45489), "chi_square", 0.0744096553),  # R prop.test, Cookie Cats day 1
        ((8502, 44700, 8279, 45489), "chi_square", 0.001554249976),  # R prop.test, Cookie Cats day 7
    ],
)
def test_pvalue_is_that_of_r(counts, method, pvalue):
    effect = SharesEffect(*counts)
    assert effect.method == method
    assert effect.test_pvalue == pytest.approx(pvalue, rel=1e-8)
    assert effect.test_pvalue <= effect.pvalue <= effect.test_pvalue * 1.2 + 0.02


def test_chi_square_of_r_is_the_square_of_the_statistic():
    assert SharesEffect(8502, 44700, 8279, 45489).statistic ** 2 == pytest.approx(10.01316733, rel=1e-8)


def test_cookie_cats_interval_as_published():
    """Reference figures: difference -.008201, interval -.013282 to -.003121."""
    effect = SharesEffect(8502, 44700, 8279, 45489)
    assert effect.treatment - effect.control == pytest.approx(-0.008201, abs=5e-7)
    assert effect.interval(0.05) == pytest.approx((-0.013282, -0.003121), abs=1e-6)


@given(counts, counts, st.floats(0.001, 0.3))
@settings(max_examples=150, deadline=None)
def test_interval_and_pvalue_never_disagree(control, treatment, alpha):
    effect = SharesEffect(*map(float, (*control, *treatment)))
    if effect.pvalue < alpha * (1 - 1e-6):
        for low, high in (effect.interval(alpha), effect.relative(alpha)):
            assert low > 0 or high < 0 or (np.isclose([low, high], 0, atol=1e-9)).any()


@given(counts, counts)
@settings(max_examples=80, deadline=None)
def test_arms_can_be_swapped(control, treatment):
    one = SharesEffect(*map(float, (*control, *treatment)))
    other = SharesEffect(*map(float, (*treatment, *control)))
    assert one.pvalue == pytest.approx(other.pvalue, rel=1e-6, abs=1e-12)
    assert one.interval(0.05) == pytest.approx(
        tuple(-each for each in reversed(other.interval(0.05))), abs=1e-12
    )


def test_nobody_and_everybody_are_no_difference():
    assert SharesEffect(0, 50, 0, 60).pvalue == 1
    assert SharesEffect(50, 50, 60, 60).pvalue == 1


def test_false_alarms_and_coverage_keep_their_promise():
    """500 tests without effect: 4-6 % alarms; full size in benchmarks/abtest_size.py."""
    rng = np.random.default_rng(5)
    n0, n1, p = 900, 1100, 0.08
    x0, x1 = rng.binomial(n0, p, 20_000), rng.binomial(n1, p, 20_000)
    pairs = zip(x0[:500].astype(float), x1[:500].astype(float), strict=True)
    alarms = np.mean([SharesEffect(a, n0, b, n1).pvalue <= 0.05 for a, b in pairs])
    assert 0.031 <= alarms <= 0.069  # two standard errors around 5 %
    low, high = newcombe(x0, n0, x1, n1)
    rel_low, rel_high = katz(x0, n0, x1, n1)
    assert 0.94 <= np.mean((low <= 0) & (high >= 0)) <= 0.965
    assert 0.94 <= np.mean((rel_low <= 1) & (rel_high >= 1)) <= 0.965

"""Intervals of shares against published figures; coverage by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segbook.stats.proportions import clopper_pearson, katz, newcombe, wilson


def test_one_share():
    """4 of 10: R binom::binom.confint, methods wilson and exact."""
    assert wilson(4, 10) == pytest.approx((0.1681803297, 0.6873262303), abs=1e-9)
    assert clopper_pearson(4, 10) == pytest.approx((0.1215522581, 0.7376219234), abs=1e-9)


@pytest.mark.parametrize(
    ("treatment", "control", "published"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
        ((10, 10), (0, 10), (0.6075, 1.0)),
    ],
)
def test_newcombe(treatment, control, published):
    """R. G. Newcombe, Statistics in Medicine 17 (1998), Table II, method 10."""
    assert newcombe(*control, *treatment) == pytest.approx(published, abs=6e-5)


def test_katz():
    """By hand: log(0.8 / 0.6) ± 1.959964 * sqrt(1/56 - 1/70 + 1/48 - 1/80)."""
    half = 1.959963985 * np.sqrt(1 / 56 - 1 / 70 + 1 / 48 - 1 / 80)
    assert katz(48, 80, 56, 70) == pytest.approx((4 / 3 * np.exp(-half), 4 / 3 * np.exp(half)))
    assert katz(0, 10, 5, 10).upper == np.inf
    assert katz(5, 10, 0, 10).lower == 0


def test_nobody_asked_is_missing_and_impossible_counts_are_refused():
    for interval in (wilson(0, 0), clopper_pearson(0, 0), newcombe(0, 0, 1, 2), katz(1, 2, 0, 0)):
        assert np.isnan(interval).all()
    with pytest.raises(ValueError, match="0 <= x <= n"):
        wilson(11, 10)


@given(n=st.integers(1, 400), share=st.floats(0, 1))
def test_intervals_hold_the_share_and_mirror(n, share):
    x = round(n * share)
    for method in (wilson, clopper_pearson):
        low, high = method(x, n)
        assert 0 <= low <= x / n <= high <= 1
        assert method(n - x, n) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize(("p0", "p1", "n"), [(0.1, 0.1, 150), (0.05, 0.08, 300), (0.4, 0.5, 80)])
def test_coverage(p0, p1, n):
    rng = np.random.default_rng(7)
    x0, x1 = rng.binomial(n, p0, 20_000), rng.binomial(n, p1, 20_000)
    for (low, high), truth in (
        (wilson(x1, n), p1),
        (newcombe(x0, n, x1, n), p1 - p0),
        (katz(x0, n, x1, n), p1 / p0),
    ):
        assert 0.94 <= ((low <= truth) & (truth <= high)).mean() <= 0.965

"""Rates of events in two spans: against R and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from segbook.stats.counts import rate_ratio, rate_test, silence_chance


@pytest.mark.parametrize(
    ("counts", "times", "pvalue", "ratio", "interval"),
    # R: poisson.test(c(2, 12), c(3, 9)), poisson.test(c(11, 21), c(800, 3011)), poisson.test(c(30, 10)).
    [
        ((2, 12), (3, 9), 0.539593, 0.5, (0.0543507, 2.2459398)),
        ((11, 21), (800, 3011), 0.079669, 1.9714881, (0.8584264, 4.2772659)),
        ((30, 10), (1, 1), 0.0022214, 3.0, (1.4274085, 6.8793018)),
    ],
)
def test_published_figures(counts, times, pvalue, ratio, interval):
    (now, before), (t_now, t_before) = counts, times
    assert float(rate_test(before, t_before, now, t_now)) == pytest.approx(pvalue, abs=5e-7)
    found, (low, high) = rate_ratio(before, t_before, now, t_now)
    assert float(found) == pytest.approx(ratio, rel=1e-6)
    assert (float(low), float(high)) == pytest.approx(interval, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(before=st.integers(0, 60), now=st.integers(0, 60), share=st.floats(0.02, 0.98))
def test_equals_the_exact_binomial_test(before, now, share):
    found = float(rate_test(before, 1 - share, now, share))
    if before + now == 0:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(binomtest(now, before + now, share).pvalue, rel=1e-8)


def test_nothing_seen_or_no_time_is_no_test():
    assert np.isnan(rate_test([0, 3], [5, 0], [0, 2], [5, 5])).all()


def test_silence_by_own_gaps():
    """Exact predictive chance, (150 / 210)^5; equal to a rate test with no event now, one-sided."""
    assert float(silence_chance(5, 150, 60)) == pytest.approx(0.1859344, abs=5e-8)
    assert float(silence_chance(0, 0, 60)) == 1
    assert float(silence_chance(3, 30, 0)) == 1

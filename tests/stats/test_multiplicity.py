"""Adjusted p-values against the example of Benjamini and Hochberg (1995)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from segbook.stats.multiplicity import benjamini_hochberg, holm

BH95 = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
        0.7590, 1.0]  # fmt: skip
pvalues = st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), max_size=30)


def test_published_example():
    """Benjamini, Hochberg (1995), section 4: 4 rejected by their rule, 3 by Holm's; values of R p.adjust."""
    assert benjamini_hochberg(BH95)[:6] == pytest.approx(
        [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857], abs=1e-6
    )
    assert holm(BH95)[:6] == pytest.approx([0.0015, 0.0056, 0.0247, 0.1140, 0.2211, 0.2780])
    assert ((benjamini_hochberg(BH95) < 0.05).sum(), (holm(BH95) < 0.05).sum()) == (4, 3)


@given(given=pvalues)
def test_missing_stay_missing_and_order_is_kept(given):
    values = np.array(given, dtype=float)
    known = ~np.isnan(values)
    for method in (holm, benjamini_hochberg):
        adjusted = method(values)
        assert (np.isnan(adjusted) == ~known).all()
        assert (adjusted[known] >= values[known] - 1e-12).all()
        assert (adjusted[known] <= 1).all()
        assert adjusted[known] == pytest.approx(method(values[known]))
    if known.any():
        assert benjamini_hochberg(values)[known] == pytest.approx(false_discovery_control(values[known]))

"""All answers of two quarters against R."""

from __future__ import annotations

import numpy as np
import pytest

from segbook.stats.csi.distribution import shift
from segbook.stats.csi.index import csi

BEFORE, NOW = [2, 1, 3, 4, 6, 7, 12, 20, 25, 20], [1, 1, 2, 3, 5, 6, 10, 22, 28, 30]


def test_two_quarters():
    """R: MASS::polr(score ~ quarter), wilcox.test, lawstat::brunner.munzel.test."""
    made = shift(BEFORE, NOW)
    assert (made.slope, made.slope_se, made.pvalue) == pytest.approx((0.4003, 0.2466, 0.104), abs=6e-4)
    assert (made.statistic_ranks, made.pvalue_ranks) == pytest.approx((6088.5, 0.10539), abs=6e-6)
    assert made.pvalue_higher == pytest.approx(0.10406, abs=6e-6)
    assert csi([65, 80], [6, 4]) == pytest.approx([10.83, 20], abs=6e-3)


def test_the_other_way_round_is_the_inverse():
    there, back = shift(BEFORE, NOW), shift(NOW, BEFORE)
    assert there.odds_ratio * back.odds_ratio == pytest.approx(1, abs=1e-4)
    assert there.higher + back.higher == pytest.approx(1)


def test_what_cannot_be_compared():
    assert shift([0, 0], [5, 5]) is None
    assert shift([5, 0], [7, 0]) is None
    apart = shift([0, 0, 5], [0, 5, 0])
    assert np.isnan(apart.odds_ratio)
    assert apart.higher == 0

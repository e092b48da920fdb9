"""Rank tests and tables of counts: published figures, other programs, and what must hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from segbook.stats.crosses import cramer, cross_counts
from segbook.stats.effects import cliffs_delta, kolmogorov, kruskal, ranked, spearman

OZONE = {
    5: "41 36 12 18 28 23 19 8 7 16 11 14 18 14 34 6 30 11 1 11 4 32 23 45 115 37",
    6: "29 71 39 23 21 37 20 12 13",
    7: "135 49 32 64 40 77 97 97 85 10 27 7 48 35 61 79 63 16 80 108 20 52 82 50 64 59",
    8: "39 9 16 78 35 66 122 89 110 44 28 65 22 59 23 31 44 21 9 45 168 73 76 118 84 85",
    9: "96 78 73 91 47 32 20 23 21 24 44 21 28 9 13 46 18 13 24 16 13 23 36 7 14 30 14 18 20",
}
"""R's airquality: ozone by month, the missing left out."""
HAIR_EYE = [[68, 20, 15, 5], [119, 84, 54, 29], [26, 17, 14, 14], [7, 94, 10, 16]]
"""R's HairEyeColor, both sexes: black, brown, red, blond by brown, blue, hazel, green."""

numbers = st.lists(st.integers(-5, 5).map(float), min_size=4, max_size=40)


def test_kruskal_of_airquality():
    """R: kruskal.test(Ozone ~ Month); effects as in the reference figures."""
    values = [float(each) for days in OZONE.values() for each in days.split()]
    groups = [month for month, days in OZONE.items() for _ in days.split()]
    found = kruskal(values, groups)
    assert len(values) == 116
    assert found.statistic == pytest.approx(29.26657631, abs=1e-8)
    assert found.pvalue == pytest.approx(6.900714e-6, rel=1e-6)
    assert found.effect_size == pytest.approx(0.25449197, abs=1e-8)
    assert found.strength**2 == pytest.approx(0.22762681, abs=1e-8)


def test_cramer_of_hair_and_eyes():
    """R: chisq.test(HairEyeColor summed over sex); V and its bias-corrected form [Bergsma 2013]."""
    found = cramer(HAIR_EYE)
    assert found.statistic == pytest.approx(138.2898416, abs=1e-7)
    assert found.pvalue == pytest.approx(2.325287e-25, rel=1e-6)
    assert found.effect_size == pytest.approx(0.2790446, abs=1e-7)
    assert found.strength == pytest.approx(0.2704832, abs=1e-7)


def test_smirnov_and_mann_whitney_agree_with_scipy():
    rng = np.random.default_rng(3)
    values, inside = rng.integers(0, 9, 80).astype(float), rng.random(80) < 0.4
    order = np.argsort(values, kind="stable")
    values, inside = values[order], inside[order]
    ranks, ties = ranked(values)
    shift, gap = cliffs_delta(ranks, ties, inside), kolmogorov(ranks, inside)
    theirs = stats.mannwhitneyu(values[inside], values[~inside], use_continuity=False, method="asymptotic")
    assert shift.pvalue == pytest.approx(theirs.pvalue)
    pairs = inside.sum() * (~inside).sum()
    assert shift.effect_size == pytest.approx(2 * theirs.statistic / pairs - 1)
    other = stats.ks_2samp(values[inside], values[~inside], method="asymp")
    assert gap.effect_size == pytest.approx(other.statistic)


def test_cliffs_delta_by_hand():
    """Of 1, 3 against 2, 4, 4: pairs above 1, below 5, of 6."""
    ranks, ties = ranked([1.0, 3.0, 2.0, 4.0, 4.0])
    assert cliffs_delta(ranks, ties, np.array([1, 1, 0, 0, 0], dtype=bool)).effect_size == pytest.approx(
        -4 / 6
    )


def test_a_group_in_the_middle_is_seen_by_the_gap_only():
    ranks, ties = ranked(np.arange(9.0))
    middle = (ranks > 3) & (ranks < 7)
    assert cliffs_delta(ranks, ties, middle).effect_size == 0
    assert kolmogorov(ranks, middle).effect_size == pytest.approx(0.5)


def test_nothing_to_compare_is_unknown_and_no_difference_is_none():
    assert np.isnan(kruskal([1.0, 2.0], [0, 0]).pvalue)
    assert np.isnan(kruskal([], []).pvalue)
    assert kruskal([5.0] * 6, [0, 0, 0, 1, 1, 1])[1:3] == (1.0, 0.0)
    assert np.isnan(cramer([[3, 4]]).statistic)
    assert np.isnan(cramer(np.zeros((0, 0))).statistic)
    assert np.isnan(spearman([1.0] * 9, np.arange(9.0)).effect_size)
    ranks, ties = ranked([1.0, 2.0])
    assert np.isnan(cliffs_delta(ranks, ties, np.array([True, True])).effect_size)
    assert np.isnan(kolmogorov(ranks, np.array([False, False])).effect_size)
    assert cross_counts(np.array([], dtype=int), np.array([], dtype=int)).shape == (0, 0)


def test_small_counts_are_tested_by_random_tables():
    """Fisher's tea, 3 of 4 and 1 of 4: two-sided exact p = 0.4857; chi-square would say 0.157."""
    assert cramer([[3, 1], [1, 3]]).pvalue == pytest.approx(0.4857, abs=0.03)


def test_bias_is_taken_off():
    """Independent labels: V is far from zero by chance, the corrected one is not."""
    rng = np.random.default_rng(5)
    tables = [cross_counts(rng.integers(0, 8, 100), rng.integers(0, 8, 100)) for _ in range(40)]
    assert np.mean([cramer(each).effect_size for each in tables]) > 0.25
    assert np.mean([cramer(each).strength for each in tables]) < 0.1


@settings(max_examples=40, deadline=None)
@given(numbers, st.integers(0, 1000))
def test_what_must_hold_of_every_effect(values, seed):
    rng = np.random.default_rng(seed)
    groups, inside = rng.integers(0, 3, len(values)), rng.random(len(values)) < 0.5
    turned = rng.permutation(len(values))
    ranks, ties = ranked(values)
    for made in (
        lambda order: kruskal(np.array(values)[order], groups[order]),
        lambda order: spearman(np.array(values)[order], groups[order].astype(float)),
        lambda order: cramer(cross_counts(ranks.astype(int)[order], groups[order])),
        lambda order: cliffs_delta(ranks[order], ties, inside[order]),
    ):
        found, again = made(np.arange(len(values))), made(turned)
        assert found[:1] + found[2:] == pytest.approx(again[:1] + again[2:], nan_ok=True)
        if not np.isnan(found.pvalue):
            assert 0 <= found.pvalue <= 1
            assert 0 <= found.strength <= 1 + 1e-12
            assert abs(found.effect_size) <= 1 + 1e-12

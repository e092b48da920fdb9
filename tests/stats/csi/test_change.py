"""Changes, trends and what could have been seen, against published and recomputed figures."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from segbook.stats.csi.change import fisher, mcnemar, net_test, ratio_interval
from segbook.stats.csi.planning import answers_for_width, answers_needed, power, visible
from segbook.stats.csi.trend import jonckheere, mann_kendall, trend

SERIES = [3.1, 2.9, 3.4, 3.6, 3.3, 3.9, 4.1, 3.8, 4.4, 4.2, 4.9, 4.7]


def test_fisher():
    """R: fisher.test(matrix(c(3,1,1,3),2)); fisher.test(Convictions) two-sided is scipy's own check."""
    assert fisher(3, 1, 1, 3) == pytest.approx(0.4857142857, abs=1e-9)
    assert fisher(56, 14, 48, 32) == pytest.approx(0.01252112975, abs=1e-9)
    assert np.isnan(fisher(0, 0, 5, 5))


def test_mcnemar():
    """R: mcnemar.test(matrix(c(40,5,14,21),2), correct=FALSE), binom.test(5,19); matrix(c(794,150,86,570),2)."""
    small, large = mcnemar(14, 5), mcnemar(86, 150)
    assert small[:2] == pytest.approx((4.26316, 0.038947), abs=6e-6)
    assert small.pvalue_exact == pytest.approx(0.063568, abs=6e-7)
    assert large[:4] == pytest.approx((17.3559322, 3.099293e-5, 16.81779661, 4.114562e-5), rel=1e-6)
    assert mcnemar(0, 0).pvalue_exact == 1


def test_trend():
    """R: prop.trend.test(c(60,64,70,75), c(75,78,81,84)); glm(cbind(A,D) ~ 1:4, binomial)."""
    made = trend([60, 64, 70, 75], [15, 14, 11, 9])
    assert made[:2] == pytest.approx((3.1734399609, 0.0748446540), abs=1e-9)
    assert made[2:4] == pytest.approx((0.24978665, 0.14119522), abs=1e-7)
    assert 2 * stats.norm.sf(made.slope / made.slope_se) == pytest.approx(0.0769, abs=5e-5)
    smokers = trend([3, 3, 7, 12], [83, 90, 129, 70])
    assert smokers.statistic == pytest.approx(8.22492, abs=1e-5), "R: prop.trend.test(smokers, patients)"


def test_trend_needs_quarters():
    assert np.isnan(trend([9, 9, 9], [1, 1, 1]).pvalue)
    assert np.isnan(trend([9, 9, 9, 9], [0, 0, 0, 0]).pvalue)
    five = trend([9, 0, 8, 7, 6, 5], [1, 0, 2, 3, 4, 5])
    assert (five.n_quarters, np.isnan(five.pvalue), np.isnan(five.pvalue_rank)) == (5, False, True)
    assert not np.isnan(trend([9, 8, 7, 6, 5, 4], [1, 2, 3, 4, 5, 6]).pvalue_rank)


def test_mann_kendall():
    """R: Kendall::MannKendall; the smallest two-sided p-values at 4, 5, 6, 8 quarters are exact."""
    assert mann_kendall(SERIES) == pytest.approx((0.7878788, 0.0001074234), abs=6e-8)
    smallest = [mann_kendall(range(n))[1] for n in (4, 5, 6, 8)]
    assert smallest == pytest.approx([0.0833, 0.0167, 0.00278, 4.96e-5], rel=5e-3)


@pytest.mark.parametrize(
    ("n", "to_four", "to_three"), [(100, 0.13, 0.33), (200, 0.23, 0.60), (400, 0.43, 0.89), (800, 0.72, 0.99)]
)
def test_power_of_a_quarter(n, to_four, to_three):
    """Simulated: an index of 6 falls to 4 or to 3, 30 % neutral, logit test with halves; formula within 0.025."""
    made = float(power((0.6, 0.1), (0.56, 0.14), n)), float(power((0.6, 0.1), (0.525, 0.175), n))
    assert made == pytest.approx((to_four, to_three), abs=0.025)
    assert float(power((0.6, 0.1), (0.56, 0.14), 1600)) == pytest.approx(0.95, abs=0.005)


def test_answers_needed_has_its_power():
    for goal in (4, 3):
        n, share = answers_needed(6, goal, 0.3), 0.7 / (1 + goal)
        assert float(power((0.6, 0.1), (goal * share, share), n)) == pytest.approx(0.8, abs=0.002)
    assert (answers_for_width(1.5, 0.6, 0.1), answers_for_width(1.5, 0.7, 0.05)) == (273, 501)


def test_visible_change_has_its_power():
    """By simulation of the logit test at the fall that 240 to 40 against 280 answers could have shown."""
    fall, rise = visible(240, 40, 280)
    assert fall < 6 < rise
    rng, share = np.random.default_rng(1), fall / (1 + fall)
    old, new = rng.binomial(280, 6 / 7, 4000), rng.binomial(280, share, 4000)
    log = np.log((old + 0.5) / (280.5 - old)) - np.log((new + 0.5) / (280.5 - new))
    error = np.sqrt(sum(1 / (each + 0.5) for each in (old, 280 - old, new, 280 - new)))
    assert (np.abs(log) / error > 1.96).mean() == pytest.approx(0.8, abs=0.03)
    assert np.isnan(visible(0, 0, 5)).all()
    assert np.isnan(visible(5, 5, 0)).all()


@pytest.mark.parametrize(("n", "size_fisher", "size_net"), [(30, 0.024, 0.042), (100, 0.037, 0.048)])
def test_false_alarms_of_a_quarter(n, size_fisher, size_net):
    """Nothing changed (0.6, 0.1): published sizes, here 1,500 draws and a margin of three standard errors."""
    draws = np.random.default_rng(3).multinomial(n, [0.6, 0.3, 0.1], (1500, 2))
    good, bad = draws[..., 0], draws[..., 2]
    alarms = [fisher(*map(int, (a[0], d[0], a[1], d[1]))) < 0.05 for a, d in zip(good, bad, strict=True)]
    assert np.mean(alarms) == pytest.approx(size_fisher, abs=0.015)
    net = [net_test((a[0], d[0], n), (a[1], d[1], n))[1] < 0.05 for a, d in zip(good, bad, strict=True)]
    assert np.mean(net) == pytest.approx(size_net, abs=0.017)


def test_ratio_of_indices():
    """By hand: log((30.5/10.5) / (60.5/10.5)) ± 1.96 sqrt(1/60.5 + 1/10.5 + 1/30.5 + 1/10.5)."""
    ratio, low, high = ratio_interval(60, 10, 30, 10)
    half = 1.959964 * np.sqrt(1 / 60.5 + 1 / 10.5 + 1 / 30.5 + 1 / 10.5)
    assert (ratio, low, high) == pytest.approx(
        (30.5 / 60.5, 30.5 / 60.5 * np.exp(-half), 30.5 / 60.5 * np.exp(half)), rel=1e-6
    )


def test_jonckheere():
    """M. Hollander, D. A. Wolfe, piece rates: J 79, (79 - 54) / sqrt(153) without ties, permutation 0.02098."""
    pieces = [[40, 35, 38, 43, 44, 41], [38, 40, 47, 44, 40, 42], [48, 40, 45, 43, 46, 44]]
    scores = sorted({each for row in pieces for each in row})
    statistic, pvalue = jonckheere(np.array([[row.count(score) for score in scores] for row in pieces]))
    assert statistic == 79
    assert stats.norm.sf((79 - 54) / np.sqrt(153)) == pytest.approx(0.02163, abs=6e-6)
    assert pvalue == pytest.approx(0.02098, abs=4e-4), "with ties, nearer to the permutation than without"
    assert np.isnan(jonckheere(np.array([[1, 2, 3]]))[1])

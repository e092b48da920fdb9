from __future__ import annotations

import numpy as np
import pytest

from segbook.stats.abtest import money
from segbook.stats.abtest.moments import Moments
from segbook.stats.abtest.money import capped, compare_money


def drawn(rng, n: int, buys: float = 0.04, spread: float = 1.8) -> np.ndarray:
    return (rng.random(n) < buys) * rng.lognormal(3, spread, n)


def compare(control: np.ndarray, treatment: np.ndarray, **more):
    both = np.concatenate([control, treatment])
    return compare_money(Moments.of(control), Moments.of(treatment), both[both != 0], **more)


@pytest.mark.parametrize("share", [0.1, 0.05])
def test_hold_out_without_effect_alarms_in_five_per_cent(share):
    """Welch alarms in 15-25 % of such tests; full size in benchmarks/abtest_size.py."""
    rng, alarms, welch = np.random.default_rng(8), [], []
    for seed in range(500):
        values = drawn(rng, 3000)
        effect = compare(values[: int(3000 * share)], values[int(3000 * share) :], seed=seed, draws=499)
        alarms.append(effect.pvalue <= 0.05)
        welch.append(effect.means.pvalue <= 0.05)
    assert 0.03 <= np.mean(alarms) <= 0.07  # two standard errors of 500 runs
    assert np.mean(welch) > 0.12


def test_interval_holds_zero_exactly_when_the_test_finds_nothing():
    rng = np.random.default_rng(9)
    for seed in range(60):
        effect = compare(
            drawn(rng, 600, 0.2, 1.0), drawn(rng, 900, 0.2, 1.0) * rng.uniform(0.8, 2), seed=seed, draws=399
        )
        for alpha in (0.05, 0.02, 0.2):
            low, high = effect.interval(alpha)
            assert (effect.pvalue <= alpha) == (low > 0 or high < 0)
            rel_low, rel_high = effect.relative(alpha)
            if not np.isnan(rel_low):
                assert (effect.pvalue <= alpha) == (rel_low > 0 or rel_high < 0)


def test_every_arrangement_of_a_small_case():
    """By hand: of the 6 ways to choose 2 of (0, 0, 3, 5), t is largest for (3, 5) and smallest for (0, 0)."""
    effect = compare(np.array([0.0, 0.0]), np.array([3.0, 5.0]), draws=5999)
    assert effect.pvalue == pytest.approx(2 / 6, abs=0.03)


def test_shortcut_for_many_spenders_gives_the_same(monkeypatch):
    rng = np.random.default_rng(10)
    control, treatment = drawn(rng, 4000, 0.5), drawn(rng, 6000, 0.5)
    exact = compare(control, treatment, draws=1999)
    monkeypatch.setattr(money, "TOP", 600)
    quick = compare(control, treatment, draws=1999)
    assert quick.pvalue == pytest.approx(exact.pvalue, abs=0.04)
    assert quick.interval(0.05) == pytest.approx(exact.interval(0.05), abs=0.15 * exact.se)


def test_same_data_same_answer_and_unit_of_money_does_not_matter():
    rng = np.random.default_rng(11)
    control, treatment = drawn(rng, 500), drawn(rng, 500)
    one = compare(control, treatment, draws=499)
    assert one.pvalue == compare(control, treatment, draws=499).pvalue
    assert compare(control / 1000, treatment / 1000, draws=499).pvalue == pytest.approx(one.pvalue, abs=0.01)


def test_nobody_spent():
    nothing = np.zeros(50)
    assert compare(nothing, nothing, draws=99).pvalue == 1


def test_cap_does_not_know_the_arms():
    rows = {"a": np.arange(1.0, 101.0), "b": np.array([10_000.0])}
    cap, means = capped(rows, {"a": 200, "b": 200})
    assert cap == pytest.approx(np.quantile(np.concatenate(list(rows.values())), 0.99))
    assert means["b"] == pytest.approx(cap / 200)

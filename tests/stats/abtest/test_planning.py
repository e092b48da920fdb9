from __future__ import annotations

import numpy as np
import pytest

from segbook.stats.abtest.looks import boundaries, false_alarms, spent
from segbook.stats.abtest.planning import (
    Base,
    Plan,
    change_found,
    curve_of,
    days_needed,
    segment_units,
    table_of,
    units_needed,
)


@pytest.mark.parametrize(
    ("base", "change", "plan", "per_arm"),
    [
        (Base("share", 0.20), 0.05, Plan(), 1093.739),  # R power.prop.test(p1 = .2, p2 = .25, power = .8)
        (Base("share", 0.05), 0.01, Plan(), 8157.731),  # R power.prop.test
        (Base("share", 0.50), 0.25, Plan(power=0.9), 76.707),  # R ?power.prop.test, 76.7
        (Base("share", 0.15), 0.03, Plan(power=0.9), 3214.9),  # R power.prop.test
        (Base("mean", 0, 1.0), 0.2, Plan(), 393.406),  # Cohen (1988), d = .2
        (Base("mean", 0, 1.0), 0.5, Plan(), 63.766),
        (Base("mean", 0, 1.0), 0.8, Plan(), 25.525),
        (Base("mean", 0, 1.0), 1.0, Plan(power=0.9), 22.021098),  # R power.t.test(delta = 1, power = .9)
    ],
)
def test_size_is_that_of_r(base, change, plan, per_arm):
    assert units_needed(base, change, plan) / 2 == pytest.approx(
        per_arm, abs=0.06 if per_arm == 3214.9 else 6e-4
    )


@pytest.mark.parametrize("base", [Base("share", 0.07), Base("mean", 900, 4000), Base("share", 0.93)])
@pytest.mark.parametrize("plan", [Plan(), Plan(variants=4), Plan(control_share=0.1), Plan(0.1, 0.9)])
def test_size_and_detectable_change_are_inverse(base, plan):
    for units in (2_000, 40_000):
        change = change_found(base, units, plan)
        if not np.isnan(change):
            assert units_needed(base, change, plan) == pytest.approx(units, rel=1e-4)


def test_power_promised_is_power_had():
    """10 000 tests with the planned size find the change in 80 % of cases; a hold-out of a tenth too."""
    from scipy import stats

    rng = np.random.default_rng(1)
    for plan in (Plan(), Plan(control_share=0.1)):
        total = units_needed(Base("share", 0.1), 0.02, plan)
        n0, n1 = (round(total * share) for share in plan.shares)
        x0, x1 = rng.binomial(n0, 0.10, 10_000), rng.binomial(n1, 0.12, 10_000)
        pooled = (x0 + x1) / (n0 + n1)
        z = (x1 / n1 - x0 / n0) / np.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
        assert np.mean(2 * stats.norm.sf(np.abs(z)) < 0.05) == pytest.approx(0.8, abs=0.015)


def test_more_variants_and_uneven_arms_cost_more():
    base = Base("share", 0.1)
    assert units_needed(base, 0.02, Plan(variants=3)) > 1.5 * units_needed(base, 0.02)
    assert units_needed(base, 0.02, Plan(control_share=0.1)) > 2 * units_needed(base, 0.02)


def test_questions_about_segments_cost_four_times_as_much():
    base = Base("share", 0.1)
    assert segment_units(base, 0.02, 0.5) == pytest.approx(4 * units_needed(base, 0.02))
    assert segment_units(base, 0.02, 0.1) == pytest.approx(units_needed(base, 0.02) / 0.09)


def test_impossible_changes_have_no_size():
    table = table_of(Base("share", 0.8))
    assert np.isnan(table["units"].loc[0.5])
    assert np.isnan(units_needed(Base("share", 0.0), 0.0))
    assert np.isnan(change_found(Base("mean", 5.0, 0.0), 100))


def test_table_and_curve_fall_with_the_change():
    table, curve = table_of(Base("share", 0.05)), curve_of(Base("share", 0.05))
    assert table["units"].is_monotonic_decreasing
    assert curve["units"].is_monotonic_increasing
    assert (curve["relative"].to_numpy()[1:] < curve["relative"].to_numpy()[:-1]).all()


def test_days_are_whole_weeks():
    assert [days_needed(units, 100) for units in (10, 700, 701)] == [7, 7, 14]
    assert np.isnan(days_needed(100, 0))


@pytest.mark.parametrize(("t", "alpha"), [(0.25, 8.858e-5), (0.5, 0.0055746), (0.75, 0.0236251), (1, 0.05)])
def test_spending_as_published(t, alpha):
    assert spent(t) == pytest.approx(alpha, rel=1e-4)


@pytest.mark.parametrize(
    ("looks", "chance"), [(1, 0.050), (2, 0.083), (3, 0.107), (5, 0.142), (10, 0.193), (20, 0.248)]
)
def test_peeking_as_simulated(looks, chance):
    """Reference figures: false positives of unplanned looks at 5 %, of 400 000 simulations."""
    fractions = np.arange(1, looks + 1) / looks
    assert false_alarms(fractions, [1.959964] * looks) == pytest.approx(chance, abs=0.0012)


@pytest.mark.parametrize(
    ("looks", "pocock", "obrien"),
    [(2, 2.178, 1.978), (3, 2.289, 2.004), (4, 2.361, 2.024), (5, 2.413, 2.040)],
)
def test_classical_limits_keep_five_per_cent(looks, pocock, obrien):
    """Jennison & Turnbull (2000), tables 2.1 and 2.3."""
    fractions = np.arange(1, looks + 1) / looks
    assert false_alarms(fractions, [pocock] * looks) == pytest.approx(0.05, abs=3e-4)
    assert false_alarms(fractions, list(obrien / np.sqrt(fractions))) == pytest.approx(0.05, abs=3e-4)


def test_planned_looks_spend_all_and_no_more():
    fractions = [0.25, 0.5, 0.75, 1.0]
    frame = boundaries(fractions)
    assert false_alarms(fractions, frame["z"].tolist()) == pytest.approx(0.05, abs=1e-6)
    assert frame["z"].is_monotonic_decreasing
    assert frame["z"].iloc[-1] < 2.05

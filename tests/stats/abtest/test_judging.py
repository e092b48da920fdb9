"""Families, guardrails, segments, verdicts: what is said never contradicts what is shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stats.abtest.test_trial import read

from segbook.stats.abtest.arms import Cells, Measured
from segbook.stats.abtest.comparison import non_inferior
from segbook.stats.abtest.family import judged_together
from segbook.stats.abtest.moments import Moments
from segbook.stats.abtest.sample_ratio import sample_ratio
from segbook.stats.abtest.segments import cochran_q, judged, shrink, study
from segbook.stats.abtest.shares import SharesEffect

counts = st.integers(2, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
effects = st.lists(st.tuples(counts, counts), min_size=1, max_size=5)


@given(effects, st.sampled_from([0.05, 0.01, 0.2]))
@settings(max_examples=80, deadline=None)
def test_interval_leaves_out_zero_exactly_when_the_adjusted_pvalue_finds_something(pairs, alpha):
    family = [SharesEffect(*map(float, (*control, *treatment))) for control, treatment in pairs]
    sizes = [(control[1], treatment[1]) for control, treatment in pairs]
    for test, level in judged_together(family, sizes, alpha):
        low, high = test.effect_size_ci_lower, test.effect_size_ci_upper
        found = test.pvalue_adjusted <= alpha
        assert found == (low > 0 or high < 0) or abs(test.pvalue_adjusted - alpha) < 1e-6
        assert level >= 1 - alpha - 1e-12
        assert test.pvalue <= test.pvalue_adjusted + 1e-15
        if found and test.control > 0:
            assert (test.rel_effect_size_ci_lower > 0) == (low > 0)


def test_family_of_a_worked_case():
    """By hand: Holm over three p-values; found ones are held against alpha/3, /2; the rest share alpha."""
    family = [SharesEffect(100, 1000, x, 1000) for x in (160, 135, 108)]
    tests = judged_together(family, [(1000, 1000)] * 3)
    p = [each.pvalue for each in family]
    assert [test.pvalue_adjusted for test, _ in tests] == pytest.approx([3 * p[0], 2 * p[1], p[2]])
    assert [round(level, 6) for _, level in tests] == [0.983333, 0.975, 0.95]


def test_guardrail_is_safe_exactly_when_its_interval_clears_the_margin():
    effect = SharesEffect(20, 5000, 22, 5000)
    for margin in (0.0005, 0.002, 0.003, 0.01):
        test = non_inferior(effect, (5000, 5000), -1, margin, 0.05)
        assert (test.pvalue < 0.05) == (test.effect_size_ci_upper < margin)
    assert non_inferior(SharesEffect(20, 5000, 120, 5000), (5000, 5000), -1, 0.002, 0.05).pvalue > 0.99


def test_sample_ratio_over_all_arms_at_once():
    """R: chisq.test(c(700, 650, 650), p = c(.4, .3, .3)): X-squared = 20.83333, df 2, p 2.9929e-05."""
    found = sample_ratio({"a": 700, "b": 650, "c": 650}, {"a": 0.4, "b": 0.3, "c": 0.3})
    assert found.statistic == pytest.approx(20.8333333)
    assert found.pvalue == pytest.approx(np.exp(-20.8333333 / 2), rel=1e-6)  # chi-square with 2 df
    assert found.light == "red"


def test_shrinkage_of_bcg():
    """metafor: rma(measure = "RR", data = dat.bcg, method = "DL"): -.7141, tau^2 .3088, Q 152.2330."""
    tpos, tneg = (
        [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
        [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886],
    )
    cpos, cneg = (
        [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
        [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825],
    )
    a, b, c, d = map(np.array, (tpos, tneg, cpos, cneg))
    log_rr = np.log(a / (a + b)) - np.log(c / (c + d))
    se = np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    frame, overall, tau2 = shrink(log_rr, se)
    assert (round(overall, 4), round(tau2, 4)) == (-0.7141, 0.3088)
    assert cochran_q(log_rr, se)[0] == pytest.approx(152.2330, abs=1e-4)
    assert (np.abs(frame["shrunken"] - overall) <= np.abs(log_rr - overall) + 1e-12).all()


def draw_segments(rng, lifts, n: int = 8000) -> pd.DataFrame:
    segment = rng.integers(0, len(lifts), n)
    variant = rng.permutation(np.repeat(["a", "b"], n // 2))
    click = rng.random(n) < 0.12 + np.array(lifts)[segment] * (variant == "b")
    return pd.DataFrame(
        {"unit_id": range(n), "variant": variant, "click": click.astype(int), "segment": segment.astype(str)}
    )


def test_equal_segments_make_no_story():
    """Eight segments of one lift: at most 5 % of runs may say that they differ; full size in benchmarks."""

    rng, stories, n = np.random.default_rng(13), 0, np.full(8, 500.0)
    for _ in range(200):
        x0, x1 = rng.binomial(500, 0.12, 8), rng.binomial(500, 0.15, 8)
        keys = pd.DataFrame({"variant": ["a"] * 8 + ["b"] * 8, "segment": [*"stuvwxyz"] * 2})
        p, both = np.concatenate([x0, x1]) / 500, np.concatenate([n, n])
        none = np.zeros(16)
        moments = Moments(both, p, none + 1, p * (1 - p) * 500 / 499, none, none)
        cells = Cells(keys, both, both, {"click": Measured(moments, True, False, 0, 0, None, none)})
        stories += judged([study(cells, "segment", "click", ("a", "b"))])[0].differ
    assert stories <= 19  # 5 % of 200, and three standard errors


def test_segments_that_differ_are_found_and_drawn_together():
    trial = read(draw_segments(np.random.default_rng(14), [0.0, 0.12, 0.0, 0.12]))
    found = trial.segments[0]
    assert found.differ
    raw, drawn = found.effects["effect_size"], found.effects["shrunken"]
    assert drawn.std() < raw.std()
    assert (np.abs(drawn - found.overall) <= np.abs(raw - found.overall) + 1e-12).all()


def test_small_segments_are_left_out_and_named():
    frame = draw_segments(np.random.default_rng(15), [0.0, 0.0, 0.0])
    frame.loc[:20, "segment"] = "rare"
    assert read(frame).segments[0].left_out.to_dict() == {"rare": 21}

"""Managers: exact limits, shrinkage, Holm; no false alarms among equals."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
import tests.stats.csi.test_index  # noqa: F401 - loads the benchmark

from segbook.stats.csi.control import control_chart, individuals
from segbook.stats.csi.funnel import beta_prior, funnel, funnel_limits

A, D = [18, 25, 9, 30, 12], [3, 2, 6, 4, 1]


def counts_of(attract, detract, neutral=10) -> pd.DataFrame:
    frame = pd.DataFrame({"attract": attract, "neutral": neutral, "detract": detract})
    return frame.assign(n=frame.sum(axis=1), mean=7.0).set_index(pd.Index(list("abcdefghijkl"[: len(frame)])))


def test_five_managers():
    """By hand and R: binom.test, qbinom, p.adjust(method='holm'), VGAM betabinomial; fisher.test(rbind(A, D))."""
    made = funnel(counts_of(A, D))
    table = made.table
    assert made.center == pytest.approx(0.8545455, abs=6e-8)
    assert table["z"].tolist() == pytest.approx([0.034, 1.052, -2.796, 0.460, 0.701], abs=6e-4)
    assert (made.statistic, made.overdispersion) == pytest.approx((9.629783, 1.926), abs=6e-4)
    assert made.pvalue == pytest.approx(0.0846429, abs=0.009), "drawn 10,000 times"
    assert table["pvalue"].tolist() == pytest.approx([1, 0.4161, 0.0145, 0.8102, 0.7072], abs=6e-5)
    assert table["pvalue_holm"].tolist() == pytest.approx([1, 1, 0.0727, 1, 1], abs=6e-5)
    assert table["lower_95"].tolist() == pytest.approx([0.714, 0.704, 0.667, 0.735, 0.615], abs=6e-4)
    assert table["lower_998"].tolist() == pytest.approx([0.571, 0.630, 0.533, 0.647, 0.462], abs=6e-4)
    assert made.prior == pytest.approx((31.9405, 5.7225), rel=1e-4)
    assert made.prior[0] / sum(made.prior) == pytest.approx(0.84806, abs=6e-6)
    assert table["share_shrunk"].tolist() == pytest.approx([0.8513, 0.8806, 0.7774, 0.8643, 0.8673], abs=6e-5)
    assert table["csi_shrunk"].tolist() == pytest.approx([5.73, 7.37, 3.49, 6.37, 6.54], abs=6e-3)
    assert table["verdict"].tolist() == ["usual", "few", "watch", "usual", "few"]


def test_few_answers_are_never_judged():
    """Three answers, all low, beside two hundred others: shown, not judged."""
    table = funnel(counts_of([0, 90, 95], [3, 10, 8], neutral=0)).table
    assert table["pvalue_holm"].iloc[0] < 0.05
    assert table["verdict"].tolist()[0] == "few"


def test_a_real_difference_is_seen():
    made = funnel(counts_of([90, 88, 91, 55], [8, 9, 8, 30])).table
    assert made["verdict"].tolist() == ["usual", "usual", "usual", "below"]


def test_ten_identical_managers():
    """Family-wise at most 5 %, outside the 95 % limits at most 5 % of managers; full size in the benchmark."""
    flagged, outside = sys.modules["csi_coverage"].identical_managers(50)
    assert flagged <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 50)
    assert outside <= 0.05


def test_equal_managers_are_drawn_together():
    a, b = beta_prior([60, 61, 59, 60], [70, 70, 70, 70])
    assert a + b == pytest.approx(280)
    assert np.ptp(funnel(counts_of([60, 61, 59, 60], [10, 9, 11, 10])).table["share_shrunk"]) < 0.01


@pytest.mark.parametrize(
    ("attract", "detract"), [([5], [1]), ([5, 0], [0, 0]), ([0, 0], [0, 0]), ([0, 0], [4, 4])]
)
def test_edges_have_no_difference(attract, detract):
    """One manager, nobody detracts, no answers at all, nobody attracts."""
    made = funnel(counts_of(attract, detract))
    assert np.isnan(made.pvalue)
    assert set(made.table["verdict"]) == {"few"}
    assert not np.isinf(made.table["csi_shrunk"]).any()


def test_limits_without_answers():
    assert np.isnan(funnel_limits([0], 0.9, 0.95)[0]).all()


def test_individuals():
    """By hand: mean 5.95, mean moving range 1.242857, 2.66 and 3.268 times it; logarithms likewise."""
    series = [6.1, 5.4, 7.0, 6.3, 5.9, 6.6, 4.1, 6.2]
    assert individuals(series) == pytest.approx((5.95, 2.644, 9.256, 4.0617), abs=6e-4)
    assert np.exp(individuals(np.log(series))[1:3]) == pytest.approx((3.2601, 10.6218), abs=6e-5)


def test_control_chart_of_eight_quarters_and_of_fewer():
    steady = pd.DataFrame({"attract": [30, 28, 31, 29, 30, 32, 28, 30], "detract": [5, 5, 4, 5, 6, 5, 5, 4]})
    made = control_chart(steady)
    assert made.kind == "log_csi"
    assert not made.points["outside"].any()
    fallen = pd.concat([steady, pd.DataFrame({"attract": [8], "detract": [20]})], ignore_index=True)
    assert control_chart(fallen).points["outside"].tolist()[-1]
    short = control_chart(steady.tail(3))
    assert (short.kind, len(short.points)) == ("share", 3)
    empty = control_chart(pd.DataFrame({"attract": [0, 3], "detract": [0, 0]}))
    assert empty.points["outside"].tolist() == [False]

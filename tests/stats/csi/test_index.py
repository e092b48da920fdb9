"""The index and its intervals against published and recomputed figures."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT

from segbook.stats.csi.index import (
    count_answers,
    csi,
    csi_interval,
    index_table,
    kish,
    net_interval,
    weighted_index,
    worst_and_best,
)

_SPEC = importlib.util.spec_from_file_location("csi_coverage", ROOT / "benchmarks" / "csi_coverage.py")
RIVALS = sys.modules["csi_coverage"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(RIVALS)
"""What the benchmark compares; its full size runs there."""


@pytest.mark.parametrize(
    ("attract", "detract", "low", "high"),
    [
        (60, 10, 3.1087, 11.5803), (24, 4, 2.1756, 16.5469), (12, 0, 3.1238, np.inf), (160, 3, 17.9724, 158.2674),
        (30, 30, 0.6060, 1.6501), (65, 6, 4.8018, 24.4411), (80, 4, 7.6108, 52.5569),
    ],
)  # fmt: skip
def test_wilson_carried_to_the_odds(attract, detract, low, high):
    """By hand: R binom::binom.confint(A, A + D, method='wilson'), its ends s as s / (1 - s)."""
    assert csi_interval(attract, detract) == pytest.approx((low, high), abs=6e-5)


def test_rivals():
    """By hand: log(60.5/10.5) ± 1.96 sqrt(1/60.5 + 1/10.5); beta(60.5, 10.5) quantiles as odds."""
    assert RIVALS.haldane(60, 10) == pytest.approx((2.9922, 11.0952), abs=6e-5)
    assert RIVALS.jeffreys(60, 10) == pytest.approx((3.191, 12.178), abs=6e-4)


@pytest.mark.parametrize(
    "setting", RIVALS.SETTINGS, ids=lambda each: f"n{each.n}-csi{each.attract / each.detract:.0f}"
)
def test_coverage(setting):
    """Measured with 200,000 draws: 0.953 to 0.966; here 6,000, so with a margin of three standard errors."""
    covered, no_detract = RIVALS.coverage(setting, draws=6_000, seed=1)
    assert covered["wilson"] == pytest.approx(setting.wilson, abs=0.008)
    assert 0.945 <= covered["wilson"] <= 0.975
    assert covered["log"] == pytest.approx(setting.log, abs=0.02)
    assert no_detract == pytest.approx(setting.no_detract, abs=0.02)


def test_no_detractors_is_never_a_division():
    assert np.isnan(csi(12, 0))
    assert np.isnan(csi_interval(0, 0).lower)
    assert csi_interval(0, 5).lower == 0
    low, high = csi_interval(12, 0, exact=True)
    assert low < 3.1238
    assert high == np.inf


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((50, 20, 100), 0.14051, 0.44201), ((10, 5, 20), -0.11716, 0.55194)],
)
def test_net_score(counts, low, high):
    """B. Rocks (2016), arXiv 1601.07235: three quarters to both, three to n; recomputed by hand."""
    assert net_interval(*counts) == pytest.approx((low, high), abs=6e-6)


def test_equal_indices_of_different_answers():
    """8 to 1 and 80 to 10 of a thousand are one index: the shares beside it tell them apart."""
    counts = pd.DataFrame(
        {"n": 1000, "attract": [8, 80], "neutral": [991, 910], "detract": [1, 10], "mean": 6.0}
    )
    table = index_table(counts)
    assert table["csi"].tolist() == [8.0, 8.0]
    assert table["share_neutral"].tolist() == [0.991, 0.91]
    assert table["enough"].tolist() == [False, True]


def test_a_row_without_answers_is_missing_not_zero():
    counts = pd.DataFrame({"n": [0], "attract": [0], "neutral": [0], "detract": [0], "mean": [np.nan]})
    row = index_table(counts).iloc[0]
    assert row[["csi", "share_attract", "net", "net_ci_lower", "mean"]].isna().all()
    assert not row["enough"]


def test_weights():
    """L. Kish (1965): (1 + 1 + 2 + 3 + 3)² / (1 + 1 + 4 + 9 + 9) = 4.1667. By hand: one of each part."""
    assert kish([1, 1, 2, 3, 3]) == pytest.approx(4.1667, abs=5e-5)
    assert kish([]) == 0
    assert worst_and_best(60, 10, 0) == (6.0, 6.0)
    rows = pd.DataFrame({"customer_id": ["a", "b"], "group": ["attract", "neutral"]})
    made = weighted_index(rows, pd.Series({"a": "x", "b": "y", "c": "z"}))
    assert np.isnan(made["csi"])
    assert made["share_base"] == pytest.approx(2 / 3)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=8)
)
def test_what_must_hold(cells):
    """The index lies in its interval, the shares add up, nothing is infinite but the upper end."""
    counts = pd.DataFrame(cells, columns=["attract", "neutral", "detract"]).assign(mean=5.0)
    counts["n"] = counts.sum(axis=1).astype(int) - 5
    table = index_table(counts.assign(n=counts[["attract", "neutral", "detract"]].sum(axis=1)))
    known = table[table["csi"].notna()]
    assert (known["csi_ci_lower"] <= known["csi"] + 1e-9).all()
    assert (known["csi"] <= known["csi_ci_upper"] + 1e-9).all()
    some = table[table["n"] > 0]
    assert np.allclose(some[["share_attract", "share_neutral", "share_detract"]].sum(axis=1), 1)
    assert not np.isinf(table.drop(columns="csi_ci_upper").to_numpy(dtype=float)).any()


def test_counts():
    rows = pd.DataFrame(
        {
            "q": ["a", "a", "b", None],
            "group": ["attract", "detract", "neutral", "attract"],
            "score": [9, 1, 5, 9],
        }
    )
    assert count_answers(rows, "q").to_dict("index") == {
        "a": {"n": 2, "attract": 1, "neutral": 0, "detract": 1, "mean": 5.0},
        "b": {"n": 1, "attract": 0, "neutral": 1, "detract": 0, "mean": 5.0},
    }  # fmt: skip

"""Do models agree: published figures, nested models, and what must hold."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segbook.data.client import ClientData
from segbook.models import MODELS
from segbook.results import SegmentResult, Traits, plain
from segbook.stats.agreement import adjusted_rand, agreement, cross, is_nested

labels = st.lists(st.integers(0, 3), min_size=2, max_size=30)


def result(key: str, names: str, family: str = "value", **traits) -> SegmentResult:
    """A segmentation of customers c000, c001, …, best segment first in the alphabet."""
    index = [f"c{i:03d}" for i in range(len(names))]
    orders = pd.DataFrame({"customer_id": index, "amount": 10.0, "order_date": pd.Timestamp("2026-01-05")})
    return SegmentResult.build(
        key, {}, pd.Series(list(names), index=index), pd.DataFrame(index=index), names=sorted(set(names)),
        customers=ClientData.of(orders).customers, traits=Traits(family, **traits),
    )  # fmt: skip


def test_published_figures():
    """scikit-learn's documentation, adjusted_rand_score: 0.57 and -0.5; by hand for 1 and 0."""
    assert adjusted_rand([0, 0, 1, 2], [0, 0, 1, 1]) == pytest.approx(0.5714286, abs=1e-7)
    assert adjusted_rand([0, 0, 1, 1], [0, 1, 0, 1]) == pytest.approx(-0.5)
    assert adjusted_rand([0, 0, 1, 1], ["b", "b", "a", "a"]) == 1
    assert adjusted_rand([0, 0, 0, 0], [0, 1, 2, 3]) == 0
    assert adjusted_rand([0, 0], [1, 1]) == 1
    assert np.isnan(adjusted_rand([], []))


@settings(max_examples=60, deadline=None)
@given(labels, st.integers(0, 1000))
def test_what_must_hold_of_the_index(one, seed):
    rng = np.random.default_rng(seed)
    other, order = rng.integers(0, 3, len(one)), rng.permutation(len(one))
    found = adjusted_rand(one, other)
    assert found == pytest.approx(adjusted_rand(other, one))
    assert found == pytest.approx(adjusted_rand(np.array(one)[order], other[order]))
    assert found == pytest.approx(adjusted_rand([f"z{9 - each}" for each in one], other))
    assert -1 <= found <= 1
    assert adjusted_rand(one, one) == 1


def test_chance_agrees_at_zero():
    rng = np.random.default_rng(1)
    drawn = [adjusted_rand(rng.integers(0, 4, 300), rng.integers(0, 3, 300)) for _ in range(60)]
    assert abs(np.mean(drawn)) < 0.002


def test_cross_table_counts_every_customer_once():
    made = cross(result("x", "aabbb"), result("y", "ppqqp"))
    assert made.counts.to_dict("index") == {"a": {"p": 2, "q": 0}, "b": {"p": 1, "q": 2}}
    assert made.n == 5


def test_contradiction_is_high_by_one_and_low_by_the_other():
    made = cross(result("x", "aaaaabbbbb"), result("y", "pppqqqqqpp"))
    assert made.contradiction == ("a", "q", 2), "their middles stand at a quarter and at three quarters"
    assert cross(result("x", "aabb"), result("y", "ppqq")).contradiction is None
    made = cross(result("x", "aaabbbbccc"), result("y", "zyyyyyyxxz"))
    assert made.contradiction == ("c", "x", 2)


def test_models_made_of_others_are_no_surprise(make):
    data = make(3, n=900, customers=250)
    found = agreement([MODELS[key].segment(data) for key in ("rfm", "abc", "xyz", "abc_xyz", "lifecycle")])
    pairs = found.pairs.set_index(["one", "other"])
    assert pairs.loc[("abc", "abc_xyz"), "is_nested"]
    assert np.isnan(pairs.loc[("abc", "abc_xyz"), "surprise"])
    assert "abc_xyz" not in {found.surprising.one, found.surprising.other} or found.surprising.ari < 0.9
    matrix = found.matrix.to_numpy()
    assert np.allclose(matrix, matrix.T, equal_nan=True)
    assert np.allclose(np.diag(matrix), 1)
    assert json.dumps(plain(found.content()), allow_nan=False)


def test_the_pair_that_stands_out_is_named():
    """Three models of one family that agree, and one that does not agree with them."""
    rng = np.random.default_rng(2)
    base = rng.choice(list("abc"), 200)
    near = [np.where(rng.random(200) < 0.02, "a", base) for _ in range(3)]
    results = [result(key, "".join(each)) for key, each in zip("xyz", near, strict=True)]
    far = result("w", "".join(rng.choice(list("abc"), 200)))
    found = agreement([*results, far])
    assert "w" in {found.surprising.one, found.surprising.other}


def test_other_units_and_one_class_are_not_compared():
    customers, leads = result("x", "aabb"), result("y", "ppqq", subject="lead")
    assert np.isnan(agreement([customers, leads]).matrix.loc["x", "y"])
    one_class = agreement([customers, result("z", "kkkk")])
    assert np.isnan(one_class.matrix.loc["x", "z"])
    assert one_class.surprising is None
    for few in ([], [customers]):
        found = agreement(few)
        assert found.surprising is None
        assert json.dumps(plain(found.content()), allow_nan=False)


def test_only_units_both_know_are_compared():
    longer, shorter = result("x", "aabbab"), result("y", "ppqq")
    assert cross(longer, shorter).n == 4
    assert cross(longer, shorter).ari == 1


def test_nested_either_way():
    fine, coarse = [[4, 0], [3, 0], [0, 9]], [[4, 3, 0], [0, 0, 9]]
    assert is_nested(pd.DataFrame(fine))
    assert is_nested(pd.DataFrame(coarse))
    assert not is_nested(pd.DataFrame([[50, 1], [40, 2]])), "a big class is no nesting"

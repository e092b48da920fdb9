"""Is it the right segment: each criterion by hand, and what must hold for every model."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.models import MODELS, configure
from segbook.models.repeat_loyalty import RepeatLoyalty
from segbook.params.costs import Costs
from segbook.results import SegmentResult, Traits, plain
from segbook.stats.distinct import Yardstick, distinctness
from segbook.stats.reach import reachable
from segbook.stats.verdict import PROBLEMS, verdicts


def client(amounts, **tables) -> ClientData:
    people = [f"c{i:03d}" for i in range(len(amounts))]
    orders = pd.DataFrame(
        {"customer_id": people, "amount": amounts, "order_date": pd.Timestamp("2026-02-01")}
    )
    return ClientData.of(orders, "2026Q1", **tables)


def cut(data: ClientData, labels, key: str = "made", scores=None, **traits) -> SegmentResult:
    index = data.customers.index
    scores = pd.DataFrame(index=index) if scores is None else scores
    return SegmentResult.build(
        key, {}, pd.Series(list(labels), index=index), scores, names=sorted(set(labels)),
        customers=data.customers, traits=Traits("value", **traits),
    )  # fmt: skip


def judge(data, result, **options) -> pd.DataFrame:
    return verdicts(data, [result], **options).of[result.model].segments


def test_size_is_heads_or_money():
    """Of 100 customers five give 83 % of the money, five give nearly nothing."""
    data = client([1000.0] * 5 + [10.0] * 90 + [1.0] * 5)
    found = judge(data, cut(data, "a" * 5 + "b" * 90 + "c" * 5))
    assert "small" not in found.loc["a", "problems"], "few, but with most of the money"
    assert "small" not in found.loc["b", "problems"]
    assert "small" in found.loc["c", "problems"].split()


def test_money_is_held_against_the_cost_of_serving():
    data = client([100.0] * 40 + [3.0] * 40)
    found = judge(data, cut(data, "a" * 40 + "b" * 40), costs=Costs(service=5.0))
    assert found["period_value"].tolist() == [4000, 120]
    assert found["service_cost"].tolist() == [200, 200]
    assert found["surplus"].tolist() == [3800, -80]
    assert found["problems"].str.contains("unprofitable").tolist() == [False, True]


def test_margin_stands_for_money_where_it_is_known():
    data = client(
        [100.0] * 40 + [3.0] * 40,
    )
    orders = data.tables["orders"].to_pandas()
    data = ClientData.of(orders.assign(margin=orders["amount"] * 0.1), "2026Q1")
    found = verdicts(data, [cut(data, "a" * 40 + "b" * 40)], costs=Costs(service=5.0)).of["made"]
    assert found.has_margin
    assert found.segments["period_value"].tolist() == pytest.approx([400, 12])


def test_reach_needs_a_way_and_leave():
    cards = pd.DataFrame(
        {
            "customer_id": ["c000", "c001", "c002", "c003"],
            "email": ["a@example.org", None, " ", "d@example.org"],
            "phone": [None, "+7 000", None, None],
            "consent": [True, True, True, None],
        }
    )
    data = client([5.0] * 5, customers=cards)
    assert reachable(data)["reachable"].tolist() == [True, True, False, False, False]
    assert judge(data, cut(data, "aabbb"))["share_reachable"].tolist() == [1, 0]
    assert reachable(client([5.0])) is None
    assert judge(client([5.0, 6.0]), cut(client([5.0, 6.0]), "ab"))["share_reachable"].isna().all()
    by_post = reachable(
        client([5.0], customers=pd.DataFrame({"customer_id": ["c000"], "address": ["x"], "consent": [False]}))
    )
    assert by_post["reachable"].tolist() == [True], "a letter to an address needs no consent to mailings"


def test_measured_are_those_whose_every_score_is_known():
    data = client([5.0] * 4)
    scores = pd.DataFrame(
        {"x": [1.0, 2.0, np.nan, 4.0], "y": [1.0, 1.0, 1.0, 1.0], "z": np.nan}, data.customers.index
    )
    found = judge(data, cut(data, "aabb", scores=scores))
    assert found["share_measured"].tolist() == [1, 0.5]
    assert found["problems"].str.contains("unmeasured").tolist() == [False, True]


def test_segments_by_chance_are_alike_or_unproven_and_loose():
    rng = np.random.default_rng(1)
    data = client(rng.lognormal(3, 1, 4000).round(2))
    found = judge(data, cut(data, rng.choice(["a", "b"], 4000)))
    assert found["problems"].str.contains("alike").all()
    assert (found["spread"] > 0.97).all()


def test_a_segment_in_the_middle_is_distinct():
    data = client(np.arange(1.0, 301))
    found = judge(data, cut(data, "a" * 100 + "b" * 100 + "c" * 100))
    assert found["telling"].tolist() == ["value"] * 3
    assert found["distance"].tolist() == [1, 0.5, 1]
    assert found["effect_size"].tolist() == [-1, 0, 1]
    assert (found["spread"] < 0.35).all(), "a third of evenly spread ranks has a third of their deviation"
    assert (found["pvalue"] < 0.001).all()


def test_only_by_rule_is_a_difference_in_nothing_but_the_models_own_score():
    """Cut by days since purchase, which go with nothing else here."""
    rng = np.random.default_rng(2)
    people = [f"c{i:03d}" for i in range(300)]
    day = pd.Timestamp("2026-03-31") - pd.to_timedelta(np.arange(300) % 90, unit="D")
    orders = pd.DataFrame(
        {"customer_id": people, "amount": rng.lognormal(3, 1, 300).round(2), "order_date": day}
    )
    data = ClientData.of(orders, "2026Q1")
    recency = data.customers["recency_days"]
    made = cut(data, np.where(recency < 30, "a", "b"), scores=recency.to_frame("silence"))
    found = verdicts(data, [made]).of["made"]
    assert found.measures["is_own"].to_dict()["recency_days"]
    assert found.segments["telling"].tolist() == ["recency_days"] * 2
    assert found.having("only_by_rule") == ["a", "b"]


def test_leads_are_judged_by_size_and_inputs_alone():
    data = client([5.0] * 6)
    found = verdicts(data, [cut(data, "aaabbb", subject="lead")]).of["made"]
    assert found.measures.empty
    assert found.segments[["telling", "spread", "stability", "share_reachable"]].isna().all().all()
    assert json.dumps(plain(found.content()), allow_nan=False)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000), st.sampled_from([2, 40]))
def test_what_must_hold_for_every_model(seed, customers):
    data = ClientData.of(draw_orders(seed, 150, customers), "2026Q2")
    results = {key: MODELS[key].segment(data) for key in ("rfm", "xyz", "lifecycle", "abc", "value_tier")}
    judged = verdicts(data, results.values(), configure(data.params))
    assert list(judged.summary.index) == list(results)
    for found in judged.of.values():
        frame = found.segments
        assert list(frame.index) == results[found.model].present
        assert frame["customers"].sum() == len(data.customers)
        assert frame["share_customers"].sum() == pytest.approx(1)
        assert frame["period_value"].sum() == pytest.approx(data.customers["period_amount"].sum())
        shares = frame[["share_measured", "stability", "distance"]]
        assert ((shares >= 0) & (shares <= 1 + 1e-12) | shares.isna()).all().all()
        assert {key for keys in frame["problems"] for key in keys.split()} <= set(PROBLEMS)
        assert json.dumps(plain(found.content()), allow_nan=False)


def test_names_and_order_do_not_matter(make):
    data = make(6)
    orders = data.tables["orders"].to_pandas()
    renamed = orders.assign(customer_id=orders["customer_id"].str[::-1]).sample(frac=1, random_state=1)
    again = ClientData.of(renamed, "2026Q2")
    one, other = (judge(each, MODELS["rfm"].segment(each)) for each in (data, again))
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("amounts", [[5.0], [5.0] * 40, [-5.0, -5.0]])
def test_one_customer_everybody_alike_and_refunds_only(amounts):
    data = client(amounts)
    found = judge(data, RepeatLoyalty().segment(data))
    assert len(found) == 1
    assert not set(found["problems"].iloc[0].split()) - {"small"}


def test_yardstick_leaves_out_what_is_the_same_for_all():
    data = client([5.0] * 4)
    assert not Yardstick.of(data).ranks
    segments, measures = distinctness(cut(data, "aabb"), Yardstick.of(data))
    assert segments.isna().all().all()
    assert measures.empty

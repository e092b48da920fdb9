"""Response and return by group: by hand, against other programs, and the coverage of the intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segbook.stats.proportions import wilson
from segbook.stats.returns import MEASURES, measure


def contacts(customers, responses, revenue, cost=2.0, group="g") -> pd.DataFrame:
    made = {"customer_id": customers, "g": group, "contacts": 1.0, "known": 1.0, "cost": cost}
    return pd.DataFrame({**made, "responses": np.asarray(responses, dtype=float), "revenue": revenue})


def test_by_hand():
    """Ten letters at 2.0, two answers of 50 and 30: 80 revenue, 20 cost, at a margin of half 20 profit."""
    found = measure(contacts(list("abcdefghij"), [1, 1] + [0] * 8, [50.0, 30.0] + [0.0] * 8), ["g"], 0.5).loc[
        "g"
    ]
    assert list(found.index) == MEASURES
    assert found[["contacts", "customers", "responses", "response"]].tolist() == [10, 10, 2, 0.2]
    assert found[["revenue", "cost", "profit", "roi"]].tolist() == pytest.approx([80, 20, 20, 1])
    assert found[["revenue_per_contact", "cost_per_contact", "cost_per_response"]].tolist() == [8, 2, 10]
    assert np.isnan(found["roi_ci_lower"]), "two who paid are too few for an interval of money"


def test_one_contact_each_gives_wilsons_interval():
    found = measure(contacts(range(40), [1] * 10 + [0] * 30, 0.0), ["g"]).loc["g"]
    low, high = wilson(10, 40)
    assert found["response_ci_lower"] == pytest.approx(float(low), rel=0.02)
    assert found["response_ci_upper"] == pytest.approx(float(high), rel=0.02)


def test_a_customer_asked_again_is_the_same_witness():
    """Four letters to each of 25 customers, who answer all or none: as good as 25 contacts, not 100."""
    who = np.repeat(np.arange(25), 4)
    found = measure(contacts(who, who < 5, 0.0), ["g"]).loc["g"]
    low, high = wilson(5, 25)
    assert found["response_ci_lower"] == pytest.approx(float(low), rel=0.05)
    assert found["response_ci_upper"] == pytest.approx(float(high), rel=0.05)


def test_nobody_or_everybody_answers():
    for answers in (0, 1):
        found = measure(contacts(range(20), [answers] * 20, 0.0), ["g"]).loc["g"]
        low, high = wilson(20 * answers, 20)
        assert found[["response_ci_lower", "response_ci_upper"]].tolist() == pytest.approx(
            [float(low), float(high)]
        )


def test_unknown_cost_or_response_stays_unknown():
    some = contacts(range(4), [1, 0, 0, 0], 5.0, [1.0, 1.0, 1.0, np.nan])
    found = measure(some.assign(known=0.0, responses=0.0), ["g"]).loc["g"]
    assert found[["cost", "profit", "roi", "response", "cost_per_response"]].isna().all()
    assert found["revenue"] == 20
    assert measure(some[:0], ["g"]).empty


def test_interval_of_money_covers_the_truth():
    """Of 160 contacts 15 % pay lognormal sums (sigma 0.8, mean 1.377); 200 samples, nominal 95 %."""
    rng, truth, hits = np.random.default_rng(1), 0.15 * np.exp(0.32), 0
    for _ in range(200):
        paid = (rng.random(160) < 0.15) * rng.lognormal(0, 0.8, 160)
        found = measure(contacts(range(160), paid > 0, paid), ["g"]).loc["g"]
        hits += found["revenue_per_contact_ci_lower"] <= truth <= found["revenue_per_contact_ci_upper"]
    assert hits >= 182, "fewer would be rare, p < 0.02, if it covered 95 %"


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_groups_add_up_and_order_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    group = rng.choice(list("xyz"), 60)
    made = contacts(rng.integers(0, 30, 60), rng.random(60) < 0.3, rng.integers(0, 50, 60) * 1.0, 1.5, group)
    found, whole = measure(made, ["g"]), measure(made.assign(g="all"), ["g"]).loc["all"]
    for name in ("contacts", "responses", "revenue", "cost", "profit"):
        assert found[name].sum() == pytest.approx(whole[name])
    turned = measure(made.sample(frac=1, random_state=seed), ["g"])
    pd.testing.assert_frame_equal(found, turned, rtol=1e-9)
    inside = found["response"].between(found["response_ci_lower"] - 1e-9, found["response_ci_upper"] + 1e-9)
    assert inside.all()

"""CLV: classes by what customers will bring."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.models import compute
from segbook.models.clv import CLV
from segbook.results import NotComputed


@pytest.fixture(scope="module")
def data() -> ClientData:
    return ClientData.of(draw_orders(4, 3000, 400), "2026Q2")


def test_classes_are_the_shares_asked_for(data):
    result = CLV(shares=(0.1, 0.2, 0.3)).segment(data)
    worth = result.scores["clv"]
    n = (worth > 0).sum()
    counts = result.profile["customers"]
    assert counts["vip"] == pytest.approx(0.1 * n, abs=2)
    assert counts["vip"] + counts["high"] == pytest.approx(0.3 * n, abs=2)
    assert worth[result.of("vip")].min() >= worth[result.of("high")].max()


def test_value_is_purchases_times_their_size(data):
    scores = CLV(value="revenue").segment(data).scores
    assert scores["clv"].to_numpy() == pytest.approx(
        (scores["expected_purchases"] * scores["expected_value"]).fillna(0), rel=1e-6
    )


def test_margin_makes_a_loss_low(data):
    """A customer whose every purchase loses money has a negative value, however often they buy."""
    orders = draw_orders(4, 3000, 400)
    loser = orders["customer_id"].value_counts().index[0]
    margin = orders["amount"] * np.where(orders["customer_id"] == loser, -0.5, 0.3)
    result = CLV().segment(ClientData.of(orders.assign(margin=margin), "2026Q2"))
    assert result.params["value"] == "margin"
    assert result.scores.loc[loser, "clv"] < 0
    assert result.segments[loser] == "low"


def test_horizon_and_discount_move_the_value_the_right_way(data):
    learned = CLV(value="revenue").learn(data)
    year, quarter, later = (
        model.segment(data).scores["clv"].sum()
        for model in (
            CLV(**_given(learned)),
            CLV(**_given(learned) | {"horizon_days": 91}),
            CLV(**_given(learned) | {"discount_rate": 0.2}),
        )
    )
    assert 0.2 * year < quarter < 0.5 * year
    assert 0.85 * year < later < 0.97 * year


def _given(learned: CLV) -> dict:
    return {
        "value": "revenue", "timing": learned.timing, "purchase": learned.purchase, "spend": learned.spend,
        "limits": learned.limits,
    }  # fmt: skip


def test_few_repeat_buyers_are_refused_with_the_number_that_would_do():
    results, left_out = compute(ClientData.of(draw_orders(1, 300, 60), "2026Q2"))
    reason = next(each for each in left_out if each.model == "clv")
    assert "clv" not in results
    assert reason.reason == "too_little_repeat"
    assert reason.facts["needed"] == 100
    assert 0 < reason.facts["repeat"] < 100


def test_computed_with_enough_of_them(data):
    results, left_out = compute(data)
    assert "clv" in results
    assert not [each for each in left_out if isinstance(each, NotComputed) and each.model == "clv"]


def test_frozen_parameters_are_used_in_another_period(data):
    learned = CLV().learn(data)
    later = ClientData.of(pd.concat([draw_orders(4, 3000, 400), draw_orders(5, 500, 400)]), "2026Q2")
    params = learned.segment(later).params
    assert params["limits"] == list(learned.limits)
    assert params["purchase"] == pytest.approx(list(learned.purchase))


@pytest.mark.parametrize("timing", ["bg_nbd", "mbg_nbd", "pareto_nbd", "ggom_nbd", "bg_bb"])
def test_every_model_of_purchase_times_gives_values_and_travels_as_parameters(data, timing):
    result = CLV(timing=timing, value="revenue").segment(data)
    scores = result.scores
    bought = scores["p_alive"].notna()
    assert scores.loc[bought, "p_alive"].between(0, 1).all()
    assert (scores.loc[bought, "expected_purchases"] >= 0).all()
    assert scores["clv"].corr(CLV(timing="bg_nbd").segment(data).scores["clv"], method="spearman") > 0.8
    again = CLV(**{name: result.params[name] for name in ("timing", "purchase", "spend", "limits", "value")})
    assert again.segment(data).scores["clv"].tolist() == pytest.approx(scores["clv"].tolist(), rel=1e-7)


def test_parameters_of_another_model_are_refused():
    with pytest.raises(ValueError, match="5 parameters"):
        CLV(timing="ggom_nbd", purchase=(1.0, 2.0, 3.0, 4.0))

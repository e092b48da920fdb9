"""Volume, value, profit and loyalty, kinds of customers: by hand, and the articles' own cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.models.customer_kind import CustomerKind
from segbook.models.profit_loyalty import ProfitLoyalty
from segbook.models.purchase_volume import PurchaseVolume
from segbook.models.tiers import natural_cuts
from segbook.models.value_tier import ValueTier


def orders(rows, **more) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    return frame.assign(order_date=pd.to_datetime(frame["order_date"]), **more)


@pytest.mark.parametrize("seed", range(5))
def test_natural_cuts_are_the_best_of_all_pairs(seed):
    rng = np.random.default_rng(seed)
    values = np.round(rng.lognormal(3, 1.5, 40), 1)
    logs, found = np.log(values), np.unique(values)

    def inside(low: float, middle: float) -> float:
        parts = (values <= low, (values > low) & (values <= middle), values > middle)
        return sum(((logs[part] - logs[part].mean()) ** 2).sum() for part in parts if part.any())

    pairs = [(a, b) for i, a in enumerate(found[:-1]) for b in found[i + 1 : -1]]
    assert natural_cuts(pd.Series(values)) == min(pairs, key=lambda pair: inside(*pair))


def test_volume_counts_the_period_in_goods_where_they_are_known():
    frame = orders(
        [
            ("big", "2026-04-05", 9.0),
            ("mid", "2026-05-05", 9.0),
            ("one", "2026-05-05", 9.0),
            ("old", "2025-05-05", 9.0),
        ],
        quantity=[9000.0, 80, 1, 500],
    )
    made = PurchaseVolume().segment(ClientData.of(frame, "2026Q2"))
    assert made.params["measure"] == "quantity"
    assert made.segments.to_dict() == {
        "big": "large_wholesale",
        "mid": "small_wholesale",
        "one": "retail",
        "old": "no_orders",
    }


def test_given_limits_are_used_and_named():
    frame = orders([("a", "2026-04-05", 100.0), ("b", "2026-04-05", 101.0), ("c", "2026-04-05", 1001.0)])
    made = PurchaseVolume(measure="amount", limits=(100, 1000)).segment(ClientData.of(frame, "2026Q2"))
    assert made.segments.tolist() == ["retail", "small_wholesale", "large_wholesale"]
    assert list(made.near_cuts()["volume"]) == ["a", "b", "c"]


def test_volume_of_summed_purchases_is_that_of_all_history():
    cards = pd.DataFrame({"customer_id": list("abc"), "amount_sum": [1.0, 50, 4000]})
    made = PurchaseVolume().segment(ClientData.of(customers=cards))
    assert made.params["span"] == "history"
    assert made.segments.tolist() == ["retail", "small_wholesale", "large_wholesale"]


def test_value_is_the_sum_of_three_thirds():
    rows = [("a", f"2026-0{1 + i}-05", 100.0) for i in range(5)]  # 500 in 5 orders of 100
    rows += [("b", "2026-01-05", 60.0), ("b", "2026-02-05", 60.0)]  # 120 in 2 orders of 60
    rows += [("c", "2026-01-05", 200.0)]  # 200 in 1 order of 200
    made = ValueTier().segment(ClientData.of(orders(rows), "2026Q2"))
    points = made.scores[["spend_points", "frequency_points", "price_points", "value_points"]]
    assert points.astype(int).to_numpy().tolist() == [[3, 3, 2, 8], [1, 2, 1, 4], [2, 1, 3, 6]]
    assert made.segments.tolist() == ["high", "low", "middle"]


def test_value_lost_is_said_where_history_covers_both_periods():
    rows = [("a", "2026-01-05", 500.0), ("a", "2026-04-05", 100.0), ("b", "2026-05-05", 70.0)]
    lost = ValueTier().segment(ClientData.of(orders(rows), "2026Q2")).scores["value_lost"]
    assert lost.tolist() == [400.0, 0.0]
    short = ValueTier().segment(ClientData.of(orders(rows[1:]), "2026Q2")).scores["value_lost"]
    assert short.isna().all()


FOUR = [
    *[("gold", f"2026-0{i}-05", 300.0) for i in (1, 2, 3)],
    ("rich", "2026-01-05", 800.0),
    *[("friend", f"2026-0{i}-05", 5.0) for i in (1, 2, 3)],
    ("none", "2026-01-05", 5.0),
]


def test_four_groups_of_profit_and_loyalty():
    made = ProfitLoyalty(profit_cut=100).segment(ClientData.of(orders(FOUR), "2026Q1"))
    assert made.segments.to_dict() == {
        "gold": "gold",
        "rich": "profitable_disloyal",
        "friend": "loyal_unprofitable",
        "none": "neither",
    }


def test_an_answer_says_more_of_loyalty_than_purchases_do():
    surveys = pd.DataFrame(
        {
            "customer_id": ["gold", "rich", "gold"],
            "survey_date": pd.to_datetime(["2026-02-01", "2026-02-01", "2025-02-01"]),
            "score": ["2", "10", "10"],
        }
    )
    data = ClientData.of(orders(FOUR), "2026Q1", surveys=surveys)
    made = ProfitLoyalty(profit_cut=100).segment(data)
    assert made.segments["gold"] == "profitable_disloyal"
    assert made.segments["rich"] == "gold"
    assert made.segments["friend"] == "loyal_unprofitable", "no answer: purchases tell"
    assert ProfitLoyalty(profit_cut=100, loyalty="repeat").segment(data).segments["rich"] == (
        "profitable_disloyal"
    )


def test_profit_is_the_margin_where_there_is_one():
    frame = orders([("a", "2026-01-05", 1000.0), ("b", "2026-01-05", 10.0)], margin=[-5.0, 4.0])
    made = ProfitLoyalty().segment(ClientData.of(frame, "2026Q1"))
    assert made.segments.tolist() == ["neither", "profitable_disloyal"]
    assert made.params["profit"] == "margin"


def test_difficult_is_decent_money_with_many_problems_per_100_orders():
    rows = [("hard", "2026-01-05", 100.0)] * 40 + [("calm", "2026-01-05", 100.0)] * 40
    rows += [("poor", "2026-01-05", 1.0)] * 4 + [("hard", "2026-02-05", -50.0)]
    tickets = pd.DataFrame(
        {"customer_id": ["hard"] * 3 + ["calm"] + ["poor"] * 4, "opened_at": pd.Timestamp("2026-02-01")}
    )
    made = CustomerKind(problem_rate=5).segment(ClientData.of(orders(rows), "2026Q1", tickets=tickets))
    # three tickets and one day of returns on 40 orders; one ticket on 40; four on 4
    assert made.scores["problems_per_100"].to_dict() == {"calm": 2.5, "hard": 10.0, "poor": 100.0}
    assert made.segments["hard"] == "difficult"
    assert made.segments["poor"] == "ordinary", "hardly any money: not decent"


def test_valuable_are_the_top_and_whoever_buys_much_for_decent_money():
    rows = [(f"c{i}", "2026-01-05", 10.0 + i) for i in range(9)] + [("often", "2026-01-05", 1.0)] * 20
    made = CustomerKind(top_share=0.1).segment(ClientData.of(orders(rows), "2026Q1"))
    assert set(made.of("valuable")) == {"often"}, "twenty goods, and the most money"
    made = CustomerKind(top_share=0.3).segment(ClientData.of(orders(rows), "2026Q1"))
    assert set(made.of("valuable")) == {"often", "c8", "c7"}

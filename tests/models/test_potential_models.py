"""BCG, renew, experts, blocks of the base: the articles' own cases."""

from __future__ import annotations

import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.models import compute
from segbook.models.base_blocks import BaseBlocks
from segbook.models.bcg import BCG
from segbook.models.brand_effect import BrandEffect
from segbook.models.potential import Potential
from segbook.models.renew import Renew, recontact
from segbook.periods import Period
from segbook.results import NotComputed


def experts(**columns) -> ClientData:
    n = len(next(iter(columns.values())))
    return ClientData.of(experts=pd.DataFrame({"customer_id": [f"c{i}" for i in range(n)], **columns}))


def leads(period: str = "2026Q1", **columns) -> ClientData:
    n = len(next(iter(columns.values())))
    frame = pd.DataFrame({"lead_id": [f"q{i}" for i in range(n)], "lead_date": pd.Timestamp("2025-12-01")})
    return ClientData.of(period=period, leads=frame.assign(**{"outcome": "отказ", **columns}))


def test_four_cells_of_the_matrix():
    """S0:150-155: low activity and high capacity are the problem children, and so on round."""
    made = BCG().segment(experts(activity=[1, 5, 5, 1], capacity=[5, 5, 1, 1]))
    assert made.segments.tolist() == ["problem_children", "stars", "cash_cows", "dogs"]
    assert made.traits.cutoffs == {"activity": (3.0,), "capacity": (3.0,)}


def test_bcg_by_medians_and_on_another_scale():
    data = experts(activity=[1, 2, 9, 3], capacity=[2, 9, 2, None])
    assert BCG().learn(data).scale == (1, 10)
    assert BCG().segment(data).segments.tolist() == ["dogs", "problem_children", "cash_cows", "unknown"]
    assert BCG(cut="median").learn(data).activity_cut == 2
    assert BCG(scale=(1, 5)).segment(data).segments.tolist() == ["dogs", "unknown", "unknown", "unknown"]


def test_middleprom_has_the_highest_renew():
    """S0:121-128: Gazprom 5 and Mylo-prom 1 by brand; almost won is 5; MiddleProm's sum is the largest."""
    data = leads(
        name=["Газпром", "MiddleProm", "Мылопром", "Без оценки"],
        brand_strength=[5, 4, 1, 5],
        order_appeal=[2, 5, 1, 5],
        closeness=[1, 5, 1, None],
    )
    made = Renew().segment(data)
    assert made.scores["renew"].tolist()[:3] == [8, 14, 3]
    assert made.scores["renew_share"].round(3).tolist()[:3] == [0.417, 0.917, 0.0]
    assert made.scores["renew_rank"].tolist()[:3] == [2, 1, 3]
    assert data.leads.loc[made.scores["renew"].idxmax(), "name"] == "MiddleProm"
    assert made.segments.tolist() == ["middle", "high", "low", "unscored"]


def test_the_scale_may_be_good_or_bad_and_the_criteria_fewer():
    data = leads(brand_strength=[1, 1, 0], closeness=[1, 0, 0])
    made = Renew(criteria=("brand_strength", "closeness"), scale=(0, 1)).segment(data)
    assert made.scores["renew"].tolist() == [2, 1, 0]
    assert made.segments.tolist() == ["high", "middle", "low"]


def test_a_score_beside_the_scale_is_no_score():
    made = Renew().segment(leads(brand_strength=[7], order_appeal=[5], closeness=[5]))
    assert made.segments.tolist() == ["unscored"]
    assert made.scores["renew"].isna().all()


@pytest.mark.parametrize(
    ("outcome", "segment"),
    [("Отказ", "high"), (" LOST ", "high"), ("Won", "won"), ("В работе", "open"), ("хм", "unknown")],
)
def test_outcomes_are_the_clients_own_words(outcome, segment):
    data = leads(outcome=[outcome], brand_strength=[5], order_appeal=[5], closeness=[5])
    assert Renew().segment(data).segments.tolist() == [segment]


def test_an_unknown_outcome_can_be_explained():
    data = leads(outcome=["хм"], brand_strength=[5], order_appeal=[5], closeness=[5])
    assert Renew(refused=("хм",)).segment(data).segments.tolist() == ["high"]


@pytest.mark.parametrize(
    ("deadline", "launch", "first", "last", "rule", "overdue"),
    [
        # S0:134: one to two weeks before the deadline
        ("2026-05-15", "2026-06-01", "2026-05-01", "2026-05-08", "deadline", False),
        ("2026-04-07", None, "2026-03-24", "2026-03-31", "deadline", False),
        ("2026-04-06", None, "2026-03-23", "2026-03-30", "deadline", True),
        # S0:135: two calendar months after the launch; 31 December gives the last day of February
        (None, "2025-12-31", "2026-02-28", "2026-02-28", "launch", True),
        (None, "2026-02-10", "2026-04-10", "2026-04-10", "launch", False),
    ],
)
def test_when_to_renew_the_contact(deadline, launch, first, last, rule, overdue):
    frame = pd.DataFrame({"deadline": [deadline], "launch_date": [launch]}).astype("datetime64[s]")
    made = recontact(frame, Period.parse("2026Q1")).iloc[0]
    assert (made["recontact_from"], made["recontact_to"]) == (pd.Timestamp(first), pd.Timestamp(last))
    assert (made["recontact_rule"], made["overdue"]) == (rule, overdue)


def test_without_dates_there_is_no_date_and_nothing_is_overdue():
    made = Renew().segment(leads(brand_strength=[5], order_appeal=[5], closeness=[5]))
    assert made.scores[["recontact_from", "recontact_to"]].isna().all(axis=None)
    assert not made.scores["overdue"].any()


def test_expert_bands_are_thirds_of_the_scale():
    data = experts(brand=[5, 4, 3, 2, 1, None], potential=[10, 7, 6, 4, 3, None])
    bands = ["high", "high", "middle", "low", "low", "unknown"]
    assert BrandEffect().segment(data).segments.tolist() == bands
    # on 1 to 10 a third ends at 4 and two thirds at 7
    assert Potential().segment(data).segments.tolist() == [
        "high",
        "high",
        "middle",
        "middle",
        "low",
        "unknown",
    ]


def test_blocks_of_the_base():
    """S0:92-94: current, refused (asked and never bought), churned; a customer's enquiry makes no contact."""
    days = ["2026-03-25", "2025-01-05", "2026-03-01"]
    orders = pd.DataFrame(
        {"customer_id": ["now", "gone", "7"], "amount": 10.0, "order_date": pd.to_datetime(days)}
    )
    frame = pd.DataFrame(
        {
            "lead_id": ["1", "2", "3", "7", "8"],
            "lead_date": pd.Timestamp("2026-01-05"),
            "outcome": ["отказ", "отказ", "open", "lost", "?!"],
            "customer_id": ["now", None, "asker", None, None],
        }
    )
    known = pd.DataFrame({"customer_id": ["reader"]})
    made = BaseBlocks().segment(ClientData.of(orders, "2026Q1", leads=frame, customers=known))
    assert made.segments.to_dict() == {
        "now": "current", "gone": "churned", "7": "current", "2": "refused", "asker": "open",
        "lead:7": "refused", "8": "unknown", "reader": "prospect",
    }  # fmt: skip
    assert made.profile["revenue"].sum() == 30


def test_a_lead_has_the_money_of_its_customer():
    orders = pd.DataFrame(
        {"customer_id": ["a"], "amount": 10.0, "order_date": pd.to_datetime(["2026-01-05"])}
    )
    frame = pd.DataFrame({"lead_id": ["1", "2"], "customer_id": ["a", None]})
    base = ClientData.of(orders, "2026Q1", leads=frame.assign(lead_date=pd.NaT)).base("lead")
    assert base["amount_sum"].tolist() == [10.0, 0.0]
    assert base.index.tolist() == ["1", "2"]


def test_too_few_say_what_would_suffice():
    data = leads(outcome=["won"], brand_strength=[5], order_appeal=[5], closeness=[5])
    assert NotComputed("renew", "too_little_leads", {"leads": 0, "needed": 1}) in compute(data)[1]
    data = experts(activity=[1], capacity=[None], brand=[None], potential=[None])
    assert NotComputed("bcg", "too_little_scored", {"scored": 0, "needed": 1}) in compute(data)[1]

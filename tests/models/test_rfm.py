"""RFM: the cells the sources name, ties, small bases, own rules."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest
from pydantic import ValidationError

from segbook.data.client import ClientData
from segbook.models.rfm import RFM, _parse, _segment

EDGES = {"r_edges": (10, 20, 30, 40), "f_edges": (1, 2, 3, 4), "m_edges": (10, 20, 30, 40)}


def buyer(name: str, last: str, n: int, total: float) -> pd.DataFrame:
    days = pd.date_range(end=last, periods=n, freq="D")
    return pd.DataFrame({"customer_id": name, "order_date": days, "amount": total / n})


@pytest.mark.parametrize(
    ("last", "n", "total", "score", "segment"),
    [
        ("2026-03-31", 5, 100, "555", "champions"),  # premium [S0:156-161]
        ("2026-01-05", 5, 100, "155", "cant_lose"),  # paid much, often, long ago: alarm [S0:156-161]
        ("2026-03-31", 5, 5, "551", "busy_but_small"),  # hardly any revenue [S0:156-161]
        ("2026-03-31", 1, 5, "511", "new"),
        ("2026-01-05", 1, 5, "111", "lost"),
    ],
)
def test_cells_the_source_names(last, n, total, score, segment):
    result = RFM(**EDGES).segment(ClientData.of(buyer("a", last, n, total), "2026Q1"))
    assert (result.scores.loc["a", "rfm_score"], result.segments["a"]) == (score, segment)


def test_every_cell_belongs_to_a_segment():
    table = _parse(None)
    for cell in product(range(1, 6), repeat=3):
        assert _segment(table, *cell) in RFM().segments


@pytest.mark.parametrize("levels", [2, 3, 4, 5, 7])
def test_other_numbers_of_levels_are_stretched(levels, make):
    model = RFM(levels=levels)
    result = model.segment(make(3, n=900, customers=200))
    assert result.scores["r_score"].max() <= levels
    assert model.learn(make(3))._stretch(1) == 1
    assert model.learn(make(3))._stretch(levels) == 5


def test_small_base_has_two_levels(make):
    assert RFM().learn(make(1, n=150, customers=40)).levels == 2
    assert RFM(small_base=10).learn(make(1, n=150, customers=40)).levels == 5


def test_equal_values_score_equally_and_upper_scores_keep_their_numbers():
    """Of ten buyers six bought once: the cut-offs 1, 1, 1, 2 leave scores 1, 4 and 5, as CDNOW's 1, 3, 4, 5."""
    counts = [1] * 6 + [2, 2, 3, 4]
    orders = pd.concat([buyer(f"c{i}", "2026-03-31", n, 10.0 * n) for i, n in enumerate(counts)])
    result = RFM(levels=5).segment(ClientData.of(orders, "2026Q1"))
    assert result.params["f_edges"] == [1.0, 1.0, 1.0, 2.0]
    assert result.scores["f_score"].tolist() == [1] * 6 + [4, 4, 5, 5]


def test_closed_side_decides_a_value_on_the_cut_off():
    data = ClientData.of(buyer("a", "2026-03-21", 2, 20.0), "2026Q1")  # recency 10, frequency 2, money 20
    assert RFM(**EDGES).segment(data).scores.loc["a", "rfm_score"] == "522"
    assert RFM(**EDGES, closed="left").segment(data).scores.loc["a", "rfm_score"] == "433"


def test_frozen_cut_offs_between_periods(make):
    previous, current = make(4, period="2026Q1"), make(4, period="2026Q2")
    frozen = RFM().learn(previous).segment(current)
    assert frozen.params["m_edges"] == list(RFM().learn(previous).m_edges)
    assert frozen.params["m_edges"] != RFM().segment(current).params["m_edges"]


def test_own_rules_and_names():
    rules = ("best 4-5 4-5 4-5", "rest 1-5 1-5 1-5")
    model = RFM(**EDGES, rules=rules)
    assert model.segments == ("best", "rest", "no_orders")
    data = ClientData.of(
        pd.concat([buyer("a", "2026-03-31", 5, 100), buyer("b", "2026-01-01", 1, 1)]), "2026Q1"
    )
    assert model.segment(data).segments.to_dict() == {"a": "best", "b": "rest"}


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"rules": ("best 5 5 5",)}, "rules that cover every cell; 124 have none"),
        ({"rules": ("best 5 5",)}, "rules such as"),
        ({"rules": ("best a 5 5", "rest 1-5 1-5 1-5")}, "a score or a range"),
        ({"m_edges": (3, 2)}, "rising cut-offs"),
        ({"m_edges": (1, 2), "r_edges": (1,)}, "equally many cut-offs"),
        ({"levels": 1}, "greater than or equal to 2"),
    ],
)
def test_wrong_parameters_are_explained(wrong, expected):
    with pytest.raises(ValidationError, match=expected):
        RFM(**wrong)

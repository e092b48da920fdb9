"""Six questions of the customer card: who has an answer, counted by hand."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.results import plain
from segbook.schema import TABLES
from segbook.stats.coverage import QUESTIONS, coverage

DAY = pd.Timestamp("2026-01-05")


def orders(**columns) -> pd.DataFrame:
    made = {"customer_id": ["a", "b", "c"], "amount": [60.0, 30.0, 10.0], "order_date": DAY}
    return pd.DataFrame({**made, **columns})


def test_by_hand():
    cards = pd.DataFrame(
        {
            "customer_id": ["a", "b", "d"],
            "age": [30, None, 40],
            "gender": [None, "f", None],
            "city": ["", " ", "x"],
        }
    )
    found = coverage(ClientData.of(orders(), "2026Q1", customers=cards))
    who = found.questions.loc["who"]
    assert found.n_customers == 4
    assert (who["n_given"], who["customers"], who["share_customers"]) == (2, 3, 0.75)
    assert who["share_revenue"] == pytest.approx(0.9)
    assert who["share_filled"] == pytest.approx((2 / 4 + 1 / 4) / 2)
    assert found.questions.loc["where", "customers"] == 1, "blank text is no answer"
    assert found.questions.loc["how_much", "customers"] == 3
    assert found.questions.loc["why_us", ["n_given", "customers"]].tolist() == [0, 0]
    assert np.isnan(found.questions.loc["why_us", "share_filled"])
    assert found.weakest in {"what", "how_learn", "why_us"}


def test_rows_after_the_period_and_strangers_do_not_count():
    surveys = pd.DataFrame(
        {
            "customer_id": ["a", "b", None],
            "survey_date": pd.to_datetime(["2026-02-01", "2026-06-01", "2026-02-01"]),
            "score": ["9", "8", "7"],
        }
    )
    fields = coverage(ClientData.of(orders(), "2026Q1", surveys=surveys)).fields.set_index("field")
    assert fields.loc["surveys.score", "customers"] == 1
    assert fields.loc["surveys.score", "share_revenue"] == pytest.approx(0.6)


def test_every_field_is_a_canonical_column_and_feeds_one_question():
    fields = [field for listed in QUESTIONS.values() for field in listed]
    assert len(fields) == len(set(fields))
    assert [each for each in fields if each.split(".")[1] not in TABLES[each.split(".")[0]]] == []


def test_one_refund_and_no_money():
    found = coverage(ClientData.of(orders()[:1].assign(amount=-5.0), "2026Q1"))
    assert found.questions.loc["how_much", "share_customers"] == 1
    assert np.isnan(found.questions.loc["how_much", "share_revenue"])
    content = plain(found.content())["coverage"]
    assert content["questions"]["how_much"]["share_revenue"] is None
    assert json.dumps(content, allow_nan=False)


def test_shares_lie_between_nothing_and_all_and_order_does_not_matter(make):
    data = make(4, channel="shop", category=["x", None] * 200)
    shuffled = ClientData.of(data.tables["orders"].to_pandas().sample(frac=1, random_state=1), "2026Q2")
    found = coverage(data)
    pd.testing.assert_frame_equal(found.questions, coverage(shuffled).questions)
    shares = found.fields[["share_customers", "share_revenue"]]
    assert ((shares >= 0) & (shares <= 1) | shares.isna()).all().all()
    assert (found.questions["n_given"] <= found.questions["n_fields"]).all()

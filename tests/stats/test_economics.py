"""Campaigns by segment, keeping against acquiring: by hand, and what the data cannot tell."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.models.abc import ABC
from segbook.models.repeat_loyalty import RepeatLoyalty
from segbook.params.costs import Costs
from segbook.results import plain
from segbook.stats.economics import economics

ORDERS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", "c", "d"],
        "amount": [50.0, 40.0, 20.0, 10.0, 5.0],
        "order_date": pd.to_datetime(["2026-01-02", "2026-01-20", "2026-01-03", "2026-03-01", "2026-01-05"]),
    }
)


def campaigns(**columns) -> pd.DataFrame:
    made = {
        "customer_id": ["a", "b", "c", "d", "a", "b", None, "a", "a"],
        "campaign": ["spring"] * 4 + ["summer"] * 3 + ["late", None],
        "sent_at": pd.to_datetime(["2026-02-01"] * 4 + ["2026-03-10"] * 3 + ["2026-09-01", "2026-02-01"]),
        "responded": [1, 0, 1, 0, 1, 1, 1, 1, 1],
        "revenue": [40.0, 0.0, 10.0, None, 20.0, 5.0, 7.0, 9.0, 3.0],
        "cost": 5.0,
    }
    return pd.DataFrame({**made, **columns})


def client(**columns) -> ClientData:
    return ClientData.of(ORDERS, "2026Q1", campaigns=campaigns(**columns))


def test_by_hand():
    data = client()
    found = economics(data, [RepeatLoyalty().segment(data)])
    spring = found.campaigns.loc["spring"]
    assert spring[["contacts", "responses", "response", "revenue", "cost"]].tolist() == [4, 2, 0.5, 50, 20]
    assert (spring["profit"], spring["roi"]) == (30, 1.5)
    assert found.campaigns.index.tolist() == ["spring", "summer"], "in order of sending"
    repeat = found.segments.loc[("repeat_loyalty", "repeat")]
    assert repeat[["contacts", "customers", "responses", "revenue"]].tolist() == [2, 1, 2, 60]
    cells = found.cells.loc["repeat_loyalty"]
    assert cells.loc[("one_time", "spring"), ["contacts", "responses"]].tolist() == [3, 1]
    assert cells.loc[("one_time", "summer"), ["contacts", "responses"]].tolist() == [1, 1]


def test_rows_left_out_are_counted_with_their_money():
    left = economics(client()).left_out
    assert left["rows"].to_dict() == {"no_customer": 1, "no_campaign": 1, "after_period": 1}
    assert left["revenue"].to_dict() == {"no_customer": 7, "no_campaign": 3, "after_period": 9}


def test_whoever_bought_before_is_kept_and_the_others_are_acquired():
    """On 1 February a, b, d had bought and c had not; in March a and b had."""
    keeping = economics(client()).keeping
    assert keeping["contacts"].to_dict() == {"acquiring": 1, "keeping": 5}
    assert keeping["responses"].to_dict() == {"acquiring": 1, "keeping": 3}
    assert keeping["unit_cost"].to_dict() == {"acquiring": 5, "keeping": pytest.approx(25 / 3)}
    given = economics(client(), costs=Costs(acquisition=90.0, keeping=30.0))
    assert given.keeping["source"].to_dict() == {"acquiring": "given", "keeping": "given"}
    assert given.ratio == 3
    assert "advertising" not in given.unknown
    assert "advertising" in economics(client()).unknown


def test_return_is_of_margin_where_margins_are_known():
    data = ClientData.of(ORDERS.assign(margin=ORDERS["amount"] * 0.4), "2026Q1", campaigns=campaigns())
    found = economics(data)
    assert found.margin_rate == pytest.approx(0.4)
    assert found.campaigns.loc["spring", "profit"] == pytest.approx(0)


def test_segments_keep_their_order_and_add_up_to_the_campaign():
    data = client()
    found = economics(data, [ABC().segment(data)])
    assert found.segments.index.get_level_values("segment").tolist() == ["A", "B"]
    cells = found.cells.loc["abc"].groupby("campaign")[["contacts", "responses", "revenue", "cost"]].sum()
    for name in cells:
        assert cells[name].to_dict() == found.campaigns[name].to_dict()


def test_a_segment_that_answers_is_found_by_the_test():
    people = [f"c{i:03d}" for i in range(200)]
    orders = pd.DataFrame({"customer_id": people, "amount": 10.0, "order_date": pd.Timestamp("2026-01-02")})
    again = orders[:100].assign(order_date=pd.Timestamp("2026-01-20"))
    rng = np.random.default_rng(1)
    sent = pd.DataFrame({"customer_id": people, "campaign": "spring"})
    sent["responded"] = rng.random(200) < np.where(np.arange(200) < 100, 0.4, 0.1)
    data = ClientData.of(pd.concat([orders, again]), "2026Q1", campaigns=sent)
    tests = economics(data, [RepeatLoyalty().segment(data)]).tests
    assert tests.loc[("repeat_loyalty", "spring"), "pvalue_adjusted"] < 0.001


@pytest.mark.parametrize(
    ("missing", "unknown"),
    [("responded", "no_responses"), ("revenue", "no_revenue"), ("cost", "no_costs"), ("sent_at", "no_dates")],
)
def test_what_is_not_given_is_unknown(missing, unknown):
    data = ClientData.of(ORDERS, "2026Q1", campaigns=campaigns().drop(columns=missing))
    found = economics(data, [RepeatLoyalty().segment(data)])
    assert unknown in found.unknown
    assert found.campaigns["contacts"].sum() > 0
    if missing in {"revenue", "cost"}:
        assert not (found.campaigns["roi"] > 0).any()
    assert json.dumps(plain(found.content()), allow_nan=False)


@pytest.mark.parametrize("sent", [None, campaigns()[:0], campaigns()[:1], campaigns()[7:8]])
def test_no_campaigns_or_one_letter(sent):
    data = ClientData.of(ORDERS, "2026Q1", **({} if sent is None else {"campaigns": sent}))
    found = economics(data, [RepeatLoyalty().segment(data)])
    assert found.campaigns["contacts"].sum() == (
        sent is not None and len(sent) > 0 and sent["campaign"].iloc[0] == "spring"
    )
    assert list(found.segments.index.names) == ["model", "segment"]
    assert list(found.cells.index.names) == ["model", "segment", "campaign"]
    assert json.dumps(plain(found.content()), allow_nan=False)


def test_order_of_rows_does_not_matter():
    one = economics(client())
    shuffled = campaigns().sample(frac=1, random_state=3)
    other = economics(ClientData.of(ORDERS, "2026Q1", campaigns=shuffled))
    pd.testing.assert_frame_equal(one.campaigns, other.campaigns)
    pd.testing.assert_frame_equal(one.keeping, other.keeping)

"""Movement between segments: everybody counted once, frozen cut-offs, what is behaviour and what is not."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.errors import ParamsError
from segbook.models import MODELS, parameters
from segbook.movement import compare, flow, migrate
from segbook.movement.migration import GONE, NEWCOMER
from segbook.movement.window import Comparison, as_of, read_cutoffs
from segbook.results import plain

seeds = st.integers(0, 50)


@settings(max_examples=4, deadline=None)
@given(seed=seeds)
def test_every_customer_is_counted_once(seed):
    comparison = compare(ClientData.of(draw_orders(seed, 500, 60), "2026Q2"))
    assert {"lifecycle", "abc", "rfm"} <= set(comparison.models)
    everybody = comparison.before.customers.index.union(comparison.now.customers.index)
    for key in comparison.models:
        moved = migrate(comparison, key)
        matrix, cells, flows = moved.matrix, moved.cells, moved.flows
        assert moved.customers.index.equals(everybody)
        assert matrix.to_numpy().sum() == cells["customers"].sum() == len(everybody)
        rows = matrix.sum(axis=1).drop(NEWCOMER, errors="ignore")
        assert rows.to_dict() == flows["before"][flows["before"] > 0].to_dict()
        columns = matrix.sum(axis=0).drop(GONE, errors="ignore")
        assert columns.to_dict() == flows["now"][flows["now"] > 0].to_dict()
        balance = flows["before"] + flows["came"] + flows["newcomers"] - flows["left"] - flows["gone"]
        assert (balance == flows["now"]).all()
        assert (flows["net"] == flows["now"] - flows["before"]).all()


@settings(max_examples=4, deadline=None)
@given(seed=seeds)
def test_money_of_the_cells_is_the_change_of_revenue(seed):
    data = ClientData.of(draw_orders(seed, 500, 60), "2026Q2")
    moved = migrate(compare(data), "abc")
    people = data.customers
    change = people["period_amount"].sum() - people["previous_amount"].sum()
    assert moved.cells["revenue_change"].sum() == pytest.approx(change, abs=1e-6)


def test_nobody_moves_by_behaviour_when_nothing_happens():
    """Two dates with no order between them: ABC keeps everybody, whatever the cut-offs drawn anew would say."""
    orders = draw_orders(3, 400, 50)
    quiet = orders[orders["order_date"] < "2026-01-01"]
    data = ClientData.of(quiet, "2026Q2")
    moved = migrate(compare(data), "abc")
    both = moved.customers[moved.customers["target"] != GONE]
    assert (both["origin"] == both["target"]).mean() > 0.5
    assert moved.figures["newcomers"] == 0


def test_recut_is_told_from_behaviour():
    """By hand, limits frozen at 60 and 40: everybody spends twice as much, so by behaviour all are in A.

    Cut-offs drawn anew double as well and put everybody back where they were.
    """
    days = pd.to_datetime(["2025-08-10"] * 3 + ["2025-11-10"] * 3)
    amounts = np.array([90.0, 50, 10, 180, 100, 20])
    orders = pd.DataFrame({"customer_id": list("abcabc"), "order_date": days, "amount": amounts})
    data = ClientData.of(orders, "2025Q4")
    data = ClientData(
        data.params.model_copy(
            update={"history_months": 3, "models": {"abc": {"cuts": [0.6, 0.9], "min_customers": 1}}}
        ),
        data.period,
        data.tables,
    )
    moved = migrate(compare(data), "abc")
    assert moved.params["limits"] == [90.0, 50.0]
    assert moved.customers[["origin", "target", "recut"]].to_numpy().tolist() == [
        ["A", "A", "A"],
        ["B", "A", "B"],
        ["C", "C", "C"],
    ]
    assert moved.cells.loc[("B", "A"), ["customers", "behaviour", "recut"]].tolist() == [1, 1, 0]
    assert moved.cells.loc[("B", "B"), ["customers", "behaviour", "recut"]].tolist() == [0, 0, 1]


def test_both_dates_look_back_equally_far():
    data = ClientData.of(draw_orders(3, 400, 50), "2026Q2")
    comparison = compare(data)
    assert comparison.months == 12
    assert comparison.before.period.key == "2026Q1"
    assert [each.params.history_months for each in comparison.both] == [12, 12]
    assert compare(ClientData.of(draw_orders(3, 400, 50), "2025Q3")).months == 6
    assert compare(ClientData.of(draw_orders(3, 400, 50), "2025Q2")).months is None, "not two periods"


def test_a_year_is_compared_over_two_years():
    """Both periods are inside the window, so the money of the moves is that of the two years."""
    orders = draw_orders(3, 900, 60)
    older = orders.assign(order_date=orders["order_date"] - pd.Timedelta(days=900))
    data = ClientData.of(pd.concat([orders, older]), "2025")
    comparison = compare(data)
    assert comparison.months == 24
    moved = migrate(comparison, "lifecycle").customers
    totals = data.customers[["previous_amount", "period_amount"]].sum()
    assert moved["before"].sum() == pytest.approx(totals["previous_amount"])
    assert moved["now"].sum() == pytest.approx(totals["period_amount"])


def report_json(file, models, *, client="client", end="2026-03-31", months=4):
    """Write what a movement report says of its cut-offs."""
    manifest = {"client": client, "end": end, "params": {"history_months": None}}
    results = {"models": {key: {"params": plain(params)} for key, params in models.items()}}
    if months is not None:
        results["comparison"] = {"months": months}
    file.write_text(json.dumps({"manifest": manifest, "results": results}), encoding="utf-8")
    return file


def with_cutoffs(data, file) -> ClientData:
    movement = data.params.movement.model_copy(update={"cutoffs": file})
    return ClientData(data.params.model_copy(update={"movement": movement}), data.period, data.tables)


def test_cut_offs_of_last_periods_json_are_used_on_the_history_they_were_learned_on(tmp_path):
    data = ClientData.of(draw_orders(3, 600, 80), "2026Q2")
    assert compare(data).months == 12
    before = as_of(data, data.period.previous(), 4)
    learned = {key: parameters(MODELS[key].learn(before)) for key in ("abc", "rfm", "abc_xyz")}
    file = report_json(tmp_path / "movement.json", learned, client=data.params.client)
    months, read = read_cutoffs(file, data.params.client, data.period.previous().end)
    assert months == 4
    assert {key: parameters(made) for key, made in read.items()} == learned
    again = compare(with_cutoffs(data, file))
    assert again.months == 4
    own = Comparison(before, as_of(data, data.period, 4), (before, data), 4)
    pd.testing.assert_frame_equal(migrate(again, "abc").customers, migrate(own, "abc").customers)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"client": "Another"}, "client Another, must be a report on"),
        ({"end": "2026-06-30"}, "ends on 2026-06-30, must be a period that ended by 2026-03-31"),
        ({"months": None}, "learned on all history"),
    ],
)
def test_cut_offs_that_would_be_another_ruler_are_refused(tmp_path, changed, said):
    data = ClientData.of(draw_orders(3, 300, 40), "2026Q2")
    file = report_json(tmp_path / "x.json", {}, **{"client": data.params.client, **changed})
    with pytest.raises(ParamsError, match=said):
        compare(with_cutoffs(data, file))


@pytest.mark.parametrize(
    "text", ["no json", "{}", '{"results": {"models": {"abc": {"params": {"share": 7}}}}}']
)
def test_json_that_is_no_report_is_refused(tmp_path, text):
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(ParamsError, match=r"movement\.cutoffs"):
        read_cutoffs(tmp_path / "x.json", "client", date(2026, 3, 31))


def test_whoever_is_known_but_never_bought_is_a_newcomer_with_the_first_purchase():
    """A table of customers knows all: who bought first in the period is a newcomer, who never did is nobody."""
    orders = draw_orders(3, 600, 80)
    fresh = pd.DataFrame(
        {"customer_id": ["f1", "f2"], "order_date": pd.Timestamp("2026-05-05"), "amount": 50.0}
    )
    orders = pd.concat([orders, fresh], ignore_index=True)
    cards = pd.DataFrame({"customer_id": [*orders["customer_id"].unique(), "never"]})
    data = ClientData.of(orders, "2026Q2", customers=cards)
    comparison = compare(data)
    assert {"lifecycle", "abc", "rfm"} <= set(comparison.models)
    bare = compare(ClientData.of(orders, "2026Q2"))
    for key in ("lifecycle", "abc", "rfm"):
        people = migrate(comparison, key).customers
        assert "never" not in people.index
        without = migrate(bare, key).customers
        assert people["origin"].eq(NEWCOMER).equals(without["origin"].eq(NEWCOMER))
        assert people["target"].eq(GONE).equals(without["target"].eq(GONE))
        assert people.loc[["f1", "f2"], "origin"].eq(NEWCOMER).all()
    counts = flow(comparison, "lifecycle").counts
    assert counts.iloc[-1].sum() == (migrate(comparison, "lifecycle").customers["target"] != GONE).sum()


def test_flow_keeps_the_first_cut_offs():
    data = ClientData.of(draw_orders(3, 600, 80), "2026Q2")
    found = flow(compare(as_of(data, data.period, 3)), "abc").counts
    assert found.index.tolist() == ["2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2"]
    assert found.columns.tolist() == ["A", "B", "C"]


def test_frozen_cut_offs_on_cdnow_move_only_those_who_bought(real):
    """Reference: F and M never change without a purchase when cut-offs are frozen (CDNOW, one quarter)."""
    names = ["customer_id", "order_date", "n", "amount"]
    rows = pd.read_csv(
        real("cdnow/CDNOW_master.txt"), sep=r"\s+", skiprows=1, header=None, names=names, dtype=str
    )
    rows = rows.assign(
        order_date=pd.to_datetime(rows["order_date"]), amount=rows["amount"].astype(float)
    ).drop(columns="n")
    data = ClientData.of(rows, "1998Q2")
    learned = MODELS["rfm"].learn(as_of(data, data.period.previous()))
    before, now = (
        learned.segment(as_of(data, each)).scores for each in (data.period.previous(), data.period)
    )
    quiet = data.customers["period_order_days"] == 0
    same = (before.loc[quiet, ["f_score", "m_score"]] == now.loc[quiet, ["f_score", "m_score"]]).all(axis=1)
    assert same.all()

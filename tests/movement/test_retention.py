"""Churn, cohorts and lifetimes: by hand and on real shops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.movement import Churn, compare, flow, migrate, migrate_all
from segbook.movement.lifetime import lifetime
from segbook.movement.retention import Cohorts, churn, cohorts
from segbook.movement.window import as_of
from segbook.movement.worth import value_outlook
from segbook.results import NotComputed, plain
from segbook.stats.proportions import newcombe, wilson


@pytest.fixture(scope="module")
def data() -> ClientData:
    return ClientData.of(draw_orders(3, 1500, 250), "2026Q2")


def test_churn_counts_whom_the_matrix_counts(data):
    comparison = compare(data)
    moved = migrate(comparison, "lifecycle")
    table = churn(moved, flow(comparison, "lifecycle")).stages
    lost = [name for name in ("lost", "gone") if name in moved.matrix]
    rows = moved.matrix.loc[[name for name in table.index if name != "all"], lost].sum(axis=1)
    assert table["churned"].drop("all").to_dict() == rows.to_dict()
    assert table.loc["all", "churned"] == rows.sum()
    assert ((table["ci_lower"] <= table["rate"]) & (table["rate"] <= table["ci_upper"])).all()


def test_the_lost_who_came_back_are_counted_by_hand():
    """a and b are lost by April (half a year of silence), a buys again in May; c bought throughout."""
    days = ["2025-08-01", "2025-08-01", "2026-05-05", "2025-08-05", "2026-01-15", "2026-06-05"]
    orders = pd.DataFrame({"customer_id": list("abaccc"), "amount": 1.0, "order_date": pd.to_datetime(days)})
    comparison = compare(ClientData.of(orders, "2026Q2"))
    found = churn(migrate(comparison, "lifecycle"), flow(comparison, "lifecycle")).returned
    assert (found["lost"], found["returned"], found["rate"], found["patience"]) == (2, 1, 0.5, 180)
    assert (found["ci_lower"], found["ci_upper"]) == pytest.approx(wilson(1, 2))


def test_churn_of_earlier_periods_is_what_their_own_reports_say(data):
    """The same client as of the quarter before, with the same length of history, gives the row of that quarter."""
    found = churn_of(data, 6)
    before = churn_of(as_of(data, data.period.previous()), 6)
    assert list(found.periods.index.unique("period"))[-2:] == ["2026Q1", "2026Q2"]
    pd.testing.assert_frame_equal(found.periods.loc["2026Q1"], before.periods.loc["2026Q1"])
    pd.testing.assert_frame_equal(found.periods.loc["2026Q2"], found.stages.drop(columns="revenue"))
    rates = found.rates
    assert list(rates.columns) == list(found.periods.index.unique("period"))
    assert rates.index[-1] == "all"


def churn_of(data: ClientData, months: int):
    comparison = compare(as_of(data, data.period, months))
    return churn(migrate(comparison, "lifecycle"), flow(comparison, "lifecycle"))


def test_churn_against_the_period_before_by_hand():
    """10 of 100, then 30 of 100; the interval is that of `newcombe`, tested against Newcombe's own table."""
    rows = {"2026Q1": (100, 10), "2026Q2": (100, 30)}
    index = pd.MultiIndex.from_product([rows, ["all"]], names=["period", "stage"])
    periods = pd.DataFrame(rows.values(), index=index, columns=["customers", "churned"])
    compared = Churn(periods, periods, {}).against_before
    assert (compared["before"], compared["now"]) == (0.1, 0.3)
    assert (compared["ci_lower"], compared["ci_upper"]) == pytest.approx(newcombe(10, 100, 30, 100))
    assert compared["ci_lower"] > 0
    assert Churn(periods, periods.loc[["2026Q2"]], {}).against_before == {}


def test_cohorts_by_hand():
    """Two customers begin in January and one of them is there in February and March; March is not over."""
    days = ["2026-01-05", "2026-02-05", "2026-03-01", "2026-01-20", "2026-02-03"]
    orders = pd.DataFrame({"customer_id": list("aaabc"), "order_date": pd.to_datetime(days), "amount": 1.0})
    found = cohorts(ClientData.of(orders, "2026-01-01..2026-03-20"))
    assert found.unit == "month"
    assert found.customers.tolist() == [2, 1]
    assert found.shares.iloc[0].tolist() == [1, 0.5]
    assert found.shares.iloc[1, 0] == 1
    assert pd.isna(found.shares.iloc[1, 1])
    whole = cohorts(ClientData.of(orders, "2026Q1"))
    assert whole.shares.iloc[0].tolist() == [1, 0.5, 0.5]
    assert whole.shares.iloc[1, :2].tolist() == [1, 0]


def cohorts_of(customers: list[int], back: list[float], first_day: str) -> Cohorts:
    """Monthly cohorts from July 2025 on."""
    days = pd.date_range("2025-07-01", periods=len(customers), freq="MS")
    bought = pd.DataFrame({0: customers, 1: back}, index=days, dtype=float)
    return Cohorts("month", bought[0], bought, pd.Timestamp(first_day))


def test_latest_cohorts_against_those_that_hold_no_customers_of_before():
    """By hand: data begin on 1 January 2025, the July cohort 181 days later; 10 of 40 came back, then 20 of 40.

    A day later the July cohort still counts (180 days), two days later only August is left to compare with.
    """
    sizes, back = [20, 20, 20, 20, 30], [8, 2, 10, 10, float("nan")]
    for first_day in ("2025-01-01", "2025-01-02"):
        found = cohorts_of(sizes, back, first_day).second_unit
        assert (found["earlier"], found["latest"]) == (0.25, 0.5)
        assert (found["ci_lower"], found["ci_upper"]) == pytest.approx(newcombe(10, 40, 20, 40))
    assert cohorts_of(sizes, back, "2025-01-03").second_unit["earlier"] == 0.1


@pytest.mark.parametrize("sizes", [[19, 20, 20, 9], [20, 10, 9, 9], [20, 20], []])
def test_few_customers_are_no_cohorts_to_compare(sizes):
    """Fewer than 20 before or in the latest two mature cohorts, or no cohort before those."""
    back = [*[1.0] * (len(sizes) - 1), float("nan")][: len(sizes)]
    assert cohorts_of(sizes, back, "2024-01-01").second_unit == {}


def test_cohorts_know_when_the_data_begin_though_they_show_the_latest_twelve():
    """Five years from 10 January 2021: quarters, of which the last twelve are shown."""
    days = pd.date_range("2021-01-10", "2025-12-31", freq="30D")
    orders = pd.DataFrame({"customer_id": [f"c{i}" for i in range(len(days))], "order_date": days})
    found = cohorts(ClientData.of(orders.assign(amount=1.0), "2025Q4"))
    assert found.first_day == pd.Timestamp("2021-01-10")
    assert (len(found.bought), found.bought.index[0]) == (12, pd.Timestamp("2023-01-01"))


def test_first_month_of_a_real_shop(real):
    """UCI Online Retail: of 885 who bought in December 2010 36.6 % came back in January (a known figure)."""
    rows = pd.read_parquet(real("uci_online_retail/online_retail.parquet")).dropna(subset=["CustomerID"])
    orders = pd.DataFrame(
        {
            "customer_id": rows["CustomerID"].astype(int).astype(str),
            "order_date": rows["InvoiceDate"],
            "amount": rows["Quantity"] * rows["UnitPrice"],
        }
    )
    found = cohorts(ClientData.of(orders, "2011-11"))
    assert found.customers.iloc[0] == 885
    assert found.shares.iloc[0, 1] == pytest.approx(0.366, abs=5e-4)
    assert len(found.bought) == 12
    assert found.bought.iloc[-1, 1:].isna().all()


def test_lifetimes_end_when_the_silence_is_too_long():
    """By hand: bought once, no rhythm: lost after 180 days; the second, quiet for 100 days, is still there."""
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "order_date": pd.to_datetime(["2025-06-30", "2026-03-22"]),
            "amount": 1.0,
        }
    )
    found = lifetime(ClientData.of(orders, "2026Q2"))
    assert (found.n_customers, found.n_lost) == (2, 1)
    assert found.curve["survival"].to_dict() == {180: 0.0}
    assert found.median["median"] == 180
    assert found.step == 1


def test_step_is_where_the_rule_ends_those_who_bought_once():
    """By hand: a, b, c bought once; d every 20 days three times, lost 60 days after the last, on day 100.

    The curve falls by a quarter on day 100 and from 0.75 to 0 on day 180; with d's like alone there is no step.
    """
    lost = ["2025-01-01", "2025-01-21", "2025-02-10"]
    rows = [("a", "2025-01-01"), ("b", "2025-01-01"), ("c", "2025-01-01"), *(("d", day) for day in lost)]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date"]).assign(amount=1.0)
    orders["order_date"] = pd.to_datetime(orders["order_date"])
    found = lifetime(ClientData.of(orders, "2026Q2"))
    assert found.curve["survival"].to_dict() == {100: 0.75, 180: 0}
    assert found.step == 0.75
    assert lifetime(ClientData.of(orders[orders["customer_id"] == "d"], "2026Q2")).step == 0


def test_outlook_tells_what_speaks_against_it(data):
    found = value_outlook(data)
    assert not isinstance(found, NotComputed)
    figures = found.figures
    assert figures["purchases_lower"] <= figures["purchases"] <= figures["purchases_upper"]
    assert figures["revenue_lower"] <= figures["revenue"] <= figures["revenue_upper"]
    assert set(found.checks) == {"converged", "held_out", "better", "close", "ranks", "independent"}
    given = replace(found, model=replace(found.model, timing_fit=None, spending_fit=None)).figures
    assert given["alive"] + given["sleeping"] == pytest.approx(given["customers"])
    lost = replace(
        found, model=replace(found.model, timing_fit=replace(found.model.timing_fit, status="boundary"))
    )
    assert np.isnan([lost.figures[name] for name in ("alive", "share_alive", "sleeping")]).all()
    assert figures["vip_clv"] <= found.customers["clv"].sum()
    facts = plain(found.content())["clv"]
    assert facts["holdout"]["figures"].keys() == {"actual", "model", "naive"}
    assert len(facts["params"]["purchase"]) == 4


def test_values_that_chance_could_order_are_not_followed(data, monkeypatch):
    comparison, found = compare(data), value_outlook(data)
    assert "clv" in migrate_all(comparison, found)
    monkeypatch.setattr(type(found), "checks", dict.fromkeys(found.checks, True) | {"ranks": False})
    assert "clv" not in migrate_all(comparison, found)
    assert "abc" in migrate_all(comparison, found)


def test_outlook_is_refused_with_few_repeat_buyers():
    found = value_outlook(ClientData.of(draw_orders(3, 100, 30), "2026Q2"))
    assert isinstance(found, NotComputed)
    assert found.facts["needed"] == 100

"""Concentration and overview: closed forms and figures by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segbook.data.client import ClientData
from segbook.stats.concentration import concentration, gini
from segbook.stats.overview import overview


def data(amounts) -> ClientData:
    orders = pd.DataFrame({"customer_id": [f"c{i}" for i in range(len(amounts))], "amount": amounts})
    return ClientData.of(orders.assign(order_date=pd.Timestamp("2026-01-05")), "2026Q1")


def test_gini_closed_forms():
    """reference.md §11: 1..10 gives 0.3; 1, 1, 1, 97 gives 0.72; the exponential law has 0.5."""
    assert gini(np.arange(1.0, 11.0)) == pytest.approx(0.3)
    assert gini(np.array([1.0, 1.0, 1.0, 97.0])) == pytest.approx(0.72)
    assert gini(np.sort(np.random.default_rng(1).exponential(size=200_000))) == pytest.approx(0.5, abs=0.005)
    assert gini(np.array([5.0, 5.0])) == pytest.approx(0)
    assert np.isnan(gini(np.array([0.0])))
    assert np.isnan(gini(np.array([])))


def test_pareto_law_identity():
    """A Pareto law of shape a has Gini 1 / (2a - 1), and its top fifth owns 0.2 ** (1 - 1 / a); here a = 3."""
    points = (np.arange(5_000) + 0.5) / 5_000
    measured = concentration(data((1 - points) ** (-1 / 3)))
    assert measured.gini == pytest.approx(0.2, abs=0.002)
    assert measured.top_20_share == pytest.approx(0.2 ** (2 / 3), abs=0.002)


def test_by_hand():
    orders = pd.DataFrame(
        {"customer_id": list("abcdeffg"), "amount": [60.0, 20.0, 10.0, 5.0, 5.0, 10.0, -40.0, -7.0]}
    )
    measured = concentration(ClientData.of(orders.assign(order_date=pd.Timestamp("2026-01-05")), "2026Q1"))
    assert (measured.n_customers, measured.n_excluded) == (5, 1)
    assert measured.top_20_share == measured.top_1_share == pytest.approx(0.6)
    assert (measured.customers_for_80, measured.share_for_80) == (2, 0.4)


def test_interval_holds_the_estimate_and_is_reproducible():
    values = np.random.default_rng(2).lognormal(0, 1.2, 3000)
    first, second = concentration(data(values)), concentration(data(values))
    assert first.gini_ci_lower < first.gini < first.gini_ci_upper
    assert (first.gini_ci_lower, first.gini_ci_upper) == (second.gini_ci_lower, second.gini_ci_upper)


def test_interval_covers_the_truth():
    """Gini of a lognormal with sigma 0.8 is erf(0.4) = 0.4284; 60 samples of 300, nominal 95 %."""
    hits = 0
    for seed in range(60):
        measured = concentration(data(np.random.default_rng(seed).lognormal(0, 0.8, 300)))
        hits += measured.gini_ci_lower <= 0.4284 <= measured.gini_ci_upper
    assert hits >= 52, "fewer would be rare, p < 0.02, if it covered 93 % as it does in a long run"


@pytest.mark.parametrize("amounts", [[0.0, 0.0], [-5.0]])
def test_nothing_positive_is_no_concentration(amounts):
    measured = concentration(data(amounts))
    assert np.isnan(measured.gini)
    assert measured.customers_for_80 == 0


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=60))
def test_lorenz_curve_rises_below_the_diagonal(amounts):
    curve = concentration(data(amounts)).lorenz
    assert curve.iloc[0].tolist() == [0, 0]
    assert curve.iloc[-1].tolist() == pytest.approx([1, 1])
    assert (curve.diff().dropna() >= -1e-12).all().all()
    assert (curve["share_value"] <= curve["share_customers"] + 1e-9).all()


def test_overview_by_hand():
    days = pd.to_datetime(["2025-09-30", "2025-11-01", "2026-01-10", "2026-02-10", "2026-02-11"])
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "b", "a", "c", "c"],
            "amount": [5.0, 40.0, 30.0, 40.0, -10.0],
            "order_date": days,
        }
    )
    found = overview(ClientData.of(orders, "2026Q1"))
    assert found.figures["period"].to_dict() == {
        "revenue": 60.0,
        "buyers": 2,
        "new_buyers": 1,
        "n_orders": 2,
        "aov": 30.0,
    }
    assert found.figures["change"].to_dict()["revenue"] == pytest.approx(0.5)
    assert found.months.loc["2025-12-01", "revenue"] == 0.0, "a month without orders is there"
    assert found.months.loc["2026-02-01"].to_dict() == {
        "revenue": 30.0,
        "buyers": 1,
        "n_orders": 1,
        "returns": -10.0,
    }


def test_overview_without_history_claims_nothing():
    found = overview(data([1.0, 2.0]))
    assert found.figures["change"].isna().all()
    assert np.isnan(found.figures.loc["new_buyers", "period"])


def test_people_who_never_bought_do_not_concentrate_money():
    orders = pd.DataFrame(
        {"customer_id": list("abcde"), "amount": 10.0, "order_date": pd.Timestamp("2026-01-05")}
    )
    cards = pd.DataFrame({"customer_id": [f"x{i}" for i in range(400)]})
    measured = concentration(ClientData.of(orders, "2026Q1", customers=cards))
    assert (measured.n_customers, round(measured.gini, 9), measured.top_1_share) == (5, 0, 0.2)


def test_an_order_of_many_lines_is_one_order_everywhere():
    day = pd.Timestamp("2026-01-05")
    orders = pd.DataFrame(
        {
            "customer_id": ["a"] * 5 + ["b"] * 2,
            "order_id": ["1"] * 5 + [None, "1"],
            "amount": 10.0,
            "order_date": day,
        }
    )
    client = ClientData.of(orders, "2026Q1")
    found = overview(client)
    assert client.customers["n_orders"].sum() == 3
    assert found.figures.loc["n_orders", "period"] == 3
    assert found.months["n_orders"].tolist()[0] == 3


def test_a_year_that_starts_after_the_holidays_is_still_compared():
    days = pd.date_range("2025-01-09", "2026-12-31", freq="7D")
    orders = pd.DataFrame({"customer_id": "a", "amount": 10.0, "order_date": days})
    assert overview(ClientData.of(orders, "2026")).figures["change"].notna().loc["revenue"]


def test_purchases_summed_by_the_client_are_measured_alike():
    """1, 1, 1 and 97 give a Gini of 0.72, whether they come as orders or as totals: reference.md §11."""
    cards = pd.DataFrame({"customer_id": list("abcde"), "amount_sum": [1.0, 1.0, 1.0, 97.0, None]})
    measured = concentration(ClientData.of(customers=cards))
    assert (round(measured.gini, 2), measured.n_customers) == (0.72, 4)


def test_a_base_without_money_has_no_concentration():
    assert concentration(ClientData.of(customers=pd.DataFrame({"customer_id": ["a"]}))) is None

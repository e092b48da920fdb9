"""Learned again on resampled customers: what is certain stays, what is chance goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.models import MODELS
from segbook.models.abc import ABC
from segbook.models.repeat_loyalty import RepeatLoyalty
from segbook.models.rfm import RFM
from segbook.results import SegmentResult
from segbook.stats.stability import Redraws, stability


def two_groups(gap: float) -> ClientData:
    """Sixty customers who spend about 10, sixty who spend about 10 + gap."""
    rng = np.random.default_rng(1)
    amount = np.concatenate([rng.normal(10, 1, 60), rng.normal(10 + gap, 1, 60)]).round(2)
    orders = pd.DataFrame({"customer_id": [f"c{i:03d}" for i in range(120)], "amount": amount})
    return ClientData.of(orders.assign(order_date=pd.Timestamp("2026-01-05")), "2026Q1")


def test_rules_are_stable_by_construction(make):
    data = make(2)
    model = RepeatLoyalty()
    found = stability(model.segment(data), model, Redraws(data)).dropna()
    assert found.tolist() == [1.0] * len(found)


def test_given_cut_offs_are_stable_and_learned_ones_are_not(make):
    data = make(2, n=200, customers=40)
    fixed, learned = ABC(limits=(200.0, 50.0)), ABC()
    redraws = Redraws(data)
    assert stability(fixed.segment(data), fixed, redraws).dropna().eq(1).all()
    assert stability(learned.segment(data), learned, redraws).min() < 1


@dataclass(frozen=True)
class Halfway:
    """Cuts between the least and the most anybody spent."""

    limit: float | None = None

    def learn(self, data: ClientData) -> Halfway:
        spent = data.customers["amount_sum"]
        return Halfway(float(spent.min() + spent.max()) / 2)

    def segment(self, data: ClientData) -> SegmentResult:
        limit, spent = self.limit or self.learn(data).limit, data.customers["amount_sum"]
        names = pd.Series(np.where(spent > limit, "more", "less"), index=spent.index)
        return SegmentResult.build(
            "halfway", {}, names, spent.to_frame(), names=["more", "less"], customers=data.customers
        )


def test_a_cut_between_groups_is_stable_and_one_through_a_cloud_is_not():
    found = [
        stability(Halfway().segment(each), Halfway(), Redraws(each))
        for each in (two_groups(90), two_groups(0))
    ]
    assert found[0].tolist() == [1, 1]
    assert found[1].max() < 0.95


def test_larger_bases_are_stabler():
    def mean(n: int, customers: int) -> float:
        data = ClientData.of(draw_orders(1, n, customers), "2026Q2")
        return float(stability(RFM(levels=5).segment(data), RFM(levels=5), Redraws(data)).mean())

    assert mean(2000, 500) > mean(200, 50)


def test_the_nearest_segment_counts_whatever_it_is_called(make):
    """Bands are named by their edges, which a new sample moves a little."""
    data = make(8)
    cards = pd.DataFrame(
        {"customer_id": data.customers.index, "income": np.arange(len(data.customers)) * 7.0 + 1}
    )
    data = ClientData.of(data.tables["orders"].to_pandas(), "2026Q2", customers=cards)
    assert stability(MODELS["income"].segment(data), MODELS["income"], Redraws(data)).dropna().min() > 0.5


def test_redrawn_customers_bring_every_table_along(make):
    data = make(3)
    tickets = pd.DataFrame({"customer_id": ["c001", "c001", "c002"], "opened_at": pd.Timestamp("2026-05-01")})
    cards = pd.DataFrame({"customer_id": ["c001", "c003"], "city": ["Tver", "Sochi"]})
    data = ClientData.of(data.tables["orders"].to_pandas(), "2026Q2", tickets=tickets, customers=cards)
    redraws = Redraws(data, draws=1)
    drawn, sample = redraws.drawn[0], redraws.sample
    assert len(drawn.customers) == len(sample.customers) == len(data.customers)
    # Recounted from its own orders, the copy has what was copied.
    orders = drawn.tables["orders"].to_pandas()
    again = ClientData.of(orders, "2026Q2").customers["amount_sum"]
    kept = drawn.customers["amount_sum"]
    kept = kept[drawn.customers["n_orders"] > 0]
    pd.testing.assert_series_equal(kept, again.reindex(kept.index), check_names=False)
    assert set(drawn.attributes["city"].dropna()) <= {"Tver", "Sochi"}
    assert list(sample.tables) == ["orders", "tickets", "customers"]


def test_names_of_customers_do_not_matter(make):
    data = make(4)
    orders = data.tables["orders"].to_pandas()
    renamed = orders.assign(customer_id=orders["customer_id"].str[::-1]).sample(frac=1, random_state=1)
    again = ClientData.of(renamed, "2026Q2")
    one, other = (stability(RFM().segment(each), RFM(), Redraws(each)) for each in (data, again))
    pd.testing.assert_series_equal(one, other)


@pytest.mark.parametrize(
    "key", ["rfm", "xyz", "lifecycle", "value_tier", "customer_kind", "channel", "category"]
)
def test_every_model_can_be_judged_and_the_same_way_twice(key, make):
    data = make(5, channel=["shop", "site"] * 200, category=["tea", "cup"] * 200)
    model = MODELS[key]
    result = model.segment(data)
    first, second = (stability(result, model, Redraws(data, draws=3)) for _ in range(2))
    pd.testing.assert_series_equal(first, second)
    assert list(first.index) == list(result.segments.cat.categories)
    assert first.dropna().between(0, 1).all()
    assert first.notna().tolist() == (result.profile["customers"] > 0).tolist()


def test_one_customer_and_all_alike():
    for n in (1, 30):
        people = [f"c{i}" for i in range(n)]
        orders = pd.DataFrame(
            {"customer_id": people, "amount": 5.0, "order_date": pd.Timestamp("2026-05-01")}
        )
        data = ClientData.of(orders, "2026Q2")
        assert stability(ABC().segment(data), ABC(), Redraws(data)).dropna().tolist() == [1.0]


def test_what_is_no_cut_off_is_kept():
    """Levels are the client's own words, the number of groups was chosen: neither is drawn anew."""
    rng = np.random.default_rng(1)
    people = [f"c{i:03d}" for i in range(300)]
    orders = pd.DataFrame({"customer_id": people, "order_date": pd.Timestamp("2026-05-01")})
    orders["amount"] = np.where(np.arange(300) < 150, 10.0, 900.0) + rng.random(300).round(3)
    cards = pd.DataFrame(
        {"customer_id": people, "city": rng.choice(["Tver", "Sochi", "Plyos"], 300, p=[0.6, 0.39, 0.01])}
    )
    data = ClientData.of(orders, "2026Q2", customers=cards)
    redraws = Redraws(data, draws=4)
    assert stability(MODELS["city"].segment(data), MODELS["city"], redraws).dropna().eq(1).all()
    groups = MODELS["clusters"].segment(data)
    found = stability(groups, MODELS["clusters"], redraws).reindex(groups.present)
    assert found.notna().all()
    assert found.min() > 0.8, "groups of sums far apart"

"""Segment cards: figures by hand, differences by other programs' tests, words of both languages."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.conftest import draw_orders

import segbook.report.cards
from segbook.data.client import ClientData
from segbook.models import MODELS
from segbook.params import Params
from segbook.report import open_report
from segbook.results import SegmentResult, Traits, plain
from segbook.show.result_tables import tables_of
from segbook.stats.cards import Card, ModelCards, Trial, cards, marks, measures, shares, trial
from segbook.stats.cards.marks import COLUMNS
from segbook.stats.monday import rules
from segbook.words.i18n import Texts, catalogue

RU, EN = Texts("ru", "RUB"), Texts("en", "USD")


def two(n: int) -> pd.Series:
    """Give customers 0 to n - 1, the first half in segment x, the others in y."""
    return pd.Series(["x"] * (n // 2) + ["y"] * (n - n // 2), index=[f"c{i:03d}" for i in range(n)]).astype(
        "category"
    )


def attribute(groups: pd.Series, levels: list[str], family: str = "demographic") -> SegmentResult:
    frame = pd.DataFrame(0.0, groups.index, ["amount_sum", "period_amount", "n_orders", "recency_days"])
    made = pd.Series(levels, index=groups.index)
    names = [*dict.fromkeys(levels), *([] if "unknown" in levels else ["unknown"])]
    return SegmentResult.build(
        "gender", {}, made, pd.DataFrame(index=groups.index), names=names, customers=frame,
        traits=Traits(family=family),
    )  # fmt: skip


def test_attributes_are_compared_by_fisher():
    # 40 of 50 against 20 of 50; the reference is scipy's own Fisher, one-sided and doubled.
    groups = two(100)
    levels = ["f"] * 40 + ["m"] * 10 + ["f"] * 20 + ["m"] * 30
    found = marks(groups, {"gender": attribute(groups, levels)}, [])
    row = found["x"].iloc[0]
    assert (row["aspect"], row["column"], row["level"], row["n"]) == ("who", "gender", "f", 40)
    assert (row["share"], row["base_share"], row["index"]) == (0.8, 0.6, pytest.approx(4 / 3))
    once = 2 * stats.fisher_exact([[40, 10], [20, 30]], "greater").pvalue
    assert row["pvalue_adjusted"] == pytest.approx(once)  # four equal p-values: adjusted is the same
    assert found["y"]["level"].tolist() == ["m"]


def test_the_unknown_are_left_out_and_what_is_bought_is_no_attribute():
    groups = two(100)
    levels = ["f"] * 25 + ["unknown"] * 25 + ["f"] * 25 + ["unknown"] * 25
    assert marks(groups, {"gender": attribute(groups, levels)}, [])["x"].empty
    levels = ["f"] * 50 + ["m"] * 50
    assert len(marks(groups, {"gender": attribute(groups, levels)}, [])["x"]) == 1
    assert marks(groups, {"gender": attribute(groups, levels, "product")}, [])["x"].empty


def test_money_is_compared_by_welch_over_customers():
    rng = np.random.default_rng(1)
    groups = two(80)
    part = np.r_[rng.uniform(0.4, 0.9, 40), rng.uniform(0.1, 0.6, 40)]
    orders = pd.DataFrame(
        {
            "customer_id": np.repeat(groups.index, 2),
            "order_date": pd.Timestamp("2026-05-05"),
            "amount": np.c_[part, 1 - part].ravel() * 100,
            "channel": ["site", "shop"] * 80,
        }
    )
    divided = shares(ClientData.of(orders, "2026Q2"))
    assert [(each.aspect, each.column) for each in divided] == [("where", "channel"), ("when", "weekday")]
    row = marks(groups, {}, divided[:1])["x"].iloc[0]
    assert row["level"] == "site"
    assert row["share"] == pytest.approx(part[:40].mean())
    assert row["base_share"] == pytest.approx(part.mean())
    assert row["pvalue_adjusted"] == pytest.approx(
        stats.ttest_ind(part[:40], part[40:], equal_var=False).pvalue
    )


def test_chance_is_not_said():
    """Twenty drawings without any difference, sixty tests each: hardly a false find."""
    rng = np.random.default_rng(0)
    groups = two(200)
    found = 0
    for _ in range(20):
        drawn = [attribute(groups, list(rng.choice(list("abcde"), 200))) for _ in range(6)]
        found += sum(
            len(each) for each in marks(groups, {f"m{i}": x for i, x in enumerate(drawn)}, []).values()
        )
    assert found <= 2


def test_months_are_counted_over_whole_years():
    """Bought on the 15th of every month for 18 months: without whole years January to June would double."""
    days = pd.date_range("2025-01-15", periods=18, freq="MS") + pd.Timedelta(days=14)
    orders = pd.DataFrame({"customer_id": "a", "order_date": days, "amount": 10.0})
    month = next(each for each in shares(ClientData.of(orders, "2026Q2")) if each.column == "month")
    assert month.share.tolist() == pytest.approx([1 / 12] * 12)


def test_parts_of_the_day_need_times():
    orders = pd.DataFrame(
        {"customer_id": "a", "amount": 10.0, "order_date": [pd.Timestamp("2026-05-05 19:30")]}
    )
    part = next(each for each in shares(ClientData.of(orders, "2026Q2")) if each.column == "part")
    assert [part.levels[each] for each in part.level] == ["evening"]


def test_measures_by_hand():
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b"],
            "order_date": pd.to_datetime(["2026-04-01", "2026-06-20", "2026-06-21", "2026-06-30"]),
            "amount": [60.0, 60.0, -20.0, 100.0],
            "quantity": [6.0, 6.0, -2.0, 50.0],
            "margin": [30.0, 30.0, -10.0, 10.0],
        }
    )
    frame = measures(pd.Series({"a": "x", "b": "y"}).astype("category"), ClientData.of(orders, "2026Q2"))["x"]
    # a: 100 net of 2 orders, margin 50, 20 of 120 given back, 10 units at 10; both: 200 of 3 orders, 60 units.
    expected = {
        "revenue_per_customer": (100, 100), "aov": (50, 200 / 3), "orders_per_customer": (2, 1.5),
        "recency_days": (10, 5), "margin_share": (0.5, 0.3), "returns_share": (20 / 120, 20 / 220), "price": (10, 200 / 60),
    }  # fmt: skip
    assert list(frame.index) == list(expected)
    for name, (value, base) in expected.items():
        assert frame.loc[name].to_list() == pytest.approx([value, base, value / base])


def customers_of(rate: float, spent: float = 100.0) -> ClientData:
    """A hundred bought in the middle of last quarter, of whom a share again in the middle of this one."""
    ids = [f"c{i:02d}" for i in range(100)]
    again = ids[: round(100 * rate)]
    orders = pd.DataFrame(
        {
            "customer_id": [*ids, *again],
            "order_date": [pd.Timestamp("2026-02-14")] * 100 + [pd.Timestamp("2026-05-16")] * len(again),
            "amount": [50.0] * 100 + [spent + 10 * (i % 11) for i in range(len(again))],
        }
    )
    return ClientData.of(orders, "2026Q2")


def test_the_size_of_a_test_is_the_published_one():
    data = customers_of(0.2)
    plan = trial(data.customers.index[:20], 20, data)
    # By hand, the formula of R's power.prop.test: (1.959964 sqrt(2 * .22 * .78) + .841621 sqrt(.2 * .8 + .24 * .76))^2
    # / .04^2 = 1682.4 an arm.
    assert (plan.metric, plan.base, plan.target, plan.n_alike) == ("share", 0.2, pytest.approx(0.24), 100)
    assert plan.n_needed == 2 * 1683
    assert not plan.enough
    rare = customers_of(0.02)
    plan = trial(rare.customers.index[:2], 20, rare)
    assert plan.target == pytest.approx(0.05), "three points, not a fifth of nearly nothing"


def test_money_is_tested_where_nearly_all_buy():
    data = customers_of(1.0)
    plan = trial(data.customers.index, 100, data)
    spent = data.customers["period_amount"]
    assert (plan.metric, plan.base, plan.target) == ("money", spent.mean(), pytest.approx(1.1 * spent.mean()))
    # R: power.t.test(delta = 0.1 * mean, sd = sd, power = 0.8), by the normal law within two per cent.
    normal = 2 * 2 * (1.959964 + 0.841621) ** 2 * (spent.std() / (0.1 * spent.mean())) ** 2
    assert plan.n_needed == pytest.approx(normal, rel=0.1)


def test_nothing_is_planned_on_nothing():
    data = customers_of(0.5)
    assert trial(data.customers.index[:10], 10, data) is None
    silent = ClientData.of(customers=pd.DataFrame({"customer_id": [f"c{i}" for i in range(50)]}))
    assert trial(silent.customers.index, 50, silent) is None


def computed(data: ClientData, *keys: str) -> dict[str, SegmentResult]:
    return {key: MODELS[key].segment(data) for key in keys or ("rfm", "lifecycle", "gender")}


def every(seed: int) -> tuple[ClientData, dict[str, ModelCards]]:
    rng = np.random.default_rng(seed)
    orders = draw_orders(seed, 900, 150)
    orders["category"] = rng.choice(["tea", "cups", "sweets"], len(orders))
    ids = sorted(set(orders["customer_id"]) | {"z1"})
    people = pd.DataFrame(
        {
            "customer_id": ids,
            "gender": rng.choice(["f", "m", None], len(ids)),
            "email": "a@example.com",
            "consent": True,
        }
    )
    data = ClientData.of(orders, "2026Q2", customers=people)
    return data, dict(cards(computed(data), data).by_model)


@pytest.mark.parametrize("seed", [1, 7, 42])
def test_cards_add_up_and_can_be_said(seed):
    data, made = every(seed)
    assert list(made) == ["rfm", "lifecycle"]
    for result in made.values():
        assert sum(card.size["customers"] for card in result.cards) == len(data.customers)
        assert sum(card.size["revenue"] for card in result.cards) == pytest.approx(
            data.customers["amount_sum"].sum()
        )
        assert set(result.on_paper) <= {card.segment for card in result.cards}
        assert len(result.on_paper) <= 3
        plain(result.content())
        for texts in (RU, EN):
            table, *each = tables_of(result, texts)
            assert len(table.frame) == len(each) == len(result.cards)
            words = " ".join(table.frame.fillna("").to_numpy().ravel())
            assert not re.search(r"\bnan\b|None|\{|\}|\binf\b", words)


def test_row_order_does_not_matter():
    _, first = every(5)
    data, _ = every(5)
    rows = data.tables["orders"].to_pandas().sample(frac=1, random_state=2)
    other = ClientData.of(rows, "2026Q2", customers=data.tables["customers"].to_pandas())
    second = cards(computed(other), other).by_model
    for key, result in first.items():
        for texts in (RU, EN):
            pd.testing.assert_frame_equal(
                tables_of(result, texts)[0].frame, tables_of(second[key], texts)[0].frame
            )


def card(**changes) -> Card:
    size = {
        "customers": 100,
        "share_customers": 0.1,
        "revenue": 5e6,
        "share_revenue": 0.3,
        "period_revenue": 1e6,
    }
    figures = pd.DataFrame({"value": [200.0], "base": [100.0], "index": [2.0]}, index=["aov"])
    people = pd.DataFrame({"name": ["Acme"], "manager": ["Ann"], "phone": ["+1"], "amount_sum": [900.0]})
    none = pd.DataFrame(columns=list(COLUMNS))
    whole = Card("rfm", "champions", size, figures, none, {"email": 0.5}, people, "vip", None)
    return dataclasses.replace(whole, **changes)


def said(made: Card) -> dict[str, str]:
    table = tables_of(ModelCards("rfm", (made,), ()), EN)[1]
    return dict(zip(table.frame["row"], table.frame["said"], strict=True))


def test_a_card_is_said_in_plain_words():
    rows = said(card())
    assert rows["How many"].startswith("100 customers (10% of the base); revenue $5M (30% of all)")
    assert rows["How they buy"] == "average order $200 ($100)"
    assert rows["Price level"] == "an average order is $200 (+100% on the base)"
    assert rows["What sets them apart"].startswith("no reliable difference")
    assert rows["Whom to start with"] == "Acme ($900, manager Ann, +1)"
    assert rows["What to test"].endswith("a trial contact with the answers noted.")
    assert rows["Offer"] == EN.t("rfm.segments.champions.action")
    mark = ("when", "month", "12", 0.2, 0.1, 2.0, 50, 0.01)
    rows = said(card(marks=pd.DataFrame([mark], columns=list(COLUMNS))))
    assert rows["When and where"] == "December, 20% of spending (base 10%)"
    assert "What sets them apart" not in rows


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({"n_available": 500}, "500 are available: enough."),
        ({}, "too few; only a rise to 30% or more would show."),
        ({"found": 0.9}, "Act with all and note each answer."),
        ({"found": float("nan")}, "Act with all and note each answer."),
        ({"periods": 3.0}, "so many newcomers gather in 3 periods."),
    ],
)
def test_the_verdict_on_a_test(changes, end):
    plan = Trial("share", 0.2, 0.24, 90, 400, 100, 0.3, float("nan"))
    assert said(card(trial=dataclasses.replace(plan, **changes)))["What to test"].endswith(end)


def test_small_segments_are_not_tested():
    assert "too few for a test" in said(card(size={**card().size, "customers": 12}))["What to test"]


def test_every_action_has_a_manner_and_an_idea():
    words = catalogue()
    plays = {"general", *(rule.play for rule in rules())}
    assert {key.split(".")[2] for key in words if key.startswith("cards.plays.")} == plays
    assert all(f"cards.plays.{play}.{what}" in words for play in plays for what in ("way", "test"))


def test_models_of_others_have_no_cards():
    data, _ = every(1)
    params = Params.model_validate({**data.params.model_dump(), "primary": ["abc"]})
    data = dataclasses.replace(data, params=params)
    made = cards(computed(data, "abc", "rfm"), data)
    assert list(made.by_model) == ["abc"]
    assert made.of("rfm") == ()


def test_cards_fold_and_those_that_matter_are_printed(tmp_path, monkeypatch):
    draw_orders(2, 800, 220).to_csv(tmp_path / "o.csv", index=False)
    text = "client: A\npurpose: b\nperiod: 2026Q2\nsources: {orders: {path: o.csv}}\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    report = open_report("segmentation", tmp_path / "a.yaml")
    blocks: list = []
    monkeypatch.setattr(segbook.report.cards, "display", lambda each: blocks.append(each.data))
    (made,) = cards(computed(report.data, "rfm"), report.data).of("rfm")
    report.show(made)
    assert len(blocks) == len(made.cards)
    assert sum('class="card"' in each for each in blocks) == len(made.on_paper)
    assert all("<summary>Карточка сегмента" in each for each in blocks)
    assert report.results["cards"]["rfm"].keys() == {each.segment for each in made.cards}
    assert [table.key for table in report.tables] == ["cards_rfm"]

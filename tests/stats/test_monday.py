"""What to do on Monday: each customer once, in the most urgent action, ranked by money."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.models import MODELS, compute
from segbook.params import Params
from segbook.report.monday import arrange
from segbook.results import SegmentResult, Traits
from segbook.show.result_tables import tables_of
from segbook.show.workbook import _name
from segbook.stats.contacts import contacts
from segbook.stats.monday import MOST, monday, rules
from segbook.words.findings import findings
from segbook.words.i18n import Texts, catalogue


def drawn(seed: int, playbook=None) -> ClientData:
    data = ClientData.of(draw_orders(seed, 600, 120), "2026Q2")
    params = Params.model_validate({**data.params.model_dump(), "playbook": playbook or {}})
    return dataclasses.replace(data, params=params)


def computed(data: ClientData) -> dict[str, SegmentResult]:
    return {key: MODELS[key].segment(data) for key in ("rfm", "profit_loyalty", "lifecycle")}


def small() -> ClientData:
    """Five customers of known revenue; d has the card with everything."""
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d", "d", "e"],
            "order_date": pd.to_datetime(
                ["2026-01-05", "2026-06-20", "2026-05-05", "2026-03-01", "2026-03-02", "2026-06-29"]
            ),
            "amount": [100.0, 50.0, 30.0, 15.0, 5.0, 0.0],
            "manager": ["Ann", "Ann", "Bob", "Cid", "Bob", None],
        }
    )
    cards = pd.DataFrame(
        {"customer_id": ["d", "e"], "name": ["Dee", None], "manager": ["Eve", None], "phone": ["+7", None]}
    )
    return ClientData.of(orders, "2026Q2", customers=cards)


def segmented(data: ClientData, model: str, groups: dict[str, str], **scores) -> SegmentResult:
    """Give a segmentation: segment to its customers, as letters."""
    found = pd.Series({each: name for name, letters in groups.items() for each in letters})
    frame = pd.DataFrame({name: pd.Series(values) for name, values in scores.items()}, index=found.index)
    return SegmentResult.build(
        model, {}, found, frame, names=list(groups), customers=data.customers, traits=Traits()
    )


def test_a_customer_counts_in_the_most_urgent_action_only():
    data = small()
    results = {
        "rfm": segmented(data, "rfm", {"champions": "ab", "cant_lose": "d", "busy_but_small": "ce"}),
        "lifecycle": segmented(data, "lifecycle", {"at_risk": "ad", "active": "bce"}),
    }
    made = monday(results, data)
    # By hand: d is alarm (more urgent than rescue), a is rescue (more urgent than vip), b is vip, c and e are
    # active, which is more urgent than busy but small.
    assert {play: list(each.index) for play, each in made.people.items()} == {
        "rescue": ["a"], "vip": ["b"], "develop": ["c", "e"], "alarm": ["d"],
    }  # fmt: skip
    assert made.actions["revenue"].to_dict() == {"rescue": 100, "vip": 50, "develop": 30, "alarm": 20}
    assert made.actions["share_revenue"].to_dict() == {
        "rescue": 0.5,
        "vip": 0.25,
        "develop": 0.15,
        "alarm": 0.1,
    }
    assert made.actions["urgency"].to_dict() == {"alarm": 1, "rescue": 2, "vip": 3, "develop": 4}
    assert made.groups["develop"] == (("lifecycle", "active"),)
    assert (made.n_others, made.others_revenue) == (0, 0)


def test_rfm_gives_way_to_the_lifecycle_and_to_a_busy_base():
    data = small()
    rfm = segmented(data, "rfm", {"cant_lose": "ab", "at_risk": "d", "lost": "ce"})
    # b bought 10 days before the end of the period: no alarm.
    alone = monday({"rfm": rfm}, data)
    assert {play: list(each.index) for play, each in alone.people.items()} == {
        "alarm": ["a"], "win_back": ["c", "e"], "rescue": ["d"],
    }  # fmt: skip
    assert (alone.n_others, alone.others_revenue) == (1, 50)
    lifecycle = segmented(data, "lifecycle", {"active": "abcde"})
    both = monday({"rfm": rfm, "lifecycle": lifecycle}, data)
    assert set(both.people) == {"alarm", "develop"}


def test_who_is_lost_is_won_back_before_being_cherished():
    data = small()
    results = {
        "profit_loyalty": segmented(data, "profit_loyalty", {"gold": "ab", "neither": "cde"}),
        "lifecycle": segmented(data, "lifecycle", {"lost": "acd", "growing": "be"}),
    }
    made = monday(results, data)
    assert {play: list(each.index) for play, each in made.people.items()} == {
        "win_back": ["a", "c", "d"], "vip": ["b"], "grow": ["e"],
    }  # fmt: skip


def test_a_segment_with_an_own_action_is_an_action_of_its_own():
    data = small()
    results = {"rfm": segmented(data, "rfm", {"loyal": "ab", "promising": "c", "mine": "de"})}
    plays = {
        "rfm": {"loyal": {"action": "Дарить"}, "mine": {"action": "Писать"}, "promising": {"label": "x"}}
    }
    params = Params.model_validate({**data.params.model_dump(), "playbook": plays})
    made = monday(results, dataclasses.replace(data, params=params))
    assert {play: list(each.index) for play, each in made.people.items()} == {
        "rfm.loyal": ["a", "b"], "develop": ["c"], "rfm.mine": ["d", "e"],
    }  # fmt: skip


def test_models_nobody_decides_by_stay_out():
    data = small()
    made = monday({"bcg": segmented(data, "bcg", {"stars": "abcde"})}, data)
    assert made.actions.empty
    assert (made.n_others, made.others_revenue) == (5, 200)
    assert findings(made) == []
    csi = segmented(data, "csi_group", {"attract": "abc", "detract": "de"})
    assert list(monday({"csi_group": csi}, data).people["complaint"].index) == ["d", "e"]


def test_money_alone_says_something_where_nothing_else_does():
    customers = pd.DataFrame({"customer_id": list("abcd"), "amount_sum": [90.0, 5.0, 3.0, 2.0]})
    data = ClientData.of(None, "2026Q2", customers=customers)
    made = monday(compute(data)[0], data)
    # ABC of [90, 5, 3, 2] is A, B, B, C: 80 % is passed by the first, 80 % of the rest by the third.
    assert {play: list(each.index) for play, each in made.people.items()} == {
        "vip": ["a"],
        "develop": ["b", "c"],
    }
    assert (made.n_others, made.others_revenue) == (1, 2)


def test_overdue_enquiries_are_listed_without_money():
    data = small()
    leads = pd.DataFrame({"lead_id": ["l1", "l2"], "name": ["Acme", None], "manager": ["Ann", "Bob"]})
    data = dataclasses.replace(data, tables={**data.tables, **ClientData.of(None, leads=leads).tables})
    index = pd.Index(["l1", "l2"], name="lead_id")
    scores = pd.DataFrame({"overdue": [True, False], "recontact_to": pd.Timestamp("2026-06-01")}, index)
    base = data.customers.reindex(index).assign(amount_sum=0.0)
    renew = SegmentResult.build(
        "renew", {}, pd.Series("high", index), scores, names=["high"], customers=base, traits=Traits(subject="lead")
    )  # fmt: skip

    class WithLeads(ClientData):
        def base(self, subject="customer"):
            return base if subject == "lead" else self.customers

    data = WithLeads(data.params, data.period, data.tables)
    lifecycle = segmented(data, "lifecycle", {"active": "abcde"})
    made = monday({"renew": renew, "lifecycle": lifecycle}, data)
    assert list(made.actions.index) == ["develop", "recontact"]
    assert made.actions["customers"].tolist() == [5, 1]
    assert pd.isna(made.actions["revenue"].iloc[1])
    assert made.people["recontact"]["name"].tolist() == ["Acme"]
    sheet = tables_of(made, Texts("en"))[3]
    assert sheet.frame.to_dict("records") == [
        {"customer_id": "l1", "name": "Acme", "manager": "Ann", "reason": "Overdue to call again",
         "recontact_to": pd.Timestamp("2026-06-01")}
    ]  # fmt: skip
    assert "1 enquiry" in [each.text(Texts("en")) for each in findings(made)][1]


def test_contacts_take_the_manager_of_most_orders():
    frame = contacts(small())
    assert frame["manager"].fillna("").tolist() == ["Ann", "Ann", "Bob", "Eve", ""]
    assert frame["name"].tolist() == ["a", "b", "c", "Dee", "e"]
    assert frame["phone"].dropna().to_dict() == {"d": "+7"}
    assert list(contacts(ClientData.of(draw_orders(1, 20, 5), "2026Q2"))) == ["name"]


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 1000))
def test_money_counts_once_and_words_are_the_tables(seed):
    data = drawn(seed)
    made = monday(computed(data), data)
    listed = pd.concat(made.people.values())
    assert listed.index.is_unique
    assert len(listed) + made.n_others == len(data.customers)
    total = data.customers["amount_sum"].sum()
    assert listed["amount_sum"].sum() + made.others_revenue == pytest.approx(total)
    assert len(made.actions) <= MOST
    assert made.actions["revenue"].is_monotonic_decreasing
    for lang in ("ru", "en"):
        texts = Texts(lang, "RUB")
        actions, where, *lists = tables_of(made, texts)
        assert len(actions.frame) == len(where.frame) == len(lists) == len(made.actions)
        for number, sheet in enumerate(lists):
            assert "</table>" in sheet.html(texts, 3)
            assert len(sheet.frame) == made.actions["customers"].iloc[number]
            assert f"{_name(sheet.title, set())}" in where.frame["where"].iloc[number]
            assert texts.number(len(sheet.frame)) == texts.number(actions.frame["customers"].iloc[number])
        assert all("nan" not in each.text(texts).split() for each in findings(made))
        assert len(findings(made)) == min(3, len(made.actions))


def test_order_of_rows_does_not_matter():
    orders = draw_orders(4, 600, 120)
    one, two = (ClientData.of(each, "2026Q2") for each in (orders, orders.sample(frac=1, random_state=1)))
    first, second = monday(computed(one), one), monday(computed(two), two)
    pd.testing.assert_frame_equal(first.actions, second.actions)
    for play, frame in first.people.items():
        pd.testing.assert_frame_equal(frame, second.people[play])


def test_every_rule_has_a_source_words_and_a_segment_that_exists():
    words = catalogue()
    for rule in rules():
        assert rule.source.startswith("S")
        for what in ("do", "why", "who", "sheet"):
            assert f"monday.plays.{rule.play}.{what}" in words
        if rule.model in MODELS and f"monday.scores.{rule.segment}" not in words:
            assert rule.segment in MODELS[rule.model].segments
    spoken = {key.split(".")[2] for key in words if key.startswith("monday.plays.")}
    assert spoken == {rule.play for rule in rules()}


def test_is_laid_out():
    from segbook.stats.monday import Monday

    assert arrange.dispatch(Monday) is not arrange.dispatch(object)

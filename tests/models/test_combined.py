"""Rules of the client's own: the examples of the articles, and what is said of a wrong rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from segbook.data.client import ClientData
from segbook.errors import ParamsError
from segbook.models import compute, configure
from segbook.models.combined import Combined
from segbook.models.conditions import Known, evaluate, problems_of
from segbook.params import Params
from segbook.results import NotComputed
from segbook.words.findings import findings
from segbook.words.i18n import Texts
from segbook.words.labels import label, playbook_texts

DAY = pd.Timestamp("2026-02-05")


def client(cards: pd.DataFrame, rules: dict | None = None, **orders) -> ClientData:
    """Give one order for each card, and the rules as the YAML would."""
    bought = pd.DataFrame({"customer_id": cards["customer_id"], "order_date": DAY, "amount": 10.0, **orders})
    data = ClientData.of(bought, "2026Q1", customers=cards)
    params = data.params.model_copy(update={"models": {"combined": {"rules": rules}} if rules else {}})
    return ClientData(params, data.period, data.tables)


def people(**columns) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    return pd.DataFrame({"customer_id": [f"c{i}" for i in range(n)], **columns})


def test_young_mothers_with_a_high_income():
    """[S4:18]: young mothers with a high income who buy goods for children; the rule is the mission's own."""
    cards = people(
        gender=["f", "F", "f", "m", "f", "f"],
        age=[30, 30, 40, 30, 30, 30],
        children=[2, 1, 2, 2, 0, 1],
        income=[90_000.0, 90_000, 90_000, 90_000, 90_000, 10_000],
    )
    goods = ["kids", "tea", "kids", "kids", "kids", "kids"]
    rule = "gender == 'f' and age < 35 and children > 0 and income_band == 'high' and product == 'kids'"
    data = client(cards, {"young mothers, high income": rule}, product=goods)
    result = compute(data)[0]["combined"]
    assert list(result.of("young mothers, high income")) == ["c0"]
    assert result.profile["customers"].to_dict() == {"young mothers, high income": 1, "rest": 5}
    said = [each.text(Texts("en", "USD")) for each in findings(result)]
    assert said[0].startswith(
        "Of your own segments “young mothers, high income” has the most money: 1 customer"
    )
    assert said[-1] == "83.3% of customers meet none of the rules."


def test_guitar_shop_has_two_levels():
    """[S0:339]: the young and the grown-up apart, then each by interest."""
    cards = people(age=[16, 17, 45, 50, None], interests=["rock", "classic", "rock", "jazz", "rock"])
    rules = {
        "young": {"when": "age < 25", "label": {"ru": "Студенты и подростки", "en": "Students"}},
        "adult": "age >= 25",
        "young rock": {"when": "interests == 'rock'", "inside": "young"},
        "adult rock": {"when": "interests == 'rock'", "inside": "adult"},
    }
    data = client(cards, rules)
    result = compute(data)[0]["combined"]
    assert list(result.segments.cat.categories) == ["young rock", "young", "adult rock", "adult", "rest"]
    assert result.segments.tolist() == ["young rock", "young", "adult rock", "adult", "rest"]
    assert result.scores["first_level"].tolist() == ["young", "young", "adult", "adult", "rest"]
    own = Texts("ru", own=playbook_texts(data.params))
    assert label("combined", "young", own) == "Студенты и подростки"
    assert label("combined", "adult", own) == "adult"
    assert label("combined", "rest", own) == "Остальные"


def test_rules_over_other_models_keep_their_cut_offs():
    cards = people(city=[f"город {i % 3}" for i in range(40)])
    rules = {
        "best": "abc == 'A' and city != 'город 0'",
        "far": "rfm in ('lost', 'hibernating') or abc == 'c'",
    }
    data = client(cards, rules, amount=np.arange(1.0, 41.0) ** 3)
    results, _ = compute(data)
    best = (results["abc"].segments == "A") & ~cards.set_index("customer_id")["city"].eq("город 0")
    assert set(results["combined"].of("best")) == set(best.index[best])
    learned = configure(data.params)["combined"].learn(data)
    assert learned.parts["abc"].limits == tuple(results["abc"].params["limits"])
    assert set(learned.parts) == {"abc", "rfm"}
    pd.testing.assert_series_equal(learned.segment(data).segments, results["combined"].segments)


def test_the_first_rule_wins_and_names_compare_to_names():
    cards = people(age=[20, 70])
    rules = {
        "a": "18 <= age < 65",
        "b": "amount_sum >= aov and 60 < age",
        "c": "first_order_date >= '2026-01-01'",
    }
    assert compute(client(cards, rules))[0]["combined"].segments.tolist() == ["a", "b"]


def test_without_rules_it_is_not_asked():
    _, left_out = compute(client(people(age=[20])))
    assert NotComputed("combined", "not_asked", {"parameter": "models.combined.rules"}) in left_out


def test_missing_columns_are_named():
    _, left_out = compute(client(people(age=[20]), {"x": "age < 3 and gender == 'f' and category == 'tea'"}))
    reason = next(each for each in left_out if each.model == "combined")
    assert reason.facts["columns"] == ["customers.gender", "orders.category"]


def test_wrong_rules_are_all_named_at_once():
    rules = {
        "a": "agge < 3", "b": "rfm == 'champion'", "c": "age < 'x'", "d": "__import__('os').system('true')",
        "e": "age <", "f": "gender < 'f'", "g": "last_order_date > 'May'", "h": "age", "i": "1 < 2",
        "j": "city in 'Омск'", "k": "income_band == 'top'", "l": "age + 1 > 2", "m": "gender == age",
    }  # fmt: skip
    params = Params(client="A", purpose="-", sources={"orders": {}}, models={"combined": {"rules": rules}})
    with pytest.raises(ParamsError) as caught:
        configure(params)
    said = {each.where.rpartition(".")[2]: str(each) for each in caught.value.problems}
    assert set(said) == set(rules)
    assert "rules.a: found 'agge', must be 'age'" in said["a"]
    assert "must be 'champions'" in said["b"]
    assert "must be a number to compare age with" in said["c"]
    assert "found __import__('os').system('true'), must be a condition such as" in said["d"]
    assert "must be one of: low, middle, high" in said["k"]


def test_wrong_type_of_an_own_column_is_found_in_the_data():
    columns = {"customer_id": "id", "tariff": "Тариф"}
    data = client(people(tariff=["gold", "base"]), {"x": "tariff > 3"})
    sources = Params(
        client="A", purpose="-", sources={"orders": {}, "customers": {"columns": columns}}
    ).sources
    data = ClientData(data.params.model_copy(update={"sources": sources}), data.period, data.tables)
    with pytest.raises(ParamsError, match=r"rules.x: found tariff > 3, must be tariff compared by =="):
        compute(data)


@pytest.mark.parametrize(
    "rules",
    [{"rest": "age < 3"}, {"a": {"when": "age < 3", "inside": "b"}}, {"a": ""}, {"a": {"wen": "age < 3"}},
     {"a": "age < 3", "b": {"when": "age < 2", "inside": "a"}, "c": {"when": "age < 1", "inside": "b"}}],
)  # fmt: skip
def test_malformed_rules(rules):
    with pytest.raises(ValidationError):
        Combined(rules=rules)


@given(st.text(max_size=60))
def test_no_text_does_harm(text):
    """Whatever is written is either said to be wrong or evaluated to yes and no."""
    values = {"age": pd.Series([1.0, np.nan]), "city": pd.Series(["омск", None], dtype=object)}
    if not problems_of(text, {"age": Known("number"), "city": Known("text")}):
        assert evaluate(text, values, values["age"].index).isin([True, False]).all()


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=1, max_size=20),
    st.integers(0, 9),
    st.booleans(),
)
def test_a_condition_and_its_negation_leave_out_only_the_unknown(ages, cut, below):
    series = pd.Series(ages, dtype=float)
    condition = f"age {'<' if below else '>='} {cut}"
    yes = evaluate(condition, {"age": series}, series.index)
    no = evaluate(f"not ({condition})", {"age": series}, series.index)
    assert not (yes & no).any()
    assert ((yes | no) == series.notna()).all()

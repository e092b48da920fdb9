"""Attributes: bands of the source article, levels as people write them; expected values by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segbook.data.client import ClientData
from segbook.errors import ParamsError
from segbook.models import MODELS, compute, configure
from segbook.models.attributes import FAMILIES, Attribute
from segbook.models.bands import band_keys, learn_edges
from segbook.models.levels import clean, fold, learn_levels
from segbook.params import Params
from segbook.schema import TABLES
from segbook.words.findings import findings
from segbook.words.i18n import Texts
from segbook.words.labels import action, label, model_text

RU, EN = Texts("ru", "RUB"), Texts("en", "USD")
DAYS = pd.to_datetime(["2026-01-05", "2026-01-06", "2026-01-07"])


def cards(column: str, values: list, **orders: list) -> ClientData:
    ids = [f"c{i}" for i in range(len(values))]
    bought = pd.DataFrame({"customer_id": ids, "order_date": DAYS[0], "amount": 10.0, **orders})
    return ClientData.of(bought, "2026Q1", customers=pd.DataFrame({"customer_id": ids, column: values}))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_sizes_of_cities_are_those_of_the_article():
    """[S0:27]: below 5 000, 5 000 to 20 000, 20 000 to 50 000, and so on."""
    data = cards("city_population", [4_999, 5_000, 19_999, 20_000, 49_999, 50_000, np.nan])
    result = MODELS["city_population"].segment(data)
    bands = ["..5000", "5000..20000", "5000..20000", "20000..50000", "20000..50000", "50000..", "unknown"]
    assert result.segments.tolist() == bands
    shown = [plain(label("city_population", name, RU)) for name in result.segments.cat.categories]
    assert shown == ["до 5 000", "5 000–20 000", "20 000–50 000", "50 000 и больше", "Неизвестно"]
    assert label("city_population", "5000..20000", EN) == "5,000–20,000"


def test_every_attribute_of_the_mission_has_its_family():
    """The columns of customers that say who somebody is; the others are how to reach them, or dates."""
    contact = {"customer_id", "name", "email", "phone", "address", "consent", "registered_at"}
    listed = {column for columns in FAMILIES.values() for column in columns}
    totals = {"amount_sum", "margin_sum", "quantity_sum", "n_orders", "recency_days", "first_order_date",
              "last_order_date", "birth_date", "birth_year"}  # fmt: skip
    assert set(TABLES["customers"]) - contact - totals == listed - {"category"}


def test_spellings_of_one_level_are_one():
    data = cards("city", ["Орёл", "ОРЕЛ", " Орёл", "Тула", "н/д", ""])
    result = Attribute("city").segment(data)
    assert result.segments.tolist() == ["Орёл"] * 3 + ["Тула", "unknown", "unknown"]
    assert list(result.segments.cat.categories) == ["Орёл", "Тула", "rare", "unknown"]


def test_rare_levels_are_folded_and_counted():
    data = cards("industry", ["food"] * 60 + ["steel"] * 38 + ["glass", "wood"])
    result = Attribute("industry", min_share=0.05).segment(data)
    assert result.profile["customers"].to_dict() == {"food": 60, "steel": 38, "rare": 2, "unknown": 0}
    said = [each.text(EN) for each in findings(result)]
    assert "2 rare values are joined into “Other values”: 2 customers." in said
    few = Attribute("industry", max_levels=1).segment(data)
    assert few.profile["customers"].to_dict() == {"food": 60, "rare": 40, "unknown": 0}


def test_new_level_of_a_later_period_is_rare():
    learned = Attribute("city").learn(cards("city", ["Омск", "Тула"]))
    assert learned.levels == ("Омск", "Тула")
    assert learned.segment(cards("city", ["омск", "Псков"])).segments.tolist() == ["Омск", "rare"]


def test_one_rare_level_keeps_its_name():
    """2 of 300 complained: a flag must not become "no" and "other values"."""
    result = Attribute("complained").segment(cards("complained", [True] * 2 + [False] * 298))
    assert result.profile["customers"].to_dict() == {"no": 298, "yes": 2, "rare": 0, "unknown": 0}


def test_age_from_the_year_of_birth():
    results, _ = compute(cards("birth_year", [1990.0, 2000, 1950]))
    assert results["age"].segments.tolist() == ["35..44", "25..34", "65.."]


def test_a_level_called_rare_or_unknown_does_not_clash():
    assert Attribute("wish").segment(cards("wish", ["Rare", "unknown", "x"])).segments.tolist() == [
        "rare",
        "unknown",
        "x",
    ]


def test_money_is_cut_at_its_own_quantiles():
    """Values 1 000 to 100 000 in steps of 1 000: quartiles 25 000, 50 000, 75 000, by hand."""
    data = cards("income", [1000.0 * i for i in range(1, 101)])
    learned = MODELS["income"].learn(data)
    assert learned.bands == (25_000, 50_000, 75_000)
    assert learned.segment(data).profile["customers"].tolist() == [24, 25, 25, 26, 0]
    assert learned.segment(cards("income", [1.0, 1e9])).segments.tolist() == ["..25000", "75000.."]


def test_few_values_are_bands_of_their_own():
    result = Attribute("stars").segment(cards("stars", [1, 1, 2, 5]))
    assert result.segments.tolist() == ["1", "1", "2..4", "5.."]
    assert MODELS["children"].segment(cards("children", [0.0, 1, 5])).segments.tolist() == ["0", "1", "3.."]


def test_flags_are_yes_and_no():
    result = Attribute("club").segment(cards("club", [True, False, True, None]))
    assert result.segments.tolist() == ["yes", "no", "yes", "unknown"]
    assert [label("club", name, RU) for name in ("yes", "no")] == ["Да", "Нет"]


def test_what_is_bought_most_comes_from_the_orders():
    """Twice tea against once coffee; of one each, that with more money; the card, where it says, goes first."""
    rows = [
        ("a", 0, "tea"),
        ("a", 1, "tea"),
        ("a", 2, "coffee"),
        ("b", 0, "tea"),
        ("b", 2, "coffee"),
        ("c", 0, "tea"),
    ]
    orders = pd.DataFrame(rows, columns=["customer_id", "day", "product"])
    orders = orders.assign(order_date=DAYS[orders["day"]], amount=orders.pop("day") + 1.0)
    found = MODELS["product"].segment(ClientData.of(orders, "2026Q1"))
    assert found.segments.to_dict() == {"a": "tea", "b": "coffee", "c": "tea"}
    card = pd.DataFrame({"customer_id": ["a"], "product": ["cocoa"]})
    assert MODELS["product"].segment(ClientData.of(orders, "2026Q1", customers=card)).segments["a"] == "cocoa"
    assert MODELS["product"].needs == {"customers or orders": ("product",)}
    assert MODELS["category"].needs == {"orders": ("category",)}


def test_own_columns_become_attributes_of_their_own():
    params = Params(
        client="A", purpose="-", models={"contract": {"max_levels": 3}},
        sources={"orders": {}, "customers": {"columns": {"age": "Возраст", "contract": "Договор"}}},
    )  # fmt: skip
    made = configure(params)
    assert made["contract"] == Attribute("contract", max_levels=3)
    assert made["contract"].family == "own"
    assert list(made).index("contract") == list(made).index("acquisition_channel") + 1
    assert model_text("contract", "short", RU) == "contract"
    assert model_text("contract", "what", EN).startswith("A column of your own table")
    assert action("contract", "yearly", EN).startswith("Compare the shares")
    assert action("contract", "unknown", EN).startswith("Ask at the next contact")


def test_column_of_an_attribute_cannot_be_changed():
    params = Params(
        client="A", purpose="-", sources={"orders": {}}, models={"age": {"column": "x", "bandz": 1}}
    )
    with pytest.raises(ParamsError, match=r"models.age.column: found 'x', must be absent"):
        configure(params)
    taken = Params(client="A", purpose="-", sources={"customers": {"columns": {"rfm": "RFM"}}})
    with pytest.raises(ParamsError, match=r"columns.rfm: found a model's name"):
        configure(taken)


def test_wrong_bands():
    params = Params(client="A", purpose="-", sources={"orders": {}}, models={"age": {"bands": [30, 20]}})
    with pytest.raises(ParamsError, match="rising edges"):
        configure(params)


def test_level_above_its_heads_is_said():
    """40 of 100 customers buy for 30, the others for 10: 1200 of 1800 is 66.7 %."""
    data = cards("device", ["app"] * 40 + ["shop"] * 60, amount=[30.0] * 40 + [10.0] * 60)
    said = [each.text(EN) for each in findings(Attribute("device").segment(data))]
    assert said == ["Device, “app”: 40% of customers (40) bring 66.7% of revenue."]


def test_nothing_known_is_one_segment():
    for model in (MODELS["age"], MODELS["income"], MODELS["city"]):
        result = model.segment(cards(model.key, [np.nan, np.nan]))
        assert result.segments.tolist() == ["unknown", "unknown"]
        assert findings(result)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.integers(2, 8))
def test_bands_hold_every_value_once(values, n_bands):
    edges = learn_edges(pd.Series(values), n_bands)
    names = band_keys(edges, whole=all(value == round(value) for value in values))
    assert list(edges) == sorted(set(edges))
    assert len(set(names)) == len(names) == len(edges) + 1


@given(st.lists(st.text(max_size=5), max_size=40), st.integers(1, 5), st.floats(0, 0.5))
def test_levels_are_what_somebody_wrote(texts, max_levels, min_share):
    cleaned = clean(pd.Series(texts, dtype=object))
    levels = learn_levels(cleaned, max_levels, min_share)
    assert len(levels) <= max_levels
    assert set(levels) <= set(cleaned.dropna())
    assert len({fold(level) for level in levels}) == len(levels)

"""What must hold for every model, checked for each: a new model gets these for nothing."""

from __future__ import annotations

import dataclasses
import inspect
from functools import cache
from zlib import crc32

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import draw_cards, draw_orders, draw_tables

from segbook.data.client import ClientData
from segbook.models import MODELS, compute, configure, parameters
from segbook.models.attributes import Attribute
from segbook.models.combined import Combined
from segbook.params import Params
from segbook.results import NotComputed
from segbook.words.i18n import Texts, catalogue
from segbook.words.labels import spoken

OWN = Attribute("own_flag")
"""A column only the client has: yes and no."""

# One attribute of each sort stands for all forty: a text, a number with bands, one read off the orders.
CHOSEN = {key: each for key, each in MODELS.items() if type(each) is not Attribute}
CHOSEN |= {each: MODELS[each] for each in ("city", "age", "category")}
CHOSEN["clusters"] = dataclasses.replace(MODELS["clusters"], k_range=(2, 3), n_pairs=2)
every = pytest.mark.parametrize("kind", CHOSEN.values(), ids=CHOSEN)
RULED = Combined(
    rules={"young tea": "age < 40 and category == 'tea'", "silent": "recency_days > 90 or city == 'омск'"}
)
each_and_own = pytest.mark.parametrize("kind", [*CHOSEN.values(), OWN, RULED], ids=[*CHOSEN, "own", "ruled"])
quick = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
seeds = st.sampled_from(range(6))


def segments(kind, data: ClientData) -> pd.Series:
    return kind.segment(data).segments.astype(str)


@cache
def drawn(seed: int, change: str = "") -> ClientData:
    """Give one client with every table for all models, reduced once for each seed and change."""
    orders = draw_orders(seed, 300, 40)
    tables = {**draw_tables(seed, orders), "customers": draw_cards(seed, orders["customer_id"])}
    return ClientData.of(
        period="2026Q2", **{name: changed(each, change, seed) for name, each in tables.items()}
    )


def changed(frame: pd.DataFrame, change: str, seed: int) -> pd.DataFrame:
    ids = [name for name in ("customer_id", "lead_id") if name in frame]
    match change.split():
        case ["shuffled"]:
            return frame.sample(frac=1, random_state=seed)
        case ["renamed"]:
            return frame.assign(**{name: frame[name].map(another_name, na_action="ignore") for name in ids})
        case ["times", unit] if "amount" in frame:
            return frame.assign(amount=frame["amount"] * float(unit))
        case ["twins"]:
            return pd.concat([frame, frame.assign(**{name: frame[name] + "-twin" for name in ids})])
    return frame


def another_name(customer: str) -> str:
    return f"z{crc32(customer.encode()) % 97}-{customer}"


@each_and_own
@quick
@given(seed=seeds)
def test_every_customer_has_one_declared_segment(kind, seed):
    data = drawn(seed)
    result = kind.segment(data)
    base = data.base(kind.subject)
    assert list(result.segments.index) == list(base.index)
    assert result.segments.notna().all()
    names = list(result.segments.cat.categories)
    assert set(result.segments.astype(str)) <= set(names)
    assert names == list(kind.learn(data).segments)
    assert result.profile["customers"].sum() == len(base)
    assert result.profile["share_customers"].sum() == pytest.approx(1)
    assert result.profile["revenue"].sum() == pytest.approx(base["amount_sum"].sum())
    assert result.profile["share_revenue"].sum() == pytest.approx(1)


@each_and_own
@quick
@given(seed=seeds)
def test_row_order_does_not_matter(kind, seed):
    pd.testing.assert_series_equal(segments(kind, drawn(seed)), segments(kind, drawn(seed, "shuffled")))


@each_and_own
@quick
@given(seed=seeds)
def test_ids_do_not_matter(kind, seed):
    found = segments(kind, drawn(seed)).rename(another_name)
    assert segments(kind, drawn(seed, "renamed")).to_dict() == found.to_dict()


@every
@quick
@given(seed=seeds, unit=st.sampled_from(["0.001", "0.01", "7", "1000"]))
def test_unit_of_money_does_not_matter(kind, seed, unit):
    rescaled = drawn(seed, f"times {unit}")
    pd.testing.assert_series_equal(segments(kind, drawn(seed)), segments(kind, rescaled))


@each_and_own
@quick
@given(seed=seeds)
def test_equal_customers_are_treated_equally(kind, seed):
    found = segments(kind, drawn(seed, "twins"))
    for customer in found.index[~found.index.str.endswith("-twin")]:
        assert found[customer] == found[f"{customer}-twin"]


@every
def test_same_data_same_result(kind):
    first, second = (kind.segment(drawn.__wrapped__(5)) for _ in range(2))
    pd.testing.assert_series_equal(first.segments, second.segments)
    pd.testing.assert_frame_equal(first.scores, second.scores)
    assert first.params == second.params


@every
def test_input_is_unchanged(kind):
    tables = draw_tables(3, draw_orders(3, 200, 30))
    before = {name: each.copy() for name, each in tables.items()}
    data = ClientData.of(period="2026Q2", **tables)
    customers = data.customers.copy()
    kind.segment(data)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])
    pd.testing.assert_frame_equal(data.customers, customers)


ALIKE = {
    "one customer": (["a"], 10.0, "2026-05-01"),
    "only a refund": (["a"], -10.0, "2026-05-01"),
    "zero amounts": (["a", "b"], 0.0, "2026-05-01"),
    "all alike": ([f"c{i}" for i in range(50)], 5.0, "2026-05-01"),
    "no orders in the period": (["a", "b"], 5.0, "2020-05-01"),
}


@every
@pytest.mark.parametrize("case", ALIKE)
def test_thin_data_still_give_a_segment(kind, case):
    data = alike(case)
    found = segments(kind, data)
    assert len(found) == len(data.base(kind.subject))
    if found.size > 1:
        assert found.nunique() == 1, "alike customers must not differ"


@cache
def alike(case: str) -> ClientData:
    """Give every table with the same row for each customer, the enquiries those of the customers."""
    ids, amount, day = ALIKE[case]
    orders = pd.DataFrame({"customer_id": ids, "amount": amount, "order_date": pd.Timestamp(day)})
    row = {name: each.iloc[0].to_dict() for name, each in draw_tables(1, orders).items() if name != "orders"}
    tables = {name: pd.DataFrame([each] * len(ids)).assign(customer_id=ids) for name, each in row.items()}
    tables["leads"]["lead_id"] = [f"q{customer}" for customer in ids]
    orders = orders.assign(channel="Сайт", initiated_by="customer")
    return ClientData.of(period="2026Q2", **tables, orders=orders)


@every
def test_customer_without_orders_is_in_the_base(kind):
    if kind.subject == "lead":
        pytest.skip("enquiries, not customers")
    tables = draw_tables(3, draw_orders(3, 100, 20))
    known = pd.DataFrame({"customer_id": ["new one", *tables["orders"]["customer_id"].unique()]})
    result = kind.segment(ClientData.of(period="2026Q2", customers=known, **tables))
    assert "new one" in result.segments.index
    assert result.profile.loc[str(result.segments["new one"]), "customers"] >= 1


@every
def test_learned_model_segments_as_it_learned(kind):
    data = drawn(4)
    learned = kind.learn(data)
    pd.testing.assert_series_equal(learned.segment(data).segments, kind.segment(data).segments)
    assert parameters(learned.learn(drawn(5))) == parameters(learned), "learned cut-offs are frozen"


@every
def test_cut_offs_travel_as_parameters(kind):
    learned = kind.learn(drawn(4))
    values = {name: _as_model(kind, name, value) for name, value in parameters(learned).items()}
    assert parameters(type(kind)(**values)) == parameters(learned)


def _as_model(kind, name, value):
    return type(MODELS[name])(**value) if name in MODELS and isinstance(value, dict) else value


@every
def test_missing_table_is_named(kind):
    data = ClientData.of(customers=pd.DataFrame({"customer_id": ["a"]}))
    results, not_computed = compute(data)
    assert kind.key not in results
    reason = next(each for each in not_computed if each.model == kind.key)
    if kind.key == "combined":
        assert reason.reason == "not_asked"
        return
    places = [
        " or ".join(name for table in tables.split(" or ") for name in data.missing({table: [column]}))
        for tables, columns in kind.needs.items()
        for column in columns
    ]
    assert reason == NotComputed(kind.key, "missing", {"columns": places})


@every
def test_cut_offs_are_of_scores(kind):
    result = kind.segment(drawn(2))
    assert set(result.traits.cutoffs) <= set(result.scores)
    for close in result.near_cuts().values():
        assert close.isin(result.segments.index).all()


@every
def test_words_in_both_languages(kind):
    words = catalogue()
    wanted = [f"{kind.key}.{name}" for name in ("title", "short", "what")]
    wanted += [f"{kind.key}.params.{field.name}" for field in dataclasses.fields(kind)]
    bands = {
        name for name in kind.segments if all(spoken(name, Texts(lang)) != name for lang in ("ru", "en"))
    }
    named = [name for name in kind.segments if name not in bands or name in ("rare", "unknown")]
    wanted += [f"{kind.key}.segments.{name}.{word}" for name in named for word in ("label", "action")]
    wanted += [f"{kind.key}.segments.{name}.finding" for name in kind.watch]
    assert [key for key in wanted if key not in words] == []


@every
def test_docstring_explains_every_parameter(kind):
    text = inspect.getdoc(kind) or ""
    assert "References\n" in text
    assert "Examples\n" in text
    undocumented = [field.name for field in dataclasses.fields(kind) if field.name not in text]
    assert set(undocumented) <= {"min_customers"}


def test_key_is_the_name_of_the_file():
    for key, kind in MODELS.items():
        name = "attributes" if isinstance(kind, Attribute) else key
        assert type(kind).__module__ == f"segbook.models.{name}"


def test_configure_names_every_problem_at_once():
    params = Params(
        client="A", purpose="-", sources={"orders": {}},
        models={"rmf": {}, "rfm": {"bins": 5, "levels": 1}, "abc": {"share": 2}},
    )  # fmt: skip
    with pytest.raises(ValueError, match="unknown model") as caught:
        configure(params)
    said = str(caught.value)
    assert "models.rmf: found unknown model 'rmf', must be 'rfm'" in said
    assert "models.rfm.bins: found unknown key 'bins'" in said
    assert "models.abc.share: found 2" in said
    assert len(caught.value.problems) >= 4


def test_too_few_customers_are_refused_with_what_would_suffice():
    orders = draw_orders(1, 30, 5)
    _, not_computed = compute(ClientData.of(orders, "2026Q2"))
    n = orders["customer_id"].nunique()
    assert NotComputed("rfm", "too_little", {"customers": n, "needed": 20}) in not_computed


def test_scores_have_the_same_index_as_segments():
    results, _ = compute(drawn(2))
    assert set(CHOSEN) - set(results) == {"combined", "clusters", "clv"}, "no rules, and too few customers"
    for result in results.values():
        assert result.scores.index.equals(result.segments.index)
        assert np.isfinite(result.profile["share_customers"]).all()

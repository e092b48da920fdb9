"""The tables of results: every number in its place, every word in both languages."""

from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.data.quality import assess
from segbook.models import compute
from segbook.results import NotComputed
from segbook.show.result_tables import (
    actions_table,
    all_customers_table,
    compact_table,
    method_table,
    reading_table,
    tables_of,
)
from segbook.stats.concentration import concentration
from segbook.stats.overview import overview
from segbook.words.i18n import Texts

RU, EN = Texts("ru", "RUB"), Texts("en", "USD")


@pytest.fixture(scope="module")
def data() -> ClientData:
    return ClientData.of(draw_orders(3, 900, 250), "2026Q2")


@pytest.fixture(scope="module")
def results(data):
    return compute(data)[0]


@pytest.mark.parametrize("texts", [RU, EN], ids=["ru", "en"])
def test_every_result_has_tables_that_can_be_written(data, results, texts):
    not_computed = [
        NotComputed("abc", "missing", {"columns": ["orders.amount"]}),
        NotComputed("rfm", "too_little", {"customers": 4, "needed": 20}),
    ]
    for result in (*results.values(), assess(data), overview(data), concentration(data), not_computed):
        for table in tables_of(result, texts):
            assert set(table.columns) == set(table.frame.columns)
            words = BeautifulSoup(table.html(texts), "html.parser").get_text(" ")
            assert "nan" not in words.lower().split()


def test_segments_table_shows_the_profile(results):
    table = tables_of(results["rfm"], EN)[0]
    profile = results["rfm"].profile
    assert table.frame["customers"].tolist() == profile.loc[results["rfm"].present, "customers"].tolist()
    assert table.frame["segment"].iloc[0] == "Champions"


def test_actions_name_the_largest_customers(data, results):
    table = actions_table(results["abc"], data, RU, top=2)
    best = data.customers["amount_sum"].nlargest(2)
    shown = table.frame["largest"].iloc[0]
    assert shown == "; ".join(f"{name} ({RU.money(amount)})" for name, amount in best.items())
    assert table.frame["action"].str.len().gt(20).all()


def test_all_customers_are_listed_with_every_model(data, results):
    table = all_customers_table(data, results, EN)
    assert len(table.frame) == len(data.customers)
    assert set(results) <= set(table.frame.columns)
    assert table.frame["amount_sum"].is_monotonic_decreasing
    assert "margin_sum" not in table.frame, "a column nobody gave is not shown"


def test_method_lists_every_parameter(results):
    table = method_table(results, RU)
    parts = results["abc_xyz"].params
    plain = sum(len(result.params) for result in results.values()) - 2 + len(parts["abc"]) + len(parts["xyz"])
    assert len(table.frame) == plain
    assert "ABC × XYZ / XYZ" in set(table.frame["model"])
    assert table.frame["parameter"].str.contains("границы давности").any()


def test_why_a_model_is_missing_is_said(data):
    table = tables_of([NotComputed("xyz", "too_little", {"customers": 1, "needed": 3})], RU)[0]
    assert table.frame["reason"].tolist() == ["мало данных: 1 клиент, нужно не меньше 3"]
    table = tables_of([NotComputed("xyz", "missing", {"columns": ["orders.amount", "orders.margin"]})], EN)[0]
    assert table.frame["reason"].tolist() == ["no data: orders.amount, orders.margin"]


def test_reading_says_what_was_detected(tmp_path):
    from segbook.data.client import load_data
    from segbook.params import Params

    (tmp_path / "o.csv").write_bytes("клиент;дата;сумма\nя;13.05.2026;1,5\n".encode("cp1251"))
    columns = {"customer_id": "клиент", "order_date": "дата", "amount": "сумма"}
    source = {"path": "o.csv", "columns": columns, "format": {"decimal": ","}}
    params = Params(
        client="A", purpose="-", period="2026Q2", sources={"orders": source}, file=tmp_path / "a.yaml"
    )
    row = reading_table(load_data(params).reads, EN).frame.iloc[0]
    assert (row["file"], row["rows"]) == ("o.csv", 1)
    assert "encoding: cp1251 (detected)" in row["format"]
    assert "decimal mark: «,»" in row["format"]
    assert "decimal mark: «,» (detected)" not in row["format"]


def test_strangers_have_no_tables():
    with pytest.raises(TypeError, match="no tables for DataFrame"):
        tables_of(pd.DataFrame(), RU)


def test_compact_table_says_how_many_how_much_and_what_to_do(data, results):
    result = results["abc"]
    table = compact_table(result, EN)
    assert list(table.frame) == [
        "segment",
        "customers",
        "share_customers",
        "share_revenue",
        "action",
    ]
    assert table.frame["customers"].sum() == len(data.customers)
    assert table.columns["share_revenue"].bar
    assert all(table.frame["action"])

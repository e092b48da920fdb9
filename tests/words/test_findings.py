"""Sentences say the numbers of the tables, in both languages, whatever the data."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.data.quality import assess
from segbook.models import compute
from segbook.stats.concentration import concentration
from segbook.stats.overview import overview
from segbook.words.findings import Finding, findings, most_important, remarks
from segbook.words.i18n import Texts


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000), st.sampled_from(["2025Q1", "2026Q2", "2026"]), st.sampled_from([1, 3, 60]))
def test_every_sentence_can_be_said_in_both_languages(seed, period, customers):
    data = ClientData.of(draw_orders(seed, 120, customers), period)
    results = [assess(data), overview(data), concentration(data), *compute(data)[0].values()]
    said = [finding for result in results for finding in findings(result)] + [
        each for _, each in remarks(results[0])
    ]
    for finding in said:
        for lang in ("ru", "en"):
            text = finding.text(Texts(lang, "RUB"))
            assert not re.search(r"\bnan\b|None|\{|\}|inf", text), text


def test_numbers_are_those_of_the_table(make):
    result = compute(make(3, n=900, customers=250))[0]["rfm"]
    champions = next(each for each in findings(result) if "champions" in each.key)
    assert champions.values["customers"] == result.profile.loc["champions", "customers"]
    row = result.profile.loc["champions"]
    text = champions.text(Texts("en", "USD"))
    assert f"{int(row['customers'])} customers" in text
    assert Texts("en", "USD").percent(row["share_revenue"]) in text


def test_one_class_for_all_is_said():
    orders = pd.DataFrame({"customer_id": [f"c{i}" for i in range(50)], "amount": 5.0})
    result = compute(ClientData.of(orders.assign(order_date=pd.Timestamp("2026-05-01"))))[0]["rfm"]
    assert "segments.one_class" in [each.key for each in findings(result)]


def test_five_sentences_of_different_topics():
    said = [
        Finding(f"{topic}{i}", {}, importance, topic)
        for topic in "abc"
        for i, importance in enumerate((0.9, 0.8, 0))
    ]
    assert [each.key for each in most_important(said)] == ["a0", "b0", "c0"]
    assert [each.key for each in most_important(said, n=5, per_topic=2)] == ["a0", "b0", "c0", "a1", "b1"]


def test_lost_money_reaches_the_summary():
    orders = draw_orders(1, 300, 60)
    orders.loc[:99, "customer_id"] = None
    first = most_important(findings(assess(ClientData.of(orders, "2026Q2"))))[0]
    assert first.text(Texts("ru", "RUB")).startswith(
        "Осторожно с данными — не вошло в расчёт: 100 строк без клиента на"
    )


def test_nothing_is_known_about_strangers():
    with pytest.raises(TypeError, match="no findings for dict"):
        findings({})

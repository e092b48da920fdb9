"""Numbers, money, dates and plurals as each language writes them (CLDR, by Babel), and texts that cannot drift."""

from __future__ import annotations

import re
import string
from datetime import date

import mistune
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT

from segbook.periods import Period
from segbook.words.i18n import Texts, catalogue, escape

RU, EN = Texts("ru", "RUB"), Texts("en", "USD")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("n", "ru", "en"),
    [
        (1, "1 клиент", "1 customer"),
        (2, "2 клиента", "2 customers"),
        (5, "5 клиентов", "5 customers"),
        (11, "11 клиентов", "11 customers"),
        (21, "21 клиент", "21 customers"),
        (1234, "1 234 клиента", "1,234 customers"),
    ],
)
def test_plurals(n, ru, en):
    assert plain(RU.count(n, ["клиент", "клиента", "клиентов"])) == ru
    assert EN.count(n, ["customer", "customers"]) == en


def test_number_stands_where_the_form_says():
    forms = ["требует # клиент", "требуют # клиента", "требуют # клиентов"]
    assert [plain(RU.count(n, forms)) for n in (1, 2, 1005)] == [
        "требует 1 клиент", "требуют 2 клиента", "требуют 1 005 клиентов",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("write", "value", "ru", "en"),
    [
        ("money", 12_345_678, "12,3 млн ₽", "$12.3M"),
        ("money", 2.5e9, "2,5 млрд ₽", "$2.5B"),
        ("money", 1234.4, "1 234 ₽", "$1,234"),
        ("money", 12.3, "12,30 ₽", "$12.30"),
        ("percent", 0.1234, "12,3 %", "12.3%"),
        ("percent", 0.0001, "<0,1 %", "<0.1%"),
        ("percent", 1.0, "100 %", "100%"),
        ("change", -0.25, "−25 %", "−25%"),
        ("money", -1234, "−\u20601 234 ₽", "−\u2060$1,234"),
        ("number", -1234, "−\u20601 234", "−\u20601,234"),
        ("change", 0.25, "+25 %", "+25%"),
        ("number", -0.2, "0", "0"),
        ("date", date(2026, 9, 3), "03.09.2026", "Sep 3, 2026"),
        ("month", date(2026, 9, 3), "сентябрь 2026", "September 2026"),
        ("decimal", 1234.567, "1 234,57", "1,234.57"),
    ],
)
def test_writing(write, value, ru, en):
    assert plain(getattr(RU, write)(value)) == ru
    assert plain(getattr(EN, write)(value)) == en


def test_a_code_is_parted_from_its_figure():
    assert Texts("en", "RUB").exact_money(1500) == "RUB\u00a01,500"


@pytest.mark.parametrize("missing", [None, float("nan"), float("inf"), pd.NA, pd.NaT])
@pytest.mark.parametrize(
    "write", ["money", "exact_money", "percent", "number", "decimal", "date", "change", "month"]
)
def test_missing_is_a_dash(write, missing):
    assert getattr(RU, write)(missing) == "—"


@pytest.mark.parametrize(
    ("key", "ru", "en"),
    [
        ("2026Q3", "3-й квартал 2026 (01.07.2026 – 30.09.2026)", "Q3 2026 (Jul 1, 2026 – Sep 30, 2026)"),
        ("2026-02", "февраль 2026 (01.02.2026 – 28.02.2026)", "February 2026 (Feb 1, 2026 – Feb 28, 2026)"),
        ("2026-02-01..2026-02-03", "01.02.2026 – 03.02.2026", "Feb 1, 2026 – Feb 3, 2026"),
    ],
)
def test_periods(key, ru, en):
    assert plain(RU.period(Period.parse(key))) == ru
    assert EN.period(Period.parse(key)) == en


def test_both_languages_fill_the_same_placeholders():
    different = []
    for key, texts in catalogue().items():
        names = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts.values()
        ]
        if names[0] != names[1]:
            different.append(key)
    assert different == []


def test_plural_forms_are_as_many_as_the_language_has():
    wrong = []
    for key, texts in catalogue().items():
        for lang, text in texts.items():
            forms = [
                spec.count("|") + 1
                for _, _, spec, _ in string.Formatter().parse(text)
                if spec and "|" in spec
            ]
            wrong += [key for n in forms if n != {"ru": 3, "en": 2}[lang]]
    assert wrong == []


def test_no_key_is_read_as_something_else():
    """YAML takes on, off, yes and no for truth, and a text under such a key is never found."""
    assert [key for key in catalogue() if {"True", "False", "None"} & set(key.split("."))] == []


def test_no_text_is_unused():
    code = "\n".join(
        file.read_text(encoding="utf-8")
        for folder in ("lib", "notebooks")
        for file in (ROOT / folder).rglob("*.py")
    )
    topics = {"quality", "report", "overview", "concentration", "segments", "charts", "workbook"}
    families = {key.rsplit(".", 1)[0] for key in catalogue() if key.count(".") >= 2}
    unused = []
    for key in catalogue():
        topic = key.split(".")[0]
        built = any(family in code for family in families if key.startswith(f"{family}."))
        spelled = key in code or f"{topic}.{{" in code or f'"{key.split(".")[-1]}"' in code
        if topic in topics and not spelled and not built:
            unused.append(key)
    assert unused == []


def test_unknown_text_is_an_error():
    with pytest.raises(KeyError):
        RU.t("report.nothing_such")
    assert RU.label("rfm.segments.own.label", "own") == "own"


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=40))
def test_escaped_text_stands_for_itself(text):
    html = mistune.create_markdown(plugins=["strikethrough", "table", "url", "math"])(
        "x" + escape(text) + "x"
    )
    kept = re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
    assert BeautifulSoup(str(html), "html.parser").get_text() == f"x{kept}x\n"

"""Tables as HTML."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import example, given, settings
from hypothesis import strategies as st

from segbook.show.tables import Column, Table, legal
from segbook.words.i18n import Texts

RU, EN = Texts("ru", "RUB"), Texts("en", "USD")
NAMES = ["<script>alert(1)</script>", "# *x*", "$5", "a & b", '"quoted"', "{{ 7 * 7 }}", "строка\nвторая"]


def of(values: object, kind: str = "text", **more: object) -> Table:
    frame = pd.DataFrame({"name": values})
    return Table("t", "Caption", frame, {"name": Column("Header", kind, **more)})  # type: ignore[arg-type]


def read(html: str) -> Tag:
    return BeautifulSoup(html, "html.parser")


def cells(html: str) -> list[str]:
    return [cell.get_text() for cell in read(html).select("tbody th, tbody td")]


def test_names_come_out_as_themselves() -> None:
    assert cells(of(NAMES).html(RU)) == NAMES


@given(st.lists(st.text(), min_size=1, max_size=3))
@example(["\t"])
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back(names: list[str]) -> None:
    page = read(of(pd.Series(names, dtype=object)).html(EN))
    # Blanks alone are one blank to whoever reads HTML.
    told = [[text if text.strip(" \n\t\f\r") else " " for text in texts] for texts in (
        [cell.get_text() for cell in page.select("tbody th")], [legal(name) for name in names]
    )]  # fmt: skip
    assert told[0] == told[1]
    assert page.find("script") is None


def test_ids_in_the_first_column_are_told_from_names() -> None:
    """A short id stays on one line, a long one breaks anywhere; names break between words."""
    ids = ["HW-14935", "2000200205975", "1" * 16, "1" * 17, "1bf1f423-5c16-4e84-8400-2c76210b4bf3"]
    page = read(of([*ids, "At risk", "Firm 2", "Новые", ""]).html(EN))
    found = [cell.get("class", [""])[0] for cell in page.select("tbody th")]
    assert found == ["short-id"] * 3 + ["long-id"] * 2 + [""] * 4


def test_header_caption_and_note_are_escaped() -> None:
    table = Table("t", "<b>1</b>", pd.DataFrame({"x": [1]}), {"x": Column("<i>2</i>", "int")}, "<u>3</u>")
    page = read(table.html(EN))
    found = [page.find(name).get_text() for name in ("caption", "th", "p")]
    assert found == ["<b>1</b>", "<i>2</i>", "<u>3</u>"]


@pytest.mark.parametrize(
    ("kind", "values", "texts", "expected"),
    [
        ("int", [1234567, 0], RU, ["1\u00a0234\u00a0567", "0"]),
        ("money", [1234.5, 800.0, np.nan], EN, ["$1,234", "$800", "—"]),
        ("money", [1.5, 20.0], EN, ["$1.50", "$20.00"]),
        ("money", [1234.56], RU, ["1\u00a0235\u00a0₽"]),
        ("percent", [0.123, 0.00001, None], EN, ["12.3%", "<0.1%", "—"]),
        ("change", [0.5, -0.25, np.inf], EN, ["+50%", "−25%", "—"]),
        ("num", [0.63, 1.5, 0.00001], EN, ["0.63", "1.5", "<0.01"]),
        ("date", pd.to_datetime(["2026-03-05", None]), RU, ["05.03.2026", "—"]),
        ("text", ["a", None, pd.NA], RU, ["a", "—", "—"]),
        ("int", pd.array([5, None], dtype="Int64"), RU, ["5", "—"]),
        ("num", np.array([np.nan, 2.0], dtype="float32"), RU, ["—", "2"]),
    ],
)
def test_values_are_written_as_the_language_does(
    kind: str, values: object, texts: Texts, expected: list[str]
) -> None:
    assert cells(of(values, kind).html(texts)) == expected


def test_no_traces_of_styler() -> None:
    html = of([1, 2], "int").html(RU)
    assert "<style" not in html
    assert "id=" not in html
    assert html == of([1, 2], "int").html(RU)


def test_scopes_and_alignment() -> None:
    frame = pd.DataFrame({"name": ["a"], "n": [1]})
    page = read(Table("t", "T", frame, {"name": Column("Name"), "n": Column("N", "int")}).html(EN))
    assert [th["scope"] for th in page.find_all("th")] == ["col", "col", "row"]
    assert [cell.get("class") for cell in page.find_all(["th", "td"])] == [None, ["num"], None, ["num"]]
    assert page.table["class"] == ["segbook"]


def test_first_column_of_numbers_is_no_row_header() -> None:
    assert read(of([1], "int").html(EN)).find("th", scope="row") is None


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (RU, "Показаны первые 10 из 2\u00a0357; все строки — в книге Excel."),
        (EN, "First 10 of 2,357; all of them are in the Excel workbook."),
    ],
)
def test_limit_says_what_is_missing(texts: Texts, sentence: str) -> None:
    html = of(range(2357), "int").html(texts, limit=10)
    assert len(cells(html)) == 10
    assert read(html).select_one("p.note").get_text() == sentence


def test_limit_above_length_says_nothing() -> None:
    assert "<p" not in of([1, 2], "int").html(RU, limit=2)


def test_index_and_pandas_options_do_not_matter() -> None:
    frame = pd.DataFrame({"name": ["a", "b", "c"]}, index=[7, 7, 7])
    with pd.option_context("styler.render.max_rows", 1, "styler.render.max_elements", 1):
        assert cells(Table("t", "T", frame, {"name": Column("N")}).html(RU)) == ["a", "b", "c"]


@pytest.mark.parametrize(("texts", "words"), [(RU, "Нет строк"), (EN, "No rows")])
def test_empty_table_says_so(texts: Texts, words: str) -> None:
    assert cells(of(pd.Series([], dtype=float), "money").html(texts)) == [words]


def test_bar_is_as_long_as_the_share_of_the_largest() -> None:
    page = read(of([0.5, 0.25, np.nan, -1.0], "percent", bar=True).html(RU))
    styles = [cell.get("style", "") for cell in page.find_all("td")]
    assert "100.0%" in styles[0]
    assert "50.0%" in styles[1]
    assert styles[2:] == ["", ""]


def test_column_without_description_is_refused() -> None:
    with pytest.raises(ValueError, match="table t: found secret"):
        Table("t", "T", pd.DataFrame({"secret": [1]}), {})


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="found kind 'float'"):
        Column("X", "float")  # type: ignore[arg-type]


def test_tables_do_not_import_seaborn() -> None:
    code = "import sys, segbook.show.tables; sys.exit('seaborn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""The workbook, read back."""

import datetime as dt
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from segbook.errors import RunError
from segbook.show import workbook
from segbook.show.tables import Column, Kind, Table, legal
from segbook.show.workbook import write_workbook
from segbook.words.i18n import Texts

RU, EN = Texts("ru", "RUB"), Texts("en", "USD")


def of(values: object, kind: Kind = "text", title: str = "Sheet", key: str = "t") -> Table:
    return Table(key, title, pd.DataFrame({"x": values}), {"x": Column("Header", kind)}, "Small print")


def write(path: Path, *tables: Table, texts: Texts = RU) -> CalamineWorkbook:
    write_workbook(path, tables, texts, title="ООО «Ромашка»", subtitle="III квартал 2026")
    return CalamineWorkbook.from_path(path)


def column(path: Path, values: object, kind: Kind, texts: Texts = RU) -> list[object]:
    rows = write(path, of(values, kind), texts=texts).get_sheet_by_index(1).to_python(skip_empty_area=False)
    return [row[0] for row in rows[workbook.HEADER + 1 :]]


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "book.xlsx"


def test_contents_name_every_sheet(path: Path) -> None:
    book = write(path, of(["a", "b"], title="Сегменты"), of([1], "int", title="Итоги"))
    assert book.sheet_names == ["Содержание", "Сегменты", "Итоги"]
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [row[0] for row in rows[:2]] == ["ООО «Ромашка»", "III квартал 2026"]
    assert rows[4:] == [["Сегменты", 2.0, "Small print"], ["Итоги", 1.0, "Small print"]]
    assert "location=\"'Сегменты'!A1\"" in part(path, "xl/worksheets/sheet1.xml")


def test_sheet_has_title_note_and_header(path: Path) -> None:
    rows = write(path, of(["a"], title="Сегменты")).get_sheet_by_index(1).to_python(skip_empty_area=False)
    assert [row[0] for row in rows] == ["Сегменты", "Small print", "Header", "a"]


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("int", pd.array([1, None, 3], dtype="Int64"), [1.0, "", 3.0]),
        ("money", [1234.56, np.nan, np.inf, 2.0], [1234.56, "", "", 2.0]),
        ("percent", [0.25], [0.25]),
        ("text", ["a", None, 7], ["a", "", "7"]),
    ],
)
def test_values_are_real_and_missing_ones_empty(
    path: Path, kind: Kind, values: object, expected: list[object]
) -> None:
    assert column(path, values, kind) == expected


@pytest.mark.parametrize(
    "values",
    [
        pd.to_datetime(["2026-03-05 17:30", None, "1900-03-01 00:00", "2026-03-06 00:00"]),
        [dt.date(2026, 3, 5), None, dt.date(1900, 3, 1), dt.date(2026, 3, 6)],
        pd.to_datetime(["2026-03-05 23:30", None, "1900-03-01 00:00", "2026-03-06 00:00"]).tz_localize(
            "Europe/Moscow"
        ),
    ],
    ids=["timestamps", "dates", "zones"],
)
def test_dates_are_real_days(path: Path, values: object) -> None:
    days = [dt.date(2026, 3, 5), "", dt.date(1900, 3, 1), dt.date(2026, 3, 6)]
    assert column(path, values, "date") == days


def test_day_before_excel_is_text(path: Path) -> None:
    assert column(path, pd.to_datetime(["1899-01-05"]), "date") == ["1899-01-05"]


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "http://x.example", "+1", "@SUM(1)", "{=1}", "00123", "-5", "mailto:a"]
)
def test_text_never_becomes_formula_link_or_number(path: Path, text: str) -> None:
    assert column(path, [text], "text") == [text]
    sheet = part(path, "xl/worksheets/sheet2.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3))
@example(["<r>x</r>", "_x0041_", " spaced ", "\x01\ud800\uffff", "🌲", "</t></is>", "a\r\nb", "x" * 40_000])
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    read = column(tmp_path_factory.mktemp("book") / "a.xlsx", pd.Series(names, dtype=object), "text")
    expected = [legal(name)[:32_767] for name in names]
    assert read == expected[: len(read)]
    assert not any(expected[len(read) :])


@pytest.mark.parametrize(
    ("kind", "texts", "pattern"),
    [
        ("money", RU, '#,##0"\u00a0₽"'),
        ("money", EN, '"$"#,##0'),
        ("percent", RU, '0.0"\u00a0"%'),
        ("percent", EN, "0.0%"),
        ("date", RU, "dd.mm.yyyy"),
        ("int", RU, "#,##0"),
    ],
)
def test_number_formats_follow_the_language(path: Path, kind: Kind, texts: Texts, pattern: str) -> None:
    write(path, of([1000], kind), texts=texts)
    styles = part(path, "xl/styles.xml").replace("&quot;", '"')
    assert f'formatCode="{pattern}"' in styles


def test_sheet_names_are_legal_and_unique(path: Path) -> None:
    titles = [
        "a/b: [c]*?\\",
        "Дом",
        "дом",
        "'x'",
        "History",
        "Содержание",
        "",
        "Очень длинное название таблицы с клиентами",
    ]
    names = write(path, *(of([1], "int", title=title) for title in titles)).sheet_names
    assert len({name.casefold() for name in names}) == len(titles) + 1
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]|^'|'$", name) for name in names)
    assert names[1:4] == ["a b c", "Дом", "дом (2)"]
    assert names[-1] == "Очень длинное название таблицы…"


@given(st.lists(st.text(max_size=45), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_any_titles_make_a_book(tmp_path_factory: pytest.TempPathFactory, titles: list[str]) -> None:
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    book = write(path, *(of([1], "int", title=title) for title in titles))
    assert len(book.sheet_names) == len(titles) + 1


def test_rows_beyond_a_sheet_continue_on_the_next(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 2)
    book = write(path, of([1, 2, 3, 4, 5], "int", title="Клиенты"))
    assert book.sheet_names == ["Содержание", "Клиенты", "Клиенты (2)", "Клиенты (3)"]
    rows = book.get_sheet_by_index(3).to_python(skip_empty_area=False)
    assert [rows[0][0], rows[3][0]] == ["Клиенты (часть 3)", 5.0]


def test_sheet_can_be_filtered_printed_and_scrolled(path: Path) -> None:
    write(path, of(["a", "b"]))
    sheet = part(path, "xl/worksheets/sheet2.xml")
    assert '<autoFilter ref="A3:A5"' in sheet
    assert 'ySplit="3"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "$3:$3" in part(path, "xl/workbook.xml")


def test_no_tables_and_empty_tables(path: Path) -> None:
    assert write(path).sheet_names == ["Содержание"]
    assert column(path, pd.Series([], dtype="float64"), "money") == []


@pytest.mark.parametrize("kind", ["text", "int", "num", "money", "percent", "change", "date"])
def test_column_without_any_value(path: Path, kind: Kind) -> None:
    assert not any(column(path, [None, None], kind))


def test_nothing_is_left_behind(path: Path) -> None:
    write(path, of([1], "int"))
    assert [each.name for each in path.parent.iterdir()] == ["book.xlsx"]


def test_failure_keeps_the_old_file_and_no_other(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, of([1], "int"))
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workbook, "_rows", fail)
    with pytest.raises(RunError, match=r"book\.xlsx: found .*No space left"):
        write(path, of([2], "int"))
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["book.xlsx"]


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(RunError, match="a file that can be written"):
        write(tmp_path / "file" / "book.xlsx", of([1], "int"))

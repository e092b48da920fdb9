"""Encoding, delimiter, header row and the decisions about marks and orders."""

import pytest

from segbook.data.intake.detect import detect_encoding, detect_layout, find_header
from segbook.data.intake.evidence import decide_decimal, decide_order

RUSSIAN = "Дата;Клиент;Сумма\n01.02.2020;Магнит;10\n"


# Python's own codecs write the files.
@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1251", "cp1251"),
        ("cp866", "cp866"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_encoding_of_russian(tmp_path, written, found):
    path = tmp_path / "a.csv"
    path.write_text(RUSSIAN * 20 + "x" * 300, written)
    assert detect_encoding(path) == found


def test_encoding_of_western_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name;city\nMüller;Köln\nRené;Orléans\n", "cp1252")
    assert detect_encoding(path) == "cp1252"


def test_encoding_is_looked_for_to_the_last_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n" * 600_000 + "Лента;1\n".encode("cp1251"))
    assert detect_encoding(path) == "cp1251"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter(tmp_path, delimiter):
    path = tmp_path / "a.csv"
    path.write_text(delimiter.join(["a", "b", "c"]) + "\n" + delimiter.join(['"x,;|\ty"', "2", "3"]) + "\n")
    layout = detect_layout(path, "utf-8", ())
    assert (layout.delimiter, layout.headers) == (delimiter, ("a", "b", "c"))


def test_delimiter_semicolon_with_decimal_commas(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Дата;Сумма\n01.01.2020;1,5\n02.01.2020;2,5\n")
    assert detect_layout(path, "utf-8", ()).delimiter == ";"


def test_delimiter_whitespace(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(" id  date  amount\n 00001 19970101   11.77\n 00002 19970112   12.00\n")
    layout = detect_layout(path, "utf-8", ())
    assert (layout.delimiter, layout.headers) == ("whitespace", ("id", "date", "amount"))


def test_one_column_of_words_is_not_split_at_blanks(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name\nAnna Petrova\nIvan Ivanov\n")
    assert detect_layout(path, "utf-8", ()).headers == ("name",)


def test_header_under_title_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Отчёт о продажах\n\nПериод: 2020\n" + RUSSIAN)
    layout = detect_layout(path, "utf-8", {"дата", "клиент"})
    assert (layout.header_row, layout.lines_before) == (4, 4)
    assert layout.headers == ("Дата", "Клиент", "Сумма")


def test_header_without_known_names_is_the_first_wide_row():
    assert find_header([["Title", "", ""], ["a", "b", "c"], ["1", "2", "3"]], set()) == 2


def test_layout_of_blank_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n  \n")
    assert detect_layout(path, "utf-8", ()) is None


# By hand: one proof against twenty is a slip of the hand, one against two is not.
@pytest.mark.parametrize(
    ("comma", "point", "mark"), [(1, 0, ","), (0, 1, "."), (0, 0, None), (2, 1, None), (50, 1, ",")]
)
def test_decimal_by_its_proofs(comma, point, mark):
    assert decide_decimal(comma, point) == mark


def test_order_by_its_proofs():
    assert decide_order(1, 0) == "day_first"
    assert decide_order(0, 1) == "month_first"
    assert decide_order(0, 0) is None

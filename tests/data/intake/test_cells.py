"""Numbers, dates and yes/no as people write them."""

import datetime as dt

import duckdb
import pandas as pd
import pytest
from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st

from segbook.data.intake.cells import BLANKS, Reading, given, literal, prepare, trimmed, typed

EARLIEST, LATEST = pd.Timestamp(1970, 1, 1).to_pydatetime(), pd.Timestamp(2068, 12, 31).to_pydatetime()
CON = duckdb.connect()
CON.execute("SET TimeZone = 'UTC'")


def read(text, reading):
    """Read one cell the way a table is read: each step a query around the one before."""
    query = f"(SELECT {trimmed(literal(text))} AS x)"
    query = f"(SELECT {given('x', reading.kind, is_id=reading.is_id)} AS t FROM {query})"  # noqa: S608
    query = f"(SELECT t, {prepare('t', reading.kind)} AS p FROM {query})"  # noqa: S608
    return CON.execute(f"SELECT {typed('t', 'p', reading)} FROM {query}").fetchone()[0]  # noqa: S608


def number(text, decimal="."):
    return read(text, Reading("number", decimal=decimal))


def date(text, dates="day_first", **more):
    return read(text, Reading("date", dates=dates, **more))


# By hand: one number, every way of writing it.
@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1234.5", ".", 1234.5),
        ("1,234.50", ".", 1234.5),
        ("1.234,50", ",", 1234.5),
        ("1 234,50", ",", 1234.5),
        ("1\u00a0234,50", ",", 1234.5),
        ("1\u202f234,50", ",", 1234.5),
        ("1'234.50", ".", 1234.5),
        ("1’234.50", ".", 1234.5),
        ("1 234,50 ₽", ",", 1234.5),
        ("1 234,50 руб.", ",", 1234.5),
        ("1234,5 р.", ",", 1234.5),
        ("1234,5руб", ",", 1234.5),
        ("RUB 1 234,5", ",", 1234.5),
        ("$1,234.50", ".", 1234.5),
        ("-$1,234.50", ".", -1234.5),
        ("€ 1.234,50", ",", 1234.5),
        ("(1 234,50)", ",", -1234.5),
        ("($1,234.50)", ".", -1234.5),
        ("1 234,50-", ",", -1234.5),
        ("−1234,5", ",", -1234.5),
        ("- 1234,5", ",", -1234.5),
        ("+1234,5", ",", 1234.5),
        ("1,2345E+03", ",", 1234.5),
        ("1.2345e3", ".", 1234.5),
        (",5", ",", 0.5),
        ("1.2345000000000000e+03", ",", 1234.5),
        ("1 234 567", ",", 1234567),
        ("1,234,567", ".", 1234567),
        ("1.234.567", ",", 1234567),
        ("0", ",", 0),
    ],
)
def test_number(text, decimal, value):
    assert number(text, decimal) == value


@pytest.mark.parametrize(
    "text",
    [
        "12%",
        "1.2.3",
        "12 34",
        "1,23,456",
        "abc",
        "1-2",
        "--1",
        "(1",
        "inf",
        "1e999",
        "9" * 400,
        "12 шт",
        "1_000",
        "0x10",
    ],
)
def test_number_refused(text):
    assert number(text) is None


def _grouped(whole, mark):
    return f"{whole:,}".replace(",", mark)


@settings(max_examples=150, deadline=None)
@cases(
    st.integers(0, 10**12),
    st.integers(0, 99),
    st.sampled_from(
        [
            (",", ""),
            (",", " "),
            (",", "\u00a0"),
            (",", "\u202f"),
            (",", "."),
            (".", ""),
            (".", ","),
            (".", "'"),
        ]
    ),
    st.sampled_from(["{}", "-{}", "{}-", "({})", "{} ₽", "-{} руб.", "${}", "{} EUR", " {} "]),
)
def test_number_written_in_any_style_reads_back(whole, cents, style, dress):
    decimal, group = style
    text = dress.format(f"{_grouped(whole, group)}{decimal}{cents:02d}")
    sign = -1 if any(mark in text for mark in "-(") else 1
    assert number(text, decimal) == pytest.approx(sign * (whole + cents / 100), rel=1e-15)


@settings(max_examples=150, deadline=None)
@cases(
    st.datetimes(EARLIEST, LATEST),
    st.sampled_from(
        ["%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%d{0}%m{0}%y", "%m{0}%d{0}%y", "%Y{0}%m{0}%d", "%Y%m%d"]
    ),
    st.sampled_from([".", "/", "-"]),
    st.sampled_from(
        ["", " %H:%M", " %H:%M:%S", "T%H:%M:%S", "\u00a0%H:%M", ", %H:%M", " %I:%M %p", " %H:%M:%S.%f"]
    ),
)
def test_date_written_in_any_pattern_reads_back(moment, day, separator, time):
    pattern = day.format(separator) + time
    text = moment.strftime(pattern)
    order = "month_first" if pattern.startswith("%m") else "day_first"
    assert date(text, order) == dt.datetime.strptime(text, pattern)


# By hand.
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2.2020 0:00", pd.Timestamp(2020, 2, 1)),
        ("01.02.20", pd.Timestamp(2020, 2, 1)),
        ("01.02.99", pd.Timestamp(1999, 2, 1)),
        ("01.02.2020 г.", pd.Timestamp(2020, 2, 1)),
        ("2020-02-01T05:06:07Z", pd.Timestamp(2020, 2, 1, 8, 6, 7)),
        ("2020-02-01 05:06:07+05:00", pd.Timestamp(2020, 2, 1, 3, 6, 7)),
        ("2020-02-01 05:06:07 +0500", pd.Timestamp(2020, 2, 1, 3, 6, 7)),
        ("2020-02-01 12:30 AM", pd.Timestamp(2020, 2, 1, 0, 30)),
        ("20200201", pd.Timestamp(2020, 2, 1)),
    ],
)
def test_date(text, value):
    assert date(text, timezone="Europe/Moscow") == value


@pytest.mark.parametrize(
    "text", ["31.02.2020", "2020-13-01", "01.02-2020", "1/2", "soon", "44197", "01.01.2020 25:00", "2020"]
)
def test_date_refused(text):
    assert date(text) is None


def test_date_serial_of_a_workbook():
    # Excel: 44197 is 1 January 2021, .5 is noon.
    assert date("44197.5", workbook=True) == pd.Timestamp(2021, 1, 1, 12)


def test_date_pattern_reads_with_and_without_time():
    assert date("01.02.2020", "%d.%m.%Y %H:%M") == pd.Timestamp(2020, 2, 1)
    assert date("01.02.2020 5:07", "%d.%m.%Y") == pd.Timestamp(2020, 2, 1, 5, 7)
    assert date("2020-02-01", "%d.%m.%Y") is None


@pytest.mark.parametrize("text", ["", " ", "NULL", "nan", "N/A", "#Н/Д", "-", "—"])
def test_nothing_is_no_value(text):
    assert number(text) is None
    assert read(text, Reading("text", is_id=True)) is None


YES = ["Да", "ДА", "д", "Yes", "y", "TRUE", "Истина", "1"]
NO = ["Нет", "н", "NO", "n", "False", "ЛОЖЬ", "0"]


# The words of the brief.
@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, True) for text in YES),
        *((text, False) for text in NO),
        ("maybe", None),
        ("2", None),
        ("", None),
    ],
)
def test_flag(text, value):
    assert read(text, Reading("flag")) is value


@settings(max_examples=200, deadline=None)
@cases(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_any_text_survives(text):
    assert read(text, Reading("text")) == (text.strip(BLANKS) or None)

"""Periods: expected days counted by hand on a calendar."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segbook.errors import ParamsError
from segbook.periods import Period, month_end


@pytest.mark.parametrize(
    ("text", "start", "end", "previous"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2025"),
        ("2026H1", date(2026, 1, 1), date(2026, 6, 30), "2025H2"),
        ("2026q3", date(2026, 7, 1), date(2026, 9, 30), "2026Q2"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-01"),
        ("2026-01", date(2026, 1, 1), date(2026, 1, 31), "2025-12"),
        ("2026-02-01..2026-02-10", date(2026, 2, 1), date(2026, 2, 10), "2026-01-22..2026-01-31"),
    ],
)
def test_parse_and_previous(text, start, end, previous):
    period = Period.parse(text)
    assert (period.start, period.end, period.previous().key) == (start, end, previous)


@pytest.mark.parametrize(
    ("text", "start", "end", "previous"),
    [
        ("2026", date(2026, 4, 1), date(2027, 3, 31), "2025"),
        ("2026Q4", date(2027, 1, 1), date(2027, 3, 31), "2026Q3"),
        ("2026Q1", date(2026, 4, 1), date(2026, 6, 30), "2025Q4"),
        ("2026-01", date(2026, 1, 1), date(2026, 1, 31), "2025-12"),
    ],
)
def test_fiscal_year_starts_in_april(text, start, end, previous):
    period = Period.parse(text, fiscal_year_start=4)
    assert (period.start, period.end, period.previous().key) == (start, end, previous)


def test_a_moment_ends_the_period_exactly():
    period = Period.parse("2021-07-01..2022-06-09T21:49:45")
    assert period.as_of == datetime(2022, 6, 9, 21, 49, 45)
    assert Period.parse(period.key).as_of == period.as_of, "the folder's name reads back"


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026Q5", "2026Q0", "2026H3", "2026-13", "2026-00", "0000", "2026-02-10..2026-02-01", "a..b"],
)
def test_what_is_no_period_says_what_would_be(text):
    with pytest.raises(ParamsError, match="must be a ") as caught:
        Period.parse(text, where="acme.yaml: period")
    assert str(caught.value).startswith(f"acme.yaml: period: found {text!r}")


@given(st.integers(1980, 2090), st.integers(1, 12), st.sampled_from(["{y}", "{y}H2", "{y}Q1", "{y}Q4"]))
def test_previous_ends_the_day_before(year, fiscal, form):
    period = Period.parse(form.format(y=year), fiscal)
    before = period.previous()
    assert (period.start - before.end).days == 1
    assert Period.parse(before.key, fiscal) == before


@given(st.dates(date(1980, 1, 1), date(2090, 1, 1)))
def test_month_end_is_the_last_day_of_its_month(day):
    end = month_end(day)
    assert end >= day
    assert (end.month, end.year) == (day.month, day.year)
    assert date.fromordinal(end.toordinal() + 1).day == 1

"""Periods a report is made for: years, halves, quarters, months, any two dates."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from segbook.errors import ParamsError, Problem

FORMS = "a period such as 2026, 2026H1, 2026Q3, 2026-09 or 2026-01-01..2026-03-31"
_PATTERN = re.compile(r"(?P<year>[12]\d{3})(?:(?P<part>[HQ])(?P<index>\d)|-(?P<month>\d{2}))?")
_MONTHS = {None: 12, "H": 6, "Q": 3}


@dataclass(frozen=True, order=True)
class Period:
    """A closed range of days, with the moment everything in the report is measured at.

    Parameters
    ----------
    start, end
        First and last day, both inside.
    key
        How the user wrote it; names the report's folder.
    moment
        The exact moment of the end when one was given (``2026-01-01..2026-03-31T18:00:00``):
        orders after it are cut and days are counted from it. Without it days are calendar days.
    fiscal_year_start
        Month in which the client's year starts; a fiscal year bears the number of the calendar
        year it starts in.

    Examples
    --------
    >>> Period.parse("2026Q3").start, Period.parse("2026Q3").end
    (datetime.date(2026, 7, 1), datetime.date(2026, 9, 30))
    >>> Period.parse("2026Q1", fiscal_year_start=4).start
    datetime.date(2026, 4, 1)
    >>> Period.parse("2026Q1").previous().key
    '2025Q4'
    """

    start: date
    end: date
    key: str
    moment: datetime | None = None
    fiscal_year_start: int = 1

    @classmethod
    def parse(cls, text: str, fiscal_year_start: int = 1, *, where: str = "period") -> Period:
        """Read a period as people write it.

        Parameters
        ----------
        text
            One of the forms ``2026``, ``2026H1``, ``2026Q3``, ``2026-09``,
            ``2026-01-01..2026-03-31``; the last day may carry a time.
        fiscal_year_start
            1 to 12; shifts years, halves and quarters, not months.
        where
            What an error names as the place.

        Returns
        -------
        Period

        Raises
        ------
        ParamsError
            The text is none of the forms, or the first day is after the last.
        """
        text = str(text).strip()
        if ".." in text:
            return cls._between(text, fiscal_year_start, where)
        match = _PATTERN.fullmatch(text.upper())
        if match is None:
            raise ParamsError([Problem(where, repr(text), FORMS)])
        year, part, index, month = match.group("year", "part", "index", "month")
        length = 1 if month else _MONTHS[part]
        number = int(index or 1)
        first = int(month) if month else fiscal_year_start + (number - 1) * length
        if not 1 <= number <= 12 // length or not 1 <= first <= 23 or (month and int(month) > 12):
            raise ParamsError([Problem(where, repr(text), FORMS)])
        return cls._of_months(int(year), first, length, text.upper(), fiscal_year_start)

    @classmethod
    def _of_months(cls, year: int, first: int, length: int, key: str, fiscal: int) -> Period:
        start = _month(year, first)
        end = _month(year, first + length) - timedelta(days=1)
        return cls(start, end, key, None, fiscal)

    @classmethod
    def _between(cls, text: str, fiscal: int, where: str) -> Period:
        try:
            left, right = (part.strip() for part in text.split(".."))
            start, moment = date.fromisoformat(left), datetime.fromisoformat(right)
        except ValueError:
            raise ParamsError([Problem(where, repr(text), FORMS)]) from None
        if moment.tzinfo is not None:
            allowed = "a moment in the client's own time, without an offset"
            raise ParamsError([Problem(where, repr(text), allowed)])
        if start > moment.date():
            raise ParamsError([Problem(where, repr(text), "a first day that is not after the last day")])
        exact = moment if len(right) > len("2026-03-31") else None
        key = f"{left}..{right.replace(':', '')}"
        return cls(start, moment.date(), key, exact, fiscal)

    @property
    def as_of(self) -> datetime:
        """The last moment inside the period."""
        return self.moment or datetime.combine(self.end, time.max)

    @property
    def days(self) -> int:
        """Number of days in the period."""
        return (self.end - self.start).days + 1

    def previous(self) -> Period:
        """Give the period of the same kind just before this one.

        A range of two dates steps back by its own length in days.
        """
        if ".." in self.key:
            shift = timedelta(days=self.days)
            start, end = self.start - shift, self.end - shift
            return Period(start, end, f"{start}..{end}", None, self.fiscal_year_start)
        length = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1
        first = self.start.month - length
        start = _month(self.start.year, first)
        fiscal = self.fiscal_year_start if length > 1 else 1
        year = start.year - (start.month < fiscal)
        number = ((start.month - fiscal) % 12) // length + 1
        key = {12: f"{year}", 6: f"{year}H{number}", 3: f"{year}Q{number}"}.get(length, f"{start:%Y-%m}")
        return Period._of_months(self.start.year, first, length, key, self.fiscal_year_start)

    def __str__(self) -> str:
        return self.key


def _month(year: int, month: int) -> date:
    """Give the first day of a month that may lie outside 1 to 12."""
    years, index = divmod(month - 1, 12)
    return date(year + years, index + 1, 1)


def month_end(day: date) -> date:
    """Give the last day of the month a day is in.

    Examples
    --------
    >>> month_end(date(2024, 2, 10))
    datetime.date(2024, 2, 29)
    """
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])

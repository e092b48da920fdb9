"""Tables for reading: a frame whose columns know their heading and how their values are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from markupsafe import escape

from segbook.show.page_tables import PageTable
from segbook.show.shading import bars, faint
from segbook.words.i18n import DASH, Texts

Kind = Literal["text", "figure", "int", "num", "money", "percent", "change", "date"]
NUMERIC: tuple[Kind, ...] = ("figure", "int", "num", "money", "percent", "change")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_HALVES = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Column:
    """What stands over a column and how its values are written.

    Parameters
    ----------
    header
        Heading in the language of the report.
    kind
        ``text``, ``figure`` (a number already written, as in a table of several measures), ``int``,
        ``num`` (a number with decimals), ``money``, ``percent`` (a share from 0 to 1),
        ``change`` (a relative change, written with its sign), ``date``.
    bar
        Whether a light bar behind the value shows its size, the column's largest being full width.
    faint
        For each row, whether its value is shown grey because little rests on it; empty: none.

    Raises
    ------
    ValueError
        No such kind.
    """

    header: str
    kind: Kind = "text"
    bar: bool = False
    faint: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            kinds = ", ".join(get_args(Kind))
            raise ValueError(f"column {self.header!r}: found kind {self.kind!r}, must be one of {kinds}")


@dataclass(frozen=True)
class Table:
    """A table with its words, for the page and for the workbook.

    Parameters
    ----------
    key
        Stable name without a language.
    title
        Caption, and name of the sheet.
    frame
        The values, in the order of the columns; the index is not shown. Shares are 0 to 1.
    columns
        Frame column to how it is shown; one for every column of the frame.
    note
        Small print below.

    Raises
    ------
    ValueError
        A column of the frame is not described.

    Examples
    --------
    >>> frame = pd.DataFrame({"segment": ["A", "B"], "revenue": [5400.0, None]})
    >>> columns = {"segment": Column("Segment"), "revenue": Column("Revenue", "money")}
    >>> print(Table("abc", "ABC", frame, columns).html(Texts("en", "USD")))
    <table class="segbook">
    <caption>ABC</caption>
    <thead>
    <tr>
    <th scope="col">Segment</th>
    <th scope="col" class="num">Revenue</th>
    </tr>
    </thead>
    <tbody>
    <tr>
    <th scope="row">A</th>
    <td class="num">$5,400</td>
    </tr>
    <tr>
    <th scope="row">B</th>
    <td class="num">—</td>
    </tr>
    </tbody>
    </table>
    """

    key: str
    title: str
    frame: pd.DataFrame
    columns: Mapping[str, Column]
    note: str = ""

    def __post_init__(self) -> None:
        unknown = [str(name) for name in self.frame.columns if name not in self.columns]
        if unknown or self.frame.columns.has_duplicates:
            found = ", ".join(unknown) or "a column twice"
            raise ValueError(f"table {self.key}: found {found}, must be described columns, each once")

    def html(self, texts: Texts, limit: int | None = None) -> str:
        """Write the table as HTML that needs nothing else.

        Parameters
        ----------
        texts
            Language and currency.
        limit
            Show only so many rows and say that the rest is in the workbook.

        Returns
        -------
        str
            A ``<table class="segbook">``, then the note and the sentence on the cut as ``<p class="note">``.
        """
        shown = (self.frame if limit is None else self.frame.head(limit)).reset_index(drop=True)
        writers = {name: writer(self.columns[str(name)].kind, self.frame[name], texts) for name in shown}
        page = PageTable(shown).hide(axis="index").format(dict[Any, Any](writers))
        page = page.format_index(lambda name: self.columns[str(name)].header, axis=1)
        # Styler trims large tables silently; cutting is the caller's decision.
        with pd.option_context("styler.render.max_elements", shown.size + 1):
            html = page.to_html(max_rows=len(shown), max_columns=shown.shape[1], **self._looks(shown, texts))
        notes = [self.note] if self.note else []
        if len(shown) < len(self.frame):
            notes.append(texts.t("workbook.first_of", shown=len(shown), all=len(self.frame)))
        return "\n".join([html, *(f'<p class="note">{escape(each)}</p>' for each in notes)])

    def _looks(self, shown: pd.DataFrame, texts: Texts) -> dict[str, Any]:
        columns = [self.columns[str(name)] for name in shown]
        return {
            "caption": self.title,
            "numeric": [column.kind in NUMERIC for column in columns],
            "bars": [
                bars(self.frame[name], len(shown)) if column.bar else faint(column.faint, len(shown))
                for name, column in zip(shown, columns, strict=True)
            ],
            "row_headers": bool(columns) and columns[0].kind == "text",
            "no_rows": texts.t("workbook.no_rows"),
        }


def digits_of(kind: Kind, values: pd.Series) -> int:
    """Choose how many decimals a column of money or numbers is written with, by its typical size.

    Parameters
    ----------
    kind
        Only ``money`` and ``num`` have decimals of their own.
    values
        The whole column.

    Examples
    --------
    >>> digits_of("money", pd.Series([5400.0, 0.5, 720.0])), digits_of("money", pd.Series([5.4, 7.2]))
    (0, 2)
    >>> digits_of("num", pd.Series([0.012, 0.034])), digits_of("num", pd.Series([12.5, 31.0]))
    (4, 1)
    """
    known = pd.to_numeric(values, errors="coerce").abs()
    typical = known[(known > 0) & (known < float("inf"))].median()
    if kind not in ("money", "num") or typical >= 100:
        return 0
    if kind == "money" or pd.isna(typical):
        return 2
    return 1 if typical >= 10 else 2 if typical >= 0.1 else 4


def writer(kind: Kind, values: pd.Series, texts: Texts) -> Callable[[Any], str]:
    r"""Give the function that writes one value of a column; a missing one becomes a dash.

    Parameters
    ----------
    kind
        Of the column.
    values
        The whole column, so that all its values have the same decimals.
    texts
        Language and currency.

    Examples
    --------
    >>> write = writer("percent", pd.Series([0.25]), Texts("ru"))
    >>> write(0.25), write(float("nan"))
    ('25\xa0%', '—')
    """
    digits = digits_of(kind, values)
    ways: dict[Kind, Callable[[Any], str]] = {
        "text": legal,
        "figure": legal,
        "int": texts.number,
        "num": lambda value: _number(value, digits, texts),
        "money": lambda value: texts.exact_money(value, digits),
        "percent": texts.percent,
        "change": texts.change,
        "date": texts.date,
    }
    write = ways[kind]
    return lambda value: DASH if is_missing(value) else write(value)


def legal(value: object) -> str:
    r"""Give any value as text that XML can hold: no control characters, no halves of pairs.

    Parameters
    ----------
    value
        A cell.

    Examples
    --------
    >>> legal("a\x00b\r\nc"), legal("\ud800"), legal(5)
    ('ab\nc', '\ufffd', '5')
    """
    text = _ILLEGAL.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    return _HALVES.sub("\ufffd", text)


def is_missing(value: object) -> bool:
    """Tell whether a cell has nothing to show: none, not a number, infinite.

    Examples
    --------
    >>> is_missing(pd.NA), is_missing(float("inf")), is_missing(""), is_missing(0)
    (True, True, False, False)
    """
    if isinstance(value, float | np.floating):
        return not np.isfinite(value)
    return value is None or value is pd.NA or value is pd.NaT


def _number(value: float, digits: int, texts: Texts) -> str:
    """Write a number, and one too small for its decimals as less than the smallest: never as nothing."""
    smallest = float(10**-digits)
    tiny = 0 < value < smallest / 2 and digits > 0
    return f"<{texts.decimal(smallest, digits)}" if tiny else texts.decimal(value, digits)

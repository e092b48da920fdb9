"""Columns as a workbook stores them: values, number formats, widths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from babel.numbers import get_currency_symbol

from segbook.show.tables import NUMERIC, Column, Kind, Table, digits_of, is_missing, legal
from segbook.words.i18n import Texts

MAX_TEXT = 32_767
WIDEST, NARROWEST = 48, 8
_EPOCH = pd.Timestamp("1899-12-30")
_FIRST_DAY = pd.Timestamp("1900-03-01")
"""Before it the serial numbers of Excel count a day that never was."""

_SIGNS: dict[Kind, int] = {"money": 4, "percent": 5, "change": 6}


@dataclass(frozen=True)
class Cells:
    """A column ready to be written.

    Parameters
    ----------
    header
        Its heading.
    values
        Text, numbers, days since 1900, and None where nothing is to be written.
    pattern
        Excel's number format.
    width
        In letters.
    numeric
        Whether it stands on the right.
    wraps
        Whether its text is too long for one line.
    """

    header: str
    values: Sequence[Any]
    pattern: str
    width: float
    numeric: bool
    wraps: bool


def cells_of(table: Table, texts: Texts) -> list[Cells]:
    """Turn the columns of a table into what Excel stores.

    Parameters
    ----------
    table
        The table.
    texts
        Language and currency.

    Examples
    --------
    >>> table = Table("a", "A", pd.DataFrame({"x": [1234.5, None]}), {"x": Column("Revenue", "money")})
    >>> made = cells_of(table, Texts("en", "USD"))[0]
    >>> made.values, made.pattern
    ([1234.5, None], '"$"#,##0')
    """
    made = []
    for name, values in table.frame.items():
        column = table.columns[str(name)]
        digits = digits_of(column.kind, values)
        stored = _stored(values, column.kind)
        width = _width(column, stored, digits)
        pattern = pattern_of(column.kind, digits, texts)
        wraps = column.kind == "text" and width >= WIDEST
        made.append(Cells(legal(column.header), stored, pattern, width, column.kind in NUMERIC, wraps))
    return made


def pattern_of(kind: Kind, digits: int, texts: Texts) -> str:
    r"""Give Excel's number format of a kind, signs and symbols placed as the language does.

    Parameters
    ----------
    kind
        Of the column.
    digits
        Decimals of money and numbers.
    texts
        Language and currency.

    Examples
    --------
    >>> [pattern_of(kind, 2, Texts("ru", "RUB")) for kind in ("money", "percent", "date")]
    ['#,##0.00"\xa0₽"', '0.0"\xa0"%', 'dd.mm.yyyy']
    >>> pattern_of("money", 0, Texts("en", "KZT"))
    '"KZT\xa0"#,##0'
    """
    number = "#,##0" + ("." + "0" * digits if digits else "")
    percent = re.sub(r"[#,0.]+", "0.0", str(texts.locale.percent_formats[None].pattern))
    percent = percent.replace("\u00a0", '"\u00a0"')
    patterns: dict[Kind, str] = {
        "text": "@",
        "figure": "@",
        "int": "#,##0",
        "num": number,
        "money": _money(number, texts),
        "percent": percent,
        "change": f"+{percent};-{percent};{percent}",
        "date": "dd.mm.yyyy" if texts.lang == "ru" else "mmm d, yyyy",
    }
    return patterns[kind]


def _money(number: str, texts: Texts) -> str:
    symbol = str(get_currency_symbol(texts.currency, texts.locale))
    pattern = re.sub(r"[#,0.]+", number, str(texts.locale.currency_formats["standard"].pattern).split(";")[0])
    before = f'"{symbol}\u00a0"' if symbol.isalpha() else f'"{symbol}"'
    return pattern.replace("\u00a0¤", f'"\u00a0{symbol}"').replace("¤", before)


def _stored(values: pd.Series, kind: Kind) -> list[Any]:
    if kind in {"text", "figure"}:
        return [None if is_missing(value) else legal(value)[:MAX_TEXT] for value in values]
    if kind == "date":
        return _days(values)
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return [value if np.isfinite(value) else None for value in numbers.tolist()]


def _days(values: pd.Series) -> list[Any]:
    days = pd.to_datetime(values, errors="coerce")
    days = days.dt.tz_localize(None) if days.dt.tz is not None else days
    serial = (days.dt.normalize() - _EPOCH).dt.days
    return [
        None if pd.isna(day) else int(number) if day >= _FIRST_DAY else f"{day:%Y-%m-%d}"
        for day, number in zip(days, serial, strict=True)
    ]


def _width(column: Column, values: Sequence[Any], digits: int) -> float:
    """Choose a width that shows nearly every value, and the longest word of the heading with its arrow."""
    heading = max((len(word) for word in column.header.split()), default=0) + 4
    if column.kind in {"text", "figure"}:
        content = _longest(values) + 3  # the indent, and letters wider than a figure
    elif column.kind == "date":
        content = 12
    else:
        largest = max((abs(value) for value in values if value is not None), default=0)
        content = len(f"{largest:,.{digits}f}") + _SIGNS.get(column.kind, 1)
    return float(min(max(heading, content + 1, NARROWEST), WIDEST))


def _longest(values: Sequence[Any]) -> int:
    """Give the length that 99 of 100 texts do not exceed."""
    lengths = sorted(len(value) for value in values if value is not None)
    return lengths[int(0.99 * (len(lengths) - 1))] if lengths else 0

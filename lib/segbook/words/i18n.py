"""Texts in two languages, with numbers, money, dates and plurals as the language writes them."""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import pandas as pd
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)

from segbook.params import Lang
from segbook.periods import Period
from segbook.words.attributes import attribute_texts
from segbook.yamlfile import parse_yaml

DASH = "—"
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&^:=@])")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Give every text: dotted key to language to text.

    The first part of a key is the name of its file in ``words/texts``; every column of `attributes.yaml`
    has texts as if it had a file of its own.
    """
    texts: dict[str, dict[str, str]] = {}
    for file in sorted(files("segbook.words").joinpath("texts").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            _flatten(parse_yaml(file.read_text(encoding="utf-8")), file.name.removesuffix(".yaml"), texts)
    return {**texts, **attribute_texts(texts)}


def _flatten(node: Mapping[str, Any], prefix: str, into: dict[str, dict[str, str]]) -> None:
    if set(node) == {"ru", "en"}:
        into[prefix] = {lang: re.sub(r"[ \n]+", " ", str(text)).strip(" ") for lang, text in node.items()}
        return
    for key, inner in node.items():
        _flatten(inner, f"{prefix}.{key}", into)


class Texts(string.Formatter):
    """Texts of one language.

    Parameters
    ----------
    lang
        ``ru`` or ``en``.
    currency
        Code of the money.
    own
        The client's own texts, laid over the catalogue: dotted key to language to text. They stand as
        they are, without placeholders.

    Notes
    -----
    A placeholder says how its value is written: ``{x:money}`` (millions as words), ``{x:percent}``,
    ``{x:change}`` (a percentage with its sign), ``{x:pvalue}``, ``{x:int}``, ``{x:num}``, ``{x:date}``,
    ``{x:month}``, and
    ``{n:клиент|клиента|клиентов}`` for a count with its noun in the forms of the language (one, few, many;
    in English one, other). A missing value is written as a dash.

    Examples
    --------
    >>> ru = Texts("ru", "RUB")
    >>> [ru.format("{n:клиент|клиента|клиентов}", n=n) for n in (1, 2, 5, 21)]
    ['1 клиент', '2 клиента', '5 клиентов', '21 клиент']
    >>> Texts("en", "USD").format("{x:money}, {p:percent}", x=1234567, p=0.123)
    '$1.2M, 12.3%'
    """

    def __init__(
        self, lang: Lang, currency: str = "RUB", own: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self.lang: Lang = lang
        self.currency = currency
        self.own = own or {}

    @cached_property
    def locale(self) -> Locale:
        """Babel's locale of the language."""
        return Locale.parse({"ru": "ru_RU", "en": "en_US"}[self.lang])

    def has(self, key: str) -> bool:
        """Tell whether there is a text."""
        return key in self.own or key in catalogue()

    def t(self, key: str, /, **values: Any) -> str:
        """Give a text with its placeholders filled.

        Raises
        ------
        KeyError
            No such text, or a placeholder without a value.
        """
        if key in self.own:
            return self.own[key][self.lang]
        return self.vformat(catalogue()[key][self.lang], (), values)

    def label(self, key: str, default: str) -> str:
        """Give a text, or the default where there is none (a segment a client named)."""
        return self.t(key) if self.has(key) else default

    def format_field(self, value: Any, spec: str) -> str:
        """Write one value as its placeholder asks."""
        if "|" in spec:
            return self.count(value, spec.split("|"))
        writers: dict[str, Callable[[Any], str]] = {
            "money": self.money, "exact": self.exact_money, "percent": self.percent, "int": self.number,
            "num": self.decimal, "date": self.date, "month": self.month, "change": self.change,
            "pvalue": self.pvalue,
        }  # fmt: skip
        return writers[spec](value) if spec in writers else str(super().format_field(value, spec))

    def money(self, value: float | None) -> str:
        """Write money for a sentence: from a million on, as a rounded number with its word."""
        if _missing(value):
            return DASH
        value = float(value or 0)
        if abs(value) < 1e6:
            return self.exact_money(value, 0 if abs(value) >= 100 or not value else 2)
        text = format_compact_currency(
            value, self.currency, format_type="short", locale=self.locale, fraction_digits=1
        )
        return _signed(self._spaced(text))

    def exact_money(self, value: float | None, digits: int = 0) -> str:
        """Write money in full, for a table."""
        if _missing(value):
            return DASH
        pattern = self.locale.currency_formats["standard"].pattern.split(";")[0]
        pattern = re.sub(r"0\.0+", "0" + ("." + "0" * digits if digits else ""), pattern)
        rounded = _no_negative_zero(value, digits)
        text = format_currency(rounded, self.currency, pattern, self.locale, currency_digits=False)
        return _signed(self._spaced(text))

    def _spaced(self, money: str) -> str:
        """Part a currency's code from the figure where the language has no symbol for it."""
        return re.sub(rf"({re.escape(self.currency)})(?=\d)", "\\1\u00a0", money)

    def number(self, value: float | None) -> str:
        """Write a whole number."""
        if _missing(value):
            return DASH
        return _signed(str(format_decimal(_no_negative_zero(value, 0), "#,##0", self.locale)))

    def decimal(self, value: float | None, digits: int = 2) -> str:
        """Write a number with at most ``digits`` decimals."""
        pattern = "#,##0." + "#" * digits
        return (
            DASH
            if _missing(value)
            else _signed(str(format_decimal(_no_negative_zero(value, digits), pattern, self.locale)))
        )

    def percent(self, value: float | None) -> str:
        """Write a share with at most one decimal; a share that rounding would hide as less than 0.1 %."""
        if _missing(value):
            return DASH
        value = float(value or 0)
        tiny = 0 < abs(value) < 0.0005
        sign = "<" if tiny else ""
        shown = 0.001 if tiny else _no_negative_zero(value, 3)
        pattern = self.locale.percent_formats[None].pattern.replace("#,##0", "#,##0.#")
        return sign + str(format_percent(shown, pattern, self.locale))

    def change(self, value: float | None) -> str:
        """Write a relative change with its sign."""
        if _missing(value):
            return DASH
        text = self.percent(abs(float(value or 0)))
        return f"{'+' if float(value or 0) >= 0 else '−'}{text}"

    def pvalue(self, value: float | None) -> str:
        """Write a p-value with three decimals; one that rounding would hide as less than the smallest."""
        if not _missing(value) and float(value or 0) < 0.0005:
            return f"<{self.decimal(0.001, 3)}"
        return self.decimal(value, 3)

    def compact(self, value: float) -> str:
        """Write a number for an axis."""
        return str(format_compact_decimal(value, locale=self.locale, fraction_digits=1))

    def count(self, value: float, forms: list[str]) -> str:
        """Write a count with its noun in the right form; ``#`` in a form is where the number stands."""
        names = ("one", "few", "many") if len(forms) == 3 else ("one", "other")
        form = dict(zip(names, forms, strict=True)).get(self.locale.plural_form(abs(value)), forms[-1])
        number = self.number(value)
        return form.replace("#", number) if "#" in form else f"{number} {form}"

    def date(self, value: dt.date | None) -> str:
        """Write a day."""
        return (
            DASH
            if _missing(value)
            else str(format_date(value, "medium" if self.lang == "en" else "dd.MM.yyyy", self.locale))
        )

    def month(self, value: dt.date | None) -> str:
        """Write a month and its year."""
        return (
            DASH
            if _missing(value)
            else re.sub(r"\sг\.$", "", str(format_skeleton("yMMMM", value, locale=self.locale)))
        )

    def period(self, period: Period) -> str:
        """Write a period: its own name where it has one, and its days."""
        days = self._days(period)
        name = self.period_name(period)
        return days if name == days else f"{name} ({days})"

    def period_name(self, period: Period) -> str:
        """Write a period's own name, or its days where it has none."""
        name = next((key for form, key in _FORMS.items() if re.fullmatch(form, period.key)), None)
        if name is None:
            return self._days(period)
        number = re.search(r"[QH](\d)", period.key)
        return self.t(
            name, year=period.key[:4], number=number[1] if number else "", month=self.month(period.start)
        )

    def _days(self, period: Period) -> str:
        return f"{self.date(period.start)} – {self.date(period.end)}"


_FORMS = {
    r"\d{4}": "report.periods.year",
    r"\d{4}H\d": "report.periods.half",
    r"\d{4}Q\d": "report.periods.quarter",
    r"\d{4}-\d\d": "report.periods.month",
}


def _missing(value: object) -> bool:
    return (
        value is None
        or value is pd.NaT
        or value is pd.NA
        or (isinstance(value, float) and not abs(value) < float("inf"))
    )


def _signed(text: str) -> str:
    """Give a number with a minus in place of a hyphen, which no line ends with."""
    return re.sub("^-", "\u2212\u2060", text)


def _no_negative_zero(value: float | None, digits: int) -> float:
    return round(float(value or 0), digits) + 0.0


def escape(text: object) -> str:
    r"""Make any text stand for itself in Markdown.

    Examples
    --------
    >>> print(escape("# <b>5*5</b>"))
    \# \<b\>5\*5\</b\>
    """
    return _MARKUP.sub(r"\\\1", re.sub(r"[ \t\r\n]+", " ", str(text)).strip(" "))

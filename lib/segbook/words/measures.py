"""Numbers of tests in words: shares, money and means, differences with their sign, p-values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from babel.numbers import format_decimal, format_percent

from segbook.words.i18n import DASH, Texts

MeasureKind = Literal["share", "money", "mean", "ratio", "count", "pvalue"]

MINUS = "−"


@dataclass(frozen=True)
class Measure:
    r"""A number that knows how it is written.

    Parameters
    ----------
    value
        The number; a share is 0 to 1.
    kind
        ``share``, ``money``, ``mean``, ``ratio``, ``count`` or ``pvalue``.
    form
        ``level``; ``difference``: with its sign, one of shares in percentage points; ``size``: of a
        difference, without a sign.
    scale
        Size of the numbers it stands among, so that all have the same decimals; its own when absent.
    bare
        Without its unit, as the ends of an interval stand after a number that has one.

    Examples
    --------
    >>> en, ru = Texts("en", "USD"), Texts("ru", "RUB")
    >>> Measure(0.0312, "share", "difference").text(en), Measure(0.0568, "share").text(en)
    ('+3.1\xa0pp', '5.7%')
    >>> Measure(-0.0004, "share", "difference").text(ru), Measure(12.4, "money", "size").text(en)
    ('−0,04\xa0п.\xa0п.', '$12')
    """

    value: float
    kind: MeasureKind
    form: Literal["level", "difference", "size"] = "level"
    scale: float | None = None
    bare: bool = False

    def __float__(self) -> float:
        return float(self.value)

    def text(self, texts: Texts) -> str:
        """Give the number as the language writes it; a missing one is a dash."""
        value = float(self.value)
        if value != value or abs(value) == float("inf"):
            return DASH
        if self.kind == "pvalue":
            return _pvalue(value, texts)
        minus = MINUS if value < 0 else ""
        sign = {"level": minus, "difference": minus or "+" * (value > 0), "size": ""}[self.form]
        return sign + self._size(abs(value), texts)

    def _size(self, value: float, texts: Texts) -> str:
        scale = value if self.scale is None else abs(self.scale)
        if self.kind == "count":
            return texts.number(value)
        if self.kind != "share":
            usual = (0 if scale >= 10 else 2) if self.kind == "money" else _decimals(scale)
            digits = _digits(value, usual)
            is_money = self.kind == "money" and not self.bare
            return texts.exact_money(value, digits) if is_money else _decimal(value, digits, texts)
        digits = _digits(100 * value, 1 if scale >= 0.02 else 2)
        if self.bare:
            return _decimal(100 * value, digits, texts)
        if self.form != "level":
            return texts.t("abtest.points", points=_decimal(100 * value, digits, texts))
        pattern = (texts.locale.percent_formats[None].pattern or "").replace("#,##0", "#,##0." + "0" * digits)
        return str(format_percent(round(value, digits + 2), pattern, texts.locale))


def _decimals(scale: float) -> int:
    return 0 if scale >= 1000 else 1 if scale >= 100 else 2


def joined(text: str) -> str:
    r"""Mend what meets where a number is put into a sentence: one full stop, one sign of comparison.

    Examples
    --------
    >>> joined("p\u00a0=\u00a0<0.001; +3 п. п.. И"), joined("+1 п. п..")
    ('p\xa0<0.001; +3 п. п. И', '+1 п. п.')
    """
    return re.sub(r"\.\.(?=$|\s)", ".", text.replace("=\u00a0<", "<"))


def _digits(value: float, fewest: int) -> int:
    """Choose decimals so that what is not zero is never written as zero."""
    digits = fewest if value else 0
    while value and not round(value, digits) and digits < 12:
        digits += 1
    return digits


def _decimal(value: float, digits: int, texts: Texts) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(round(value, digits), pattern, texts.locale))


def _pvalue(value: float, texts: Texts) -> str:
    """Write a p-value so that it never looks like a limit it only comes near to."""
    if value > 0.9995:
        return "1"
    if value < 0.001:
        return "<" + _decimal(0.001, 3, texts)
    digits = next((each for each in (3, 4, 5, 6) if round(value, each) not in {0.05, 0.01}), 6)
    return _decimal(value, digits, texts)

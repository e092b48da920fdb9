"""What is drawn behind a cell, and how pale its letters are: styles that both exporters read."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

BAR = """background: linear-gradient(90deg, rgba(90, 101, 115, .18) {width:.1f}%, transparent {width:.1f}%) \
0 .35em / 100% 1.5em no-repeat"""
FAINT = "color: #757f8b"
"""Pale, and still readable on white: WCAG 2.2, 1.4.3."""


def bars(values: pd.Series, n_rows: int) -> list[str]:
    """Give a light bar for each of the first rows; the largest value of the column has the full width."""
    sizes = pd.to_numeric(values, errors="coerce").clip(lower=0).fillna(0.0)
    full = float(sizes.max()) or 1.0
    widths = (100 * size / full for size in sizes.head(n_rows))
    return [BAR.format(width=width) if width else "" for width in widths]


def faint(flags: Sequence[bool], n_rows: int) -> list[str]:
    """Give the style of pale letters for each of the first rows that is flagged.

    Examples
    --------
    >>> faint((True, False), 3)
    ['color: #757f8b', '', '']
    """
    padded = [*flags, *[False] * n_rows]
    return [FAINT if flag else "" for flag in padded[:n_rows]]

"""Drawings of satisfaction: an index through time, answers to both sides of the middle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from segbook.show.canvas import FAINT, INK, MUTED, WHITE, Palette, canvas, drawable

STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
PALE = "#9aa4af"
"""For a point that little rests on."""


@dataclass(frozen=True)
class Points:
    """An index by quarter: values, both ends, whether enough rests on it, what is written beside it.

    A missing value with a known lower end is an index without detractors: an arrow upwards from that end.
    """

    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    enough: np.ndarray
    labels: Sequence[str]


def index_chart(
    quarters: Sequence[str], points: Points, name: str, colors: Palette, *, write: Callable[[float], str]
) -> Figure:
    """Draw an index through time on a scale of multiples, each value with its interval.

    Parameters
    ----------
    quarters
        Their names.
    points
        The index.
    name
        What the axis is.
    colors
        Of the report.
    write
        How the axis writes a number.
    """
    figure = canvas(3.3)
    axes = figure.subplots()
    low, high = _bounds(points)
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    _index(axes, points, (low, high), colors)
    axes.axhline(1, color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    axes.yaxis.set_major_locator(FixedLocator([step for step in STEPS if low <= step <= high]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    axes.grid(axis="y", linewidth=0.8)
    axes.set_title(name, color=INK)
    axes.set_xticks(np.arange(len(quarters)), ["\n".join(each.rsplit("\u00a0", 1)) for each in quarters])
    axes.set_xlim(-0.6, len(quarters) - 0.2)
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    return figure


def _index(axes: Axes, points: Points, limits: tuple[float, float], colors: Palette) -> None:
    places, known = np.arange(len(points.values)), ~np.isnan(points.values)
    for place in places:
        _whisker(axes, int(place), points, limits, colors.lead if points.enough[place] else PALE)
    axes.plot(places[known], points.values[known], color=colors.pale, linewidth=1.2, zorder=2)
    for strong, color, face in ((True, colors.lead, colors.lead), (False, PALE, WHITE)):
        some = known & (points.enough == strong)
        look: dict[str, Any] = {"color": color, "markerfacecolor": face, "markersize": 6}
        axes.plot(places[some], points.values[some], "o", zorder=4, **look)
    for place in places[known]:
        where = (place, points.values[place])
        axes.annotate(points.labels[place], where, (6, 3), textcoords="offset points", fontsize=8, zorder=5)


def _bounds(points: Points) -> tuple[float, float]:
    """Give the ends of the axis: round, holding every known value and, of the ends, what is not extreme."""
    known = points.values[~np.isnan(points.values)]
    ends = np.concatenate([points.lower, points.upper, known, [1.0]])
    ends = ends[np.isfinite(ends) & (ends > 0)]
    top = max(float(known.max(initial=1.0)) * 4, float(np.nanmax(np.append(points.lower, 1.0))) * 3)
    low = max(min(float(ends.min()), float(known.min(initial=1.0))), 0.05)
    return 0.8 * low, max(min(float(ends.max()), top), 2.0) * 1.2


def _whisker(axes: Axes, place: int, points: Points, limits: tuple[float, float], color: str) -> None:
    low, high = points.lower[place], points.upper[place]
    if np.isnan(low):
        return
    bottom, top = max(low, limits[0]), min(high, limits[1])
    if np.isnan(points.values[place]):
        axes.annotate(
            "", (place, limits[1] * 0.97), (place, bottom), zorder=3,
            arrowprops={"arrowstyle": "->", "color": color, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
        axes.plot([place - 0.12, place + 0.12], [bottom, bottom], color=color, linewidth=1.4, zorder=3)
        return
    axes.plot(
        [place, place], [bottom, top], color=color, linewidth=2.2, alpha=0.55, solid_capstyle="butt", zorder=3
    )


@dataclass(frozen=True)
class Spread:
    """Shares of one row: to the left, in the middle, to the right; what is written on and behind it."""

    name: str
    left: float
    middle: float
    right: float
    labels: tuple[str, str, str]
    note: str


def diverging_bars(rows: Sequence[Spread], names: tuple[str, str, str], colors: Palette) -> Figure:
    """Draw shares of answers to both sides of the middle, the first row on top.

    Parameters
    ----------
    rows
        Their shares add up to one; a row without answers has none.
    names
        Of the three parts, from left to right.
    colors
        Of the report.
    """
    figure = canvas(0.65 + 0.225 * len(rows))
    axes = figure.subplots()
    shades = (INK, FAINT, colors.lead)
    for place, row in enumerate(rows):
        _row(axes, place, row, shades)
    far_left, far_right = _reach(rows)
    for place, row in enumerate(rows):
        axes.text(far_right + 0.03, place, row.note, va="center", color=MUTED, fontsize=8.5)
    axes.set_yticks(np.arange(len(rows)), [drawable(row.name, 14, 1) for row in rows], color=INK)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-far_left - 0.09, far_right + 0.12)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    handles = [Patch(color=shade, label=name) for shade, name in zip(shades, names, strict=True)]
    figure.legend(handles=handles, loc="outside upper left", ncols=3, frameon=False, fontsize=8.5)
    return figure


def _row(axes: Axes, place: int, row: Spread, shades: tuple[str, str, str]) -> None:
    """Draw the three parts of one row; a share too narrow for its figure has it on the left."""
    if np.isnan(row.left):
        return
    starts = (-row.left - row.middle / 2, -row.middle / 2, row.middle / 2)
    widths, inks = (row.left, row.middle, row.right), (WHITE, INK, WHITE)
    for start, width, shade, ink, text in zip(starts, widths, shades, inks, row.labels, strict=True):
        axes.barh(place, width, left=start, color=shade, height=0.74, linewidth=0)
        if width >= 0.07:
            axes.text(start + width / 2, place, text, ha="center", va="center", color=ink, fontsize=8)
        elif width > 0 and start < -row.middle / 2:
            axes.text(start - 0.008, place, text, ha="right", va="center", color=INK, fontsize=8)


def _reach(rows: Sequence[Spread]) -> tuple[float, float]:
    left = [row.left + row.middle / 2 for row in rows if not np.isnan(row.left)]
    right = [row.middle / 2 + row.right for row in rows if not np.isnan(row.left)]
    return max(left, default=0.5), max(right, default=0.5)

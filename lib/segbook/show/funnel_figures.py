"""Drawings of managers: a funnel, and each beside their own past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from segbook.show.canvas import INK, MUTED, WHITE, Palette, canvas, drawable
from segbook.show.survey_figures import PALE

STEPS = (0, 0.2, 0.5, 1, 2, 3, 5, 10)
"""Indices written on the axis of shares."""


@dataclass(frozen=True)
class FunnelPoint:
    """One manager: answers, share, name, and whether flagged (True), usual (False) or too few (None)."""

    n: int
    share: float
    name: str
    flagged: bool | None


@dataclass(frozen=True)
class Limits:
    """The common share, and for each number of answers the inner and outer limits."""

    center: float
    n: np.ndarray
    inner: tuple[np.ndarray, np.ndarray]
    outer: tuple[np.ndarray, np.ndarray]


def funnel_chart(
    points: Sequence[FunnelPoint],
    limits: Limits,
    words: tuple[str, str, str],
    colors: Palette,
    *,
    write: Callable[[float], str],
) -> Figure:
    """Draw managers between limits that are wide where answers are few; the axis is written as the index.

    Parameters
    ----------
    points
        Managers with an answer.
    limits
        What chance keeps within.
    words
        Name of the axis of answers, of the index, and of the end where nobody is dissatisfied.
    colors
        Of the report.
    write
        How the axis writes a number.
    """
    figure = canvas(3.9)
    axes = figure.subplots()
    _limits(axes, limits, colors)
    for point in points:
        color = PALE if point.flagged is None else colors.lead
        look: dict[str, Any] = {"color": color, "markerfacecolor": color if point.flagged else WHITE}
        axes.plot(point.n, point.share, "o", markersize=7, zorder=4, clip_on=False, **look)
    inner = float(np.nanmin(limits.inner[0][len(limits.n) // 4 :]))
    bottom = min([*(point.share for point in points), inner])
    axes.set_xlim(0, float(limits.n.max()) * 1.18)
    axes.set_ylim(max(bottom - 0.06, -0.02), 1.03)
    ticks = [step for step in STEPS if step / (1 + step) >= bottom - 0.05]
    places = [*(step / (1 + step) for step in ticks), 1.0]
    axes.set_yticks(places, [*map(write, ticks), drawable(words[2], 13, 2)])
    axes.set_xlabel(words[0])
    axes.set_title(words[1], color=INK)
    _names(axes, points)
    axes.grid(axis="y", linewidth=0.8)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    return figure


def _limits(axes: Axes, limits: Limits, colors: Palette) -> None:
    axes.fill_between(limits.n, *limits.inner, color=colors.pale, alpha=0.28, linewidth=0, step="mid")
    for ends, look, width in ((limits.inner, "-", 1.2), (limits.outer, (0, (4, 3)), 1.0)):
        for end in ends:
            axes.step(limits.n, end, where="mid", color=MUTED, linewidth=width, linestyle=look)
    axes.axhline(limits.center, color=colors.lead, linewidth=1.2)


WIDE, HIGH, LETTER = 400.0, 230.0, 5.0
"""About the size of the drawing and of a letter, in points: enough to keep names apart."""
LIFTS = (4, -9, 13, -18, 22)
FEW = 14
"""Managers up to whom all are named."""


def _names(axes: Axes, points: Sequence[FunnelPoint]) -> None:
    """Name the flagged managers, and the others where there is room and they are few; the table has all."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    taken: list[tuple[float, float, float]] = []
    for point in sorted(points, key=lambda each: (not each.flagged, each.flagged is None, -each.share)):
        x, y = (point.n - left) / (right - left) * WIDE + 7, (point.share - bottom) / (top - bottom) * HIGH
        text = drawable(point.name, 24, 1)
        end = x + LETTER * len(text)
        free = [lift for lift in LIFTS if not any(_meet((x, end, y + lift), each) for each in taken)]
        if not point.flagged and (not free or len(points) > FEW):
            continue
        lift = free[0] if free else LIFTS[0]
        taken.append((x, end, y + lift))
        axes.annotate(
            text, (point.n, point.share), (7, lift), textcoords="offset points", fontsize=8.5, zorder=5,
            color=MUTED if point.flagged is None else INK, annotation_clip=False,
            fontweight="bold" if point.flagged else "normal",
            path_effects=[withStroke(linewidth=2.5, foreground=WHITE)],
        )  # fmt: skip


def _meet(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and abs(one[2] - other[2]) < 10


@dataclass(frozen=True)
class History:
    """One manager's quarters: names, values, both limits, usual value, whether outside."""

    name: str
    quarters: Sequence[str]
    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    center: float
    outside: np.ndarray
    multiples: bool = False


def _multiples(axes: Axes, each: History) -> None:
    """Make equal ratios equally high: an index that halves falls as far as one that doubles rises."""
    low, high = float(each.lower.min()), float(each.upper.max())
    axes.set_yscale("log")
    axes.set_ylim(0.8 * min(low, float(each.values.min())), 1.25 * max(high, float(each.values.max())))
    axes.yaxis.set_major_locator(LogLocator(10, subs=(1.0,) if high > 30 * low else (1.0, 2.0, 5.0)))
    axes.yaxis.set_minor_locator(NullLocator())


def histories(charts: Sequence[History], colors: Palette, *, write: Callable[[float], str]) -> Figure:
    """Draw each history in a panel of its own, two beside one another.

    Parameters
    ----------
    charts
        At least one, each with at least one quarter.
    colors
        Of the report.
    write
        How the axis writes a number.
    """
    lines = -(-len(charts) // 2)
    figure = canvas(0.3 + 1.45 * lines)
    panels = figure.subplots(lines, 2, squeeze=False)
    for axes, each in zip(panels.flat, charts, strict=False):
        _history(axes, each, colors)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    for axes in panels.flat[len(charts) :]:
        axes.set_visible(False)
    return figure


def _history(axes: Axes, each: History, colors: Palette) -> None:
    places = np.arange(len(each.quarters))
    axes.fill_between(places, each.lower, each.upper, color=colors.pale, alpha=0.35, linewidth=0)
    axes.axhline(each.center, color=MUTED, linewidth=0.9)
    axes.plot(
        places, each.values, "o-", color=colors.lead, linewidth=1.3, markersize=3.5, markerfacecolor=WHITE
    )
    axes.plot(places[each.outside], each.values[each.outside], "o", color=colors.lead, markersize=6)
    axes.set_title(drawable(each.name, 40, 1), color=INK)
    ends = sorted({0, len(places) - 1})
    axes.set_xticks(ends, [each.quarters[end] for end in ends])
    axes.tick_params(length=0, labelsize=8)
    axes.grid(axis="y", linewidth=0.7)
    axes.spines[["left", "bottom"]].set_visible(False)
    if each.multiples:
        _multiples(axes, each)

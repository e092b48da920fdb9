"""The drawings themselves: numbers and finished labels in, a figure out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from segbook.show.canvas import FAINT, INK, MUTED, WHITE, Palette, canvas, drawable
from segbook.show.color import contrast

BAR = 0.36


@dataclass(frozen=True)
class Bars:
    """Horizontal bars of one colour, one for each row, with what is written at their ends."""

    values: Sequence[float]
    labels: Sequence[str]
    color: str


def paired_bars(rows: Sequence[str], upper: Bars, lower: Bars) -> Figure:
    """Draw two bars for every row, the first row on top.

    Parameters
    ----------
    rows
        Names of the rows.
    upper, lower
        The two bars; a missing value is drawn as nothing.
    """
    figure = canvas(0.45 + 0.46 * len(rows))
    axes = figure.subplots()
    places = np.arange(len(rows), dtype=float)
    for bars, shift in ((upper, -BAR / 2), (lower, BAR / 2)):
        _bars(axes, bars, places + shift)
    _bare(axes, rows)
    return figure


def single_bars(rows: Sequence[str], bars: Bars) -> Figure:
    """Draw one bar for every row, the first row on top.

    Parameters
    ----------
    rows
        Names of the rows.
    bars
        The bars.
    """
    figure = canvas(0.4 + 0.38 * len(rows))
    axes = figure.subplots()
    _bars(axes, bars, np.arange(len(rows), dtype=float), 0.55)
    _bare(axes, rows)
    return figure


def _bars(axes: Axes, bars: Bars, places: np.ndarray, height: float = BAR) -> None:
    values = np.nan_to_num(np.asarray(bars.values, dtype=float))
    axes.barh(places, values, height=height, color=bars.color, linewidth=0)
    for place, value, label in zip(places, values, bars.labels, strict=True):
        # Of a negative value too the label stands right of zero: on the left are the names of the rows.
        where = (max(value, 0.0), place)
        axes.annotate(label, where, (4, 0), textcoords="offset points", va="center", fontsize=8.5)


def _bare(axes: Axes, rows: Sequence[str]) -> None:
    axes.set_yticks(np.arange(len(rows)), [drawable(row) for row in rows], color=INK)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(length=0)
    axes.set_xticks([])
    for side in ("bottom", "left"):
        axes.spines[side].set_visible(False)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, 0.0), high if high > 0 else 1.0)
    axes.axvline(0, color=FAINT, linewidth=1, zorder=0)


def heat_map(counts: pd.DataFrame, written: pd.DataFrame, names: tuple[str, str], colors: Palette) -> Figure:
    """Draw a count in every cell of a cross, darker where there are more.

    Parameters
    ----------
    counts
        Rows from top to bottom, columns from left to right; the labels are the index and the columns.
    written
        The counts as text.
    names
        What the columns and the rows are.
    colors
        Of the report.
    """
    figure = canvas(0.75 + 0.42 * len(counts))
    axes = figure.subplots()
    top = max(float(counts.to_numpy().max(initial=0.0)), 1.0)
    shades = sns.light_palette(colors.lead, as_cmap=True)
    sns.heatmap(
        counts, annot=written, fmt="", cmap=shades, norm=PowerNorm(0.5, 0, top), cbar=False, ax=axes,
        linewidths=1.5, linecolor="white", annot_kws={"fontsize": 9 if counts.shape[1] < 7 else 8},
        xticklabels=[drawable(each, 14) for each in counts.columns],
        yticklabels=[drawable(each, 14) for each in counts.index],
    )  # fmt: skip
    axes.tick_params(length=0, rotation=0)
    axes.set_xlabel(names[0])
    # Above, not beside: on a cross of two rows a name turned upright would be cut.
    axes.set_ylabel("")
    axes.set_title(names[1], color=MUTED)
    _readable(axes)
    return figure


def _readable(axes: Axes) -> None:
    """Write every count in the ink that stands out from its cell."""
    cells = axes.collections[0].get_facecolor()
    for text, cell in zip(axes.texts, np.asarray(cells), strict=True):
        text.set_color(max((INK, WHITE), key=lambda ink: contrast(to_rgb(ink), cell[:3])))


@dataclass(frozen=True)
class Panel:
    """Values by month: what they are, and how the axis writes them."""

    title: str
    values: Sequence[float]
    write: Callable[[float], str]


def months_chart(
    labels: Sequence[str], bars: Panel, line: Panel, strong: Sequence[bool], colors: Palette
) -> Figure:
    """Draw one measure as bars and, in a panel of its own below, another as a line.

    Parameters
    ----------
    labels
        Of the months.
    bars, line
        The two measures.
    strong
        Which months stand out.
    colors
        Of the report.
    """
    figure = canvas(4.0)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[2, 1])
    places = np.arange(len(labels))
    shades = [colors.lead if each else colors.pale for each in strong]
    above.bar(places, list(bars.values), color=shades, width=0.75, linewidth=0)
    below.plot(places, list(line.values), color=colors.lead, linewidth=1.5, marker="o", markersize=3.5)
    for axes, panel in ((above, bars), (below, line)):
        _panel(axes, panel)
    step = -(-len(labels) // 14)
    shown = places[::-1][::step][::-1]
    below.set_xticks(shown, [labels[place] for place in shown])
    margin = 0.6 + max(4 - len(labels), 0) / 2
    below.set_xlim(-margin, len(labels) - 1 + margin)
    return figure


def _panel(axes: Axes, panel: Panel) -> None:
    values = np.asarray(panel.values, dtype=float)
    low, high = min(values.min(initial=0.0), 0.0), max(values.max(initial=0.0), 0.0)
    axes.set_title(panel.title, color=INK)
    axes.grid(axis="y", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.axhline(0, color=FAINT, linewidth=1)
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    if low == high:
        axes.set_ylim(0, 1)
        axes.set_yticks([0])
    else:
        axes.set_ylim(low * 1.08, high * 1.08)
        whole = high - low >= 4
        axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10], integer=whole))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: panel.write(value)))


def lorenz(curve: pd.DataFrame, point: tuple[float, float], words: Sequence[str], colors: Palette) -> Figure:
    """Draw a Lorenz curve with its diagonal and one point of it named.

    Parameters
    ----------
    curve
        Columns share_customers, share_value, rising from 0 to 1.
    point
        The named point.
    words
        Both axes, the name of the diagonal, the name of the point.
    colors
        Of the report.
    """
    figure = canvas(3.9)
    axes = figure.subplots()
    people, money = curve["share_customers"].to_numpy(), curve["share_value"].to_numpy()
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.plot(people, money, color=colors.lead, linewidth=2)
    axes.fill_between(people, money, color=colors.pale, alpha=0.35, linewidth=0)
    axes.vlines(point[0], point[1], 1, color=colors.lead, linewidth=1)
    axes.plot(*point, marker="o", markersize=6, color=colors.lead, clip_on=False)
    axes.annotate(
        drawable(words[3], 30, 3), (point[0], (1 + point[1]) / 2), (0.05, 0.93), textcoords="axes fraction",
        va="top", fontsize=10, fontweight="bold",
        arrowprops={"arrowstyle": "-", "color": colors.lead, "linewidth": 1},
    )  # fmt: skip
    beside: dict[str, Any] = {"textcoords": "offset points", "va": "top", "color": MUTED, "fontsize": 8.5}
    axes.annotate(words[2], (0.36, 0.36), (6, -2), **beside)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel=words[0], ylabel=words[1])
    axes.grid(linewidth=0.8)
    return figure

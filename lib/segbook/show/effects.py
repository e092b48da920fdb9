"""Drawings of effects: intervals around zero, a band through time, a curve to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from segbook.show.canvas import FAINT, INK, MUTED, Palette, canvas, drawable


@dataclass(frozen=True)
class Spans:
    """Points with their intervals, one for each row, of one colour.

    Parameters
    ----------
    values, lower, upper
        The points and the ends of their intervals.
    color
        Of points and lines.
    name
        What they are; empty when there is nothing else to tell them from.
    """

    values: Sequence[float]
    lower: Sequence[float]
    upper: Sequence[float]
    color: str
    name: str = ""


def forest(
    rows: Sequence[str],
    spans: Sequence[Spans],
    axis: str,
    write: Callable[[float], str],
    *,
    common: float | None = None,
) -> Figure:
    """Draw intervals around zero, the first row on top.

    Parameters
    ----------
    rows
        Names of the rows.
    spans
        One or two sets of points.
    axis
        What is measured.
    write
        How the axis writes a value.
    common
        Where a dashed line stands; nowhere when absent.
    """
    figure = canvas(0.85 + (0.42 + 0.16 * (len(spans) - 1)) * len(rows) + 0.2 * (len(spans) > 1))
    axes = figure.subplots()
    for index, each in enumerate(spans):
        places = np.arange(len(rows)) + 0.24 * (index - (len(spans) - 1) / 2)
        axes.hlines(places, each.lower, each.upper, color=each.color, linewidth=2)
        axes.plot(each.values, places, "o", color=each.color, markersize=6, label=each.name)
    axes.axvline(0, color=INK, linewidth=1)
    if common is not None:
        axes.axvline(common, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.set_yticks(np.arange(len(rows)), [drawable(row, 30) for row in rows], color=INK)
    axes.set_ylim(len(rows) - 0.45, -0.55)
    _bare(axes)
    axes.set_xlabel(axis)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    if len(spans) > 1:
        figure.legend(loc="outside upper right", ncols=len(spans), frameon=False, fontsize=8.5)
    return figure


def band(
    labels: Sequence[str], line: Spans, title: str, write: Callable[[float], str], colors: Palette
) -> Figure:
    """Draw a difference through time within its interval.

    Parameters
    ----------
    labels
        Of the days.
    line
        The difference and the ends of its interval.
    title
        What is drawn.
    write
        How the axis writes a value.
    colors
        Of the report.
    """
    figure = canvas(2.6)
    axes = figure.subplots()
    places = np.arange(len(labels))
    axes.fill_between(places, list(line.lower), list(line.upper), color=colors.pale, alpha=0.6, linewidth=0)
    axes.plot(places, list(line.values), color=colors.lead, linewidth=1.8, marker="o", markersize=3.5)
    axes.axhline(0, color=INK, linewidth=1)
    step = -(-len(labels) // 10)
    axes.set_xticks(places[::-1][::step][::-1], [labels[place] for place in places[::-1][::step][::-1]])
    axes.set_title(title, color=INK)
    axes.grid(axis="y", linewidth=0.8)
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    return figure


def falling_curve(
    x: Sequence[float],
    y: Sequence[float],
    names: tuple[str, str],
    write: tuple[Callable[[float], str], Callable[[float], str]],
    colors: Palette,
) -> Figure:
    """Draw what is found against what it costs, the cost on a logarithmic axis.

    Parameters
    ----------
    x, y
        Cost and what is found.
    names, write
        Of both axes, and how they write a value.
    colors
        Of the report.
    """
    figure = canvas(2.7)
    axes = figure.subplots()
    axes.plot(list(x), list(y), color=colors.lead, linewidth=2)
    axes.set_xscale("log")
    axes.set_ylim(0, max(y) * 1.05)
    axes.set(xlabel=names[0], ylabel=names[1])
    axes.grid(linewidth=0.8, which="major")
    axes.minorticks_off()
    axes.tick_params(length=0)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write[0](value)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write[1](value)))
    return figure


def _bare(axes: Axes) -> None:
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.grid(axis="x", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(MaxNLocator(6))

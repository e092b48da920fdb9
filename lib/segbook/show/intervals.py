"""The drawing of estimates with their intervals, one below the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from segbook.show.canvas import INK, MUTED, Palette, canvas, drawable


@dataclass(frozen=True)
class Estimate:
    """A named value with its interval, and what is written beside it."""

    name: str
    value: float
    lower: float
    upper: float
    label: str


def intervals_chart(
    rows: Sequence[Estimate], write: Callable[[float], str], colors: Palette, average: float | None = None
) -> Figure:
    """Draw each estimate as a dot on the line of its interval, the first on top.

    Parameters
    ----------
    rows
        At least one, none missing.
    write
        How the axis writes a value.
    colors
        Of the report.
    average
        Where to draw dashes for all of them together.
    """
    figure = canvas(0.7 + 0.3 * len(rows))
    axes = figure.subplots()
    places = np.arange(len(rows))
    values = [row.value for row in rows]
    axes.hlines(
        places, [row.lower for row in rows], [row.upper for row in rows], color=colors.pale, linewidth=5
    )
    axes.plot(values, places, "o", color=colors.lead, markersize=7, clip_on=False)
    for place, row in zip(places, rows, strict=True):
        axes.annotate(
            row.label, (row.upper, place), (6, 0), textcoords="offset points", va="center", fontsize=8.5
        )
    if average is not None:
        axes.axvline(average, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    axes.set_yticks(places, [drawable(row.name, 26) for row in rows], color=INK)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, max(row.upper for row in rows) * 1.12)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    axes.tick_params(length=0)
    axes.grid(axis="x", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["left", "bottom"]].set_visible(False)
    return figure

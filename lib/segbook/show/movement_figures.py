"""Drawings of movement: steps from one sum to another, a grid of counts or shares, a falling curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, PowerNorm, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from segbook.show.canvas import FAINT, INK, WHITE, Palette, canvas, drawable
from segbook.show.color import contrast

SLANT = 70
"""Letters that fit side by side under a grid; names that need more stand aslant."""


def waterfall(names: Sequence[str], steps: Sequence[float], labels: Sequence[str], colors: Palette) -> Figure:
    """Draw how a first sum becomes a last one, step by step.

    Parameters
    ----------
    names
        Of the first sum, of every step, of the last sum.
    steps
        The first sum, the steps up and down, the last sum.
    labels
        Written at each bar.
    colors
        Of the report: dark for sums and what adds, pale for what takes away.
    """
    figure = canvas(3.4)
    axes = figure.subplots()
    values = np.asarray(steps, dtype=float)
    ends = np.cumsum(values[:-1])
    bottoms = np.append(np.append(0.0, ends[:-1]), 0.0)
    heights = np.append(values[:-1], values[-1])
    inner = range(1, len(values) - 1)
    shades = [colors.pale if i in inner and heights[i] < 0 else colors.lead for i in range(len(values))]
    places = np.arange(len(values))
    axes.bar(places, heights, bottom=bottoms, color=shades, width=0.62, linewidth=0)
    for place in places[:-1]:
        level = ends[place]
        axes.plot([place - 0.31, place + 1.31], [level, level], color=FAINT, linewidth=0.8, zorder=0)
    for place, (low, height, label) in enumerate(zip(bottoms, heights, labels, strict=True)):
        at = max(low, low + height)
        axes.annotate(
            label, (place, at), (0, 3), textcoords="offset points", ha="center", va="bottom", fontsize=7.5
        )
    axes.set_xticks(places, [drawable(each, 11, 3) for each in names], fontsize=7.5, color=INK)
    axes.axhline(0, color=FAINT, linewidth=1)
    axes.margins(y=0.12)
    axes.tick_params(length=0)
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    return figure


def grid(
    values: pd.DataFrame,
    written: pd.DataFrame,
    names: tuple[str, str],
    colors: Palette,
    *,
    shares: bool = False,
    stayed: bool = False,
) -> Figure:
    """Draw a table of counts or shares, darker where there is more; a missing cell stays blank.

    Parameters
    ----------
    values
        Rows from top to bottom, columns from left to right; the labels are the index and the columns.
    written
        The values as text, empty where blank.
    names
        What the columns and the rows are.
    colors
        Of the report.
    shares
        Whether the values are shares: shaded from the least to the most of them; counts from nothing, so that
        small ones differ.
    stayed
        Whether to mark the cells whose row and column have one name.
    """
    longest = max(len(str(each)) for each in values.columns)
    slanted = values.shape[1] > 5 and values.shape[1] * longest > SLANT
    figure = canvas(0.7 + 0.3 * len(values) + (0.75 if slanted else 0.25))
    axes = figure.subplots()
    numbers = values.to_numpy(dtype=float)
    top = float(np.nanmax(numbers, initial=0.0)) or 1.0
    shades = sns.light_palette(colors.lead, as_cmap=True)
    least = min(float(np.nanmin(numbers, initial=top)), 0.9 * top)
    norm = Normalize(least, top) if shares else PowerNorm(0.5, 0, top)
    sns.heatmap(
        numbers, mask=np.isnan(numbers), cmap=shades, norm=norm, cbar=False, ax=axes, linewidths=1.2,
        linecolor="white", xticklabels=False, yticklabels=False,
    )  # fmt: skip
    _written(axes, numbers, written, lambda value: shades(norm(value))[:3])
    same = np.asarray(values.index)[:, None] == np.asarray(values.columns)
    for y, x in np.argwhere(same & ~np.isnan(numbers)) if stayed else ():
        axes.add_patch(Rectangle((x + 0.04, y + 0.06), 0.92, 0.88, fill=False, edgecolor=INK, linewidth=1.1))
    _named(axes, values, slanted=slanted)
    axes.tick_params(length=0)
    axes.set_xlabel(names[0])
    axes.set_ylabel(names[1])
    return figure


def _written(
    axes: Axes, numbers: NDArray[np.float64], written: pd.DataFrame, shade: Callable[[float], Any]
) -> None:
    """Write each value in black or white: on any shade one of them has contrast 4.5."""
    size = 8.5 if numbers.shape[1] < 9 else 7
    for y, x in zip(*np.nonzero(~np.isnan(numbers)), strict=True):
        cell = shade(numbers[y, x])
        ink = max(("#000000", WHITE), key=lambda each: contrast(to_rgb(each), cell))
        axes.text(x + 0.5, y + 0.5, written.iloc[y, x], ha="center", va="center", color=ink, fontsize=size)


def _named(axes: Axes, values: pd.DataFrame, *, slanted: bool) -> None:
    """Write the names of rows and columns beside the grid."""
    turn: dict[str, Any] = {"rotation": 35, "ha": "right", "rotation_mode": "anchor"} if slanted else {}
    # A slanted name of two lines would run into its neighbour.
    names = [drawable(each, 26, 1) if slanted else drawable(each, 13) for each in values.columns]
    axes.set_xticks(np.arange(values.shape[1]) + 0.5, names, fontsize=8, color=INK, **turn)
    axes.set_yticks(
        np.arange(len(values)) + 0.5, [drawable(each, 26, 1) for each in values.index], fontsize=8, color=INK
    )


def falling(
    curve: pd.DataFrame, words: tuple[str, str], write: Callable[[float], str], colors: Palette
) -> Figure:
    """Draw a curve that falls in steps, with its interval as a band.

    Parameters
    ----------
    curve
        Index days from 0; columns survival, ci_lower, ci_upper.
    words
        Both axes.
    write
        How the shares are written.
    colors
        Of the report.
    """
    figure = canvas(3.0)
    axes = figure.subplots()
    days = curve.index.to_numpy(dtype=float)
    low, high = (curve[name].to_numpy(dtype=float) for name in ("ci_lower", "ci_upper"))
    axes.fill_between(days, low, high, step="post", color=colors.pale, alpha=0.6, linewidth=0)
    axes.step(days, curve["survival"].to_numpy(dtype=float), where="post", color=colors.lead, linewidth=1.8)
    axes.axhline(0.5, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
    axes.set(xlim=(0, days.max() or 1.0), ylim=(0, 1.02), xlabel=words[0], ylabel=words[1])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    axes.grid(axis="y", linewidth=0.8)
    axes.tick_params(length=0)
    return figure

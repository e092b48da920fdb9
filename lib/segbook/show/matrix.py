"""The drawing of how every thing of a list goes with every other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import Normalize, to_rgb
from matplotlib.figure import Figure

from segbook.show.canvas import INK, MUTED, WHITE, Palette, canvas, drawable
from segbook.show.color import contrast

ROOMY = 12
"""Rows up to which numbers are written at full size."""


def triangle(values: pd.DataFrame, rows: list[str], colors: Palette) -> Figure:
    """Draw the lower triangle of a symmetric table, darker where values are larger.

    Parameters
    ----------
    values
        Symmetric, 0 to 100; a missing one is left white, one below zero is drawn as zero.
    rows
        Names of the rows; on the diagonal stands the number of each, which heads its column.
    colors
        Of the report.
    """
    n = len(values)
    figure = canvas(0.3 + n * max(0.2, min(0.4, 5.5 / n)))
    axes = figure.subplots()
    table = values.to_numpy(dtype=float)
    hidden = np.isnan(table) | np.triu(np.ones((n, n), dtype=bool))
    written = np.char.mod("%d", np.rint(np.nan_to_num(table)).clip(-99, 100))
    size = 8.5 if n <= ROOMY else 6.5
    sns.heatmap(
        pd.DataFrame(table.clip(min=0)), mask=hidden, annot=written, fmt="", cbar=False, ax=axes,
        cmap=sns.light_palette(colors.lead, as_cmap=True), norm=Normalize(0, 100), linewidths=1,
        linecolor="white", annot_kws={"fontsize": size}, xticklabels=False,
        yticklabels=[drawable(row, 26, 1) for row in rows],
    )  # fmt: skip
    axes.tick_params(length=0, rotation=0, labelsize=size + 0.5, labelcolor=INK)
    cells = np.asarray(axes.collections[0].get_facecolor()).reshape(-1, 4)
    for text, cell in zip(axes.texts, cells[~hidden.ravel()], strict=True):
        text.set_color(_ink(cell))
    for place in range(n):
        middle = (place + 0.5, place + 0.5)
        axes.annotate(str(place + 1), middle, ha="center", va="center", fontsize=size, color=MUTED)
    return figure


def _ink(cell: np.ndarray) -> str:
    """Give the ink that stands out from a cell."""
    return max((INK, WHITE), key=lambda ink: contrast(to_rgb(ink), cell[:3].tolist()))

"""Bands of a number: half-open, named by their edges alone, so that a name is right in any language."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

Edges = Annotated[tuple[float, ...], Field(max_length=30)]
FEW = 6
"""With at most so many values each is a band of its own."""

ROUND = 1000
"""From here on edges are round figures, and a band reads 5 000 to 20 000, not to 19 999."""


def band_keys(edges: Sequence[float], *, whole: bool) -> tuple[str, ...]:
    """Name the bands, from low to high.

    Parameters
    ----------
    edges
        Lower edges of all bands but the first, rising.
    whole
        Whether values are whole numbers.

    Returns
    -------
    tuple of str
        ``..a`` below the first edge, ``b..`` from the last one on, ``a..b`` between: up to but without b,
        except that whole numbers below `ROUND` include it. ``a`` alone when it is the only whole number.
        ``any`` without edges.

    Examples
    --------
    >>> band_keys((18, 25, 26), whole=True)
    ('..18', '18..24', '25', '26..')
    >>> band_keys((0.5, 2), whole=False), band_keys((5000, 20000), whole=True)
    (('..0.5', '0.5..2', '2..'), ('..5000', '5000..20000', '20000..'))
    """
    if not edges:
        return ("any",)
    inside = whole and all(edge == round(edge) and abs(edge) < ROUND for edge in edges)
    between = []
    for low, high in pairwise(edges):
        last = high - 1 if inside else high
        between.append(_plain(low) if last == low else f"{_plain(low)}..{_plain(last)}")
    return (f"..{_plain(edges[0])}", *between, f"{_plain(edges[-1])}..")


def _plain(number: float) -> str:
    return np.format_float_positional(float(number), trim="-")


def learn_edges(known: pd.Series[float], n_bands: int) -> tuple[float, ...]:
    """Find the edges of bands in the values themselves.

    Parameters
    ----------
    known
        Values, none missing.
    n_bands
        How many bands of about equally many values.

    Returns
    -------
    tuple of float
        Every value, when there are at most `FEW`. Else the quantiles, rounded to two digits unless that
        makes two of them one; those that part nobody from anybody are left out. Nothing for no values.

    Examples
    --------
    >>> learn_edges(pd.Series([0.0, 0, 1, 2]), 4)
    (0.0, 1.0, 2.0)
    >>> learn_edges(pd.Series(range(1000, 2000), dtype=float), 2)
    (1500.0,)
    """
    values = np.unique(known)
    if len(values) <= FEW:
        return tuple(map(float, values))
    shares = np.arange(1, n_bands) / n_bands
    edges = np.unique(np.quantile(known, shares, method="inverted_cdf"))
    rounded = np.unique([float(f"{edge:.2g}") for edge in edges])
    chosen = rounded if len(rounded) == len(edges) else edges
    return tuple(float(edge) for edge in chosen if values[0] < edge <= values[-1])

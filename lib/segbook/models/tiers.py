"""A score and its tiers: where the cut-offs lie, and on which side of them a value falls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

BINS = 200
"""Most values looked at in a search for natural breaks; larger sets are thinned to quantiles."""


def tier(
    values: pd.Series,
    cuts: Sequence[float],
    names: Sequence[str],
    *,
    missing: str,
    closed: Literal["left", "right"] = "left",
) -> pd.Series[str]:
    """Name the tier of each value.

    Parameters
    ----------
    values
        Scores; NaN is ``missing``.
    cuts
        Cut-offs, rising.
    names
        Tiers, the best first; one more than the cut-offs.
    missing
        Name for values that are not there.
    closed
        ``left``: a value on a cut-off is above it; ``right``: below it.

    Examples
    --------
    >>> tier(pd.Series([1.0, 2, 5, None]), (2, 5), ("high", "middle", "low"), missing="unknown").tolist()
    ['low', 'middle', 'high', 'unknown']
    """
    side: Literal["left", "right"] = "right" if closed == "left" else "left"
    place = np.searchsorted(np.asarray(cuts, dtype=float), values.to_numpy(dtype=float), side=side)
    ordered = np.array([*reversed(names)], dtype=object)
    found = np.where(values.isna(), missing, ordered[np.minimum(place, len(cuts))])
    return pd.Series(list(map(str, found)), index=values.index)


def points(values: pd.Series, cuts: Sequence[float]) -> pd.Series[float]:
    """Give one plus the number of cut-offs below each value, NaN where there is none.

    Examples
    --------
    >>> points(pd.Series([1.0, 2, 5, None]), (2, 3)).tolist()
    [1.0, 1.0, 3.0, nan]
    """
    place = np.searchsorted(np.asarray(cuts, dtype=float), values.to_numpy(dtype=float), side="left")
    return pd.Series(place + 1.0, index=values.index).where(values.notna())


def significant(values: pd.Series, digits: int = 9) -> pd.Series[float]:
    """Round to significant digits, so that equal quotients are equal whatever the unit of money.

    Examples
    --------
    >>> significant(pd.Series([0.1 + 0.2, 0.0, 123456.7890123])).tolist()
    [0.3, 0.0, 123456.789]
    """
    known = values.to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.floor(np.log10(np.abs(known)))
    step = 10.0 ** (digits - 1 - np.where(np.isfinite(place), place, 0))
    return pd.Series(np.rint(known * step) / step, index=values.index)


def quantile_cuts(values: pd.Series, levels: int) -> tuple[float, ...]:
    """Give the cut-offs that part values into levels of about equally many; zeros for no value.

    They are observed values, not values between them, so that levels do not depend on the unit of money.

    Examples
    --------
    >>> quantile_cuts(pd.Series([1.0, 2, 3, 4, None]), 2)
    (2.0,)
    """
    known = values.dropna()
    if known.empty:
        return (0.0,) * (levels - 1)
    shares = np.arange(1, levels) / levels
    return tuple(float(edge) for edge in np.quantile(known, shares, method="inverted_cdf"))


def natural_cuts(values: pd.Series) -> tuple[float, float]:
    """Give the cut-offs of three classes that are most alike inside, by the logarithm of the values.

    Parameters
    ----------
    values
        Amounts; those that are not positive are left out.

    Returns
    -------
    low, middle
        Largest value of the two lower classes, both observed. Fewer than three different values leave the
        upper classes empty as far as they must; no value gives zeros.

    Notes
    -----
    The exact search over all pairs of cut-offs, values thinned to `BINS` quantiles where there are more.

    References
    ----------
    Fisher W. D. (1958). On grouping for maximum homogeneity. JASA 53, 789-798.

    Examples
    --------
    >>> natural_cuts(pd.Series([1.0, 2, 1, 50, 60, 4000, 5000])), natural_cuts(pd.Series([7.0, 7]))
    ((2.0, 60.0), (7.0, 7.0))
    """
    found, counts = np.unique(values[values > 0].to_numpy(dtype=float), return_counts=True)
    if len(found) < 3:
        return (float(found[0]), float(found[-1])) if len(found) else (0.0, 0.0)
    starts = np.arange(1, len(found))
    if len(starts) > BINS:
        ranks = np.linspace(0, counts.sum(), BINS + 2)[1:-1]
        starts = np.unique(np.searchsorted(counts.cumsum(), ranks, side="left").clip(1))
    middle, high = _most_alike(counts, np.log(found / found[0]) * counts, starts)
    return float(found[middle - 1]), float(found[high - 1])


def _most_alike(counts: np.ndarray, sums: np.ndarray, starts: np.ndarray) -> tuple[int, int]:
    """Find the two starts of classes with the largest sum of squares between the classes."""
    n, s = (np.concatenate([[0.0], each.cumsum()]) for each in (counts, sums))
    low = s[starts] ** 2 / n[starts]
    top = (s[-1] - s[starts]) ** 2 / (n[-1] - n[starts])
    inside = n[starts][None, :] - n[starts][:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (s[starts][None, :] - s[starts][:, None]) ** 2 / inside
    gain = low[:, None] + between + top[None, :]
    # Rounding lets the same values in another unit of money choose the same pair.
    gain = np.where(inside > 0, np.round(gain, 9), -np.inf)
    middle, high = np.unravel_index(int(np.argmax(gain)), gain.shape)
    return int(starts[middle]), int(starts[high])

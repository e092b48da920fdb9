"""Several tests at once: p-values that keep their promise for the whole family."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def holm(pvalues: ArrayLike) -> NDArray[np.float64]:
    """Give p-values adjusted by Holm: the chance of even one false alarm stays below the level.

    Parameters
    ----------
    pvalues
        Shape (n,); a missing one stays missing and is not counted. Empty gives empty.

    Returns
    -------
    array, shape (n,)
        Not above one, in the order given.

    References
    ----------
    .. [1] S. Holm, Scandinavian Journal of Statistics 6 (1979), 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, float("nan"), 0.03]).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    given = np.asarray(pvalues, dtype=float)
    adjusted, known = np.full(given.shape, np.nan), np.flatnonzero(~np.isnan(given))
    order = known[np.argsort(given[known], kind="stable")]
    steps = given[order] * (order.size - np.arange(order.size))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if order.size else steps
    return adjusted


def benjamini_hochberg(pvalues: ArrayLike) -> NDArray[np.float64]:
    """Give p-values adjusted by Benjamini and Hochberg: few of the finds are false.

    Parameters
    ----------
    pvalues
        Shape (n,); a missing one stays missing and is not counted. Empty gives empty.

    Returns
    -------
    array, shape (n,)
        Not above one, in the order given; the finds below ``q`` are false in a share of at most ``q``,
        on average.

    References
    ----------
    .. [1] Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995), 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, float("nan"), 0.03]).round(3).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    given = np.asarray(pvalues, dtype=float)
    adjusted, known = np.full(given.shape, np.nan), np.flatnonzero(~np.isnan(given))
    order = known[np.argsort(-given[known], kind="stable")]
    steps = given[order] * order.size / (order.size - np.arange(order.size))
    adjusted[order] = np.minimum(np.minimum.accumulate(steps), 1.0) if order.size else steps
    return adjusted

"""Two groupings of the same units: cross tables, and how far the groupings go together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from segbook.stats.effects import UNKNOWN, Effect, Floats

MIN_EXPECTED = 5.0
"""Cochran's rule: at most a fifth of the expected counts below five, none below one."""

DRAWS = 1_999
"""Random tables: the smallest p-value is 0.0005."""


def cramer(counts: ArrayLike) -> Effect:
    """Tell whether two classifications go together: chi-square and Cramer's V.

    Parameters
    ----------
    counts
        Cross table, shape (rows, columns); empty rows and columns do not count.

    Returns
    -------
    Effect
        ``effect_size`` is V, ``strength`` is V freed of its bias. Where expected counts are too small for
        the law of chi-square (Cochran's rule), the p-value is taken from random tables with the same sums.
        Fewer than two rows or columns: unknown.

    References
    ----------
    .. [1] W. Bergsma, Journal of the Korean Statistical Society 42 (2013), 323-328: the bias.
    .. [2] W. G. Cochran, Biometrics 10 (1954), 417-451: the rule.
    .. [3] A. C. A. Hope, JRSS B 30 (1968), 582-598: a test by random tables.

    Examples
    --------
    >>> cramer([[10, 0], [0, 10]]).effect_size
    1.0
    """
    table = np.asarray(counts, dtype=float)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0] if table.size else table
    (rows, columns), n = table.shape, table.sum()
    if min(rows, columns) < 2:
        return UNKNOWN
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    statistic = float(((table - expected) ** 2 / expected).sum())
    freedom = (rows - 1) * (columns - 1)
    trusted = (expected < MIN_EXPECTED).mean() <= 0.2 and expected.min() >= 1
    pvalue = float(stats.chi2.sf(statistic, freedom)) if trusted else _by_chance(table, expected, statistic)
    size = float((statistic / n / (min(rows, columns) - 1)) ** 0.5)
    smaller = min(each - (each - 1) ** 2 / (n - 1) for each in (rows, columns)) - 1
    excess = max(statistic / n - freedom / (n - 1), 0.0)
    return Effect(statistic, pvalue, size, float(min((excess / smaller) ** 0.5, 1.0)) if smaller > 0 else 0.0)


def _by_chance(table: Floats, expected: Floats, statistic: float) -> float:
    """Give the share of random tables with the same sums that are as far from the expected."""
    sums = (table.sum(axis=axis).astype(int) for axis in (1, 0))
    drawn = stats.random_table(*sums, seed=0).rvs(DRAWS)
    as_far = ((drawn - expected) ** 2 / expected).sum(axis=(1, 2)) >= statistic * (1 - 1e-9)
    return float((1 + as_far.sum()) / (1 + DRAWS))


def cross_counts(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Count pairs of codes.

    Parameters
    ----------
    first, second
        Codes from zero, one of each for each unit; none give an empty table.

    Returns
    -------
    array, shape (largest of first + 1, largest of second + 1)

    Examples
    --------
    >>> cross_counts(np.array([0, 0, 1]), np.array([0, 1, 1])).tolist()
    [[1, 1], [0, 1]]
    """
    height, width = (int(each.max(initial=-1)) + 1 for each in (first, second))
    counts = np.bincount(first.astype(int) * width + second.astype(int), minlength=height * width)
    return counts.reshape(height, width)

"""Counts of events in two spans of time, and whether the rate is the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import gammaln

from segbook.stats.proportions import Interval

Floats = NDArray[np.float64]
CHUNK = 2_000_000
"""Cells worked on at a time: keeps memory small."""


def rate_test(x_before: ArrayLike, t_before: ArrayLike, x_now: ArrayLike, t_now: ArrayLike) -> Floats:
    """Give the exact two-sided p-value that two rates are equal: the conditional test of two Poisson counts.

    Given the sum, the later count is binomial; every outcome not likelier than the one seen is counted.

    Parameters
    ----------
    x_before, t_before, x_now, t_now
        Events and lengths of the two spans; arrays that broadcast.

    Returns
    -------
    array
        NaN where nothing happened or a span has no length.

    References
    ----------
    .. [1] J. Przyborowski, H. Wilenski, Biometrika 31 (1940), 313-323.

    Examples
    --------
    >>> round(float(rate_test(12, 9, 2, 3)), 6)
    0.539593
    """
    arrays = np.broadcast_arrays(
        *(np.asarray(each, dtype=float) for each in (x_before, t_before, x_now, t_now))
    )
    x1, t1, x2, t2 = (each.ravel() for each in arrays)
    n, share = x1 + x2, t2 / np.where(t1 + t2 > 0, t1 + t2, np.nan)
    pvalues = np.full(n.shape, np.nan)
    known = np.flatnonzero((n > 0) & (share > 0) & (share < 1))
    rows, place = np.unique(np.stack([n[known], x2[known], share[known]]), axis=1, return_inverse=True)
    answers = np.empty(rows.shape[1])
    start = 0
    while start < answers.size:
        # Rows come sorted by n, so neighbours need equally many cells.
        step = max(int(CHUNK / (rows[0, min(start + 1000, answers.size - 1)] + 1)), 1)
        part = slice(start, start + min(step, 1000))
        answers[part] = _binomial(*rows[:, part])
        start = part.stop
    pvalues[known] = answers[place.ravel()]
    return pvalues.reshape(arrays[0].shape)


def _binomial(n: Floats, x: Floats, share: Floats) -> Floats:
    """Sum the probabilities not above that of ``x``; rows with ``n`` up to the largest."""
    k = np.arange(n.max() + 1)[None, :]
    n, x, share = n[:, None], x[:, None], share[:, None]
    inside = k <= n
    rest = np.where(inside, n - k, 0)
    logs = gammaln(n + 1) - gammaln(k + 1) - gammaln(rest + 1) + k * np.log(share) + rest * np.log1p(-share)
    chances = np.where(inside, np.exp(logs), 0.0)
    seen = np.take_along_axis(chances, x.astype(int), axis=1)
    total: Floats = np.where(chances <= seen * (1 + 1e-7), chances, 0.0).sum(axis=1)
    return np.minimum(total, 1.0)


def rate_ratio(
    x_before: ArrayLike,
    t_before: ArrayLike,
    x_now: ArrayLike,
    t_now: ArrayLike,
    confidence_level: float = 0.95,
) -> tuple[Floats, Interval]:
    """Give how many times the rate is what it was, with its exact interval.

    Parameters
    ----------
    x_before, t_before, x_now, t_now
        As in `rate_test`.
    confidence_level
        Such as 0.95.

    Returns
    -------
    ratio, interval
        Infinite where nothing happened before.

    Examples
    --------
    >>> ratio, (low, high) = rate_ratio(12, 9, 2, 3)
    >>> round(float(ratio), 3), round(float(low), 7), round(float(high), 7)
    (0.5, 0.0543507, 2.2459398)
    """
    x1, t1, x2, t2 = (np.asarray(each, dtype=float) for each in (x_before, t_before, x_now, t_now))
    n, tail = x1 + x2, (1 - confidence_level) / 2
    low = np.where(x2 > 0, stats.beta.ppf(tail, np.maximum(x2, 0.5), x1 + 1), 0.0)
    high = np.where(x1 > 0, stats.beta.ppf(1 - tail, x2 + 1, np.maximum(x1, 0.5)), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (x2 / t2) / (x1 / t1)
        ends = [np.where(n > 0, end / (1 - end) * t1 / t2, np.nan) for end in (low, high)]
    return ratio, Interval(*ends)


def silence_chance(n_gaps: ArrayLike, gaps_sum: ArrayLike, silence: ArrayLike) -> Floats:
    """Give the chance of so long a silence, judged by a customer's own gaps between purchases.

    For purchases at random at a constant rate: P(gap > t) = (S / (S + t))^n, exact for ``n`` past gaps
    that sum to ``S``.

    Parameters
    ----------
    n_gaps, gaps_sum, silence
        Past gaps, their sum and the present silence, in one unit. Without a gap the chance is 1.

    Examples
    --------
    >>> round(float(silence_chance(5, 150, 60)), 7)
    0.1859344
    """
    n, total, t = (np.asarray(each, dtype=float) for each in (n_gaps, gaps_sum, silence))
    chance: Floats = np.where(n > 0, (total / np.maximum(total + t, 1e-300)) ** n, 1.0)
    return chance


def fisher(k_before: ArrayLike, n_before: ArrayLike, k_now: ArrayLike, n_now: ArrayLike) -> Floats:
    """Give Fisher's exact two-sided p-value for ``k`` of ``n`` in two groups, element by element.

    Examples
    --------
    >>> fisher([3], [4], [1], [4]).round(6).tolist()
    [0.485714]
    """
    given = np.stack([np.asarray(each, dtype=float) for each in (k_before, n_before, k_now, n_now)])
    rows, place = np.unique(given, axis=1, return_inverse=True)
    answers = np.empty(rows.shape[1])
    for i in range(0, answers.size, 2000):
        part = slice(i, i + 2000)
        k1, n1, k2, n2 = (row[:, None] for row in rows[:, part])
        k = np.arange(n2.max() + 1)[None, :]
        inside = (k <= n2) & (k <= k1 + k2) & (k1 + k2 - k <= n1)
        other = np.where(inside, k1 + k2 - k, 0)
        mine = np.where(inside, k, 0)
        logs = _choose(n2, mine) + _choose(n1, other) - _choose(n1 + n2, k1 + k2)
        chances = np.where(inside, np.exp(logs), 0.0)
        seen = np.take_along_axis(chances, k2.astype(int), axis=1)
        answers[part] = np.where(chances <= seen * (1 + 1e-7), chances, 0.0).sum(axis=1)
    pvalues: Floats = np.minimum(answers, 1.0)[place.ravel()]
    return pvalues


def _choose(n: Floats, k: Floats) -> Floats:
    logs: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return logs

"""Shares, and the difference and the ratio of two shares, with intervals that cover what they promise.

Everything takes arrays and works element by element, so that one call serves all segments. Counts are
``x`` of ``n``; where ``n`` is zero the answer is missing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """Lower and upper end, arrays of one shape."""

    lower: Floats
    upper: Floats


def critical(confidence_level: float = 0.95) -> float:
    """Give the two-sided critical value of the standard normal.

    Examples
    --------
    >>> round(critical(), 6)
    1.959964
    """
    return float(stats.norm.ppf(0.5 + confidence_level / 2))


def wilson(x: ArrayLike, n: ArrayLike, confidence_level: float = 0.95) -> Interval:
    """Give Wilson's score interval of a share.

    Parameters
    ----------
    x, n
        Successes and trials.
    confidence_level
        Such as 0.95.

    References
    ----------
    .. [1] E. B. Wilson, JASA 22 (1927), 209-212.

    Examples
    --------
    >>> low, high = wilson(4, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.1682, 0.6873)
    """
    x, n = _counts(x, n)
    z = critical(confidence_level)
    p = x / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    # Exact at the ends, where rounding would leave 1e-17.
    return Interval(np.where(x == 0, 0.0 * n, middle - half), np.where(x == n, 1.0 + 0.0 * n, middle + half))


def clopper_pearson(x: ArrayLike, n: ArrayLike, confidence_level: float = 0.95) -> Interval:
    """Give the exact interval of a share: never covers less than promised, and is wide.

    Parameters
    ----------
    x, n, confidence_level
        As in `wilson`.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413.

    Examples
    --------
    >>> low, high = clopper_pearson(4, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.1216, 0.7376)
    """
    x, n = _counts(x, n)
    tail = (1 - confidence_level) / 2
    lower = np.where(x == 0, 0.0 * n, stats.beta.ppf(tail, np.maximum(x, 0.5), n - x + 1))
    upper = np.where(x == n, 1.0 + 0.0 * n, stats.beta.ppf(1 - tail, x + 1, np.maximum(n - x, 0.5)))
    return Interval(lower, upper)


def newcombe(
    x_control: ArrayLike,
    n_control: ArrayLike,
    x_treatment: ArrayLike,
    n_treatment: ArrayLike,
    confidence_level: float = 0.95,
) -> Interval:
    """Give Newcombe's hybrid score interval of the difference of shares, treatment less control.

    Parameters
    ----------
    x_control, n_control, x_treatment, n_treatment
        Successes and trials of each arm.
    confidence_level
        Such as 0.95.

    References
    ----------
    .. [1] R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10.

    Examples
    --------
    >>> low, high = newcombe(48, 80, 56, 70)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0524, 0.3339)
    """
    x0, n0 = _counts(x_control, n_control)
    x1, n1 = _counts(x_treatment, n_treatment)
    p0, p1 = x0 / n0, x1 / n1
    (l0, u0), (l1, u1) = wilson(x0, n0, confidence_level), wilson(x1, n1, confidence_level)
    difference = p1 - p0
    return Interval(
        difference - np.sqrt((p1 - l1) ** 2 + (u0 - p0) ** 2),
        difference + np.sqrt((u1 - p1) ** 2 + (p0 - l0) ** 2),
    )


def katz(
    x_control: ArrayLike,
    n_control: ArrayLike,
    x_treatment: ArrayLike,
    n_treatment: ArrayLike,
    confidence_level: float = 0.95,
) -> Interval:
    """Give Katz's log interval of the ratio of shares, treatment over control.

    Parameters
    ----------
    x_control, n_control, x_treatment, n_treatment, confidence_level
        As in `newcombe`. Where an arm has no success, half a success is added to both arms and the end
        that cannot be known is zero or infinite.

    References
    ----------
    .. [1] D. Katz et al., Biometrics 34 (1978), 469-474.

    Examples
    --------
    >>> low, high = katz(48, 80, 56, 70)
    >>> round(float(low), 4), round(float(high), 4)
    (1.0766, 1.6512)
    """
    x0, n0 = _counts(x_control, n_control)
    x1, n1 = _counts(x_treatment, n_treatment)
    none = (x0 == 0) | (x1 == 0)
    a0, m0, a1, m1 = (np.where(none, each + 0.5, each) for each in (x0, n0, x1, n1))
    log = np.log(a1 / m1) - np.log(a0 / m0)
    half = critical(confidence_level) * np.sqrt(1 / a1 - 1 / m1 + 1 / a0 - 1 / m0)
    return Interval(
        np.where(x1 == 0, 0.0 * log, np.exp(log - half)),
        np.where(x0 == 0, np.inf + 0.0 * log, np.exp(log + half)),
    )


def _counts(x: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    x, n = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(n, dtype=float))
    if ((x < 0) | (x > n)).any():
        raise ValueError("counts: found successes below zero or above the trials, must be 0 <= x <= n")
    return x, np.where(n > 0, n, np.nan)

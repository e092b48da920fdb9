"""Is a change from one quarter to another real."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from segbook.stats.csi.index import adjusted_net
from segbook.stats.proportions import critical


class McNemar(NamedTuple):
    """Moves of the same clients: statistic and p-value, plain and corrected, and the exact p-value."""

    statistic: float
    pvalue: float
    statistic_corrected: float
    pvalue_corrected: float
    pvalue_exact: float


def fisher(attract_before: int, detract_before: int, attract: int, detract: int) -> float:
    """Give Fisher's two-sided p-value for two indices; missing when a quarter has neither answer.

    References
    ----------
    .. [1] R. A. Fisher, The Design of Experiments (1935).

    Examples
    --------
    >>> round(fisher(60, 10, 50, 20), 4)
    0.0626
    """
    if not attract_before + detract_before or not attract + detract:
        return float("nan")
    return float(stats.fisher_exact([[attract_before, detract_before], [attract, detract]]).pvalue)


def ratio_interval(
    attract_before: int, detract_before: int, attract: int, detract: int, confidence_level: float = 0.95
) -> tuple[float, float, float]:
    """Give the ratio of the later index to the earlier one, and its interval.

    Notes
    -----
    Half an answer is added to each count, so that it exists without detractors too.

    References
    ----------
    .. [1] J. J. Gart, Biometrika 53 (1966), 471-479.

    Examples
    --------
    >>> [round(each, 2) for each in ratio_interval(60, 10, 30, 10)]
    [0.5, 0.19, 1.32]
    """
    counts = np.array([attract_before, detract_before, attract, detract], dtype=float) + 0.5
    log = np.log(counts[2] / counts[3]) - np.log(counts[0] / counts[1])
    half = critical(confidence_level) * np.sqrt((1 / counts).sum())
    return float(np.exp(log)), float(np.exp(log - half)), float(np.exp(log + half))


def net_test(before: tuple[int, int, int], now: tuple[int, int, int]) -> tuple[float, float]:
    """Give the change of the net score and its p-value, adjusted as its interval is.

    Parameters
    ----------
    before, now
        attract, detract, n.

    Examples
    --------
    >>> difference, pvalue = net_test((60, 10, 100), (50, 20, 100))
    >>> round(difference, 2), round(pvalue, 3)
    (-0.2, 0.057)
    """
    (old, old_variance), (new, new_variance) = adjusted_net(*before), adjusted_net(*now)
    score = (new - old) / np.sqrt(new_variance + old_variance)
    difference = (now[0] - now[1]) / max(now[2], 1) - (before[0] - before[1]) / max(before[2], 1)
    return difference, float(2 * stats.norm.sf(abs(score)))


def mcnemar(up: int, down: int) -> McNemar:
    """Compare the clients who moved up with those who moved down; the others say nothing.

    Parameters
    ----------
    up, down
        Counts. Without any move every p-value is one.

    References
    ----------
    .. [1] Q. McNemar, Psychometrika 12 (1947), 153-157.

    Examples
    --------
    >>> made = mcnemar(14, 5)
    >>> round(made.statistic, 5), round(made.pvalue, 6), round(made.pvalue_exact, 6)
    (4.26316, 0.038947, 0.063568)
    """
    moved = up + down
    if not moved:
        return McNemar(0.0, 1.0, 0.0, 1.0, 1.0)
    plain, corrected = (up - down) ** 2 / moved, max(abs(up - down) - 1, 0) ** 2 / moved
    exact = stats.binomtest(up, moved).pvalue
    return McNemar(
        plain, float(stats.chi2.sf(plain, 1)), corrected, float(stats.chi2.sf(corrected, 1)), float(exact)
    )

"""Is there a trend through quarters: of the index, and of all answers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

MIN_TREND, MIN_RANK_TREND = 4, 6
"""Quarters a trend needs: with four the smallest p-value of Mann and Kendall's test is 0.083, so it can say
nothing; with six 0.0028."""


class Trend(NamedTuple):
    """A trend through quarters.

    Parameters
    ----------
    statistic, pvalue
        Of Cochran and Armitage's test, one degree of freedom.
    slope, slope_se
        Change of the logarithm of CSI from a quarter to the next, and its standard error.
    tau, pvalue_rank
        Kendall's tau of the index with time and its exact p-value; missing below six quarters.
    n_quarters
        With an answer that attracts or detracts.
    """

    statistic: float
    pvalue: float
    slope: float
    slope_se: float
    tau: float
    pvalue_rank: float
    n_quarters: int


def trend(attract: ArrayLike, detract: ArrayLike) -> Trend:
    """Test for a trend of the index through quarters.

    Parameters
    ----------
    attract, detract
        Counts by quarter, oldest first, shape (n_quarters,); quarters with neither are skipped but keep their
        place in time.

    Returns
    -------
    Trend
        Missing below four quarters, and where nobody attracts or nobody detracts.

    References
    ----------
    .. [1] P. Armitage, Biometrics 11 (1955), 375-386.
    .. [2] M. G. Kendall, Biometrika 30 (1938), 81-93.

    Examples
    --------
    >>> made = trend([60, 64, 70, 75], [15, 14, 11, 9])
    >>> round(made.statistic, 4), round(made.pvalue, 4), round(made.slope, 4)
    (3.1734, 0.0748, 0.2498)
    """
    good, bad = np.asarray(attract, dtype=float), np.asarray(detract, dtype=float)
    met = good + bad > 0
    good, bad, time = good[met], bad[met], np.flatnonzero(met).astype(float)
    n, quarters = good + bad, int(met.sum())
    if quarters < MIN_TREND or not good.sum() or not bad.sum():
        nan = float("nan")
        return Trend(nan, nan, nan, nan, nan, nan, quarters)
    middle, mean = (n * time).sum() / n.sum(), good.sum() / n.sum()
    spread = (n * (time - middle) ** 2).sum()
    statistic = ((good * (time - middle)).sum()) ** 2 / (mean * (1 - mean) * spread)
    slope, error = _logistic(good, n, time - middle)
    tau, rank = mann_kendall(good / n, time) if quarters >= MIN_RANK_TREND else (np.nan, np.nan)
    return Trend(float(statistic), float(stats.chi2.sf(statistic, 1)), slope, error, tau, rank, quarters)


def _logistic(good: np.ndarray, n: np.ndarray, time: np.ndarray) -> tuple[float, float]:
    """Fit the log-odds as a line in time by Newton's steps; give the slope and its standard error."""
    design = np.column_stack([np.ones_like(time), time])
    line = np.array([np.log(good.sum() / (n.sum() - good.sum())), 0.0])
    for _ in range(25):
        share = 1 / (1 + np.exp(-np.clip(design @ line, -30, 30)))
        information = design.T @ (design * (n * share * (1 - share))[:, None])
        step = np.linalg.solve(information + 1e-12 * np.eye(2), design.T @ (good - n * share))
        line += np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    return float(line[1]), float(np.sqrt(np.linalg.inv(information + 1e-12 * np.eye(2))[1, 1]))


def mann_kendall(values: ArrayLike, time: ArrayLike | None = None) -> tuple[float, float]:
    """Give Kendall's tau of values with time, and its p-value, exact where no two are equal.

    Examples
    --------
    >>> tau, pvalue = mann_kendall([3.1, 2.9, 3.4, 3.6, 3.3, 3.9, 4.1, 3.8, 4.4, 4.2, 4.9, 4.7])
    >>> round(tau, 7), round(pvalue, 10)
    (0.7878788, 0.0001074234)
    """
    values = np.asarray(values, dtype=float)
    found = stats.kendalltau(np.arange(len(values)) if time is None else time, values)
    return float(found.statistic), float(found.pvalue)


def jonckheere(counts: pd.DataFrame | np.ndarray) -> tuple[float, float]:
    """Test whether whole answers drift through ordered groups.

    Parameters
    ----------
    counts
        Answers by group (rows, in order) and score (columns, ascending), shape (n_groups, n_scores).

    Returns
    -------
    statistic, pvalue
        J: pairs of answers of different groups in which the later one is higher, equal ones counting half;
        one-sided normal p-value of a rise with the variance for ties. Missing with fewer than two groups,
        and when all answers are equal.

    References
    ----------
    .. [1] A. R. Jonckheere, Biometrika 41 (1954), 133-145; ties: M. Hollander, D. A. Wolfe, Nonparametric
       Statistical Methods (1999), 6.2.

    Examples
    --------
    >>> jonckheere(np.array([[1, 0], [0, 1]]))[0]
    1.0
    """
    table = np.asarray(counts, dtype=float)
    n, groups, ties = np.asarray(table.sum()), table.sum(axis=1), table.sum(axis=0)
    earlier = np.vstack([np.zeros(table.shape[1]), np.cumsum(table, axis=0)[:-1]])
    below = np.cumsum(earlier, axis=1) - earlier
    statistic = float((table * (below + earlier / 2)).sum())
    if (groups > 0).sum() < 2 or n < 3:
        return statistic, float("nan")
    variance = (_pairs(n) - _pairs(groups).sum() - _pairs(ties).sum()) / 72
    variance += _falling(groups, 3).sum() * _falling(ties, 3).sum() / (36 * _falling(n, 3))
    variance += _falling(groups, 2).sum() * _falling(ties, 2).sum() / (8 * _falling(n, 2))
    if not variance > 1e-9:
        return statistic, float("nan")
    expected = (n**2 - (groups**2).sum()) / 4
    return statistic, float(stats.norm.sf((statistic - expected) / np.sqrt(variance)))


def _pairs(m: np.ndarray) -> np.ndarray:
    return np.asarray(m * (m - 1) * (2 * m + 5))


def _falling(m: np.ndarray, steps: int) -> np.ndarray:
    return np.asarray(np.prod([m - step for step in range(steps)], axis=0))

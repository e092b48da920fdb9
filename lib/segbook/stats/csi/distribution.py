"""Did all answers shift, not only those at the ends of the scale."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from segbook.stats.proportions import critical

_APART = 12.0
"""A slope beyond it is infinite: the answers of the two quarters do not overlap."""


class Shift(NamedTuple):
    """How the whole distribution of answers moved from one quarter to another.

    Parameters
    ----------
    slope, slope_se, pvalue
        Of the ordinal logit model: the logarithm of the odds ratio of a higher answer; missing, with the
        ratio, when every answer of one quarter is higher than every answer of the other.
    odds_ratio, odds_ratio_ci_lower, odds_ratio_ci_upper
        The odds of answering at least any given score, later over earlier.
    statistic_ranks, pvalue_ranks
        W of Mann and Whitney, of the later answers, and its p-value with ties and continuity corrected.
    higher
        Chance that a later answer is higher than an earlier one, equal ones counting half.
    pvalue_higher
        Of Brunner and Munzel's test of that chance being one half.
    """

    slope: float
    slope_se: float
    pvalue: float
    odds_ratio: float
    odds_ratio_ci_lower: float
    odds_ratio_ci_upper: float
    statistic_ranks: float
    pvalue_ranks: float
    higher: float
    pvalue_higher: float


def shift(before: ArrayLike, now: ArrayLike) -> Shift | None:
    """Compare all answers of two quarters.

    Parameters
    ----------
    before, now
        Number of answers at each score, lowest first, shape (n_scores,).

    Returns
    -------
    Shift or None
        Nothing with fewer than two answers in a quarter, or all answers equal.

    References
    ----------
    .. [1] P. McCullagh, Journal of the Royal Statistical Society B 42 (1980), 109-142.
    .. [2] E. Brunner, U. Munzel, Biometrical Journal 42 (2000), 17-25.

    Examples
    --------
    >>> made = shift([2, 1, 3, 4, 6, 7, 12, 20, 25, 20], [1, 1, 2, 3, 5, 6, 10, 22, 28, 30])
    >>> round(made.slope, 4), round(made.slope_se, 4), round(made.pvalue_ranks, 5)
    (0.4004, 0.2466, 0.10539)
    """
    old, new = np.asarray(before, dtype=int), np.asarray(now, dtype=int)
    if min(old.sum(), new.sum()) < 2 or (old + new > 0).sum() < 2:
        return None
    slope, error = _ordinal_logit(old, new)
    half = critical() * error
    first, second = (np.repeat(np.arange(len(each)), each) for each in (old, new))
    ranks = stats.mannwhitneyu(second, first, method="asymptotic")
    higher = float(ranks.statistic) / (len(first) * len(second))
    return Shift(
        slope, error, float(2 * stats.norm.sf(abs(slope / error))),
        float(np.exp(slope)), float(np.exp(slope - half)), float(np.exp(slope + half)),
        float(ranks.statistic), float(ranks.pvalue), higher, _brunner_munzel(first, second),
    )  # fmt: skip


def _brunner_munzel(first: np.ndarray, second: np.ndarray) -> float:
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        # Where nothing overlaps there is no p-value, and none is given.
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(stats.brunnermunzel(first, second).pvalue)


def _ordinal_logit(old: np.ndarray, new: np.ndarray) -> tuple[float, float]:
    """Fit P(answer <= k) = logistic(threshold_k - slope × later); give the slope and its standard error.

    Scores nobody gave are left out: their thresholds cannot be told apart.
    """
    met = old + new > 0
    counts = np.vstack([old[met], new[met]]).astype(float)
    below = (counts.sum(axis=0).cumsum() / counts.sum())[:-1]
    start = np.append(np.log(below / (1 - below)), 0.0)
    fitted = optimize.minimize(_loss, start, args=(counts,), jac=True, method="BFGS", options={"gtol": 1e-8})
    step = 1e-5
    moves = step * np.eye(len(start))
    rows = [(_loss(fitted.x + m, counts)[1] - _loss(fitted.x - m, counts)[1]) / (2 * step) for m in moves]
    information = (np.array(rows) + np.array(rows).T) / 2
    if abs(fitted.x[-1]) > _APART:
        return float("nan"), float("nan")
    return float(fitted.x[-1]), float(np.sqrt(np.linalg.pinv(information)[-1, -1]))


def _loss(point: np.ndarray, counts: np.ndarray) -> tuple[float, np.ndarray]:
    """Give minus the log-likelihood and its gradient."""
    thresholds, slope = point[:-1], point[-1]
    gradient, loss = np.zeros_like(point), 0.0
    for group, shift_by in ((0, 0.0), (1, slope)):
        upto = 1 / (1 + np.exp(-np.clip(thresholds - shift_by, -500, 500)))
        density = upto * (1 - upto)
        share = np.maximum(np.diff(np.concatenate([[0.0], upto, [1.0]])), 1e-300)
        weight = counts[group] / share
        loss -= float((counts[group] * np.log(share)).sum())
        pull = density * (weight[:-1] - weight[1:])
        gradient[:-1] -= pull
        gradient[-1] += group * pull.sum()
    return loss, gradient

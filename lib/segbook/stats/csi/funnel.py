"""Managers, or any groups, beside one another without a league table."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from segbook.stats.csi.index import MIN_ANSWERS, index_table
from segbook.stats.multiplicity import holm

LEVELS = (0.95, 0.998)
DRAWS = 10_000
_CLOSE = 1.0
"""Least number of answers the distribution of managers is worth."""


@dataclass(frozen=True)
class Funnel:
    """Managers against what chance alone does to all of them.

    Parameters
    ----------
    table
        Index manager; the columns of `index_table`, and told (answers that attract or detract), share
        (attract / told), z, pvalue (exact binomial, against the common share), pvalue_holm, lower_95,
        upper_95, lower_998, upper_998 (limits of the share for that many answers), share_shrunk, csi_shrunk,
        csi_shrunk_ci_lower, csi_shrunk_ci_upper, verdict: ``below``, ``above``, ``usual``, ``watch`` (outside
        the 95 % limits, as one of so many managers may be by chance), ``few`` (fewer than 20 answers, or
        than three that detract and nothing outside the limits).
    center
        Common share.
    statistic, pvalue
        Chi-square of the managers' difference, and the p-value of Fisher's test of the whole table; missing
        with fewer than two managers who have answers.
    overdispersion
        Mean of z squared: 1 where chance explains the differences.
    prior
        The two parameters of the beta distribution of the managers' shares.
    """

    table: pd.DataFrame
    center: float
    statistic: float
    pvalue: float
    overdispersion: float
    prior: tuple[float, float]


def funnel(counts: pd.DataFrame, seed: int = 0, draws: int = DRAWS) -> Funnel:
    """Compare managers by a funnel: limits that are wide where answers are few.

    Parameters
    ----------
    counts
        Index manager, columns n, attract, neutral, detract, mean.
    seed, draws
        Of Fisher's test of the whole table, which is drawn so many times.

    Returns
    -------
    Funnel
        In the order given.

    References
    ----------
    .. [1] D. J. Spiegelhalter, Statistics in Medicine 24 (2005), 1185-1202: funnels avoid spurious ranking.
    .. [2] S. Holm, Scandinavian Journal of Statistics 6 (1979), 65-70.

    Examples
    --------
    >>> counts = pd.DataFrame({"n": [30, 40], "attract": [25, 9], "neutral": [3, 25], "detract": [2, 6],
    ...     "mean": [8.4, 6.1]}, index=["Anna", "Igor"])
    >>> funnel(counts).table["pvalue_holm"].round(3).tolist()
    [0.146, 0.099]
    """
    table = index_table(counts)
    good, told = table["attract"].to_numpy(), (table["attract"] + table["detract"]).to_numpy()
    center = good.sum() / told.sum() if told.sum() else float("nan")
    z, statistic = _spread(good, told, center)
    whole = whole_table(good, told, seed, draws)
    pvalue = exact_pvalues(good, told, center)
    prior = beta_prior(good, told)
    some = np.where(told > 0, told, np.nan)
    table = table.assign(told=told, share=good / some, z=z, pvalue=pvalue, pvalue_holm=holm(pvalue))
    for level in LEVELS:
        low, high = funnel_limits(told, center, level)
        table[f"lower_{_name(level)}"], table[f"upper_{_name(level)}"] = low, high
    table = table.assign(**_shrunk(good, told, prior))
    table["verdict"] = [_verdict(row) for row in table.to_dict("records")]
    known = z[~np.isnan(z)]
    return Funnel(
        table, float(center), statistic, whole, float((known**2).mean()) if len(known) else np.nan, prior
    )


def _name(level: float) -> str:
    return f"{level:.3f}".removeprefix("0.").rstrip("0")


def funnel_limits(n: ArrayLike, center: float, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Give the exact binomial limits of a share around the common one.

    Parameters
    ----------
    n
        Answers; without any the limits are missing.
    center
        Common share.
    level
        Such as 0.95: at most half of the rest lies outside each limit.

    Examples
    --------
    >>> low, high = funnel_limits([21, 27], 47 / 55, 0.95)
    >>> low.round(3).tolist()
    [0.714, 0.704]
    """
    n = np.asarray(n, dtype=float)
    some = np.where(n > 0, n, np.nan)
    if np.isnan(center):
        return np.full(n.shape, np.nan), np.full(n.shape, np.nan)
    tail = (1 - level) / 2
    return stats.binom.ppf(tail, some, center) / some, stats.binom.ppf(1 - tail, some, center) / some


def exact_pvalues(good: ArrayLike, told: ArrayLike, center: float) -> np.ndarray:
    """Give exact two-sided binomial p-values against a common share; missing without answers.

    Parameters
    ----------
    good, told
        Counts, shape (n_groups,).
    center
        The common share.

    Examples
    --------
    >>> exact_pvalues([18, 9, 0], [21, 15, 0], 47 / 55).round(4).tolist()
    [1.0, 0.0145, nan]
    """
    good, told = np.asarray(good, dtype=int), np.asarray(told, dtype=int)
    every = np.arange(int(told.max(initial=0)) + 1)[:, None]
    chance = stats.binom.pmf(every, told, center)
    # As likely counts as as likely, whatever rounding did to the last digit.
    rare = chance <= stats.binom.pmf(good, told, center) * (1 + 1e-7)
    return np.where(told > 0, np.minimum((chance * rare).sum(axis=0), 1.0), np.nan)


def _spread(good: np.ndarray, told: np.ndarray, center: float) -> tuple[np.ndarray, float]:
    """Give z of each manager and their chi-square; missing where nobody could differ."""
    some = np.where(told > 0, told, np.nan)
    if not 0 < center < 1 or (told > 0).sum() < 2:
        return np.full(len(told), np.nan), float("nan")
    z = (good / some - center) / np.sqrt(center * (1 - center) / some)
    return z, float(np.nansum(z**2))


def whole_table(good: ArrayLike, told: ArrayLike, seed: int = 0, draws: int = DRAWS) -> float:
    """Give the p-value of Fisher's test that all groups have one share; missing for fewer than two.

    Parameters
    ----------
    good, told
        Counts by group, shape (n_groups,).
    seed, draws
        Tables with the same sums are drawn at random so many times.

    Examples
    --------
    >>> round(whole_table([18, 25], [21, 27]), 2)
    0.64
    """
    good, told = np.asarray(good, dtype=int), np.asarray(told, dtype=int)
    bad, told = (told - good)[told > 0], told[told > 0]
    if len(told) < 2 or not 0 < bad.sum() < told.sum():
        return float("nan")
    drawn = np.random.default_rng(seed).multivariate_hypergeometric(told, bad.sum(), size=draws)
    log = _log_ways(told, drawn)
    # Equal tables must count as equal, whatever their sums lose in the last digit.
    return float((1 + (log <= _log_ways(told, bad) + 1e-7).sum()) / (draws + 1))


def _log_ways(told: np.ndarray, bad: np.ndarray) -> np.ndarray:
    ways = special.gammaln(told + 1) - special.gammaln(bad + 1) - special.gammaln(told - bad + 1)
    return np.asarray(ways.sum(axis=-1))


def beta_prior(good: ArrayLike, told: ArrayLike) -> tuple[float, float]:
    """Give the beta distribution the managers' shares come from, by maximum likelihood.

    Parameters
    ----------
    good, told
        Answers that attract, and that attract or detract, by manager.

    Returns
    -------
    a, b
        Their sum is how many answers the distribution is worth: at most all there are, when chance alone
        explains the differences, for the common share is known from no more. Missing without answers.

    Examples
    --------
    >>> a, b = beta_prior([18, 25, 9, 30, 12], [21, 27, 15, 34, 13])
    >>> round(a, 2), round(b, 2)
    (31.94, 5.72)
    """
    good, told = np.asarray(good, dtype=float), np.asarray(told, dtype=float)
    if not told.sum():
        return float("nan"), float("nan")
    bad = told - good
    start = (good.sum() + 0.5) / (told.sum() + 1)
    most = float(max(told.sum(), 2 * _CLOSE))
    if not good.sum() or not bad.sum():
        return float(start * most), float((1 - start) * most)
    sizes = np.log(np.geomspace(_CLOSE, most, 40))
    losses = [_prior_loss(np.array([special.logit(start), size]), good, bad)[0] for size in sizes]
    near = np.array([special.logit(start), sizes[int(np.argmin(losses))]])
    bounds = [(-15.0, 15.0), (np.log(_CLOSE), np.log(most))]
    fitted = optimize.minimize(
        _prior_loss,
        near,
        args=(good, bad),
        jac=True,
        bounds=bounds,
        method="L-BFGS-B",
        options={"ftol": 1e-13},
    )
    return _ab(fitted.x)


def _prior_loss(point: np.ndarray, good: np.ndarray, bad: np.ndarray) -> tuple[float, np.ndarray]:
    """Give minus the log-likelihood of beta-binomial counts, and its gradient in logit share and log size."""
    a, b = _ab(point)
    loss = -(special.betaln(a + good, b + bad) - special.betaln(a, b)).sum()
    whole = special.digamma(a + b) - special.digamma(a + b + good + bad)
    by_a = (special.digamma(a + good) - special.digamma(a) + whole).sum()
    by_b = (special.digamma(b + bad) - special.digamma(b) + whole).sum()
    return float(loss), -np.array([(by_a - by_b) * a * b / (a + b), a * by_a + b * by_b])


def _ab(point: np.ndarray) -> tuple[float, float]:
    share, size = special.expit(point[0]), np.exp(point[1])
    return float(share * size), float((1 - share) * size)


def _shrunk(good: np.ndarray, told: np.ndarray, prior: tuple[float, float]) -> dict[str, np.ndarray]:
    """Draw each manager's share towards the common one, the more the fewer the answers."""
    a, b = prior[0] + good, prior[1] + told - good
    share = a / (a + b)
    low, high = stats.beta.ppf(0.025, a, b), stats.beta.ppf(0.975, a, b)
    return {
        "share_shrunk": share,
        "csi_shrunk": share / (1 - share),
        "csi_shrunk_ci_lower": low / (1 - low),
        "csi_shrunk_ci_upper": high / (1 - high),
    }


def _verdict(row: Mapping[Hashable, Any]) -> str:
    if row["n"] < MIN_ANSWERS:
        return "few"
    if row["pvalue_holm"] < 1 - LEVELS[0]:
        return "below" if row["z"] < 0 else "above"
    if row["share"] < row["lower_95"] or row["share"] > row["upper_95"]:
        return "watch"
    return "usual" if row["enough"] else "few"

"""How far groups differ: rank tests, each with the size of its effect.

With many customers every difference is significant, so each answer carries an effect that does not grow
with their number.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]

SMALL, MEDIUM, LARGE = 0.1, 0.3, 0.5
"""Bands of a correlation and of what is read like one [Cohen 1988, p. 79-80]."""


class Effect(NamedTuple):
    """One test with its effect.

    Parameters
    ----------
    statistic, pvalue
        Of the test; missing where it cannot be done.
    effect_size
        As the test's own function says.
    strength
        The effect on the scale of a correlation, 0 to 1, freed of what chance alone gives.
    """

    statistic: float
    pvalue: float
    effect_size: float
    strength: float


UNKNOWN = Effect(*[float("nan")] * 4)


def kruskal(values: ArrayLike, groups: ArrayLike) -> Effect:
    """Compare groups by ranks: H, its p-value and epsilon squared, H / (n - 1).

    Parameters
    ----------
    values
        Shape (n,), none missing.
    groups
        Number of the group of each value, from zero; groups nobody is in do not count.

    Returns
    -------
    Effect
        ``strength`` is the root of eta squared, (H - k + 1) / (n - k), not below zero. Values all alike
        have no effect (p = 1); fewer than two groups or no more values than groups: unknown.

    References
    ----------
    .. [1] W. H. Kruskal, W. A. Wallis, JASA 47 (1952), 583-621.
    .. [2] M. Tomczak, E. Tomczak, Trends in Sport Sciences 1 (2014), 19-25: both effects.

    Examples
    --------
    >>> found = kruskal([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0, 0, 0, 1, 1, 1])
    >>> round(found.statistic, 4), round(found.effect_size, 4)
    (3.8571, 0.7714)
    """
    return kruskal_ranked(*ranked(values), groups)


def kruskal_ranked(ranks: Floats, ties: float, groups: ArrayLike) -> Effect:
    """Compare groups by ranks made before; see `kruskal`.

    Parameters
    ----------
    ranks, ties
        As `ranked` gives them for all values.
    groups
        As in `kruskal`.

    Examples
    --------
    >>> round(kruskal_ranked(*ranked([1.0, 2.0, 9.0]), [0, 0, 1]).effect_size, 4)
    0.75
    """
    sizes = np.bincount(np.asarray(groups, dtype=int))
    sums = np.bincount(np.asarray(groups, dtype=int), ranks)[sizes > 0]
    sizes = sizes[sizes > 0]
    n, k = len(ranks), len(sizes)
    if k < 2 or n <= k:
        return UNKNOWN
    if not ties:
        return Effect(0.0, 1.0, 0.0, 0.0)
    statistic = float((12 / (n * (n + 1)) * np.sum(sums**2 / sizes) - 3 * (n + 1)) / ties)
    statistic = min(max(statistic, 0.0), n - 1.0)
    pvalue = float(stats.chi2.sf(statistic, k - 1))
    return Effect(statistic, pvalue, statistic / (n - 1), max((statistic - k + 1) / (n - k), 0.0) ** 0.5)


def cliffs_delta(ranks: Floats, ties: float, inside: NDArray[np.bool_]) -> Effect:
    """Compare a group with everybody else: how much more often its values are the larger ones.

    Parameters
    ----------
    ranks, ties
        As `ranked` gives them for all values.
    inside
        Who is in the group.

    Returns
    -------
    Effect
        ``effect_size`` from -1 (every value of the group is smaller than every other) to 1; ``statistic``
        is the z of Mann and Whitney, with ties. Nobody inside or outside: unknown.

    References
    ----------
    .. [1] N. Cliff, Psychological Bulletin 114 (1993), 494-509.
    .. [2] H. B. Mann, D. R. Whitney, Annals of Mathematical Statistics 18 (1947), 50-60.

    Examples
    --------
    >>> ranks, ties = ranked([1.0, 2.0, 3.0, 4.0])
    >>> cliffs_delta(ranks, ties, np.array([False, True, False, True])).effect_size
    0.5
    """
    n, m = len(ranks), int(inside.sum())
    if not 0 < m < n:
        return UNKNOWN
    if not ties:
        return Effect(0.0, 1.0, 0.0, 0.0)
    delta = 2 * (float(ranks[inside].mean()) - (n + 1) / 2) / (n - m)
    z = delta * m * (n - m) / 2 / np.sqrt(ties * m * (n - m) * (n + 1) / 12)
    return Effect(float(z), float(2 * stats.norm.sf(abs(z))), float(delta), float(abs(delta)))


def kolmogorov(ranks: Floats, inside: NDArray[np.bool_]) -> Effect:
    """Compare a group with everybody else by the largest gap between their cumulative shares.

    It also sees a group whose values lie between those of the rest, which `cliffs_delta` does not.

    Parameters
    ----------
    ranks
        Of all values, rising.
    inside
        Who is in the group.

    Returns
    -------
    Effect
        ``effect_size`` is the gap, from 0 to 1; its p-value is cautious where values tie. Nobody inside or
        outside: unknown.

    References
    ----------
    .. [1] N. V. Smirnov, Annals of Mathematical Statistics 19 (1948), 279-281.

    Examples
    --------
    >>> ranks, _ = ranked([1.0, 2.0, 3.0, 4.0])
    >>> kolmogorov(ranks, np.array([False, True, True, False])).effect_size
    0.5
    """
    n, m = len(ranks), int(inside.sum())
    if not 0 < m < n:
        return UNKNOWN
    ends = np.append(np.diff(ranks) > 0, True)
    share = np.cumsum(inside) / m - np.cumsum(~inside) / (n - m)
    gap = float(np.abs(share[ends]).max())
    statistic = gap * (m * (n - m) / n) ** 0.5
    return Effect(statistic, float(stats.kstwobign.sf(statistic)), gap, gap)


def spearman(one: ArrayLike, other: ArrayLike) -> Effect:
    """Tell whether two numbers rise together: the correlation of their ranks.

    Parameters
    ----------
    one, other
        Shape (n,), none missing.

    Returns
    -------
    Effect
        ``effect_size`` is rho; ``statistic`` is Student's t on n - 2 degrees, which is close from ten
        pairs on. Fewer than four pairs, or a number that is always the same: unknown.

    References
    ----------
    .. [1] C. Spearman, American Journal of Psychology 15 (1904), 72-101.

    Examples
    --------
    >>> round(spearman([1.0, 2.0, 3.0, 4.0, 5.0], [5.0, 6.0, 7.0, 8.0, 7.0]).effect_size, 6)
    0.820783
    """
    (first, spread), (second, other_spread) = ranked(one), ranked(other)
    n = len(first)
    if n < 4 or not spread or not other_spread:
        return UNKNOWN
    rho = float(np.clip(np.corrcoef(first, second)[0, 1], -1, 1))
    statistic = rho * np.sqrt((n - 2) / (1 - rho**2)) if abs(rho) < 1 else np.copysign(np.inf, rho)
    return Effect(float(statistic), float(2 * stats.t.sf(abs(statistic), n - 2)), rho, abs(rho))


def ranked(values: ArrayLike) -> tuple[Floats, float]:
    """Give ranks, ties sharing their mean, and what ties leave of the ranks' variance (0 to 1).

    Parameters
    ----------
    values
        Shape (n,), none missing; all alike leave nothing.

    Examples
    --------
    >>> ranked([10.0, 10.0, 30.0])[0].tolist(), ranked([5.0, 5.0])[1]
    ([1.5, 1.5, 3.0], 0.0)
    """
    values = np.asarray(values, dtype=float)
    n = len(values)
    ranks: Floats = stats.rankdata(values)
    if n < 2:
        return ranks, 0.0
    _, sizes = np.unique(ranks, return_counts=True)
    tied = float((sizes.astype(float) ** 3 - sizes).sum())
    return ranks, 0.0 if len(sizes) == 1 else 1 - tied / (float(n) ** 3 - n)

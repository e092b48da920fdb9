"""Money: many zeros and a few large sums, where the usual test sees differences that are not there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from segbook.stats.abtest.effects import Ends
from segbook.stats.abtest.means import MeansEffect, fieller, welch
from segbook.stats.abtest.moments import Floats, Moments

DRAWS = 4_999
"""Permutations: p-values in steps of 0.0004."""

TOP = 2_000
"""Largest sums that are permuted one by one; the rest, none of which weighs much, by its normal limit."""

BATCH = 2_000_000
"""Cells of one block of permutations, so that memory stays small."""

CAP = 0.99
"""Sums above this quantile of all purchases are cut down to it in the capped means."""


@dataclass(frozen=True)
class MoneyEffect:
    """Two means of money, judged by permutation of Welch's t.

    Parameters
    ----------
    means
        The means, their standard errors and Welch's t.
    drawn
        Welch's t of each permutation, ascending.

    Notes
    -----
    The interval is the set of differences the same permutations would not reject, so it holds zero exactly
    when the p-value (equal tails) is not below its level.

    References
    ----------
    .. [1] A. Janssen, Statistics & Probability Letters 36 (1997), 9-21: the studentised statistic keeps its
       level when the arms vary differently.
    .. [2] E. Chung, J. P. Romano, Annals of Statistics 41 (2013), 484-507.
    """

    means: MeansEffect
    drawn: Floats
    method: str = "permutation"

    @property
    def control(self) -> float:
        """Mean of the control."""
        return self.means.control

    @property
    def treatment(self) -> float:
        """Mean of the treatment."""
        return self.means.treatment

    @property
    def se(self) -> float:
        """Standard error of the difference."""
        return self.means.se

    @property
    def statistic(self) -> float:
        """Welch's t."""
        return self.means.statistic

    @property
    def pvalue(self) -> float:
        """Twice the smaller tail of the permutations, the test itself counted among them."""
        size, near = len(self.drawn), 1e-9 * max(1.0, abs(self.statistic))
        above = size - int(np.searchsorted(self.drawn, self.statistic - near, "left"))
        below = int(np.searchsorted(self.drawn, self.statistic + near, "right"))
        return min(1.0, 2 * (1 + min(above, below)) / (size + 1))

    def _reach(self, alpha: float) -> Ends:
        rank = math.floor(alpha / 2 * (len(self.drawn) + 1) + 1e-9)
        if rank < 1:
            return math.inf, -math.inf
        return float(self.drawn[-rank]), float(self.drawn[rank - 1])

    def interval(self, alpha: float) -> Ends:
        """Give the interval of the difference."""
        (upper, lower), difference = self._reach(alpha), self.treatment - self.control
        return difference - upper * self.se, difference - lower * self.se

    def relative(self, alpha: float) -> Ends:
        """Give Fieller's interval of the quotient, less one, with the permutations' critical values."""
        upper, lower = self._reach(alpha)
        return fieller(self.means, upper, lower) if math.isfinite(upper) else (math.nan, math.nan)


def compare_money(
    control: Moments, treatment: Moments, spent: Floats, *, seed: int = 0, draws: int = DRAWS
) -> MoneyEffect:
    """Compare mean money of two arms by permuting only those who spent anything.

    Parameters
    ----------
    control, treatment
        Moments of one cell each, zeros included.
    spent
        Every sum that is not zero, both arms together.
    seed
        Of the permutations: the same data give the same p-value.
    draws
        Number of permutations.

    Returns
    -------
    MoneyEffect

    Notes
    -----
    A permutation puts a hypergeometric number of the spenders into the treatment, and then that many of
    them at random. Only sums and sums of squares around the common mean are needed, so the cost grows
    with the spenders, not with the units, and stops growing at `TOP` of them.

    Examples
    --------
    >>> sums = np.array([0, 0, 0, 5.0, 0, 7.0, 0, 6.0])
    >>> arms = Moments.of(sums[:4]), Moments.of(sums[4:])
    >>> compare_money(*arms, sums[sums > 0], draws=999).pvalue > 0.3
    True
    """
    n0, n1 = int(control.n[0]), int(treatment.n[0])
    middle = (n0 * float(control.y[0]) + n1 * float(treatment.y[0])) / (n0 + n1)
    rng = np.random.default_rng(seed)
    sums, squares = _split(rng, spent - middle, (n0, n1), draws, zero=-middle)
    whole = float(np.sum(spent - middle)) - (n0 + n1 - len(spent)) * middle
    every = float(np.sum((spent - middle) ** 2)) + (n0 + n1 - len(spent)) * middle**2
    drawn = _welch_t(sums, squares, (n0, n1), whole, every)
    return MoneyEffect(welch(control, treatment), np.sort(drawn))


def _split(
    rng: np.random.Generator, spent: Floats, sizes: tuple[int, int], draws: int, *, zero: float
) -> tuple[Floats, Floats]:
    """Give the sum and the sum of squares of the treatment in each permutation."""
    n0, n1 = sizes
    order = np.argsort(-np.abs(spent), kind="stable")
    top, bulk = spent[order[:TOP]], spent[order[TOP:]]
    in_top = rng.hypergeometric(len(top), n0 + n1 - len(top), n1, draws)
    left = n0 + n1 - len(top)
    in_bulk = rng.hypergeometric(len(bulk), left - len(bulk), n1 - in_top) if len(bulk) else 0 * in_top
    idle = n1 - in_top - in_bulk
    sums, squares = _exact(rng, top, in_top)
    more_sums, more_squares = _normal(rng, bulk, in_bulk)
    return sums + more_sums + idle * zero, squares + more_squares + idle * zero**2


def _exact(rng: np.random.Generator, values: Floats, chosen: np.ndarray) -> tuple[Floats, Floats]:
    if not len(values):
        return np.zeros(len(chosen)), np.zeros(len(chosen))
    sums, squares = np.empty(len(chosen)), np.empty(len(chosen))
    step = max(1, BATCH // len(values))
    for start in range(0, len(chosen), step):
        part = chosen[start : start + step]
        shuffled = rng.permuted(np.broadcast_to(values, (len(part), len(values))), axis=1)
        for target, each in ((sums, shuffled), (squares, shuffled * shuffled)):
            running = np.cumsum(each, axis=1)
            found = running[np.arange(len(part)), np.maximum(part - 1, 0)]
            target[start : start + step] = np.where(part > 0, found, 0.0)
    return sums, squares


def _normal(rng: np.random.Generator, values: Floats, chosen: np.ndarray) -> tuple[Floats, Floats]:
    """Draw both sums of a random subset of many small values from their joint normal limit."""
    if not len(values):
        return np.zeros(len(chosen)), np.zeros(len(chosen))
    pairs = np.stack([values, values * values])
    spread = np.sqrt(chosen * (len(values) - chosen) / max(len(values) - 1, 1))
    noise = rng.multivariate_normal(np.zeros(2), np.cov(pairs, bias=True), len(chosen), method="cholesky")
    sums, squares = pairs.mean(axis=1)[:, None] * chosen + noise.T * spread
    return sums, squares


def _welch_t(sums: Floats, squares: Floats, sizes: tuple[int, int], whole: float, every: float) -> Floats:
    (n0, n1), rest, rest_squares = sizes, whole - sums, every - squares
    m1, m0 = sums / n1, rest / n0
    v1 = np.maximum(squares - n1 * m1 * m1, 0.0) / (n1 - 1) / n1
    v0 = np.maximum(rest_squares - n0 * m0 * m0, 0.0) / (n0 - 1) / n0
    spread = np.sqrt(v0 + v1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 0, (m1 - m0) / spread, 0.0)


def capped(rows: dict[str, Floats], n: dict[str, int]) -> tuple[float, dict[str, float]]:
    """Give the cap, and the mean of each arm with larger sums cut down to it.

    Parameters
    ----------
    rows
        Sums that are not zero, by arm.
    n
        All units, by arm.

    Returns
    -------
    cap
        Quantile `CAP` of all purchases of all arms together, so that the cap does not know the arms.
    means
        Arm to capped mean.

    Examples
    --------
    >>> capped({"a": np.array([1.0, 1.0]), "b": np.array([1.0])}, {"a": 4, "b": 4})
    (1.0, {'a': 0.5, 'b': 0.25})
    """
    everything = np.concatenate(list(rows.values()))
    cap = float(np.quantile(everything, CAP)) if len(everything) else 0.0
    return cap, {arm: float(np.minimum(values, cap).sum()) / n[arm] for arm, values in rows.items()}

"""What a purchase is worth: the gamma-gamma model, from the paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, psi
from scipy.stats import rankdata

from segbook.stats.clv.fitting import Fit, maximise

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spending:
    """Gamma-gamma: each customer's purchases scatter around an own mean, and the means scatter too.

    A customer's observed mean is believed the more, the more purchases it comes from; the rest is the mean
    of all. It is assumed that how much is spent does not depend on how often: see `independence`.

    Parameters
    ----------
    p, q
        Shapes of the scatter of one customer's purchases and of the customers' means.
    gamma
        Scale, in the unit of money.

    References
    ----------
    .. [1] P. Fader, B. Hardie, The gamma-gamma model of monetary value, note 025 (2013),
       http://brucehardie.com/notes/025.

    Examples
    --------
    >>> round(float(Spending(6.25, 3.74, 15.44).expected(2, 22.35)), 2)
    24.66
    """

    p: float
    q: float
    gamma: float

    @property
    def mean(self) -> float:
        """What a purchase of a customer nothing is known of is worth; NaN where it is infinite."""
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else float("nan")

    def trust(self, x: ArrayLike) -> Floats:
        """Give how much a customer's own mean of ``x`` purchases weighs, 0 to 1."""
        own = self.p * np.asarray(x, dtype=float)
        weight: Floats = own / (own + self.q - 1)
        return weight

    def expected(self, x: ArrayLike, value: ArrayLike) -> Floats:
        """Give what the customer's next purchase is worth (eq. 5 of [1]_).

        Parameters
        ----------
        x
            Purchases the mean is made of; 0 gives the mean of all.
        value
            Their mean; ignored where ``x`` is 0.
        """
        weight = self.trust(x)
        known = np.where(weight > 0, np.asarray(value, dtype=float), 0.0)
        blend: Floats = weight * known + (1 - weight) * self.mean
        return blend


def fit_spending(x: ArrayLike, value: ArrayLike) -> tuple[Spending, Fit]:
    """Fit the gamma-gamma model by maximum likelihood.

    Parameters
    ----------
    x, value
        Repeat purchases of each customer and their mean value; rows where either is not positive are left
        out. The same row may stand for many customers.

    Returns
    -------
    model, fit
        ``fit.values`` are ``p, q, gamma``; a ``q`` up to 1 (an infinite mean) counts as a boundary.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> means = rng.gamma(3, 1, 400)
    >>> model, fit = fit_spending(np.full(400, 4), rng.gamma(4 * 6, 15 / means) / 4)
    >>> fit.status, round(model.mean)
    ('converged', 44)
    """
    x, value = np.asarray(x, dtype=float), np.asarray(value, dtype=float)
    kept = (x > 0) & (value > 0)
    order = np.lexsort((value[kept], x[kept]))
    x, value = x[kept][order], value[kept][order]
    if not x.size:
        nothing = (np.nan, np.nan, np.nan)
        return Spending(*nothing), Fit(nothing, np.nan, np.full((3, 3), np.nan), "boundary")
    unit = float(value.mean())
    facts = _Facts(x, value / unit)
    shapes = np.array([True, True, False])
    fit = maximise(lambda logs: _likelihood(facts, logs), np.array([3.0, 3.0, 1.0]), float(x.size), shapes)
    p, q, gamma = fit.values
    height = fit.log_likelihood - x.size * np.log(unit)
    status = "boundary" if q <= 1 else fit.status
    fit = Fit((p, q, gamma * unit), height, fit.covariance, status)
    return Spending(*fit.values), fit


class _Facts:
    """What the likelihood needs: sums that do not change, and one row for each number of purchases."""

    def __init__(self, x: Floats, value: Floats) -> None:
        self.counts, self.of_count = np.unique(x, return_inverse=True)
        self.share = np.bincount(self.of_count, minlength=self.counts.size) / x.size
        self.x, self.total = x, x * value
        logs = np.log(value)
        self.log_value = float(logs.mean())
        self.x_log_total = float((x * np.log(self.total)).mean())


def _likelihood(facts: _Facts, logs: Floats) -> tuple[float, Floats]:
    """Give the mean of eq. 4 of the note, and its gradient by the logarithms of the parameters."""
    p, q, gamma = np.exp(logs)
    x = facts.counts
    own = p * x
    joint = np.log(gamma + facts.total)
    mean_joint, mean_x_joint = float(joint.mean()), float((facts.x * joint).mean())
    inverse = 1 / (gamma + facts.total)
    height = (
        float(facts.share @ (gammaln(own + q) - gammaln(own))) - gammaln(q) + q * logs[2] - facts.log_value
        + p * facts.x_log_total - p * mean_x_joint - q * mean_joint
    )  # fmt: skip
    slope = np.array([
        facts.share @ (x * (psi(own + q) - psi(own))) + facts.x_log_total - mean_x_joint,
        facts.share @ psi(own + q) - psi(q) + logs[2] - mean_joint,
        q / gamma - p * float((facts.x * inverse).mean()) - q * float(inverse.mean()),
    ])  # fmt: skip
    return float(height), slope * np.exp(logs)


def independence(x: ArrayLike, value: ArrayLike) -> tuple[float, float]:
    """Tell how far spending per purchase goes with the number of purchases: Pearson's and Spearman's r.

    Parameters
    ----------
    x, value
        Repeat purchases and their mean value, of repeat buyers with a positive value.

    Returns
    -------
    pearson, spearman
        NaN for fewer than three customers or where all are alike.

    Examples
    --------
    >>> independence([1, 2, 3, 4], [10, 20, 30, 40])
    (1.0, 1.0)
    """
    x, value = np.asarray(x, dtype=float), np.asarray(value, dtype=float)
    # Means that differ in the last digits alone are equal.
    ranks = rankdata(np.round(value / value.mean(), 9)) if value.size else value
    return _correlation(x, value), _correlation(rankdata(x), ranks)


def _correlation(left: Floats, right: Floats) -> float:
    if left.size < 3 or np.ptp(left) == 0 or np.ptp(right) == 0:
        return float("nan")
    return float(np.clip(np.corrcoef(left, right)[0, 1], -1, 1).round(12))

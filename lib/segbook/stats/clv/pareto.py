"""Customers who may stop at any moment: Pareto/NBD, and GGom/NBD where the old stop sooner than the new.

``x, t_x, T`` are the papers', as in `segbook.stats.clv.timing`. The papers' integrals are taken numerically,
in one way for both models: the published figures come out to all their digits, and the gradient is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, gammaln, psi

from segbook.stats.clv.fitting import Fit, Histories, maximise_in_ages

Floats = NDArray[np.float64]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)
NEGLIGIBLE = 50.0
"""What has fallen by this many powers of e adds nothing to an integral."""
NO_AGEING = float(np.log(1e-200))
"""Logarithm of the growth of the rate of stopping in Pareto/NBD: none, without a formula of its own."""
ROWS = 20_000
"""Histories integrated at a time: some tens of megabytes."""


@dataclass(frozen=True)
class ParetoNBD:
    """Pareto/NBD: purchases come at random at each customer's own rate, until the customer stops.

    Stopping may happen at any moment. Rates of purchase and of stopping differ between customers, each as a
    gamma distribution.

    Parameters
    ----------
    r, alpha
        Shape and rate of the purchase rates; ``alpha`` in the unit of time.
    s, beta
        Of the rates of stopping.

    References
    ----------
    .. [1] D. Schmittlein, D. Morrison, R. Colombo, Counting your customers, Management Science 33 (1987),
       1-24.
    .. [2] P. Fader, B. Hardie, A note on deriving the Pareto/NBD model, http://brucehardie.com/notes/009.

    Examples
    --------
    >>> cdnow = ParetoNBD(0.5534, 10.5802, 0.6061, 11.6562)
    >>> round(float(cdnow.p_alive(26, 30.86, 31)), 4)
    0.9979
    """

    kind: ClassVar = "pareto_nbd"
    n_parameters: ClassVar = 4

    r: float
    alpha: float
    s: float
    beta: float

    @property
    def values(self) -> tuple[float, ...]:
        """The parameters, in the order of the class."""
        return self.r, self.alpha, self.s, self.beta

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Give the probability that the customer still buys, the papers' ``x, t_x, T``."""
        rows = np.broadcast_arrays(*(np.asarray(each, dtype=float) for each in (x, t_x, T)))
        logs = np.append(np.log(self.values), NO_AGEING)[:5]
        alive = [_terms(logs, *(each.ravel()[part] for each in rows)).share_alive for part in _parts(rows[0])]
        return np.concatenate(alive).reshape(rows[0].shape)

    def expected(
        self,
        t: float,
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,
    ) -> Floats:
        """Give the purchases to expect of a customer in the time ``t`` from today (eq. 41 of [2]_)."""
        x, T = np.asarray(x, dtype=float), np.asarray(T, dtype=float)
        ages, place = np.unique(T, return_inverse=True)
        stays = self._stays(ages, np.full(ages.shape, float(t)))[place].reshape(T.shape)
        found: Floats = self.p_alive(x, t_x, T) * (self.r + x) / (self.alpha + T) * stays
        return found

    def expected_new(self, t: ArrayLike) -> Floats:
        """Give the repeat purchases to expect of a new customer in the time ``t`` (eq. 17 of [2]_)."""
        t = np.asarray(t, dtype=float)
        found: Floats = self.r / self.alpha * self._stays(np.zeros(t.size), t.ravel()).reshape(t.shape)
        return found

    def _stays(self, age: Floats, t: Floats) -> Floats:
        """Give how much of the time ``t`` from an age on a customer alive at that age is still there."""
        log_beta, log_b = np.append(np.log(self.values), NO_AGEING)[3:5]
        points, widths = _points(age, age + t, self.beta)
        since = _log_grown(age, log_beta, log_b)[:, None] - _log_grown(points, log_beta, log_b)
        found: Floats = (np.exp(self.s * since) * widths).sum(axis=1)
        return found

    def future(
        self,
        t: float,
        x: Floats,
        t_x: Floats,
        T: Floats,
        rng: np.random.Generator,
    ) -> Floats:
        """Draw what each customer buys in the time ``t`` from today."""
        alive = rng.random(x.size) < self.p_alive(x, t_x, T)
        b = np.exp(np.append(np.log(self.values), NO_AGEING)[4])
        worn = np.expm1(b * T) / b
        with np.errstate(divide="ignore", over="ignore"):  # whoever hardly ever leaves stays for ever
            ends = worn + rng.exponential(size=x.size) / rng.gamma(self.s, 1 / (self.beta + worn))
        last = np.log1p(b * ends) / b
        rate = rng.gamma(self.r + x, 1 / (self.alpha + T))
        bought: Floats = np.where(alive, rng.poisson(rate * np.minimum(last - T, t)), 0).astype(float)
        return bought

    @classmethod
    def fit(cls, histories: Histories) -> tuple[Self, Fit]:
        """Fit by maximum likelihood to the histories of every customer with a purchase.

        Returns
        -------
        model, fit
            ``fit.values`` are the parameters in the order of the class.
        """
        n = cls.n_parameters
        found = maximise_in_ages(
            histories,
            lambda scaled: partial(_likelihood, scaled),
            start=np.array([0.6, 0.4, 0.6, 0.4, 0.1])[:n],
            powers=np.array([0, 1, 0, 1, -1])[:n],
        )
        return cls(*found.values), found


@dataclass(frozen=True)
class GGomNBD(ParetoNBD):
    """GGom/NBD: as Pareto/NBD, but the rate of stopping grows with age, as in Gompertz' law of mortality.

    Parameters
    ----------
    r, alpha
        As in `ParetoNBD`.
    s, beta
        As in `ParetoNBD`, which this becomes as ``b`` falls to 0; the paper's beta is ``b * beta``.
    b
        How fast the rate of stopping grows, per unit of time.

    References
    ----------
    A. Bemmaor, N. Glady, Modeling purchasing behavior with sudden "death", Management Science 58 (2012),
    1012-1021.
    """

    kind: ClassVar = "ggom_nbd"
    n_parameters: ClassVar = 5

    b: float

    @property
    def values(self) -> tuple[float, ...]:
        """The parameters, in the order of the class."""
        return self.r, self.alpha, self.s, self.beta, self.b


def log_likelihood(model: ParetoNBD, histories: Histories) -> float:
    """Give the log-likelihood of a model."""
    mean, _ = _likelihood(histories, np.log(model.values))
    return mean * float(histories.weights.sum())


def _parts(rows: Floats) -> list[slice]:
    return [slice(start, start + ROWS) for start in range(0, max(rows.size, 1), ROWS)]


def _points(start: Floats, end: Floats, scale: float) -> tuple[Floats, Floats]:
    """Give Gauss-Legendre points between two times, on the scale of log(scale + time), and their weights."""
    from_start = (scale + start)[:, None]
    half = np.log1p((end - start)[:, None] / from_start) / 2
    ahead = half * (1 + NODES)
    return start[:, None] + from_start * np.expm1(ahead), half * WEIGHTS * from_start * np.exp(ahead)


def _log_grown(time: Floats, log_beta: float, log_b: float) -> Floats:
    """Give log(beta + (exp(b t) - 1) / b)."""
    if log_b == NO_AGEING:
        shifted: Floats = np.log(np.exp(log_beta) + time)
        return shifted
    bt = np.exp(log_b) * time
    with np.errstate(divide="ignore"):
        worn = np.where(bt > 1e-12, bt + np.log(-np.expm1(-bt)) - log_b, np.log(time))
    grown: Floats = np.logaddexp(log_beta, worn)
    return grown


class _Terms(NamedTuple):
    """Both ways to have bought nothing since the last purchase: alive, or stopped since then; per row.

    The times not yet over are weighed by how likely the customer stopped then.
    """

    alive: Floats
    stopped: Floats
    points: Floats
    chances: Floats

    @property
    def share_alive(self) -> Floats:
        share: Floats = expit(self.alive - self.stopped)
        return share


def _terms(logs: Floats, x: Floats, t_x: Floats, T: Floats) -> _Terms:
    r, alpha, s, beta = np.exp(logs[:4])
    log_b = logs[4]
    reach = r + x
    seen = np.exp(np.minimum(np.log(alpha + t_x) + NEGLIGIBLE / reach, np.log(alpha + T))) - alpha
    points, widths = _points(t_x, np.maximum(seen, t_x), min(alpha, beta))
    alive = s * (logs[3] - _log_grown(T, logs[3], log_b)) - reach * np.log(alpha + T)
    density = logs[2] + s * logs[3] - (s + 1) * _log_grown(points, logs[3], log_b) + np.exp(log_b) * points
    heights = density - reach[:, None] * np.log(alpha + points)
    top = heights.max(axis=1)
    chances = np.exp(heights - top[:, None]) * widths
    total = chances.sum(axis=1)
    with np.errstate(divide="ignore"):
        stopped = top + np.log(total)
    return _Terms(alive, stopped, points, chances / np.where(total > 0, total, 1.0)[:, None])


def _likelihood(facts: Histories, logs: Floats) -> tuple[float, Floats]:
    """Give the mean log-likelihood and its gradient by the logarithms of the parameters."""
    height, slope = 0.0, np.zeros(logs.size)
    for part in _parts(facts.x):
        rows = (facts.x[part], facts.t_x[part], facts.T[part])
        weights = facts.weights[part] / facts.weights.sum()
        own, by = _rows(logs, *rows)
        height += float(weights @ own)
        slope += np.array([float(weights @ each) for each in by])
    return height, slope


def _rows(logs: Floats, x: Floats, t_x: Floats, T: Floats) -> tuple[Floats, list[Floats]]:
    full = np.append(logs, NO_AGEING) if logs.size == 4 else logs
    r = np.exp(full[0])
    terms = _terms(full, x, t_x, T)
    together = np.logaddexp(terms.alive, terms.stopped)
    height = gammaln(r + x) - gammaln(r) + r * full[1] + together
    if_alive = _slopes(full, x, T[:, None])
    if_stopped = _slopes(full, x, terms.points, stopping=True)
    p = terms.share_alive
    mixed = [
        p * own[:, 0] + (1 - p) * (gone * terms.chances).sum(axis=1)
        for own, gone in zip(if_alive, if_stopped, strict=True)
    ]
    mixed[0] = mixed[0] + r * (psi(r + x) - psi(r) + full[1])
    mixed[1] = mixed[1] + r
    return height, mixed


def _slopes(full: Floats, x: Floats, time: Floats, *, stopping: bool = False) -> list[Floats]:
    """Give how the logarithm of one way changes with those of the parameters, at times."""
    r, alpha, s, beta, b = np.exp(full)
    grown = _log_grown(time, full[3], full[4])
    share = beta * np.exp(-grown)
    k = s + stopping
    slopes = [
        -r * np.log(alpha + time),
        -(r + x)[:, None] * alpha / (alpha + time),
        stopping + s * (full[3] - grown),
        s - k * share,
    ]
    if full[4] == NO_AGEING:
        return slopes
    # The part of the growth with b: t exp(bt) / grown - worn / grown, the latter one less beta's share.
    ageing = time * np.exp(b * time - grown) - (1 - share)
    return [*slopes, stopping * b * time - k * ageing]

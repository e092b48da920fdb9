"""Customers who may stop after a purchase: BG/NBD and its sister MBG/NBD, from the papers.

``x, t_x, T`` are the papers', as in `segbook.stats.clv.timing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv, betaln, expit, gammaln, hyp2f1, log_expit, psi

from segbook.stats.clv.fitting import Fit, Histories, maximise_in_ages

Floats = NDArray[np.float64]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(128)


@dataclass(frozen=True)
class BGNBD:
    """BG/NBD: purchases come at random at each customer's own rate, and after each the customer may stop.

    Rates differ between customers as a gamma distribution, chances to stop as a beta distribution.

    Parameters
    ----------
    r, alpha
        Shape and rate of the purchase rates; ``alpha`` in the unit of time.
    a, b
        Of the chances to stop after a purchase. After the first one nobody stops, so whoever bought once is
        held to be alive for ever: see `MBGNBD`.

    References
    ----------
    .. [1] P. Fader, B. Hardie, K. L. Lee, "Counting your customers" the easy way, Marketing Science 24
       (2005), 275-284.

    Examples
    --------
    >>> cdnow = BGNBD(0.243, 4.414, 0.793, 2.426)
    >>> round(float(cdnow.expected(39, 2, 30.43, 38.86)), 3)
    1.226
    """

    kind: ClassVar = "bg_nbd"
    n_parameters: ClassVar = 4
    after_first: ClassVar = False

    r: float
    alpha: float
    a: float
    b: float

    @property
    def values(self) -> tuple[float, ...]:
        """The parameters, in the order of the class."""
        return self.r, self.alpha, self.a, self.b

    def _chances(self, x: Floats) -> Floats:
        """Give how often the customer could have stopped and did not, the last time included."""
        return x + self.after_first

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Give the probability that the customer still buys, the papers' ``x, t_x, T``.

        Examples
        --------
        >>> round(float(BGNBD(0.24259, 4.41353, 0.79289, 2.42575).p_alive(2, 30.43, 38.86)), 4)
        0.7266
        """
        x, t_x, T = (np.asarray(each, dtype=float) for each in (x, t_x, T))
        k = self._chances(x)
        odds = np.log(self.a) - np.log(self.b + np.maximum(k, 1) - 1)
        odds = odds + (self.r + x) * (np.log(self.alpha + T) - np.log(self.alpha + t_x))
        alive: Floats = np.where(k > 0, expit(-odds), 1.0)
        return alive

    def expected(
        self,
        t: float,
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,
    ) -> Floats:
        """Give the purchases to expect of a customer in the time ``t`` from today (eq. 10 of [1]_)."""
        x, T = np.asarray(x, dtype=float), np.asarray(T, dtype=float)
        alive = self.p_alive(x, t_x, T)
        k = self._chances(x)
        c = self.a + self.b + k - 1
        return alive * self._growth(c, self.r + x, t / (self.alpha + T + t))

    def expected_new(self, t: ArrayLike) -> Floats:
        """Give the repeat purchases to expect of a new customer in the time ``t`` (eq. 9 of [1]_)."""
        t = np.asarray(t, dtype=float)
        k = float(self.after_first)
        alive = self.b / (self.a + self.b) if self.after_first else 1.0
        return alive * self._growth(np.asarray(self.a + self.b + k - 1), self.r, t / (self.alpha + t))

    def _growth(self, c: Floats, s: Floats | float, z: Floats) -> Floats:
        """Sum the purchases until the customer stops; Euler's form converges where the paper's fails."""
        # At a = 1 the formula is 0/0; beside it the error is below 1e-6 of the answer.
        a = self.a if abs(self.a - 1) > 1e-7 else 1 + 1e-7
        with np.errstate(invalid="ignore", over="ignore"):
            grown = c / (a - 1) * (1 - np.exp((a - 1) * np.log1p(-z)) * hyp2f1(c - s, a - 1, c, z))
        failed = ~np.isfinite(grown)
        if failed.any():
            rows = np.broadcast_arrays(c + 1 - self.a, s, z)
            grown = np.where(failed, 0.0, grown)
            grown[failed] = _grown_by_points(self.a, *(each[failed] for each in rows))
        found: Floats = grown
        return found

    def pmf(self, n: ArrayLike, t: float) -> Floats:
        """Give the probability of ``n`` repeat purchases of a new customer in ``t`` (eq. 8 of [1]_)."""
        n = np.asarray(n, dtype=float)
        k, z = self._chances(n), t / (self.alpha + t)
        stay = np.exp(
            betaln(self.a, self.b + k) - betaln(self.a, self.b) + _nbd(self.r, n, np.log1p(-z), np.log(z))
        )
        last = np.arange(int(n.max(initial=0)) + 1)
        below = np.cumsum(np.exp(_nbd(self.r, last.astype(float), np.log1p(-z), np.log(z))))
        left = np.maximum(1 - np.where(n > 0, below[np.maximum(n.astype(int) - 1, 0)], 0.0), 0.0)
        stop = np.exp(betaln(self.a + 1, self.b + np.maximum(k, 1) - 1) - betaln(self.a, self.b)) * left
        probability: Floats = stay + np.where(k > 0, stop, 0.0)
        return probability

    def future(
        self,
        t: float,
        x: Floats,
        t_x: Floats,
        T: Floats,
        rng: np.random.Generator,
    ) -> Floats:
        """Draw what each customer buys in the time ``t`` from today.

        Given a customer's history the purchase rate is gamma(r + x, alpha + T) and the chance to stop
        beta(a, b + x) where the customer is alive, so the purchases ahead are the smaller of a Poisson and
        a geometric number: exact, without a walk through time.
        """
        alive = rng.random(x.size) < self.p_alive(x, t_x, T)
        rate = rng.gamma(self.r + x, 1 / (self.alpha + T))
        stop = np.maximum(rng.beta(self.a, self.b + self._chances(x)), 1e-12)
        wanted, allowed = rng.poisson(rate * t), rng.geometric(stop)
        bought: Floats = np.where(alive, np.minimum(wanted, allowed), 0).astype(float)
        return bought

    @classmethod
    def fit(cls, histories: Histories) -> tuple[Self, Fit]:
        """Fit by maximum likelihood to the histories of every customer with a purchase.

        Returns
        -------
        model, fit
            ``fit.values`` are ``r, alpha, a, b``.

        Examples
        --------
        >>> rng = np.random.default_rng(1)
        >>> x = rng.poisson(rng.gamma(1.0, 0.1, 500) * 40)
        >>> t_x = np.where(x > 0, 40 * rng.random(500) ** (1 / np.maximum(x, 1)), 0)
        >>> BGNBD.fit(Histories.of(x, t_x, np.full(500, 40.0)))[1].status
        'boundary'
        """
        found = maximise_in_ages(
            histories,
            lambda scaled: partial(_likelihood, _Facts(scaled, cls.after_first)),
            start=np.array([0.5, 0.3, 0.8, 2.0]),
            powers=np.array([0, 1, 0, 0]),
        )
        r, alpha, a, b = found.values
        return cls(r, alpha, a, b), found


@dataclass(frozen=True)
class MBGNBD(BGNBD):
    """MBG/NBD: as BG/NBD, but a customer may stop right after the first purchase too.

    References
    ----------
    E. Batislam, M. Denizel, A. Filiztekin, International Journal of Research in Marketing 24 (2007), 201-209.
    """

    kind: ClassVar = "mbg_nbd"
    after_first: ClassVar = True


def _grown_by_points(a: float, b: Floats, s: Floats, z: Floats) -> Floats:
    """Integrate what `BGNBD._growth` sums over the chances p to stop, where 2F1 is beyond floating point.

    The purchases of a customer with chance p are (1 - (1 + p w)^-s) / p, with w = z / (1 - z); on the scale
    of logit p both they and the beta density are smooth. Beyond the ends p is as good as 0, or as 1.
    """
    w = z / (1 - z)
    small = 1e-9 / (s * w)
    low = np.maximum(small, betaincinv(a, b, 1e-13))
    rest = np.maximum(betaincinv(b, a, 1e-13), 1e-300)
    start = np.log(low) - np.log1p(-low)
    half = np.maximum(np.log1p(-rest) - np.log(rest) - start, 0.0) / 2
    y = (start + half)[:, None] + half[:, None] * NODES
    logs = a * log_expit(y) + b[:, None] * log_expit(-y) - betaln(a, b)[:, None]
    bought = -np.expm1(-s[:, None] * np.log1p(expit(y) * w[:, None])) / expit(y)
    ends = betainc(a, b, low) * s * w - betainc(b, a, rest) * np.expm1(-s * np.log1p(w))
    grown: Floats = ends + half * ((np.exp(logs) * bought) @ WEIGHTS)
    return grown


def _nbd(r: float, n: Floats, log_rest: float, log_z: float) -> Floats:
    logs: Floats = gammaln(r + n) - gammaln(r) - gammaln(n + 1) + r * log_rest + n * log_z
    return logs


def log_likelihood(model: BGNBD, histories: Histories) -> float:
    """Give the log-likelihood of a model (eq. 6 of Fader, Hardie and Lee)."""
    logs = np.log(model.values)
    mean, _ = _likelihood(_Facts(histories, model.after_first), logs)
    return mean * float(histories.weights.sum())


class _Facts:
    """What the likelihood needs, each different value of it once: its functions are then nearly free."""

    def __init__(self, histories: Histories, after_first: bool) -> None:
        self.counts, self.of_count = np.unique(histories.x, return_inverse=True)
        self.chances = self.counts + after_first
        self.lasts, self.of_last = np.unique(histories.t_x, return_inverse=True)
        self.ages, self.of_age = np.unique(histories.T, return_inverse=True)
        self.share = histories.weights / histories.weights.sum()
        per = {"count": self.counts.size, "age": self.ages.size}
        self.by_count = np.bincount(self.of_count, self.share, per["count"])
        self.x = histories.x


def _likelihood(facts: _Facts, logs: Floats) -> tuple[float, Floats]:
    """Give the mean log-likelihood and its gradient by the logarithms of the parameters."""
    r, alpha, a, b = np.exp(logs)
    x, k = facts.counts, facts.chances
    log_age, log_last = np.log(alpha + facts.ages), np.log(alpha + facts.lasts)
    since, quiet = log_age[facts.of_age], log_last[facts.of_last]
    tilt = np.where(k > 0, np.log(a) - np.log(b + np.maximum(k, 1) - 1), -np.inf)
    gap = tilt[facts.of_count] + (r + facts.x) * (since - quiet)
    dead = expit(gap) * facts.share
    rows = gammaln(r + x) - gammaln(r) + r * logs[1] + betaln(a, b + k) - betaln(a, b)
    extra = np.logaddexp(0.0, gap) - (r + facts.x) * since
    height = _dot(facts.by_count, rows) + _dot(facts.share, extra)
    dead_by_count = np.bincount(facts.of_count, dead, x.size)
    elapsed = _dot(dead, since - quiet) - _dot(facts.share, since)
    reach = (r + facts.x) * facts.share
    stopped = (r + facts.x) * dead
    by_age = _dot(np.bincount(facts.of_age, reach - stopped, facts.ages.size), 1 / (alpha + facts.ages))
    by_last = _dot(np.bincount(facts.of_last, stopped, facts.lasts.size), 1 / (alpha + facts.lasts))
    both = psi(a + b) - psi(a + b + k)
    slope = np.array([
        _dot(facts.by_count, psi(r + x) - psi(r)) + logs[1] + elapsed,
        r / alpha - by_age - by_last,
        _dot(facts.by_count, both) + dead_by_count.sum() / a,
        _dot(facts.by_count, psi(b + k) - psi(b) + both)
        - _dot(dead_by_count, 1 / (b + np.maximum(k, 1) - 1)),
    ])  # fmt: skip
    return height, slope * np.exp(logs)


def _dot(left: NDArray[Any], right: NDArray[Any]) -> float:
    """Sum products without BLAS, whose threads cost more than they bring on vectors like these."""
    return float((left * right).sum())

"""Customers who buy, or not, once in each window of time: BG/BB, from the paper.

Where purchases come regularly, a Poisson process expects gaps that never happen; counted by windows, a
customer who bought in each of them is simply one who always buys, and a few empty windows then say much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, gammaln, psi

from segbook.stats.clv.fitting import Fit, Histories, maximise

Floats = NDArray[np.float64]
WINDOW = 30
"""Days of a window, counted back from today: every window is whole."""


@dataclass(frozen=True)
class BGBB:
    """BG/BB: in each window an active customer buys with an own chance, and before each may stop for good.

    Both chances differ between customers, each as a beta distribution.

    Parameters
    ----------
    alpha, beta
        Of the chances to buy.
    gamma, delta
        Of the chances to stop.
    step
        Length of a window in the unit of time of ``t_x`` and ``T``, which are whole numbers of windows.

    References
    ----------
    .. [1] P. Fader, B. Hardie, J. Shang, Customer-base analysis in a discrete-time noncontractual setting,
       Marketing Science 29 (2010), 1086-1108.

    Examples
    --------
    >>> donors = BGBB(1.204, 0.750, 0.657, 2.783, step=1)
    >>> round(float(donors.expected(5, 6, 6, 6)), 2)
    3.75
    """

    kind: ClassVar = "bg_bb"
    n_parameters: ClassVar = 4

    alpha: float
    beta: float
    gamma: float
    delta: float
    step: float = WINDOW

    @property
    def values(self) -> tuple[float, ...]:
        """The parameters, in the order of the class, the step left out."""
        return self.alpha, self.beta, self.gamma, self.delta

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Give the probability that the customer is active in the window that follows."""
        rows, place, shape = self._windows(x, t_x, T)
        likely, _ = _rows(np.log(self.values), *rows)
        found: Floats = np.exp(self._bought(rows) + self._kept(rows[2] + 1) - likely)
        return found[place].reshape(shape)

    def expected(self, t: float, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Give the windows with a purchase to expect in the time ``t`` from today (eq. 13 of [1]_)."""
        rows, place, shape = self._windows(x, t_x, T)
        x, _, n = rows
        likely, _ = _rows(np.log(self.values), *rows)
        buys = (self.alpha + x) / (self.alpha + self.beta + n)
        ahead = self._windows_ahead(n, t / self.step)
        found: Floats = np.exp(self._bought(rows) - likely) * buys * ahead
        return found[place].reshape(shape)

    def pmf(self, k: ArrayLike, n: int) -> Floats:
        """Give the chance that a new customer buys in ``k`` of the first ``n`` windows (eq. 7 of [1]_)."""
        k = np.atleast_1d(np.asarray(k, dtype=float))
        logs = np.log(self.values)
        found = np.zeros(k.shape)
        for last in range(n + 1):
            fits = k <= last
            stops = self._kept(last) + (
                np.log(self.gamma / (self.gamma + self.delta + last)) if last < n else 0.0
            )
            ways = gammaln(last + 1) - gammaln(k + 1) - gammaln(np.maximum(last - k, 0) + 1)
            bought = betaln(self.alpha + k, self.beta + np.maximum(last - k, 0)) - betaln(*np.exp(logs[:2]))
            found += np.where(fits, np.exp(ways + bought + stops), 0.0)
        return found

    def _windows(
        self,
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,
    ) -> tuple[tuple[Floats, Floats, Floats], NDArray[np.intp], tuple[int, ...]]:
        """Give the different histories in windows, each customer's place among them, and the shape."""
        x, t_x, T = np.broadcast_arrays(*(np.asarray(each, dtype=float) for each in (x, t_x, T)))
        own = Histories.of(x.ravel(), np.rint(t_x / self.step).ravel(), np.rint(T / self.step).ravel())
        return (own.x, own.t_x, own.T), own.place, x.shape

    def _bought(self, rows: tuple[Floats, Floats, Floats]) -> Floats:
        """Give the logarithm of the chance of these purchases of a customer active throughout."""
        x, _, n = rows
        logs: Floats = betaln(self.alpha + x, self.beta + n - x) - betaln(self.alpha, self.beta)
        return logs

    def _kept(self, n: ArrayLike) -> Floats:
        """Give the logarithm of the chance to be active through ``n`` windows."""
        n = np.asarray(n, dtype=float)
        logs: Floats = betaln(self.gamma, self.delta + n) - betaln(self.gamma, self.delta)
        return logs

    def _windows_ahead(self, n: Floats, ahead: float) -> Floats:
        """Sum the chances to be active in each of the windows ahead; part of a window counts in part."""
        whole = int(ahead)
        chances = np.exp(self._kept(n[:, None] + 1 + np.arange(whole + 1)))
        return np.asarray(chances[:, :whole].sum(axis=1) + (ahead - whole) * chances[:, whole], dtype=float)

    def future(
        self,
        t: float,
        x: Floats,
        t_x: Floats,
        T: Floats,
        rng: np.random.Generator,
    ) -> Floats:
        """Draw in how many windows of the time ``t`` from today each customer buys."""
        n = np.rint(T / self.step)
        # Alive through the last window; before the next ones each may stop.
        active = rng.random(x.size) < self.p_alive(x, t_x, T) * (self.gamma + self.delta + n) / (
            self.delta + n
        )
        chance, stop = rng.beta(self.alpha + x, self.beta + n - x), rng.beta(self.gamma, self.delta + n)
        windows = int(t / self.step) + (rng.random(x.size) < t / self.step % 1)
        kept = np.minimum(rng.geometric(np.maximum(stop, 1e-12)) - 1, windows)
        bought: Floats = np.where(active, rng.binomial(kept, chance), 0).astype(float)
        return bought

    @classmethod
    def fit(cls, histories: Histories, step: float = WINDOW) -> tuple[Self, Fit]:
        """Fit by maximum likelihood to the histories of every customer with a purchase.

        Parameters
        ----------
        histories
            With times that are whole numbers of windows.
        step
            As in the class.

        Returns
        -------
        model, fit
            ``fit.values`` are ``alpha, beta, gamma, delta``.
        """
        rows = (histories.x, np.rint(histories.t_x / step), np.rint(histories.T / step))
        share = histories.weights / histories.weights.sum()

        def objective(logs: Floats) -> tuple[float, Floats]:
            height, slope = _rows(logs, *rows)
            return float(share @ height), slope @ share

        start, shapes = np.array([1.0, 1.0, 0.7, 3.0]), np.array([True, True, True, True])
        fit = maximise(objective, start, float(histories.weights.sum()), shapes)
        alpha, beta, gamma, delta = fit.values
        return cls(alpha, beta, gamma, delta, step), fit


def _rows(logs: Floats, x: Floats, t_x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Give each history's log-likelihood (eq. 5 of the paper) and its gradient by the logs, (4, rows)."""
    alpha, beta, gamma, delta = np.exp(logs)
    base, base_stop = betaln(alpha, beta), betaln(gamma, delta)
    last = [*range(int((n - t_x).max(initial=0)) + 1)]
    heights, slopes = [], []
    for i in last:
        # Active through window t_x + i, then stopped; the row of i = n - t_x never stopped.
        end = np.minimum(t_x + i, n)
        stopped = (t_x + i < n).astype(float)
        tail = betaln(alpha + x, beta + end - x) - base + betaln(gamma + stopped, delta + end) - base_stop
        heights.append(np.where(t_x + i <= n, tail, -np.inf))
        slopes.append(_slopes((alpha, beta, gamma, delta), x, end, stopped))
    stacked = np.stack(heights)
    top = stacked.max(axis=0)
    chances = np.exp(stacked - top)
    total = chances.sum(axis=0)
    slope = (np.stack(slopes) * (chances / total)[:, None]).sum(axis=0)
    return top + np.log(total), slope


def _slopes(values: tuple[float, ...], x: Floats, end: Floats, stopped: Floats) -> Floats:
    alpha, beta, gamma, delta = values
    pair, stop_pair = psi(alpha + beta), psi(gamma + delta)
    both, both_stop = psi(alpha + beta + end), psi(gamma + stopped + delta + end)
    rows: Floats = np.stack([
        alpha * (psi(alpha + x) - psi(alpha) - both + pair),
        beta * (psi(beta + end - x) - psi(beta) - both + pair),
        gamma * (psi(gamma + stopped) - psi(gamma) - both_stop + stop_pair),
        delta * (psi(delta + end) - psi(delta) - both_stop + stop_pair),
    ])  # fmt: skip
    return rows

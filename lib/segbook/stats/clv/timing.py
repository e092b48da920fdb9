"""When customers buy and when they stop: what the models of it have in common.

In the papers behind these models ``x`` is the number of purchases after the first, ``t_x`` the time from
the first purchase to the last and ``T`` the time from the first purchase to today, all in one unit; this
recency is not the one of RFM, which runs from the last purchase to today.
"""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from segbook.stats.clv.bgbb import BGBB, WINDOW
from segbook.stats.clv.bgnbd import BGNBD, MBGNBD
from segbook.stats.clv.fitting import Fit, Histories
from segbook.stats.clv.pareto import GGomNBD, ParetoNBD

Floats = NDArray[np.float64]
Kind = Literal["auto", "bg_nbd", "mbg_nbd", "pareto_nbd", "ggom_nbd", "bg_bb"]


class Timing(Protocol):
    """What every model of purchase times answers; its fields are its parameters."""

    @property
    def kind(self) -> str:
        """Its key, of `Kind`."""

    @property
    def values(self) -> tuple[float, ...]:
        """The parameters, in the order of the class."""

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Give the probability that the customer still buys."""

    def expected(self, t: float, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Give the purchases to expect of a customer in the time ``t`` from today."""

    def future(
        self,
        t: float,
        x: Floats,
        t_x: Floats,
        T: Floats,
        rng: np.random.Generator,
    ) -> Floats:
        """Draw what each customer buys in the time ``t`` from today."""


ENOUGH = 100
"""Repeat buyers below which another model sees no more than the first two; a choice of this program."""
TIMINGS = {each.kind: each for each in (BGNBD, MBGNBD, ParetoNBD, GGomNBD, BGBB)}


def window(kind: str) -> int:
    """Give the days within which purchases count as one for a model: a day, but a window for BG/BB."""
    return WINDOW if kind == "bg_bb" else 1


def fit_timing(histories: Histories, kind: Kind = "auto") -> tuple[Timing, Fit]:
    """Fit a model of purchase times by maximum likelihood.

    Parameters
    ----------
    histories
        Of every customer with a purchase.
    kind
        The model; ``auto``: BG/NBD or MBG/NBD, the likelier of those that found a maximum; where
        neither did and at least `ENOUGH` bought again, Pareto/NBD, which costs more time, if that one did.

    Returns
    -------
    model, fit
        ``fit.values`` are the parameters in the order of the class.
    """
    if kind != "auto":
        return TIMINGS[kind].fit(histories)
    tried: list[tuple[Timing, Fit]] = [BGNBD.fit(histories), MBGNBD.fit(histories)]
    repeat = float(histories.weights[histories.x > 0].sum())
    if repeat >= ENOUGH and not any(fit.status == "converged" for _, fit in tried):
        tried.append(ParetoNBD.fit(histories))
    return max(tried, key=lambda each: (each[1].status == "converged", each[1].log_likelihood))

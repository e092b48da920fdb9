"""What the base will bring in the time ahead, and how far to believe it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from segbook.data.client import ClientData
from segbook.models import configure
from segbook.models.contract import shortage
from segbook.results import NotComputed, plain
from segbook.stats.clv.forecast import ValueModel, horizon_days, values_of
from segbook.stats.clv.holdout import HoldOut, hold_out
from segbook.stats.clv.interval import Total, total_interval

CORRELATED = 0.3
"""Correlation of how often with how much from which the forecast of money is said to be doubtful."""

RANKS = 0.25
"""Share of revenue the fifth named best must bring for the order to be believed; chance gives 0.2."""
FAR = 0.25
"""Error of the revenue held out from which sums are not put forward; a choice of this program."""


@dataclass(frozen=True)
class Worth:
    """The forecast of the whole base with everything that speaks for and against it.

    Parameters
    ----------
    params
        Of the learned model.
    model
        The fits.
    held
        The hold-out; None when the history is too short for one.
    days
        How far ahead.
    purchases, revenue
        Of the base until then: purchase days and undiscounted net revenue; the interval holds chance, the
        parameters' uncertainty and an error such as the hold-out showed.
    customers
        Index ``customer_id``; columns p_alive, expected_purchases, expected_value, clv, and ``segment``.
    """

    params: dict[str, Any]
    model: ValueModel
    held: HoldOut | None
    days: int
    purchases: Total
    revenue: Total
    customers: pd.DataFrame

    @property
    def figures(self) -> dict[str, Any]:
        """Give the numbers behind the sentences."""
        known = self.customers["p_alive"].dropna()
        # Where the fit found no maximum everybody counts as alive, or nobody: nothing is known of it.
        alive = float(known.sum()) if self.model.sound else float("nan")
        named = {"purchases": self.purchases, "revenue": self.revenue}
        totals = {
            f"{name}_{end}" if end != "expected" else name: getattr(total, end)
            for name, total in named.items()
            for end in ("expected", "lower", "upper")
        }
        vip = self.customers[self.customers["segment"] == "vip"]
        total = float(self.customers["clv"].clip(lower=0).sum())
        return {
            **totals, "days": self.days, "customers": len(known), "alive": alive,
            "share_alive": alive / len(known) if len(known) else float("nan"),
            "sleeping": len(known) - alive, "repeat": self.model.n_repeat, "vip": len(vip),
            "vip_clv": float(vip["clv"].sum()),
            "vip_share": float(vip["clv"].sum()) / total if total > 0 else float("nan"),
            "pearson": self.model.pearson, "spearman": self.model.spearman,
        }  # fmt: skip

    @property
    def checks(self) -> dict[str, bool]:
        """Tell what holds.

        ``converged``: a true maximum; ``held_out``: the history was long enough for a hold-out; ``better``:
        it beat the naive rival customer by customer; ``close``: it missed revenue by no more than `FAR`;
        ``ranks``: the fifth of customers named best brought more of it than chance; ``independent``: how much
        is spent hardly depends on how often.
        """
        held = self.held
        missed = float("nan") if held is None else abs(held.error(measure="revenue"))
        better = held is None or held.figures["mae"]["model"] <= held.figures["mae"]["naive"]
        return {
            "converged": self.model.sound,
            "held_out": held is not None,
            "better": bool(better),
            "close": not missed > FAR,
            "ranks": held is None or bool(held.figures["top_share"]["model"] >= RANKS),
            "independent": not abs(self.model.spearman) > CORRELATED,
        }

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        fits = {"timing": self.model.timing_fit, "spending": self.model.spending_fit}
        held = self.held
        tested = None
        if held is not None:
            errors = {name: held.error(name) for name in ("model", "naive")}
            tested = {"days": held.days, "split": held.split, "figures": held.figures, "error": errors}
        return {
            "clv": {
                "params": plain(self.params),
                "log_likelihood": {name: fit.log_likelihood for name, fit in fits.items() if fit},
                "status": {name: fit.status for name, fit in fits.items() if fit},
                "holdout": tested,
                "figures": self.figures,
                "checks": self.checks,
            }
        }


def value_outlook(data: ClientData) -> Worth | NotComputed:
    """Forecast the base, hold out the last part of its history, and give the forecast's interval.

    Parameters
    ----------
    data
        One client and period.

    Returns
    -------
    Worth or NotComputed
        The latter with too few repeat buyers, as the model ``clv`` says.
    """
    model: Any = configure(data.params)["clv"]
    lack = shortage(model, data)
    if lack is not None:
        return lack
    history = model.history(data)
    fitted = values_of(data, model.timing)
    result = model.fitted(fitted, history).segment(data)
    days = horizon_days(data.period.end, model.horizon_months, model.horizon_days)
    held = hold_out(data, days, model.timing)
    purchases, revenue = total_interval(history, fitted, days)
    if held is not None:
        purchases = purchases.widened(held.error())
        revenue = revenue.widened(held.error(measure="revenue"))
    customers = result.scores.assign(segment=result.segments.astype(str))
    return Worth(dict(result.params), fitted, held, days, purchases, revenue, customers)

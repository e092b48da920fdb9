"""What each customer will buy in the time ahead, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segbook.data.client import ClientData
from segbook.stats.clv.fitting import Fit, Histories
from segbook.stats.clv.history import history_of
from segbook.stats.clv.spending import Spending, fit_spending, independence
from segbook.stats.clv.timing import Kind, Timing, fit_timing, window

Floats = NDArray[np.float64]
MONTH = 30.4375
"""Days of a mean month: the step in which the future is discounted."""


@dataclass(frozen=True)
class ValueModel:
    """Both models as fitted, and what there is to say about the fit.

    Parameters
    ----------
    timing, spending
        In days and in the client's currency.
    timing_fit, spending_fit
        How they were found; None when the parameters were given.
    n_customers, n_repeat
        Customers with a purchase, and those with at least two purchase days.
    pearson, spearman
        Correlation of the number of purchases with their mean value; far from 0 breaks the
        assumption of `Spending`.
    """

    timing: Timing
    spending: Spending
    timing_fit: Fit | None
    spending_fit: Fit | None
    n_customers: int
    n_repeat: int
    pearson: float
    spearman: float

    @property
    def sound(self) -> bool:
        """Whether both fits found a true maximum."""
        return all(fit is None or fit.status == "converged" for fit in (self.timing_fit, self.spending_fit))


def fit_values(history: pd.DataFrame, kind: Kind = "auto") -> ValueModel:
    """Fit purchase times and purchase values to the histories of all customers.

    Parameters
    ----------
    history
        As `history_frame` gives it.
    kind
        As in `fit_timing`; for ``bg_bb`` the history is one of windows.

    Returns
    -------
    ValueModel
    """
    histories = Histories.of(history["x"], history["t_x"], history["T"])
    timing, timing_fit = fit_timing(histories, kind)
    repeat = history[(history["x"] > 0) & (history["value"] > 0)]
    spending, spending_fit = fit_spending(repeat["x"], repeat["value"])
    pearson, spearman = independence(repeat["x"], repeat["value"])
    n_repeat = int((history["x"] > 0).sum())
    return ValueModel(
        timing, spending, timing_fit, spending_fit, len(history), n_repeat, pearson, spearman
    )  # fmt: skip


def values_of(data: ClientData, kind: Kind = "auto") -> ValueModel:
    """Give the fit to all histories of a client at the end of the period, made once; see `fit_values`."""
    return data.once(("values", kind), lambda: fit_values(history_of(data, window(kind)), kind))


def expect(history: pd.DataFrame, model: ValueModel, days: float, discount_rate: float = 0.0) -> pd.DataFrame:
    """Give what to expect of every customer in the days ahead.

    Parameters
    ----------
    history
        As `history_frame` gives it.
    model
        As `fit_values` gives it.
    days
        How far ahead.
    discount_rate
        Interest of a year at which later money counts less; 0: none. Applied month by month.

    Returns
    -------
    DataFrame
        Index of ``history``: ``p_alive``, ``expected_purchases`` (purchase days, not discounted),
        ``expected_value`` (of one of them, net revenue), ``clv`` (net revenue ahead, discounted).
    """
    histories = Histories.of(history["x"], history["t_x"], history["T"])
    facts = (histories.x, histories.t_x, histories.T)
    purchases = model.timing.expected(days, *facts)
    counted = purchases if not discount_rate else _discounted(model.timing, facts, days, discount_rate)
    spend = model.spending.expected(history["x"], history["value"].fillna(0.0).clip(lower=0.0))
    place = histories.place
    found = {
        "p_alive": model.timing.p_alive(*facts)[place],
        "expected_purchases": purchases[place],
        "expected_value": spend,
        "clv": counted[place] * spend,
    }
    return pd.DataFrame(found, index=history.index)


def _discounted(timing: Timing, facts: tuple[Floats, ...], days: float, rate: float) -> Floats:
    ends = np.append(np.arange(MONTH, days, MONTH), days)
    so_far = np.stack([timing.expected(end, *facts) for end in ends])
    middles = (np.append(0.0, ends[:-1]) + ends) / 2
    steps = np.diff(so_far, axis=0, prepend=0.0)
    worth: Floats = ((1 + rate) ** (-middles / 365.25)) @ steps
    return worth


def margin_rate(history: pd.DataFrame, spending: Spending) -> pd.Series[float]:
    """Give each customer's margin as a share of revenue, drawn to that of the base where little is known.

    A customer's own share weighs as much as the own mean does in the value of a purchase; losses
    count down to minus the whole revenue.

    Parameters
    ----------
    history
        As `history_frame` gives it, with margins.
    spending
        Gives the weights.
    """
    total = float(history["value_sum"].sum())
    base = float(history["margin_sum"].sum()) / total if total > 0 else 0.0
    own = (history["margin_sum"] / history["value_sum"].where(history["value_sum"] > 0)).clip(-1, 1)
    weight = pd.Series(spending.trust(history["x"]), index=history.index)
    return (weight * own + (1 - weight) * base).fillna(base)


def horizon_days(end: date, months: int, days: int | None = None) -> int:
    """Give the days from a day to the same day some calendar months later, unless days are given.

    Examples
    --------
    >>> horizon_days(date(2026, 1, 31), 1)
    28
    """
    return days or (pd.Timestamp(end) + pd.DateOffset(months=months) - pd.Timestamp(end)).days

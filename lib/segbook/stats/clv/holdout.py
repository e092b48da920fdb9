"""How good the forecast would have been: the last part of the history, held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from segbook.data.client import ClientData
from segbook.stats.clv.forecast import expect, fit_values
from segbook.stats.clv.history import bought_between, history_frame
from segbook.stats.clv.timing import Kind, window


@dataclass(frozen=True)
class HoldOut:
    """How the models would have forecast the last part of the history, beside a naive rival.

    The models are fitted to what was known before; the rival says that every customer buys as much as in
    the last window of the same length.

    Parameters
    ----------
    days, split
        Length of the part held out, and the last day known to the models.
    n_customers
        Customers known by then; only they are forecast.
    figures
        Index ``actual, model, naive``; columns ``purchases`` (purchase days; with windows of purchase as in
        BG/BB, windows), ``revenue``, ``mae`` (mean absolute error of a customer's purchases; NaN for actual),
        ``top_share`` (revenue of the fifth of customers forecast as best, as a share of all; of ``actual``
        the most there was to find).
    converged
        Whether the fit to the earlier part found a maximum.
    """

    days: int
    split: date
    n_customers: int
    figures: pd.DataFrame
    converged: bool

    def error(self, which: str = "model", measure: str = "purchases") -> float:
        """Give a forecast's relative error; NaN when nothing was bought."""
        column = self.figures[measure].to_dict()
        return float(column[which] / column["actual"] - 1) if column["actual"] > 0 else float("nan")


def hold_out(data: ClientData, days: int, kind: Kind = "auto") -> HoldOut | None:
    """Forecast the last days of the history from what came before.

    Parameters
    ----------
    data
        One client and period.
    days
        Wished length; at most a third of the history is held out.
    kind
        As in `fit_values`.

    Returns
    -------
    HoldOut or None
        None when the history is shorter than three weeks or nobody had bought before.
    """
    first = data.first_day
    span = (data.period.end - first).days if first else 0
    days = min(days, span // 3)
    split = data.period.end - timedelta(days=days)
    step = window(kind)
    past = history_frame(data.orders, split, step) if days >= 7 else pd.DataFrame()
    if past.empty:
        return None
    model = fit_values(past, kind)
    ahead = expect(past, model, days)
    windows = {
        "actual": bought_between(data.orders, split + timedelta(days=1), data.period.end, step),
        "naive": bought_between(data.orders, split - timedelta(days=days - 1), split, step),
    }
    frames = {name: each.reindex(past.index).fillna(0.0) for name, each in windows.items()}
    frames["model"] = pd.DataFrame({"n": ahead["expected_purchases"], "value": ahead["clv"]})
    rows = {name: _row(frames[name], frames["actual"]) for name in ("actual", "model", "naive")}
    return HoldOut(days, split, len(past), pd.DataFrame.from_dict(rows, orient="index"), model.sound)


def _row(said: pd.DataFrame, actual: pd.DataFrame) -> Mapping[str, Any]:
    """Measure one forecast; of the fifth said to be best, ties are broken by nothing but the order of ids."""
    best = said["value"].to_numpy().argsort(kind="stable")[::-1][: max(len(said) // 5, 1)]
    total = float(actual["value"].sum())
    own = said is actual
    return {
        "purchases": float(said["n"].sum()),
        "revenue": float(said["value"].sum()),
        "mae": float("nan") if own else float((said["n"] - actual["n"]).abs().mean()),
        "top_share": float(actual["value"].to_numpy()[best].sum()) / total if total > 0 else float("nan"),
    }

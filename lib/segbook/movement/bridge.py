"""Why revenue changed: new, lost, reactivated, up and down, to the last coin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segbook.data.client import ClientData

PARTS = ("new", "reactivated", "up", "same", "down", "lost", "returns")
"""In the order of the chart: from what adds to what takes away."""


@dataclass(frozen=True)
class Bridge:
    """The change of revenue from the period before to the period, taken apart by customer.

    Parameters
    ----------
    before, now
        Net revenue of the two periods, client currency.
    parts
        Index `PARTS`; columns ``customers``, ``before``, ``now``, ``change``; they add up to the whole
        change. ``new``: first purchase ever; ``reactivated``: bought, not in the period before, but earlier;
        ``up``, ``same``, ``down``: bought in both; ``lost``: bought in the period before alone; ``returns``:
        bought in neither and brought something back.
    customers
        Index ``customer_id``; columns ``part, before, now``; those nothing was booked for are left out.
    covered
        Whether history reaches back beyond the period before: without that, the reactivated count as new.
    """

    before: float
    now: float
    parts: pd.DataFrame
    customers: pd.DataFrame
    covered: bool

    @property
    def change(self) -> float:
        """Revenue of the period less that of the one before."""
        return self.now - self.before

    @property
    def rel_change(self) -> float:
        """The change over the revenue before; NaN when that was not positive."""
        return self.change / self.before if self.before > 0 else float("nan")

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        facts = {"before": self.before, "now": self.now, "change": self.change, "rel_change": self.rel_change}
        return {"bridge": {**facts, "parts": self.parts}}


def revenue_bridge(data: ClientData) -> Bridge:
    """Take the change of revenue apart.

    Parameters
    ----------
    data
        One client and period, with all its history.

    Returns
    -------
    Bridge

    Examples
    --------
    >>> days = pd.to_datetime(["2025-06-01", "2025-10-05", "2025-11-05", "2026-02-05", "2026-02-06"])
    >>> orders = pd.DataFrame({"customer_id": list("dabad"), "order_date": days,
    ...     "amount": [1.0, 90, 10, 5, 7]})
    >>> revenue_bridge(ClientData.of(orders, "2026Q1")).parts["change"].to_dict()
    {'new': 0.0, 'reactivated': 7.0, 'up': 0.0, 'same': 0.0, 'down': -85.0, 'lost': -10.0, 'returns': 0.0}
    """
    people = data.customers
    before, now = people["previous_amount"], people["period_amount"]
    bought, had = people["period_order_days"] > 0, people["previous_order_days"] > 0
    fresh = people["first_known_date"] >= pd.Timestamp(data.period.start)
    up, same = now > before, now == before
    conditions = [bought & fresh, bought & ~had, bought & up, bought & same, bought, had]
    part = np.select(conditions, ["new", "reactivated", "up", "same", "down", "lost"], "returns")
    booked = bought | had | (before != 0) | (now != 0)
    rows = pd.DataFrame({"part": part, "before": before, "now": now})[booked]
    parts = rows.groupby("part").sum()
    parts.insert(0, "customers", rows.groupby("part").size())
    parts = parts.reindex(pd.Index(PARTS, name="part")).fillna(0.0).astype({"customers": int})
    parts["change"] = parts["now"] - parts["before"]
    covered = data.first_day is not None and data.first_day < data.period.previous().start
    return Bridge(float(before.sum()), float(now.sum()), parts, rows, covered)

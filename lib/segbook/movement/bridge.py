"""Why revenue changed: new, lost, reactivated, up and down, to the last cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.models import configure

PARTS = ("new", "reactivated", "up", "same", "down", "lost", "returns")
"""In the order of the chart: from what adds to what takes away."""


@dataclass(frozen=True)
class Context:
    """What to hold against the change of revenue.

    Parameters
    ----------
    first_day
        Day of the first purchase in the data.
    partial
        Whether the data begin a week or more after the start of the period before.
    covered
        Whether they reach back beyond it for as long as a customer may be silent: else whoever returned
        after a pause counts as new.
    year_ago
        Net revenue of the same days a year before; NaN where the data do not hold them, or where that is the
        period before.
    left_out, left_out_money
        Rows of the period that do not count, by reason such as ``no_customer``, and the money of them all.
    """

    first_day: date | None
    partial: bool
    covered: bool
    year_ago: float
    left_out: Mapping[str, int]
    left_out_money: float


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
    context
        What to hold against the figures; see `Context`.
    """

    before: float
    now: float
    parts: pd.DataFrame
    customers: pd.DataFrame
    context: Context

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
        return {"bridge": {**facts, "parts": self.parts, **asdict(self.context)}}


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
    return Bridge(float(before.sum()), float(now.sum()), parts, rows, _context(data))


def _context(data: ClientData) -> Context:
    first, start = data.first_day, data.period.previous().start
    lifecycle: Any = configure(data.params)["lifecycle"]
    patience = timedelta(days=lifecycle.fallback_days)
    judged = data.judged
    missing = judged.filter(
        judged.reason.notnull()
        & (judged.reason != "total")
        & judged.day.between(data.period.start, data.period.end)
    )
    grouped = missing.group_by("reason").agg(rows=missing.count(), money=missing.amount.sum().fill_null(0.0))
    left_out = grouped.to_pandas().set_index("reason").sort_index()
    return Context(
        first_day=first,
        partial=first is not None and first - start >= timedelta(days=7),
        covered=first is not None and first <= start - patience,
        year_ago=_year_ago(data),
        left_out={str(name): int(n) for name, n in left_out["rows"].items()},
        left_out_money=float(left_out["money"].sum()),
    )


def _year_ago(data: ClientData) -> float:
    year = pd.DateOffset(years=1)
    start, end = ((pd.Timestamp(day) - year).date() for day in (data.period.start, data.period.end))
    known = data.first_day is not None and data.first_day <= start and data.params.history_months is None
    if not known or start == data.period.previous().start:
        return float("nan")
    orders = data.orders.filter(data.orders.day.between(start, end))
    return float(orders.agg(money=orders.amount.sum().fill_null(0.0)).to_pandas()["money"].iloc[0])

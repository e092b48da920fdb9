"""The business through time: revenue, customers and orders by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from segbook.data.client import ClientData
from segbook.data.customers import purchase_days


@dataclass(frozen=True)
class Overview:
    """Key figures of the period, the one before it, and the months up to its end.

    Parameters
    ----------
    figures
        Index measure (revenue, buyers, new_buyers, n_orders, aov), columns period, previous, change
        (relative). NaN: ``change`` when history does not reach back to the previous period's start,
        ``new_buyers`` when
        history begins inside the period, so that nobody can be told to be new.
    months
        Index month (first day), columns revenue, buyers, n_orders, returns; the last 36.
    covered
        Whether history reaches back to the start of the previous period.
    """

    figures: pd.DataFrame
    months: pd.DataFrame
    covered: bool = True

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        return {"overview": {"figures": self.figures, "months": self.months}}


def overview(data: ClientData) -> Overview | None:
    """Measure the period against the previous one, and every month; nothing without orders.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "b", "a"], "amount": [10.0, 20.0, 45.0],
    ...     "order_date": pd.to_datetime(["2025-10-01", "2025-11-05", "2026-02-05"])})
    >>> overview(ClientData.of(orders, "2026Q1")).figures.loc["revenue"].round(2).to_dict()
    {'period': 45.0, 'previous': 30.0, 'change': 0.5}
    """
    if not data.has("orders"):
        return None
    period, previous = data.period, data.period.previous()
    now = _figures(data, period.start, period.end)
    before = _figures(data, previous.start, previous.end)
    covered = data.covers(previous.start)
    figures = pd.DataFrame({"period": now, "previous": before})
    base = figures["previous"].where((figures["previous"] > 0) & covered)
    figures["change"] = figures["period"] / base - 1
    figures.index.name = "measure"
    return Overview(figures, _months(data), covered)


def _figures(data: ClientData, start: date, end: date) -> dict[str, float]:
    orders = data.orders.filter(data.orders.day.between(start, end))
    money = orders.agg(revenue=orders.amount.sum().fill_null(0.0)).to_pandas()["revenue"].iloc[0]
    bought = _bought(data)
    bought = bought.filter(bought.day.between(start, end))
    row = (
        bought.agg(buyers=bought.customer_id.nunique(), n=bought.orders.sum().fill_null(0))
        .to_pandas()
        .iloc[0]
    )
    first = data.customers["first_known_date"]
    told = data.first_day is not None and data.first_day < start
    fresh = first.between(pd.Timestamp(start), pd.Timestamp(end)).sum() if told else float("nan")
    count = float(row["n"])
    return {
        "revenue": float(money),
        "buyers": float(row["buyers"]),
        "new_buyers": float(fresh),
        "n_orders": count,
        "aov": float(money) / count if count else float("nan"),
    }


def _bought(data: ClientData) -> ir.Table:
    return purchase_days(data.orders)


def _months(data: ClientData) -> pd.DataFrame:
    orders = data.orders.mutate(month=data.orders.day.truncate("M"))
    money = orders.group_by("month").agg(
        revenue=orders.amount.sum(), returns=orders.amount.sum(where=~orders.is_purchase).fill_null(0.0)
    )
    bought = _bought(data)
    bought = bought.mutate(month=bought.day.truncate("M"))
    counts = bought.group_by("month").agg(buyers=bought.customer_id.nunique(), n_orders=bought.orders.sum())
    months = money.to_pandas().merge(counts.to_pandas(), on="month", how="left")
    months["month"] = pd.to_datetime(months["month"])
    months = months.set_index("month").sort_index()
    full = pd.date_range(
        months.index.min(), pd.Timestamp(data.period.end).replace(day=1), freq="MS", name="month"
    )
    every: pd.DataFrame = months.reindex(full).fillna(0.0)
    return every[["revenue", "buyers", "n_orders", "returns"]].tail(36)

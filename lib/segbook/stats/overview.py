"""The business through time: revenue, customers and orders by month."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from segbook.data.client import ClientData


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
    """

    figures: pd.DataFrame
    months: pd.DataFrame


def overview(data: ClientData) -> Overview:
    """Measure the period against the previous one, and every month.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "b", "a"], "amount": [10.0, 20.0, 45.0],
    ...     "order_date": pd.to_datetime(["2025-10-01", "2025-11-05", "2026-02-05"])})
    >>> overview(ClientData.of(orders, "2026Q1")).figures.loc["revenue"].round(2).to_dict()
    {'period': 45.0, 'previous': 30.0, 'change': 0.5}
    """
    period, previous = data.period, data.period.previous()
    now = _figures(data, period.start, period.end)
    before = _figures(data, previous.start, previous.end)
    first = data.customers["first_order_date"].min()
    figures = pd.DataFrame({"period": now, "previous": before})
    reaches = pd.notna(first) and first <= pd.Timestamp(previous.start)
    base = figures["previous"].where((figures["previous"] > 0) & reaches)
    figures["change"] = figures["period"] / base - 1
    figures.index.name = "measure"
    return Overview(figures, _months(data))


def _figures(data: ClientData, start: object, end: object) -> dict[str, float]:
    orders = data.orders.filter(data.orders.day.between(start, end))
    bought = orders.is_purchase
    n_orders = orders.order_id.nunique(where=bought) if "order_id" in orders.columns else bought.sum()
    row = (
        orders.agg(
            revenue=orders.amount.sum().fill_null(0.0),
            buyers=orders.customer_id.nunique(where=bought),
            n_orders=n_orders.fill_null(0),
        )
        .to_pandas()
        .iloc[0]
    )
    first = data.customers["first_order_date"]
    began = pd.Timestamp(str(start))
    fresh = first.between(began, pd.Timestamp(str(end))).sum() if first.min() < began else float("nan")
    revenue, count = float(row["revenue"]), float(row["n_orders"])
    return {
        "revenue": revenue,
        "buyers": float(row["buyers"]),
        "new_buyers": float(fresh),
        "n_orders": count,
        "aov": revenue / count if count else float("nan"),
    }


def _months(data: ClientData) -> pd.DataFrame:
    orders = data.orders.mutate(month=data.orders.day.truncate("M"))
    bought = orders.is_purchase
    months = (
        orders.group_by("month")
        .agg(
            revenue=orders.amount.sum(),
            buyers=orders.customer_id.nunique(where=bought),
            n_orders=bought.sum(),
            returns=orders.amount.sum(where=~bought).fill_null(0.0),
        )
        .to_pandas()
    )
    months["month"] = pd.to_datetime(months["month"])
    months = months.set_index("month").sort_index()
    full = pd.date_range(
        months.index.min(), pd.Timestamp(data.period.end).replace(day=1), freq="MS", name="month"
    )
    every: pd.DataFrame = months.reindex(full).fillna(0.0)
    return every.tail(36)

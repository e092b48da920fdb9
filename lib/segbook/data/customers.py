"""One row per customer as of the end of the period, by one Ibis expression."""

from __future__ import annotations

from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segbook.data.digits import steady
from segbook.periods import Period

Unit = Literal["month", "quarter"]
OPTIONAL = ("margin_sum", "quantity_sum")
"""Sums that stay NaN for everybody when their column is not given."""


def reduce_orders(orders: ir.Table, period: Period) -> ir.Table:
    """Reduce orders to one row per customer.

    Parameters
    ----------
    orders
        Orders that count: ``customer_id, order_date, day, amount, is_purchase`` and, when given,
        ``order_id, quantity, margin``.
    period
        The report's period; `Period.previous` is compared with it.

    Returns
    -------
    ibis.Table
        Columns as `customers_frame` lists them, ``last_moment`` in place of ``recency_days``.

    Notes
    -----
    A purchase is a row that is neither a return nor negative; orders are distinct ``order_id``, or rows
    without one. Money is summed straight from the rows, and only customer and day go on to the rhythm, so
    that the many customer-days stay small.
    """
    totals, rhythm = _totals(orders, period), _rhythm(orders, period)
    return totals.left_join(rhythm, "customer_id").drop("customer_id_right")


def customers_frame(orders: ir.Table, period: Period) -> pd.DataFrame:
    """Give one row per customer with at least one order row.

    Parameters
    ----------
    orders, period
        As in `reduce_orders`.

    Returns
    -------
    DataFrame
        Index ``customer_id``, sorted; no orders give an empty frame with the same columns:

        - ``n_orders``, ``n_order_days`` : purchases, and distinct days with one
        - ``amount_sum`` : net revenue; ``gross_sum`` : purchases; ``returns_sum`` : returns, ≤ 0
        - ``margin_sum``, ``quantity_sum`` : net; NaN when the column is not given
        - ``first_order_date``, ``last_order_date`` : of purchases; NaT when there are only returns
        - ``recency_days`` : whole days from the last purchase to the end of the period
        - ``n_gaps``, ``gap_median``, ``gap_max`` : days between neighbouring purchase days
        - ``period_amount``, ``period_order_days``, ``previous_amount``, ``previous_order_days`` : within
          the period and the one before it
        - ``first_in_period``, ``last_before_period`` : purchase days around the period's start
        - ``only_refunds`` : no purchase at all
    """
    frame: pd.DataFrame = reduce_orders(orders, period).to_pandas().set_index("customer_id").sort_index()
    frame["recency_days"] = days_since(frame.pop("last_moment"), period)
    counts = ["n_orders", "n_order_days", "period_order_days", "previous_order_days", "n_gaps"]
    frame[counts] = frame[counts].fillna(0).astype(int)
    frame["only_refunds"] = frame["n_orders"] == 0
    money = [
        name for name in map(str, frame) if name.endswith(("_sum", "_amount")) and name != "quantity_sum"
    ]
    turnover = (frame["gross_sum"] - frame["returns_sum"]).to_numpy(dtype=float)
    frame[money] = steady(frame[money], size=turnover[:, None])
    dates = ["first_order_date", "last_order_date", "first_in_period", "last_before_period"]
    frame[dates] = frame[dates].astype("datetime64[s]")
    return frame


def days_since(moments: pd.Series, period: Period) -> pd.Series[float]:
    """Count whole days from each moment to the end of the period; NaN where there is none."""
    moments = pd.to_datetime(moments)
    if period.moment is None:
        elapsed = pd.Timestamp(period.end) - moments.dt.normalize()
    else:
        elapsed = pd.Timestamp(period.moment) - moments
    return elapsed.dt.days.astype(float)


def with_silent(bought: pd.DataFrame, known: pd.Index) -> pd.DataFrame:
    """Add known customers without an order: nothing bought, nothing paid, no rhythm and no dates.

    Parameters
    ----------
    bought
        As `customers_frame` gives it.
    known
        Ids; those already in ``bought`` stay as they are.
    """
    frame = bought.reindex(bought.index.union(known).rename("customer_id"))
    silent = frame["n_orders"].isna()
    names = [str(name) for name in frame]
    counts = [name for name in names if name.startswith("n_") or name.endswith("_order_days")]
    money = [name for name in names if name.endswith(("_sum", "_amount"))]
    given = [name for name in money if name not in OPTIONAL or bought[name].notna().any()]
    frame.loc[silent, [*counts, *given]] = 0
    frame["only_refunds"] = frame["only_refunds"].eq(True)
    return frame.astype(dict.fromkeys(counts, int))


def _totals(orders: ir.Table, period: Period) -> ir.Table:
    bought = orders.is_purchase
    previous = period.previous()
    within = orders.day >= period.start
    before = orders.day.between(previous.start, previous.end)
    gross = orders.amount.sum(where=bought).fill_null(0.0)
    missing = ibis.null("float64")
    return orders.group_by("customer_id").agg(
        amount_sum=orders.amount.sum(),
        gross_sum=gross,
        returns_sum=orders.amount.sum() - gross,
        margin_sum=orders.margin.sum() if "margin" in orders.columns else missing,
        quantity_sum=orders.quantity.sum() if "quantity" in orders.columns else missing,
        first_order_date=orders.day.min(where=bought).cast("timestamp"),
        last_order_date=orders.day.max(where=bought).cast("timestamp"),
        last_moment=orders.order_date.max(where=bought),
        period_amount=orders.amount.sum(where=within).fill_null(0.0),
        previous_amount=orders.amount.sum(where=before).fill_null(0.0),
        first_in_period=orders.day.min(where=bought & within).cast("timestamp"),
        last_before_period=orders.day.max(where=bought & ~within).cast("timestamp"),
    )


def _rhythm(orders: ir.Table, period: Period) -> ir.Table:
    """Count orders, purchase days and the gaps between them; customers without a purchase are absent."""
    previous = period.previous()
    days = purchase_days(orders)
    window = ibis.window(group_by="customer_id", order_by="day")
    days = days.mutate(gap=days.day.delta(days.day.lag().over(window), unit="day"))
    return days.group_by("customer_id").agg(
        n_orders=days.orders.sum(),
        n_order_days=days.count(),
        period_order_days=(days.day >= period.start).sum(),
        previous_order_days=days.day.between(previous.start, previous.end).sum(),
        n_gaps=days.gap.count(),
        gap_median=days.gap.median(),
        gap_max=days.gap.max().cast("float64"),
    )


def purchase_days(orders: ir.Table) -> ir.Table:
    """Give one row per customer and day of purchase, with the number of orders.

    Orders of a customer and day are counted by distinct ``order_id``; rows without one are orders of
    their own.

    Parameters
    ----------
    orders
        As in `reduce_orders`.
    """
    bought = orders.filter(orders.is_purchase)
    if "order_id" not in orders.columns:
        return bought.group_by("customer_id", "day").agg(orders=bought.count())
    # Two plain groupings: faster, and smaller in memory, than counting distinct orders.
    baskets = bought.group_by("customer_id", "day", "order_id").agg(lines=bought.count())
    single = ibis.ifelse(baskets.order_id.isnull(), baskets.lines, 1)
    return baskets.group_by("customer_id", "day").agg(orders=single.sum())


def variation_frame(orders: ir.Table, period: Period, unit: Unit, value: str = "amount") -> pd.DataFrame:
    """Give each customer's coefficient of variation of value per sub-period.

    Parameters
    ----------
    orders
        As in `reduce_orders`.
    period
        Its end is the last sub-period.
    unit
        Calendar ``month`` or ``quarter``.
    value
        ``amount`` or ``margin``.

    Returns
    -------
    DataFrame
        Index ``customer_id``, columns ``n_subperiods`` (from the one of the first purchase to the one that
        holds the period's end, empty ones included), ``mean`` and ``cv`` (population standard deviation
        over mean; NaN where the mean is not positive). Customers without a purchase are absent.
    """
    length = {"month": 1, "quarter": 3}[unit]
    cells = (
        orders.mutate(cell=(orders.day.year() * 12 + orders.day.month() - 1) // length)
        .group_by("customer_id", "cell")
        .agg(value=orders[value].sum().fill_null(0.0), bought=orders.is_purchase.any())
    )
    first = cells.group_by("customer_id").agg(first=cells.cell.min(where=cells.bought))
    cells = cells.inner_join(first, "customer_id")
    cells = cells.filter(cells.cell >= cells["first"])
    found = cells.group_by("customer_id", "first").agg(
        k=cells.count(), average=cells.value.mean(), variance=cells.value.var(how="pop")
    )
    frame = found.to_pandas().set_index("customer_id").sort_index()
    last = (period.end.year * 12 + period.end.month - 1) // length
    n = last - frame["first"] + 1
    mean = frame["k"] * frame["average"] / n
    # Spread inside the non-empty cells, plus that of their mean and of the empty cells around the mean:
    # stable where a sum of squares would not be.
    spread = frame["k"] * (frame["variance"] + (frame["average"] - mean) ** 2) + (n - frame["k"]) * mean**2
    cv = np.sqrt(spread / n) / mean.where(mean > 0)
    return pd.DataFrame({"n_subperiods": n.astype(int), "mean": mean, "cv": cv.astype(float)})

"""From orders to what the papers need: purchases after the first, their times and their values."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from segbook.data.client import ClientData
from segbook.data.digits import steady

DIGITS = 10
"""Of money, in what the models are fitted to."""
NOTHING = 1e-9
"""Part of what went to and fro on a day up to which nothing is left of it."""


def net_purchases(orders: ir.Table) -> ir.Table:
    """Give the days on which a customer bought, net of what was brought back.

    A return belongs to the customer's latest purchase day before it; a day that was brought back whole is no
    purchase, so that a refund never makes a repeat buyer.

    Parameters
    ----------
    orders
        Orders that count: ``customer_id, day, amount, is_purchase`` and, when given, ``margin``.

    Returns
    -------
    ibis.Table
        ``customer_id``, ``day``, ``value`` and ``margin`` (net; NULL when not given).
    """
    days = orders.group_by("customer_id", "day").agg(
        bought=orders.is_purchase.any(),
        back=orders.amount.sum(where=~orders.is_purchase).fill_null(0.0),
        value=orders.amount.sum(),
        turnover=orders.amount.abs().sum(),
        margin=orders.margin.sum() if "margin" in orders.columns else ibis.null("float64"),
    )
    so_far = ibis.window(group_by="customer_id", order_by="day", preceding=None, following=0)
    days = days.mutate(day=ibis.ifelse(days.bought, days.day, None).max().over(so_far))
    days = days.filter(days.day.notnull())
    netted = days.group_by("customer_id", "day").agg(
        value=days.value.sum(), margin=days.margin.sum(), back=days.back.sum(), turnover=days.turnover.sum()
    )
    # Not > 0: what is left of a sum of floats brought back whole is a hair above or below nothing.
    kept = (netted.value > netted.turnover * NOTHING) | (netted.back == 0)
    return netted.filter(kept).drop("back", "turnover")


def history_frame(orders: ir.Table, end: date, step: int = 1) -> pd.DataFrame:
    """Give one row per customer with at least one net purchase by a day.

    Parameters
    ----------
    orders
        As in `net_purchases`; later rows are not looked at.
    end
        The papers' today.
    step
        Days of the windows, counted back from ``end``, within which purchases count as one.

    Returns
    -------
    DataFrame
        Index ``customer_id``, sorted; no purchase gives no row:

        - ``x`` : purchase days after the first; ``t_x``, ``T`` : days from the first purchase to the last,
          and to ``end``
        - ``value`` : mean net value of a purchase day after the first; NaN without one
        - ``value_sum``, ``margin_sum`` : of all purchase days; the margin NaN when not given
    """
    bought = _by_window(net_purchases(orders.filter(orders.day <= end)), end, step)
    grouped = bought.group_by("customer_id").agg(
        n=bought.count(),
        first=bought.ago.max(),
        last=bought.ago.min(),
        value_sum=bought.value.sum(),
        first_value=bought.value.argmax(bought.ago),
        margin_sum=bought.margin.sum(),
    )
    frame = grouped.to_pandas().set_index("customer_id").sort_index()
    first, last = (frame[name].astype(float) * step for name in ("first", "last"))
    x = frame["n"].astype(float) - 1
    return pd.DataFrame(
        {
            "x": x,
            "t_x": first - last,
            "T": first,
            "value": steady((frame["value_sum"] - frame["first_value"]) / x.where(x > 0), DIGITS),
            "value_sum": steady(frame["value_sum"], DIGITS),
            "margin_sum": steady(frame["margin_sum"], DIGITS, frame["value_sum"].abs()),
        }
    )


def _by_window(bought: ir.Table, end: date, step: int) -> ir.Table:
    """Give purchases, with ``ago``: the windows between each and a day."""
    ago = (ibis.literal(end).delta(bought.day, unit="day") // step).cast("int64")
    windows = bought.mutate(ago=ago)
    if step == 1:
        return windows
    return windows.group_by("customer_id", "ago").agg(value=windows.value.sum(), margin=windows.margin.sum())


def bought_between(orders: ir.Table, start: date, end: date, step: int = 1) -> pd.DataFrame:
    """Give purchase days and their net value per customer from a day to a day, both inside.

    With a ``step`` they are windows of so many days, counted back from ``end``.

    Returns
    -------
    DataFrame
        Index ``customer_id``, sorted; columns ``n`` and ``value``; customers without a purchase are absent.
    """
    bought = _by_window(net_purchases(orders.filter(orders.day.between(start, end))), end, step)
    counts = bought.group_by("customer_id").agg(n=bought.count(), value=bought.value.sum())
    frame: pd.DataFrame = counts.to_pandas().set_index("customer_id").sort_index().astype(float)
    return frame.assign(value=steady(frame["value"], DIGITS))


def history_of(data: ClientData, step: int = 1) -> pd.DataFrame:
    """Give the histories of a client's customers at the end of the period, made once."""
    frame: pd.DataFrame = data.once(
        f"histories by {step}", lambda: history_frame(data.orders, data.period.end, step)
    )
    return frame

"""How each customer's money is divided: among goods, channels, months, weekdays, times of the day."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.data.facts import orders_by_level
from segbook.stats.cards.marks import Shares

YEAR = 365
PARTS = {"night": (0, 6), "morning": (6, 12), "day": (12, 18), "evening": (18, 24)}
"""Part of the day to its first hour and the hour after its last."""


def shares(data: ClientData) -> list[Shares]:
    """Divide each buyer's money among the levels of what the orders know.

    Parameters
    ----------
    data
        One client and period. Without ``orders`` there is nothing to divide.

    Returns
    -------
    list of Shares
        What: ``category``, else ``product``, and ``order_type``. Where: ``channel``. When: ``weekday`` (0 is
        Monday), ``part`` of the day (when the orders know the time), ``month`` (1 to 12). Months are counted
        over the whole years before each customer's last purchase, so that who bought for a year and a half
        does not seem to love one half; customers of less than a year have none.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "a"], "amount": [1.0, 3.0], "channel": ["shop", "site"],
    ...     "order_date": pd.to_datetime(["2026-01-05", "2026-01-06"])})
    >>> where, when = shares(ClientData.of(orders))
    >>> where.levels, sorted(where.share.tolist()), when.column, sorted(when.share.tolist())
    (('shop', 'site'), [0.25, 0.75], 'weekday', [0.25, 0.75])
    """
    if "orders" not in data.tables:
        return []
    goods = next((each for each in ("category", "product") if data.has("orders", each)), None)
    columns = [("what", goods), ("what", "order_type"), ("where", "channel")]
    made = [_of_levels(data, aspect, each) for aspect, each in columns if each and data.has("orders", each)]
    return [each for each in [*made, *_of_times(data)] if len(each.share)]


def _of_levels(data: ClientData, aspect: str, column: str) -> Shares:
    frame = orders_by_level(data, column)
    frame = frame[frame["n_orders"] > 0]
    levels = tuple(str(each) for each in frame["level"].cat.categories)
    place = frame["level"].cat.codes.to_numpy().astype(np.int64)
    return _divided((aspect, column), levels, frame["customer"].to_numpy(), place, frame["amount"].to_numpy())


def _of_times(data: ClientData) -> Iterator[Shares]:
    index = data.customers.index
    bought = data.orders.filter(data.orders.is_purchase & (data.orders.amount > 0))
    days = {f"weekday{n}": bought.day.day_of_week.index() == n for n in range(7)}
    hour = bought.order_date.hour()
    parts = {f"part{name}": hour.between(first, end - 1) for name, (first, end) in PARTS.items()}
    sums = {name: bought.amount.sum(where=holds) for name, holds in {**days, **parts}.items()}
    frame = bought.group_by("customer_id").agg(**sums, timed=(hour != 0).any()).to_pandas()
    customer = index.get_indexer(pd.Index(frame["customer_id"]))
    yield _of_wide("weekday", frame, customer)
    if frame["timed"].any():
        yield _of_wide("part", frame, customer)
    if data.period.end.toordinal() - (data.first_day or data.period.end).toordinal() >= YEAR:
        months = _months(bought, data.customers)
        yield _of_wide("month", months, index.get_indexer(pd.Index(months["customer_id"])))


def _months(bought: ir.Table, customers: pd.DataFrame) -> pd.DataFrame:
    """Sum by calendar month the last whole years of every customer of a year or more."""
    last, first = customers["last_order_date"], customers["first_order_date"]
    years = (last - first).dt.days.fillna(0) // YEAR
    since = (last - pd.to_timedelta(years * YEAR, unit="D"))[years > 0]
    spans = ibis.memtable(
        pd.DataFrame({"customer_id": since.index.astype(str), "since": since, "last": last[years > 0]}),
        schema={"customer_id": "string", "since": "timestamp", "last": "timestamp"},
    )
    rows = bought.inner_join(spans, "customer_id")
    # Without the last purchase: the years end with it, and its month would always have one more.
    rows = rows.filter((rows.day >= rows.since.date()) & (rows.day < rows["last"].date()))
    sums = {f"month{n}": rows.amount.sum(where=rows.day.month() == n) for n in range(1, 13)}
    frame: pd.DataFrame = rows.group_by("customer_id").agg(**sums).to_pandas()
    return frame


def _of_wide(column: str, frame: pd.DataFrame, customer: np.ndarray) -> Shares:
    names = [str(name) for name in frame if str(name).startswith(column)]
    money = frame[names].fillna(0.0).to_numpy(dtype=float)
    row, level = np.nonzero(money > 0)
    levels = tuple(name.removeprefix(column) for name in names)
    return _divided(("when", column), levels, customer[row], level, money[row, level])


def _divided(
    place: tuple[str, str],
    levels: tuple[str, ...],
    customer: np.ndarray,
    level: np.ndarray,
    money: np.ndarray,
) -> Shares:
    """Divide; a customer whose returns outweigh what they bought of a level has none of it."""
    money = np.maximum(money.astype(float), 0.0)
    total = np.bincount(customer, money) if len(customer) else np.zeros(0)
    whole = total[customer]
    kept = (money > 0) & (whole > 0)
    return Shares(*place, levels, customer[kept], level[kept], money[kept] / whole[kept])

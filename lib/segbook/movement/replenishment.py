"""When a customer will need a product again: own rhythm, else the product's, and how often that came true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd

from segbook.data.client import ClientData

MIN_GAPS = 3
"""Gaps between purchases of one product that make a customer's own rhythm."""
MIN_PRODUCT_GAPS = 20
"""Gaps of all customers that make a product's rhythm."""
SURE = ("own", "device")
"""Sources of a rhythm that say something of this customer, not of a product alone."""
AGAIN = 0.5
"""Share of a product's buyers who bought it again, from which one purchase is taken for a first of many."""
LEVEL = 0.8
"""Part of the next purchases the interval is made to hold."""
LONG = 4
"""Rhythms of silence after which nobody is merely late."""
COMMON = 5
"""Buyers of a product from which it can be told to be off the range because nobody buys it."""
STATUSES = ("overdue", "due", "early", "waiting", "stopped")


@dataclass(frozen=True)
class Replenishment:
    """The next purchase of every customer and product that has a rhythm.

    Parameters
    ----------
    pairs
        One row per customer and product: ``customer_id``, ``product``, ``n`` (purchase days), ``last_date``,
        ``rhythm_days``, ``source`` (``own``, ``product``, ``device``), ``expected_date``, ``from_date``,
        ``to_date`` (`LEVEL` of the next purchases fall between), ``status``: ``overdue`` (the interval
        ended without a purchase), ``due`` (it is running), ``early`` (bought in the period before the
        interval began), ``waiting`` (it has not begun), ``stopped`` (a rhythm longer, or `LONG`
        rhythms in all, or nobody at all bought a common product in the period), ``value`` (usual purchase,
        client currency).
    counts
        Index status; columns ``customers``, ``pairs``, ``value``; of pairs by own rhythm or device alone.
    back_test
        ``n`` purchases whose interval, forecast at the end of the period before, lay in the period;
        ``came`` (share bought by the end of the period), ``kept`` (share bought within the interval);
        ``inside``, ``early``, ``late`` (shares of those that came), ``median_error`` (days, of those that
        came); None when there were none.
    has_product
        Whether orders say which product was bought; nothing can be forecast where they do not.
    """

    pairs: pd.DataFrame
    counts: pd.DataFrame
    back_test: dict[str, float] | None
    has_product: bool = True

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        return {"replenishment": {"counts": self.counts, "back_test": self.back_test, "level": LEVEL}}


def replenishment(data: ClientData) -> Replenishment:
    """Forecast every customer's next purchase of every product, and check the forecast of a period ago.

    Parameters
    ----------
    data
        One client and period with ``orders.product``; ``consumables`` adds devices that need a supply.

    Returns
    -------
    Replenishment
        Empty when no product has a rhythm, or orders have no product.

    Notes
    -----
    The rhythm is the median gap of the customer's own purchases of the product, with at least `MIN_GAPS` of
    them; else that of all customers' gaps, with at least `MIN_PRODUCT_GAPS`, for whoever bought it twice or
    where most buyers do. How far purchases stray from it is read off the past: the interval runs between
    quantiles of gap over rhythm of all pairs, of those with an own rhythm and of the others apart. It is
    of customers who come again: how many do is in ``back_test``.
    """
    if not data.has("orders", "product"):
        return Replenishment(pd.DataFrame(), _counts(pd.DataFrame()), None, has_product=False)
    now = _rhythms(data, data.period.end)
    if now.empty:
        return Replenishment(now, _counts(now), None)
    now["status"] = _statuses(now, data)
    now = (
        now.drop(columns="sold")
        .sort_values(["expected_date", "customer_id", "product"])
        .reset_index(drop=True)
    )
    return Replenishment(now, _counts(now), _back_test(data))


def pairs_of(data: ClientData, end: date) -> pd.DataFrame:
    """Give every customer and product: purchase days, gaps between them, usual value.

    Parameters
    ----------
    data
        One client with ``orders.product``.
    end
        Later purchases are not looked at.

    Returns
    -------
    DataFrame
        ``customer_id, product, n, n_gaps, gap`` (median), ``earlier_gap`` (median without the last),
        ``last_gap, last_date, value`` (median of a day).
    """
    orders = data.orders
    orders = orders.filter(orders.is_purchase & orders["product"].notnull() & (orders.day <= end))
    days = orders.group_by("customer_id", "product", "day").agg(value=orders.amount.sum())
    window = ibis.window(group_by=["customer_id", "product"], order_by="day")
    days = days.mutate(
        gap=days.day.delta(days.day.lag().over(window), unit="day").cast("float64"),
        newest=days.day.lead().over(window).isnull(),
    )
    grouped = days.group_by("customer_id", "product").agg(
        n=days.count(),
        n_gaps=days.gap.count(),
        gap=days.gap.median(),
        earlier_gap=days.gap.median(where=~days.newest),
        last_gap=days.gap.max(where=days.newest),
        last_date=days.day.max().cast("timestamp"),
        value=days.value.median(),
    )
    frame: pd.DataFrame = grouped.to_pandas()
    return frame.assign(last_date=pd.to_datetime(frame["last_date"]).astype("datetime64[s]"))


def _rhythms(data: ClientData, end: date) -> pd.DataFrame:
    """Give the pairs that have a rhythm, with its source and the dates that follow."""
    every = pairs_of(data, end)
    every = every.merge(_products(every), on="product", how="left")
    own = every["n_gaps"] >= MIN_GAPS
    common = (every["product_gaps"] >= MIN_PRODUCT_GAPS) & ((every["n"] > 1) | (every["again"] >= AGAIN))
    every["source"] = np.select([own, common], ["own", "product"], "")
    every["rhythm_days"] = every["gap"].where(own, every["product_gap"])
    pairs = pd.concat([every[every["source"] != ""], _devices(data, every)], ignore_index=True)
    pairs = pairs[pairs["rhythm_days"] > 0].drop_duplicates(["customer_id", "product"], keep="last")
    pairs = pairs.join(_last_sold(every), on="product")
    return _dated(pairs, _spread(every))


def _products(pairs: pd.DataFrame) -> pd.DataFrame:
    """Give each product's gap, the median of the customers' own, and who bought it again.

    ``again`` is the share of its buyers who bought it on a second day.
    """
    grouped = pairs.groupby("product")
    found = {
        "product_gap": grouped["gap"].median(),
        "product_gaps": grouped["n_gaps"].sum(),
        "again": grouped["n_gaps"].agg(lambda gaps: float((gaps > 0).mean())),
    }
    return pd.DataFrame(found).reset_index()


def _spread(pairs: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Give the quantiles of the latest gap over the rhythm known before it, by source."""
    own = pairs["n_gaps"] > MIN_GAPS
    ratios = {
        "own": (pairs["last_gap"] / pairs["earlier_gap"])[own],
        "product": (pairs["last_gap"] / pairs["product_gap"])[~own],
    }
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    found = {}
    for source, ratio in ratios.items():
        known = ratio.dropna()
        low, high = np.quantile(known, tails) if len(known) >= MIN_PRODUCT_GAPS else (0.5, 2.0)
        found[source] = (float(low), float(high))
    return {**found, "device": found["product"]}


def _devices(data: ClientData, pairs: pd.DataFrame) -> pd.DataFrame:
    """Give the consumables that devices need, by the table of usual intervals, as pairs."""
    if not data.has("consumables", "device", "consumable", "interval_days"):
        return pairs.head(0)
    table = data.tables["consumables"].to_pandas().dropna(subset=["device", "consumable", "interval_days"])
    devices = pairs[["customer_id", "product", "last_date"]].merge(
        table, left_on="product", right_on="device"
    )
    rows = devices.drop(columns="product").merge(
        pairs, left_on=["customer_id", "consumable"], right_on=["customer_id", "product"], how="left",
        suffixes=("_device", ""),
    )  # fmt: skip
    # A rhythm of one's own says more than the table.
    rows = rows[~(rows["n_gaps"] >= MIN_GAPS)]
    latest = rows[["last_date", "last_date_device"]].max(axis=1)
    made = rows.assign(
        product=rows["consumable"], last_date=latest, rhythm_days=rows["interval_days"], source="device"
    )
    return made.sort_values("last_date", kind="stable").drop_duplicates(
        ["customer_id", "product"], keep="last"
    )


def _dated(pairs: pd.DataFrame, spread: dict[str, tuple[float, float]]) -> pd.DataFrame:
    last, rhythm = pairs["last_date"].astype("datetime64[s]"), pairs["rhythm_days"].to_numpy(dtype=float)
    low, high = (np.array([spread[each][i] for each in pairs["source"]], dtype=float) for i in (0, 1))
    made = pairs.assign(last_date=last, rhythm_days=rhythm, n=pairs["n"].fillna(0).astype(int))
    for name, part in (("expected_date", np.ones(len(pairs))), ("from_date", low), ("to_date", high)):
        made[name] = last + pd.to_timedelta(np.round(rhythm * part), unit="D").astype("timedelta64[s]")
    columns = ["customer_id", "product", "n", "last_date", "last_gap", "rhythm_days", "source"]
    return made[[*columns, "expected_date", "from_date", "to_date", "value", "sold"]]


def _last_sold(pairs: pd.DataFrame) -> pd.Series[Any]:
    """Give the last day each product was sold; missing with few buyers, who may be those who left."""
    by = pairs.groupby("product")["last_date"]
    sold: pd.Series[Any] = by.max().where(by.size() >= COMMON).rename("sold")
    return sold


def _statuses(pairs: pd.DataFrame, data: ClientData) -> Any:
    end, start = pd.Timestamp(data.period.end), pd.Timestamp(data.period.start)
    soonest = (pairs["from_date"] - pairs["last_date"]).dt.days
    sooner = (pairs["last_date"] >= start) & (pairs["last_gap"] < soonest)
    silent, rhythm = (end - pairs["last_date"]).dt.days, pairs["rhythm_days"]
    past = (end - pairs["to_date"]).dt.days
    # What nobody bought in the whole period is out of season or off the range. A supply that nobody has ever
    # bought has no last day, and stays due.
    begun, unsold = end >= pairs["from_date"], pairs["sold"] < start
    stopped = (past > rhythm) | (silent > LONG * rhythm) | (begun & unsold)
    conditions = [stopped, past > 0, begun, sooner]
    return np.select(conditions, ["stopped", "overdue", "due", "early"], "waiting")


def _counts(pairs: pd.DataFrame) -> pd.DataFrame:
    index = pd.Index(STATUSES, name="status")
    if pairs.empty:
        return pd.DataFrame({"customers": 0, "pairs": 0, "value": 0.0}, index=index)
    grouped = pairs[pairs["source"].isin(SURE)].groupby("status")
    counts = {"customers": grouped["customer_id"].nunique(), "pairs": grouped.size()}
    frame = pd.DataFrame({**counts, "value": grouped["value"].sum()}).reindex(index).fillna(0)
    return frame.astype({"customers": int, "pairs": int, "value": float})


def _back_test(data: ClientData) -> dict[str, float] | None:
    split = data.period.start - timedelta(days=1)
    past = _rhythms(data, split)
    if past.empty:
        return None
    inside = (past["from_date"] > pd.Timestamp(split)) & (past["to_date"] <= pd.Timestamp(data.period.end))
    orders = data.orders.filter(data.orders.is_purchase & (data.orders.day > split))
    later = orders.group_by("customer_id", "product").agg(next=orders.day.min())
    rows = past[inside].merge(later.to_pandas(), on=["customer_id", "product"], how="left")
    came = rows[rows["next"].notna()]
    if rows.empty:
        return None
    then = pd.to_datetime(came["next"]).astype("datetime64[s]")
    n, kept = max(len(came), 1), int(then.between(came["from_date"], came["to_date"]).sum())
    return {
        "n": len(rows),
        "came": len(came) / len(rows),
        "kept": kept / len(rows),
        "inside": kept / n,
        "early": float((then < came["from_date"]).sum()) / n,
        "late": float((then > came["to_date"]).sum()) / n,
        "median_error": float((then - came["expected_date"]).dt.days.abs().median()),
    }

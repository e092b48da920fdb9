"""What several models ask of a table: each one reduction, made once, up to the end of the period."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.data.digits import steady
from segbook.data.known import last_of_each
from segbook.schema import TABLES

UNKNOWN = "unknown"
"""Level of the orders that do not say theirs."""


def ticket_counts(data: ClientData) -> pd.DataFrame:
    """Count each customer's tickets.

    Returns
    -------
    DataFrame
        Index ``customer_id``, only those with a ticket; ``n_tickets`` up to the end of the period,
        ``n_period_tickets`` opened within it. Without the table ``tickets`` there is no row.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-12-31", "2026-01-01", "2026-04-01"])
    >>> tickets = pd.DataFrame({"customer_id": "a", "opened_at": days})
    >>> ticket_counts(ClientData.of(None, "2026Q1", tickets=tickets)).loc["a"].to_dict()
    {'n_tickets': 2, 'n_period_tickets': 1}
    """
    if "tickets" not in data.tables:
        return _indexed(pd.DataFrame(columns=["customer_id", "n_tickets", "n_period_tickets"]))
    tickets = data.rows("tickets")
    inside = tickets.opened_at.date() >= data.period.start
    counts = tickets.group_by("customer_id").agg(n_tickets=tickets.count(), n_period_tickets=inside.sum())
    return data.once(ticket_counts.__name__, lambda: _indexed(counts.to_pandas())).copy()


def email_activity(data: ClientData) -> pd.DataFrame:
    """Count what each customer was sent, opened and clicked.

    Returns
    -------
    DataFrame
        Index ``customer_id``, only those with a letter up to the end of the period; openings and clicks after
        it do not count:

        - ``n_sent``, ``n_opened``, ``n_clicked`` : letters; 0 when the table has no such column
        - ``first_sent``, ``last_sent``, ``last_opened``, ``last_clicked`` : moments; NaT when there is none

        Without the table ``emails`` there is no row.

    Examples
    --------
    >>> emails = pd.DataFrame({"customer_id": "a", "sent_at": pd.to_datetime(["2026-01-05", "2026-02-05"]),
    ...     "opened_at": pd.to_datetime(["2026-01-06", "2026-04-01"])})
    >>> made = email_activity(ClientData.of(None, "2026Q1", emails=emails))
    >>> made[["n_sent", "n_opened", "n_clicked"]].to_dict("index")
    {'a': {'n_sent': 2, 'n_opened': 1, 'n_clicked': 0}}
    """
    counts = ["n_sent", "n_opened", "n_clicked"]
    moments = ["first_sent", "last_sent", "last_opened", "last_clicked"]
    if "emails" not in data.tables:
        return _indexed(pd.DataFrame(columns=["customer_id", *counts, *moments]), moments)
    letters, end = data.rows("emails"), ibis.literal(data.period.as_of)
    done = {
        name: (letters[name] <= end).ifelse(letters[name], ibis.null("timestamp"))
        if name in letters.columns
        else ibis.null("timestamp")
        for name in ("opened_at", "clicked_at")
    }
    letters = letters.mutate(**done)
    made = letters.group_by("customer_id").agg(
        n_sent=letters.count(),
        n_opened=letters.opened_at.count(),
        n_clicked=letters.clicked_at.count(),
        first_sent=letters.sent_at.min(),
        last_sent=letters.sent_at.max(),
        last_opened=letters.opened_at.max(),
        last_clicked=letters.clicked_at.max(),
    )
    return data.once(email_activity.__name__, lambda: _indexed(made.to_pandas(), moments)).copy()


def _indexed(frame: pd.DataFrame, moments: list[str] | None = None) -> pd.DataFrame:
    """Index a reduction by customer; counts are whole numbers, moments exact to the second."""
    kinds = {
        str(name): "datetime64[s]" if name in (moments or ()) else int
        for name in frame
        if name != "customer_id"
    }
    indexed: pd.DataFrame = (
        frame.astype({"customer_id": "str", **kinds}).set_index("customer_id").sort_index()
    )
    return indexed


def orders_by_level(data: ClientData, column: str) -> pd.DataFrame:
    """Count orders and money by customer and level of a column of the orders.

    Parameters
    ----------
    data
        With that column in ``orders``.
    column
        A text column: ``channel``, ``product``, ``category``, ``order_type``, ``manager``, ``initiated_by``.

    Returns
    -------
    DataFrame
        One row for each pair that occurs:

        - ``customer`` : position in ``data.customers``
        - ``level`` : Categorical in the order of names; `UNKNOWN` where an order does not say
        - ``n_orders`` : purchases in which the level occurs, counted as in ``data.customers``
        - ``amount`` : net revenue
    """
    return data.once((orders_by_level.__name__, column), lambda: _by_level(data, column))


def _by_level(data: ClientData, column: str) -> pd.DataFrame:
    rows = data.orders.mutate(level=data.orders[column].fill_null(UNKNOWN))
    n_lines, amount = rows.is_purchase.sum(), rows.amount.sum()
    if "order_id" in rows.columns:
        # As `segbook.data.customers.purchase_days`: rows without an order's number are orders of their own.
        baskets = rows.group_by("customer_id", "level", "day", "order_id").agg(lines=n_lines, amount=amount)
        orders = ibis.ifelse(baskets.order_id.isnull(), baskets.lines, (baskets.lines > 0).cast("int64"))
        rows, n_lines, amount = baskets, orders.sum(), baskets.amount.sum()
    frame = rows.group_by("customer_id", "level").agg(n_orders=n_lines, amount=amount).to_pandas()
    levels = pd.Categorical(frame["level"], categories=sorted(frame["level"].unique()))
    return pd.DataFrame(
        {
            "customer": data.customers.index.get_indexer(frame["customer_id"]),
            "level": levels,
            "n_orders": frame["n_orders"].astype(int),
            "amount": frame["amount"].astype(float),
        }
    )


def dominant(data: ClientData, column: str) -> pd.DataFrame:
    """Give the level of a column of the orders that prevails in each customer's purchases.

    Parameters
    ----------
    data, column
        As in `orders_by_level`.

    Returns
    -------
    DataFrame
        Index ``customer_id``, sorted, only customers with a purchase that says its level; ``level`` : the
        most frequent one, of equals that with more money, then the first by name; ``share`` : of all the
        customer's purchases, 0 to 1.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": "a", "order_date": pd.Timestamp("2026-01-05"),
    ...     "amount": [1.0, 1.0, 9.0, 9.0], "channel": ["shop", "shop", "site", None]})
    >>> dominant(ClientData.of(orders), "channel").to_dict("index")
    {'a': {'level': 'shop', 'share': 0.5}}
    """
    found = prevailing(purchases_by_level(data, column))
    customers = data.customers.iloc[found.index]
    share = (found["share"] * found["n_orders"]).to_numpy() / customers["n_orders"].to_numpy()
    return pd.DataFrame({"level": found["level"].to_numpy(), "share": share}, customers.index)


def purchases_by_level(data: ClientData, column: str) -> pd.DataFrame:
    """Give the rows of `orders_by_level` that are purchases and say their level; none without the column."""
    if not data.has("orders", column):
        return pd.DataFrame({"customer": [], "level": [], "n_orders": [], "amount": []}, dtype=int)
    frame = orders_by_level(data, column)
    known: pd.DataFrame = frame[(frame["n_orders"] > 0) & (frame["level"] != UNKNOWN)]
    return known


def prevailing(counts: pd.DataFrame) -> pd.DataFrame:
    """Give each customer's most frequent level.

    Parameters
    ----------
    counts
        Columns as `orders_by_level` gives them; a level that stands there several times is added up.

    Returns
    -------
    DataFrame
        Index ``customer``, sorted; ``level`` (of equally frequent ones that of more money, then the first by
        name), ``share`` (of the customer's counted purchases, 0 to 1), ``n_orders`` (counted purchases).

    Examples
    --------
    >>> rows = [(0, "site", 2, 10.0), (0, "shop", 2, 30.0)]
    >>> prevailing(pd.DataFrame(rows, columns=["customer", "level", "n_orders", "amount"])).to_dict("index")
    {0: {'level': 'shop', 'share': 0.5, 'n_orders': 4}}
    """
    codes, names = pd.factorize(counts["level"], sort=True)
    pairs = counts.assign(level=codes).groupby(["customer", "level"])[["n_orders", "amount"]]
    sums = pairs.sum().reset_index()
    keys = (sums["level"], -steady(sums["amount"]), -sums["n_orders"], sums["customer"])
    best = sums.iloc[np.lexsort(keys)].drop_duplicates("customer").set_index("customer")
    totals = sums.groupby("customer")["n_orders"].sum()
    level = np.asarray(names, dtype=object)[best["level"]]
    return pd.DataFrame({"level": level, "share": best["n_orders"] / totals, "n_orders": totals})


def purchase_mix(data: ClientData, column: str, groups: pd.Series) -> pd.DataFrame:
    """Give what each segment buys: orders and money by level of a column of the orders.

    Parameters
    ----------
    data, column
        As in `orders_by_level`.
    groups
        Segment by ``customer_id``; customers that are not in it are left out.

    Returns
    -------
    DataFrame
        Index ``segment, level``, in the order of the segments and of names, pairs that occur; ``n_orders`` :
        purchases in which the level occurs; ``amount`` : net revenue.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "b", "b"], "order_date": pd.Timestamp("2026-01-05"),
    ...     "amount": [1.0, 2.0, 4.0], "product": ["tea", "tea", "cup"]})
    >>> groups = pd.Series({"a": "new", "b": "loyal"})
    >>> purchase_mix(ClientData.of(orders), "product", groups)["amount"].to_dict()
    {('loyal', 'cup'): 4.0, ('loyal', 'tea'): 2.0, ('new', 'tea'): 1.0}
    """
    frame = orders_by_level(data, column)
    segments = groups.astype("category").reindex(data.customers.index)
    segment = segments.iloc[frame["customer"].to_numpy()].set_axis(frame.index).rename("segment")
    mix: pd.DataFrame = frame.groupby([segment, "level"], observed=True)[["n_orders", "amount"]].sum()
    return mix


def leads_frame(data: ClientData) -> pd.DataFrame:
    """Give one row for each lead up to the end of the period, the last one given.

    Returns
    -------
    DataFrame
        Index ``lead_id``, sorted; every other canonical column of ``leads``, all missing when it is not
        given: texts, numbers as floats, dates exact to the second.

    Examples
    --------
    >>> leads = pd.DataFrame({"lead_id": "1", "lead_date": pd.to_datetime(["2026-01-05", "2026-01-09"]),
    ...     "outcome": ["open", "lost"], "closeness": [3, 4]})
    >>> leads_frame(ClientData.of(leads=leads))[["outcome", "closeness", "deadline"]].values.tolist()
    [['lost', 4.0, NaT]]
    """
    return _one_row_each(data, "leads", "lead_id")


def experts_frame(data: ClientData) -> pd.DataFrame:
    """Give one row for each customer scored by experts, the last one given, as `leads_frame` does.

    Examples
    --------
    >>> experts = pd.DataFrame({"customer_id": ["a", "a"], "activity": [1, 5]})
    >>> experts_frame(ClientData.of(experts=experts))[["activity", "capacity"]].values.tolist()
    [[5.0, nan]]
    """
    return _one_row_each(data, "experts", "customer_id")


def _one_row_each(data: ClientData, table: str, unit: str) -> pd.DataFrame:
    kinds = {"text": "str", "number": "float64", "date": "datetime64[s]", "flag": "boolean"}
    dtypes = {name: kinds[column.kind] for name, column in TABLES[table].items() if name != unit}
    frame = last_of_each(data.rows(table), unit) if table in data.tables else pd.DataFrame()
    typed: pd.DataFrame = frame.reindex(columns=list(dtypes)).astype(dtypes)
    return typed.rename_axis(unit)

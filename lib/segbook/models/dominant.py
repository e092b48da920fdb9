"""What a customer's purchases have most often: levels of a column of the orders, counted."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd

from segbook.data.client import ClientData

COLUMNS = ("customer_id", "level", "n_orders", "amount_sum")


def purchases_by_level(data: ClientData, column: str) -> pd.DataFrame:
    """Count each customer's purchases by the level of a column.

    Parameters
    ----------
    data
        One client and period.
    column
        A text column of ``orders``. Without it, or without orders, nothing is counted.

    Returns
    -------
    DataFrame
        Columns customer_id, level (as written), n_orders (distinct ``order_id``; rows without one are orders
        of their own), amount_sum (client currency). Purchases whose level is missing are left out.
    """
    if not data.has("orders", column):
        return pd.DataFrame(columns=list(COLUMNS))
    orders = data.orders
    bought = orders.filter(orders.is_purchase & orders[column].notnull())
    if "order_id" in orders.columns:
        lines = bought.group_by("customer_id", "order_id", level=bought[column]).agg(
            lines=bought.count(), amount=bought.amount.sum()
        )
        number = ibis.ifelse(lines.order_id.isnull(), lines.lines, 1)
        counted = lines.group_by("customer_id", "level").agg(
            n_orders=number.sum(), amount_sum=lines.amount.sum()
        )
    else:
        counted = bought.group_by("customer_id", level=bought[column]).agg(
            n_orders=bought.count(), amount_sum=bought.amount.sum()
        )
    frame: pd.DataFrame = counted.to_pandas()
    return frame


def dominant(counts: pd.DataFrame) -> pd.DataFrame:
    """Give each customer's most frequent level.

    Parameters
    ----------
    counts
        Columns as `purchases_by_level` gives them, levels already in one spelling; a level that stands there
        several times is added up.

    Returns
    -------
    DataFrame
        Index ``customer_id``; level (of equally frequent ones that of more money, then the first by
        name), share_level (of the customer's counted purchases, 0 to 1), n_orders (counted purchases).

    Examples
    --------
    >>> rows = [("a", "site", 2, 10.0), ("a", "shop", 2, 30.0)]
    >>> dominant(pd.DataFrame(rows, columns=list(COLUMNS))).to_dict("index")
    {'a': {'level': 'shop', 'share_level': 0.5, 'n_orders': 4}}
    """
    who, ids = pd.factorize(counts["customer_id"])
    what, levels = pd.factorize(counts["level"], sort=True)
    pairs, place = np.unique(who * max(len(levels), 1) + what, return_inverse=True)
    number = np.bincount(place, counts["n_orders"].to_numpy(dtype=float), len(pairs))
    # A sum of floats depends on the order of its terms in the last digits; seven of them are enough.
    money = np.bincount(place, counts["amount_sum"].to_numpy(dtype=float), len(pairs)).astype("float32")
    who, what = np.divmod(pairs, max(len(levels), 1))
    order = np.lexsort((what, -money, -number, who))
    first = order[np.unique(who[order], return_index=True)[1]]
    totals = np.bincount(who, number, len(ids))
    found = {
        "level": levels[what[first]],
        "share_level": number[first] / totals,
        "n_orders": totals.astype(int),
    }
    return pd.DataFrame(found, index=pd.Index(ids, name="customer_id"))

"""What a customer's purchases have most often: levels of a column of the orders, counted."""

from __future__ import annotations

import ibis
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
    summed = counts.groupby(["customer_id", "level"], sort=True, as_index=False)[
        ["n_orders", "amount_sum"]
    ].sum()
    totals = summed.groupby("customer_id")["n_orders"].sum()
    # A sum of floats depends on the order of its terms in the last digits; seven of them are enough.
    money = summed["amount_sum"].astype("float32")
    ordered = summed.assign(amount_sum=money).sort_values(
        ["customer_id", "n_orders", "amount_sum", "level"],
        ascending=[True, False, False, True],
        kind="stable",
    )
    first = ordered.drop_duplicates("customer_id").set_index("customer_id")
    share = first["n_orders"] / totals
    made: pd.DataFrame = pd.DataFrame({"level": first["level"], "share_level": share, "n_orders": totals})
    return made.rename_axis("customer_id")

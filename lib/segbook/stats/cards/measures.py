"""What the customers of a segment are worth and how they buy, against the whole base."""

from __future__ import annotations

import pandas as pd

from segbook.data.client import ClientData


def measures(segments: pd.Series, data: ClientData) -> dict[str, pd.DataFrame]:
    """Give each segment's measures, the base's and their ratio.

    Parameters
    ----------
    segments
        Segment by customer, Categorical.
    data
        What it was made of.

    Returns
    -------
    dict
        Segment to a frame, index a part of:

        - ``revenue_per_customer`` : net revenue of a buyer, client currency
        - ``aov`` : net revenue of an order; ``orders_per_customer`` : orders of a buyer
        - ``recency_days`` : median days since the last purchase
        - ``margin_share`` : margin of net revenue; only when nearly all rows have a margin
        - ``returns_share`` : returns of gross revenue; only when anything was ever returned
        - ``price`` : net revenue of a unit, returns netted in both; only when quantities are given

        and columns ``value``, ``base`` (all buyers) and ``index`` (value / base); a measure that is missing
        for the segment is left out.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "a", "b"], "amount": [10.0, 20.0, 6.0],
    ...     "order_date": pd.to_datetime(["2026-01-05", "2026-03-30", "2026-03-01"])})
    >>> groups = pd.Series({"a": "x", "b": "y"}, dtype="category")
    >>> measures(groups, ClientData.of(orders, "2026Q1"))["x"].loc["aov"].to_dict()
    {'value': 15.0, 'base': 12.0, 'index': 1.25}
    """
    customers = data.customers
    buyers = customers[customers["n_orders"] > 0]
    sums = [*("amount_sum", "gross_sum", "returns_sum", "n_orders"), "margin_sum", "quantity_sum"]
    grouped = buyers.groupby(segments.reindex(buyers.index), observed=False)
    totals = grouped[sums].sum().assign(buyers=grouped.size(), recency_days=grouped["recency_days"].median())
    whole = pd.DataFrame([buyers[sums].sum()], index=["all"]).assign(
        buyers=len(buyers), recency_days=buyers["recency_days"].median()
    )
    found, base = _ratios(totals, data), _ratios(whole, data).loc["all"]
    made = {}
    for name in totals.index:
        frame = pd.DataFrame({"value": found.loc[name], "base": base})
        frame["index"] = frame["value"] / frame["base"].where(frame["base"] > 0)
        made[str(name)] = frame[frame["value"].notna()]
    return made


def _ratios(totals: pd.DataFrame, data: ClientData) -> pd.DataFrame:
    revenue = totals["amount_sum"]
    frame = pd.DataFrame(
        {
            "revenue_per_customer": _over(revenue, totals["buyers"]),
            "aov": _over(revenue, totals["n_orders"]),
            "orders_per_customer": _over(totals["n_orders"], totals["buyers"]),
            "recency_days": totals["recency_days"],
        }
    )
    if data.has_margin:
        frame["margin_share"] = _over(totals["margin_sum"], revenue)
    if data.customers["returns_sum"].lt(0).any():
        frame["returns_share"] = _over(-totals["returns_sum"], totals["gross_sum"])
    if data.has("totals", "quantity_sum"):
        frame["price"] = _over(revenue, totals["quantity_sum"]).where(lambda price: price > 0)
    return frame


def _over(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)

"""Whom to call: the name, the manager and the ways to reach each customer or enquirer."""

from __future__ import annotations

import pandas as pd

from segbook.data.client import ClientData
from segbook.results import Subject

WAYS = ("phone", "email", "address")
"""Columns of ``customers`` by which somebody can be reached."""


def contacts(data: ClientData, subject: Subject = "customer") -> pd.DataFrame:
    """Give how to reach everybody a model segments.

    Parameters
    ----------
    data
        One client and period.
    subject
        ``customer``, or ``lead`` for enquiries.

    Returns
    -------
    DataFrame
        Index as `ClientData.base` gives it for the subject; ``name`` (the id where there is none) and, when
        the client gives them, ``manager`` (of a customer without one: who served most of their orders, of
        equals the first by name), ``phone``, ``email``, ``address``, ``consent``. Unknown cells are missing.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "b"], "amount": 5.0, "manager": ["Ann", None],
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> cards = pd.DataFrame({"customer_id": ["b"], "name": ["Bee"], "phone": ["+1"]})
    >>> contacts(ClientData.of(orders, customers=cards)).astype(object).fillna("").values.tolist()
    [['a', 'Ann', ''], ['Bee', '', '+1']]
    """
    if subject == "lead":
        return _enquirers(data)
    cards = data.attributes
    frame = pd.DataFrame({"name": data.names()})
    if "manager" in cards or data.has("orders", "manager"):
        frame["manager"] = _managers(data, frame.index)
    for column in (*WAYS, "consent"):
        if column in cards:
            frame[column] = cards[column].reindex(frame.index)
    return frame


def _managers(data: ClientData, index: pd.Index) -> pd.Series[str]:
    own = data.attributes.get("manager", pd.Series(dtype="object")).reindex(index)
    if not data.has("orders", "manager"):
        return own
    orders = data.orders.filter(data.orders.manager.notnull())
    counts = orders.group_by("customer_id", "manager").agg(rows=orders.count()).to_pandas()
    counts = counts.sort_values(["rows", "manager"], ascending=[False, True], kind="stable")
    served = counts.drop_duplicates("customer_id").set_index("customer_id")["manager"]
    return own.fillna(served.reindex(index))


def _enquirers(data: ClientData) -> pd.DataFrame:
    rows = data.tables["leads"].to_pandas().dropna(subset=["lead_id"])
    frame = rows.drop_duplicates("lead_id", keep="last").set_index("lead_id").sort_index()
    named = frame["name"] if "name" in frame else pd.Series(pd.NA, index=frame.index)
    own = pd.Series(frame.index.astype(str), index=frame.index)
    kept: pd.DataFrame = frame[[each for each in ("manager", *WAYS) if each in frame]].copy()
    kept.insert(0, "name", named.fillna(own))
    return kept

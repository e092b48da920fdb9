"""Whom to call: the name, the manager and the ways to reach each customer or enquirer."""

from __future__ import annotations

import pandas as pd

from segbook.data.client import ClientData
from segbook.data.facts import dominant, leads_frame
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
        the client gives them, ``manager`` (of a customer without one: who served most of their orders),
        ``phone``, ``email``, ``address``, ``consent``. Unknown cells are missing.

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
    return own.fillna(dominant(data, "manager")["level"].reindex(index))


def _enquirers(data: ClientData) -> pd.DataFrame:
    frame = leads_frame(data)
    own = pd.Series(frame.index.astype(str), index=frame.index)
    return pd.DataFrame({"name": frame["name"].fillna(own), "manager": frame["manager"]})

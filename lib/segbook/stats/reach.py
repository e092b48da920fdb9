"""Who can be reached: by letter, by telephone, at an address, and with leave."""

from __future__ import annotations

import pandas as pd

from segbook.data.client import ClientData
from segbook.stats.contacts import WAYS


def reachable(data: ClientData) -> pd.DataFrame | None:
    """Tell which customers can be reached.

    Parameters
    ----------
    data
        One client and period.

    Returns
    -------
    DataFrame or None
        Index ``customer_id``, all customers; columns, each True or False, of those given: phone, email,
        address (a value is there), consent (given; a blank one is none), and reachable: at an address, or by
        e-mail or telephone, with consent where consents are recorded. None when the ``customers`` table
        has neither.

    References
    ----------
    Segments must be reachable by channels of communication and of distribution [S0:200].

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": list("abc"), "amount": 1.0,
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> cards = pd.DataFrame({"customer_id": list("ab"), "email": ["a@example.org", "b@example.org"],
    ...     "consent": [True, False]})
    >>> reachable(ClientData.of(orders, customers=cards))["reachable"].to_dict()
    {'a': True, 'b': False, 'c': False}
    """
    cards = data.attributes
    given = [name for name in WAYS if name in cards]
    if not given:
        return None
    frame = pd.DataFrame(index=data.customers.index)
    for name in given:
        filled = cards[name].notna() & cards[name].astype("string").str.strip().ne("").fillna(False)
        frame[name] = filled.reindex(frame.index, fill_value=False).astype(bool)
    direct = frame[[name for name in given if name != "address"]].any(axis=1)
    if "consent" in cards:
        agreed = cards["consent"].astype("boolean").fillna(False)
        frame["consent"] = agreed.reindex(frame.index, fill_value=False).astype(bool)
        direct &= frame["consent"]
    return frame.assign(reachable=direct | frame.get("address", False))

"""Enquiries: who asked, whether or not they bought."""

from __future__ import annotations

import pandas as pd

from segbook.data.customers import with_silent

_NOBODY = "\0nobody"


def base_of(subject: str, customers: pd.DataFrame, leads: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of a model that does not segment customers.

    Parameters
    ----------
    subject
        ``lead``: one row per enquiry, see `lead_base`; ``contact``: see `contact_base`.
    customers, leads
        As in `lead_base`.
    """
    bases = {"lead": lead_base, "contact": contact_base}
    if subject not in bases:
        raise ValueError(f"subject: found {subject!r}, must be customer, lead or contact")
    return bases[subject](customers, leads)


def lead_base(customers: pd.DataFrame, leads: pd.DataFrame) -> pd.DataFrame:
    """Give one row per enquiry with what the enquirer bought.

    Parameters
    ----------
    customers
        As `segbook.data.client.ClientData.customers` gives them.
    leads
        The ``leads`` table, index ``lead_id``; ``customer_id``, if there, says who asked.

    Returns
    -------
    DataFrame
        Index ``lead_id``; the columns of ``customers``: those of the customer who asked, else nothing bought.
    """
    askers = leads["customer_id"] if "customer_id" in leads else pd.Series(dtype=object)
    known = customers.reindex(askers.dropna().unique()).dropna(subset=["n_orders"])
    everyone = with_silent(known, pd.Index([_NOBODY]))
    rows = everyone.loc[
        askers.where(askers.isin(known.index), _NOBODY).reindex(leads.index, fill_value=_NOBODY)
    ]
    return rows.set_axis(leads.index, axis=0).astype(customers.dtypes.to_dict())


def contact_base(customers: pd.DataFrame, leads: pd.DataFrame) -> pd.DataFrame:
    """Give one row per customer or enquirer, with what they bought.

    Parameters
    ----------
    customers, leads
        As in `lead_base`.

    Returns
    -------
    DataFrame
        Index ``contact_id`` as `contact_ids` gives it, sorted; the columns of ``customers``, nothing bought
        by those who only asked.
    """
    ids = pd.Index(contact_ids(customers, leads).unique())
    made = with_silent(customers, ids).astype(customers.dtypes.to_dict())
    return made.rename_axis("contact_id")


def contact_ids(customers: pd.DataFrame, leads: pd.DataFrame) -> pd.Series[str]:
    """Give who made each enquiry.

    Parameters
    ----------
    customers, leads
        As in `lead_base`.

    Returns
    -------
    Series
        Index ``lead_id``: the customer's id where one is given; else the enquiry's own, with ``lead:`` before
        it should a customer have the same.
    """
    own = pd.Series(leads.index.astype(str), index=leads.index, dtype=object)
    own = own.where(~own.isin(customers.index), "lead:" + own)
    if "customer_id" not in leads:
        return own
    return leads["customer_id"].astype(object).fillna(own)

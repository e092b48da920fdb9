"""Whose behaviour changed against their own history, told from chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from segbook.data.client import ClientData
from segbook.movement.kinds import amount, complaints, content, frequency, history, satisfaction, silence
from segbook.stats.clv.history import net_purchases
from segbook.stats.multiplicity import benjamini_hochberg

KINDS = ("frequency", "silence", "amount", "content", "satisfaction", "complaints")
OPTIONAL = {
    "content": (content, ("orders", "category")),
    "satisfaction": (satisfaction, ("surveys", "customer_id", "survey_date", "score")),
    "complaints": (complaints, ("tickets", "customer_id", "opened_at")),
}
"""Kinds that need more than purchases: how they are compared, and the table and columns they need."""
CONTENTMENT = ("satisfaction", "complaints")
"""Kinds that tell how content a customer is, not what was bought."""
BETTER_DOWN = ("silence", "complaints")
"""Kinds whose number is the worse the higher it is."""
REACH = 0.05
"""A test that could not come below this, whatever happened, is not made: it would only dull the others."""
ROWS = (
    "kind", "detail", "before", "now", "change", "pvalue", "pvalue_adjusted", "direction", "worse", "money",
)  # fmt: skip


@dataclass(frozen=True)
class Changes:
    """Changes of behaviour in the period, of all customers with a history.

    Parameters
    ----------
    found
        One row per customer, kind and detail held to be real, the surest first: columns ``customer_id``,
        ``kind`` (of `KINDS`), ``detail`` (the category; empty for other kinds), ``before``, ``now``
        (purchase days a month; days of the usual gap and of the silence; typical purchase in client
        currency; share of purchases with the category; mean score; tickets a month), ``change`` (relative),
        ``pvalue``, ``pvalue_adjusted`` (false discoveries, over all rows of the kind), ``direction`` (of the
        number: 1 up, -1 down), ``worse`` (for the worse), ``money`` (revenue of the period
        above or below what the history promises; client currency).
    tested
        Index kind: columns ``customers`` (with history enough), ``tests``, ``up``, ``down`` (found).
    q
        Share of false alarms to expect at most among those found.
    absent
        Kinds not compared because the client has no such data, with the column that is missing.
    """

    found: pd.DataFrame
    tested: pd.DataFrame
    q: float
    absent: Mapping[str, str]

    @property
    def expected_false(self) -> float:
        """How many of those found are false alarms at most, on average."""
        return self.q * len(self.found)

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        facts = {"found": len(self.found), "expected_false": self.expected_false, "q": self.q}
        return {"behaviour": {**facts, "tested": self.tested}}


def behaviour_changes(data: ClientData, q: float | None = None) -> Changes:
    """Compare every customer's period with their own history before it.

    Parameters
    ----------
    data
        One client and period, with all its history. A category is compared where orders have one,
        scores where there are surveys, complaints where there are tickets.
    q
        False discoveries; absent: ``movement.false_discoveries`` of the parameters.

    Returns
    -------
    Changes

    Notes
    -----
    History is what came after the customer's first purchase and before the period. Frequency: exact test
    of two Poisson rates. Silence: the chance of so long a gap after the customer's own gaps. Amount: t-test
    of the logarithms of purchase days with a common variance, which one purchase in the period can pass.
    Content: for each category, Fisher's exact test on purchase days with and without it. Satisfaction: as
    the amount, of scores; each stands for half a point either way. Complaints: as frequency. The p-values
    of all customers of one kind are a family for Benjamini and Hochberg; a test that the numbers of events
    alone keep above `REACH` is not made [1]_.

    References
    ----------
    .. [1] R. E. Tarone, Biometrics 46 (1990), 515-522.
    """
    q = data.params.movement.false_discoveries if q is None else q
    past = history(net_purchases(data.orders), data)
    parts = [frequency(past, data), silence(past), amount(past)]
    parts += [compared(past, data) for compared, needs in OPTIONAL.values() if data.has(*needs)]
    rows = pd.concat([each for each in parts if len(each)] or parts[:1], ignore_index=True)
    rows = rows[rows["lowest"] <= REACH].reset_index(drop=True)
    rows["pvalue_adjusted"] = rows.groupby("kind")["pvalue"].transform(benjamini_hochberg)
    rows["worse"] = (rows["direction"] < 0) ^ rows["kind"].isin(BETTER_DOWN)
    rows["money"] = rows["customer_id"].map(_money(past, data)).astype(float)
    surest = ["pvalue_adjusted", "pvalue", "customer_id", "kind", "detail"]
    found = rows[rows["pvalue_adjusted"] <= q].sort_values(surest).reset_index(drop=True)
    absent = {
        kind: f"{needs[0]}.{needs[-1]}" for kind, (_, needs) in OPTIONAL.items() if not data.has(*needs)
    }
    return Changes(found[["customer_id", *ROWS]], _tested(rows, found), q, absent)


def _tested(rows: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    grouped = rows.groupby("kind")
    tested = pd.DataFrame({"customers": grouped["customer_id"].nunique(), "tests": grouped.size()})
    for name, sign in (("up", 1), ("down", -1)):
        tested[name] = found[found["direction"] == sign].groupby("kind").size()
    index = pd.Index([kind for kind in KINDS if kind in tested.index], name="kind")
    return tested.reindex(index).fillna(0).astype(int)


def _money(past: pd.DataFrame, data: ClientData) -> pd.Series[float]:
    """Give the period's revenue less what the customer's own history promises for as many days."""
    days = past["t_before"].clip(lower=data.period.days)
    return (past["value_now"] - past["value_before"] / days * data.period.days).astype(float)

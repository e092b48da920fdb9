"""The answers that managers, topics and segments are compared by: one of each client, of enough quarters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from segbook.data.client import ClientData
from segbook.stats.csi.answers import Answers
from segbook.stats.csi.index import MIN_ANSWERS

LONGEST = 4
"""Quarters looked back for enough answers: a year, so that every season is in once."""


@dataclass(frozen=True)
class Window:
    """The last answer of each client in the quarters looked at.

    Parameters
    ----------
    rows
        As in `Answers`, one for each client; answers without a client all.
    quarters
        Their keys, the oldest first: this quarter, or the last two or four when half of the managers (or the
        company) would otherwise have fewer than 20 answers.
    """

    rows: pd.DataFrame
    quarters: tuple[str, ...]


def recent(answers: Answers) -> Window:
    """Choose the quarters that give enough answers, and the last answer of each client in them.

    Examples
    --------
    >>> from segbook.stats.csi.answers import read_answers
    >>> surveys = pd.DataFrame({"customer_id": ["a", "a", "b"], "score": ["9", "2", "8"],
    ...     "survey_date": pd.to_datetime(["2026-04-01", "2026-07-01", "2026-01-01"])})
    >>> made = recent(read_answers(ClientData.of(period="2026Q3", surveys=surveys)))
    >>> made.quarters, made.rows["score"].tolist()
    (('2026Q1', '2026Q2', '2026Q3'), [8, 2])
    """
    tried = [of_quarters(answers, n) for n in (1, 2, LONGEST)]
    return next((made for made in tried if _enough(made.rows)), tried[-1])


def of_quarters(answers: Answers, n: int) -> Window:
    """Give the last answer of each client in the last ``n`` quarters."""
    quarters = tuple(answers.keys[-n:])
    rows = answers.rows[answers.rows["quarter"].isin(quarters)]
    own = rows["customer_id"].isna() | ~rows.duplicated("customer_id", keep="last")
    return Window(rows[own].reset_index(drop=True), quarters)


def _enough(rows: pd.DataFrame) -> bool:
    if "manager" in rows and rows["manager"].notna().any():
        sizes = rows["manager"].value_counts()
        return bool((sizes >= MIN_ANSWERS).mean() >= 0.5)
    return len(rows) >= MIN_ANSWERS


def with_managers(answers: Answers, data: ClientData) -> Answers:
    """Give each answer a manager: its own, else the client's, else the one of the client's last order.

    Parameters
    ----------
    answers
        As read.
    data
        Its ``customers`` and ``orders`` may hold a manager.

    Returns
    -------
    Answers
        With a column ``manager`` in its rows; missing where nobody is known.
    """
    rows = answers.rows.copy()
    manager = rows["manager"] if "manager" in rows else pd.Series(pd.NA, index=rows.index, dtype="str")
    for known in _known_managers(data):
        manager = manager.fillna(rows["customer_id"].map(known))
    rows["manager"] = manager.str.strip().where(manager.str.strip() != "")
    return replace(answers, rows=rows)


def _known_managers(data: ClientData) -> list[pd.Series]:
    found = [data.attributes["manager"].dropna()] if "manager" in data.attributes else []
    if data.has("orders", "manager"):
        orders = data.orders.select("customer_id", "day", "manager").distinct().to_pandas().dropna()
        last = orders.sort_values(["day", "manager"]).drop_duplicates("customer_id", keep="last")
        found.append(last.set_index("customer_id")["manager"])
    return found

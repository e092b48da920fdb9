"""Clients who moved, fell or went silent, what they are worth, and whom to call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.stats.csi.answers import GROUPS, Answers
from segbook.stats.csi.company import SHOWN, records
from segbook.stats.csi.index import count_answers, index_table

KINDS = (
    "fell_to_detract", "first_detract", "still_detract", "fell", "dropped", "silent_low", "silent", "rose",
    "steady", "first",
)  # fmt: skip
"""What happened to a client, the most urgent first."""
TO_CALL = KINDS[:7]
URGENCY = dict(zip(TO_CALL, (0, 0, 0, 1, 1, 2, 3), strict=True))
"""Who is called first: the dissatisfied, then those who fell, then the silent."""
DROP = 0.3
"""Part of the scale by which an answer has dropped when it is worth a call though its group is the same."""
SILENT = 2
"""Quarters without an answer that are a silence, of a client who had answered in two at least; when it is
known who was asked, who was not is not silent."""
YEAR = 365


@dataclass(frozen=True)
class ClientsReview:
    """What clients' answers say about clients.

    Parameters
    ----------
    table
        Index customer_id, every client with an answer in the last twelve quarters; columns kind (one of
        `KINDS`), score, group, survey_date of the last answer, quarters_ago, score_before, group_before,
        date_before of the one before (missing for a first answer), n_answers, name, manager, topic and
        answer of the last answer where the tables have them, revenue (net, of the last 365 days; missing
        without ``orders``).
    calls
        Those of `TO_CALL`, the most urgent by `URGENCY` first, among equals the worthiest.
    moves
        Index group before (``none``: a first answer), columns group now: clients who answered this quarter.
    at_risk
        Index kind of `TO_CALL` that is met; columns customers, revenue, share_revenue (of the year's total).
    history
        Index (customer_id, quarter): counts and mean of every answer, for the JSON.
    """

    table: pd.DataFrame
    calls: pd.DataFrame
    moves: pd.DataFrame
    at_risk: pd.DataFrame
    history: pd.DataFrame

    def content(self) -> dict[str, Any]:
        """Where these numbers stand in the JSON."""
        columns = ["n", *GROUPS, "csi", "mean"]
        flat = self.history[columns].reset_index(level="customer_id")
        ids = flat.pop("customer_id").to_numpy()
        rows, by_client = records(flat), dict[str, list[dict[str, Any]]]()
        for customer, row in zip(ids, rows, strict=True):
            by_client.setdefault(str(customer), []).append(row)
        kinds = self.table["kind"].astype(str)
        return {
            "client": by_client,
            "clients": {"kind": kinds.to_dict(), "moves": self.moves, "at_risk": self.at_risk},
        }


def clients_review(answers: Answers, data: ClientData) -> ClientsReview:
    """Say what happened to every client, and whom to call.

    Parameters
    ----------
    answers
        With managers, as `with_managers` gave them.
    data
        Its ``customers`` give names, its ``orders`` worth.

    Examples
    --------
    >>> from segbook.stats.csi.answers import read_answers
    >>> surveys = pd.DataFrame({"customer_id": ["a", "a", "b"], "score": ["9", "2", "8"],
    ...     "survey_date": pd.to_datetime(["2026-04-01", "2026-07-01", "2026-07-01"])})
    >>> data = ClientData.of(period="2026Q3", surveys=surveys)
    >>> clients_review(read_answers(data), data).table["kind"].to_dict()
    {'a': 'fell_to_detract', 'b': 'first'}
    """
    keys = answers.keys[-SHOWN:]
    rows = answers.rows[answers.rows["customer_id"].notna() & answers.rows["quarter"].isin(keys)]
    table = _last_two(rows, keys)
    table["kind"] = pd.Categorical(_kinds(table, answers), categories=list(KINDS), ordered=True)
    year = _year_revenue(data)
    known = _described(table, data, year)
    calls = known[known["kind"].isin(TO_CALL)]
    calls = calls.assign(urgency=calls["kind"].astype("str").map(URGENCY)).sort_values(
        ["urgency", "revenue", "score", "survey_date"], ascending=[True, False, True, False], kind="stable"
    )
    calls = calls.drop(columns="urgency")
    return ClientsReview(
        table=known,
        calls=calls,
        moves=_moves(known),
        at_risk=_at_risk(calls, year),
        history=_history(rows),
    )


def _history(rows: pd.DataFrame) -> pd.DataFrame:
    return index_table(count_answers(rows, ["customer_id", "quarter"]))


def _last_two(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Give each client's last answer and the one before it."""
    last = rows.drop_duplicates("customer_id", keep="last")
    rest = rows.drop(index=last.index).drop_duplicates("customer_id", keep="last").set_index("customer_id")
    table = last.set_index("customer_id").sort_index()
    place = {key: len(keys) - 1 - number for number, key in enumerate(keys)}
    table = table.assign(
        quarters_ago=table["quarter"].map(place).astype(int),
        score_before=rest["score"],
        group_before=rest["group"],
        date_before=rest["survey_date"],
        n_answers=rows["customer_id"].value_counts(),
    )
    return table.drop(columns="quarter")


def _kinds(table: pd.DataFrame, answers: Answers) -> np.ndarray:
    rank = {name: -place for place, name in enumerate(GROUPS)}
    step = table["group"].map(rank).astype(float) - table["group_before"].map(rank).astype(float)
    low, first = table["group"] == "detract", table["group_before"].isna()
    silent = (table["quarters_ago"] >= SILENT) & (table["n_answers"] >= 2)
    if answers.approached is not None:
        silent &= table.index.isin(answers.approached)
    now = table["quarters_ago"] == 0
    far = (table["score_before"] - table["score"]) >= DROP * (
        answers.scale.scale[1] - answers.scale.scale[0] + 1
    )
    tests = {
        "silent_low": silent & (table["group"] != "attract"),
        "silent": silent,
        "fell_to_detract": now & low & (step < 0),
        "first_detract": now & low & first,
        "still_detract": now & low,
        "fell": now & (step < 0),
        "dropped": now & far,
        "rose": now & (step > 0),
        "first": first,
    }
    return np.select([each.to_numpy(dtype=bool) for each in tests.values()], list(tests), default="steady")


def _year_revenue(data: ClientData) -> pd.Series:
    """Give each customer's net revenue of the last 365 days; nothing without orders."""
    if "orders" not in data.tables:
        return pd.Series(dtype=float, name="revenue")
    orders = data.orders.filter(data.orders.day > ibis.literal(data.period.end - timedelta(days=YEAR)))
    sums = orders.group_by("customer_id").agg(revenue=orders.amount.sum()).to_pandas()
    return pd.Series(sums.set_index("customer_id")["revenue"].astype(float))


def _described(table: pd.DataFrame, data: ClientData, year: pd.Series) -> pd.DataFrame:
    worth = year.reindex(table.index)
    if "orders" in data.tables:
        worth = worth.fillna(0.0)
    table = table.assign(revenue=worth)
    for column in ("name", "phone"):
        if column in data.attributes:
            table[column] = data.attributes[column].reindex(table.index)
    ordered = ["name", "phone", "manager", "topic", "answer"]
    return table[
        [*[each for each in table if each not in ordered], *[each for each in ordered if each in table]]
    ]


def _moves(table: pd.DataFrame) -> pd.DataFrame:
    now = table[table["quarters_ago"] == 0]
    before = now["group_before"].fillna("none")
    crossed = pd.crosstab(before, now["group"])
    made: pd.DataFrame = crossed.reindex(index=[*GROUPS, "none"], columns=list(GROUPS), fill_value=0)
    return made.rename_axis(index="before", columns="now")


def _at_risk(calls: pd.DataFrame, year: pd.Series) -> pd.DataFrame:
    grouped = calls.groupby("kind", observed=True)
    total = float(year.sum())
    made = pd.DataFrame({"customers": grouped.size(), "revenue": grouped["revenue"].sum(min_count=1)})
    return made.assign(share_revenue=made["revenue"] / total if total > 0 else np.nan)

"""Whom the managers should call, why, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from segbook.data.client import ClientData
from segbook.models import configure
from segbook.movement.change import CONTENTMENT, Changes
from segbook.movement.due import due_dates
from segbook.movement.migration import GONE, NEWCOMER, Migration
from segbook.movement.replenishment import SURE, Replenishment
from segbook.stats.contacts import contacts
from segbook.stats.csi.answers import customer_answers

REASONS: dict[str, tuple[int, float]] = {
    "complaints": (2, 1.0),
    "satisfaction": (2, 1.0),
    "detract": (2, 1.0),
    "fell_class": (3, 1.0),
    "lost": (7, 0.9),
    "at_risk": (5, 1.0),
    "frequency": (5, 1.0),
    "silence": (5, 1.0),
    "amount": (7, 1.0),
    "content": (7, 1.0),
    "slowing": (7, 0.7),
    "overdue": (3, 0.8),
    "reactivated": (14, 0.2),
    "newcomer": (10, 0.2),
    "rose_class": (21, 0.1),
}
"""Reason to the days until it is due, and how much its money weighs in the ranking.

Money about to be lost counts in full; money gained, which a call only secures, counts less.
"""
GAINED = ("reactivated", "newcomer", "rose_class")
"""Reasons whose money came in and is to be secured; that of the others is being lost."""
VALUE_MODELS = ("clv", "abc")
"""Models whose best class deserves a call when somebody leaves it or enters it; the first there is."""
COLUMNS = (
    "customer_id", "name", "manager", "reason", "model", "origin", "target", "detail", "before", "now",
    "money", "due_date", "also", "score",
)  # fmt: skip


@dataclass(frozen=True)
class Tasks:
    """One task for each customer who needs attention, the most money first.

    Parameters
    ----------
    rows
        Columns `COLUMNS`: ``reason`` (of `REASONS`), the move by ``model`` from ``origin`` to ``target``
        (empty where the reason is not a move), ``detail`` (category or products), ``before`` and ``now`` of
        the number that changed (revenue of the periods; for frequency purchase days a month; for silence days
        of the usual gap and of the silence; for content shares; for overdue the usual gap and the days since
        the last purchase), ``money`` at stake (client currency), ``due_date``, ``also`` (other reasons,
        joined by spaces), ``score`` (money as the ranking weighs it).
    small
        The same of customers with less than ``least`` at stake, for a mailing rather than a manager; no
        ``due_date``.
    least
        Client currency.
    per_day
        Tasks a manager does in a working day, as the dates suppose.
    """

    rows: pd.DataFrame
    small: pd.DataFrame
    least: float
    per_day: int

    @property
    def last_due(self) -> pd.Timestamp:
        """When the last task is due; NaT when there is none."""
        last: pd.Timestamp = self.rows["due_date"].max()
        return last

    @property
    def late(self) -> bool:
        """Whether somebody's list takes longer than the most patient of the reasons allows."""
        weeks = max(days for days, _ in REASONS.values()) // 7
        longest = self.rows.groupby("manager").size().max() if len(self.rows) else 0
        return bool(longest > weeks * 5 * self.per_day)

    @property
    def reasons(self) -> pd.DataFrame:
        """Tasks by reason: index reason; ``customers``, ``money``, ``score``; what weighs most first."""
        grouped = self.rows.groupby("reason")
        sums = grouped[["money", "score"]].sum()
        sums.insert(0, "customers", grouped.size())
        return sums.sort_values("score", ascending=False, kind="stable")

    @property
    def managers(self) -> dict[str, pd.DataFrame]:
        """The tasks of each manager, in the same order; empty when no manager is known."""
        known = self.rows[self.rows["manager"] != ""]
        return {str(name): rows for name, rows in known.groupby("manager")}

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON, without the list."""
        facts = {
            "customers": len(self.rows), "money": float(self.rows["money"].sum()), "least": self.least,
            "per_day": self.per_day, "last_due": self.last_due,
            "small": {"customers": len(self.small), "money": float(self.small["money"].sum())},
        }  # fmt: skip
        return {"tasks": {**facts, "reasons": self.reasons.drop(columns="score")}}


def make_tasks(
    data: ClientData,
    migrations: Mapping[str, Migration],
    changes: Changes,
    needed: Replenishment | None = None,
) -> Tasks:
    """Gather what calls for a manager, one task for each customer.

    Parameters
    ----------
    data
        One client and period.
    migrations
        Key of the model to `Migration`; ``lifecycle``, ``clv`` and ``abc`` are looked at.
    changes
        Of `behaviour_changes`.
    needed
        Of `replenishment`.

    Returns
    -------
    Tasks

    Notes
    -----
    The reason that weighs most, by money and urgency, is the task; the others stand in ``also``. The
    dates are those of `due_dates`. Whoever merely spent less than in the period before
    (``slowing``) is a task after a silence of more than the own rhythm of the lifecycle: one order that did
    not happen to fall into the period is no news. Who counts as lost is one after a silence longer than any
    before: others have come back from such a pause.
    """
    fresh = data.customers["first_known_date"] >= pd.Timestamp(data.period.start)
    found = [
        *_moves(migrations, fresh[fresh].index, _unusually_silent(data)),
        _changes(changes, data),
        _answers(data),
    ]
    if needed is not None:
        found.append(_overdue(needed, data))
    best = _heaviest(pd.concat([each for each in found if len(each)] or found[:1], ignore_index=True))
    people = contacts(data).reindex(best["customer_id"])
    best["name"] = people["name"].to_numpy()
    best["manager"] = people["manager"].fillna("").astype(str).to_numpy() if "manager" in people else ""
    least, per_day = _least(data), data.params.movement.tasks_per_day
    enough = best["money"] >= least
    main, small = (best[which].reset_index(drop=True) for which in (enough, ~enough))
    days = main["reason"].map({name: days for name, (days, _) in REASONS.items()})
    main["due_date"] = due_dates(data.period.end, days, main["manager"], per_day, data.params.country)
    return Tasks(main[list(COLUMNS)], small.reindex(columns=COLUMNS).drop(columns="due_date"), least, per_day)


def _least(data: ClientData) -> float:
    """Give the money from which a call pays: as the client says, else a usual purchase."""
    given = data.params.movement.least_money
    if given is not None:
        return given
    bought = data.customers[data.customers["n_order_days"] > 0]
    usual = (bought["amount_sum"] / bought["n_order_days"]).median()
    return max(float(usual), 0.0) if len(bought) else 0.0


def _heaviest(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep each customer's heaviest reason, and name the others beside it."""
    rows = rows[rows["money"] > 0]
    weight = rows["reason"].map({name: weight for name, (_, weight) in REASONS.items()})
    rows = rows.assign(score=rows["money"] * weight.astype(float))
    by = ["score", "customer_id", "reason"]
    rows = rows.sort_values(by, ascending=[False, True, True], kind="stable")
    listed: dict[str, list[str]] = {}
    for customer, reason in zip(rows["customer_id"], rows["reason"], strict=True):
        listed.setdefault(customer, []).append(reason)
    best = rows.drop_duplicates("customer_id").reset_index(drop=True)
    others = [" ".join(dict.fromkeys(listed[customer][1:])) for customer in best["customer_id"]]
    return best.assign(also=others)


def _unusually_silent(data: ClientData) -> dict[str, pd.Index]:
    """Give who may be a task by silence: slowing, longer than usual; lost, longer than ever before."""
    lifecycle: Any = configure(data.params)["lifecycle"]
    people = data.customers
    silence = people["recency_days"]
    longest = people["gap_max"].fillna(0.0)
    return {
        "slowing": people.index[silence > lifecycle.rhythm_days(people)],
        "lost": people.index[silence > longest],
    }


def _moves(
    migrations: Mapping[str, Migration], fresh: pd.Index, silent: Mapping[str, pd.Index]
) -> list[pd.DataFrame]:
    found = []
    value = next((migrations[key] for key in VALUE_MODELS if key in migrations), None)
    if value is not None:
        best = value.segments[0]
        people = value.customers
        # Under the new cut-offs too: the same report must not call a customer VIP and no longer VIP.
        left = (people["origin"] == best) & (people["target"] != best) & (people["recut"] != best)
        reached = people["target"].eq(best) & people["recut"].eq(best)
        new = people.index.isin(fresh)
        came = reached & ~people["origin"].isin([best, NEWCOMER]) & ~new
        found += [_move(value, left, "fell_class"), _move(value, came, "rose_class")]
        found.append(_move(value, reached & new, "newcomer"))
    if "lifecycle" in migrations:
        stages = migrations["lifecycle"]
        people, target = stages.customers, stages.customers["target"]
        alive = ~people["origin"].isin(["lost", "lead", NEWCOMER])
        for reason in ("at_risk", "lost", "slowing", "reactivated"):
            entered = target.eq(reason) & people["origin"].ne(reason)
            entered &= people.index.isin(silent.get(reason, people.index))
            found.append(_move(stages, entered & (alive | (reason == "reactivated")), reason))
        found.append(_move(stages, target.eq(GONE) & alive, "lost"))
    return found


def _move(moved: Migration, which: pd.Series, reason: str) -> pd.DataFrame:
    """Give one reason's customers; at stake is the revenue they took away, or what they brought."""
    people = moved.customers[which & (moved.customers["origin"] != moved.customers["target"])]
    # Nobody takes away more than they brought: a return on top was the period before's money.
    lost = (people["before"] - people["now"]).clip(upper=people["before"])
    money = people["now"] if reason in GAINED else lost
    frame = people[["origin", "target", "before", "now"]].assign(
        reason=reason, model=moved.model, detail="", money=money
    )
    return frame.rename_axis("customer_id").reset_index()


def _changes(changes: Changes, data: ClientData) -> pd.DataFrame:
    """Give the changes for the worse: in how often, how much and what is bought, and in contentment.

    Of a change in purchases the missing revenue is at stake, of one in contentment all the customer brings.
    """
    found = changes.found[changes.found["worse"]]
    money = (-found["money"]).where(
        ~found["kind"].isin(CONTENTMENT), found["customer_id"].map(_brought(data))
    )
    rows = found.assign(money=money)[money > 0].drop_duplicates(["customer_id", "kind"])
    return rows[["customer_id", "detail", "before", "now", "money"]].assign(
        reason=rows["kind"], model="", origin="", target=""
    )


def _brought(data: ClientData) -> pd.Series[float]:
    """Give what each customer brought in the better of the two periods."""
    return data.customers[["period_amount", "previous_amount"]].max(axis=1)


def _overdue(needed: Replenishment, data: ClientData) -> pd.DataFrame:
    """Give customers whose own rhythm, or device, says that they should have ordered by now."""
    pairs = needed.pairs
    if pairs.empty:
        return pd.DataFrame()
    rows = pairs[(pairs["status"] == "overdue") & pairs["source"].isin(SURE)]
    rows = rows.sort_values("value", ascending=False, kind="stable")
    silent = (pd.Timestamp(data.period.end) - rows["last_date"]).dt.days
    grouped = rows.assign(silent=silent).groupby("customer_id", sort=False)
    frame = grouped.agg(
        detail=("product", lambda names: ", ".join(names.head(3))),
        before=("rhythm_days", "first"),
        now=("silent", "first"),
        money=("value", "sum"),
    )
    return frame.reset_index().assign(reason="overdue", model="", origin="", target="")


def _answers(data: ClientData) -> pd.DataFrame:
    """Give customers whose last answer in the period detracts, and the one before it did not."""
    if not data.has("surveys", "customer_id", "survey_date", "score"):
        return pd.DataFrame()
    rows = customer_answers(data)[["customer_id", "survey_date", "score"]].copy()
    rows["previous"] = rows.groupby("customer_id")["score"].shift()
    last = rows.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    low, high = data.params.surveys.detract
    detracts = last["score"].between(low, high) & ~last["previous"].between(low, high)
    bad = last[detracts & (last["survey_date"] >= pd.Timestamp(data.period.start))]
    frame = pd.DataFrame(
        {"before": bad["previous"], "now": bad["score"], "money": _brought(data).reindex(bad.index)}
    )
    frame = frame.assign(detail="", reason="detract", model="", origin="", target="")
    return frame.rename_axis("customer_id").reset_index()

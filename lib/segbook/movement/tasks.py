"""Whom the managers should call, why, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.movement.change import Changes
from segbook.movement.due import due_dates
from segbook.movement.migration import Flow, Migration
from segbook.movement.reasons import DISSATISFIED, GAINED, REASONS, SHORTFALL, STAGES, reasons_found
from segbook.movement.replenishment import Replenishment
from segbook.movement.retention import FEW
from segbook.stats.contacts import contacts

COLUMNS = (
    "customer_id", "name", "manager", "reason", "model", "origin", "target", "detail", "before", "now",
    "money", "missing", "due_date", "also", "score",
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
        of the usual gap and of the silence; for content shares; missing for overdue, where ``detail`` says
        it of each product), ``money`` at stake (client currency), ``missing`` (what of it already failed to
        come: the fall of revenue, or what the habit promised; 0 for `GAINED`), ``due_date``, ``also`` (other
        reasons, joined by spaces), ``score`` (money as the ranking weighs it).
    small
        The same of customers with less than ``least`` at stake, for a mailing rather than a manager; no
        ``due_date``, and nobody dissatisfied.
    least
        Client currency.
    per_day
        Tasks a manager does in a working day, as the dates suppose.
    end
        Day the dates are counted from: the last of the period.
    past
        What became of the like a period ago: index reason (a stage of the lifecycle), columns ``entered``
        (customers who entered that stage in the period before), ``bought`` (share of them who bought in this
        period, 0 to 1). Stages fewer than `FEW` entered are left out.
    """

    rows: pd.DataFrame
    small: pd.DataFrame
    least: float
    per_day: int
    end: date
    past: pd.DataFrame

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

    @property
    def sums(self) -> dict[str, float]:
        """Money of all tasks, in parts that add up to it.

        ``missing`` failed to come, ``dissatisfied`` is what the dissatisfied bring beyond that, ``due`` is
        ordered as usual but late, ``gained`` came in.
        """
        rest = self.rows["money"] - self.rows["missing"]
        unhappy, gained = (self.rows["reason"].isin(which) for which in (DISSATISFIED, GAINED))
        sums = {"dissatisfied": rest[unhappy], "due": rest[~unhappy & ~gained], "gained": rest[gained]}
        missing = float(self.rows["missing"].sum())
        return {"missing": missing, **{name: float(each.sum()) for name, each in sums.items()}}

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON, without the list."""
        facts = {
            "customers": len(self.rows), "money": float(self.rows["money"].sum()), **self.sums,
            "least": self.least, "per_day": self.per_day, "last_due": self.last_due,
            "small": {"customers": len(self.small), "money": float(self.small["money"].sum())},
        }  # fmt: skip
        return {"tasks": {**facts, "reasons": self.reasons.drop(columns="score"), "past": self.past}}


def make_tasks(
    data: ClientData,
    migrations: Mapping[str, Migration],
    changes: Changes,
    needed: Replenishment | None = None,
    stages: Flow | None = None,
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
    stages
        Of `flow` by the lifecycle, three dates or more: tells what became of the like a period ago.

    Returns
    -------
    Tasks

    Notes
    -----
    The reason that weighs most, by money and urgency, is the task; the others stand in ``also``. The
    dates are those of `due_dates`. Whoever merely spent less than in the period before
    (``slowing``) is a task after a silence of more than the own rhythm of the lifecycle: one order that did
    not happen to fall into the period is no news. Who counts as lost is one after a silence longer than any
    before: others have come back from such a pause. At stake is the revenue that failed to come, of the
    dissatisfied all they bring, of an order due its usual sum where those are more; of `GAINED` what came.
    """
    rows = reasons_found(data, migrations, changes, needed)
    best = _heaviest(_at_stake(rows, data))
    people = contacts(data).reindex(best["customer_id"])
    best["name"] = people["name"].to_numpy()
    best["manager"] = people["manager"].fillna("").astype(str).to_numpy() if "manager" in people else ""
    least, per_day = _least(data), data.params.movement.tasks_per_day
    enough = (best["money"] >= least) | best["reason"].isin(DISSATISFIED)
    main, small = (best[which].reset_index(drop=True) for which in (enough, ~enough))
    days = main["reason"].map({name: days for name, (days, _) in REASONS.items()})
    main["due_date"] = due_dates(data.period.end, days, main["manager"], per_day, data.params.country)
    small = small.reindex(columns=COLUMNS).drop(columns="due_date")
    past = _past(data, stages)
    return Tasks(main[list(COLUMNS)], small, least, per_day, data.period.end, past)


def _past(data: ClientData, stages: Flow | None) -> pd.DataFrame:
    """Look back at who entered a stage in the period before: how many bought in this one."""
    dates = list(stages.segments) if stages is not None else []
    rows: dict[str, dict[str, float]] = {}
    if stages is not None and len(dates) >= 3:
        earlier, then = (stages.segments[name].astype(object) for name in dates[-3:-1])
        bought = data.customers["period_order_days"].reindex(then.index).fillna(0) > 0
        for reason in STAGES:
            entered = then.eq(reason) & earlier.ne(reason) & earlier.notna()
            if entered.sum() >= FEW:
                rows[reason] = {"entered": int(entered.sum()), "bought": float(bought[entered].mean())}
    made = pd.DataFrame.from_dict(rows, orient="index", columns=["entered", "bought"])
    return made.rename_axis("reason").astype({"entered": int, "bought": float})


def _least(data: ClientData) -> float:
    """Give the money from which a call pays: as the client says, else a usual purchase."""
    given = data.params.movement.least_money
    if given is not None:
        return given
    bought = data.customers[data.customers["n_order_days"] > 0]
    usual = (bought["amount_sum"] / bought["n_order_days"]).median()
    return max(float(usual), 0.0) if len(bought) else 0.0


def _at_stake(rows: pd.DataFrame, data: ClientData) -> pd.DataFrame:
    """Say what of the money already failed to come, and put at stake no less than that.

    Nobody takes away more than they brought: a return on top was the period before's money. Money of `GAINED`
    came in, so whoever brought more before is none of them.
    """
    people = data.customers.reindex(rows["customer_id"])
    before, now = (people[name].to_numpy(dtype=float) for name in ("previous_amount", "period_amount"))
    fall = np.clip(before - now, 0, np.maximum(before, 0))
    gained = rows["reason"].isin(GAINED).to_numpy()
    least = np.fmax(rows["money"].to_numpy(dtype=float), fall)
    shortfall = np.where(rows["reason"].isin(SHORTFALL), least, fall)
    return rows.assign(
        missing=np.where(gained, 0.0, shortfall), money=np.where(gained, now * (now > before), least)
    )


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

"""Why a customer needs a manager: everything that calls for one, before it becomes a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.models import configure
from segbook.movement.change import CONTENTMENT, Changes
from segbook.movement.migration import GONE, NEWCOMER, Migration
from segbook.movement.replenishment import SURE, Replenishment
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
SHORTFALL = ("frequency", "silence", "amount", "content")
"""Reasons whose money is what the customer's habit promised and did not come."""
DISSATISFIED = ("complaints", "satisfaction", "detract")
"""Reasons for which a mailing will not do, however little is at stake."""
STAGES = ("at_risk", "lost", "slowing", "reactivated")
"""Reasons that are stages of the lifecycle, for whoever enters them."""
VALUE_MODELS = ("clv", "abc")
"""Models whose best class deserves a call when somebody leaves it or enters it; the first there is."""


def reasons_found(
    data: ClientData,
    migrations: Mapping[str, Migration],
    changes: Changes,
    needed: Replenishment | None = None,
) -> pd.DataFrame:
    """Give every reason to call a customer; one customer may have several.

    Parameters
    ----------
    data, migrations, changes, needed
        As in `segbook.movement.tasks.make_tasks`.

    Returns
    -------
    DataFrame
        Columns customer_id, reason, model, origin, target, detail, before, now, money as in
        `segbook.movement.tasks.Tasks`; of moves the money is left to the list.
    """
    fresh = data.customers["first_known_date"] >= pd.Timestamp(data.period.start)
    found = [
        *_moves(migrations, fresh[fresh].index, _unusually_silent(data)),
        _changes(changes, data),
        _answers(data),
    ]
    if needed is not None:
        found.append(_overdue(needed, data))
    return pd.concat([each for each in found if len(each)] or found[:1], ignore_index=True)


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
        for reason in STAGES:
            entered = target.eq(reason) & people["origin"].ne(reason) & (alive | (reason == "reactivated"))
            if reason == "lost":
                # Lost already, but the money of the period before is missing only now.
                entered |= target.eq("lost") & people["origin"].eq("lost") & (people["before"] > 0)
            found.append(_move(stages, entered & people.index.isin(silent.get(reason, people.index)), reason))
        found.append(_move(stages, target.eq(GONE) & alive, "lost"))
    return found


def _move(moved: Migration, which: pd.Series, reason: str) -> pd.DataFrame:
    """Give one reason's customers; what is at stake is what they took away, or brought."""
    frame = moved.customers.loc[which, ["origin", "target", "before", "now"]].assign(
        reason=reason, model=moved.model, detail="", money=0.0
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
    """Give customers whose own rhythm, or device, says that they should have ordered by now.

    Whoever bought something else since the day a product was expected needs no reminder of the shop.
    """
    pairs = needed.pairs
    if pairs.empty:
        return pd.DataFrame()
    rows = pairs[(pairs["status"] == "overdue") & pairs["source"].isin(SURE)]
    seen = data.customers["last_order_date"].reindex(rows["customer_id"]).to_numpy()
    rows = rows[seen < rows["expected_date"].to_numpy()].sort_values("value", ascending=False, kind="stable")
    silent = (pd.Timestamp(data.period.end) - rows["last_date"]).dt.days
    gap = rows["rhythm_days"].round().astype(int).astype(str)
    rows = rows.assign(detail=rows["product"] + " — " + gap + "/" + silent.astype(str))
    grouped = rows.groupby("customer_id", sort=False)
    frame = grouped.agg(detail=("detail", lambda told: "; ".join(told.head(3))), money=("value", "sum"))
    return frame.reset_index().assign(
        reason="overdue", model="", origin="", target="", before=np.nan, now=np.nan
    )


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
    top = str(data.params.surveys.scale[1])
    frame = frame.assign(detail=top, reason="detract", model="", origin="", target="")
    return frame.rename_axis("customer_id").reset_index()

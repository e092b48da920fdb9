"""Tables of who stays, what is due, and what the base will bring."""

from __future__ import annotations

import pandas as pd

from segbook.movement import Churn, Cohorts, Lifetime, Replenishment, Worth
from segbook.movement.replenishment import SURE
from segbook.show.result_tables.movement import described, period_name
from segbook.show.result_tables.register import tables_of
from segbook.show.tables import Column, Table
from segbook.words.i18n import Texts
from segbook.words.labels import label


@tables_of.register
def _(result: Churn, texts: Texts) -> list[Table]:
    frame = result.stages.reset_index()
    frame["stage"] = [stage_name(str(each), texts) for each in frame["stage"]]
    frame = frame[["stage", "customers", "churned", "rate", "ci_lower", "ci_upper", "revenue"]]
    frame = frame.rename(columns={"revenue": "their_revenue"})
    every = result.periods.reset_index()
    every["period"] = [period_name(str(each), texts) for each in every["period"]]
    every["stage"] = [stage_name(str(each), texts) for each in every["stage"]]
    return [
        Table("churn", texts.t("movement.churn.title"), frame, described(frame, texts)),
        Table("churn_by_period", texts.t("movement.churn.by_period"), every, described(every, texts)),
    ]


def stage_name(stage: str, texts: Texts) -> str:
    """Name a stage of the lifecycle, or all of them together."""
    return texts.t("movement.churn.all") if stage == "all" else label("lifecycle", stage, texts)


def cohort_name(day: pd.Timestamp, unit: str, texts: Texts) -> str:
    """Name a month, or a quarter by its number and year."""
    if unit == "month":
        return texts.month(day)
    return texts.t("report.periods.quarter", number=(day.month + 2) // 3, year=day.year)


@tables_of.register
def _(result: Cohorts, texts: Texts) -> list[Table]:
    frame = result.shares.reset_index(names="cohort")
    frame["cohort"] = [cohort_name(day, result.unit, texts) for day in frame["cohort"]]
    frame.insert(1, "customers", result.customers.to_numpy(dtype=int))
    frame.columns = pd.Index([str(name) for name in frame.columns])
    shown = described(["cohort", "customers"], texts)
    shown |= {str(k): Column(str(k), "percent") for k in result.bought.columns}
    return [Table("cohorts", texts.t(f"movement.cohorts.{result.unit}"), frame, shown)]


@tables_of.register
def _(result: Lifetime, texts: Texts) -> list[Table]:
    frame = result.marks.reset_index()
    frame = frame[["days", "survival", "ci_lower", "ci_upper"]] if len(frame) else frame
    return [Table("lifetime", texts.t("movement.lifetime.title"), frame, described(frame, texts))]


@tables_of.register
def _(result: Replenishment, texts: Texts) -> list[Table]:
    counts = result.counts[result.counts["pairs"] > 0].reset_index()
    counts["status"] = [texts.t(f"movement.replenishment.statuses.{each}") for each in counts["status"]]
    counts = counts.rename(columns={"value": "usual_sum"})
    title = texts.t("movement.replenishment.title")
    supplies = not result.pairs.empty and result.pairs["source"].eq("device").any()
    note = texts.t(f"movement.replenishment.{'note_supplies' if supplies else 'note'}")
    first = Table("replenishment", title, counts, described(counts, texts), note)
    if result.pairs.empty:
        return [first]
    names = [
        "customer_id", "product", "status", "n", "last_date", "rhythm_days", "source", "expected_date",
        "from_date", "to_date", "value",
    ]  # fmt: skip
    # By the product's rhythm alone a forecast is too weak for a list of its own.
    pairs = result.pairs.loc[result.pairs["source"].isin(SURE), names].copy()
    status = pairs["status"].copy()
    for column, topic in (("status", "statuses"), ("source", "sources")):
        words = {each: texts.t(f"movement.replenishment.{topic}.{each}") for each in pairs[column].unique()}
        pairs[column] = pairs[column].map(words)
    return [
        first,
        *(_ranked(each, pairs[status.eq(each)], texts) for each in ("overdue", "due")),
        Table("replenishment_all", texts.t("movement.replenishment.all"), pairs, described(pairs, texts)),
    ]


def _ranked(status: str, pairs: pd.DataFrame, texts: Texts) -> Table:
    """Give the pairs of one status, the most valuable first."""
    names = [
        "customer_id", "product", "last_date", "rhythm_days", "expected_date", "from_date", "to_date", "value"
    ]  # fmt: skip
    frame = pairs.sort_values("value", ascending=False, kind="stable")[names]
    return Table(status, texts.t(f"movement.replenishment.list_{status}"), frame, described(frame, texts))


@tables_of.register
def _(result: Worth, texts: Texts) -> list[Table]:
    held = result.held
    tables = []
    if held is not None:
        frame = held.figures.reset_index(names="row")
        frame["row"] = [texts.t(f"movement.worth.rows.{each}") for each in frame["row"]]
        note = texts.t("movement.worth.note", split=held.split, days=held.days)
        tables.append(Table("holdout", texts.t("movement.worth.title"), frame, described(frame, texts), note))
    people = result.customers.sort_values("clv", ascending=False, kind="stable").reset_index()
    people["segment"] = [label("clv", each, texts) for each in people["segment"]]
    worth = "clv_margin" if result.params["value"] == "margin" else "clv"
    names = ["customer_id", "segment", worth, "p_alive", "expected_purchases", "expected_value"]
    sound = result.checks["converged"]
    doubtful = set() if sound else {"p_alive", "expected_purchases"}
    doubtful |= set() if result.checks["close"] and sound else {worth, "expected_value"}
    names = [name for name in names if name not in doubtful]
    unit = "months" if result.params["horizon_days"] is None else "days"
    ahead = texts.t(f"movement.worth.in_{unit}_short", **{unit: result.params[f"horizon_{unit}"]})
    frame = people.rename(columns={"clv": worth})[names]
    title = texts.t(f"movement.worth.{'list' if sound else 'order'}")
    return [*tables, Table("clv_customers", title, frame, described(names, texts, ahead))]

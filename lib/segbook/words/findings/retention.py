"""Who stays, what is due, and what the base will bring."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from segbook.movement import Churn, Cohorts, Lifetime, Replenishment, Worth
from segbook.movement.replenishment import LEVEL
from segbook.movement.retention import FEW
from segbook.movement.worth import CORRELATED
from segbook.stats.clv.timing import window
from segbook.words.findings.finding import Finding, Label, Phrases, findings

OFTEN = 0.25
"""Share of the lost who come back in one period from which being lost is rather a long pause; a choice."""


def _row(frame: pd.DataFrame, name: object) -> dict[str, Any]:
    return {str(column): frame[column].to_dict()[name] for column in frame}


@findings.register
def _(result: Churn) -> list[Finding]:
    stages = result.stages
    values = _row(stages, "all")
    sure = stages.drop("all")
    sure = sure[sure["customers"] >= FEW]
    if not values["customers"] or sure.empty:
        return []
    worst = str(sure["rate"].idxmax())
    values |= {
        "stage": Label(f"lifecycle.segments.{worst}.label", worst),
        "stage_rate": float(sure["rate"].to_dict()[worst]),
        "customers": int(values["customers"]),
        "churned": int(values["churned"]),
    }
    said = [Finding("movement.churn.finding", values, 0.7, "churn"), *_against_before(result)]
    back = dict(result.returned)
    if back["lost"] >= FEW:
        said.append(Finding("movement.churn.returned", back, 0.0, "churn"))
        if back["ci_lower"] > OFTEN:
            said.append(Finding("movement.churn.patience", back, 0.0, "churn"))
    return said


def _against_before(result: Churn) -> list[Finding]:
    compared = result.against_before
    if not compared:
        return []
    kind = "worse" if compared["ci_lower"] > 0 else "better" if compared["ci_upper"] < 0 else "same"
    importance = {"worse": 0.72, "better": 0.4, "same": 0.0}[kind]
    return [Finding(f"movement.churn.{kind}", compared, importance, "churn")]


@findings.register
def _(result: Cohorts) -> list[Finding]:
    compared = result.second_unit
    if not compared:
        return []
    kind = "better" if compared["ci_lower"] > 0 else "worse" if compared["ci_upper"] < 0 else "same"
    importance = {"better": 0.4, "worse": 0.75, "same": 0.0}[kind]
    return [Finding(f"movement.cohorts.{kind}", compared, importance, "cohorts")]


@findings.register
def _(result: Lifetime) -> list[Finding]:
    if np.isfinite(result.median["median"]):
        key = "movement.lifetime.once" if result.step > 0.5 else "movement.lifetime.median"
        return [Finding(key, result.median | {"spread": _spread(result.median)}, 0.2, "lifetime")]
    if result.marks.empty:
        return []
    days = int(result.marks.index[-1])
    values = {"days": days, **_row(result.marks, days)}
    return [Finding("movement.lifetime.no_median", values, 0.2, "lifetime")]


def _spread(median: dict[str, float]) -> Phrases:
    lower, upper = median["ci_lower"], median["ci_upper"]
    if not np.isfinite(lower):
        kind = "unknown"
    elif not np.isfinite(upper):
        kind = "at_least"
    else:
        kind = "between" if lower < upper else "exact"
    return Phrases(((f"movement.lifetime.spread.{kind}", median),))


@findings.register
def _(result: Replenishment) -> list[Finding]:
    if not result.has_product:
        return [Finding("movement.replenishment.no_product", {}, 0.0, "replenishment")]
    if result.pairs.empty:
        return [Finding("movement.replenishment.none", {}, 0.0, "replenishment")]
    said = []
    overdue = _row(result.counts, "overdue")
    if overdue["pairs"]:
        said.append(Finding("movement.replenishment.finding", overdue, 0.65, "replenishment"))
    tested = result.back_test
    enough = tested is not None and tested["n"] >= FEW
    key = "movement.replenishment.tested" if enough else "movement.replenishment.untested"
    said.append(Finding(key, {"level": LEVEL, **tested} if tested and enough else {}, 0.0, "replenishment"))
    if tested and enough and tested["came"] < 0.5:
        said.append(Finding("movement.replenishment.few", {}, 0.0, "replenishment"))
    return said


@findings.register
def _(result: Worth) -> list[Finding]:
    figures, checks = result.figures | {"limit": CORRELATED}, result.checks
    whole = "months" if result.params["horizon_days"] is None else "days"
    figures["months"] = result.params["horizon_months"]
    doubt = "boundary" if not checks["converged"] else "missed" if not checks["close"] else ""
    said = [
        Finding(f"movement.worth.withheld.{doubt}", {}, 0.3, "worth")
        if doubt
        else Finding(f"movement.worth.in_{whole}", figures, 0.85, "worth")
    ]
    if checks["ranks"] and not doubt:
        of_what = Label(f"movement.worth.of_{result.params['value']}", "")
        said.append(Finding("movement.worth.vip", figures | {"of_what": of_what}, 0.25, "worth"))
    if checks["converged"]:
        said.append(Finding("movement.worth.alive", figures, 0.0, "worth"))
    said += _tested(result)
    kind = "independent" if checks["independent"] else "dependent"
    said.append(Finding(f"movement.worth.{kind}", figures, 0.0, "worth"))
    if result.params["timing"] == "bg_bb":
        said.append(Finding("movement.worth.windows", {"days": window("bg_bb")}, 0.0, "worth"))
    return said


def _tested(result: Worth) -> list[Finding]:
    checks, held = result.checks, result.held
    if held is None:
        return [Finding("movement.worth.unheld", {}, 0.0, "worth")]
    mae = held.figures["mae"].to_dict()
    errors = {
        "days": held.days,
        **{name: held.error(name) for name in ("model", "naive")},
        **{f"{name}_revenue": held.error(name, "revenue") for name in ("model", "naive")},
        **{f"{name}_mae": mae[name] for name in ("model", "naive")},
    }
    said = [Finding("movement.worth.tested", errors, 0.0, "worth")]
    said.append(Finding(f"movement.worth.{'better' if checks['better'] else 'worse'}", errors, 0.0, "worth"))
    if abs(errors["naive_revenue"]) < abs(errors["model_revenue"]):
        said.append(Finding("movement.worth.plain_closer", errors, 0.0, "worth"))
    shares = held.figures["top_share"].to_dict()
    ranks = {"top": shares["model"], "naive_top": shares["naive"]}
    key = "movement.worth.ranks" if checks["ranks"] else "movement.worth.no_ranks"
    said.append(Finding(key, ranks, 0.0, "worth"))
    return said

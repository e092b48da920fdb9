"""Who stays, what is due, and what the base will bring."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from segbook.movement import Churn, Cohorts, Lifetime, Replenishment, Worth
from segbook.words.findings.finding import Finding, Label, findings

FEW = 20
"""Customers of a stage, or forecasts, below which nothing is said of a share of them."""


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
    return [Finding("movement.churn.finding", values, 0.7, "churn")]


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
        return [Finding("movement.lifetime.median", result.median, 0.2, "lifetime")]
    if result.marks.empty:
        return []
    days = int(result.marks.index[-1])
    values = {"days": days, **_row(result.marks, days)}
    return [Finding("movement.lifetime.no_median", values, 0.2, "lifetime")]


@findings.register
def _(result: Replenishment) -> list[Finding]:
    if result.pairs.empty:
        return [Finding("movement.replenishment.none", {}, 0.0, "replenishment")]
    said = []
    overdue = _row(result.counts, "overdue")
    if overdue["pairs"]:
        said.append(Finding("movement.replenishment.finding", overdue, 0.65, "replenishment"))
    tested = result.back_test
    enough = tested is not None and tested["n"] >= FEW
    key = "movement.replenishment.tested" if enough else "movement.replenishment.untested"
    said.append(Finding(key, tested if tested and enough else {}, 0.0, "replenishment"))
    if tested and enough and tested["came"] < 0.5:
        said.append(Finding("movement.replenishment.few", {}, 0.0, "replenishment"))
    return said


@findings.register
def _(result: Worth) -> list[Finding]:
    figures, checks, held = result.figures, result.checks, result.held
    said = [Finding("movement.worth.finding", figures, 0.85 if checks["converged"] else 0.3, "worth")]
    if checks["converged"]:
        said.append(Finding("movement.worth.alive", figures, 0.0, "worth"))
    if held is None:
        said.append(Finding("movement.worth.unheld", {}, 0.0, "worth"))
    else:
        errors = {"days": held.days, "model": held.error(), "naive": held.error("naive")}
        key = "movement.worth.better" if checks["better"] else "movement.worth.worse"
        said.append(Finding(key, errors, 0.0, "worth"))
    if not checks["converged"]:
        said.append(Finding("movement.worth.boundary", {}, 0.0, "worth"))
    if not checks["independent"]:
        said.append(Finding("movement.worth.dependent", figures, 0.0, "worth"))
    return said

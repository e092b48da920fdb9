"""What goes with low answers, how many to collect, and what the appendix says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from segbook.stats.csi.company import Shifts
from segbook.stats.csi.drivers import LEVEL, Drivers
from segbook.stats.csi.planning import ALPHA
from segbook.stats.csi.review import Plan, Representation
from segbook.words.findings.csi import NAMED, index_words
from segbook.words.findings.finding import Finding, Label, Listing, findings

SURE = 0.8
"""Chance of seeing a halved index from which there are answers enough."""


@findings.register
def _(result: Drivers) -> list[Finding]:
    if result.factors.empty:
        return [Finding("csi.drivers.nothing", {}, 0.0, "csi_drivers")]
    found = []
    for side, weight in (("worse", 0.85), ("better", 0.0)):
        rows = result.levels[result.levels["verdict"] == side]
        if len(rows):
            listed = driver_list(rows.sort_values("pvalue_adjusted"))
            found.append(Finding(f"csi.drivers.{side}", {"list": listed}, weight, "csi_drivers"))
    found += [
        Finding("csi.drivers.factor", values, 0.6 if not found else 0.0, "csi_drivers")
        for values in told_factors(result)
    ]
    return found or [Finding("csi.drivers.none", {"n": result.n}, 0.25, "csi_drivers")]


def told_factors(result: Drivers) -> list[dict[str, Any]]:
    """Give the factors that surely go with answers, each with its lowest value."""
    told = result.factors[result.factors["pvalue_adjusted"] < LEVEL]
    found = []
    for factor, row in told.to_dict("index").items():
        levels = result.levels[(result.levels["factor"] == factor) & (result.levels["kind"] == row["kind"])]
        if len(levels):
            worst = levels.sort_values("mean").iloc[0]
            values = {"factor": factor_label(str(factor)), "share": row["effect_size"], "n": worst["n"]}
            level = level_label(row["kind"], str(factor), str(worst["level"]))
            value = index_words(worst["csi"], worst["attract"])
            found.append({**values, "level": level, "value": value})
    return found[:NAMED]


def driver_list(rows: pd.DataFrame) -> Listing:
    """Give values of factors with how many are dissatisfied there and elsewhere."""
    return Listing(
        "csi.drivers.one",
        tuple(
            {
                "factor": factor_label(row["factor"]), "share": row["share_low"],
                "rest": row["share_low_rest"],
                "level": level_label(row["kind"], row["factor"], row["level"]),
            }
            for row in rows.head(NAMED).to_dict("records")
        ),
    )  # fmt: skip


def factor_label(factor: str) -> Label:
    """Give the name of a factor; a column of the client's own is called by its own name."""
    keys = {"topic": "csi.drivers.topic", "answer": "csi.drivers.answer"}
    return Label(keys.get(factor, f"{factor}.short"), factor)


def level_label(kind: str, factor: str, level: str) -> Label:
    """Give the name of a value: a segment's own label, else what stands in the data."""
    return Label("" if kind in {"topic", "word"} else f"{factor}.segments.{level}.label", level)


@findings.register
def _(result: Plan) -> list[Finding]:
    if result.table.empty:
        return [Finding("csi.plan.none", {}, 0.0, "csi_plan")]
    half = result.table.set_index("ratio").loc[0.5].to_dict()
    values = {"csi_after": half["csi_after"], "n_needed": int(half["n_needed"]), "n": result.n}
    key = "enough" if half["chance_now"] >= SURE else "finding"
    return [Finding(f"csi.plan.{key}", {**values, "chance": half["chance_now"]}, 0.15, "csi_plan")]


@findings.register
def _(result: Shifts) -> list[Finding]:
    if np.isnan(result.drift_pvalue):
        return [Finding("csi.shifts.none", {}, 0.0, "csi_shifts")]
    key = "none" if result.drift_pvalue >= ALPHA else "up" if result.drift_up else "down"
    return [Finding(f"csi.shifts.drift_{key}", {"p": result.drift_pvalue}, 0.0, "csi_shifts")]


@findings.register
def _(result: Representation) -> list[Finding]:
    return [Finding("csi.representation.none", {}, 0.0, "csi_weights")] if result.table.empty else []

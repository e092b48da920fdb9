"""What the period and the concentration of revenue say."""

from __future__ import annotations

import pandas as pd

from segbook.data.quality import FEW
from segbook.stats.concentration import Concentration
from segbook.stats.overview import Overview
from segbook.words.findings.finding import Finding, findings


@findings.register
def _(result: Concentration) -> list[Finding]:
    values = {name: getattr(result, name) for name in result.__dataclass_fields__ if name != "lorenz"}
    if not result.customers_for_80:
        return [Finding("concentration.none", values, 0.5, "concentration")]
    if result.n_customers < FEW:
        return [Finding("concentration.few", values, 0.9, "concentration")]
    found = [
        Finding("concentration.finding", values, 0.9, "concentration"),
        Finding("concentration.gini", values, 0.0, "concentration"),
    ]
    if result.n_excluded:
        found.append(Finding("concentration.excluded", values, 0.0, "concentration"))
    return found


@findings.register
def _(result: Overview) -> list[Finding]:
    figures = {str(name): value for name, value in result.figures["period"].items()}
    values = {**figures, "change": result.figures["change"].to_dict()["revenue"]}
    if not values["buyers"]:
        return [Finding("overview.nothing", values, 2.0, "overview")]
    key = "overview.finding" if pd.notna(values["change"]) else "overview.finding_first"
    if pd.isna(values["new_buyers"]):
        key = "overview.finding_only"
    elif result.covered and not result.figures["previous"].to_dict()["revenue"] > 0:
        key = "overview.finding_none"
    return [Finding(key, values, 1.0, "overview")]

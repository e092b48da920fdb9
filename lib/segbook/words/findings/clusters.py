"""What the groups found in the data say: the portrait of each, and how far to trust them."""

from __future__ import annotations

from typing import Any

from segbook.models.portraits import Condition, Portrait, portraits
from segbook.results import SegmentResult
from segbook.words.findings.finding import Finding, Label, Phrases
from segbook.words.i18n import catalogue

BLURRED = 0.25
"""Silhouette up to which no structure is seen: Kaufman L., Rousseeuw P. (1990). Finding Groups in Data."""


def cluster_findings(result: SegmentResult) -> list[Finding]:
    """Give a sentence for each group, best first, and what the choice of their number was like."""
    said = [_portrayed(each, 0.3 if not place else 0.1) for place, each in enumerate(portraits(result))]
    return [*said, *_trust(result)]


def _portrayed(portrait: Portrait, importance: float) -> Finding:
    values = {
        "segment": Label(f"clusters.segments.{portrait.segment}.label", portrait.segment),
        "customers": portrait.customers,
        "share_customers": portrait.share_customers,
        "share_revenue": portrait.share_revenue,
        "reach": portrait.reach,
        "purity": portrait.purity,
        "conditions": phrases(portrait),
    }
    return Finding("clusters.portrait", values, importance, "clusters")


def phrases(portrait: Portrait) -> Phrases:
    """Give a portrait's conditions as phrases in waiting."""
    parts = tuple(_phrase(each) for each in portrait.conditions)
    return Phrases(parts or (("clusters.everybody", {}),))


def _phrase(condition: Condition) -> tuple[str, dict[str, Any]]:
    form = "low" if condition.high is None else "high" if condition.low is None else "both"
    own = f"clusters.conditions.{condition.feature}.{form}"
    feature = Label(f"report.columns.{condition.feature}", condition.feature)
    values = {"low": condition.low, "high": condition.high, "feature": feature}
    return own if own in catalogue() else f"clusters.conditions.other.{form}", values


def _trust(result: SegmentResult) -> list[Finding]:
    chosen = sum(str(name).startswith("cluster_") for name in result.segments.cat.categories)
    trial = next((each for each in result.params.get("tried", ()) if each["k"] == chosen), None)
    if trial is None or trial["agreement_min"] is None:
        return []
    stable = trial["agreement_min"] >= result.params["min_agreement"]
    keys = ["clusters.notes.stable" if stable else "clusters.notes.unstable"]
    if trial["silhouette"] <= BLURRED:
        keys.append("clusters.notes.blurred")
    return [Finding(key, trial, 0.0, "clusters") for key in keys]

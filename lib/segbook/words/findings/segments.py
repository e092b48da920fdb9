"""What a segmentation says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from segbook.results import Family, SegmentResult
from segbook.words.findings.attributes import attribute_findings, is_attribute
from segbook.words.findings.clusters import cluster_findings
from segbook.words.findings.combined import combined_findings
from segbook.words.findings.finding import Finding, Label, findings
from segbook.words.i18n import catalogue

EVEN = 0.5
"""Variation above which nobody would call purchases even, whatever the others do."""

SILENT = 30
"""Days; a shorter median silence is no alarm, though others of the base bought later still."""

ABSENT = ("no_orders", "no_answer", "not_mailed", "unscored")
"""Segments of those about whom there is nothing to say; the others are compared without them."""

LIGHT = 0.8
"""Share of revenue over share of customers below which a crowded segment is worth a sentence."""

TELLING = 3
"""Sentences on a family of attributes at most."""

ONE_CLASS = 0.9
"""A segment with more of the customers than this means that the model hardly tells them apart."""


OWN = {"clusters": cluster_findings, "combined": combined_findings}
"""Models that speak in their own way."""


@findings.register
def _(result: SegmentResult) -> list[Finding]:
    own = attribute_findings if is_attribute(result) else OWN.get(result.model, _of_segments)
    return own(result)


def _of_segments(result: SegmentResult) -> list[Finding]:
    """Say what any model's segments say: those worth watching, the richest and the most numerous."""
    profile = result.profile[result.profile["customers"] > 0]
    told = profile.drop(_absent(result), errors="ignore")
    told = profile if told.empty else told
    if told.empty:
        return []
    customers = result.traits.subject == "customer"
    if customers and told["share_customers"].max() > ONE_CLASS and len(result.segments) > 1:
        crowd = str(told["customers"].idxmax())
        return [_general("segments.one_class", result, crowd, 0.3), *_notes(result)]
    watch = [] if _uneven(result) else list(result.traits.watch)
    paid = told[(told["revenue"] > 0) & told["share_revenue"].notna()]
    quiet = _false_alarms(result, paid)
    there = {name for name in told.index if name in paid.index or not _of_money(result.model, name)}
    found = [_about(result, name, profile) for name in watch if name in there - quiet]
    more = _outstanding(result, told, paid, watch) if customers and len(paid) else []
    return [*found, *more, *_notes(result)]


def _outstanding(
    result: SegmentResult, told: pd.DataFrame, paid: pd.DataFrame, watch: Sequence[str]
) -> list[Finding]:
    """Name the segment of most money and the one of most heads, unless they are watched anyway."""
    leader, crowd = str(paid["revenue"].idxmax()), str(told["customers"].idxmax())
    found = [] if leader in watch else [_general("segments.leader", result, leader, 0.2)]
    row = _row(told, crowd)
    if crowd != leader and crowd not in watch and row["share_revenue"] < LIGHT * row["share_customers"]:
        found.append(_general("segments.biggest", result, crowd, 0.1))
    return found


@findings.register
def _(result: Family) -> list[Finding]:
    """Name the levels that bring clearly more than their share, the widest gap first."""
    said = [each for made in result.results for each in attribute_findings(made) if each.importance > 0]
    return sorted(said, key=lambda each: each.values["share_customers"] - each.values["share_revenue"])[
        :TELLING
    ]


def _absent(result: SegmentResult) -> list[str]:
    """Name the segments of those about whom the model has nothing to go by."""
    names = [*ABSENT, *([] if result.model == "xyz" else ["unknown"])]
    return [name for name in names if name not in result.traits.watch]


def _of_money(model: str, segment: str) -> bool:
    """Tell whether the sentence on a segment speaks of money."""
    return "revenue" in catalogue().get(f"{model}.segments.{segment}.finding", {}).get("ru", "")


def _false_alarms(result: SegmentResult, paid: pd.DataFrame) -> set[str]:
    """Give the alarms of RFM that only say that others bought later still."""
    if result.model != "rfm":
        return set()
    recency = paid["recency_days"].to_dict()
    return {name for name in ("cant_lose", "at_risk") if recency.get(name, SILENT) < SILENT}


def _uneven(result: SegmentResult) -> bool:
    """Tell whether even the most even customers only vary less than others."""
    thresholds = result.params.get("thresholds") or result.params.get("xyz", {}).get("thresholds")
    return bool(thresholds) and thresholds[0] > EVEN


def _about(result: SegmentResult, segment: str, profile: pd.DataFrame) -> Finding:
    key = f"{result.model}.segments.{segment}.finding"
    return Finding(key, _row(profile, segment), result.traits.watch[segment], result.model)


def _general(key: str, result: SegmentResult, segment: str, importance: float) -> Finding:
    names = {
        "segment": Label(f"{result.model}.segments.{segment}.label", segment),
        "model": Label(f"{result.model}.short", result.model),
    }
    return Finding(key, {**_row(result.profile, segment), **names}, importance, result.model)


def _row(frame: pd.DataFrame, name: str) -> dict[str, Any]:
    return {str(column): frame[column].to_dict()[name] for column in frame}


def _notes(result: SegmentResult) -> list[Finding]:
    params, keys = result.params, []
    if result.model == "rfm" and params["levels"] == 2:
        small = len(result.segments) < params["small_base"]
        keys.append("rfm.notes.small_base" if small else "rfm.notes.two_levels")
    if result.model == "abc":
        keys.append(f"abc.notes.{params['value']}")
    lost = _lost(result)
    if lost:
        return [Finding("value_tier.notes.lost", lost, 0.5, result.model)]
    if result.model == "xyz" and _uneven(result):
        keys.append("xyz.notes.uneven")
    values = {"customers": len(result.segments), "threshold": (params.get("thresholds") or [None])[0]}
    return [Finding(key, values, 0.0, result.model) for key in keys]


def _lost(result: SegmentResult) -> dict[str, float]:
    """Give what customers of high value bought less than in the previous period, and how many did."""
    if result.model != "value_tier":
        return {}
    lost = result.scores.loc[result.of("high"), "value_lost"]
    return {"lost": float(lost.sum()), "customers": int((lost > 0).sum())} if (lost > 0).any() else {}

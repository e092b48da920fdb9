"""What an attribute says: where the money is, and how much of it can be known."""

from __future__ import annotations

from segbook.models.attributes import FAMILIES
from segbook.results import SegmentResult
from segbook.words.findings.finding import Finding, Label

ENOUGH = 30
"""Customers below which a share of revenue is that of one or two of them."""

ABOVE = 1.2
"""Share of revenue over share of customers from which a level is worth a sentence."""

UNKNOWN = 0.1
"""Share of customers without a value from which the reader is told."""


def is_attribute(result: SegmentResult) -> bool:
    """Tell whether a segmentation is by one column of the customers' cards."""
    return result.traits.family in (*FAMILIES, "own")


def attribute_findings(result: SegmentResult) -> list[Finding]:
    """Give the level whose revenue is most above its heads, then what was joined and what is not known."""
    said = []
    profile = result.profile.drop(index=["unknown", "rare"], errors="ignore")
    ratio = (profile["share_revenue"] / profile["share_customers"]).where(profile["customers"] >= ENOUGH)
    if ratio.notna().any() and ratio.max() >= ABOVE:
        best = str(ratio.idxmax())
        values = {
            "segment": Label(f"{result.model}.segments.{best}.label", best),
            "model": Label(f"{result.model}.short", result.model),
            "customers": int(profile["customers"][best]),
            "share_customers": float(profile["share_customers"][best]),
            "share_revenue": float(profile["share_revenue"][best]),
        }
        said.append(Finding("attributes.notes.contrast", values, 0.05, result.model))
    return said + _left_over(result)


def _left_over(result: SegmentResult) -> list[Finding]:
    said, counts = [], result.profile["customers"]
    rare = int(counts.get("rare", 0))
    if rare:
        levels = int(result.scores.loc[result.of("rare"), "level"].nunique())
        values = {"levels": levels, "customers": rare}
        said.append(Finding("attributes.notes.folded", values, 0.0, result.model))
    share = float(counts.get("unknown", 0)) / max(len(result.segments), 1)
    if share >= UNKNOWN:
        said.append(Finding("attributes.notes.unknown", {"share": share}, 0.0, result.model))
    return said

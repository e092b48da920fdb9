"""What the client's own rules say: whom each holds, and how many it leaves."""

from __future__ import annotations

from segbook.models.combined import REST
from segbook.results import SegmentResult
from segbook.words.findings.finding import Finding, Label


def combined_findings(result: SegmentResult) -> list[Finding]:
    """Give the segment with the most revenue, the rules nobody meets, and the share of the rest."""
    profile = result.profile
    said = []
    ruled = profile.drop(index=REST)
    if ruled["revenue"].max() > 0:
        best = str(ruled["revenue"].idxmax())
        names = ("customers", "share_customers", "revenue", "share_revenue")
        values = {name: profile[name].to_dict()[best] for name in names}
        said.append(Finding("combined.notes.best", {"segment": _name(best), **values}, 0.3, "combined"))
    empty = [str(name) for name in ruled.index[ruled["customers"] == 0]]
    said += [Finding("combined.notes.empty", {"segment": _name(name)}, 0.0, "combined") for name in empty]
    share = float(profile["share_customers"].to_dict()[REST])
    return [*said, Finding("combined.notes.rest", {"share": share}, 0.0, "combined")]


def _name(segment: str) -> Label:
    return Label(f"combined.segments.{segment}.label", segment)

"""What is wrong, or right, with the segments: one sentence for each problem."""

from __future__ import annotations

from typing import Any

from segbook.stats.verdict import PROBLEMS, Verdict, Verdicts
from segbook.words.findings.finding import Finding, Label, Listing, findings

IMPORTANCE = {"unprofitable": 0.5, "unstable": 0.25, "unreachable": 0.25, "alike": 0.15, "loose": 0.15}
ITEMS = {
    "small": "heads", "unproven": "heads", "unprofitable": "money", "unmeasured": "measured",
    "unreachable": "reachable", "unstable": "stable", "doubtful": "stable",
}  # fmt: skip
"""Problem to the figure that stands behind each segment's name."""


@findings.register
def _(result: Verdict) -> list[Finding]:
    model = Label(f"{result.model}.short", result.model)
    found = [_problem(result, problem, model) for problem in PROBLEMS if result.having(problem)]
    return found or [Finding("verdict.findings.right", {"model": model}, 0.0, "verdict")]


def _problem(result: Verdict, problem: str, model: Label) -> Finding:
    rows = tuple(
        {"segment": segment_label(result.model, name), **_figures(result, name)}
        for name in result.having(problem)
    )
    values = {"model": model, "list": Listing(f"verdict.items.{ITEMS.get(problem, 'plain')}", rows)}
    return Finding(f"verdict.findings.{problem}", values, IMPORTANCE.get(problem, 0.0), "verdict")


def segment_label(model: str, segment: str) -> Label:
    """Give a segment's name, to be worded in the language of the report."""
    return Label(f"{model}.segments.{segment}.label", segment)


def _figures(result: Verdict, segment: str) -> dict[str, Any]:
    names = ("customers", "surplus", "share_measured", "share_reachable", "stability")
    return {name: result.segments[name].to_dict()[segment] for name in names}


@findings.register
def _(result: Verdicts) -> list[Finding]:
    summary = result.summary
    if summary.empty:
        return []
    if not summary["n_right"].any():
        return [Finding("verdict.none_best", {}, 0.3, "verdict")]
    told = summary.assign(part=summary["n_right"] / summary["n_segments"])[summary["n_segments"] > 1]
    if not told["n_right"].any():
        return []
    best = told.sort_values(["part", "share_right"], ascending=False, kind="stable").iloc[0]
    values = {name: best[name] for name in ("n_segments", "n_right", "share_right")}
    model = str(best.name)
    values["model"] = Label(f"{model}.short", model)
    return [Finding("verdict.best", values, 0.2, "verdict")]

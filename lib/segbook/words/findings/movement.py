"""What moved: revenue, customers between segments, behaviour, and whom to call."""

from __future__ import annotations

from segbook.movement import Bridge, Changes, Comparison, Flow, Migration, Tasks
from segbook.movement.migration import NEWCOMER
from segbook.results import NotComputed
from segbook.words.findings.finding import Finding, Label, Phrases, findings

WATCHED = {"lifecycle": "at_risk"}
"""Segment of a model whom entering is worth a sentence; of the others it is leaving the best one."""


@findings.register
def _(result: NotComputed) -> list[Finding]:  # noqa: ARG001 - its place says it
    return []


@findings.register
def _(result: Comparison) -> list[Finding]:
    before, now = (each.period.end for each in result.both)
    key = "movement.window" if result.months else "movement.window_all"
    return [Finding(key, {"months": result.months, "before": before, "now": now}, 0.0, "window")]


@findings.register
def _(result: Bridge) -> list[Finding]:
    values = {
        "before": result.before,
        "now": result.now,
        "change": result.change,
        "rel_change": result.rel_change,
    }
    if not result.before > 0:
        return [Finding("movement.bridge.finding_first", values, 2.0, "bridge")]
    said = [Finding("movement.bridge.finding", values, 2.0, "bridge"), _side(result, 1), _side(result, -1)]
    return said if result.covered else [*said, Finding("movement.bridge.uncovered", {}, 0.0, "bridge")]


def _side(result: Bridge, sign: int) -> Finding:
    """Say what added to revenue (1), or what took away from it (-1): the parts of that side add up."""
    topic, importance = ("gains", 1.9) if sign > 0 else ("losses", 1.8)
    rows = result.parts[result.parts["change"] * sign > 0]
    if rows.empty:
        return Finding(f"movement.bridge.no_{topic}", {}, importance, f"bridge_{topic}")
    told = tuple(
        (
            f"movement.bridge.said.{'fewer_' * (name == 'returns' and sign > 0)}{name}",
            {"money": sign * row["change"], "customers": int(row["customers"])},
        )
        for name, row in rows.to_dict("index").items()
    )
    total = sign * float(rows["change"].sum())
    return Finding(
        f"movement.bridge.{topic}", {"money": total, "parts": Phrases(told)}, importance, f"bridge_{topic}"
    )


@findings.register
def _(result: Tasks) -> list[Finding]:
    if result.rows.empty:
        return [Finding("movement.tasks.none", {}, 0.5, "tasks")]
    reasons = result.reasons.sort_values("score", ascending=False, kind="stable")
    reason, first = str(reasons.index[0]), reasons.iloc[0]
    top = result.rows.iloc[0]
    values = {
        "customers": len(result.rows), "money": float(result.rows["money"].sum()),
        "reason": Label(f"movement.tasks.reasons.{reason}.label", reason),
        "first_customers": int(first["customers"]), "first_money": float(first["money"]),
        "name": str(top["name"]), "name_money": float(top["money"]),
    }  # fmt: skip
    return [Finding("movement.tasks.finding", values, 1.7, "tasks")]


@findings.register
def _(result: Migration) -> list[Finding]:
    figures, people = result.figures, result.customers
    model = Label(f"{result.model}.short", result.model)
    if not figures["both"]:
        return []
    watched = WATCHED.get(result.model, result.segments[0])
    at, moved = people["target"].eq(watched), people["origin"] != people["target"]
    change = people["now"] - people["before"]
    came = at & moved & people["origin"].ne(NEWCOMER)
    left = people["origin"].eq(watched) & moved
    values = {
        "model": model, "segment": Label(f"{result.model}.segments.{watched}.label", watched),
        "came": int(came.sum()), "came_change": float(change[came].sum()),
        "left": int(left.sum()), "left_change": float(change[left].sum()),
    }  # fmt: skip
    key = "movement.migration.worse" if result.model in WATCHED else "movement.migration.left_best"
    importance = {"lifecycle": 1.2, "clv": 0.8, "abc": 0.9}.get(result.model, 0.3)
    said = [Finding(key, values, importance, f"migration_{result.model}")] if came.any() or left.any() else []
    said.append(Finding("movement.migration.moved", {**figures, "model": model}, 0.0, "migration"))
    if figures["recut"]:
        said.append(Finding("movement.migration.recut", figures, 0.0, "migration"))
    return said


@findings.register
def _(result: Flow) -> list[Finding]:  # noqa: ARG001 - the chart says it all
    return []


@findings.register
def _(result: Changes) -> list[Finding]:
    tests = int(result.tested["tests"].sum())
    if not tests:
        return [Finding("movement.behaviour.too_little", {}, 0.0, "behaviour")]
    if result.found.empty:
        return [Finding("movement.behaviour.none", {"tests": tests}, 0.1, "behaviour")]
    bad = result.found["worse"]
    values = {"found": len(result.found), "worse": int(bad.sum()), "false": result.expected_false}
    return [Finding("movement.behaviour.finding", values, 0.6, "behaviour")]

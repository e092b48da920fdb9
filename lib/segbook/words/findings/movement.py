"""What moved: revenue, customers between segments, behaviour, and whom to call."""

from __future__ import annotations

import pandas as pd

from segbook.movement import Bridge, Changes, Comparison, Flow, Migration, Tasks
from segbook.movement.bridge import Context
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
    way = "up" if result.change > 0 else "down" if result.change < 0 else "same"
    size = {"size": abs(result.change), "rel_size": abs(result.rel_change)}
    values = {
        "before": result.before, "now": result.now, "change": result.change,
        "against": Phrases(((f"movement.bridge.against.{way}", size),)),
    }  # fmt: skip
    if not result.before > 0:
        kind = "negative" if result.before < 0 else "first"
        return [Finding(f"movement.bridge.finding_{kind}", values, 2.0, "bridge")]
    known = result.context
    year = (
        {"year_ago": known.year_ago, "since_year": result.now / known.year_ago - 1}
        if known.year_ago > 0
        else {}
    )
    key = "movement.bridge.yearly" if year else "movement.bridge.finding"
    said = [Finding(key, values | year, 2.0, "bridge"), _side(result, 1), _side(result, -1)]
    day = {"day": known.first_day}
    if known.partial:
        said.insert(1, Finding("movement.bridge.partial", day, 1.95, "bridge_partial"))
    said += _left_out(known)
    return said if known.covered else [*said, Finding("movement.bridge.uncovered", day, 0.0, "bridge")]


def _left_out(known: Context) -> list[Finding]:
    reasons = tuple(
        ("movement.bridge.left_out_reason", {"reason": Label(f"quality.reasons.{name}", name), "rows": n})
        for name, n in known.left_out.items()
    )
    values = {"money": known.left_out_money, "reasons": Phrases(reasons)}
    return [Finding("movement.bridge.left_out", values, 0.0, "bridge")] if reasons else []


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
        "customers": len(result.rows), "parts": Phrases(_sums(result)),
        "reason": Label(f"movement.tasks.reasons.{reason}.label", reason),
        "top_reason": Label(f"movement.tasks.reasons.{top['reason']}.label", str(top["reason"])),
        "action": Label(f"movement.tasks.reasons.{top['reason']}.action", ""),
        "first_customers": int(first["customers"]), "first_money": float(first["money"]),
        "name": str(top["name"]), "name_money": float(top["money"]), "due": top["due_date"],
    }  # fmt: skip
    said = [
        Finding("movement.tasks.finding", values, 1.7, "tasks"),
        Finding("movement.tasks.begin", values, 1.6, "tasks_begin"),
    ]
    return [*said, *_beside_the_list(result)]


def _sums(result: Tasks) -> tuple[tuple[str, dict[str, float]], ...]:
    """Take the money at stake apart: what failed to come, what may be lost, what came in."""
    sums = result.sums
    return tuple((f"movement.tasks.said.{name}", {"money": sum_}) for name, sum_ in sums.items() if sum_ > 0)


def _beside_the_list(result: Tasks) -> list[Finding]:
    """Say what does not fit into it: what cannot be done in time, what is too small."""
    said = []
    if result.late:
        values = {"per_day": result.per_day, "last": result.last_due}
        said.append(Finding("movement.tasks.queue", values, 0.0, "tasks"))
    if len(result.small):
        facts = {"n": len(result.small), "money": float(result.small["money"].sum()), "least": result.least}
        said.append(Finding("movement.tasks.small", facts, 0.0, "tasks"))
    return said


@findings.register
def _(result: Migration) -> list[Finding]:
    figures, people = result.figures, result.customers
    model = Label(f"{result.model}.short", result.model)
    if not figures["both"]:
        return []
    watched = WATCHED.get(result.model, result.segments[0])
    at, moved = people["target"].eq(watched), people["origin"] != people["target"]
    change = people["now"] - people["before"]
    came, left = at & moved, people["origin"].eq(watched) & moved
    new = int((came & people["origin"].eq(NEWCOMER)).sum())
    values = {
        "model": model, "segment": Label(f"{result.model}.segments.{watched}.label", watched),
        "came": int(came.sum()), "came_change": float(change[came].sum()), "left": int(left.sum()),
        "left_money": _bracket(result, change[left]), "came_money": _bracket(result, change[came]),
        "whence": Phrases((("movement.migration.whence", {"new": new}),) if new else ()),
    }  # fmt: skip
    key = "movement.migration.worse" if result.model in WATCHED else "movement.migration.left_best"
    importance = {"lifecycle": 1.2, "clv": 0.8, "abc": 0.9}.get(result.model, 0.3)
    said = [Finding(key, values, importance, f"migration_{result.model}")] if came.any() or left.any() else []
    moves = {**figures, "model": model, "changed": figures["rose"] + figures["fell"]}
    key = "movement.migration.moved" if result.ordered else "movement.migration.changed"
    said.append(Finding(key, moves, 0.0, "migration"))
    if figures["recut"]:
        said.append(Finding("movement.migration.recut", figures, 0.0, "migration"))
    return said


def _bracket(result: Migration, change: pd.Series) -> Phrases:
    """Give the money of a move; of ABC none: its classes are of the window, the change is of the period."""
    told = ("movement.migration.with_money", {"change": float(change.sum())})
    return Phrases((told,) if result.model != "abc" and len(change) else ())


@findings.register
def _(result: Flow) -> list[Finding]:  # noqa: ARG001 - the chart says it all
    return []


@findings.register
def _(result: Changes) -> list[Finding]:
    tests = int(result.tested["tests"].sum())
    parts = tuple(
        (f"movement.behaviour.absent.{kind}", {"column": name}) for kind, name in result.absent.items()
    )
    absent = (
        [Finding("movement.behaviour.not_compared", {"parts": Phrases(parts)}, 0.0, "behaviour")]
        if parts
        else []
    )
    if not tests:
        return [Finding("movement.behaviour.too_little", {}, 0.0, "behaviour"), *absent]
    if result.found.empty:
        return [Finding("movement.behaviour.none", {"tests": tests}, 0.1, "behaviour"), *absent]
    bad = result.found["worse"]
    values = {"found": len(result.found), "worse": int(bad.sum()), "q": result.q}
    return [Finding("movement.behaviour.finding", values, 0.6, "behaviour"), *absent]

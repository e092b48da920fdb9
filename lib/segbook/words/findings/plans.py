"""What the log of tests and the plan of the next ones say."""

from __future__ import annotations

import math

from segbook.stats.abtest.log import TestLog, false_positive_risk
from segbook.stats.abtest.plans import USUAL, PlanLine, Planning, usual_need
from segbook.words.findings.comparisons import named
from segbook.words.findings.finding import Finding, Label, Listing, findings
from segbook.words.measures import Measure, MeasureKind

ENOUGH_TESTS = 5
"""Tests below which a client's own rate of wins says little."""


@findings.register
def _(result: TestLog) -> list[Finding]:
    n, wins = len(result.judged), result.n_wins
    if n < ENOUGH_TESTS:
        return [Finding("abtest.log.short", {"n": n, "wins": wins}, 0.0, "abtest_log")] if n else []
    values = {"n": n, "wins": wins, "rate": wins / n, "false": false_positive_risk(wins / n)}
    return [Finding("abtest.log.finding" if wins else "abtest.log.finding_none", values, 0.3, "abtest_log")]


@findings.register
def _(result: Planning) -> list[Finding]:
    if not result.lines:
        return [Finding("abtest.planning.none", {}, 0.0, "planning")]
    said = [_planned(each, result) for each in result.lines]
    usual = [_usual(each) for each in result.lines if not math.isnan(each.found)]
    return [*said, *usual]


def what_is(line: PlanLine) -> Label | Listing:
    """Give what a plan is about."""
    known = (
        named(line.tests[0], "metrics", line.name)
        if line.tests
        else Label(f"abtest.planning.names.{line.name}", line.name)
    )
    return Listing(f"abtest.planning.from.{line.source}", ({"name": known},))


def _planned(line: PlanLine, planning: Planning) -> Finding:
    needed, segment_needed = usual_need(line, planning.plan)
    kind = line_kind(line)
    values = {
        "what": what_is(line), "change": USUAL, "base": Measure(line.base.value, kind),
        "target": Measure(line.base.value * (1 + USUAL), kind), "needed": math.ceil(needed),
        "segment_needed": math.ceil(segment_needed),
    }  # fmt: skip
    return Finding("abtest.planning.finding", values, 0.2, "planning")


def _usual(line: PlanLine) -> Finding:
    values = {"what": what_is(line), "units": line.usual_units, "found": line.found}
    return Finding("abtest.planning.usual", values, 0.0, "planning")


def line_kind(line: PlanLine) -> MeasureKind:
    """Give how the numbers of a plan are written."""
    return "share" if line.base.kind == "share" else "money"

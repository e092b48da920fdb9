"""How the parts of a review of satisfaction are laid out below its first page."""

from __future__ import annotations

from segbook.report.arrange import arrange
from segbook.report.report import Report
from segbook.show.result_tables import tables_of
from segbook.stats.csi.answers import Answers
from segbook.stats.csi.clients import ClientsReview
from segbook.stats.csi.company import SHOWN, CompanyIndex, Shifts
from segbook.stats.csi.drivers import Drivers
from segbook.stats.csi.managers import ManagersReview
from segbook.stats.csi.review import Plan, Representation
from segbook.words.findings import findings

CALLS, LEVELS = 20, 12
"""Rows of the call list and of the comparisons on the page; the workbook has all."""


@arrange.register
def _(result: CompanyIndex, report: Report) -> None:
    table, *others = tables_of(result, report.texts)
    report.table(table, SHOWN)
    report.say(findings(result))
    for each in others:
        if each.key == "csi_changes":
            report.table(each)
        else:
            report.attach(each)


@arrange.register
def _(result: ManagersReview, report: Report) -> None:
    table, *others = tables_of(result, report.texts)
    report.table(table)
    report.say(findings(result))
    report.charts(result.own)
    for each in others:
        report.attach(each)


@arrange.register
def _(result: ClientsReview, report: Report) -> None:
    page, calls, at_risk, moves, everybody = tables_of(result, report.texts)
    report.say(findings(result))
    if len(at_risk.frame):
        report.table(at_risk)
        report.display(page, CALLS)
        report.attach(calls)
    if len(moves.frame):
        report.table(moves)
    report.attach(everybody)


@arrange.register
def _(result: Drivers, report: Report) -> None:
    factors, *others = tables_of(result, report.texts)
    report.say(findings(result))
    if len(factors.frame):
        report.table(factors, LEVELS)
    for each in others:
        report.table(each, LEVELS if each.key == "csi_levels" else None)


@arrange.register(Answers)
def _(result: Answers, report: Report) -> None:
    report.say(findings(result))
    for each in tables_of(result, report.texts):
        report.table(each, CALLS)


@arrange.register(Plan)
@arrange.register(Shifts)
@arrange.register(Representation)
def _(result: object, report: Report) -> None:
    report.say(findings(result))
    for each in tables_of(result, report.texts):
        if len(each.frame):
            report.table(each)

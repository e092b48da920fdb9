"""How the report on movement is laid out: what is long goes to the workbook, the page shows the top of it."""

from __future__ import annotations

from segbook.movement import (
    Bridge,
    Changes,
    Cohorts,
    Comparison,
    Flow,
    Migration,
    Replenishment,
    Tasks,
    Worth,
)
from segbook.report.arrange import arrange
from segbook.report.report import Report
from segbook.results import NotComputed
from segbook.show.charts import charts_of
from segbook.show.result_tables import tables_of
from segbook.show.result_tables.named import named
from segbook.show.result_tables.tasks import tasks_csv
from segbook.show.tables import Table
from segbook.stats.contacts import contacts
from segbook.words.findings import findings
from segbook.words.labels import model_text

TASKS, ROWS = 15, 10
"""Rows of the tasks and of other lists that the page shows."""


def _named(table: Table, report: Report, *, short: bool = False) -> Table:
    data = report.data
    return named(table, data.once("contacts", lambda: contacts(data)), report.texts, short=short)


def _listed(table: Table, report: Report) -> None:
    """Show the first customers of a list by name, and put all of it into the workbook."""
    report.display(_named(table, report, short=True), ROWS)
    report.attach(_named(table, report))


@arrange.register
def _(result: NotComputed, report: Report) -> None:
    arrange([result], report)


@arrange.register
def _(result: Bridge, report: Report) -> None:
    parts, falls, everybody = tables_of(result, report.texts)
    report.charts(result)
    report.table(parts)
    report.say(findings(result))
    if len(falls.frame):
        report.display(_named(falls, report, short=True), ROWS)
    report.attach(_named(everybody, report))


@arrange.register
def _(result: Comparison, report: Report) -> None:
    report.prose(findings(result)[0].text(report.texts))


@arrange.register
def _(result: Tasks, report: Report) -> None:
    report.say(findings(result))
    first, reasons, everything, *lists = tables_of(result, report.texts)
    # Without a task too: the list of an earlier run must not stay.
    report.files["tasks.csv"] = tasks_csv(result, everything.frame, report.texts).encode("utf-8-sig")
    if len(result.rows):
        report.display(first, TASKS)
        report.table(reasons)
    for each in (everything, *lists):
        report.attach(each)


@arrange.register
def _(result: Migration, report: Report) -> None:
    texts = report.texts
    name = model_text(result.model, "short", texts)
    what = model_text(result.model, "what", texts)
    report.heading(texts.t("movement.migration.heading", model=name), what)
    net, flows, process, *others = tables_of(result, texts)
    report.charts(result)
    report.say(findings(result))
    report.display(net)
    report.table(process)
    *others, movers = others
    for each in (flows, *others, _named(movers, report)):
        report.attach(each)


@arrange.register
def _(result: Flow, report: Report) -> None:
    charts = charts_of(result, report.look)
    (table,) = tables_of(result, report.texts)
    if charts:
        report.heading(table.title)
        report.chart(charts[0])
    report.attach(table)


@arrange.register
def _(result: Cohorts, report: Report) -> None:
    report.charts(result)
    report.say(findings(result))
    report.attach(tables_of(result, report.texts)[0])


@arrange.register
def _(result: Changes, report: Report) -> None:
    tested, found = tables_of(result, report.texts)
    report.say(findings(result))
    if len(tested.frame):
        report.table(tested)
    if len(found.frame):
        _listed(found, report)


@arrange.register
def _(result: Replenishment, report: Report) -> None:
    counts, *lists = tables_of(result, report.texts)
    report.say(findings(result))
    if not lists:
        return
    report.table(counts)
    *ranked, everything = lists
    for each in ranked:
        if len(each.frame):
            _listed(each, report)
    report.attach(_named(everything, report))


@arrange.register
def _(result: Worth, report: Report) -> None:
    report.say(findings(result))
    report.charts(result)
    *tested, people = tables_of(result, report.texts)
    for each in tested:
        report.table(each)
    if result.checks["ranks"] and result.checks["converged"]:
        _listed(people, report)
    else:
        report.attach(_named(people, report))

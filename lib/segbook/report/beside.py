"""How the measures beside the segments are laid out: what they are, a drawing, a table, what they say.

What a client has no data for is not shown at all; the press then drops the heading of its chapter.
"""

from __future__ import annotations

from segbook.report.arrange import arrange
from segbook.report.report import Report
from segbook.show.charts import charts_of
from segbook.show.result_tables import tables_of
from segbook.stats.agreement import Agreement
from segbook.stats.association import Association
from segbook.stats.coverage import Coverage
from segbook.stats.economics import Economics
from segbook.stats.verdict import Verdicts
from segbook.words.findings import findings
from segbook.words.findings.economics import unknown


def _heading(topic: str, report: Report) -> None:
    report.heading(report.texts.t(f"{topic}.title"), report.texts.t(f"{topic}.what"))


@arrange.register
def _(result: Verdicts, report: Report) -> None:
    if not result.of:
        return
    _heading("verdict", report)
    summary, everything, *pages = tables_of(result, report.texts)
    report.display(summary)
    report.attach(everything)
    report.say(findings(result))
    for each, page in zip(result.of.values(), pages, strict=True):
        if each.model in report.params.primary:
            report.fold(page.title, page)
            report.say(findings(each))


@arrange.register
def _(result: Agreement, report: Report) -> None:
    if result.pairs.empty:
        return
    _heading("agreement", report)
    report.charts(result)
    report.say(findings(result))
    report.fold(report.texts.t("report.more"), *tables_of(result, report.texts))


@arrange.register
def _(result: Coverage, report: Report) -> None:
    _heading("coverage", report)
    questions, fields = tables_of(result, report.texts)
    report.table(questions)
    report.say(findings(result))
    report.fold(report.texts.t("report.more"), *charts_of(result, report.look), fields)


@arrange.register
def _(result: Association, report: Report) -> None:
    if result.pairs.empty:
        return
    _heading("association", report)
    best, pairs, *others = tables_of(result, report.texts)
    if len(best.frame):
        report.table(best)
    report.say(findings(result))
    report.attach(pairs)
    report.fold(report.texts.t("report.more"), *(table for table in others if len(table.frame)))


@arrange.register
def _(result: Economics, report: Report) -> None:
    if result.campaigns.empty:
        return
    _heading("economics", report)
    drawn = charts_of(result, report.look)
    campaigns, keeping, *others = tables_of(result, report.texts)
    for chart in drawn[:1]:
        report.chart(chart)
    report.display(campaigns)
    report.say(findings(result))
    report.fold(report.texts.t("report.more"), *drawn[1:])
    report.table(keeping)
    report.prose(report.texts.t("economics.cannot"))
    report.say(unknown(result))
    for table in others:
        report.attach(table)

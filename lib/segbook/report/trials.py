"""How A/B tests are laid out: the verdict first, then its numbers, then what lies behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segbook.report.arrange import arrange
from segbook.show.charts.abtest import daily_chart, funnel_chart, segments_chart
from segbook.show.result_tables import tables_of
from segbook.show.result_tables.abtest import funnel_tables, segments_table
from segbook.stats.abtest.book import Trials
from segbook.stats.abtest.log import TestLog
from segbook.stats.abtest.plans import Planning
from segbook.stats.abtest.trial import Trial
from segbook.stats.abtest.verdict import BLOCKING
from segbook.words.findings import findings
from segbook.words.findings.abtest import funnel_findings, remarks_on, segment_findings
from segbook.words.findings.comparisons import called

if TYPE_CHECKING:
    from segbook.report.report import Report

USUAL_COLUMNS = 4
"""Columns of the arms when every value is known; one more for each metric with gaps."""


@arrange.register(Trials)
def _(result: Trials, report: Report) -> None:
    overview, elsewhere, exact = tables_of(result, report.texts)
    if result.trials:
        report.table(overview)
        report.charts(result)
    if len(elsewhere.frame):
        report.table(elsewhere)
    report.attach(exact)


@arrange.register(Trial)
def _(result: Trial, report: Report) -> None:
    texts = report.texts
    *comparisons, arms = [each for each in tables_of(result, texts) if not each.key.endswith("_days")]
    report.heading(called(texts, result.name, "title"), _about(result, report))
    report.say(findings(result))
    blocked = bool(result.verdicts) and result.verdicts[0].key in BLOCKING
    if blocked:
        report.table(arms)
        report.say(remarks_on(result))
        for table in comparisons:
            report.attach(table)
        return
    for table in comparisons:
        report.table(table)
    report.charts(result)
    report.say(remarks_on(result))
    has_gaps = len(arms.frame.columns) > USUAL_COLUMNS
    if has_gaps:
        report.table(arms)
    _segments(result, report)
    _funnel(result, report)
    days = [each for each in tables_of(result, texts) if each.key.endswith("_days")]
    shown = [] if has_gaps else [arms]
    report.fold(texts.t("report.more"), *shown, *daily_chart(result, report.look), *days)


def _about(trial: Trial, report: Report) -> str:
    control = called(report.texts, trial.name, "variants", trial.variants[0])
    facts = {"units": trial.n_units, "control_name": control, "first": trial.first, "last": trial.last}
    return report.texts.t("abtest.about" if trial.first else "abtest.about_undated", **facts)


def _segments(trial: Trial, report: Report) -> None:
    report.say(segment_findings(trial))
    for study in trial.segments:
        table, drawing = segments_table(trial, study, report.texts), segments_chart(trial, study, report.look)
        if study.differ:
            report.table(table)
            report.chart(drawing)
        else:
            report.fold(table.title, table, drawing)


def _funnel(trial: Trial, report: Report) -> None:
    for table in funnel_tables(trial, report.texts):
        report.table(table)
    for drawing in funnel_chart(trial, report.look):
        report.chart(drawing)
    report.say(funnel_findings(trial))


@arrange.register(TestLog)
def _(result: TestLog, report: Report) -> None:
    report.say(findings(result))
    report.table(tables_of(result, report.texts)[0])


@arrange.register(Planning)
def _(result: Planning, report: Report) -> None:
    report.say(findings(result))
    report.charts(result)
    *plans, looks = tables_of(result, report.texts)
    for table in plans[:1]:
        report.table(table)
    report.fold(report.texts.t("report.more"), *plans[1:])
    report.table(looks)

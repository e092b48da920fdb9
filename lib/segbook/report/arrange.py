"""How each kind of result is laid out on the page: a module's own way, or charts, table, sentences."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any

from segbook.data.quality import Quality
from segbook.results import Family, SegmentResult
from segbook.show.charts import charts_of
from segbook.show.result_tables import (
    actions_table,
    compact_table,
    others_table,
    reading_table,
    recontact_tables,
    tables_of,
)
from segbook.words.findings import findings
from segbook.words.labels import model_text

if TYPE_CHECKING:
    from segbook.report.report import Report

QUEUE = 12
"""Refused enquiries on the page; the workbook has all."""


@singledispatch
def arrange(result: object, report: Report) -> None:
    """Show a result: its charts, its first table, what it says; its other tables go to the workbook."""
    report.charts(result)
    first, *others = tables_of(result, report.texts)
    report.table(first)
    for table in others:
        report.attach(table)
    report.say(findings(result))


@arrange.register(SegmentResult)
def _(result: SegmentResult, report: Report) -> None:
    texts = report.texts
    report.heading(model_text(result.model, "title", texts), model_text(result.model, "what", texts))
    charts, (profile, *others) = charts_of(result, report.look), tables_of(result, texts)
    primary = result.model in report.params.primary
    for shares in charts[:1] if primary else []:
        report.chart(shares)
    report.display(compact_table(result, texts))
    report.say(findings(result))
    if result.model == "renew":
        short, whole = recontact_tables(result, report.data, texts)
        report.display(short, limit=QUEUE)
        report.attach(whole)
    people = [actions_table(result, report.data, texts)] if primary else []
    report.fold(texts.t("report.more"), profile, *people, *others, *charts[primary:])


@arrange.register(Family)
def _(result: Family, report: Report) -> None:
    texts = report.texts
    title, what = (texts.t(f"attributes.families.{result.key}.{each}") for each in ("title", "what"))
    report.heading(title, what)
    short, whole = tables_of(result, texts)
    report.display(short)
    report.attach(whole)
    report.say(findings(result))
    report.prose(texts.t(f"attributes.families.{result.key}.action"))


@arrange.register(Quality)
def _(result: Quality, report: Report) -> None:
    for table in tables_of(result, report.texts):
        if len(table.frame):
            report.table(table)
    report.charts(result)
    if len(report.data.table_facts):
        report.table(others_table(report.data.table_facts, report.texts))
    report.keep({"quality": {"tables": report.data.table_facts}})
    if report.data.reads:
        report.fold(report.texts.t("quality.reading"), reading_table(report.data.reads, report.texts))


@arrange.register(list)
def _(result: list[Any], report: Report) -> None:
    if result:
        report.table(tables_of(result, report.texts)[0])
    else:
        report.prose(report.texts.t("report.all_computed"))

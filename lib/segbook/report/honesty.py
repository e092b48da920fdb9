"""How honesty is laid out: what could be reckoned otherwise, then who is close to a cut-off."""

from __future__ import annotations

from segbook.report.arrange import arrange
from segbook.report.report import Report
from segbook.show.result_tables import tables_of
from segbook.stats.honesty import Honesty


@arrange.register
def _(result: Honesty, report: Report) -> None:
    readings, near, people = tables_of(result, report.texts)
    report.table(readings)
    if len(near.frame):
        report.table(near)
        report.attach(people)

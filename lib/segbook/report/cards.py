"""How segment cards are laid out: each behind a line to click; on paper those that matter."""

from __future__ import annotations

import html
from dataclasses import replace

from IPython.display import HTML, display

from segbook.report.arrange import arrange
from segbook.report.report import Report
from segbook.show.result_tables import tables_of
from segbook.show.tables import Table
from segbook.stats.cards import ModelCards


@arrange.register
def _(result: ModelCards, report: Report) -> None:
    every, *tables = tables_of(result, report.texts)
    report.attach(every)
    for card, table in zip(result.cards, tables, strict=True):
        display(HTML(_block(table, report, on_paper=card.segment in result.on_paper)))


def _block(table: Table, report: Report, *, on_paper: bool) -> str:
    """Write a card; in the PDF ``fold`` is left out, and ``whole`` is not parted over two pages."""
    look = "card" if on_paper else "card fold"
    inside = replace(table, title="").html(report.texts)
    inside = inside.replace('<table class="segbook">', '<table class="segbook whole">', 1)
    return f'<details class="{look}"><summary>{html.escape(table.title)}</summary>\n{inside}\n</details>'

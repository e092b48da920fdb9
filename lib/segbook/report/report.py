"""One report being made: what a notebook shows and closes."""

from __future__ import annotations

import html
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from IPython.display import HTML, Markdown, display

from segbook.data.client import ClientData
from segbook.errors import Problem, RunError
from segbook.manifest import manifest
from segbook.params import Params
from segbook.report.arrange import arrange
from segbook.results import Family, SegmentResult, plain
from segbook.show.calendar import calendar
from segbook.show.charts import Chart, Look, charts_of
from segbook.show.logo import logo_uri
from segbook.show.result_tables import all_customers_table, method_table
from segbook.show.tables import Table
from segbook.show.workbook import write_workbook
from segbook.words.findings import Finding, findings, most_important
from segbook.words.i18n import Texts, escape

COVER = "application/vnd.segbook.cover+json"
"""MIME type of the cover: the exporters make a page of it."""


@dataclass
class Report:
    """A report in one language: shows results in the notebook and keeps them for the files.

    Made by `open_report`.

    Parameters
    ----------
    name
        ``segmentation``, ``movement``, ``csi_review`` or ``ab_test``.
    data
        One client and period.
    texts
        The language.
    out_dir
        Where `close` writes; nothing is written when absent.
    files
        Name to content of what `close` writes beside the workbook.
    """

    name: str
    data: ClientData
    texts: Texts
    out_dir: Path | None = None
    tables: list[Table] = field(default_factory=list)
    said: list[Finding] = field(default_factory=list)
    results: dict[str, Any] = field(default_factory=dict)
    segments: dict[str, SegmentResult] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    caught: list[str] = field(default_factory=list)
    opened: float = field(default_factory=time.perf_counter)

    @property
    def params(self) -> Params:
        """The client's parameters."""
        return self.data.params

    @property
    def client_dir(self) -> Path | None:
        """Folder of all the client's reports, beside `out_dir`; None when nothing is written."""
        return None if self.out_dir is None else self.out_dir.absolute().parent / self.params.slug

    @cached_property
    def look(self) -> Look:
        """Language, colours and period of the charts."""
        return Look(self.texts, self.params.brand.color, self.data.period)

    @cached_property
    def subtitle(self) -> str:
        """Client and period, in words."""
        return f"{self.params.client} — {self.texts.period(self.data.period)}"

    def cover(self) -> None:
        """Show who, what, when and why, with the logo."""
        facts = {
            "title": self.texts.t(f"report.titles.{self.name}"),
            "client": self.params.client,
            "period": self.texts.period(self.data.period),
            "purpose": getattr(self.params.purpose, self.texts.lang),
            "date": self.texts.date(datetime.now(ZoneInfo(self.params.timezone))),
            "logo": logo_uri(self.params),
            "color": self.params.brand.color,
            "lang": self.texts.lang,
        }
        lines = [f"# {escape(facts['title'])}", f"**{escape(facts['client'])}**"]
        lines += [escape(facts[name]) for name in ("period", "purpose", "date")]
        display({COVER: facts, "text/markdown": "\n\n".join(lines)}, raw=True)

    def summary(self, results: Iterable[object], n: int = 5) -> None:
        """Show the sentences that matter most of all these results."""
        everything = [finding for result in results if result is not None for finding in findings(result)]
        self.say(most_important(everything, n), numbered=True)

    def show(self, *results: object) -> None:
        """Show results, each as `segbook.report.arrange` lays it out, and keep their numbers.

        ``None``, a result that this client's data cannot give, shows nothing.
        """
        for result in results:
            if result is not None:
                self.keep(result)
                arrange(result, self)

    def keep(self, result: Any) -> None:
        """Keep a result's numbers for the JSON, and a segmentation for the list of customers."""
        if isinstance(result, list):
            self.results.setdefault("not_computed", {})
            for each in result:
                self.keep(each)
            return
        for each in result.results if isinstance(result, Family) else [result]:
            if isinstance(each, SegmentResult):
                self.segments[each.model] = each
        content = result if isinstance(result, dict) else result.content()
        _merge(self.results, plain(content))

    def table(self, table: Table, limit: int | None = None) -> None:
        """Show a table, or its first rows, and put all of it into the workbook."""
        self.attach(table)
        self.display(table, limit)

    def display(self, table: Table, limit: int | None = None) -> None:
        """Show a table, or its first rows, that the workbook does not need."""
        display(HTML(table.html(self.texts, limit)))

    def attach(self, table: Table) -> None:
        """Put a table into the workbook without showing it."""
        if len(table.frame):
            self.tables.append(table)

    def charts(self, result: object) -> None:
        """Show the charts of a result."""
        for each in charts_of(result, self.look):
            self.chart(each)

    def chart(self, chart: Chart) -> None:
        """Show one chart."""
        display(chart)

    def heading(self, title: str, text: str = "") -> None:
        """Show the heading of a part, and a sentence on what it is."""
        display(Markdown(f"### {escape(title)}\n\n{escape(text)}"))

    def prose(self, text: str) -> None:
        """Show a paragraph."""
        display(Markdown(escape(text)))

    def fold(self, title: str, *parts: Table | Chart) -> None:
        """Put tables and charts behind a line to click; on paper they are left out, the workbook has them."""
        shown = []
        for part in parts:
            if isinstance(part, Table):
                self.attach(part)
                shown.append(part.html(self.texts))
            else:
                shown.append(part.html)
        if shown:
            inside = "\n".join(shown)
            summary = f"<summary>{html.escape(title)}</summary>"
            display(HTML(f'<details class="fold">{summary}\n{inside}\n</details>'))

    def method(self, used: Mapping[str, Any] | None = None) -> None:
        """Show every parameter and cut-off of the models shown, or of other results that hold ``params``."""
        months = self.params.history_months
        key = "report.history_months" if months else "report.history"
        if used is None:
            self.prose(self.texts.t(key, end=self.data.period.end, months=months))
        table = method_table(self.segments if used is None else used, self.texts)
        self.fold(table.title, table)
        self.prose(self.texts.t("report.made_by", version=version("segbook")))

    def say(self, sentences: Sequence[Finding], *, numbered: bool = False) -> None:
        """Show sentences as a list."""
        self.said += [each for each in sentences if each not in self.said]
        marks = [f"{i}." for i in range(1, len(sentences) + 1)] if numbered else ["-"] * len(sentences)
        lines = [
            f"{mark} {escape(each.text(self.texts))}" for mark, each in zip(marks, sentences, strict=True)
        ]
        if lines:
            display(Markdown("\n".join(lines)))

    def close(self) -> None:
        """Write the workbook, the numbers and, for a segmentation, the segments of every customer.

        Raises
        ------
        RunError
            The folder cannot be written; nothing half-written stays.
        """
        if self.out_dir is None:
            return
        workbook = list(self.tables)
        if self.segments:
            workbook.insert(1, all_customers_table(self.data, self.segments, self.texts))
            frame = segments_frame(self.segments, self.data.customers.index)
            _write(self.out_dir / "segments.parquet", frame.reset_index().to_parquet(index=False))
        if "renew" in self.segments:
            events = calendar(self.segments["renew"], self.data, self.texts)
            _write(self.out_dir / "renew.ics", events.encode())
        for name, made in self.files.items():
            _write(self.out_dir / name, made)
        title = self.texts.t(f"report.titles.{self.name}")
        path = self.out_dir / f"{self.name}.xlsx"
        write_workbook(path, workbook, self.texts, title=title, subtitle=self.subtitle)
        content = json.dumps(self._content(), ensure_ascii=False, indent=1)
        _write(self.out_dir / f"{self.name}.json", content.encode())

    def _content(self) -> dict[str, Any]:
        facts = manifest(self.data, self.name, self.texts.lang)
        facts |= {
            "warnings": self.caught,
            "timings": {"notebook": round(time.perf_counter() - self.opened, 3)},
        }
        said = [
            {
                "key": each.key,
                "values": plain(each.values),
                "importance": each.importance,
                "topic": each.topic,
            }
            for each in self.said
        ]
        return {"manifest": facts, "findings": said, "results": self.results}


def segments_frame(results: Mapping[str, SegmentResult], customers: pd.Index) -> pd.DataFrame:
    """Give each customer's segment by every model that segments customers, or contacts."""
    return pd.DataFrame(
        {
            key: made.segments.astype(str).reindex(customers)
            for key, made in results.items()
            if made.traits.subject != "lead"
        },
        index=customers,
    )


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    """Lay nested numbers over those that are there."""
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _write(path: Path, content: bytes) -> None:
    """Write aside and rename, so that a file is there whole or not at all."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise RunError(
            [Problem(str(path), error.strerror or str(error), "a folder that can be written")]
        ) from None

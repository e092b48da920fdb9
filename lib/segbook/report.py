"""One report being made: what a notebook opens, shows and closes."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from IPython.display import HTML, Markdown, display

from segbook.data.client import ClientData, load_data
from segbook.data.quality import Quality
from segbook.errors import ParamsError, Problem, RunError, nearest
from segbook.manifest import manifest
from segbook.models import MODELS
from segbook.params import REPORTS, Params, load_params
from segbook.results import NotComputed, SegmentResult, plain
from segbook.show.charts import charts_of
from segbook.show.logo import logo_uri
from segbook.show.result_tables import (
    actions_table,
    all_customers_table,
    method_table,
    reading_table,
    tables_of,
)
from segbook.show.tables import Table
from segbook.show.workbook import write_workbook
from segbook.stats.concentration import Concentration
from segbook.stats.overview import Overview
from segbook.words.findings import Finding, findings, most_important
from segbook.words.i18n import Texts, escape
from segbook.yamlfile import parse_overrides

COVER = "application/vnd.segbook.cover+json"
"""MIME type of the cover: the exporters make a page of it."""

Shown = SegmentResult | Concentration | Overview | Quality | list[NotComputed]


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
    """

    name: str
    data: ClientData
    texts: Texts
    out_dir: Path | None = None
    tables: list[Table] = field(default_factory=list)
    said: list[Finding] = field(default_factory=list)
    results: dict[str, Any] = field(default_factory=dict)
    segments: dict[str, SegmentResult] = field(default_factory=dict)
    caught: list[str] = field(default_factory=list)
    opened: float = field(default_factory=time.perf_counter)

    @property
    def params(self) -> Params:
        """The client's parameters."""
        return self.data.params

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

    def summary(self, results: Iterable[Shown], n: int = 5) -> None:
        """Show the sentences that matter most of all these results."""
        everything = [finding for result in results for finding in findings(result)]
        self.say(most_important(everything, n), numbered=True)

    def show(self, result: Shown) -> None:
        """Show a result: what it is, charts, table, sentences, actions, customers."""
        self._keep(result)
        if isinstance(result, SegmentResult):
            self._show_segments(result)
            return
        tables = tables_of(result, self.texts)
        self.tables += [table for table in tables if len(table.frame)]
        if isinstance(result, list):
            self._table(tables[0]) if result else self._prose(self.texts.t("report.all_computed"))
        elif isinstance(result, Quality):
            for table in tables:
                self._table(table)
            self._charts(result)
            self._reading()
        else:
            self._charts(result)
            self._table(tables[0])
            self.say(findings(result))

    def method(self) -> None:
        """Show every parameter and cut-off of the models shown."""
        months = self.params.history_months
        key = "report.history_months" if months else "report.history"
        self._prose(self.texts.t(key, end=self.data.period.end, months=months))
        table = method_table(self.segments, self.texts)
        self.tables.append(table)
        self._table(table)
        self._prose(self.texts.t("report.made_by", version=version("segbook")))

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
            frame = pd.DataFrame({key: made.segments.astype(str) for key, made in self.segments.items()})
            _write(self.out_dir / "segments.parquet", frame.reset_index().to_parquet(index=False))
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

    def _show_segments(self, result: SegmentResult) -> None:
        texts, key = self.texts, result.model
        display(Markdown(f"### {escape(texts.t(f'{key}.title'))}\n\n{escape(texts.t(f'{key}.what'))}"))
        self._charts(result, MODELS[key].grid)
        table, actions = tables_of(result, texts)[0], actions_table(result, self.data, texts)
        self.tables += [table, actions]
        self._table(table)
        self.say(findings(result))
        self._table(actions)

    def _reading(self) -> None:
        if self.data.reads:
            table = reading_table(self.data.reads, self.texts)
            self.tables.append(table)
            self._table(table)

    def _charts(self, result: Any, grid: Sequence[str] = ()) -> None:
        color = self.params.brand.color
        for chart in charts_of(result, self.texts, color, grid, period=self.data.period):
            display(chart)

    def _table(self, table: Table) -> None:
        display(HTML(table.html(self.texts)))

    def _prose(self, text: str) -> None:
        display(Markdown(escape(text)))

    def _keep(self, result: Shown) -> None:
        if isinstance(result, SegmentResult):
            self.segments[result.model] = result
            models = self.results.setdefault("models", {})
            models[result.model] = {"params": plain(result.params), "segments": plain(result.profile)}
        elif isinstance(result, list):
            self.results["not_computed"] = {
                each.model: {"reason": each.reason, **plain(each.facts)} for each in result
            }
        elif isinstance(result, Quality):
            self.results["quality"] = {
                "read": plain(result.account), "checks": plain(result.checks), "facts": plain(result.facts),
            }  # fmt: skip
        elif isinstance(result, Overview):
            self.results["overview"] = {"figures": plain(result.figures), "months": plain(result.months)}
        else:
            values = {name: getattr(result, name) for name in result.__dataclass_fields__ if name != "lorenz"}
            self.results["concentration"] = plain(values)


def open_report(
    name: str,
    params_file: str | Path,
    period: str = "",
    lang: str = "",
    *,
    out_dir: str = "",
    overrides: str = "",
) -> Report:
    """Open a report: check the parameters, read the data, choose the language.

    Parameters
    ----------
    name
        Which report.
    params_file
        The client's YAML.
    period, lang
        Empty: the parameters' own period and first language.
    out_dir
        Folder to write into when the report is closed; empty: nothing is written.
    overrides
        Lines ``key=value`` laid over the YAML, such as ``models.rfm.levels=2``.

    Returns
    -------
    Report

    Raises
    ------
    ParamsError, SourceError
        As `load_params` and `load_data`.
    """
    if name not in REPORTS:
        raise ParamsError([Problem("report", f"'{name}'", nearest(name, REPORTS))])
    params = load_params(params_file, parse_overrides(overrides.splitlines()))
    chosen: Any = lang or params.language[0]
    if chosen not in {"ru", "en"}:
        raise ParamsError([Problem("lang", f"'{lang}'", "ru or en")])
    report = Report(
        name,
        load_data(params, period or None),
        Texts(chosen, params.currency),
        Path(out_dir) if out_dir else None,
    )
    warnings.showwarning = lambda message, category, *_, **__: report.caught.append(
        f"{category.__name__}: {message}"
    )
    return report


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

"""Tables of the verdict on segments: all models side by side, then each segment of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from segbook.show.result_tables.register import columns, tables_of
from segbook.show.tables import Column, Kind, Table
from segbook.stats.verdict import Verdict, Verdicts
from segbook.words.i18n import DASH, Texts
from segbook.words.labels import label, model_text

BETWEEN = 0.2
"""Cliff's delta below which a segment stands neither above nor below the rest."""

KINDS: dict[str, Kind] = {
    "n_segments": "int", "n_right": "int", "right": "figure", "share_right": "percent", "strength": "num",
    "stability": "num", "customers": "int", "share_customers": "percent", "share_revenue": "percent",
    "period_value": "money", "service_cost": "money", "surplus": "money", "share_measured": "percent",
    "share_reachable": "percent", "distance": "num", "effect_size": "num", "pvalue": "num",
    "other_distance": "num", "other_pvalue": "num", "spread": "num",
}  # fmt: skip
"""How a column is written; texts where it is not named."""

PAGE = ["segment", "customers", "surplus", "share_reachable", "telling", "stability", "problems"]
MOST = 3
"""Problems of a model named on the page."""


@tables_of.register
def _(result: Verdicts, texts: Texts) -> list[Table]:
    frame = result.summary.reset_index()
    frame["model"] = [model_text(name, "short", texts) for name in frame["model"]]
    counts = zip(frame["n_right"], frame["n_segments"], strict=True)
    frame["right"] = [texts.t("verdict.of", n=n, all=whole) for n, whole in counts]
    frame["problems"] = [_problems(keys.split()[:MOST], texts) for keys in frame["problems"]]
    frame = frame[["model", "right", "share_right", "strength", "stability", "problems"]]
    note = texts.t("verdict.notes.summary")
    summary = Table("verdict", texts.t("verdict.summary_table"), frame, _columns(frame, texts), note)
    pages = [table for each in result.of.values() for table in tables_of(each, texts)]
    return [summary, _everything(result, texts), *pages]


def _everything(result: Verdicts, texts: Texts) -> Table:
    """Give every figure of every segment of every model, for the workbook."""
    parts = [
        _worded(each, texts).assign(model=model_text(each.model, "short", texts))
        for each in result.of.values()
    ]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["model"])
    names = ["model", *(name for name in frame if name != "model" and frame[name].notna().any())]
    title, note = texts.t("verdict.all_table"), texts.t("verdict.notes.table")
    return Table("verdict_segments", title, frame[names], _columns(names, texts), note)


@tables_of.register
def _(result: Verdict, texts: Texts) -> list[Table]:
    frame = _worded(result, texts)
    names = [name for name in PAGE if name in {"telling", "problems"} or frame[name].notna().any()]
    told = {
        "reach": "share_reachable" in names, "stability": "stability" in names,
        "cost": "surplus" in names, "no_cost": "surplus" not in names,
    }  # fmt: skip
    note = " ".join(
        texts.t(f"verdict.notes.{key}", cost=result.unit_cost) for key, is_told in told.items() if is_told
    )
    title = texts.t("verdict.table", model=model_text(result.model, "short", texts))
    return [Table(f"verdict_{result.model}", title, frame[names], _columns(names, texts), note)]


def _worded(result: Verdict, texts: Texts) -> pd.DataFrame:
    """Give the segments with names, measures and problems in words."""
    frame = result.segments.reset_index()
    frame["segment"] = [label(result.model, name, texts) for name in frame["segment"]]
    pairs = zip(frame["telling"], frame["effect_size"], strict=True)
    frame["telling"] = [_telling(measure, delta, texts) for measure, delta in pairs]
    frame["other_telling"] = [_measure(measure, texts) for measure in frame["other_telling"]]
    frame["problems"] = [_problems(keys.split(), texts) for keys in frame["problems"]]
    return frame


def _columns(names: Iterable[Any], texts: Texts) -> dict[str, Column]:
    headed = columns(names, texts, "verdict.columns")
    return {name: Column(each.header, KINDS.get(name, "text")) for name, each in headed.items()}


def _telling(measure: Any, delta: float, texts: Texts) -> str:
    if pd.isna(measure):
        return DASH
    way = "middle" if abs(delta) < BETWEEN else "more" if delta > 0 else "less"
    return texts.t(f"verdict.direction.{measure}.{way}")


def _measure(measure: Any, texts: Texts) -> str | None:
    return None if pd.isna(measure) else texts.t(f"verdict.measures.{measure}")


def _problems(keys: list[str], texts: Texts) -> str:
    return ", ".join(texts.t(f"verdict.problems.{key}") for key in keys) or texts.t("verdict.fine")

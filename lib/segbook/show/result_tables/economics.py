"""Tables of campaigns: each of them, each segment, both, and keeping against acquiring."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segbook.show.result_tables.register import columns, tables_of
from segbook.show.tables import Column, Kind, Table
from segbook.stats.economics import Economics
from segbook.words.i18n import DASH, Texts
from segbook.words.labels import label, model_text

KINDS: dict[str, Kind] = {
    "sent_at": "date", "contacts": "int", "customers": "int", "responses": "int", "n": "int",
    "revenue": "money", "cost": "money", "profit": "money", "unit_cost": "money", "cost_per_contact": "money",
    "cost_per_response": "money", "statistic": "num", "effect_size": "num", "pvalue": "num",
    "pvalue_adjusted": "num",
}  # fmt: skip
PAGE = ["campaign", "contacts", "response", "cost", "profit", "roi"]


@tables_of.register
def _(result: Economics, texts: Texts) -> list[Table]:
    page = result.campaigns.reset_index()
    page["response"] = [texts.percent(value) for value in page["response"]]
    page["roi"] = _intervals(page, "roi", texts)
    margin = result.margin_rate != 1
    note = texts.t("economics.margin" if margin else "economics.revenue", rate=result.margin_rate)
    whole = {
        "campaigns": ("all_table", result.campaigns),
        "campaign_segments": ("segments_table", result.segments),
        "campaign_cells": ("cells_table", result.cells),
        "campaign_tests": ("tests_table", result.tests),
    }
    return [
        _table("campaigns_page", "campaigns_table", page[PAGE], texts, note),
        _table("keeping", "keeping_table", _keeping(result, texts), texts, texts.t("economics.kinds_note")),
        *(
            _table(key, title, _named(frame.reset_index(), texts), texts, note)
            for key, (title, frame) in whole.items()
        ),
    ]


def _keeping(result: Economics, texts: Texts) -> pd.DataFrame:
    frame = result.keeping.reset_index()
    frame["response"] = _intervals(frame, "response", texts)
    frame["kind"] = [texts.t(f"economics.kinds.{kind}") for kind in frame["kind"]]
    frame["source"] = [texts.t(f"economics.sources.{source}") for source in frame["source"]]
    return frame[["kind", "contacts", "response", "unit_cost", "source"]]


def _intervals(frame: pd.DataFrame, name: str, texts: Texts) -> list[str]:
    """Give each share with its interval, as far as they are known; large returns without decimals."""
    key, factor = ("whole", 100) if name == "roi" else ("interval", 1)
    rows = frame[[name, f"{name}_ci_lower", f"{name}_ci_upper"]] * factor
    return [_interval(key, *row, texts=texts) for row in rows.itertuples(index=False, name=None)]


def _interval(key: str, value: float, lower: float, upper: float, *, texts: Texts) -> str:
    if not np.isfinite(value):
        return DASH
    alone = not np.isfinite(lower)
    return texts.t(
        f"economics.{key}_alone" if alone else f"economics.{key}", value=value, lower=lower, upper=upper
    )


def _named(frame: pd.DataFrame, texts: Texts) -> pd.DataFrame:
    """Give models and segments by their names."""
    if "segment" in frame:
        pairs = zip(frame["model"], frame["segment"], strict=True)
        frame["segment"] = [label(model, segment, texts) for model, segment in pairs]
    if "model" in frame:
        frame["model"] = [model_text(model, "short", texts) for model in frame["model"]]
    return frame


def _table(key: str, title: str, frame: pd.DataFrame, texts: Texts, note: str = "") -> Table:
    headed = columns(frame, texts, "economics.columns")
    shown = {name: Column(each.header, _kind(name, frame[name])) for name, each in headed.items()}
    return Table(key, texts.t(f"economics.{title}"), frame, shown, note)


def _kind(name: str, values: pd.Series) -> Kind:
    """Tell how a column is written: shares and returns as percent, unless they already are texts."""
    if name in KINDS:
        return KINDS[name]
    if name.startswith("revenue_per_contact"):
        return "money"
    if not name.startswith(("response", "roi")):
        return "text"
    return "percent" if pd.api.types.is_numeric_dtype(values) else "figure"

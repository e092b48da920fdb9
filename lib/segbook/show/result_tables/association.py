"""Tables of attributes: the strongest link of each, every pair, every level, what was left out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from segbook.show.result_tables.register import columns, tables_of
from segbook.show.tables import Column, Kind, Table
from segbook.stats.association import Association
from segbook.stats.effects import LARGE, MEDIUM
from segbook.words.findings.association import attribute_label, how, level_label, measure_label
from segbook.words.findings.finding import worded
from segbook.words.i18n import Texts

SHOWN: dict[str, Kind] = {
    "attribute": "text", "measure": "text", "band": "text", "strength": "num", "how": "text", "n": "int",
    "method": "text", "effect_size": "num", "pvalue": "num", "pvalue_adjusted": "num", "is_found": "text",
    "level": "text", "customers": "int", "share_customers": "percent", "value_mean": "money", "index": "num",
    "reason": "text",
}  # fmt: skip
BEST = ["attribute", "how", "band", "strength", "n"]
PAIRS = ["attribute", "measure", "method", "n", "effect_size", "strength", "pvalue", "pvalue_adjusted"]


@tables_of.register
def _(result: Association, texts: Texts) -> list[Table]:
    linked = result.links
    best = _named(result, linked, texts).assign(
        band=[texts.t(f"association.bands.{_band(strength)}") for strength in linked["strength"]],
        how=[worded({"how": how(result, pair)}, texts)["how"] for _, pair in linked.iterrows()],
    )
    pairs = _named(result, result.pairs, texts)
    pairs["method"] = [texts.t(f"association.methods.{method}") for method in pairs["method"]]
    levels = _named(result, result.levels, texts)
    levels["level"] = [_text(level_label(str(level)), texts) for level in levels["level"]]
    left = _named(result, result.left_out.reset_index(), texts)
    left["reason"] = [texts.t(f"association.reasons.{reason}") for reason in left["reason"]]
    note = texts.t("association.note", n_pairs=len(pairs))
    return [
        _table("association", "title", best[BEST], texts, note),
        _table("association_pairs", "pairs_table", pairs[PAIRS], texts),
        _table("association_levels", "levels_table", levels, texts),
        _table("association_left", "left_table", left, texts),
    ]


def _named(result: Association, frame: pd.DataFrame, texts: Texts) -> pd.DataFrame:
    """Give a copy with attributes and measures called by their names."""
    frame = frame.reset_index(drop=True)
    frame["attribute"] = [_text(attribute_label(str(name)), texts) for name in frame["attribute"]]
    if "measure" in frame:
        frame["measure"] = [_text(measure_label(result, str(name)), texts) for name in frame["measure"]]
    return frame


def _text(label: Any, texts: Texts) -> str:
    return str(worded({"it": label}, texts)["it"])


def _table(key: str, title: str, frame: pd.DataFrame, texts: Texts, note: str = "") -> Table:
    headed = columns(frame, texts, "association.columns")
    shown = {name: Column(each.header, SHOWN[name], bar=name == "strength") for name, each in headed.items()}
    return Table(key, texts.t(f"association.{title}"), frame, shown, note)


def _band(strength: float) -> str:
    return "strong" if strength >= LARGE else "medium" if strength >= MEDIUM else "weak"

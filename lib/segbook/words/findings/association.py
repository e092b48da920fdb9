"""Which attributes say something about value and behaviour, and which do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from segbook.stats.association import MEASURES, OTHER, Association
from segbook.words.findings.finding import Finding, Label, Listing, findings

HEAVY = 20
"""Customers of a level from which its mean is quoted."""


@findings.register
def _(result: Association) -> list[Finding]:
    pairs = result.pairs
    if pairs.empty:
        return [Finding("association.none", {}, 0.0, "association")]
    linked = result.links
    names = pairs["attribute"].drop_duplicates()
    if linked.empty:
        return [Finding("association.nothing", {"n_attributes": len(names)}, 0.15, "association")]
    first = linked.iloc[0]
    values = {
        "attribute": attribute_label(first["attribute"]), "strength": first["strength"],
        "how": how(result, first),
    }  # fmt: skip
    found = [Finding("association.strongest", values, 0.35, "association")]
    idle = [name for name in names if name not in set(linked["attribute"])]
    if idle:
        rows = tuple({"attribute": attribute_label(name)} for name in idle)
        found.append(
            Finding("association.unlinked", {"list": Listing("association.item", rows)}, 0.0, "association")
        )
    return found


def attribute_label(name: str) -> Label:
    """Give an attribute's name; a client's own attribute is called as the client calls it."""
    return Label(f"{name}.short", name)


def measure_label(result: Association, name: str) -> Label:
    """Give the name of a measure: segbook's own, or a model's."""
    own = result.value if name == "value" else name
    return Label(f"association.measures.{own}" if name in MEASURES else f"{name}.short", name)


def how(result: Association, pair: pd.Series[Any]) -> Listing:
    """Give in what way a pair goes together: rising, falling, or the level that brings most."""
    name, measure = str(pair["attribute"]), str(pair["measure"])
    values = {"attribute": attribute_label(name), "measure": measure_label(result, measure)}
    best = _best_level(result, name) if measure in {"value", "aov"} else None
    if pair["method"] == "spearman":
        return Listing("association.rises" if pair["effect_size"] > 0 else "association.falls", (values,))
    if best:
        return Listing("association.best_level", (best,))
    return Listing("association.differs" if measure in MEASURES else "association.composed", (values,))


def _best_level(result: Association, attribute: str) -> Mapping[str, Any] | None:
    levels = result.levels
    own = levels[(levels["attribute"] == attribute) & (levels["customers"] >= HEAVY)]
    own = own[own["index"] > 1]
    if own.empty:
        return None
    top = own.iloc[0]
    return {"level": level_label(str(top["level"])), "index": top["index"]}


def level_label(level: str) -> Label:
    """Give the name of a level: as the client writes it, rare ones together."""
    return Label("association.other" if level == OTHER else "", level)

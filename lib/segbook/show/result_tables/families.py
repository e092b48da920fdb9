"""One table for all attributes of a family: every level, how many customers, how much they bring."""

from __future__ import annotations

import pandas as pd

from segbook.results import Family, SegmentResult
from segbook.show.result_tables.register import columns, tables_of
from segbook.show.tables import Column, Table
from segbook.words.i18n import Texts
from segbook.words.labels import label, model_text

SHOWN = 7
"""Levels of one attribute on the page; the rest is one row there, and whole in the workbook."""


@tables_of.register
def _(result: Family, texts: Texts) -> list[Table]:
    return [_table(result, texts, SHOWN), _table(result, texts)]


def _table(result: Family, texts: Texts, most: int | None = None) -> Table:
    frame = pd.concat([_rows(each, texts, most) for each in result.results], ignore_index=True)
    if not frame["share_revenue"].notna().any():
        frame = frame.drop(columns=["share_revenue", "aov"])
    shown = columns(frame, texts)
    for name in ("share_customers", "share_revenue"):
        if name in frame:
            shown[name] = Column(shown[name].header, "percent", bar=True)
    title = texts.t(f"attributes.families.{result.key}.title")
    return Table(f"family_{result.key}", title, frame, shown)


def _rows(result: SegmentResult, texts: Texts, most: int | None) -> pd.DataFrame:
    """Give the levels of one attribute; its name stands beside the first of them."""
    profile = result.profile.loc[
        result.present, ["customers", "share_customers", "revenue", "share_revenue", "n_orders"]
    ]
    profile.index = pd.Index([label(result.model, name, texts) for name in result.present])
    if most is not None and len(profile) > most + 1:
        order = profile["customers"].rank(method="first", ascending=False)
        rest = profile[order > most].sum()
        rest.name = texts.t("report.other_levels", n=int((order > most).sum()))
        profile = pd.concat([profile[order <= most], rest.to_frame().T])
    profile["aov"] = profile["revenue"] / profile["n_orders"].where(profile["n_orders"] > 0)
    frame = profile.drop(columns=["revenue", "n_orders"]).rename_axis("level").reset_index()
    name = [model_text(result.model, "short", texts), *[""] * (len(frame) - 1)]
    frame.insert(0, "attribute", name)
    return frame

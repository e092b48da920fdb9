"""Drawings of a review of satisfaction: the index, all answers, the managers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from segbook.show.charts.chart import Chart, Look, chart, draw
from segbook.show.funnel_figures import FunnelPoint, History, Limits, funnel_chart, histories
from segbook.show.result_tables.csi import records_of, said, written_index, written_quarter
from segbook.show.survey_figures import Points, Spread, diverging_bars, index_chart
from segbook.stats.csi.answers import GROUPS
from segbook.stats.csi.company import SHOWN, CompanyIndex
from segbook.stats.csi.control import ControlChart
from segbook.stats.csi.funnel import funnel_limits
from segbook.stats.csi.managers import ManagersReview, OwnHistories
from segbook.words.findings.csi import band, quarter
from segbook.words.i18n import Texts

MOST = 12
"""Managers whose own histories are drawn."""


@draw.register
def _(result: CompanyIndex, look: Look) -> list[Chart]:
    if not result.shown["n"].any():
        return []
    return [_index(result, look), _answers(result, look)]


def _index(result: CompanyIndex, look: Look) -> Chart:
    texts, shown = look.texts, result.shown
    rows = records_of(shown)
    labels = [texts.decimal(row["csi"], 1 if row["csi"] < 100 else 0) for row in rows]
    points = Points(
        values=shown["csi"].to_numpy(dtype=float), lower=shown["csi_ci_lower"].to_numpy(dtype=float),
        upper=shown["csi_ci_upper"].to_numpy(dtype=float), enough=shown["enough"].to_numpy(dtype=bool),
        labels=labels,
    )  # fmt: skip
    names = [written_quarter(key, texts) for key in shown.index]
    figure = index_chart(names, points, texts.t("csi.charts.index.up"), look.colors, write=texts.decimal)
    told = [
        texts.t("csi.charts.index.alt_row", quarter=name, value=_value(row, texts))
        for name, row in zip(names, rows, strict=True)
    ]
    alt = texts.t("csi.charts.index.alt", rows="; ".join(told))
    return chart(figure, alt, texts.t("csi.charts.index.caption"))


def _value(row: Mapping[str, Any], texts: Texts) -> str:
    if np.isnan(row["csi"]):
        return written_index(row, texts)
    ends = {"low": row["csi_ci_lower"], "high": row["csi_ci_upper"]}
    point = texts.t("csi.charts.index.point", csi=row["csi"], **ends)
    return point if row["enough"] else f"{point}, {texts.t('csi.few')}"


def _answers(result: CompanyIndex, look: Look) -> Chart:
    texts, shown = look.texts, result.shown.tail(SHOWN)
    spreads, told = [], []
    for key, row in zip(shown.index, records_of(shown), strict=True):
        shares = {name: row[f"share_{name}"] for name in GROUPS}
        written = [texts.percent(round(shares[name], 2)) for name in ("detract", "neutral", "attract")]
        name = written_quarter(key, texts)
        spreads.append(
            Spread(
                name, shares["detract"], shares["neutral"], shares["attract"],
                (written[0], written[1], written[2]), texts.number(row["n"]),
            )
        )  # fmt: skip
        if row["n"]:
            told.append(texts.t("csi.charts.bars.alt_row", quarter=name, **shares))
    names = [texts.t(f"csi.groups.{name}") for name in ("detract", "neutral", "attract")]
    figure = diverging_bars(spreads, (names[0], names[1], names[2]), look.colors)
    bands = {name: band(getattr(result.scale, name)) for name in ("attract", "detract")}
    alt = texts.t("csi.charts.bars.alt", rows="; ".join(told))
    return chart(figure, alt, texts.t("csi.charts.bars.caption", **bands))


@draw.register
def _(result: ManagersReview, look: Look) -> list[Chart]:
    table = result.funnel.table[result.funnel.table["told"] > 0]
    if len(table) < 2 or not 0 < result.funnel.center < 1:
        return []
    return [_funnel(result, table, look)]


def _funnel(result: ManagersReview, table: pd.DataFrame, look: Look) -> Chart:
    texts = look.texts
    flagged = {"few": None, "usual": False}
    points = [
        FunnelPoint(int(row["told"]), float(row["share"]), str(name), flagged.get(row["verdict"], True))
        for name, row in zip(table.index, records_of(table), strict=True)
    ]
    words = [texts.t(f"csi.charts.funnel.{name}") for name in ("across", "up", "all")]
    n = np.arange(1, int(table["told"].max() * 1.18) + 2)
    inner, outer = (funnel_limits(n, result.funnel.center, level) for level in (0.95, 0.998))
    limits = Limits(result.funnel.center, n, inner, outer)
    figure = funnel_chart(points, limits, (words[0], words[1], words[2]), look.colors, write=texts.decimal)
    told = [
        texts.t(
            "csi.charts.funnel.alt_row", manager=name, n=row["n"],
            verdict=texts.t(f"csi.managers.verdicts.{row['verdict']}"),
        )
        for name, row in zip(table.index, records_of(table), strict=True)
    ]  # fmt: skip
    alt = texts.t("csi.charts.funnel.alt", rows="; ".join(told))
    return chart(figure, alt, texts.t("csi.charts.funnel.caption"))


@draw.register
def _(result: OwnHistories, look: Look) -> list[Chart]:
    texts = look.texts
    told = {name: made for name, made in result.charts.items() if len(made.points) > 1}
    if not told:
        return []
    drawn = dict(list(told.items())[:MOST])
    figure = histories(
        [_history(name, made, texts) for name, made in drawn.items()], look.colors, write=texts.decimal
    )
    rows = [
        texts.t(
            "csi.charts.control.alt_row",
            manager=name,
            n=int(made.points["outside"].sum()),
            all=len(made.points),
        )
        for name, made in drawn.items()
    ]
    alt = texts.t("csi.charts.control.alt", rows="; ".join(rows))
    return [chart(figure, alt, texts.t("csi.charts.control.caption"))]


def _history(name: str, made: ControlChart, texts: Texts) -> History:
    points = made.points
    return History(
        name, [said(quarter(str(key)), texts) for key in points.index], points["value"].to_numpy(dtype=float),
        points["lower"].to_numpy(dtype=float), points["upper"].to_numpy(dtype=float), made.center,
        points["outside"].to_numpy(dtype=bool), made.kind == "log_csi",
    )  # fmt: skip

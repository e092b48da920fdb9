"""Drawings of the measures beside the segments: agreement, card, campaigns; tables say the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segbook.show.charts.chart import Chart, Look, chart, draw
from segbook.show.figures import Bars, paired_bars
from segbook.show.intervals import Estimate, intervals_chart
from segbook.show.matrix import triangle
from segbook.stats.agreement import Agreement
from segbook.stats.association import Association
from segbook.stats.coverage import Coverage
from segbook.stats.economics import Economics
from segbook.stats.verdict import Verdict, Verdicts
from segbook.words.findings.economics import FEWEST
from segbook.words.i18n import Texts
from segbook.words.labels import label, model_text

NAMED, MOST = 3, 20
"""Pairs named in the words for a grid; models drawn in it, those closest to another first."""


@draw.register(Association)
@draw.register(Verdict)
@draw.register(Verdicts)
def _(result: object, look: Look) -> list[Chart]:  # noqa: ARG001 - their tables are their drawings
    return []


@draw.register
def _(result: Agreement, look: Look) -> list[Chart]:
    texts, pairs = look.texts, result.pairs.sort_values("ari", ascending=False, kind="stable")
    if len(pairs) < 2:
        return []
    told = list(dict.fromkeys(pairs[["one", "other"]].to_numpy().ravel()))[:MOST]
    names = [str(name) for name in result.matrix if name in told]
    pairs = pairs[pairs["one"].isin(names) & pairs["other"].isin(names)]
    rows = [
        texts.t("agreement.chart.row", number=number, model=model_text(name, "short", texts))
        for number, name in enumerate(names, start=1)
    ]
    alt = texts.t(
        "agreement.chart.alt", n=len(names), near=_pairs(pairs.head(NAMED), texts),
        far=_pairs(pairs.tail(NAMED).iloc[::-1], texts),
    )  # fmt: skip
    figure = triangle(result.matrix.loc[names, names] * 100, rows, look.colors)
    return [chart(figure, alt, texts.t("agreement.chart.caption"))]


def _pairs(pairs: pd.DataFrame, texts: Texts) -> str:
    said = [
        texts.t(
            "agreement.chart.pair",
            one=model_text(one, "short", texts), other=model_text(other, "short", texts), percent=100 * ari,
        )
        for one, other, ari in zip(pairs["one"], pairs["other"], pairs["ari"], strict=True)
    ]  # fmt: skip
    return "; ".join(said)


@draw.register
def _(result: Coverage, look: Look) -> list[Chart]:
    texts, colors = look.texts, look.colors
    if not result.n_customers:
        return []
    names = [texts.t(f"coverage.questions.{name}") for name in result.questions.index]
    shares = {name: result.questions[f"share_{name}"].tolist() for name in ("customers", "revenue")}
    written = {
        name: [texts.t(f"coverage.chart.of_{name}", share=each[0]), *map(texts.percent, each[1:])]
        for name, each in shares.items()
    }
    rows = "; ".join(
        texts.t("coverage.chart.alt_row", question=name, customers=people, revenue=money)
        for name, people, money in zip(names, *shares.values(), strict=True)
    )
    upper = Bars(shares["customers"], written["customers"], colors.pale)
    lower = Bars(shares["revenue"], written["revenue"], colors.lead)
    alt = texts.t("coverage.chart.alt", rows=rows)
    return [chart(paired_bars(names, upper, lower), alt, texts.t("coverage.chart.caption"))]


@draw.register
def _(result: Economics, look: Look) -> list[Chart]:
    texts = look.texts
    campaigns = _responses(result.campaigns, result.campaigns.index.astype(str).tolist(), look)
    drawn = (
        [_response_chart(campaigns, texts.t("economics.chart.caption_campaigns"), look)] if campaigns else []
    )
    models = result.segments.index.get_level_values("model").unique()
    if not campaigns or not len(models):
        return drawn
    model, known = str(models[0]), result.campaigns["responses"].sum()
    frame = result.segments.reset_index("model").query("model == @model").drop(columns="model")
    average = known / result.campaigns["contacts"].sum()
    enough = frame[frame["contacts"] >= FEWEST]
    rows = _responses(enough, [label(model, str(name), texts) for name in enough.index], look)
    named = model_text(model, "short", texts)
    caption = texts.t("economics.chart.caption_segments", model=named, average=average)
    if len(enough) < len(frame):
        caption += " " + texts.t("economics.chart.few", fewest=FEWEST)
    return [*drawn, _response_chart(rows, caption, look, average)] if rows else drawn


def _responses(frame: pd.DataFrame, names: list[str], look: Look) -> list[tuple[Estimate, float]]:
    """Give the response of each row that has one, and its contacts."""
    columns = ("response", "response_ci_lower", "response_ci_upper", "contacts")
    rows = zip(names, *(frame[column] for column in columns), strict=True)
    return [
        (Estimate(name, value, lower, upper, look.texts.t("economics.chart.label", value=value)), contacts)
        for name, value, lower, upper, contacts in rows
        if np.isfinite(value)
    ]


def _response_chart(
    rows: list[tuple[Estimate, float]], caption: str, look: Look, average: float | None = None
) -> Chart:
    texts = look.texts
    said = "; ".join(
        texts.t(
            "economics.chart.alt_row",
            name=row.name, value=row.value, lower=row.lower, upper=row.upper, contacts=contacts,
        )
        for row, contacts in rows
    )  # fmt: skip
    figure = intervals_chart([row for row, _ in rows], texts.percent, look.colors, average)
    return chart(figure, texts.t("economics.chart.alt", rows=said), caption)

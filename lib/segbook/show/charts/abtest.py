"""Drawings of A/B tests: effects with intervals, the funnel, the difference by day, segments, the plan."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from babel.dates import format_skeleton

from segbook.show.canvas import style
from segbook.show.charts.chart import Chart, Look, chart, draw
from segbook.show.effects import Spans, band, falling_curve, forest
from segbook.show.figures import Bars, paired_bars
from segbook.stats.abtest.book import Trials
from segbook.stats.abtest.comparison import Comparison
from segbook.stats.abtest.plans import PlanLine, Planning
from segbook.stats.abtest.segments import SegmentStudy
from segbook.stats.abtest.trial import Trial
from segbook.stats.abtest.verdict import BLOCKING
from segbook.words.findings.comparisons import called, kind_of
from segbook.words.findings.finding import word
from segbook.words.findings.plans import what_is
from segbook.words.measures import Measure

WIDEST = 1.5
"""Relative interval above which a row would squeeze all others; the table has it."""

CURVES = 1
"""Plans drawn; the others have their tables."""

POINTS = (0.2, 0.1, 0.05)
"""Changes named in the words of the curve."""


@draw.register
def _(result: Trials, look: Look) -> list[Chart]:
    rows = []
    for trial in result.trials:
        title, several = called(look.texts, trial.name, "title"), len(trial.variants) > 2
        for verdict in trial.verdicts:
            variant = called(look.texts, trial.name, "variants", verdict.variant)
            if verdict.leading is not None and verdict.key not in BLOCKING:
                rows.append((f"{title}, {variant}" if several else title, verdict.leading))
    return _forest([row for row in rows if _is_drawable(row[1])], look)


@draw.register
def _(result: Trial, look: Look) -> list[Chart]:
    if result.verdicts and result.verdicts[0].key in BLOCKING:
        return []
    several = len(result.variants) > 2
    rows = []
    for each in result.comparisons:
        if each.role != "guardrail" and _is_drawable(each):
            label = called(look.texts, result.name, "metrics", each.metric)
            variant = called(look.texts, result.name, "variants", each.variant)
            rows.append((f"{label}, {variant}" if several else label, each))
    return [*_forest(rows, look)]


def _is_drawable(each: Comparison | None) -> bool:
    if each is None:
        return False
    ends = (each.test.rel_effect_size_ci_lower, each.test.rel_effect_size_ci_upper)
    return all(map(math.isfinite, ends)) and ends[1] - ends[0] < WIDEST


def _forest(rows: Sequence[tuple[str, Comparison | None]], look: Look) -> list[Chart]:
    known = [(label, each.test) for label, each in rows if each is not None]
    if not known:
        return []
    texts = look.texts
    names = ("rel_effect_size", "rel_effect_size_ci_lower", "rel_effect_size_ci_upper")
    values, low, high = ([getattr(test, name) for _, test in known] for name in names)
    labels = [label for label, _ in known]
    figure = forest(
        labels,
        [Spans(values, low, high, look.colors.lead)],
        texts.t("abtest.charts.forest.axis"),
        lambda value: texts.change(value) if value else texts.percent(0),
    )
    said = [
        texts.t(
            "abtest.charts.forest.row",
            label=label,
            value=texts.change(v),
            low=texts.change(a),
            high=texts.change(b),
        )
        for label, v, a, b in zip(labels, values, low, high, strict=True)
    ]
    alt = texts.t("abtest.charts.forest.alt", rows="; ".join(said))
    return [chart(figure, alt, texts.t("abtest.charts.forest.caption"))]


def funnel_chart(trial: Trial, look: Look) -> list[Chart]:
    """Draw the funnel of the control and of the first variant."""
    if trial.funnel is None:
        return []
    texts, arms = look.texts, trial.variants[:2]
    steps = [
        each for each in trial.funnel.steps.loc[arms[0]].index if each not in {"delivered", "click_to_open"}
    ]
    shares = [[float(trial.funnel.steps.loc[(arm, step), "share"]) for step in steps] for arm in arms]
    written = [[Measure(each, "share").text(texts) for each in arm] for arm in shares]
    rows = [texts.t(f"abtest.funnel.steps.{step}") for step in steps]
    titles = [called(texts, trial.name, "variants", arm) for arm in arms]
    labels = [[f"{one[0]} {title}", *one[1:]] for one, title in zip(written, titles, strict=True)]
    said = []
    for index, row in enumerate(rows):
        parts = [
            texts.t("abtest.charts.funnel.part", variant=title, share=one[index])
            for title, one in zip(titles, written, strict=True)
        ]
        said.append(texts.t("abtest.charts.funnel.row", step=row, parts=", ".join(parts)))
    with style():
        upper, lower = (
            Bars(*each) for each in zip(shares, labels, (look.colors.pale, look.colors.lead), strict=True)
        )
        figure = paired_bars(rows, upper, lower)
        alt = texts.t("abtest.charts.funnel.alt", rows="; ".join(said))
        return [chart(figure, alt, texts.t("abtest.charts.funnel.caption"))]


def daily_chart(trial: Trial, look: Look) -> list[Chart]:
    """Draw the difference of the leading metric after each day."""
    lead = trial.verdicts[0].leading if trial.verdicts else None
    if lead is None or len(trial.daily) < 3:
        return []
    texts, kind, daily = look.texts, kind_of(lead), trial.daily

    def write(value: float) -> str:
        return Measure(value, kind, "difference", float(daily["ci_upper"].abs().max())).text(texts)

    days = [format_skeleton("MMMd", day.date(), locale=texts.locale) for day in daily.index]
    metric = called(texts, trial.name, "metrics", lead.metric)
    values, lower, upper = (daily[name].tolist() for name in ("effect_size", "ci_lower", "ci_upper"))
    line = Spans(values, lower, upper, look.colors.lead)
    with style():
        title = texts.t("abtest.charts.daily.title", metric=metric)
        figure = band(days, line, title, write, look.colors)
        first, last = daily.iloc[0], daily.iloc[-1]
        alt = texts.t(
            "abtest.charts.daily.alt", metric=metric, first=daily.index[0], last=daily.index[-1],
            first_value=write(first["effect_size"]), last_value=write(last["effect_size"]),
            low=write(last["ci_lower"]), high=write(last["ci_upper"]),
        )  # fmt: skip
        return [chart(figure, alt, texts.t("abtest.charts.daily.caption"))]


def segments_chart(trial: Trial, study: SegmentStudy, look: Look) -> Chart:
    """Draw the effect of each segment, measured and shrunken."""
    texts, effects = look.texts, study.effects
    lead = next(each for each in trial.of(study.variant) if each.metric == study.metric)

    def write(value: float) -> str:
        return Measure(value, kind_of(lead), "difference", float(effects["shrunken"].abs().max())).text(texts)

    spans = [
        _spans(effects, "effect_size", look.colors.pale, texts.t("abtest.charts.segments.raw")),
        _spans(effects, "shrunken", look.colors.lead, texts.t("abtest.charts.segments.shrunken")),
    ]
    rows = [str(each) for each in effects.index]
    said = [
        texts.t("abtest.charts.segments.row", segment=row, raw=write(raw), shrunken=write(drawn))
        for row, raw, drawn in zip(rows, effects["effect_size"], effects["shrunken"], strict=True)
    ]
    with style():
        axis = called(texts, trial.name, "metrics", study.metric)
        figure = forest(rows, spans, axis, write, common=study.overall)
        alt = texts.t("abtest.charts.segments.alt", overall=write(study.overall), rows="; ".join(said))
        return chart(figure, alt, texts.t("abtest.charts.segments.caption"))


def _spans(effects: pd.DataFrame, column: str, color: str, name: str) -> Spans:
    values, lower, upper = (
        effects[each].tolist() for each in (column, f"{column}_ci_lower", f"{column}_ci_upper")
    )
    return Spans(values, lower, upper, color, name)


@draw.register
def _(result: Planning, look: Look) -> list[Chart]:
    return [_curve(each, result, look) for each in result.lines[:CURVES]]


def _curve(line: PlanLine, planning: Planning, look: Look) -> Chart:
    texts, curve = look.texts, line.curve
    names = (texts.t("abtest.charts.plan.across"), texts.t("abtest.charts.plan.up"))
    figure = falling_curve(
        curve["units"].tolist(),
        curve["relative"].tolist(),
        names,
        (texts.compact, texts.percent),
        look.colors,
    )
    order = np.argsort(curve["relative"].to_numpy())
    found = np.interp(POINTS, curve["relative"].to_numpy()[order], curve["units"].to_numpy()[order])
    points = [
        texts.t("abtest.charts.plan.point", units=n, change=each)
        for n, each in zip(found, POINTS, strict=True)
    ]
    alt = texts.t("abtest.charts.plan.alt", what=word(what_is(line), texts), points="; ".join(points))
    return chart(figure, alt, texts.t("abtest.charts.plan.caption", power=planning.plan.power))

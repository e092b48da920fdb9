"""Drawings of who stays and of how well the forecast did."""

from __future__ import annotations

import pandas as pd

from segbook.movement import Churn, Cohorts, Lifetime, Replenishment, Worth
from segbook.movement.retention import FEW, SETTLED
from segbook.show.charts.chart import Chart, Look, chart, draw
from segbook.show.figures import Bars, single_bars
from segbook.show.movement_figures import falling, grid
from segbook.show.result_tables.movement import period_name
from segbook.show.result_tables.retention import cohort_name, stage_name


@draw.register
def _(result: Replenishment, look: Look) -> list[Chart]:  # noqa: ARG001 - it is told by tables
    return []


@draw.register
def _(result: Churn, look: Look) -> list[Chart]:
    rates = result.rates
    return _rates_by_period(rates, look) if rates.shape[1] > 1 else _rates(result, look)


def _rates_by_period(rates: pd.DataFrame, look: Look) -> list[Chart]:
    texts = look.texts
    names = [stage_name(str(each), texts) for each in rates.index]
    rows = [
        texts.t("movement.churn.alt_change", stage=name, first=row.iloc[0], last=row.iloc[-1])
        for name, (_, row) in zip(names, rates.iterrows(), strict=True)
    ]
    rates = rates.set_axis(names).set_axis([period_name(str(key), texts) for key in rates], axis=1)
    written = rates.map(lambda rate: texts.percent(rate) if pd.notna(rate) else "")
    figure = grid(rates, written, (texts.t("movement.churn.across"), ""), look.colors, shares=True)
    alt = texts.t("movement.churn.alt", rows="; ".join(rows))
    return [chart(figure, alt, texts.t("movement.churn.periods_caption", few=FEW))]


def _rates(result: Churn, look: Look) -> list[Chart]:
    texts = look.texts
    stages = result.stages[result.stages["customers"] > 0]
    if stages.empty:
        return []
    names = [stage_name(str(each), texts) for each in stages.index]
    rows = stages[["rate", "ci_lower", "ci_upper"]].to_dict("records")
    labels = [
        texts.t("movement.churn.bar", **{str(name): value for name, value in row.items()}) for row in rows
    ]
    figure = single_bars(names, Bars(stages["rate"].tolist(), labels, look.colors.lead))
    said = [
        texts.t("movement.churn.alt_row", stage=name, label=label)
        for name, label in zip(names, labels, strict=True)
    ]
    alt = texts.t("movement.churn.alt", rows="; ".join(said))
    return [chart(figure, alt, texts.t("movement.churn.caption"))]


@draw.register
def _(result: Cohorts, look: Look) -> list[Chart]:
    texts, shares = look.texts, result.shares
    if shares.shape[1] < 2:
        return []
    shares = shares[[name for name in shares if name != 0]].dropna(how="all")
    written = shares.map(lambda share: texts.percent(round(share, 2)) if pd.notna(share) else "")
    back = shares[1].dropna()
    shares = shares.set_axis(
        [
            texts.t(
                "movement.cohorts.row",
                cohort=cohort_name(day, result.unit, texts),
                n=int(result.customers[day]),
            )
            for day in shares.index
        ]
    )
    names = (texts.t(f"movement.cohorts.after_{result.unit}"), "")
    figure = grid(shares, written, names, look.colors, shares=True)
    alt = texts.t("movement.cohorts.alt", n=len(shares), low=float(back.min()), high=float(back.max()))
    return [chart(figure, alt, texts.t("movement.cohorts.caption", settled=SETTLED))]


@draw.register
def _(result: Lifetime, look: Look) -> list[Chart]:
    texts = look.texts
    if result.curve.empty:
        return []
    start = pd.DataFrame({"survival": [1.0], "ci_lower": [1.0], "ci_upper": [1.0]}, index=[0])
    curve = pd.concat([start, result.curve[["survival", "ci_lower", "ci_upper"]]])
    words = (texts.t("movement.lifetime.across"), texts.t("movement.lifetime.up"))
    rows = [
        texts.t("movement.lifetime.alt_row", days=day, survival=row["survival"])
        for day, row in result.marks.iterrows()
    ]
    alt = texts.t("movement.lifetime.alt", rows="; ".join(rows))
    figure = falling(curve, words, texts.percent, look.colors)
    caption = texts.t("movement.lifetime.caption", patience=result.patience)
    if result.step:
        caption += " " + texts.t("movement.lifetime.step", patience=result.patience)
    return [chart(figure, alt, caption)]


@draw.register
def _(result: Worth, look: Look) -> list[Chart]:
    held, texts = result.held, look.texts
    if held is None:
        return []
    revenue = held.figures["revenue"]
    names = [texts.t(f"movement.worth.rows.{each}") for each in revenue.index]
    labels = [texts.money(value) for value in revenue]
    figure = single_bars(names, Bars(revenue.tolist(), labels, look.colors.lead))
    said = [
        texts.t("movement.worth.alt_row", row=name, revenue=value)
        for name, value in zip(names, revenue, strict=True)
    ]
    alt = texts.t("movement.worth.alt", rows="; ".join(said))
    return [chart(figure, alt, texts.t("movement.worth.caption"))]

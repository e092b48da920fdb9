"""Drawings of the business through time and of the concentration of revenue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from babel.numbers import get_currency_symbol

from segbook.periods import month_end
from segbook.show.charts.chart import Chart, Look, chart, draw
from segbook.show.figures import Panel, lorenz, months_chart
from segbook.stats.concentration import Concentration
from segbook.stats.overview import Overview
from segbook.words.i18n import Texts

TOP = 0.2


@draw.register
def _(result: Overview, look: Look) -> list[Chart]:
    texts, colors, period = look.texts, look.colors, look.period
    months = result.months
    if months.empty:
        return []
    days = [day.date() for day in months.index]
    inside = [period is None or (period.start <= month_end(day) and day <= period.end) for day in days]
    strong = inside if any(inside) else [True] * len(days)
    revenue = Panel(
        texts.t("charts.months.revenue", symbol=get_currency_symbol(texts.currency, texts.locale)),
        months["revenue"].tolist(),
        texts.compact if months["revenue"].abs().max() >= 10 else texts.decimal,
    )
    buyers = Panel(texts.t("charts.months.buyers"), months["buyers"].tolist(), texts.compact)
    figure = months_chart(_month_labels(days, texts), revenue, buyers, strong, colors)
    money = months["revenue"]
    alt = texts.t(
        "charts.months.alt" if len(months) > 1 else "charts.months.alt_one",
        first=days[0], last=days[-1], best=money.idxmax(), best_revenue=money.max(), worst=money.idxmin(),
        worst_revenue=money.min(), last_revenue=money.iloc[-1], buyers=months["buyers"].iloc[-1],
    )  # fmt: skip
    caption = "charts.months.caption" if all(strong) else "charts.months.caption_period"
    return [chart(figure, alt, texts.t(caption))]


def _month_labels(days: Sequence[date], texts: Texts) -> list[str]:
    """Write months short, each with its year below, which the axis shows where there is room."""
    names = texts.locale.months["stand-alone"]["abbreviated"]
    return [f"{names[day.month]}\n{day.year}" for day in days]


@draw.register
def _(result: Concentration, look: Look) -> list[Chart]:
    texts, colors = look.texts, look.colors
    if np.isnan(result.gini):
        return []
    part = max(int(TOP * result.n_customers), 1) / result.n_customers
    facts = {
        "n": result.n_customers, "part": part, "share": result.top_20_share, "half": 0.5, "gini": result.gini,
        "half_share": np.interp(0.5, result.lorenz["share_customers"], result.lorenz["share_value"]),
        "low": result.gini_ci_lower, "high": result.gini_ci_upper,
    }  # fmt: skip
    words = [texts.t(f"charts.lorenz.{key}", **facts) for key in ("across", "up", "equal", "point")]
    figure = lorenz(result.lorenz, (1 - part, 1 - result.top_20_share), words, colors)
    for axis in (figure.axes[0].xaxis, figure.axes[0].yaxis):
        axis.set_major_formatter(lambda value, _: texts.percent(value))
    return [chart(figure, texts.t("charts.lorenz.alt", **facts), texts.t("charts.lorenz.caption", **facts))]

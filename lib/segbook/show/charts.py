"""Charts of every result, each with its caption and its words for those who cannot see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from babel.numbers import get_currency_symbol
from matplotlib.figure import Figure

from segbook.data.quality import Quality
from segbook.periods import Period, month_end
from segbook.results import SegmentResult
from segbook.show.canvas import Palette, palette, style, svg_of
from segbook.show.figures import Bars, Panel, heat_map, lorenz, months_chart, paired_bars, single_bars
from segbook.stats.concentration import Concentration
from segbook.stats.overview import Overview
from segbook.words.i18n import Texts

TOP = 0.2
LARGEST = 3
COMPACT = 100_000


@dataclass(frozen=True)
class Chart:
    """A drawing that needs nothing else, shown as such by Jupyter.

    Parameters
    ----------
    svg
        Letters are drawn as shapes, so it looks the same everywhere.
    alt
        What the drawing says, with its numbers.
    caption
        One line below it.

    Examples
    --------
    >>> data, about = Chart("<svg/>", "one bar", "Revenue")._repr_mimebundle_()
    >>> data["text/plain"], about["caption"]
    ('one bar', 'Revenue')
    """

    svg: str
    alt: str
    caption: str

    def _repr_mimebundle_(
        self,
        include: Any = None,  # noqa: ARG002 - Jupyter's signature
        exclude: Any = None,  # noqa: ARG002
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"image/svg+xml": self.svg, "text/plain": self.alt}
        return data, {"image/svg+xml": {"alt": self.alt}, "alt": self.alt, "caption": self.caption}


def charts_of(
    result: SegmentResult | Overview | Concentration | Quality,
    texts: Texts,
    color: str = "#0B6E4F",
    grid: Sequence[str] = (),
    *,
    period: Period | None = None,
) -> list[Chart]:
    """Give the charts of a result.

    Parameters
    ----------
    result
        A segmentation: shares of customers and revenue by segment, and a heat map of its ``grid``; the
        overview: revenue and buyers by month; concentration: the Lorenz curve; quality: rows left out.
    texts
        Language and currency.
    color
        The client's.
    grid
        Two columns of the scores: rows and columns of the heat map.
    period
        Whose months stand out in the overview; all of them when absent.

    Returns
    -------
    list of Chart
        Empty when there is nothing to see, such as no row left out.

    Examples
    --------
    >>> curve = pd.DataFrame({"share_customers": [0, 0.8, 1], "share_value": [0, 0.4, 1]})
    >>> measured = Concentration("revenue", 10, 0, 0.3, 0.6, 5, 0.5, 0.4, 0.35, 0.45, curve)
    >>> charts_of(measured, Texts("en"))[0].alt
    'Lorenz curve of 10 customers: the best 20% of customers bring 60% of revenue, the smallest ...
    """
    colors = palette(color)
    with style():
        match result:
            case SegmentResult():
                cross = _cross(result, texts, colors, tuple(grid)) if len(grid) == 2 else []
                return [*_shares(result, texts, colors), *cross]
            case Overview():
                return _months(result, texts, colors, period)
            case Concentration():
                return _concentration(result, texts, colors)
            case Quality():
                return _left_out(result, texts, colors)


def _chart(figure: Figure, alt: str, caption: str) -> Chart:
    return Chart(svg_of(figure, alt), alt, caption)


def _shares(result: SegmentResult, texts: Texts, colors: Palette) -> list[Chart]:
    profile = result.profile.loc[result.present]
    if profile.empty:
        return []
    labels = [texts.label(f"{result.model}.segments.{name}.label", name) for name in result.present]
    customers, revenue = profile["share_customers"].tolist(), profile["share_revenue"].tolist()
    upper = Bars(customers, _direct("charts.shares.of_customers", customers, texts), colors.pale)
    lower = Bars(revenue, _direct("charts.shares.of_revenue", revenue, texts), colors.lead)
    rows = [
        texts.t("charts.shares.alt_row", label=label, customers=people, revenue=money)
        for label, people, money in zip(labels, customers, revenue, strict=True)
    ]
    alt = texts.t("charts.shares.alt", rows="; ".join(rows))
    return [_chart(paired_bars(labels, upper, lower), alt, texts.t("charts.shares.caption"))]


def _direct(key: str, shares: Sequence[float], texts: Texts) -> list[str]:
    """Say on the first bar what the bars are, on the others only how much."""
    return [texts.t(key, share=shares[0]), *(texts.percent(share) for share in shares[1:])]


def _cross(result: SegmentResult, texts: Texts, colors: Palette, grid: tuple[str, ...]) -> list[Chart]:
    counts = _counts(result, grid)
    customers = int(counts.to_numpy().sum())
    if not customers:
        return []
    counts.index = pd.Index([texts.label(f"charts.values.{name}", str(name)) for name in counts.index])
    counts.columns = pd.Index([texts.label(f"charts.values.{name}", str(name)) for name in counts.columns])
    down, across = (texts.label(f"charts.scores.{name}", name) for name in grid)
    write: Callable[[float], str] = texts.compact if counts.to_numpy().max() >= COMPACT else texts.number
    figure = heat_map(counts, counts.map(write), (across, down), colors)
    cells = "; ".join(_largest(counts, texts))
    alt = texts.t("charts.cross.alt", down=down, across=across, customers=customers, cells=cells)
    caption = texts.t("charts.cross.caption", customers=customers)
    if customers < len(result.scores):
        caption += " " + texts.t("charts.cross.without", customers=len(result.scores) - customers)
    return [_chart(figure, alt, caption)]


def _counts(result: SegmentResult, grid: tuple[str, ...]) -> pd.DataFrame:
    """Count customers by two scores; the best number stands on top and on the right."""
    scores = result.scores[list(grid)].dropna()
    if scores.empty:
        return pd.DataFrame()
    rows, columns = (_levels(scores[name], result.params.get("levels")) for name in grid)
    counts = pd.crosstab(scores[grid[0]], scores[grid[1]]).reindex(index=rows, columns=columns, fill_value=0)
    return counts.iloc[::-1] if isinstance(rows[0], int) else counts


def _largest(counts: pd.DataFrame, texts: Texts) -> list[str]:
    numbers, down, across = counts.to_numpy(), counts.index, counts.columns
    order = np.argsort(-numbers, axis=None, kind="stable")[:LARGEST]
    places = [divmod(int(place), counts.shape[1]) for place in order]
    return [
        texts.t("charts.cross.alt_cell", down=down[y], across=across[x], customers=numbers[y, x])
        for y, x in places
        if numbers[y, x]
    ]


def _levels(values: pd.Series, levels: object) -> list[Any]:
    """Give every level a score can have, also those nobody has; letters as they are."""
    if not pd.api.types.is_numeric_dtype(values):
        return sorted(values.astype(str).unique())
    top = int(values.max())
    return list(range(1, max(top, levels if isinstance(levels, int) else 0) + 1))


def _months(result: Overview, texts: Texts, colors: Palette, period: Period | None) -> list[Chart]:
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
    return [_chart(figure, alt, texts.t(caption))]


def _month_labels(days: Sequence[date], texts: Texts) -> list[str]:
    """Write months short, each with its year below, which the axis shows where there is room."""
    names = texts.locale.months["stand-alone"]["abbreviated"]
    return [f"{names[day.month]}\n{day.year}" for day in days]


def _concentration(result: Concentration, texts: Texts, colors: Palette) -> list[Chart]:
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
    return [_chart(figure, texts.t("charts.lorenz.alt", **facts), texts.t("charts.lorenz.caption", **facts))]


def _left_out(result: Quality, texts: Texts, colors: Palette) -> list[Chart]:
    account = result.account.drop("counted")
    account = account[account["rows"] > 0].sort_values("rows", ascending=False, kind="stable")
    if account.empty:
        return []
    reasons = [texts.label(f"quality.reasons.{reason}", str(reason)) for reason in account.index]
    labels = [
        texts.t(
            "charts.left_out.label_money" if row.amount else "charts.left_out.label",
            rows=row.rows, share=row.share_rows, amount=row.amount,
        )
        for row in account.itertuples()
    ]  # fmt: skip
    figure = single_bars(reasons, Bars(account["rows"].tolist(), labels, colors.lead))
    said = [
        texts.t("charts.left_out.alt_row", reason=reason, label=label)
        for reason, label in zip(reasons, labels, strict=True)
    ]
    rows, all_rows = int(account["rows"].sum()), int(result.account["rows"].sum())
    alt = texts.t("charts.left_out.alt", rows=rows, all=all_rows, list="; ".join(said))
    return [_chart(figure, alt, texts.t("charts.left_out.caption"))]

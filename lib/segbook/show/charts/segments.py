"""Drawings of a segmentation: who is where, what it brings, and the cross of two scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from segbook.results import SegmentResult
from segbook.show.charts.chart import Chart, Look, chart, draw
from segbook.show.figures import Bars, heat_map, paired_bars, single_bars
from segbook.words.i18n import Texts
from segbook.words.labels import label

LARGEST = 3
COMPACT = 100_000


@draw.register
def _(result: SegmentResult, look: Look) -> list[Chart]:
    cross = _cross(result, look) if len(result.traits.grid) == 2 else []
    return [*_shares(result, look), *cross]


def _shares(result: SegmentResult, look: Look) -> list[Chart]:
    texts, colors = look.texts, look.colors
    profile = result.profile.loc[result.present]
    if profile.empty:
        return []
    labels = [label(result.model, name, texts) for name in result.present]
    customers, revenue = profile["share_customers"].tolist(), profile["share_revenue"].tolist()
    upper = Bars(customers, _direct("charts.shares.of_customers", customers, texts), colors.pale)
    if not profile["share_revenue"].notna().any():
        said = [
            texts.t("charts.shares.alt_people", label=each, customers=people)
            for each, people in zip(labels, customers, strict=True)
        ]
        alt = "; ".join(said)
        return [chart(single_bars(labels, upper), alt, texts.t("charts.shares.caption_people"))]
    lower = Bars(revenue, _direct("charts.shares.of_revenue", revenue, texts), colors.lead)
    rows = [
        texts.t("charts.shares.alt_row", label=label, customers=people, revenue=money)
        for label, people, money in zip(labels, customers, revenue, strict=True)
    ]
    alt = texts.t("charts.shares.alt", rows="; ".join(rows))
    return [chart(paired_bars(labels, upper, lower), alt, texts.t("charts.shares.caption"))]


def _direct(key: str, shares: Sequence[float], texts: Texts) -> list[str]:
    """Say on the first bar what the bars are, on the others only how much."""
    return [texts.t(key, share=shares[0]), *(texts.percent(share) for share in shares[1:])]


def _cross(result: SegmentResult, look: Look) -> list[Chart]:
    texts, colors, grid = look.texts, look.colors, result.traits.grid
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
    return [chart(figure, alt, caption)]


def _counts(result: SegmentResult, grid: Sequence[str]) -> pd.DataFrame:
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

"""Who is in a group that was found, told by a few conditions: a shallow decision tree, read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from segbook.models.clusters import LEFT, MONEY
from segbook.results import SegmentResult

DEPTH = 3
SHORTER = 0.02
SAMPLE = 20_000
"""Customers the tree is grown on."""


@dataclass(frozen=True)
class Condition:
    """A range of one feature.

    Parameters
    ----------
    feature
        Its name.
    low, high
        Both inclusive for whole numbers, ``high`` exclusive for others; None: no limit.
    """

    feature: str
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Portrait:
    """One group: how to recognise its customers, and what is usual among them.

    Parameters
    ----------
    segment
        Its key.
    conditions
        What tells it from the others; empty when there are no others.
    reach, purity
        Share of the group that meets the conditions, and share of the group among all who meet them.
    typical
        Feature to the median of the group.
    customers, share_customers, revenue, share_revenue
        As in the segment's profile.
    """

    segment: str
    conditions: tuple[Condition, ...]
    reach: float
    purity: float
    typical: Mapping[str, float]
    customers: int
    share_customers: float
    revenue: float
    share_revenue: float

    def content(self) -> dict[str, Any]:
        """Give the portrait as plain data."""
        return asdict(self)


def portraits(result: SegmentResult) -> list[Portrait]:
    """Describe every group of a segmentation by ranges of its scores.

    Parameters
    ----------
    result
        Of a model whose scores are the features, such as `segbook.models.clusters.Clusters`. Customers with a
        score missing are not described, nor is a segment of theirs.

    Returns
    -------
    list of Portrait
        In the order of the segments. Limits are whole where the feature is, else rounded to two digits. Of
        all nodes of the tree a group has the one with the best F1 score (reach and purity together),
        a shorter description winning over one that is better by less than `SHORTER` a condition.

    References
    ----------
    Breiman L. et al. (1984). Classification and Regression Trees; Gini impurity, groups weighted alike.

    Examples
    --------
    >>> scores = pd.DataFrame({"n_orders": [1.0, 2, 8, 9]}, index=list("abcd"))
    >>> customers = scores.assign(amount_sum=1.0, period_amount=1.0, recency_days=1.0)
    >>> segments = pd.Series(["often", "often", "seldom", "seldom"][::-1], index=scores.index)
    >>> made = SegmentResult.build("x", {}, segments, scores, names=["often", "seldom"], customers=customers)
    >>> for portrait in portraits(made):
    ...     print(portrait.segment, portrait.conditions[0].low, portrait.conditions[0].high)
    often 6.0 None
    seldom None 5.0
    """
    described = (result.scores.notna().all(axis=1) & ~result.segments.isin(LEFT)).to_numpy()
    labels, scores = result.segments[described].cat.codes, result.scores[described]
    told = scores.loc[:, scores.nunique() > 1]
    places = sorted(labels.unique())
    nodes = list(_nodes(told, labels)) if len(places) > 1 and told.shape[1] else []
    return [_portrait(place, nodes, scores, labels == place, result=result) for place in places]


def _portrait(
    place: int,
    nodes: list[tuple[Condition, ...]],
    scores: pd.DataFrame,
    inside: pd.Series[bool],
    *,
    result: SegmentResult,
) -> Portrait:
    name = str(result.segments.cat.categories[place])
    found: list[tuple[float, float, float, tuple[Condition, ...]]] = []
    for conditions in nodes or [()]:
        meets = _meets(scores, conditions)
        both = float((meets & inside).sum())
        reach, purity = both / inside.sum(), both / max(meets.sum(), 1)
        score = 2 * both / (meets.sum() + inside.sum()) - SHORTER * len(conditions)
        found.append((score, reach, purity, conditions))
    _, reach, purity, conditions = max(found, key=lambda each: each[0])
    row = {str(column): result.profile[column].to_dict()[name] for column in result.profile}
    typical = scores[inside].median()
    return Portrait(
        name,
        conditions,
        reach,
        purity,
        {str(feature): float(value) for feature, value in typical.items()},
        int(row["customers"]),
        float(row["share_customers"]),
        float(row["revenue"]),
        float(row["share_revenue"]),
    )


def _nodes(scores: pd.DataFrame, labels: pd.Series[int]) -> Iterator[tuple[Condition, ...]]:
    """Grow the tree and give the ranges of each of its nodes."""
    from sklearn.tree import DecisionTreeClassifier

    # Sorted by value first: the tree must not depend on who stands where, or is called what.
    order = np.lexsort([labels.to_numpy(), *scores.to_numpy().T])
    chosen = np.sort(np.random.default_rng(0).choice(len(order), min(SAMPLE, len(order)), replace=False))
    rows = order[chosen]
    tree = DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=max(1, len(rows) // 100), class_weight="balanced", random_state=0
    )
    grown: Any = tree.fit(scores.to_numpy()[rows], labels.to_numpy()[rows]).tree_
    whole = [_whole(scores[name]) for name in scores]

    def walk(node: int, limits: Mapping[int, tuple[float, float]]) -> Iterator[tuple[Condition, ...]]:
        if limits:
            yield tuple(_condition(str(scores.columns[i]), *limits[i], whole[i]) for i in sorted(limits))
        if grown.children_left[node] < 0:
            return
        feature, cut = int(grown.feature[node]), float(grown.threshold[node])
        low, high = limits.get(feature, (-np.inf, np.inf))
        yield from walk(grown.children_left[node], {**limits, feature: (low, cut)})
        yield from walk(grown.children_right[node], {**limits, feature: (cut, high)})

    yield from walk(0, {})


def _condition(feature: str, above: float, below: float, whole: bool) -> Condition:
    """Say a range above one cut and not above another in numbers a person would say."""
    if whole:
        low, high = np.floor(above) + 1, np.floor(below)
    else:
        low, high = (float(f"{cut:.2g}") for cut in (above, below))
    return Condition(
        feature, float(low) if np.isfinite(low) else None, float(high) if np.isfinite(high) else None
    )


def _whole(values: pd.Series[float]) -> bool:
    """Tell whether limits are whole numbers; those of money are round ones."""
    return values.name not in MONEY and bool((values == values.round()).all())


def _meets(scores: pd.DataFrame, conditions: tuple[Condition, ...]) -> pd.Series[bool]:
    meets = pd.Series(True, index=scores.index)
    for each in conditions:
        values = scores[each.feature]
        if each.low is not None:
            meets &= values >= each.low
        if each.high is not None:
            meets &= values <= each.high if _whole(values) else values < each.high
    return meets

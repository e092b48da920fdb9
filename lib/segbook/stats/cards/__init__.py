"""Segment cards: for each segment a client decides by, who it is and what to do with it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from segbook.data.client import ClientData
from segbook.results import SegmentResult
from segbook.stats.cards.card import Card, Cards, ModelCards
from segbook.stats.cards.marks import Shares, marks
from segbook.stats.cards.measures import measures
from segbook.stats.cards.purchases import shares
from segbook.stats.cards.trial import Trial, trial
from segbook.stats.contacts import WAYS, contacts
from segbook.stats.monday import rules

__all__ = ["Card", "Cards", "ModelCards", "Shares", "Trial", "cards", "marks", "measures", "shares", "trial"]

ON_PAPER = 2
"""Cards of a model that are printed; the others are in the page and in the workbook."""

NAMED = 3
SILENT, RICH, FRESH = 1.5, 1.5, 0.5
"""Silence, money and silence against the base by which a segment without a rule is judged."""


def cards(results: Mapping[str, SegmentResult], data: ClientData) -> Cards:
    """Make the cards of every segment of the client's primary models.

    Parameters
    ----------
    results
        Key to segmentation; attributes among them say who the customers are.
    data
        What they were made of.

    Returns
    -------
    Cards

    Examples
    --------
    >>> from segbook.models import compute
    >>> orders = pd.DataFrame({"customer_id": [f"c{i % 40}" for i in range(80)], "amount": 10.0,
    ...     "order_date": pd.date_range("2025-01-01", periods=80, freq="7D")})
    >>> made = ClientData.of(orders, "2026Q2")
    >>> every = cards(compute(made)[0], made)
    >>> [card.segment for card in every.of("lifecycle")[0].cards]
    ['reactivated', 'slowing', 'at_risk', 'lost']
    """
    primary = [key for key in data.params.primary if key in results]
    primary = [key for key in primary if results[key].traits.subject == "customer"]
    if not primary:
        return Cards({})
    divided, reach = shares(data), contacts(data)
    return Cards({key: _of_model(results[key], results, divided, reach, data=data) for key in primary})


def _of_model(
    result: SegmentResult,
    results: Mapping[str, SegmentResult],
    divided: list[Shares],
    reach: pd.DataFrame,
    *,
    data: ClientData,
) -> ModelCards:
    others = {key: other for key, other in results.items() if key != result.model}
    apart, figures = marks(result.segments, others, divided), measures(result.segments, data)
    plays = {(rule.model, rule.segment): rule.play for rule in rules()}
    made = []
    for name in result.present:
        members = result.of(name)
        ways = reach.loc[members]
        made.append(
            Card(
                result.model,
                name,
                _size(result.profile, name),
                figures[name],
                apart[name],
                _reach(ways),
                _people(members, ways, data),
                plays.get((result.model, name)) or _play(figures[name]),
                trial(members, _available(ways), data),
            )
        )
    return ModelCards(result.model, tuple(made), _on_paper(result))


def _play(figures: pd.DataFrame) -> str:
    """Choose what to do with a segment no rule knows, by its own figures; nothing when they are usual."""
    if figures.empty:
        return "first"
    index = figures["index"].to_dict()
    if index["recency_days"] >= SILENT:
        return "win_back"
    if index["revenue_per_customer"] >= RICH:
        return "vip"
    return "develop" if index["recency_days"] <= FRESH else ""


def _size(profile: pd.DataFrame, segment: str) -> dict[str, float]:
    names = ("share_customers", "revenue", "share_revenue", "period_revenue")
    row = profile.to_dict("index")[segment]
    return {"customers": int(row["customers"]), **{name: float(row[name]) for name in names}}


def _reach(ways: pd.DataFrame) -> dict[str, float]:
    known = {way: float(ways[way].notna().mean()) for way in WAYS if way in ways}
    if "consent" in ways:
        known["consent"] = float(ways["consent"].eq(True).mean())
    return known


def _available(ways: pd.DataFrame) -> int:
    """Count who can be asked: who agreed, else who has a phone or an e-mail, else everybody."""
    if "consent" in ways:
        return int(ways["consent"].eq(True).sum())
    given = [way for way in ("phone", "email") if way in ways]
    return int(ways[given].notna().any(axis=1).sum()) if given else len(ways)


def _people(members: pd.Index, ways: pd.DataFrame, data: ClientData) -> pd.DataFrame:
    money = data.customers.loc[members, "amount_sum"]
    best = money.sort_values(ascending=False, kind="stable").head(NAMED)
    people: pd.DataFrame = ways.loc[best.index].assign(amount_sum=best)
    return people


def _on_paper(result: SegmentResult) -> tuple[str, ...]:
    profile = result.profile.loc[result.present]
    watched = [name for name in result.traits.watch if name in profile.index]
    richest = profile["revenue"].sort_values(ascending=False, kind="stable").index
    chosen = list(dict.fromkeys([*watched, *richest]))[:ON_PAPER]
    return tuple(name for name in result.present if name in chosen)

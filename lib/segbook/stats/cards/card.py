"""The card of a segment: everything one needs to know to work with it, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from segbook.stats.cards.trial import Trial


@dataclass(frozen=True)
class Card:
    """One segment of one model.

    Parameters
    ----------
    model, segment
        Which.
    size
        ``customers, share_customers, revenue, share_revenue, period_revenue``, as in the model's profile.
    measures
        Index measure; ``value`` of the segment, ``base`` of all buyers, ``index`` = value / base; see
        `segbook.stats.cards.measures`.
    marks
        What sets the segment apart; see `segbook.stats.cards.marks`.
    reach
        Way (``email``, ``phone``, ``address``, ``consent``) to the share of customers who have it; only ways
        the client's tables know.
    people
        The three largest customers: columns of `segbook.stats.contacts.contacts` and ``amount_sum``.
    play
        Key of what to do, as in ``stats/rules/monday.csv``; where no rule knows the segment by its own
        figures, empty when these are like the base's.
    trial
        The A/B test to run next; None where nothing is known of how such customers buy.
    """

    model: str
    segment: str
    size: Mapping[str, float]
    measures: pd.DataFrame
    marks: pd.DataFrame
    reach: Mapping[str, float]
    people: pd.DataFrame
    play: str
    trial: Trial | None

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON, without names."""
        return {
            **self.size,
            "measures": self.measures,
            "marks": self.marks.to_dict("records"),
            "reach": self.reach,
            "trial": None if self.trial is None else vars(self.trial),
        }


@dataclass(frozen=True)
class ModelCards:
    """The cards of one model, of the segments that hold a customer, best first.

    Parameters
    ----------
    model
        Its key.
    cards
        One for each segment.
    on_paper
        Segments whose card is printed: watched, or with much money; at most `ON_PAPER`.
    """

    model: str
    cards: tuple[Card, ...]
    on_paper: tuple[str, ...]

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        return {"cards": {self.model: {card.segment: card.content() for card in self.cards}}}


@dataclass(frozen=True)
class Cards:
    """The cards of every primary model; `of` gives those of one."""

    by_model: Mapping[str, ModelCards]

    def of(self, model: str) -> tuple[ModelCards, ...]:
        """Give a model's cards to show, none for a model that has none."""
        return (self.by_model[model],) if model in self.by_model else ()

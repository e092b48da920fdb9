"""Where customers are on their way: lifecycle."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from segbook.data.client import ClientData
from segbook.data.facts import ticket_counts
from segbook.models.contract import model, replace, result
from segbook.results import SegmentResult


@model
class Lifecycle:
    """Stages of the journey, read off each customer's own rhythm of purchase.

    The rhythm is the median gap between the customer's purchase days, not below ``shortest_rhythm``. The
    first that holds wins: never bought (lead); silent for more than ``lost_gaps`` rhythms (lost); for more
    than ``risk_gaps`` rhythms (at_risk); first purchase in the period (new; nobody is, when history
    begins inside the period); purchase in the period after
    a silence of more than ``lost_gaps`` rhythms (reactivated); half as many purchase days as in the
    previous period when those were at least four, or ``complaints`` in the period (at_risk); revenue of
    the period above, or below, the previous one's by ``change`` (growing, slowing); active.

    Parameters
    ----------
    risk_gaps, lost_gaps
        Rhythms of silence.
    min_gaps
        Gaps needed for a rhythm of one's own.
    fallback_days
        Silence that means lost for customers without a rhythm; the risk starts in proportion.
    shortest_rhythm
        Days; keeps two purchases in a row from making a daily buyer.
    change
        Relative change of revenue from the previous period to this one.
    complaints
        Tickets in the period.

    References
    ----------
    Stages: [S3:173-186], [S4:35-41]. Three gaps and 180 days are the mission's reading of "churned".

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "b"], "amount": 10.0,
    ...     "order_date": pd.to_datetime(["2026-03-25", "2025-01-05"])})
    >>> Lifecycle().segment(ClientData.of(orders, "2026Q1")).segments.to_dict()
    {'a': 'new', 'b': 'lost'}
    """

    key: ClassVar = "lifecycle"
    family: ClassVar = "activity"
    subject: ClassVar = "customer"
    needs: ClassVar = {"orders": ("customer_id", "order_date", "amount")}
    segments: ClassVar = ("growing", "active", "new", "reactivated", "slowing", "at_risk", "lost", "lead")
    watch: ClassVar = {"at_risk": 0.75, "new": 0.55, "lost": 0.4}
    grid: ClassVar = ()

    risk_gaps: Annotated[float, Field(gt=0)] = 2.0
    lost_gaps: Annotated[float, Field(gt=0)] = 3.0
    min_gaps: Annotated[int, Field(ge=1)] = 2
    fallback_days: Annotated[float, Field(gt=0)] = 180
    shortest_rhythm: Annotated[float, Field(ge=1)] = 14
    change: Annotated[float, Field(gt=0)] = 0.3
    complaints: Annotated[int, Field(ge=1)] = 2
    min_customers: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _risk_before_loss(self) -> Self:
        if self.risk_gaps > self.lost_gaps:
            raise ValueError("risk_gaps not above lost_gaps")
        return self

    def learn(self, data: ClientData) -> Self:  # noqa: ARG002 - a rule learns nothing
        """Give the model itself: the rhythm is each customer's own."""
        return replace(self)

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one stage."""
        customers = data.customers
        scores = self._scores(data)
        silence, rhythm = scores["recency_days"], scores["rhythm_days"]
        pause = (customers["first_in_period"] - customers["last_before_period"]).dt.days
        before, now = customers["previous_amount"], customers["period_amount"]
        comparable = data.covers(data.period.previous().start)
        left = customers["only_refunds"] | customers["first_known_date"].notna()
        new = customers["first_known_date"] >= pd.Timestamp(data.period.start)
        stages = [
            ("lead", (customers["n_orders"] == 0) & ~left),
            ("lost", (silence > self.lost_gaps * rhythm) | (customers["n_orders"] == 0)),
            ("at_risk", silence > self.risk_gaps * rhythm),
            ("new", new & (data.first_day is not None and data.first_day < data.period.start)),
            ("reactivated", pause > self.lost_gaps * rhythm),
            ("at_risk", comparable & _fewer(customers) | (scores["complaints"] >= self.complaints)),
            ("growing", comparable & (before > 0) & (now >= (1 + self.change) * before)),
            ("slowing", comparable & (before > 0) & (now <= (1 - self.change) * before)),
        ]
        names = np.select([holds.to_numpy() for _, holds in stages], [name for name, _ in stages], "active")
        return result(self, data, pd.Series(names, index=customers.index), scores)

    def rhythm_days(self, customers: pd.DataFrame) -> pd.Series[float]:
        """Give the days between purchases that are usual for each customer."""
        own = customers["gap_median"].where(customers["n_gaps"] >= self.min_gaps)
        rhythm = own.clip(lower=self.shortest_rhythm).fillna(self.fallback_days / self.lost_gaps)
        return rhythm.astype(float)

    def _scores(self, data: ClientData) -> pd.DataFrame:
        customers = data.customers
        rhythm = self.rhythm_days(customers)
        complaints = ticket_counts(data)["n_period_tickets"]
        return pd.DataFrame(
            {
                "recency_days": customers["recency_days"],
                "rhythm_days": rhythm,
                "silence_rhythms": customers["recency_days"] / rhythm,
                "period_amount": customers["period_amount"],
                "previous_amount": customers["previous_amount"],
                "complaints": complaints.reindex(customers.index).fillna(0).astype(int),
            }
        )


def _fewer(customers: pd.DataFrame) -> pd.Series[bool]:
    """Tell who bought on half as many days as in the previous period, when those were at least four."""
    before = customers["previous_order_days"]
    return (before >= 4) & (customers["period_order_days"] * 2 <= before)

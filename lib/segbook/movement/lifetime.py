"""How long customers last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.models import configure
from segbook.stats.survival import kaplan_meier, median_time, survival_at


@dataclass(frozen=True)
class Lifetime:
    """How long customers last from their first purchase, and how many are probably still there.

    Parameters
    ----------
    curve
        As `kaplan_meier` gives it; days since the first purchase, the event is being lost by the rule
        of the lifecycle: silent for too many rhythms.
    median
        ``median, ci_lower, ci_upper`` days; infinite when more than half are still there.
    marks
        Index days (90, 180, 365, 730, those observed), columns ``survival, ci_lower, ci_upper``.
    n_customers, n_lost
        Customers, and those lost by now.
    patience
        Days of silence after which a customer without a rhythm of purchases counts as lost.
    """

    curve: pd.DataFrame
    median: dict[str, float]
    marks: pd.DataFrame
    n_customers: int
    n_lost: int
    patience: float

    @property
    def step(self) -> float:
        """Fall of the curve on the day `patience` is over, where it is the largest of all, else 0.

        On that day everybody who bought only once begins to count as lost.
        """
        falls = -self.curve["survival"].diff()
        falls.iloc[:1] = 1 - self.curve["survival"].iloc[:1]
        fall = float(falls.get(np.ceil(self.patience), 0.0))
        return fall if fall == falls.max() else 0.0

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        facts = {"customers": self.n_customers, "lost": self.n_lost, "median": self.median}
        return {"survival": {**facts, "marks": self.marks}}


def lifetime(data: ClientData) -> Lifetime:
    """Measure how long customers last.

    Parameters
    ----------
    data
        One client and period, with all its history.

    Returns
    -------
    Lifetime

    Notes
    -----
    A customer is lost on the day the silence passes ``lost_gaps`` rhythms of the lifecycle model; whoever is
    not lost today is counted up to today. Whoever came back after a loss counts by how things stand today.
    """
    people = data.customers[data.customers["n_orders"] > 0]
    model: Any = configure(data.params)["lifecycle"]
    patience = (model.rhythm_days(people) * model.lost_gaps).to_numpy(dtype=float)
    age = (pd.Timestamp(data.period.end) - people["first_order_date"]).dt.days.to_numpy(dtype=float)
    silence = people["recency_days"].to_numpy(dtype=float)
    lost = silence > patience
    until = age - silence + patience
    times = np.where(lost, np.minimum(np.ceil(until), age), age)
    curve = kaplan_meier(times, lost)
    marks = [mark for mark in (90, 180, 365, 730) if len(age) and mark <= age.max()]
    rows = pd.DataFrame([survival_at(curve, mark) for mark in marks], index=pd.Index(marks, name="days"))
    return Lifetime(curve, median_time(curve), rows, len(people), int(lost.sum()), model.fallback_days)

"""The A/B test to run next on a segment: what is usual there, what to hope for, whom it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from scipy import stats

from segbook.data.client import ClientData
from segbook.stats.abtest.planning import Base, change_found, units_needed

LIFT = {"share": 0.2, "money": 0.1}
POINTS = 0.03
"""Rise worth finding: a fifth more buyers, and at least three of a hundred; a tenth more money of each."""

ALIKE = 30
"""Customers as long silent a period ago from whom what is usual is taken."""

RARE, ALWAYS = 0.005, 0.9
"""Shares of buyers beyond which their number is no measure: nearly nobody, nearly everybody."""

FEWEST = 20
"""Customers with fewer than these nothing can be tried on."""


@dataclass(frozen=True)
class Trial:
    """A plan of one test with two equal groups, alpha 0.05 two-sided, power 0.8.

    Parameters
    ----------
    metric
        ``share`` of customers who buy within a period, or ``money`` of a customer in a period.
    base, target
        What is usual, and what is worth finding.
    n_alike
        Customers the usual was measured on.
    n_needed, n_available
        Customers of both groups together that find ``target``, and those of the segment who can be asked.
    found
        Value from which so many as are available would see a rise; NaN when none.
    periods
        How many periods until enough have come, when the segment lives by newcomers; NaN otherwise.
    """

    metric: Literal["share", "money"]
    base: float
    target: float
    n_alike: int
    n_needed: int
    n_available: int
    found: float
    periods: float

    @property
    def enough(self) -> bool:
        """Whether the segment has the customers the test needs."""
        return self.n_available >= self.n_needed


def trial(members: pd.Index, n_available: int, data: ClientData) -> Trial | None:
    """Plan the test of a segment.

    Parameters
    ----------
    members
        Its customers.
    n_available
        How many of them can be asked.
    data
        One client and period.

    Returns
    -------
    Trial or None
        None when what is usual cannot be measured: nobody bought, too few were as long silent a period
        ago, or fewer than `FEWEST` can be asked.

    Notes
    -----
    What is usual is not the segment's own past, by which it was chosen, but what became of customers who
    at the start of the period had been silent as long as the middle half of the segment is at its end.
    Where nearly all of those buy, money is measured instead, with the spread of the segment's own
    spending in the period, zeros included. Sizes are those of R's power.prop.test and power.t.test.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": [f"c{i}" for i in range(100)] * 2, "amount": 10.0,
    ...     "order_date": [pd.Timestamp("2026-02-20")] * 100 + [pd.Timestamp("2026-05-22")] * 100})
    >>> orders = orders[~((orders["order_date"] > "2026-04") & (orders["customer_id"] > "c5"))]
    >>> made = ClientData.of(orders, "2026Q2")
    >>> plan = trial(made.customers.index[made.customers["recency_days"] < 50], 40, made)
    >>> plan.metric, plan.base, plan.target, plan.n_needed, plan.enough
    ('share', 0.46, 0.552, 926, False)
    """
    customers = data.customers.loc[members]
    rate, n_alike = _usual(customers["recency_days"], data)
    if not n_alike or rate < RARE or n_available < FEWEST:
        return None
    spent = customers["period_amount"]
    usual = Base("share", rate) if rate <= ALWAYS else Base("mean", float(spent.mean()), float(spent.std()))
    metric: Literal["share", "money"] = "share" if rate <= ALWAYS else "money"
    change = usual.value * LIFT[metric]
    change = max(change, POINTS) if metric == "share" else change
    needed = units_needed(usual, change)
    if not usual.value > 0 or not math.isfinite(needed):
        return None
    n_needed = 2 * math.ceil(needed / 2)
    return Trial(
        metric,
        usual.value,
        usual.value + change,
        n_alike if metric == "share" else len(members),
        n_needed,
        n_available,
        usual.value + _found(usual, n_available),
        _periods(customers, n_available, n_needed, data),
    )


def _found(usual: Base, units: int) -> float:
    """Give the smallest rise so many units find; of money by the normal law, near enough for a plan."""
    if usual.kind == "share":
        return change_found(usual, units)
    return float(usual.sd * stats.norm.isf([0.025, 0.2]).sum() * 2 / math.sqrt(units))


def _usual(silence: pd.Series, data: ClientData) -> tuple[float, int]:
    """Give the share that bought in the period among those as long silent at its start, and their number."""
    low, high = silence.quantile([0.25, 0.75])
    before = (pd.Timestamp(data.period.start) - data.customers["last_before_period"]).dt.days - 1
    alike = data.customers[before.between(low, high)]
    if len(alike) < ALIKE:
        return math.nan, 0
    return float((alike["period_order_days"] > 0).mean()), len(alike)


def _periods(customers: pd.DataFrame, n_available: int, n_needed: int, data: ClientData) -> float:
    """Give the periods until there are enough, when at least half of the segment came within this one."""
    came = (customers["first_known_date"] >= pd.Timestamp(data.period.start)).mean()
    if n_available >= n_needed or not came >= 0.5:
        return math.nan
    return math.ceil(n_needed / (n_available * came))

"""Who stays: churn by stage and by period, and cohorts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.data.customers import purchase_days
from segbook.movement.migration import GONE, Flow, Migration
from segbook.stats.proportions import newcombe, wilson

LEFT = ("lost", GONE)
MONTHS_UP_TO = 15
"""Months of history up to which cohorts are of a month; longer ones are of a quarter."""
FEW = 20
"""Customers of a stage, or forecasts, below which nothing is said of a share of them."""
COHORTS = 12
"""Cohorts shown at most, the latest ones."""
SETTLED = 180
"""Days from the start of the data in which a first purchase seen may well not be the customer's first."""


@dataclass(frozen=True)
class Churn:
    """Who was lost in the period and in those before it, by stage of the lifecycle at the start of each.

    Parameters
    ----------
    stages
        Index stage, ``all`` last; columns ``customers`` (not yet lost at the start), ``churned`` (lost, or
        out of the window, at the end), ``rate``, ``ci_lower``, ``ci_upper`` (Wilson, 95 %),
        ``revenue`` (of the churned in the period before, client currency).
    periods
        Index ``period, stage``, periods in order and this one last: the columns of ``stages`` but the
        revenue.
    returned
        Of those lost at the start, ``lost``, how many are not at the end: ``returned``, ``rate``,
        ``ci_lower``, ``ci_upper`` (Wilson, 95 %); and ``patience``, the days of silence after which a
        customer without a rhythm counts as lost.
    """

    stages: pd.DataFrame
    periods: pd.DataFrame
    returned: Mapping[str, float]

    @property
    def rates(self) -> pd.DataFrame:
        """The share that left: stages by period; missing where a stage held fewer than `FEW`."""
        sure = self.periods["rate"].where(self.periods["customers"] >= FEW)
        table = sure.unstack("period").reindex(self.periods.index.unique("stage"))
        table = table[list(self.periods.index.unique("period"))].dropna(how="all")
        order = [*(name for name in table.index if name != "all"), "all"]
        return table.reindex([name for name in order if name in table.index])

    @property
    def against_before(self) -> dict[str, float]:
        """Give the share of all that left in the period before, ``before``, and in this one, ``now``.

        ``ci_lower, ci_upper`` are of the difference, this one less the one before (Newcombe). Empty where
        there is nothing to compare.
        """
        every = self.periods.xs("all", level="stage").tail(2)
        if len(every) < 2 or not every["customers"].all():
            return {}
        (x0, x1), (n0, n1) = every["churned"], every["customers"]
        lower, upper = newcombe(x0, n0, x1, n1)
        return {"before": x0 / n0, "now": x1 / n1, "ci_lower": float(lower), "ci_upper": float(upper)}

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        keys = self.periods.index.unique("period")
        by_period = {key: self.periods.loc[key] for key in keys}
        return {"churn": self.stages, "churn_by_period": by_period, "returned": self.returned}


def churn(lifecycle: Migration, stages: Flow) -> Churn:
    """Count who was lost between two dates, and between those before them.

    Parameters
    ----------
    lifecycle
        Migration of the model ``lifecycle``.
    stages
        Its flow.

    Returns
    -------
    Churn
    """
    people = lifecycle.customers
    lost = people.loc[people["target"].isin(LEFT)]
    revenue = lost.groupby("origin")["before"].sum()
    keys = [str(key) for key in stages.segments]
    rows = {now: _left(stages.segments[before], stages.segments[now]) for before, now in pairwise(keys)}
    periods = pd.concat(rows, names=["period", "stage"])
    last = pd.DataFrame(periods.loc[keys[-1]])
    last["revenue"] = revenue.reindex(last.index).fillna(0.0)
    last.loc["all", "revenue"] = last["revenue"].sum()
    return Churn(last, periods, _returned(lifecycle))


def _returned(lifecycle: Migration) -> dict[str, float]:
    people = lifecycle.customers
    lost = people["origin"].eq("lost")
    back, n = int((lost & ~people["target"].isin(LEFT)).sum()), int(lost.sum())
    lower, upper = (float(end) for end in wilson(back, n))
    rate = back / n if n else float("nan")
    patience = float(lifecycle.params["fallback_days"])
    return {
        "lost": n,
        "returned": back,
        "rate": rate,
        "ci_lower": lower,
        "ci_upper": upper,
        "patience": patience,
    }


def _left(before: pd.Series, now: pd.Series) -> pd.DataFrame:
    """Count by stage who was there before and is lost, or out of the window, now."""
    stages = [str(name) for name in before.cat.categories if name not in ("lost", "lead")]
    there = before.isin(stages)
    churned = (now.isna() | now.eq("lost"))[there]
    grouped = churned.groupby(before[there].astype(str))
    frame = pd.DataFrame({"customers": grouped.size(), "churned": grouped.sum()})
    frame = frame.reindex([name for name in stages if name in frame.index]).astype(int)
    frame.loc["all"] = frame.sum()
    lower, upper = wilson(frame["churned"], frame["customers"])
    rate = frame["churned"] / frame["customers"].where(frame["customers"] > 0)
    return frame.assign(rate=rate, ci_lower=lower, ci_upper=upper).rename_axis("stage")


@dataclass(frozen=True)
class Cohorts:
    """Customers by when they first bought, and how many of them bought again in each unit of time after.

    Parameters
    ----------
    unit
        ``month`` or ``quarter``.
    customers
        Index first day of the cohort's unit; customers in it.
    bought
        Same index, columns 0, 1, 2, …: units after the first; customers of the cohort who bought in it.
        Missing where the unit is not over at the end of the period. Column 0 is everybody.
    first_day
        Day the data begin; cohorts of the `SETTLED` days after it also hold customers of before.
    """

    unit: Literal["month", "quarter"]
    customers: pd.Series
    bought: pd.DataFrame
    first_day: pd.Timestamp

    @property
    def shares(self) -> pd.DataFrame:
        """Retention: bought over customers, 0 to 1."""
        return self.bought.div(self.customers, axis=0)

    @property
    def second_unit(self) -> dict[str, float]:
        """Give who came back in the unit after the first: ``latest`` two mature cohorts, ``earlier`` ones.

        ``ci_lower, ci_upper`` are of the difference, latest less earlier (Newcombe). Cohorts that begin
        within `SETTLED` days of the data are left out: they hold customers of before. Empty when there is
        nothing to compare, or either side has fewer than `FEW` customers.
        """
        over = self.bought[1].dropna() if 1 in self.bought else pd.Series(dtype=float)
        mature = [each for each in over.index if (each - self.first_day).days >= SETTLED]
        n = [float(self.customers[each].sum()) for each in (mature[:-2], mature[-2:])]
        if min(n) < FEW:
            return {}
        x = [float(self.bought.loc[each, 1].sum()) for each in (mature[:-2], mature[-2:])]
        lower, upper = newcombe(x[0], n[0], x[1], n[1])
        ends = {"ci_lower": float(lower), "ci_upper": float(upper)}
        return {"earlier": x[0] / n[0], "latest": x[1] / n[1], **ends}

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON, with Wilson's intervals."""
        n = np.broadcast_to(self.customers.to_numpy()[:, None], self.bought.shape)
        lower, upper = wilson(self.bought, n)
        rows = {
            f"{day:%Y-%m}": {
                "customers": int(self.customers[day]),
                "share": self.shares.loc[day].tolist(),
                "ci_lower": lower[i].tolist(),
                "ci_upper": upper[i].tolist(),
            }
            for i, day in enumerate(self.bought.index)
        }
        return {"cohorts": {"unit": self.unit, "rows": rows}}


def cohorts(data: ClientData) -> Cohorts:
    """Follow customers by the month or the quarter of their first purchase.

    Parameters
    ----------
    data
        One client and period, with all its history.

    Returns
    -------
    Cohorts
    """
    span = (data.period.end - data.first_day).days / 30.4375 if data.first_day else 0
    unit: Literal["month", "quarter"] = "month" if span <= MONTHS_UP_TO else "quarter"
    length = 1 if unit == "month" else 3
    days = purchase_days(data.orders)
    cells = days.mutate(cell=(days.day.year() * 12 + days.day.month() - 1) // length)
    cells = cells.select("customer_id", "cell").distinct()
    first = cells.group_by("customer_id").agg(first=cells.cell.min())
    joined = cells.inner_join(first, "customer_id")
    counts = joined.group_by("first", k=joined.cell - joined["first"]).agg(n=joined.count()).to_pandas()
    table = counts.pivot(index="first", columns="k", values="n").sort_index()
    following = pd.Timestamp(data.period.end) + pd.Timedelta(days=1)
    over = (following.year * 12 + following.month - 1) // length
    table = table.reindex(columns=range(int(over - table.index.min()) if len(table) else 0)).fillna(0.0)
    numbers = np.asarray(table.index)[:, None] + np.arange(table.shape[1])[None, :]
    table = table[table.index < over].where(numbers[table.index < over] < over).tail(COHORTS)
    months = np.asarray(table.index, dtype=int) * length
    table.index = pd.DatetimeIndex([pd.Timestamp(year=m // 12, month=m % 12 + 1, day=1) for m in months])
    table = table.dropna(axis=1, how="all")
    customers = table[0] if len(table) else pd.Series(dtype=float)
    return Cohorts(unit, customers, table, pd.Timestamp(data.customers["first_order_date"].min()))

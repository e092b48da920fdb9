"""The next tests of a client, planned from the client's own figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.stats.abtest.book import Trials
from segbook.stats.abtest.looks import boundaries
from segbook.stats.abtest.planning import (
    Base,
    Plan,
    change_found,
    curve_of,
    days_needed,
    segment_units,
    table_of,
    units_needed,
)
from segbook.stats.abtest.trial import Trial
from segbook.stats.abtest.verdict import BLOCKING

LOOKS = (0.25, 0.5, 0.75, 1.0)
"""Shares of the units at which a planned test may be looked at."""

USUAL = 0.1
"""Relative change a plan is written out for."""


@dataclass(frozen=True)
class PlanLine:
    """One measure a test may be about.

    Parameters
    ----------
    source
        ``control`` (of past tests), ``campaigns`` or ``orders``.
    name
        Metric of the tests; of the others ``response``, ``revenue`` or ``bought``.
    tests
        Tests whose control it was measured on.
    base
        What is usual.
    n
        Units it was measured on.
    per_day
        Units that came in a day; NaN when unknown.
    usual_units, found
        Units of a usual test, and the relative change it finds; NaN without tests.
    table
        As `segbook.stats.abtest.planning.table_of`, with ``days``.
    """

    source: str
    name: str
    tests: tuple[str, ...]
    base: Base
    n: int
    per_day: float
    usual_units: float
    found: float
    table: pd.DataFrame

    @property
    def curve(self) -> pd.DataFrame:
        """Smallest relative change by the number of units."""
        return curve_of(self.base)


@dataclass(frozen=True)
class Planning:
    """What the next tests need.

    Parameters
    ----------
    lines
        Measures to test on.
    plan
        Asked of chance.
    looks
        What planned looks must show.
    """

    lines: tuple[PlanLine, ...]
    plan: Plan
    looks: pd.DataFrame

    def content(self) -> dict[str, Any]:
        """Give the numbers of the JSON report."""
        lines = [
            {
                "source": each.source, "name": each.name, "tests": each.tests, "kind": each.base.kind,
                "value": each.base.value, "sd": each.base.spread, "n": each.n, "per_day": each.per_day,
                "usual_units": each.usual_units, "found": each.found,
                "table": each.table,
            }
            for each in self.lines
        ]  # fmt: skip
        return {"planning": {"plan": self.plan._asdict(), "lines": lines, "looks": self.looks}}


def plan_next(data: ClientData, tests: Trials) -> Planning:
    """Plan the next tests from the controls of past ones, from campaigns and from orders.

    Parameters
    ----------
    data
        One client and period.
    tests
        As `segbook.stats.abtest.book.ab_tests` read them.

    Returns
    -------
    Planning
        Without lines when nothing usual is known.
    """
    plan = Plan()
    found = [*_controls(tests.trials), *_campaigns(data), *_orders(data)]
    return Planning(tuple(found), plan, boundaries(LOOKS, plan.alpha))


def _line(
    source: str,
    name: str,
    tests: Sequence[str],
    base: Base,
    *,
    n: float,
    per_day: float = float("nan"),
    usual: float = float("nan"),
) -> Iterator[PlanLine]:
    if not (base.value > 0 and base.spread > 0 and n > 1):
        return
    table = table_of(base)
    table["days"] = [days_needed(each, per_day) for each in table["units"]]
    found = change_found(base, usual) / base.value if usual > 0 else float("nan")
    yield PlanLine(source, name, tuple(tests), base, int(n), per_day, usual, found, table)


def _controls(trials: Iterable[Trial]) -> Iterator[PlanLine]:
    """Put the controls of the tests that can be read together, metric by metric."""
    seen: dict[tuple[str, str], list[tuple[Trial, Any]]] = {}
    for trial in trials:
        if trial.verdicts and trial.verdicts[0].key not in BLOCKING:
            for each in trial.of(trial.variants[1]):
                if (
                    each.role == "primary"
                    and each.kind in {"share", "mean", "money"}
                    and not trial.experiment.cluster
                ):
                    seen.setdefault((each.metric, each.kind), []).append((trial, each))
    for (metric, kind), pairs in seen.items():
        n = np.array([each.test.n_control for _, each in pairs], dtype=float)
        means = np.array([each.test.control for _, each in pairs])
        value = float(np.sum(n * means) / n.sum())
        spreads = np.array([each.beside.get("sd_control", np.nan) for _, each in pairs])
        sd = float(np.sqrt(np.sum(n * (spreads**2 + (means - value) ** 2)) / n.sum()))
        base = Base("share", value) if kind == "share" else Base("mean", value, sd)
        names, usual = (
            [trial.name for trial, _ in pairs],
            float(np.median([trial.n_units for trial, _ in pairs])),
        )
        yield from _line(
            "control", metric, names, base, n=float(n.sum()), per_day=_per_day(pairs), usual=usual
        )


def _per_day(pairs: Sequence[tuple[Trial, Any]]) -> float:
    """Give the units a usual test got in a day."""
    rates = [
        trial.n_units / ((trial.last - trial.first).days + 1)
        for trial, _ in pairs
        if trial.first and trial.last
    ]
    return float(np.median(rates)) if rates else float("nan")


def _campaigns(data: ClientData) -> Iterator[PlanLine]:
    if not data.has("campaigns"):
        return
    table = data.tables["campaigns"]
    names = {"responded": "response", "revenue": "revenue"}
    for column, name in names.items():
        if column in table.columns:
            value = table[column].cast("float64")
            row = (
                table.agg(n=value.count(), mean=value.mean(), sd=value.std(how="sample")).to_pandas().iloc[0]
            )
            base = (
                Base("share", float(row["mean"]))
                if column == "responded"
                else Base("mean", row["mean"], row["sd"])
            )
            yield from _line("campaigns", name, (), base, n=row["n"])


def _orders(data: ClientData) -> Iterator[PlanLine]:
    if not data.has("orders"):
        return
    spent = data.customers["period_amount"]
    bought = float((spent > 0).mean())
    yield from _line("orders", "bought", (), Base("share", bought), n=len(spent))
    base = Base("mean", float(spent.mean()), float(spent.std()))
    yield from _line("orders", "revenue", (), base, n=len(spent))


def usual_need(line: PlanLine, plan: Plan) -> tuple[float, float]:
    """Give the units for the usual change, and for such a difference between two equal segments.

    Examples
    --------
    >>> base = Base("share", 0.05)
    >>> line = PlanLine("orders", "bought", (), base, 1000, 0.0, 0.0, 0.0, table_of(base))
    >>> [round(each) for each in usual_need(line, Plan())]
    [62467, 249868]
    """
    change = USUAL * line.base.value
    return units_needed(line.base, change, plan), segment_units(line.base, change, 0.5, plan)

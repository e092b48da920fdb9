"""All A/B tests of a client and period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from segbook.data.client import ClientData
from segbook.errors import Problem, nearest
from segbook.stats.abtest.contract import check_columns, control_problem, refuse
from segbook.stats.abtest.trial import Trial, read_trial

ALONE = "default"
"""Name of the only test of a table without a column ``experiment``."""


@dataclass(frozen=True)
class Trials:
    """The tests of a period, and those that are not in the report.

    Parameters
    ----------
    trials
        Tests whose last unit came in the period, by the order of the parameters.
    elsewhere
        Index test; columns reason (``earlier``, ``running`` on after the period, ``no_params``), first,
        last, n.
    """

    trials: tuple[Trial, ...]
    elsewhere: pd.DataFrame

    def content(self) -> dict[str, Any]:
        """Give the numbers of the JSON report."""
        return {"experiments_elsewhere": self.elsewhere}


def ab_tests(data: ClientData) -> Trials:
    """Read every test of the period.

    Parameters
    ----------
    data
        One client and period, with the table ``experiments``.

    Returns
    -------
    Trials

    Raises
    ------
    ParamsError
        A test, a control, a metric or a column the parameters name is not in the table; all at once.

    Examples
    --------
    >>> rows = pd.DataFrame({"unit_id": list("abcd"), "variant": list("xyxy"), "click": [0, 1, 0, 1]})
    >>> data = ClientData.of(experiments=rows)
    >>> ab_tests(data).elsewhere["reason"].to_dict()
    {'default': 'no_params'}
    """
    table, named = data.tables["experiments"], data.params.experiments
    spans = check_tests(data)
    trials, elsewhere = [], {name: "no_params" for name in spans.index if name not in named}
    for name, experiment in named.items():
        reason = _outside(data, spans["last"][name])
        if reason:
            elsewhere[name] = reason
        else:
            trials.append(read_trial(name, _rows(table, name), experiment))
    frame = spans.loc[list(elsewhere), ["first", "last", "n"]]
    frame.insert(0, "reason", [elsewhere[name] for name in frame.index])
    return Trials(tuple(trials), frame)


def check_tests(data: ClientData) -> pd.DataFrame:
    """Find every test of the table, and refuse parameters that do not fit it.

    Parameters
    ----------
    data
        One client and period, with the table ``experiments``.

    Returns
    -------
    Frame, index test
        ``n`` rows, ``first`` and ``last`` assignment.

    Raises
    ------
    ParamsError
        As `ab_tests`.
    """
    table = data.tables["experiments"]
    spans = _spans(table, data)
    refuse(_problems(data, spans, table))
    return spans


def _rows(table: ir.Table, name: str) -> ir.Table:
    return table.filter(table.experiment.cast("string") == name) if "experiment" in table.columns else table


def _spans(table: ir.Table, data: ClientData) -> pd.DataFrame:
    """Count the rows and find the dates of every test of the table."""
    dated = "assigned_at" in table.columns and table.assigned_at.type().is_temporal()
    dates = {"first": table.assigned_at.min(), "last": table.assigned_at.max()} if dated else {}
    if "experiment" in table.columns:
        known = table.filter(table.experiment.notnull())
        frame = known.group_by(name=known.experiment.cast("string")).agg(n=known.count(), **dates).to_pandas()
    else:
        only = next(iter(data.params.experiments), ALONE) if len(data.params.experiments) < 2 else ALONE
        frame = table.agg(n=table.count(), **dates).to_pandas().assign(name=only)
    for column in ("first", "last"):
        frame[column] = pd.to_datetime(frame[column]) if column in frame else pd.NaT
    spans: pd.DataFrame = frame.set_index("name").sort_values(["first", "n"], kind="stable")
    return spans


def _outside(data: ClientData, moment: Any) -> str:
    if pd.isna(moment):
        return ""
    last = pd.Timestamp(moment).date()
    return "earlier" if last < data.period.start else "running" if last > data.period.end else ""


def _problems(data: ClientData, spans: pd.DataFrame, table: ir.Table) -> list[Problem]:
    file, problems = data.params.file.name, []
    for name, experiment in data.params.experiments.items():
        if name not in spans.index:
            allowed = nearest(name, [str(each) for each in spans.index])
            problems.append(Problem(f"{file}: experiments", f"'{name}', a test without rows", allowed))
            continue
        problems += check_columns(name, experiment, table.columns, file)
        rows = _rows(table, name)
        found = rows.select(variant=rows.variant.cast("string")).distinct().to_pandas()["variant"].dropna()
        problems += control_problem(name, experiment, sorted(found), file)
    return problems

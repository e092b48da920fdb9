"""What is wrong with a test's rows, said aloud before anything is concluded from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np
from scipy import stats

from segbook.errors import ParamsError, Problem, nearest
from segbook.params.experiment import Experiment
from segbook.stats.abtest.arms import Cells

TINY = 30
"""Units below which an arm says next to nothing."""

CROSSED = 0.01
"""Share of units seen in two variants from which the test cannot be read."""

FEW_CLUSTERS = 10
"""Clusters below which an arm's spread between clusters is hardly known."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the rows of a test.

    Parameters
    ----------
    key
        Such as ``repeated``, ``crossed``, ``empty_arm`` or ``not_binary``; each has its sentence.
    blocks
        Whether the test cannot be read because of it.
    facts
        The numbers and names of its sentence.
    """

    key: str
    blocks: bool
    facts: Mapping[str, Any]


def check_columns(name: str, experiment: Experiment, columns: Sequence[str], file: str) -> list[Problem]:
    """Find the columns a test names that its table does not have.

    Examples
    --------
    >>> from segbook.params.experiment import Metric
    >>> test = Experiment(control="a", metrics={"clik": Metric(type="proportion")})
    >>> print(*check_columns("it", test, ["variant", "click"], "acme.yaml"))
    acme.yaml: experiments.it.metrics.clik: found no column 'clik', must be 'click' (one of: variant, click)
    """
    asked: dict[str, str | None] = {"units": experiment.units, "cluster": experiment.cluster}
    asked |= {f"segments.{each}": each for each in experiment.segments}
    asked |= {f"funnel.{stage}": column for stage, column in experiment.funnel.items()}
    for key, metric in experiment.metrics.items():
        where = f"metrics.{key}"
        if metric.type == "ratio":
            asked |= {f"{where}.numerator": metric.numerator, f"{where}.denominator": metric.denominator}
        else:
            asked[where] = metric.column or key
        asked[f"{where}.covariate"] = metric.covariate
    return [
        Problem(f"{file}: experiments.{name}.{where}", f"no column '{column}'", nearest(column, columns))
        for where, column in asked.items()
        if column is not None and column not in columns
    ]


def check_rows(rows: ir.Table, experiment: Experiment) -> tuple[ir.Table, list[Fault]]:
    """Leave out rows without a unit or a variant and units seen in two variants, and count them all.

    Parameters
    ----------
    rows
        All rows of one test.
    experiment
        What the parameters say.

    Returns
    -------
    rows
        Those that can be compared.
    faults
        What was found.
    """
    faults, rows = [], rows.mutate(variant=rows.variant.cast("string"))
    no_unit = rows.unit_id.isnull() if not experiment.units else ~rows.variant.isnull() & False
    kept = rows.filter(rows.variant.notnull() & ~no_unit)
    counted = rows.agg(
        rows=rows.count(),
        no_variant=rows.variant.isnull().sum(),
        no_unit=(no_unit & rows.variant.notnull()).sum(),
        units=rows.unit_id.nunique(where=rows.variant.notnull()),
    )
    facts = counted.to_pandas().iloc[0]
    faults += [
        Fault(key, False, {"n": int(facts[key]), "rows": int(facts["rows"])})
        for key in ("no_variant", "no_unit")
        if facts[key] > 0
    ]
    once = facts["units"] == facts["rows"] - facts["no_variant"] - facts["no_unit"]
    if experiment.units or once:
        return kept, faults
    kept, crossed = _uncrossed(kept, repeats=bool(experiment.cluster))
    return kept, faults + crossed


def _uncrossed(rows: ir.Table, *, repeats: bool) -> tuple[ir.Table, list[Fault]]:
    by_unit = rows.group_by("unit_id").agg(n=rows.count(), first=rows.variant.min(), last=rows.variant.max())
    several = by_unit.filter(by_unit.n > 1)
    found = several.agg(
        crossed=(several["first"] != several["last"]).sum(),
        repeated=(several["first"] == several["last"]).sum(),
    )
    counts = found.to_pandas().iloc[0].fillna(0).astype(int)
    faults = []
    if counts["crossed"]:
        units = int(rows.unit_id.nunique().to_pandas())
        share = counts["crossed"] / units
        faults.append(
            Fault("crossed", bool(share > CROSSED), {"n": int(counts["crossed"]), "share": float(share)})
        )
        both = several.filter(several["first"] != several["last"])
        rows = rows.anti_join(both, "unit_id")
    if counts["repeated"] and not repeats:
        faults.append(Fault("repeated", True, {"n": int(counts["repeated"])}))
    return rows, faults


def check_cells(cells: Cells, experiment: Experiment) -> list[Fault]:
    """Find empty and tiny arms, values that are not 0 or 1, constant metrics, uneven gaps."""
    units = cells.total(cells.units)
    faults = []
    treated = [each for each in units.index if each != experiment.control]
    if experiment.control not in units.index or not treated:
        faults.append(
            Fault("one_arm", True, {"control": experiment.control, "found": ", ".join(units.index)})
        )
    faults += [
        Fault("empty_arm", True, {"variant": each}) for each in experiment.split if each not in units.index
    ]
    unplanned = [each for each in units.index if experiment.split and each not in experiment.split]
    faults += [Fault("unplanned_arm", True, {"variant": each}) for each in unplanned]
    faults += [
        Fault("tiny_arm", False, {"variant": str(name), "n": int(n)}) for name, n in units.items() if n < TINY
    ]
    drawn = cells.total(cells.drawn)
    if experiment.cluster and drawn.min() < FEW_CLUSTERS:
        faults.append(Fault("few_clusters", False, {"variant": str(drawn.idxmin()), "n": int(drawn.min())}))
    for name in experiment.metrics:
        faults += _check_metric(name, cells, experiment, units)
    return faults


def _check_metric(name: str, cells: Cells, experiment: Experiment, units: Any) -> list[Fault]:
    metric, measured = experiment.metrics[name], cells.measured[name]
    decides, faults = name in experiment.primary, []
    if metric.type == "proportion" and measured.n_odd:
        faults.append(Fault("not_binary", decides, {"metric": name, "n": measured.n_odd}))
    if experiment.units and metric.type not in {"proportion", "guardrail"}:
        faults.append(Fault("needs_units", decides, {"metric": name}))
    if measured.n_unpaired:
        faults.append(Fault("no_covariate", False, {"metric": name, "n": measured.n_unpaired}))
    arms = [cells.arm(name, variant) for variant in units.index]
    known = np.array([float(arm.n[0]) for arm in arms])
    if not known.all():
        variant = str(units.index[int(np.argmin(known))])
        return [*faults, Fault("no_values", decides, {"metric": name, "variant": variant})]
    means = {float(arm.y[0]) for arm in arms if metric.type != "ratio"}
    if len(means) == 1 and all(not arm.yy[0] > 0 for arm in arms) and not experiment.cluster:
        faults.append(Fault("constant", False, {"metric": name, "value": means.pop()}))
    return faults + _gaps(name, known, units.to_numpy(dtype=float)) * (not experiment.cluster)


def _gaps(name: str, known: np.ndarray, units: np.ndarray) -> list[Fault]:
    """Tell when values are missing more often in one arm than in another: then who is left is no chance."""
    missing = units - known
    if not missing.any() or not known.any():
        return []
    pvalue = float(stats.chi2_contingency(np.stack([missing, known]), correction=False).pvalue)
    facts = {"metric": name, "n": int(missing.sum()), "share": float(missing.sum() / units.sum())}
    return [Fault("missing_differs" if pvalue < 0.001 else "missing", False, facts)]


def control_problem(name: str, experiment: Experiment, variants: Sequence[str], file: str) -> list[Problem]:
    """Say that the control the parameters name is no variant of the test."""
    if experiment.control in variants or not variants:
        return []
    where = f"{file}: experiments.{name}.control"
    return [Problem(where, f"'{experiment.control}'", nearest(experiment.control, variants))]


def refuse(problems: list[Problem]) -> None:
    """Raise every problem at once.

    Raises
    ------
    ParamsError
        There is at least one.
    """
    if problems:
        raise ParamsError(problems)

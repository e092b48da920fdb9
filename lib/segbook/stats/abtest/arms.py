"""One pass over the units of a test: counts, means, variances and covariances by variant and segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segbook.params.experiment import Experiment, Metric
from segbook.stats.abtest.moments import Floats, Moments

UNKNOWN = "unknown"
"""Segment of the units without one."""


@dataclass(frozen=True)
class Measured:
    """One metric in every cell.

    Parameters
    ----------
    moments
        By cell.
    is_share
        Whether every value is 0 or 1.
    is_ratio
        Whether ``x`` is the denominator of the metric, not its covariate.
    n_odd
        Values that are neither.
    n_unpaired
        Units with the metric but without its covariate; above zero the covariate is not used.
    before
        Moments of the covariate itself, in ``y``, of the units that have it; None without a covariate.
    largest
        Largest absolute value of each cell, with its sign.
    """

    moments: Moments
    is_share: bool
    is_ratio: bool
    n_odd: int
    n_unpaired: int
    before: Moments | None
    largest: Floats


@dataclass(frozen=True)
class Cells:
    """A test reduced to its cells, variant x segments.

    Parameters
    ----------
    keys
        Columns ``variant`` and each segment attribute, texts; a row for each cell.
    units
        Units of each cell.
    drawn
        What chance drew in each cell: units, or clusters where they were drawn.
    measured
        Metric to its measures.
    """

    keys: pd.DataFrame
    units: Floats
    drawn: Floats
    measured: Mapping[str, Measured]

    def arm(self, metric: str, variant: str) -> Moments:
        """Give the moments of one arm, all its cells together."""
        codes = np.where(self.keys["variant"] == variant, 0, -1)
        return self.measured[metric].moments.pooled(codes, 1)

    def before(self, metric: str, variant: str) -> Moments:
        """Give the moments of a metric's covariate in one arm."""
        codes = np.where(self.keys["variant"] == variant, 0, -1)
        own = self.measured[metric]
        return (own.before or own.moments).pooled(codes, 1)

    def by(self, metric: str, variant: str, attribute: str, levels: Sequence[str]) -> Moments:
        """Give the moments of one arm in each level of a segment attribute, without a covariate."""
        codes = pd.Categorical(self.keys[attribute], categories=list(levels)).codes.astype(int)
        codes = np.where(self.keys["variant"] == variant, codes, -1)
        found, measured = self.measured[metric].moments, self.measured[metric]
        if not measured.is_ratio:
            none = np.zeros_like(found.n)
            found = replace(found, x=none + 1, xx=none, xy=none)
        return found.pooled(codes, len(levels))

    def total(self, counts: Floats) -> pd.Series:
        """Add up a count of the cells by variant."""
        return pd.Series(counts).groupby(self.keys["variant"].to_numpy()).sum()


def gather(rows: ir.Table, experiment: Experiment, segments: Sequence[str]) -> Cells:
    """Reduce a test to its cells in one pass of the database.

    Parameters
    ----------
    rows
        Units of one test, every variant known.
    experiment
        What to measure.
    segments
        Attributes to cross with the variants.

    Returns
    -------
    Cells

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable(pd.DataFrame({"variant": list("aabb"), "click": [0, 1, 1, 1]}))
    >>> test = Experiment(control="a", metrics={"click": Metric(type="proportion")})
    >>> float(gather(rows, test, []).arm("click", "a").y[0])
    0.5
    """
    keys = ["variant", *segments]
    paired = _pairs(rows, experiment, segments)
    aggregates = {"§units": paired["§units"].sum(), "§drawn": paired.count()}
    for index, metric in enumerate(experiment.metrics.values()):
        aggregates |= _aggregates(paired, index, metric, has_pair=_has_pair(metric, experiment))
    frame = paired.group_by(keys).agg(**aggregates).to_pandas()
    frame[keys] = frame[keys].astype("object").where(frame[keys].notna(), UNKNOWN).astype(str)
    frame = frame.sort_values(keys, ignore_index=True)
    units, drawn = (frame[name].to_numpy(dtype=float) for name in ("§units", "§drawn"))
    drawn = units if experiment.units else drawn
    measured = {
        name: _measured(frame, index, experiment, metric)
        for index, (name, metric) in enumerate(experiment.metrics.items())
    }
    return Cells(frame[keys], units, drawn, measured)


def _has_pair(metric: Metric, experiment: Experiment) -> bool:
    return metric.type == "ratio" or bool(experiment.cluster) or bool(metric.covariate)


def _pairs(rows: ir.Table, experiment: Experiment, segments: Sequence[str]) -> ir.Table:
    """Give each row its units and, for each metric, its value ``y`` and its partner ``x``."""
    columns = {name: rows[name] for name in ("variant", *segments)}
    columns["§units"] = rows[experiment.units].cast("float64") if experiment.units else _one(rows)
    for index, (name, metric) in enumerate(experiment.metrics.items()):
        y, x = _values(rows, name, metric)
        columns |= {f"y{index}": y, f"x{index}": x, f"odd{index}": (y != 0) & (y != 1)}
    paired = rows.select(**columns, **_cluster(rows, experiment))
    if not experiment.cluster:
        return paired
    known = [paired[f"y{index}"].notnull() for index in range(len(experiment.metrics))]
    sums: dict[str, ir.Value] = {}
    for index, (metric, each) in enumerate(zip(experiment.metrics.values(), known, strict=True)):
        sums |= {name: paired[name].sum() for name in (f"y{index}", f"odd{index}")}
        is_ratio = metric.type == "ratio"
        sums[f"x{index}"] = (paired[f"x{index}"] if is_ratio else each.cast("float64")).sum()
    return paired.group_by(["variant", *segments, "§cluster"]).agg(
        **{"§units": paired["§units"].sum()}, **sums
    )


def _cluster(rows: ir.Table, experiment: Experiment) -> dict[str, ir.Value]:
    if not experiment.cluster:
        return {}
    column = rows[experiment.cluster]
    return {"§cluster": (column.date() if column.type().is_timestamp() else column).cast("string")}


def _one(rows: ir.Table) -> ir.Value:
    return rows["variant"].isnull().cast("float64") * 0.0 + 1.0


def _values(rows: ir.Table, name: str, metric: Metric) -> tuple[ir.Value, ir.Value]:
    if metric.type == "ratio":
        top, bottom = (rows[column].cast("float64") for column in (metric.numerator, metric.denominator))
        both = top.notnull() & bottom.notnull()
        return both.ifelse(top, None), both.ifelse(bottom, None)
    y = rows[metric.column or name].cast("float64")
    x = rows[metric.covariate].cast("float64") if metric.covariate else _one(rows)
    return y, y.notnull().ifelse(x, None)


def _aggregates(paired: ir.Table, index: int, metric: Metric, *, has_pair: bool) -> dict[str, ir.Value]:
    """Ask only for what the type of the metric needs."""
    y, x = paired[f"y{index}"], paired[f"x{index}"]
    own = {f"n{index}": y.count(), f"y{index}": y.mean(), f"yy{index}": y.var(how="sample")}
    if metric.type in {"proportion", "guardrail"}:
        own[f"odd{index}"] = paired[f"odd{index}"].sum()
    if metric.type in {"mean", "money"}:
        own |= {f"max{index}": y.max(), f"min{index}": y.min()}
    if not has_pair:
        return own
    return own | {
        f"pairs{index}": x.count(), f"x{index}": x.mean(), f"xx{index}": x.var(how="sample"),
        f"xy{index}": y.cov(x, how="sample"),
    }  # fmt: skip


def _measured(frame: pd.DataFrame, index: int, experiment: Experiment, metric: Metric) -> Measured:
    def column(name: str, default: float) -> Floats:
        found = frame.get(f"{name}{index}")
        filled = (
            np.full(len(frame), default) if found is None else found.to_numpy(dtype=float, na_value=np.nan)
        )
        return np.asarray(filled, dtype=float)

    n, y = column("n", 0.0), column("y", np.nan)
    unpaired = 0 if "pairs" + str(index) not in frame else int(np.nansum(n - column("pairs", 0.0)))
    x, xx, xy = column("x", 1.0), column("xx", 0.0), column("xy", 0.0)
    none = np.zeros_like(n)
    before = Moments(column("pairs", 0.0), x, none + 1, xx, none, none) if metric.covariate else None
    if unpaired:
        x, xx, xy = np.ones_like(n), np.zeros_like(n), np.zeros_like(n)
    moments = Moments(n, y, x, column("yy", np.nan), xx, xy)
    if experiment.units:
        moments = _counted(frame, index)
    odd = 0 if experiment.units else int(np.nansum(column("odd", 0.0)))
    largest = np.where(-column("min", 0.0) > column("max", 0.0), column("min", 0.0), column("max", 0.0))
    binary = metric.type in {"proportion", "guardrail"} and not odd and not experiment.cluster
    ratio = metric.type == "ratio" or bool(experiment.cluster)
    return Measured(moments, binary, ratio, odd, unpaired, before, largest)


def _counted(frame: pd.DataFrame, index: int) -> Moments:
    """Read a row as a whole variant: its metric counts successes among its units."""
    n = frame["§units"].to_numpy(dtype=float)
    p = (frame[f"y{index}"] * frame[f"n{index}"]).to_numpy(dtype=float) / n
    zeros = np.zeros_like(n)
    return Moments(n, p, zeros + 1, p * (1 - p) * n / np.maximum(n - 1, 1), zeros, zeros)

"""One A/B test, from its rows to its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import product
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from segbook.params.experiment import Experiment
from segbook.stats.abtest.arms import Cells, gather
from segbook.stats.abtest.compare import compare
from segbook.stats.abtest.comparison import Comparison
from segbook.stats.abtest.contract import Fault, check_cells, check_rows
from segbook.stats.abtest.daily import cumulative
from segbook.stats.abtest.funnel import Funnel, funnel
from segbook.stats.abtest.looks import boundaries
from segbook.stats.abtest.sample_ratio import Balance, SampleRatio, balance, sample_ratio
from segbook.stats.abtest.segments import SegmentStudy, judged, study
from segbook.stats.abtest.verdict import Verdict, verdict_of

ALONE = ""
"""Stands for the variant of a test that has none beside its control."""

MANY = 40
"""Levels of an attribute above which it is no segmentation but a list."""


@dataclass(frozen=True)
class Trial:
    """One A/B test and what it says.

    Parameters
    ----------
    name
        Key in the parameters.
    experiment
        What the parameters say.
    variants
        Arms, the control first.
    first, last
        Days of the first and last assignment; None without dates.
    units
        Index variant; columns units, and known by metric: units with that metric known.
    faults
        What is wrong with the rows.
    ratio, balance
        Whether chance could have made such arms; None where nothing can be compared.
    comparisons
        Every metric of every variant.
    segments
        One study for each attribute, primary metric and variant.
    funnel
        Of letters; None without its columns.
    daily
        Difference of the leading metric of the first variant after each day.
    verdicts
        One for each variant but the control.
    fraction
        Share of the planned units that came; None when no plan was made.
    alpha
        Limit of the adjusted p-values; lower on an early look.
    """

    name: str
    experiment: Experiment
    variants: tuple[str, ...]
    first: date | None
    last: date | None
    units: pd.DataFrame
    faults: tuple[Fault, ...]
    ratio: SampleRatio | None
    balance: Balance | None
    comparisons: tuple[Comparison, ...]
    segments: tuple[SegmentStudy, ...]
    funnel: Funnel | None
    daily: pd.DataFrame
    verdicts: tuple[Verdict, ...]
    fraction: float | None
    alpha: float

    def of(self, variant: str) -> list[Comparison]:
        """Give the comparisons of one variant."""
        return [each for each in self.comparisons if each.variant == variant]

    @property
    def n_units(self) -> int:
        """Units of all arms."""
        return int(self.units["units"].sum())

    def content(self) -> dict[str, Any]:
        """Give the numbers of the JSON report."""
        tests = [_written(each, self.experiment.control) for each in self.comparisons]
        tests += [row for each in self.segments for row in _segment_rows(each, self.experiment.control)]
        ratio = {} if self.ratio is None else {
            "pvalue": self.ratio.pvalue, "statistic": self.ratio.statistic, "light": self.ratio.light,
            "arms": self.ratio.arms,
        }  # fmt: skip
        own = {
            "control": self.experiment.control, "first": self.first, "last": self.last, "units": self.units,
            "faults": [{"key": each.key, "blocks": each.blocks, **each.facts} for each in self.faults],
            "sample_ratio": ratio, "tests": tests,
            "interactions": [_interaction(each) for each in self.segments],
            "verdict": {each.variant: each.key for each in self.verdicts},
        }  # fmt: skip
        return {"experiments": {self.name: own}}


def read_trial(name: str, rows: ir.Table, experiment: Experiment) -> Trial:
    """Read one test.

    Parameters
    ----------
    name
        Key in the parameters.
    rows
        Its rows, with ``unit_id`` and ``variant``.
    experiment
        What the parameters say; its columns are there.

    Returns
    -------
    Trial
        With the verdict ``unreadable`` when something blocks it; no problem of the rows raises.

    Examples
    --------
    >>> import ibis
    >>> from segbook.params.experiment import Metric
    >>> frame = pd.DataFrame({"unit_id": range(2000), "variant": ["a", "b"] * 1000,
    ...     "click": [0, 1, 0, 0, 0, 0, 0, 0] * 250})
    >>> test = Experiment(control="a", metrics={"click": Metric(type="proportion")})
    >>> [each.key for each in read_trial("subject", ibis.memtable(frame), test).verdicts]
    ['win']
    """
    kept, faults = check_rows(rows, experiment)
    attributes, many = _attributes(kept, experiment)
    cells = gather(kept, experiment, attributes)
    faults += many + check_cells(cells, experiment)
    totals = cells.total(cells.units)
    variants = [experiment.control, *(str(each) for each in totals.index if each != experiment.control)]
    readable = not any(each.key in {"one_arm", "no_values", "empty_arm"} and each.blocks for each in faults)
    fraction, alpha = _look(experiment, float(totals.sum()))
    found = _Found(cells, kept, experiment, variants, attributes, alpha) if readable else None
    ratio, alike = (found.ratio(), found.balance()) if found else (None, None)
    blocked = _blocked(experiment, faults, ratio, alike)
    skip = {each.facts["metric"] for each in faults if each.key in {"not_binary", "needs_units", "no_values"}}
    comparisons = found.comparisons(skip) if found else ()
    studies = found.studies(skip) if found else ()
    early = fraction is not None and fraction < 1
    verdicts = tuple(
        verdict_of(each, [one for one in comparisons if one.variant == each], blocked=blocked, is_early=early)
        for each in variants[1:] or [ALONE]
    )
    first, last = _dates(kept)
    return Trial(
        name, experiment, tuple(variants), first, last, _units(cells, experiment, variants), tuple(faults),
        ratio, alike, comparisons, studies, funnel(kept, experiment, variants) if found else None,
        found.daily(verdicts) if found and first else pd.DataFrame(), verdicts, fraction, alpha,
    )  # fmt: skip


@dataclass(frozen=True)
class _Found:
    """A readable test at work."""

    cells: Cells
    rows: ir.Table
    experiment: Experiment
    variants: list[str]
    attributes: list[str]
    alpha: float

    def ratio(self) -> SampleRatio:
        drawn = self.cells.total(self.cells.drawn).reindex(self.variants)
        return sample_ratio({str(name): float(n) for name, n in drawn.items()}, self.experiment.split or None)

    def balance(self) -> Balance:
        covariates = {
            metric.covariate: name
            for name, metric in self.experiment.metrics.items()
            if metric.covariate and not self.experiment.cluster
        }
        return balance(self.cells, self.variants, covariates)

    def comparisons(self, skip: set[str]) -> tuple[Comparison, ...]:
        return compare(self.cells, self.rows, self.experiment, self.variants, alpha=self.alpha, skip=skip)

    def studies(self, skip: set[str]) -> tuple[SegmentStudy, ...]:
        metrics = [name for name in self.experiment.primary if name not in skip]
        asked = product(self.attributes, metrics, self.variants[1:])
        found = [
            study(self.cells, each, metric, (self.variants[0], variant)) for each, metric, variant in asked
        ]
        return judged([each for each in found if each is not None], self.experiment.alpha)

    def daily(self, verdicts: Sequence[Verdict]) -> pd.DataFrame:
        lead = verdicts[0].leading
        if lead is None or self.experiment.cluster or "assigned_at" not in self.rows.columns:
            return pd.DataFrame()
        return cumulative(self.rows, self.experiment, lead.metric, (self.variants[0], verdicts[0].variant))


def _attributes(rows: ir.Table, experiment: Experiment) -> tuple[list[str], list[Fault]]:
    named = list(experiment.segments) or [each for each in ("segment",) if each in rows.columns]
    if not named:
        return [], []
    levels = rows.agg(**{each: rows[each].nunique() for each in named}).to_pandas().iloc[0]
    faults = [
        Fault("many_levels", False, {"attribute": each, "n": int(levels[each])})
        for each in named
        if levels[each] > MANY
    ]
    return [each for each in named if 0 < levels[each] <= MANY], faults


def _look(experiment: Experiment, units: float) -> tuple[float | None, float]:
    """Give the share of the planned units that came, and the limit of the p-values for it."""
    if experiment.planned_units is None:
        return None, experiment.alpha
    fraction = min(units / experiment.planned_units, 1.0)
    looks = [each for each in experiment.looks if each < fraction]
    return fraction, float(boundaries([*looks, fraction], experiment.alpha)["pvalue"].iloc[-1])


def _blocked(
    experiment: Experiment, faults: Sequence[Fault], ratio: SampleRatio | None, alike: Balance | None
) -> str:
    if not experiment.randomised:
        return "not_random"
    if any(each.blocks for each in faults):
        return "unreadable"
    if ratio is not None and ratio.light == "red":
        return "broken_split"
    return "not_alike" if alike is not None and alike.light == "red" else ""


def _dates(rows: ir.Table) -> tuple[date | None, date | None]:
    if "assigned_at" not in rows.columns or not (rows.assigned_at.type().is_temporal()):
        return None, None
    found = rows.agg(first=rows.assigned_at.min(), last=rows.assigned_at.max()).to_pandas().iloc[0]
    first, last = (
        None if pd.isna(each) else pd.Timestamp(each).date() for each in (found["first"], found["last"])
    )
    return first, last


def _units(cells: Cells, experiment: Experiment, variants: Sequence[str]) -> pd.DataFrame:
    totals = cells.total(cells.units)
    frame = pd.DataFrame({"units": totals.reindex(list(variants)).fillna(0)})
    frame.index.name = "variant"
    if not experiment.cluster:
        for name in experiment.metrics:
            frame[name] = [float(cells.arm(name, variant).n[0]) for variant in variants]
    return frame.astype(int)


def _written(each: Comparison, control: str) -> dict[str, Any]:
    own = {
        "metric": each.metric, "kind": each.kind, "role": each.role, "control_variant": control,
        "treatment_variant": each.variant, "segment": None, "confidence_level": each.confidence_level,
        "bound": each.bound, "detectable": each.detectable, "more_units": each.more_units,
    }  # fmt: skip
    return own | asdict(each.test) | dict(each.beside)


def _segment_rows(each: SegmentStudy, control: str) -> list[dict[str, Any]]:
    own = {
        "metric": each.metric, "role": "segment", "control_variant": control,
        "treatment_variant": each.variant, "attribute": each.attribute,
    }  # fmt: skip
    rows: dict[Any, dict[Any, Any]] = each.effects.to_dict("index")
    return [{**own, "segment": str(name), **row} for name, row in rows.items()]


def _interaction(each: SegmentStudy) -> Mapping[str, Any]:
    names = (
        "attribute",
        "metric",
        "variant",
        "overall",
        "q",
        "df",
        "pvalue",
        "pvalue_adjusted",
        "relative_pvalue",
        "tau",
        "differ",
    )
    return {name: getattr(each, name) for name in names}

"""The way of a letter: delivered, opened, clicked, converted, and revenue per delivered letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segbook.params.experiment import Experiment
from segbook.stats.abtest.shares import SharesEffect
from segbook.stats.proportions import wilson

STAGES = ("delivered", "opened", "clicked", "converted")
"""Steps of the way; each is counted of the delivered."""

DIAGNOSTIC = ("opened", "click_to_open")
"""Shown, never decided on: mail programs open letters by themselves, and a click counted of the opened is
counted of those whom the letter itself chose."""


@dataclass(frozen=True)
class Funnel:
    """The funnel of each variant.

    Parameters
    ----------
    steps
        Index (variant, step), steps being those of `STAGES` there are, and ``click_to_open``; columns count,
        of (what it is a share of), share, ci_lower, ci_upper, is_diagnostic, and against the control
        effect_size, effect_size_ci_lower, effect_size_ci_upper, pvalue (NaN for the control itself).
    revenue
        Variant to revenue per delivered letter; empty without money.
    """

    steps: pd.DataFrame
    revenue: pd.Series


def columns_of(experiment: Experiment, columns: Sequence[str]) -> dict[str, str]:
    """Give stage to column: those of the parameters, else the columns of the stages' own names.

    Examples
    --------
    >>> from segbook.params.experiment import Metric
    >>> test = Experiment(control="a", metrics={"clicked": Metric(type="proportion")})
    >>> columns_of(test, ["unit_id", "opened", "clicked"])
    {'opened': 'opened', 'clicked': 'clicked'}
    """
    named: Mapping[Any, str] = experiment.funnel or {each: each for each in (*STAGES, "revenue")}
    return {stage: named[stage] for stage in (*STAGES, "revenue") if named.get(stage) in columns}


def funnel(rows: ir.Table, experiment: Experiment, variants: Sequence[str]) -> Funnel | None:
    """Count the funnel of each variant; None when the table has fewer than two of its steps.

    Parameters
    ----------
    rows
        Units of one test.
    experiment
        What the parameters say.
    variants
        Arms, the control first.
    """
    named = columns_of(experiment, rows.columns)
    steps = [each for each in STAGES if each in named]
    if len(steps) < 2 or experiment.units:
        return None
    sums = {step: rows[named[step]].cast("float64").sum() for step in steps}
    if "revenue" in named:
        sums["revenue"] = rows[named["revenue"]].cast("float64").sum()
    counts = rows.group_by("variant").agg(sent=rows.count(), **sums).to_pandas().set_index("variant")
    counts = counts.loc[list(variants)].astype(float)
    base = counts["delivered"] if "delivered" in steps else counts["sent"]
    parts = [_of(counts[step], counts["sent"] if step == "delivered" else base, step) for step in steps]
    if {"opened", "clicked"} <= set(steps):
        parts.append(_of(counts["clicked"], counts["opened"], "click_to_open"))
    revenue = counts["revenue"] / base if "revenue" in counts else pd.Series(dtype=float)
    return Funnel(pd.concat(parts).reorder_levels([1, 0]), revenue)


def _of(counts: pd.Series, base: pd.Series, step: str) -> pd.DataFrame:
    x, n = counts.clip(upper=base), base
    low, high = wilson(x, n)
    frame = pd.DataFrame({"count": counts, "of": n, "share": x / n, "ci_lower": low, "ci_upper": high})
    frame["is_diagnostic"] = step in DIAGNOSTIC
    against = [
        _against(float(x.iloc[0]), float(n.iloc[0]), float(a), float(b))
        if index and min(n.iloc[0], b) > 0
        else [np.nan] * 4
        for index, (a, b) in enumerate(zip(x, n, strict=True))
    ]
    names = ["effect_size", "effect_size_ci_lower", "effect_size_ci_upper", "pvalue"]
    frame[names] = against
    return pd.concat({step: frame}, names=["step", "variant"])


def _against(x0: float, n0: float, x1: float, n1: float) -> list[float]:
    effect = SharesEffect(x0, n0, x1, n1)
    return [effect.treatment - effect.control, *effect.interval(0.05), effect.pvalue]

"""All metrics of a test beside their control, judged together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np

from segbook.params.experiment import Experiment, Metric
from segbook.results import TestResult
from segbook.stats.abtest.arms import Cells
from segbook.stats.abtest.comparison import Comparison, further, non_inferior, reach
from segbook.stats.abtest.effects import Effect
from segbook.stats.abtest.family import judged_together
from segbook.stats.abtest.means import adjusted, ratio_of_means, welch
from segbook.stats.abtest.moments import Floats, Moments
from segbook.stats.abtest.money import capped, compare_money
from segbook.stats.abtest.shares import SharesEffect

PAYS = 0.02
"""R squared from which a covariate is used: below, it saves less than 2 % of the units."""

USUAL = 0.1
"""Relative change taken for what matters where the client did not say."""


@dataclass(frozen=True)
class _Asked:
    """One metric of one variant, measured but not yet judged."""

    name: str
    metric: Metric
    role: str
    kind: str
    variant: str
    effect: Effect
    sizes: tuple[int, int]
    beside: dict[str, Any]

    def judged(
        self, test: TestResult, levels: tuple[float, float], two_sided: float, power: float
    ) -> Comparison:
        """Put the numbers beside what matters, and derive the state from them."""
        metric, detectable = self.metric, reach(self.effect.se, two_sided, power)
        bound = metric.margin if self.role == "guardrail" else (metric.matters or USUAL) * abs(test.control)
        bound, more = float(bound or 0), further(sum(self.sizes), detectable, float(bound or 0))
        return Comparison(
            self.name, self.kind, self.role, self.variant, metric.sign, test, *levels, bound, detectable,
            more, self.beside, is_bound_given=metric.matters is not None,
        ).judged()  # fmt: skip


def compare(
    cells: Cells,
    rows: ir.Table,
    experiment: Experiment,
    variants: Sequence[str],
    *,
    alpha: float,
    skip: set[str],
) -> tuple[Comparison, ...]:
    """Compare every metric of every variant with the control.

    Parameters
    ----------
    cells
        The test, reduced.
    rows
        Its units; only sums of money are read from them.
    experiment
        What the parameters say.
    variants
        Arms, the control first.
    alpha
        Accepted chance of a false find in each family: the primary metrics of all variants, and the others of
        all variants; guardrails are each held to it alone.
    skip
        Metrics that cannot be read.

    Returns
    -------
    tuple of Comparison
        By variant, then metric.
    """
    asked = [
        _measure(cells, rows, experiment, name, (variants[0], variant))
        for variant in variants[1:]
        for name in experiment.metrics
        if name not in skip
    ]
    found: dict[int, Comparison] = {}
    for role in ("primary", "secondary"):
        family = [index for index, each in enumerate(asked) if each.role == role]
        tests = judged_together([asked[i].effect for i in family], [asked[i].sizes for i in family], alpha)
        for index, (test, level) in zip(family, tests, strict=True):
            found[index] = asked[index].judged(test, (alpha, level), 1 - level, experiment.power)
    for index, each in enumerate(asked):
        if each.role == "guardrail":
            margin, sign = float(each.metric.margin or 0), each.metric.sign
            test = non_inferior(each.effect, each.sizes, sign, margin, alpha)
            found[index] = each.judged(test, (alpha, 1 - 2 * alpha), 2 * alpha, experiment.power)
    return tuple(found[index] for index in sorted(found))


def _measure(
    cells: Cells, rows: ir.Table, experiment: Experiment, name: str, arms: tuple[str, str]
) -> _Asked:
    metric, measured = experiment.metrics[name], cells.measured[name]
    control, treatment = (cells.arm(name, variant) for variant in arms)
    usual = "primary" if name in experiment.primary else "secondary"
    role = "guardrail" if metric.type == "guardrail" else usual
    kind = metric.type if role != "guardrail" else "share" if measured.is_share else "mean"
    kind = "share" if kind == "proportion" else kind
    beside: dict[str, Any] = {}
    if experiment.cluster:
        effect: Effect = ratio_of_means(control, treatment, "cluster")
    elif kind == "share":
        effect = SharesEffect(*_counts(control), *_counts(treatment))
    elif kind == "ratio":
        effect = ratio_of_means(control, treatment)
    else:
        effect, beside = _means(cells, rows, experiment, name, arms)
    units = [
        arm.n * arm.x if experiment.cluster and kind != "ratio" else arm.n for arm in (control, treatment)
    ]
    sizes = (round(float(units[0][0])), round(float(units[1][0])))
    return _Asked(name, metric, role, kind, arms[1], effect, sizes, beside)


def _counts(arm: Moments) -> tuple[float, float]:
    return float(np.round(arm.n[0] * arm.y[0])), float(arm.n[0])


def _means(
    cells: Cells, rows: ir.Table, experiment: Experiment, name: str, arms: tuple[str, str]
) -> tuple[Effect, dict[str, Any]]:
    """Compare means or money, with what stands beside: the largest value, capped means, the covariate."""
    metric, measured = experiment.metrics[name], cells.measured[name]
    control, treatment = (cells.arm(name, variant) for variant in arms)
    beside = _largest(cells, name, arms) | {"sd_control": float(np.sqrt(control.yy[0]))}
    effect: Effect = welch(control, treatment)
    if metric.covariate and not measured.n_unpaired:
        sharper, r2 = adjusted(control, treatment)
        low, high = sharper.interval(experiment.alpha)
        beside |= {
            "r2": r2,
            "cuped_effect": sharper.treatment - sharper.control,
            "cuped_ci_lower": low,
            "cuped_ci_upper": high,
        }
        if metric.type == "mean" and r2 >= PAYS:
            effect = sharper
    if metric.type == "money":
        sums = _spent(rows, metric.column or name, arms)
        effect = compare_money(control, treatment, np.concatenate([sums[arm] for arm in arms]))
        cap, means = capped(sums, {arms[0]: int(control.n[0]), arms[1]: int(treatment.n[0])})
        beside |= {"cap": cap, "capped_control": means[arms[0]], "capped_treatment": means[arms[1]]}
    return effect, beside


def _spent(rows: ir.Table, column: str, arms: tuple[str, str]) -> dict[str, Floats]:
    value = rows[column].cast("float64")
    frame = rows.select(variant=rows.variant, value=value).filter(value != 0).to_pandas()
    return {arm: frame.loc[frame["variant"] == arm, "value"].to_numpy(dtype=float) for arm in arms}


def _largest(cells: Cells, name: str, arms: tuple[str, str]) -> dict[str, Any]:
    """Give the largest single value and the effect without it."""
    largest = {
        arm: max(
            cells.measured[name].largest[(cells.keys["variant"] == arm).to_numpy()], key=abs, default=0.0
        )
        for arm in arms
    }
    owner = max(arms, key=lambda arm: abs(largest[arm]))
    means = {}
    for arm in arms:
        cell = cells.arm(name, arm)
        means[arm] = float((cell.without(largest[arm]) if arm == owner and cell.n[0] > 2 else cell).y[0])
    return {
        "largest": float(largest[owner]),
        "largest_in": owner,
        "effect_without": means[arms[1]] - means[arms[0]],
    }

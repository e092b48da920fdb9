"""How the difference settled day by day: to watch, not to stop by."""

from __future__ import annotations

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segbook.params.experiment import Experiment
from segbook.stats.abtest.arms import gather
from segbook.stats.abtest.moments import Floats, Moments
from segbook.stats.proportions import critical


def cumulative(rows: ir.Table, experiment: Experiment, metric: str, arms: tuple[str, str]) -> pd.DataFrame:
    """Give the difference after each day, of all units assigned until then.

    Parameters
    ----------
    rows
        Units of one test, with ``assigned_at``.
    experiment
        What the parameters say.
    metric
        Which.
    arms
        Control and treatment.

    Returns
    -------
    Frame, index day
        ``n``, ``effect_size``, ``ci_lower``, ``ci_upper``: 95 % for that day alone; days on which an arm has
        fewer than two units are left out.
    """
    dated = rows.filter(rows.assigned_at.notnull()).mutate(**{"§day": rows.assigned_at.date().cast("string")})
    one = experiment.model_copy(update={"metrics": {metric: experiment.metrics[metric]}, "cluster": None})
    cells = gather(dated, one, ["§day"])
    days = sorted(cells.keys["§day"].unique())
    control, treatment = (_running(cells.by(metric, variant, "§day", days)) for variant in arms)
    effect = treatment.y / treatment.x - control.y / control.x
    half = critical() * np.sqrt(_variance(control) + _variance(treatment))
    frame = pd.DataFrame(
        {
            "n": control.n + treatment.n,
            "effect_size": effect,
            "ci_lower": effect - half,
            "ci_upper": effect + half,
        },
        index=pd.DatetimeIndex(days, name="day"),
    )
    return frame[np.isfinite(half) & (np.minimum(control.n, treatment.n) > 1)]


def _running(by_day: Moments) -> Moments:
    """Put each day together with all days before it."""
    parts = [
        by_day.pooled(np.where(np.arange(len(by_day.n)) <= day, 0, -1), 1) for day in range(len(by_day.n))
    ]
    names = ("n", "y", "x", "yy", "xx", "xy")
    return Moments(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _variance(arm: Moments) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = arm.y / arm.x
        return np.maximum(arm.yy - 2 * ratio * arm.xy + ratio**2 * arm.xx, 0.0) / (arm.n * arm.x**2)

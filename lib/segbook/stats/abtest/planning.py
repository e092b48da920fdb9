"""How many units a test needs, what it can find, and how long it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, stats

FORMULAS = {"share": "power.prop.test", "mean": "power.t.test"}
"""Kind of metric to the function of R whose formula is used; others (Evan Miller's, arcsine) differ by some
per cent."""

LARGE = 10_000_000_000
"""Units beyond which no test is planned."""


class Plan(NamedTuple):
    """What a test asks of chance.

    Parameters
    ----------
    alpha, power
        Accepted chance of a false find, and wanted chance of a true one.
    variants
        Arms, the control included; each is held against the control, so alpha is shared among them.
    control_share
        Share of the units in the control; equal arms when absent.
    """

    alpha: float = 0.05
    power: float = 0.8
    variants: int = 2
    control_share: float | None = None

    @property
    def level(self) -> float:
        """Alpha of one comparison (Holm's hardest step)."""
        return self.alpha / max(self.variants - 1, 1)

    @property
    def shares(self) -> tuple[float, float]:
        """Share of the units in the control and in each treatment."""
        control = 1 / self.variants if self.control_share is None else self.control_share
        return control, (1 - control) / max(self.variants - 1, 1)


EVEN = Plan()
CHANGES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5)


@dataclass(frozen=True)
class Base:
    """What is usual for a metric before the test.

    Parameters
    ----------
    kind
        ``share`` or ``mean`` (money and ratios too).
    value
        Share or mean of a unit.
    sd
        Standard deviation of a unit; of a share it follows from the share.
    """

    kind: str
    value: float
    sd: float = math.nan

    @property
    def spread(self) -> float:
        """Standard deviation of a unit."""
        return math.sqrt(self.value * (1 - self.value)) if self.kind == "share" else self.sd


def units_needed(base: Base, change: float, plan: Plan = EVEN) -> float:
    """Give the units of all arms together that find a change.

    Parameters
    ----------
    base
        What is usual.
    change
        Difference to be found, in the metric's own unit; either sign.
    plan
        What is asked of chance.

    Returns
    -------
    float
        Not rounded; NaN when the change leads out of 0 to 1, or is zero.

    References
    ----------
    .. [1] R, stats::power.prop.test and stats::power.t.test; for unequal arms J. L. Fleiss, Statistical
       Methods for Rates and Proportions (1981), eq. 3.19.

    Examples
    --------
    >>> round(units_needed(Base("share", 0.20), 0.05) / 2, 3)
    1093.739
    >>> round(units_needed(Base("mean", 0.0, 1.0), 0.2) / 2, 3)
    393.406
    """
    control, treatment = plan.shares
    if not change or math.isnan(base.spread) or not base.spread > 0:
        return math.nan
    if base.kind == "share":
        other = base.value + change
        if not 0 <= other <= 1:
            return math.nan
        middle = (control * base.value + treatment * other) / (control + treatment)
        null = math.sqrt(middle * (1 - middle) * (1 / control + 1 / treatment))
        real = math.sqrt(base.value * (1 - base.value) / control + other * (1 - other) / treatment)
        z = stats.norm.isf([plan.level / 2, 1 - plan.power])
        return float(((z[0] * null + z[1] * real) / change) ** 2)
    return _units_t(abs(change) / base.spread, plan)


def _units_t(effect: float, plan: Plan) -> float:
    """Solve the power of the t test, both tails counted, for the number of units."""
    control, treatment = plan.shares

    def power(total: float) -> float:
        df = max(total * (control + treatment) - 2, 1e-3)
        reach = stats.t.isf(plan.level / 2, df)
        shift = effect / math.sqrt((1 / control + 1 / treatment) / total)
        return float(stats.nct.sf(reach, df, shift) + stats.nct.cdf(-reach, df, shift)) - plan.power

    near = ((stats.norm.isf(plan.level / 2) + stats.norm.isf(1 - plan.power)) / effect) ** 2
    near *= 1 / control + 1 / treatment
    if near > 20_000:
        return float(near)  # The t of so many is the normal to seven digits, and nct slow.
    return float(
        optimize.brentq(power, max(near * 0.5, 2.1 / (control + treatment)), near * 2 + 40, xtol=1e-8)
    )


def change_found(base: Base, units: float, plan: Plan = EVEN) -> float:
    """Give the smallest rise that so many units find.

    Parameters
    ----------
    base, plan
        As in `units_needed`.
    units
        All arms together.

    Returns
    -------
    float
        In the metric's own unit; NaN when nothing possible is found.

    Examples
    --------
    >>> round(change_found(Base("share", 0.20), 2 * 1093.739), 5)
    0.05
    """
    control, treatment = plan.shares
    guess = (stats.norm.isf(plan.level / 2) + stats.norm.isf(1 - plan.power)) * base.spread
    guess *= math.sqrt((1 / control + 1 / treatment) / units)
    if not guess > 0:
        return math.nan
    top = (1 - base.value) * (1 - 1e-9) if base.kind == "share" else guess * 20
    if not units_needed(base, top, plan) <= units:
        return math.nan
    return float(
        optimize.brentq(lambda change: math.log(units_needed(base, change, plan) / units), guess * 1e-2, top)
    )


def days_needed(units: float, per_day: float) -> float:
    """Give the length of a test in days, whole weeks, so that every weekday counts alike.

    Examples
    --------
    >>> days_needed(3_000, 400)
    14.0
    """
    return 7.0 * math.ceil(units / per_day / 7) if per_day > 0 else math.nan


def segment_units(base: Base, change: float, share: float, plan: Plan = EVEN) -> float:
    """Give the units that find that the effect differs between a segment and the rest.

    Parameters
    ----------
    base, plan
        As in `units_needed`.
    change
        Difference between the two effects.
    share
        Share of the units in the segment.

    Notes
    -----
    The difference of two effects varies as 1 / (share (1 - share)) times the effect itself: four times the
    units for equal halves, more for a small segment.

    Examples
    --------
    >>> round(segment_units(Base("share", 0.2), 0.05, 0.5) / units_needed(Base("share", 0.2), 0.05), 6)
    4.0
    """
    return units_needed(base, change, plan) / (share * (1 - share))


def table_of(base: Base, plan: Plan = EVEN, changes: tuple[float, ...] = CHANGES) -> pd.DataFrame:
    """Give the units needed for relative changes of several sizes.

    Returns
    -------
    Frame, index relative change
        ``change`` (in the metric's own unit), ``units`` (all arms together, rounded up per arm),
        ``three_units`` (the same for a control and two variants), ``segment_units`` (to find such a
        difference between two equal segments); NaN where the change is not possible.

    Examples
    --------
    >>> int(table_of(Base("share", 0.05))["units"].loc[0.2])
    16316
    """
    absolute = [base.value * each for each in changes]
    frame = pd.DataFrame({"change": absolute}, index=pd.Index(changes, name="relative"))
    frame["units"] = [_whole(units_needed(base, each, plan), plan) for each in absolute]
    three = plan._replace(variants=plan.variants + 1)
    frame["three_units"] = [_whole(units_needed(base, each, three), three) for each in absolute]
    frame["segment_units"] = [_whole(segment_units(base, each, 0.5, plan), plan) for each in absolute]
    return frame


def _whole(units: float, plan: Plan) -> float:
    """Round up in each arm."""
    control, treatment = plan.shares
    if math.isnan(units):
        return math.nan
    return math.ceil(units * control - 1e-6) + (plan.variants - 1) * math.ceil(units * treatment - 1e-6)


def curve_of(base: Base, plan: Plan = EVEN, reach: tuple[float, float] = (0.03, 0.5)) -> pd.DataFrame:
    """Give the smallest relative change found by more and more units: a curve to choose from.

    Returns
    -------
    Frame
        ``units`` (all arms together) and ``relative`` change, from large changes to small ones.
    """
    changes = np.geomspace(reach[1], reach[0], 60)
    units = [units_needed(base, base.value * each, plan) for each in changes]
    return pd.DataFrame({"units": units, "relative": changes}).dropna()

"""The shape of a comparison, and of a measure through time."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class TestResult:
    """One comparison of a treatment with a control.

    Parameters
    ----------
    control, treatment
        The two values of the metric.
    effect_size, effect_size_ci_lower, effect_size_ci_upper
        Treatment minus control, with its interval.
    rel_effect_size, rel_effect_size_ci_lower, rel_effect_size_ci_upper
        Treatment over control minus one, with its interval.
    pvalue, pvalue_adjusted
        Before and after correction for several comparisons.
    statistic, method
        Of the test, and its name.
    n_control, n_treatment
        Units in each arm.
    verdict
        Key of the words that say it.
    """

    __test__ = False

    control: float
    treatment: float
    effect_size: float
    effect_size_ci_lower: float
    effect_size_ci_upper: float
    rel_effect_size: float
    rel_effect_size_ci_lower: float
    rel_effect_size_ci_upper: float
    pvalue: float
    pvalue_adjusted: float
    statistic: float
    n_control: int
    n_treatment: int
    method: str
    verdict: str


@dataclass(frozen=True)
class TrendResult:
    """A measure through several periods.

    Parameters
    ----------
    measure
        Its key.
    points
        Index period key in order; columns value, n, ci_lower, ci_upper.
    changes
        One comparison for each step from a period to the next.
    """

    measure: str
    points: pd.DataFrame
    changes: tuple[TestResult, ...] = ()

"""Several comparisons at once: adjusted p-values, and intervals widened to agree with them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from segbook.results import TestResult
from segbook.stats.abtest.effects import Effect
from segbook.stats.multiplicity import holm


def judged_together(
    effects: Sequence[Effect], sizes: Sequence[tuple[int, int]], alpha: float = 0.05
) -> list[tuple[TestResult, float]]:
    """Test a family of effects with one chance ``alpha`` of a false alarm in all of it.

    Parameters
    ----------
    effects
        Treatments beside their controls.
    sizes
        Units of control and treatment of each.
    alpha
        Chance of even one false alarm.

    Returns
    -------
    list of (TestResult, float)
        In the order given, each with the confidence level of its interval.

    Notes
    -----
    Holm compares the smallest p-value with alpha / m, the next with alpha / (m - 1) and so on until one is
    not below its limit; each interval is drawn at the level its p-value was held against, so that it leaves
    out zero exactly when the adjusted p-value is at most ``alpha`` (as GrowthBook's and others' do).

    Examples
    --------
    >>> from segbook.stats.abtest.shares import SharesEffect
    >>> both = [SharesEffect(48, 80, 56, 70), SharesEffect(40, 80, 36, 70)]
    >>> [(round(test.pvalue_adjusted, 3), round(level, 3)) for test, level in
    ...     judged_together(both, [(80, 70), (80, 70)])]
    [(0.017, 0.975), (0.861, 0.95)]
    """
    pvalues = np.array([each.pvalue for each in effects])
    adjusted = holm(pvalues)
    known = ~np.isnan(pvalues)
    is_found = known & (adjusted <= alpha)
    rank = np.array([np.sum(pvalues[known] < each) for each in pvalues])
    held = np.where(is_found, known.sum() - rank, max(int(known.sum() - is_found.sum()), 1))
    levels = alpha / np.maximum(held, 1)
    return [
        (result_of(effect, size, float(level), adjusted=float(p), is_found=bool(found)), 1 - float(level))
        for effect, size, level, p, found in zip(effects, sizes, levels, adjusted, is_found, strict=True)
    ]


def result_of(
    effect: Effect, size: tuple[int, int], level: float, *, adjusted: float, is_found: bool
) -> TestResult:
    """Write an effect down, its interval at ``level``, never at odds with the decision."""
    low, high = _agreed(effect.interval(level), is_found=is_found)
    rel_low, rel_high = _agreed(effect.relative(level), is_found=is_found)
    control, treatment = effect.control, effect.treatment
    return TestResult(
        control=control,
        treatment=treatment,
        effect_size=treatment - control,
        effect_size_ci_lower=low,
        effect_size_ci_upper=high,
        rel_effect_size=treatment / control - 1 if control > 0 else float("nan"),
        rel_effect_size_ci_lower=rel_low if control > 0 else float("nan"),
        rel_effect_size_ci_upper=rel_high if control > 0 else float("nan"),
        pvalue=effect.pvalue,
        pvalue_adjusted=adjusted,
        statistic=effect.statistic,
        n_control=size[0],
        n_treatment=size[1],
        method=effect.method,
        verdict="",
    )


def _agreed(ends: tuple[float, float], *, is_found: bool) -> tuple[float, float]:
    """Stretch an interval to zero where the test (an exact one) finds nothing though it leaves zero out."""
    low, high = ends
    return (low, high) if is_found or np.isnan(low + high) else (min(low, 0.0), max(high, 0.0))

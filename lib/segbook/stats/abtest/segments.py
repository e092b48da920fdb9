"""Does the effect differ between segments? One test per attribute, and effects drawn towards each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from segbook.stats.abtest.arms import Cells
from segbook.stats.abtest.moments import Floats, Moments
from segbook.stats.multiplicity import holm
from segbook.stats.proportions import critical

FEWEST = 30
"""Units of an arm below which a segment is not compared."""

FEWEST_EVENTS = 5
"""Successes, and failures, of both arms together below which a segment of a share is not compared."""


@dataclass(frozen=True)
class SegmentStudy:
    """The effect of one variant on one metric in each segment of one attribute.

    Parameters
    ----------
    attribute, metric, variant
        What was looked into.
    effects
        Index segment, in alphabetical order; columns n_control, n_treatment, control, treatment, effect_size,
        se, se_control, se_treatment, effect_size_ci_lower, effect_size_ci_upper (95 %), shrunken,
        shrunken_ci_lower, shrunken_ci_upper.
    left_out
        Segments too small to compare, with their units.
    overall
        Common effect, weighted by precision.
    q, df, pvalue, pvalue_adjusted
        Cochran's test that all segments have one effect, on the additive scale; the last after Holm over all
        attributes, metrics and variants of the test.
    relative_pvalue
        The same on the relative scale: log-odds of shares, logarithms of means; NaN where a mean is
        not above zero.
    tau
        Standard deviation of the true effects between segments.
    differ
        Whether there is evidence that the effect is not one for all.
    """

    attribute: str
    metric: str
    variant: str
    effects: pd.DataFrame
    left_out: pd.Series
    overall: float
    q: float
    df: int
    pvalue: float
    pvalue_adjusted: float
    relative_pvalue: float
    tau: float
    differ: bool


def cochran_q(effects: Floats, se: Floats) -> tuple[float, int, float]:
    """Test that effects with standard errors are all one.

    Returns
    -------
    q, df, pvalue
        NaN p-value below two effects.

    References
    ----------
    .. [1] W. G. Cochran, Biometrics 10 (1954), 101-129.

    Examples
    --------
    >>> cochran_q(np.array([1.0, 1.0]), np.array([0.1, 0.2]))
    (0.0, 1, 1.0)
    """
    if len(effects) < 2:
        return float("nan"), 0, float("nan")
    weights = 1 / se**2
    middle = np.sum(weights * effects) / np.sum(weights)
    q, df = float(np.sum(weights * (effects - middle) ** 2)), len(effects) - 1
    return q, df, float(stats.chi2.sf(q, df))


def shrink(effects: Floats, se: Floats, confidence_level: float = 0.95) -> tuple[pd.DataFrame, float, float]:
    """Draw effects towards their common mean, the less sure ones more.

    Parameters
    ----------
    effects, se
        Of the segments.
    confidence_level
        Of the intervals.

    Returns
    -------
    frame
        Columns shrunken, shrunken_ci_lower, shrunken_ci_upper.
    overall
        Common mean.
    tau2
        Variance of the true effects (moment estimate, not below zero).

    References
    ----------
    .. [1] R. DerSimonian, N. Laird, Controlled Clinical Trials 7 (1986), 177-188.
    .. [2] C. N. Morris, JASA 78 (1983), 47-55: the interval counts the doubt about the common mean too.

    Examples
    --------
    >>> frame, overall, tau2 = shrink(np.array([0.0, 2.0]), np.array([1.0, 1.0]))
    >>> frame["shrunken"].tolist(), overall, tau2
    ([0.5, 1.5], 1.0, 1.0)
    """
    weights = 1 / se**2
    q, df, _ = cochran_q(effects, se)
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    tau2 = max(0.0, float((q - df) / scale)) if len(effects) > 1 else 0.0
    full = 1 / (se**2 + tau2)
    overall = float(np.sum(full * effects) / np.sum(full))
    pull = se**2 / (se**2 + tau2)
    middle = overall + (1 - pull) * (effects - overall)
    spread = np.sqrt((1 - pull) * se**2 + pull**2 / full.sum())
    half = critical(confidence_level) * spread
    columns = {"shrunken": middle, "shrunken_ci_lower": middle - half, "shrunken_ci_upper": middle + half}
    return pd.DataFrame(columns), overall, tau2


def study(cells: Cells, attribute: str, metric: str, arms: tuple[str, str]) -> SegmentStudy | None:
    """Look into one attribute; None below two segments large enough.

    Parameters
    ----------
    cells
        Of the test.
    attribute, metric
        What to look into.
    arms
        Control and treatment.
    """
    levels = sorted(cells.keys[attribute].unique())
    measured = cells.measured[metric]
    control, treatment = (cells.by(metric, variant, attribute, levels) for variant in arms)
    effects = _effects(control, treatment, is_share=measured.is_share)
    effects.index = pd.Index(levels, name="segment")
    enough = _enough(effects, is_share=measured.is_share)
    kept = effects[enough]
    if len(kept) < 2:
        return None
    raw, se = kept["effect_size"].to_numpy(), kept["se"].to_numpy()
    q, df, pvalue = cochran_q(raw, se)
    drawn, overall, tau2 = shrink(raw, se)
    frame = pd.concat([kept, drawn.set_axis(kept.index)], axis=1)
    left = effects.loc[~enough, ["n_control", "n_treatment"]].sum(axis=1)
    relative = _log_odds(kept) if measured.is_share else _log_means(kept)
    return SegmentStudy(
        attribute, metric, arms[1], frame, left[left > 0], overall, q, df, pvalue, pvalue, relative,
        float(np.sqrt(tau2)), False,
    )  # fmt: skip


def _effects(control: Moments, treatment: Moments, *, is_share: bool) -> pd.DataFrame:
    values = [arm.y / arm.x if not is_share else arm.y for arm in (control, treatment)]
    spread = [
        _variance(arm, value, is_share=is_share)
        for arm, value in zip((control, treatment), values, strict=True)
    ]
    se = np.sqrt(spread[0] + spread[1])
    difference = values[1] - values[0]
    half = critical() * se
    return pd.DataFrame(
        {
            "n_control": control.n, "n_treatment": treatment.n, "control": values[0], "treatment": values[1],
            "effect_size": difference, "se": se,
            "se_control": np.sqrt(spread[0]), "se_treatment": np.sqrt(spread[1]),
            "effect_size_ci_lower": difference - half,
            "effect_size_ci_upper": difference + half,
        }
    )  # fmt: skip


def _variance(arm: Moments, value: Floats, *, is_share: bool) -> Floats:
    """Give the variance of a value: shares with one success and one failure added, ratios by the delta."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if is_share:
            p = (arm.n * arm.y + 1) / (arm.n + 2)
            return p * (1 - p) / (arm.n + 2)
        inner = arm.yy - 2 * value * arm.xy + value**2 * arm.xx
        return np.maximum(inner, 0.0) / (arm.n * arm.x**2)


def _enough(effects: pd.DataFrame, *, is_share: bool) -> pd.Series:
    enough = (effects[["n_control", "n_treatment"]].min(axis=1) >= FEWEST) & (effects["se"] > 0)
    if is_share:
        successes = effects["n_control"] * effects["control"] + effects["n_treatment"] * effects["treatment"]
        failures = effects["n_control"] + effects["n_treatment"] - successes
        enough &= np.minimum(successes, failures) >= FEWEST_EVENTS
    return enough


def _log_odds(effects: pd.DataFrame) -> float:
    """Test one odds ratio for all, half a success and half a failure added (Haldane)."""
    logit, spread = [], []
    for arm in ("control", "treatment"):
        n = effects[f"n_{arm}"].to_numpy()
        x = n * effects[arm].to_numpy()
        logit.append(np.log((x + 0.5) / (n - x + 0.5)))
        spread.append(1 / (x + 0.5) + 1 / (n - x + 0.5))
    return cochran_q(logit[1] - logit[0], np.sqrt(spread[0] + spread[1]))[2]


def _log_means(effects: pd.DataFrame) -> float:
    """Test one ratio of means for all."""
    means = effects[["control", "treatment"]].to_numpy()
    if not (means > 0).all():
        return float("nan")
    logs, spread = np.log(means), effects[["se_control", "se_treatment"]].to_numpy() / means
    return cochran_q(logs[:, 1] - logs[:, 0], np.hypot(spread[:, 0], spread[:, 1]))[2]


def judged(studies: Sequence[SegmentStudy], alpha: float = 0.05) -> tuple[SegmentStudy, ...]:
    """Adjust the interaction tests of a whole experiment together and say where segments differ."""
    adjusted = holm([each.pvalue for each in studies])
    return tuple(
        replace(each, pvalue_adjusted=float(p), differ=bool(p <= alpha))
        for each, p in zip(studies, adjusted, strict=True)
    )

"""One metric of one variant beside the control: the numbers shown, and the word they stand for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scipy import stats

from segbook.results import TestResult
from segbook.stats.abtest.effects import Effect, touching
from segbook.stats.abtest.family import result_of

BETTER, WORSE, SAME, UNCLEAR = "better", "worse", "same", "unclear"
SAFE, BROKEN = "safe", "broken"


@dataclass(frozen=True)
class Comparison:
    """One metric of one variant beside the control.

    Parameters
    ----------
    metric, kind, role
        Name; ``share``, ``mean``, ``money`` or ``ratio``; ``primary``, ``secondary`` or ``guardrail``.
    variant
        The treatment.
    sign
        1 when more is better, -1 when less is.
    test
        The numbers; its verdict is the state: ``better``, ``worse``, ``same`` or ``unclear``, of a guardrail
        ``safe``, ``broken`` or ``unclear``.
    alpha, confidence_level
        Limit of the adjusted p-value, and level of the interval that agrees with it.
    bound
        The smallest difference that matters, or a guardrail's margin, in the metric's own unit.
    detectable
        Smallest difference the test would have found with the wanted power.
    more_units
        Further units, all arms together, to find `bound` with that power; 0 when there are enough.
    beside
        Further numbers: ``r2`` of the covariate, ``cuped_effect`` with its interval; ``cap``,
        ``capped_control``, ``capped_treatment``; ``largest`` and ``effect_without`` it.
    is_bound_given
        Whether the client said what matters.
    """

    metric: str
    kind: str
    role: str
    variant: str
    sign: int
    test: TestResult
    alpha: float
    confidence_level: float
    bound: float
    detectable: float
    more_units: float
    beside: Mapping[str, Any] = field(default_factory=dict)
    is_bound_given: bool = True

    @property
    def gain(self) -> tuple[float, float, float]:
        """The effect with its interval, turned so that more is better: lower end, effect, upper end."""
        test = self.test
        ends = (test.effect_size_ci_lower, test.effect_size_ci_upper)
        low, high = ends if self.sign > 0 else (-ends[1], -ends[0])
        return low, self.sign * test.effect_size, high

    @property
    def state(self) -> str:
        """What the numbers say."""
        return self.test.verdict

    @property
    def is_tiny(self) -> bool:
        """Whether a difference was found, and is too small to matter with certainty."""
        low, _, high = self.gain
        found = self.state in {BETTER, WORSE}
        return found and self.is_bound_given and -self.bound < low and high < self.bound

    def judged(self) -> Comparison:
        """Give the comparison with its state derived from the numbers shown."""
        low, effect, high = self.gain
        if self.role == "guardrail":
            state = SAFE if low > -self.bound else BROKEN if high < -self.bound else UNCLEAR
        elif self.test.pvalue_adjusted <= self.alpha and (low > 0 or high < 0):
            state = BETTER if effect > 0 else WORSE
        else:
            state = SAME if -self.bound < low and high < self.bound else UNCLEAR
        return replace(self, test=replace(self.test, verdict=state))


def reach(se: float, alpha: float, power: float) -> float:
    """Give the smallest difference a test with this standard error finds with this power.

    Examples
    --------
    >>> round(reach(1.0, 0.05, 0.8), 4)
    2.8016
    """
    return float(stats.norm.isf(alpha / 2) + stats.norm.isf(1 - power)) * se


def further(units: float, detectable: float, bound: float) -> float:
    """Give the units still missing to find `bound`: precision grows with the root of their number.

    Examples
    --------
    >>> further(1_000, 0.04, 0.02), further(1_000, 0.01, 0.02)
    (3000.0, 0.0)
    """
    if not bound > 0 or not math.isfinite(detectable):
        return math.nan
    return float(max(math.ceil(units * ((detectable / bound) ** 2 - 1) - 1e-6), 0))


def non_inferior(
    effect: Effect, sizes: tuple[int, int], sign: int, margin: float, alpha: float
) -> TestResult:
    """Test that a guardrail did not get worse by more than its margin.

    Parameters
    ----------
    effect
        Of the guardrail's metric.
    sizes
        Units of control and treatment.
    sign
        1 when more is better, -1 when less is.
    margin
        The loss one is ready to bear.
    alpha
        Of the one-sided test; the interval is the two-sided one of 1 - 2 alpha that belongs to it.

    Returns
    -------
    TestResult
        Its p-value is the chance of such a result if the loss were just the margin.

    References
    ----------
    .. [1] G. Piaggio et al., JAMA 308 (2012), 2594-2604: non-inferiority is read from the interval.
    """
    loss = touching(effect.interval, at=-sign * margin) / 2
    inside = sign * (effect.treatment - effect.control) > -margin
    pvalue = loss if inside else 1 - loss
    result = result_of(effect, sizes, 2 * alpha, adjusted=pvalue, is_found=True)
    return replace(result, pvalue=pvalue, method="non_inferiority")

"""Two shares beside each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats

from segbook.stats.abtest.effects import FARTHEST, Ends, touching, two_sided
from segbook.stats.proportions import katz, newcombe

SMALL = 5
"""Expected counts below this ask for Fisher's exact test (W. G. Cochran, Biometrics 10 (1954), 417-451)."""


@dataclass(frozen=True)
class SharesEffect:
    """Two shares: chi-square, or Fisher where counts are small; Newcombe's and Katz's intervals.

    Parameters
    ----------
    x_control, n_control, x_treatment, n_treatment
        Successes and units of each arm.

    Notes
    -----
    The p-value is the largest of the test's own and of those at which the two intervals would just reach
    zero: a difference counts only when all three agree.

    References
    ----------
    .. [1] R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10.
    .. [2] D. Katz et al., Biometrics 34 (1978), 469-474.

    Examples
    --------
    >>> effect = SharesEffect(48, 80, 56, 70)
    >>> effect.method, round(effect.test_pvalue, 4), round(effect.interval(0.05)[0], 4)
    ('chi_square', 0.008, 0.0524)
    """

    x_control: float
    n_control: float
    x_treatment: float
    n_treatment: float

    @property
    def control(self) -> float:
        """Share in the control."""
        return self.x_control / self.n_control

    @property
    def treatment(self) -> float:
        """Share in the treatment."""
        return self.x_treatment / self.n_treatment

    @property
    def _pooled(self) -> float:
        return (self.x_control + self.x_treatment) / (self.n_control + self.n_treatment)

    @property
    def se(self) -> float:
        """Standard error of the difference under no difference; one success and one failure added."""
        x, n = self.x_control + self.x_treatment + 1, self.n_control + self.n_treatment + 2
        return math.sqrt(x / n * (1 - x / n) * (1 / self.n_control + 1 / self.n_treatment))

    @property
    def is_small(self) -> bool:
        """Whether an expected count asks for the exact test."""
        fewest = min(self.n_control, self.n_treatment)
        return fewest * min(self._pooled, 1 - self._pooled) < SMALL

    @property
    def statistic(self) -> float:
        """Signed root of Pearson's chi-square without correction."""
        pooled = self._pooled
        spread = math.sqrt(pooled * (1 - pooled) * (1 / self.n_control + 1 / self.n_treatment))
        return (self.treatment - self.control) / spread if spread > 0 else 0.0

    @property
    def test_pvalue(self) -> float:
        """P-value of the test alone."""
        if not self.is_small:
            return two_sided(self.statistic)
        table = [
            [self.x_control, self.n_control - self.x_control],
            [self.x_treatment, self.n_treatment - self.x_treatment],
        ]
        return float(stats.fisher_exact(np.array(table, dtype=int)).pvalue)

    @cached_property
    def pvalue(self) -> float:
        """The largest of the test's and the intervals' own p-values."""
        pvalue = self.test_pvalue
        for interval in (self.interval, self.relative):
            low, high = interval(max(pvalue, two_sided(FARTHEST)))
            if low <= 0 <= high:  # it would be reached only at a larger level
                pvalue = max(pvalue, touching(interval))
        return pvalue

    @property
    def method(self) -> str:
        """``fisher`` or ``chi_square``."""
        return "fisher" if self.is_small else "chi_square"

    def interval(self, alpha: float) -> Ends:
        """Give Newcombe's interval of the difference."""
        low, high = newcombe(self.x_control, self.n_control, self.x_treatment, self.n_treatment, 1 - alpha)
        return float(low), float(high)

    def relative(self, alpha: float) -> Ends:
        """Give Katz's interval of the ratio, less one."""
        low, high = katz(self.x_control, self.n_control, self.x_treatment, self.n_treatment, 1 - alpha)
        return float(low) - 1, float(high) - 1

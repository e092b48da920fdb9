"""Two means, or two ratios of means, beside each other."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from segbook.stats.abtest.effects import Effect, Ends
from segbook.stats.abtest.moments import Moments


@dataclass(frozen=True)
class MeansEffect:
    """Two means, or two ratios of means: Welch's t and Fieller's interval of the quotient.

    Parameters
    ----------
    control, treatment
        The two values.
    se_control, se_treatment
        Their standard errors.
    df
        Degrees of freedom.
    method
        ``welch``, ``welch_cuped``, ``delta_ratio`` or ``cluster``.

    References
    ----------
    .. [1] B. L. Welch, Biometrika 34 (1947), 28-35.
    .. [2] E. C. Fieller, Journal of the Royal Statistical Society B 16 (1954), 175-185.

    Examples
    --------
    >>> import numpy as np
    >>> control, treated = Moments.of(np.array([1.0, 2.0, 4.0])), Moments.of(np.array([2.0, 5.0, 6.0]))
    >>> effect = welch(control, treated)
    >>> round(effect.statistic, 4), round(effect.pvalue, 4)
    (1.3416, 0.2567)
    """

    control: float
    treatment: float
    se_control: float
    se_treatment: float
    df: float
    method: str

    @property
    def se(self) -> float:
        """Standard error of the difference."""
        return math.hypot(self.se_control, self.se_treatment)

    @property
    def statistic(self) -> float:
        """Welch's t; zero when both arms are constant and equal."""
        difference = self.treatment - self.control
        return (
            difference / self.se
            if self.se > 0
            else 0.0
            if not difference
            else math.copysign(math.inf, difference)
        )

    @property
    def pvalue(self) -> float:
        """Two-sided."""
        return float(2 * stats.t.sf(abs(self.statistic), self.df))

    def interval(self, alpha: float) -> Ends:
        """Give Welch's interval of the difference."""
        half = float(stats.t.isf(alpha / 2, self.df)) * self.se
        return self.treatment - self.control - half, self.treatment - self.control + half

    def relative(self, alpha: float) -> Ends:
        """Give Fieller's interval of the quotient, less one; NaN when the control may be zero."""
        reach = float(stats.t.isf(alpha / 2, self.df))
        return fieller(self, reach, -reach)


def fieller(effect: Effect, upper: float, lower: float) -> Ends:
    """Give Fieller's interval of treatment over control, less one, from critical values of its own.

    Parameters
    ----------
    effect
        With standard errors of both arms.
    upper, lower
        Critical values of the statistic; ``lower`` is negative.

    Returns
    -------
    tuple of float
        NaN when the control is not clearly above zero: then no ratio can be named.
    """
    return _fieller_end(effect, upper, -1), _fieller_end(effect, lower, 1)


def _fieller_end(effect: Effect, reach: float, side: int) -> float:
    m0, m1 = effect.control, effect.treatment
    v0, v1 = (getattr(effect, name) ** 2 * reach**2 for name in ("se_control", "se_treatment"))
    if not (m0 > 0 and m0 * m0 > v0):
        return math.nan
    inner = m0 * m0 * v1 + m1 * m1 * v0 - v0 * v1
    sign = side if reach * side < 0 else -side
    return float((m0 * m1 + sign * math.sqrt(max(inner, 0.0))) / (m0 * m0 - v0) - 1)


def welch(control: Moments, treatment: Moments, method: str = "welch") -> MeansEffect:
    """Compare two means from their moments, arrays of one cell.

    Examples
    --------
    >>> import numpy as np
    >>> one = Moments.of(np.array([1.0, 2.0, 3.0]))
    >>> welch(one, one).pvalue
    1.0
    """
    arms = [
        (float(each.y[0]), float(each.yy[0]) / float(each.n[0]), float(each.n[0]))
        for each in (control, treatment)
    ]
    return _of_arms(arms, method)


def ratio_of_means(control: Moments, treatment: Moments, method: str = "delta_ratio") -> MeansEffect:
    """Compare two ratios of means, ``y`` over ``x``, by the delta method.

    References
    ----------
    .. [1] A. Deng, U. Knoblich, J. Lu, KDD (2018), eq. 3: the variance of a ratio metric.

    Examples
    --------
    >>> import numpy as np
    >>> visits = np.array([1.0, 2.0, 3.0, 2.0])
    >>> arm = Moments.of(visits * 2, visits)
    >>> ratio_of_means(arm, arm).control
    2.0
    """
    arms = []
    for each in (control, treatment):
        n, y, x, yy, xx, xy = (float(part[0]) for part in (each.n, each.y, each.x, each.yy, each.xx, each.xy))
        ratio = y / x
        arms.append((ratio, max(yy - 2 * ratio * xy + ratio**2 * xx, 0.0) / (n * x * x), n))
    return _of_arms(arms, method)


def adjusted(control: Moments, treatment: Moments) -> tuple[MeansEffect, float]:
    """Compare two means freed of what the covariate ``x`` foretold (CUPED), and give its R squared.

    References
    ----------
    .. [1] A. Deng, Y. Xu, R. Kohavi, T. Walker, WSDM (2013), eq. 4.

    Examples
    --------
    >>> import numpy as np
    >>> before = np.array([1.0, 2.0, 3.0, 4.0])
    >>> arm, better = Moments.of(before, before), Moments.of(before + 1, before)
    >>> effect, r2 = adjusted(arm, better)
    >>> effect.treatment - effect.control, r2
    (1.0, 1.0)
    """
    arms = (control, treatment)
    weights = [float(each.n[0]) - 1 for each in arms]
    xx, xy, yy = (
        sum(weight * float(getattr(each, name)[0]) for weight, each in zip(weights, arms, strict=True))
        for name in ("xx", "xy", "yy")
    )
    theta = xy / xx if xx > 0 else 0.0
    middle = sum(float(each.n[0] * each.x[0]) for each in arms) / sum(float(each.n[0]) for each in arms)
    found = []
    for each in arms:
        n, y, x = float(each.n[0]), float(each.y[0]), float(each.x[0])
        spread = float(each.yy[0]) - 2 * theta * float(each.xy[0]) + theta**2 * float(each.xx[0])
        found.append((y - theta * (x - middle), max(spread, 0.0) / n, n))
    return _of_arms(found, "welch_cuped"), xy * xy / (xx * yy) if xx * yy > 0 else 0.0


def _of_arms(arms: list[tuple[float, float, float]], method: str) -> MeansEffect:
    (m0, v0, n0), (m1, v1, n1) = arms
    spread = v0 * v0 / (n0 - 1) + v1 * v1 / (n1 - 1)
    df = (v0 + v1) ** 2 / spread if spread > 0 else n0 + n1 - 2
    return MeansEffect(m0, m1, math.sqrt(v0), math.sqrt(v1), df, method)

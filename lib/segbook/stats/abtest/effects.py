"""What every effect knows: its p-value, and its interval at any level, so that both always say the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from scipy import optimize, stats

FARTHEST = 8.0
"""Standard errors beyond which an interval cannot be told from a certainty in double precision."""

Ends = tuple[float, float]


class Effect(Protocol):
    """A treatment beside its control.

    ``interval`` (of the difference) and ``relative`` (of the ratio less one) hold zero whenever ``pvalue`` is
    not below their ``alpha``.
    """

    @property
    def control(self) -> float: ...  # noqa: D102
    @property
    def treatment(self) -> float: ...  # noqa: D102
    @property
    def se(self) -> float: ...  # noqa: D102
    @property
    def statistic(self) -> float: ...  # noqa: D102
    @property
    def pvalue(self) -> float: ...  # noqa: D102
    @property
    def method(self) -> str: ...  # noqa: D102
    def interval(self, alpha: float) -> Ends: ...  # noqa: D102
    def relative(self, alpha: float) -> Ends: ...  # noqa: D102


def two_sided(statistic: float) -> float:
    """Give the two-sided p-value of a standard normal statistic."""
    return float(2 * stats.norm.sf(abs(statistic)))


def touching(interval: Callable[[float], Ends], at: float = 0.0) -> float:
    """Give the level ``alpha`` at which an interval just reaches a value; 0 when it never does.

    Parameters
    ----------
    interval
        Gives the interval of a level; wider for smaller levels.
    at
        The value.

    Examples
    --------
    >>> round(touching(lambda alpha: (1.0 - stats.norm.isf(alpha / 2), 3.0)), 4)
    0.3173
    """

    def gap(z: float) -> float:
        low, high = interval(float(2 * stats.norm.sf(z)))
        return max(low - at, at - high)

    near = 1e-4
    if not gap(near) > 0:
        return 1.0
    if gap(FARTHEST) > 0:
        return 0.0
    return two_sided(float(optimize.brentq(gap, near, FARTHEST, xtol=1e-9)))

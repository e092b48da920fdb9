"""Planned looks at a running test, and what each must show (Lan and DeMets)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import optimize, stats

GRID = 1_501
"""Points of the integration: boundaries to some five digits."""

WIDTH = 8.0
"""Standard deviations the integration reaches."""


def spent(fraction: float, alpha: float = 0.05) -> float:
    """Give the chance of a false alarm spent by a share of the units: O'Brien and Fleming's way.

    Notes
    -----
    2 - 2 Phi(z / sqrt(t)), z of the two-sided alpha: nearly nothing early, nearly everything at the end.

    References
    ----------
    .. [1] K. K. G. Lan, D. L. DeMets, Biometrika 70 (1983), 659-663.

    Examples
    --------
    >>> [round(spent(t), 7) for t in (0.5, 0.75, 1.0)]
    [0.0055746, 0.0236251, 0.05]
    """
    return float(2 * stats.norm.sf(stats.norm.isf(alpha / 2) / np.sqrt(fraction)))


def boundaries(fractions: Sequence[float], alpha: float = 0.05) -> pd.DataFrame:
    """Give what each look must show.

    Parameters
    ----------
    fractions
        Share of the planned units at each look, rising, the last at most 1.
    alpha
        Chance of a false alarm over all looks.

    Returns
    -------
    Frame, a row for each look
        ``fraction``, ``spent`` (chance of a false alarm used so far), ``z`` (what the statistic must exceed)
        and ``pvalue`` (what the p-value of that look must be below).

    References
    ----------
    .. [1] C. Jennison, B. W. Turnbull, Group Sequential Methods (2000), chapters 7 and 19.

    Examples
    --------
    >>> boundaries([0.5, 1.0])["z"].round(3).tolist()
    [2.772, 1.979]
    """
    budget = [spent(each, alpha) for each in fractions]
    z = _solve(fractions, budget)
    pvalues = 2 * stats.norm.sf(z)
    return pd.DataFrame({"fraction": list(fractions), "spent": budget, "z": z, "pvalue": pvalues})


def false_alarms(fractions: Sequence[float], z: Sequence[float]) -> float:
    """Give the chance that a test without any effect exceeds one of these limits at one of these looks.

    Examples
    --------
    >>> round(false_alarms([0.2, 0.4, 0.6, 0.8, 1.0], [1.96] * 5), 3)
    0.142
    """
    crossed = 0.0
    for lost in _walk(fractions, lambda index, _: z[index]):
        crossed += lost
    return crossed


def _solve(fractions: Sequence[float], budget: Sequence[float]) -> list[float]:
    found: list[float] = []

    def limit(index: int, beyond: Callable[[float], float]) -> float:
        wanted = budget[index] - (budget[index - 1] if index else 0.0)
        if beyond(WIDTH) >= wanted:
            found.append(WIDTH)
        else:
            found.append(float(optimize.brentq(lambda z: beyond(z) - wanted, 0.0, WIDTH, xtol=1e-9)))
        return found[-1]

    for _ in _walk(fractions, limit):
        pass
    return found


def _walk(
    fractions: Sequence[float], limit: Callable[[int, Callable[[float], float]], float]
) -> Sequence[float]:
    """Follow the density of the paths that crossed nothing yet; give the chance lost at each look."""
    lost, points, density, before = [], np.zeros(1), np.ones(1), 0.0
    for index, t in enumerate(fractions):
        step = np.sqrt(t - before)

        def beyond(
            z: float, t: float = t, step: float = step, at: np.ndarray = points, by: np.ndarray = density
        ) -> float:
            edge = z * np.sqrt(t)
            return float(
                np.sum(by * (stats.norm.sf((edge - at) / step) + stats.norm.cdf((-edge - at) / step)))
            )

        edge = limit(index, beyond)
        lost.append(beyond(edge))
        grid = np.linspace(-edge * np.sqrt(t), edge * np.sqrt(t), GRID)
        weights = _simpson(grid)
        spread = np.exp(-0.5 * ((grid[:, None] - points[None, :]) / step) ** 2) / (step * np.sqrt(2 * np.pi))
        density = weights * (spread @ density)
        points, before = grid, t
    return lost


def _simpson(grid: np.ndarray) -> np.ndarray:
    weights = np.ones(len(grid))
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    scaled: np.ndarray = weights * (grid[1] - grid[0]) / 3
    return scaled

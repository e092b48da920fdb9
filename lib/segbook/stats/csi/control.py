"""One manager, or the company, beside its own past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

MIN_CHART = 8
"""Quarters with answers from which a history has control limits of its own."""


@dataclass(frozen=True)
class ControlChart:
    """One measure of one manager through quarters, with the limits of its usual swing.

    Parameters
    ----------
    kind
        ``log_csi`` (individuals and moving range of the logarithm), or ``share`` (p-chart of the share
        that attracts among those told), when there are fewer than eight quarters.
    points
        Index quarter; columns value, lower, upper, outside; index or share, not its logarithm.
    center
        Usual value.
    """

    kind: str
    points: pd.DataFrame
    center: float


def control_chart(counts: pd.DataFrame) -> ControlChart:
    """Give a manager's own history with the limits that chance keeps within.

    Parameters
    ----------
    counts
        Index quarter, columns attract, detract; quarters without either are skipped.

    Returns
    -------
    ControlChart
        From eight quarters on of log CSI, half an answer added to both counts so that a quarter without
        detractors has one; else of shares.

    References
    ----------
    .. [1] D. J. Wheeler, Understanding Variation (2000): individuals and moving range, 2.66 and 3.268.
    .. [2] W. A. Shewhart, Economic Control of Quality (1931): p-chart.

    Examples
    --------
    >>> counts = pd.DataFrame({"attract": [36, 40, 12], "detract": [4, 6, 18]}, index=["Q1", "Q2", "Q3"])
    >>> control_chart(counts).points["outside"].tolist()
    [False, False, True]
    """
    told = counts["attract"] + counts["detract"]
    met = counts[told > 0]
    if len(met) >= MIN_CHART:
        values = (met["attract"] + 0.5) / (met["detract"] + 0.5)
        center, low, high, _ = individuals(np.log(values))
        points = pd.DataFrame({"value": values, "lower": np.exp(low), "upper": np.exp(high)})
        return ControlChart("log_csi", _marked(points), float(np.exp(center)))
    n = told[told > 0]
    share = met["attract"] / n
    center = float(met["attract"].sum() / n.sum()) if len(n) else float("nan")
    half = 3 * np.sqrt(center * (1 - center) / n)
    points = pd.DataFrame(
        {"value": share, "lower": (center - half).clip(lower=0), "upper": (center + half).clip(upper=1)}
    )
    return ControlChart("share", _marked(points), center)


def _marked(points: pd.DataFrame) -> pd.DataFrame:
    return points.assign(outside=(points["value"] < points["lower"]) | (points["value"] > points["upper"]))


def individuals(values: ArrayLike) -> tuple[float, float, float, float]:
    """Give mean, lower and upper limit, and the limit of the moving range.

    Parameters
    ----------
    values
        In order of time, at least two.

    Notes
    -----
    Limits at 2.66 times the mean moving range (3 / 1.128), ranges at 3.268 times (1 + 3 × 0.8525 / 1.128).

    Examples
    --------
    >>> [round(each, 3) for each in individuals([6.1, 5.4, 7.0, 6.3, 5.9, 6.6, 4.1, 6.2])]
    [5.95, 2.644, 9.256, 4.062]
    """
    values = np.asarray(values, dtype=float)
    moved = float(np.abs(np.diff(values)).mean())
    middle = float(values.mean())
    return middle, middle - 2.66 * moved, middle + 2.66 * moved, 3.268 * moved

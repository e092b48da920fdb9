"""How long customers last: Kaplan and Meier's curve, with its interval and median."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from segbook.stats.proportions import critical


def kaplan_meier(times: ArrayLike, events: ArrayLike, confidence_level: float = 0.95) -> pd.DataFrame:
    """Give the share that lasts beyond each time, where some are still there.

    Parameters
    ----------
    times
        Whole days until the event, or until today for those it has not met; shape (n,).
    events
        Whether it was the event.
    confidence_level
        Such as 0.95.

    Returns
    -------
    DataFrame
        Index ``time``, the days of events; columns ``at_risk``, ``events``, ``survival``, ``ci_lower``,
        ``ci_upper`` (of the log-log transform; missing where the survival is 0). No event gives no row.

    References
    ----------
    .. [1] E. L. Kaplan, P. Meier, JASA 53 (1958), 457-481.
    .. [2] J. D. Kalbfleisch, R. L. Prentice, The statistical analysis of failure time data (1980), 15.

    Examples
    --------
    >>> curve = kaplan_meier([9, 13, 13, 18], [True, True, False, True])
    >>> curve["survival"].round(3).to_dict()
    {9: 0.75, 13: 0.5, 18: 0.0}
    """
    times, events = np.asarray(times, dtype=int), np.asarray(events, dtype=bool)
    if not times.size:
        times, events = np.zeros(1, dtype=int), np.zeros(1, dtype=bool)
    happened = np.bincount(times[events], minlength=times.max() + 1)
    at_risk = np.bincount(times, minlength=times.max() + 1)[::-1].cumsum()[::-1]
    days = np.flatnonzero(happened)
    d, n = happened[days].astype(float), at_risk[days].astype(float)
    survival = np.cumprod(1 - d / n)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.sqrt(np.cumsum(d / (n * (n - d))))
        half = critical(confidence_level) * greenwood / np.abs(np.log(survival))
        lower, upper = survival ** np.exp(half), survival ** np.exp(-half)
    known = survival > 0
    frame = {
        "at_risk": at_risk[days],
        "events": happened[days],
        "survival": survival,
        "ci_lower": np.where(known, lower, np.nan),
        "ci_upper": np.where(known, upper, np.nan),
    }
    return pd.DataFrame(frame, index=pd.Index(days, name="time"))


def survival_at(curve: pd.DataFrame, time: float) -> dict[str, float]:
    """Give the survival and its interval at a time; 1 before the first event."""
    place = int(np.searchsorted(curve.index.to_numpy(), time, side="right")) - 1
    if place < 0:
        return {"survival": 1.0, "ci_lower": 1.0, "ci_upper": 1.0}
    row = curve.iloc[place]
    return {name: float(row[name]) for name in ("survival", "ci_lower", "ci_upper")}


def median_time(curve: pd.DataFrame) -> dict[str, float]:
    """Give the time after which half are left, with its interval; infinite when that is not reached.

    Examples
    --------
    >>> median_time(kaplan_meier([9, 13, 13, 18], [True, True, False, True]))["median"]
    13.0
    """
    found = {}
    for name, column in (("median", "survival"), ("ci_lower", "ci_lower"), ("ci_upper", "ci_upper")):
        reached = curve.index[curve[column].to_numpy() <= 0.5]
        found[name] = float(reached[0]) if len(reached) else float("inf")
    return found

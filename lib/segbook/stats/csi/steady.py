"""Is the whole history on one scale: found out before anything is counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.errors import Problem, SourceError
from segbook.stats.csi.answers import judge_answers, read_scores

ENOUGH = 30
"""Answers needed on both sides of a change; fewer prove nothing."""
RARE = 0.02
"""Share of answers above the former top that slips of the pen explain."""
COMMON = 0.5
"""Share of them on the longer scale: so many that nobody can have become that much happier or angrier."""
STRANGE = 0.05
"""Share of numbers off the scale from which the scale itself is wrong, not the typing."""
TOPS = (5, 7)
"""Highest answers of the shorter scales in use; people asked on one use its top."""
USED = 0.1
"""Share of answers at the top of a shorter scale, at least."""


def check_scale(data: ClientData) -> None:
    """Refuse a history in which the scale changes, or that is on another scale than the one said.

    Parameters
    ----------
    data
        With a ``surveys`` table.

    Raises
    ------
    SourceError
        With the first day of the new scale when there is one.

    Notes
    -----
    A single 19 is a slip and is only counted. The scale has changed when answers off it are at most 2 % of
    one side of a day and over 5 % of the other; or when half of the answers of one side lie above 5 (or 7),
    next to none of the other do, and there 5 (or 7) itself is common. Both sides have 30 answers.

    Examples
    --------
    >>> days = pd.Series(pd.date_range("2026-01-01", periods=60, freq="D"))
    >>> surveys = pd.DataFrame({"customer_id": "a", "survey_date": days,
    ...     "score": ["4", "5"] * 15 + ["8", "9"] * 15})
    >>> check_scale(ClientData.of(period="2026", surveys=surveys))
    Traceback (most recent call last):
    ...
    segbook.errors.SourceError: params.yaml: sources.surveys.score: found answers above 5 only since...
    """
    judged = judge_answers(data)
    numbers = read_scores(judged["typed"], data.params.surveys)
    dated = numbers.notna() & ~judged["reason"].isin(["total", "no_date", "impossible_date", "after_period"])
    number, day = numbers[dated], judged.loc[dated, "survey_date"]
    low, high = data.params.surveys.scale
    outside = ~number.between(low, high)
    strange = int(outside.sum())
    where = f"{data.params.file.name}: sources.surveys.score"
    allowed = "one scale in the whole history: recode the earlier answers, or leave them out by 'where'"
    found = _switch(outside, outside, day, STRANGE) if strange else ""
    found = found and found.format(f"outside {low}–{high}")
    for top in [each for each in TOPS if low < each < high]:
        found = found or _switch(number > top, number == top, day, COMMON).format(f"above {top}")
    if not found and strange > max(STRANGE * len(number), ENOUGH / 3):
        span = f"{number.min():.0f} to {number.max():.0f}"
        found = f"{strange} of {len(number)} answers outside {low}–{high} ({span})"
        allowed = "answers of the scale said under 'surveys'"
    if found:
        raise SourceError([Problem(where, found, allowed)])


def _switch(sign: pd.Series, top: pd.Series, day: pd.Series, common: float) -> str:
    """Say when answers of a kind begin or end, leaving room for their name; nothing when they do not."""
    n, days = len(sign), day.to_numpy()
    at = np.arange(ENOUGH, n - ENOUGH + 1)
    at = at[days[at - 1] < days[np.minimum(at, n - 1)]] if len(at) else at
    if not len(at):
        return ""
    (share, later), (used, used_later) = _sides(sign, at), _sides(top, at)
    begins = later > share
    shorter = np.where(begins, used, used_later) >= USED if top is not sign else True
    clear = (np.minimum(share, later) <= RARE) & (np.maximum(share, later) >= common) & shorter
    if not clear.any():
        return ""
    best = int(np.argmax(np.where(clear, np.abs(later - share), -1)))
    split, met = at[best], sign.to_numpy()
    word = "only since" if begins[best] else "no more since"
    counts = f"{met[:split].sum()} of {split} before, {met[split:].sum()} of {n - split} after"
    return f"answers {{}} {word} {pd.Timestamp(days[split]):%Y-%m-%d} ({counts})"


def _sides(sign: pd.Series, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the share of a sign before and from each place on."""
    met = np.cumsum(sign.to_numpy(dtype=float))
    return met[at - 1] / at, (met[-1] - met[at - 1]) / (len(sign) - at)

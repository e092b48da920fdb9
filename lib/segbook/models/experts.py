"""One score of an expert and its bands: what brand_effect and potential have in common."""

from __future__ import annotations

import pandas as pd

from segbook.data.client import ClientData
from segbook.models.rating import Cuts, Scale, expert_scores, place_on, usual_scale
from segbook.models.tiers import tier

BANDS = ("high", "middle", "low")
SEGMENTS = (*BANDS, "unknown")


def scored(data: ClientData, column: str) -> int:
    """Count the customers with a score."""
    return int(expert_scores(data, [column])[column].notna().sum())


def scale_of(data: ClientData, column: str) -> Scale:
    """Give the smallest usual scale that holds all scores of a column."""
    return usual_scale(expert_scores(data, [column]))


def bands(data: ClientData, column: str, scale: Scale, cuts: Cuts) -> tuple[pd.Series[str], pd.DataFrame]:
    """Give each customer's band, and the score with its place on the scale.

    Parameters
    ----------
    data
        One client and period.
    column
        A column of ``experts``.
    scale
        Lowest and highest score; one beside it is no score.
    cuts
        Places on the scale from which a score is middle and high.

    Returns
    -------
    segments, scores
        Index ``customer_id``: one of `SEGMENTS`; the score and ``<column>_share``, its place on the scale, 0
        to 1.
    """
    scores = expert_scores(data, [column])
    share = place_on(scale, scores)[column].round(9)
    return tier(share, cuts, BANDS, missing="unknown"), scores.assign(**{f"{column}_share": share})

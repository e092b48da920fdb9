"""Scores given by people: the scale they stand on, and their place on it from 0 to 1."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import AfterValidator

from segbook.data.client import ClientData
from segbook.data.known import one_row


def _rises(ends: tuple[float, float]) -> tuple[float, float]:
    if not ends[0] < ends[1]:
        raise ValueError("the lowest and the highest score, such as [1, 5]")
    return ends


def _inside(cuts: tuple[float, float]) -> tuple[float, float]:
    if not 0 < cuts[0] < cuts[1] <= 1:
        raise ValueError("two rising places on the scale between 0 and 1, such as [0.34, 0.67]")
    return cuts


Scale = Annotated[tuple[float, float], AfterValidator(_rises)]
Cuts = Annotated[tuple[float, float], AfterValidator(_inside)]
USUAL: tuple[Scale, ...] = ((0, 1), (1, 5), (1, 10), (0, 100))
"""Scales people score on; a binary one is 0 and 1."""
THIRDS = (round(1 / 3, 9), round(2 / 3, 9))
"""Rounded as the places are, so that a score on the cut-off reaches it."""


def usual_scale(scores: pd.DataFrame) -> Scale:
    """Give the smallest usual scale that holds all scores; the one of 1 to 5 for no score.

    Examples
    --------
    >>> usual_scale(pd.DataFrame({"activity": [1, 4], "capacity": [7, None]}))
    (1, 10)
    """
    values = scores.to_numpy(dtype=float)
    known = values[~np.isnan(values)]
    if not known.size:
        return (1, 5)
    low, high = float(known.min()), float(known.max())
    fits = [scale for scale in USUAL if scale[0] <= low and high <= scale[1]]
    return fits[0] if fits else (min(low, 0), max(high, 1))


def place_on(scale: Scale, scores: pd.DataFrame) -> pd.DataFrame:
    """Give each score's place on the scale, 0 the lowest and 1 the highest; NaN beside the scale.

    Examples
    --------
    >>> place_on((1, 5), pd.DataFrame({"brand": [1, 3, 5, 6]}))["brand"].tolist()
    [0.0, 0.5, 1.0, nan]
    """
    low, high = scale
    return ((scores - low) / (high - low)).where((scores >= low) & (scores <= high))


def expert_scores(data: ClientData, columns: list[str]) -> pd.DataFrame:
    """Give the experts' scores of every customer; NaN where nobody gave one."""
    experts = one_row(data.tables, "experts", data.period)
    return experts.reindex(index=data.customers.index, columns=columns).astype(float)

"""One score of an expert and its bands: what brand_effect and potential have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

import pandas as pd
from pydantic import Field

from segbook.data.client import ClientData
from segbook.models.contract import model, replace, result
from segbook.models.rating import THIRDS, Cuts, Scale, expert_scores, place_on, usual_scale
from segbook.models.tiers import tier
from segbook.results import SegmentResult

BANDS = ("high", "middle", "low")


@model
class ExpertBands:
    """Customers by one score of experts: high, middle, low; a child says which column, and what it means.

    Parameters
    ----------
    scale
        Lowest and highest score; absent: the smallest of 0 to 1, 1 to 5, 1 to 10, 0 to 100 that holds them
        all.
    bands
        Places on the scale, 0 to 1, from which a score is middle and high.
    min_customers
        Fewest customers with a score.
    """

    column: ClassVar[str]
    family: ClassVar = "potential"
    subject: ClassVar = "customer"
    segments: ClassVar = (*BANDS, "unknown")
    watch: ClassVar[Mapping[str, float]] = {"high": 0.25}
    grid: ClassVar = ()

    scale: Scale | None = None
    bands: Cuts = THIRDS
    min_customers: Annotated[int, Field(ge=1)] = 1

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """The experts' score."""
        return {"experts": ("customer_id", self.column)}

    @property
    def cutoffs(self) -> dict[str, tuple[float, ...]]:
        """Places on the scale of the two bands."""
        return {f"{self.column}_share": self.bands}

    def evidence(self, data: ClientData) -> tuple[str, int]:
        """Count the customers with a score."""
        return "scored", int(expert_scores(data, [self.column])[self.column].notna().sum())

    def learn(self, data: ClientData) -> Self:
        """Give the model with its scale: the smallest usual one that holds all scores."""
        return replace(self, scale=self.scale or usual_scale(expert_scores(data, [self.column])))

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one band."""
        learned = self.learn(data)
        scores = expert_scores(data, [self.column])
        share = place_on(learned.scale or (1, 5), scores)[self.column].round(9)
        segments: pd.Series[str] = tier(share, self.bands, BANDS, missing="unknown")
        return result(learned, data, segments, scores.assign(**{f"{self.column}_share": share}))

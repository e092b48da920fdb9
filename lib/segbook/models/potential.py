"""Who can still grow with you: development potential."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from segbook.data.client import ClientData
from segbook.models.contract import model, replace, result
from segbook.models.experts import SEGMENTS, bands, scale_of, scored
from segbook.models.rating import THIRDS, Cuts, Scale
from segbook.results import SegmentResult


@model
class Potential:
    """Customers by how much more you could do for them, as experts score it: high, middle, low.

    Who has no score, or one beside the scale, is ``unknown``.

    Parameters
    ----------
    scale
        Lowest and highest score; absent: the smallest of 0 to 1, 1 to 5, 1 to 10, 0 to 100 that holds them
        all.
    bands
        Places on the scale, 0 to 1, from which a score is middle and high.
    min_customers
        Fewest customers with a score.

    References
    ----------
    The potential of development is of [S0:111]; thirds of the scale are the reading of segbook.

    Examples
    --------
    >>> import pandas as pd
    >>> experts = pd.DataFrame({"customer_id": list("abc"), "potential": [5, 3, 1]})
    >>> Potential().segment(ClientData.of(experts=experts)).segments.tolist()
    ['high', 'middle', 'low']
    """

    key: ClassVar = "potential"
    family: ClassVar = "potential"
    subject: ClassVar = "customer"
    needs: ClassVar = {"experts": ("customer_id", "potential")}
    segments: ClassVar = SEGMENTS
    watch: ClassVar = {"high": 0.25}
    grid: ClassVar = ()

    scale: Scale | None = None
    bands: Cuts = THIRDS
    min_customers: Annotated[int, Field(ge=1)] = 1

    @property
    def cutoffs(self) -> dict[str, tuple[float, ...]]:
        """Places on the scale of the two bands."""
        return {"potential_share": self.bands}

    def evidence(self, data: ClientData) -> tuple[str, int]:
        """Count the customers with a score."""
        return "scored", scored(data, "potential")

    def learn(self, data: ClientData) -> Self:
        """Give the model with its scale."""
        return replace(self, scale=self.scale or scale_of(data, "potential"))

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one band."""
        learned = self.learn(data)
        return result(learned, data, *bands(data, "potential", learned.scale or (1, 5), self.bands))

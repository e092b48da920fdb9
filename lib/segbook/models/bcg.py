"""Activity and capacity: the analogue of the BCG matrix."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from segbook.data.client import ClientData
from segbook.models.contract import model, replace, result
from segbook.models.rating import Scale, expert_scores, place_on, usual_scale
from segbook.models.twobytwo import cells, median
from segbook.results import SegmentResult

CELLS = {
    (True, True): "stars",
    (False, True): "problem_children",
    (True, False): "cash_cows",
    (False, False): "dogs",
}
COLUMNS = ["activity", "capacity"]


@model
class BCG:
    """Customers by activity, how much they ask of you, and capacity, how much more you could offer.

    Both are experts' scores; a score on the cut-off is high. Who has no score, or one beside the scale, is
    ``unknown``.

    Parameters
    ----------
    cut
        ``middle`` of the scale, or ``median`` of the scored customers.
    scale
        Lowest and highest score; absent: the smallest of 0 to 1, 1 to 5, 1 to 10, 0 to 100 that holds them
        all.
    activity_cut, capacity_cut
        Smallest high score; by ``cut`` when absent.
    min_customers
        Fewest customers with both scores.

    References
    ----------
    The axes, the four cells and what to do with each are of [S0:137-155].

    Examples
    --------
    >>> import pandas as pd
    >>> scores = {"activity": [5, 1, 5, 1], "capacity": [5, 5, 1, 1]}
    >>> experts = pd.DataFrame({"customer_id": list("abcd"), **scores})
    >>> BCG().segment(ClientData.of(experts=experts)).segments.tolist()
    ['stars', 'problem_children', 'cash_cows', 'dogs']
    """

    key: ClassVar = "bcg"
    family: ClassVar = "potential"
    subject: ClassVar = "customer"
    needs: ClassVar = {"experts": ("customer_id", *COLUMNS)}
    segments: ClassVar = (*CELLS.values(), "unknown")
    watch: ClassVar = {"problem_children": 0.5, "cash_cows": 0.45}
    grid: ClassVar = ("capacity", "activity")

    cut: Literal["middle", "median"] = "middle"
    scale: Scale | None = None
    activity_cut: float | None = None
    capacity_cut: float | None = None
    min_customers: Annotated[int, Field(ge=1)] = 1

    @property
    def cutoffs(self) -> dict[str, tuple[float, ...]]:
        """Smallest high activity and capacity."""
        cuts = {"activity": self.activity_cut, "capacity": self.capacity_cut}
        return {name: (cut,) for name, cut in cuts.items() if cut is not None}

    def evidence(self, data: ClientData) -> tuple[str, int]:
        """Count the customers with both scores."""
        return "scored", len(expert_scores(data, COLUMNS).dropna())

    def learn(self, data: ClientData) -> Self:
        """Give the model with its scale and cut-offs."""
        scores = expert_scores(data, COLUMNS)
        scale = self.scale or usual_scale(scores)
        known = scores.where(place_on(scale, scores).notna()).dropna()
        found = {
            f"{name}_cut": sum(scale) / 2 if self.cut == "middle" else median(known[name]) for name in COLUMNS
        }
        given = {name: getattr(self, name) for name in found if getattr(self, name) is not None}
        return replace(self, scale=scale, **{**found, **given})

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one cell."""
        learned = self.learn(data)
        scores = expert_scores(data, COLUMNS)
        known = scores.where(place_on(learned.scale or (1, 5), scores).notna())
        cuts = (learned.activity_cut or 0.0, learned.capacity_cut or 0.0)
        return result(learned, data, cells(known["activity"], known["capacity"], cuts, CELLS), scores)

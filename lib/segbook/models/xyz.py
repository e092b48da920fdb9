"""Who buys regularly: XYZ."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from segbook.data.client import ClientData
from segbook.data.customers import Unit
from segbook.models.contract import model, replace, result
from segbook.results import SegmentResult


@model
class XYZ:
    """Classes of customers by how even their purchases are: X, Y, Z, unknown.

    The measure is the coefficient of variation of revenue per sub-period (population standard deviation
    over mean), empty sub-periods included, counted from the one of the first purchase to the end of
    the period. A customer with fewer than ``min_subperiods``, or whose returns outweigh the purchases,
    is ``unknown``.

    Parameters
    ----------
    thresholds
        Largest variation of X and of Y, or ``auto``: the tertiles of the client's own customers.
        The textbook's ``(0.10, 0.25)`` calls almost every customer Z.
    unit
        Sub-period: calendar ``month`` or ``quarter``.
    min_subperiods
        Fewer leave the variation undefined.

    References
    ----------
    [S0:61] names the classes and gives no thresholds; 10 % and 25 % are the textbook's.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-05", "2026-02-05", "2026-03-05", "2026-01-09"])
    >>> orders = pd.DataFrame({"customer_id": ["even"] * 3 + ["once"], "order_date": days, "amount": 10.0})
    >>> made = XYZ(thresholds=(0.1, 0.25)).segment(ClientData.of(orders, "2026Q1"))
    >>> made.segments.to_dict(), made.scores["cv"].round(3).to_dict()
    ({'even': 'X', 'once': 'Z'}, {'even': 0.0, 'once': 1.414})
    """

    key: ClassVar = "xyz"
    family: ClassVar = "activity"
    subject: ClassVar = "customer"
    needs: ClassVar = {"orders": ("customer_id", "order_date", "amount")}
    segments: ClassVar = ("X", "Y", "Z", "unknown")
    watch: ClassVar = {"X": 0.2}
    grid: ClassVar = ()

    thresholds: Literal["auto"] | tuple[float, float] = "auto"
    unit: Unit = "month"
    min_subperiods: Annotated[int, Field(ge=2)] = 3
    min_customers: Annotated[int, Field(ge=1)] = 3

    @model_validator(mode="after")
    def _thresholds_rise(self) -> Self:
        if self.thresholds != "auto" and not 0 <= self.thresholds[0] <= self.thresholds[1]:
            raise ValueError("auto, or two rising numbers such as [0.10, 0.25]")
        return self

    @property
    def cutoffs(self) -> dict[str, tuple[float, ...]]:
        """Largest variation of X and of Y."""
        return {} if self.thresholds == "auto" else {"cv": self.thresholds}

    def learn(self, data: ClientData) -> Self:
        """Give the model with its thresholds taken from the data."""
        if self.thresholds != "auto":
            return self
        known = self._variation(data)["cv"].dropna()
        if known.empty:
            return replace(self, thresholds=(0.10, 0.25))
        low, high = np.quantile(known, [1 / 3, 2 / 3], method="inverted_cdf")
        return replace(self, thresholds=(float(low), float(high)))

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into X, Y, Z or unknown."""
        learned = self.learn(data)
        scores = self._variation(data)
        low, high = learned._cuts
        cv = scores["cv"]
        classes = np.select([cv.isna(), cv <= low, cv <= high], ["unknown", "X", "Y"], "Z")
        return result(learned, data, pd.Series(classes, index=scores.index), scores)

    @property
    def _cuts(self) -> tuple[float, float]:
        return (0.10, 0.25) if self.thresholds == "auto" else self.thresholds

    def _variation(self, data: ClientData) -> pd.DataFrame:
        found = data.variation(self.unit, "amount").reindex(data.customers.index)
        enough = found["n_subperiods"].fillna(0) >= self.min_subperiods
        # Rounding lets equal patterns in other units of money meet the same threshold.
        return found.assign(
            n_subperiods=found["n_subperiods"].fillna(0).astype(int), cv=found["cv"].where(enough).round(9)
        )

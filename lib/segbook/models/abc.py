"""Who brings the money: nested ABC."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from segbook.data.client import ClientData
from segbook.models.contract import Share, model, replace, result
from segbook.results import SegmentResult


@model
class ABC:
    """Classes of customers by what they bring: A, B, C.

    Customers are sorted by value, descending. A is the top of the list up to ``share`` of the total, B the
    same share of what A leaves, C what remains: 80 %, 16 %, 4 %. The customer who crosses a limit belongs
    to the better class, equal values never split, and a value that is not positive is C.

    Parameters
    ----------
    share
        Part of the total in A, and of the rest in B.
    cuts
        Cumulative shares that end A and B, in place of ``share``: ``(0.8, 0.95)`` is the classic variant.
    value
        ``margin``, ``revenue``, or ``auto``: margin where nearly every row has one, else revenue.
    limits
        Smallest value of A and of B in the client's currency; learned when absent.

    References
    ----------
    The 80 % applied twice is the rule of the source article on ABC [S0:59-61].

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": list("abcd"), "amount": [90.0, 5.0, 3.0, 2.0],
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> ABC().segment(ClientData.of(orders)).segments.tolist()
    ['A', 'B', 'B', 'C']
    """

    key: ClassVar = "abc"
    family: ClassVar = "value"
    subject: ClassVar = "customer"
    segments: ClassVar = ("A", "B", "C")
    watch: ClassVar = {"A": 0.3}
    grid: ClassVar = ()

    share: Share = 0.8
    cuts: tuple[Share, Share] | None = None
    value: Literal["auto", "margin", "revenue"] = "auto"
    limits: tuple[float, float] | None = None
    min_customers: Annotated[int, Field(ge=1)] = 3

    @model_validator(mode="after")
    def _cuts_rise(self) -> Self:
        if self.cuts and self.cuts[0] >= self.cuts[1]:
            raise ValueError("two cumulative shares, the second above the first, such as [0.8, 0.95]")
        if self.limits and self.limits[0] < self.limits[1]:
            raise ValueError("the smallest value of A, then that of B, not above it")
        return self

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """Revenue; the margin, too, when it is the chosen value."""
        return {"totals": ("amount_sum", "margin_sum") if self.value == "margin" else ("amount_sum",)}

    @property
    def cutoffs(self) -> dict[str, tuple[float, ...]]:
        """Smallest value of A and of B."""
        return {"value": self.limits} if self.limits else {}

    def learn(self, data: ClientData) -> Self:
        """Give the model with its value and limits taken from the data."""
        value = self.value if self.value != "auto" else ("margin" if data.has_margin else "revenue")
        if self.limits is not None:
            return replace(self, value=value)
        amounts = np.sort(_values(data, value).clip(lower=0).to_numpy())[::-1]
        first = _smallest_above(amounts, self.cuts[0] if self.cuts else self.share)
        if self.cuts:
            second = _smallest_above(amounts, self.cuts[1])
        else:
            second = min(first, _smallest_above(amounts[amounts < first], self.share))
        return replace(self, value=value, limits=(first, second))

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into A, B or C."""
        learned = self.learn(data)
        amounts = _values(data, learned.value)
        limits = learned.limits or (np.inf, np.inf)
        reached = [(amounts > 0) & (amounts >= limit) for limit in limits]
        classes = pd.Series(np.select(reached, ["A", "B"], "C"), index=amounts.index)
        share = amounts.clip(lower=0) / max(amounts.clip(lower=0).sum(), np.finfo(float).tiny)
        return result(learned, data, classes, pd.DataFrame({"value": amounts, "share_value": share}))


def _values(data: ClientData, value: str) -> pd.Series[float]:
    column = "margin_sum" if value == "margin" else "amount_sum"
    return data.customers[column].fillna(0.0).astype(float)


def _smallest_above(ordered: np.ndarray, cut: float) -> float:
    """Give the smallest value of the top that reaches a share of the total, infinity without one."""
    ordered = ordered[ordered > 0]
    if not ordered.size:
        return np.inf
    before = np.concatenate([[0.0], ordered.cumsum()[:-1]])
    # The tolerance keeps the next customer out when the sum is short of the cut by a rounding error.
    return float(ordered[before < (cut - 1e-9) * ordered.sum()].min())

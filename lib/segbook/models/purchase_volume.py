"""Who buys wholesale: classes by volume."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import pandas as pd
from pydantic import Field, model_validator

from segbook.data.client import ClientData
from segbook.models.contract import model, replace, result
from segbook.models.tiers import natural_cuts, tier
from segbook.results import SegmentResult


@model
class PurchaseVolume:
    """Customers by the volume bought in the period: large wholesale, small wholesale, retail.

    The volume is goods, where orders give quantities, else net revenue. Who bought nothing in the period is
    ``no_orders``.

    Parameters
    ----------
    measure
        ``quantity``, ``amount``, or ``auto``: quantity where every buyer has one, else amount.
    span
        ``period``, ``history``, or ``auto``: the period; all history for a client whose purchases come
        summed.
    limits
        Largest volume of retail and of small wholesale. Absent: the two natural breaks in the client's own
        volumes, which part what differs most; they are printed.

    References
    ----------
    The three classes are of [S0:15], which gives no limits. Natural breaks: Fisher W. D. (1958), On grouping
    for maximum homogeneity, JASA 53, 789-798, on the logarithms.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": list("abcd"), "amount": [9000.0, 8000.0, 300.0, 5.0],
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> PurchaseVolume().segment(ClientData.of(orders)).segments.tolist()
    ['large_wholesale', 'large_wholesale', 'small_wholesale', 'retail']
    """

    key: ClassVar = "purchase_volume"
    family: ClassVar = "value"
    subject: ClassVar = "customer"
    segments: ClassVar = ("large_wholesale", "small_wholesale", "retail", "no_orders")
    watch: ClassVar = {"large_wholesale": 0.25}
    grid: ClassVar = ()

    measure: Literal["auto", "amount", "quantity"] = "auto"
    span: Literal["auto", "period", "history"] = "auto"
    limits: tuple[float, float] | None = None
    min_customers: Annotated[int, Field(ge=1)] = 10

    @model_validator(mode="after")
    def _limits_rise(self) -> Self:
        if self.limits and not 0 <= self.limits[0] <= self.limits[1]:
            raise ValueError("the largest volume of retail, then that of small wholesale, not below it")
        if self.limits and self.measure == "auto":
            raise ValueError("measure amount or quantity beside limits, which are in its units")
        return self

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """Totals of the measure; of a period only orders can tell."""
        total = "quantity_sum" if self.measure == "quantity" else "amount_sum"
        dates = {"orders": ("order_date",)} if self.span == "period" else {}
        return {**dates, "totals": (total,)}

    @property
    def cutoffs(self) -> dict[str, tuple[float, ...]]:
        """Largest volume of retail and of small wholesale."""
        return {"volume": self.limits} if self.limits else {}

    def learn(self, data: ClientData) -> Self:
        """Give the model with its measure, span and limits taken from the data."""
        buyers = data.customers[data.customers["n_orders"] > 0]
        whole = data.has("totals", "quantity_sum") and bool(buyers["quantity_sum"].gt(0).all())
        chosen = replace(
            self,
            measure=("quantity" if whole else "amount") if self.measure == "auto" else self.measure,
            span=("period" if data.has("orders") else "history") if self.span == "auto" else self.span,
            limits=None,
        )
        limits = self.limits if self.limits is not None else natural_cuts(chosen._volume(data))
        return replace(chosen, limits=limits)

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one class."""
        learned = self.learn(data)
        volume = learned._volume(data)
        names = tier(
            volume.where(volume > 0),
            learned.limits or (0.0, 0.0),
            self.segments[:3],
            missing="no_orders",
            closed="right",
        )
        return result(learned, data, names, volume.rename("volume").to_frame())

    def _volume(self, data: ClientData) -> pd.Series[float]:
        customers = data.customers
        if self.measure == "amount":
            return customers["period_amount" if self.span == "period" else "amount_sum"].fillna(0.0)
        if self.span == "history":
            return customers["quantity_sum"].fillna(0.0)
        quantity = data.once("period_quantity", lambda: _period_quantity(data))
        return quantity.reindex(customers.index).fillna(0.0).astype(float).round(6)


def _period_quantity(data: ClientData) -> pd.Series[float]:
    rows = data.orders.filter(data.orders.day >= data.period.start)
    found = rows.group_by("customer_id").agg(n=rows.quantity.sum()).to_pandas()
    quantity: pd.Series[float] = found.set_index("customer_id")["n"]
    return quantity

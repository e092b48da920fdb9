"""Who is worth most: spend, frequency and price level together."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from segbook.data.client import ClientData
from segbook.models.contract import model, replace, result
from segbook.models.tiers import points, quantile_cuts, significant, tier
from segbook.results import SegmentResult

Edges = tuple[float, float]
EDGES = {"spend": "spend_edges", "frequency": "frequency_edges", "price": "price_edges"}


@model
class ValueTier:
    """Customers of high, middle and low value.

    Spend (net revenue), frequency (orders) and price level give 1 to 3 points each, by the thirds of the
    client's own buyers; the sum of 3 to 9 is the value. The price level is revenue per good, where orders
    give quantities, else per order; 3 points for it mark buyers of the expensive, 1 of the cheap.
    ``value_lost`` is how much less than in the previous period was bought in this one, where history covers
    both. Customers without a purchase are ``no_orders``.

    Parameters
    ----------
    middle_from, high_from
        Smallest sum of points of middle and of high value.
    spend_edges, frequency_edges, price_edges
        Largest value of 1 and of 2 points, in currency, orders, currency; learned when absent.

    References
    ----------
    The measures, buyers at high and low prices and "where value is lost" are of [S3:106-117], which gives no
    arithmetic; thirds and points are the reading of segbook.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-05", "2026-02-05", "2026-03-05", "2026-01-09", "2026-01-10"])
    >>> orders = pd.DataFrame({"customer_id": list("aaabc"), "order_date": days,
    ...     "amount": [90.0, 80, 70, 20, 5]})
    >>> ValueTier().segment(ClientData.of(orders)).segments.to_dict()
    {'a': 'high', 'b': 'middle', 'c': 'low'}
    """

    key: ClassVar = "value_tier"
    family: ClassVar = "value"
    subject: ClassVar = "customer"
    needs: ClassVar = {"totals": ("amount_sum", "n_orders")}
    segments: ClassVar = ("high", "middle", "low", "no_orders")
    watch: ClassVar = {"high": 0.3}
    grid: ClassVar = ("price_points", "spend_points")

    middle_from: Annotated[int, Field(ge=4, le=9)] = 5
    high_from: Annotated[int, Field(ge=4, le=9)] = 8
    spend_edges: Edges | None = None
    frequency_edges: Edges | None = None
    price_edges: Edges | None = None
    min_customers: Annotated[int, Field(ge=1)] = 20

    @model_validator(mode="after")
    def _edges_rise(self) -> Self:
        if self.middle_from >= self.high_from:
            raise ValueError("middle_from below high_from")
        given = [edges for edges in self.cutoffs.values() if edges[0] > edges[1]]
        if given:
            raise ValueError("rising edges")
        return self

    @property
    def cutoffs(self) -> dict[str, Edges]:
        """Edges of the three measures."""
        edges = {name: getattr(self, field) for name, field in EDGES.items()}
        return {name: each for name, each in edges.items() if each is not None}

    def learn(self, data: ClientData) -> Self:
        """Give the model with the thirds of the client's own buyers."""
        measures = _measures(data)
        learned = {
            field: getattr(self, field) or quantile_cuts(measures[name], 3) for name, field in EDGES.items()
        }
        return replace(self, **learned)

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one tier."""
        learned = self.learn(data)
        scores = _measures(data)
        for name, edges in learned.cutoffs.items():
            scores[f"{name}_points"] = points(scores[name], edges)
        scores["value_points"] = scores[[f"{name}_points" for name in EDGES]].sum(axis=1, min_count=3)
        cuts = (self.middle_from, self.high_from)
        names = tier(scores["value_points"], cuts, self.segments[:3], missing="no_orders")
        whole = [f"{name}_points" for name in (*EDGES, "value")]
        scores = scores.astype(dict.fromkeys(whole, "Int64"))
        return result(learned, data, names, scores.assign(value_lost=_lost(data)))


def _measures(data: ClientData) -> pd.DataFrame:
    customers = data.customers
    bought = customers["n_orders"] > 0
    goods = customers["quantity_sum"].where(customers["quantity_sum"] > 0)
    known = bool(goods[bought].notna().mean() > 0.5)
    units = goods if known else customers["n_orders"].where(bought)
    price = significant(customers["amount_sum"] / units).fillna(0.0)
    measures = pd.DataFrame(
        {"spend": customers["amount_sum"], "frequency": customers["n_orders"], "price": price}
    )
    return measures.astype(float).where(bought)


def _lost(data: ClientData) -> pd.Series[float]:
    customers = data.customers
    lost = (customers["previous_amount"] - customers["period_amount"]).clip(lower=0).astype(float)
    return lost if data.covers(data.period.previous().start) else lost * np.nan

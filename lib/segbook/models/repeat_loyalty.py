"""Who came back: loyalty by the fact of a repeat purchase."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field

from segbook.data.client import ClientData
from segbook.models.contract import model, result
from segbook.results import SegmentResult


@model
class RepeatLoyalty:
    """Customers with repeat purchases, with one, with none.

    Purchases of one day count once: a second receipt at the same till is not a return visit.

    Parameters
    ----------
    min_orders
        Purchase days from which a customer is a repeat buyer.

    References
    ----------
    [S0:17]

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-05", "2026-02-05", "2026-03-05"])
    >>> orders = pd.DataFrame({"customer_id": ["a", "a", "b"], "order_date": days, "amount": 10.0})
    >>> RepeatLoyalty().segment(ClientData.of(orders)).segments.to_dict()
    {'a': 'repeat', 'b': 'one_time'}
    """

    key: ClassVar = "repeat_loyalty"
    family: ClassVar = "activity"
    subject: ClassVar = "customer"
    needs: ClassVar = {"totals": ("n_orders",)}
    segments: ClassVar = ("repeat", "one_time", "no_orders")
    watch: ClassVar = {"one_time": 0.65}
    grid: ClassVar = ()

    min_orders: Annotated[int, Field(ge=2)] = 2
    min_customers: Annotated[int, Field(ge=0)] = 0

    def learn(self, data: ClientData) -> Self:  # noqa: ARG002 - a rule learns nothing
        """Give the model itself: it is a rule."""
        return self

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into repeat, one-time or no orders."""
        bought = data.customers["n_order_days"]
        names = np.select([bought >= self.min_orders, bought > 0], ["repeat", "one_time"], "no_orders")
        return result(self, data, pd.Series(names, index=bought.index), bought.to_frame())

"""Value and regularity together: ABC × XYZ."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import pandas as pd
from pydantic import Field

from segbook.data.client import ClientData
from segbook.models.abc import ABC
from segbook.models.contract import model, replace, result
from segbook.models.xyz import XYZ
from segbook.results import SegmentResult


@model
class ABCXYZ:
    """The cross of ABC and XYZ: nine cells from AX to CZ, and three of unknown regularity.

    Parameters
    ----------
    abc, xyz
        The two models; each takes its own section of the parameters unless given here.

    References
    ----------
    [S0:59-61]

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-05", "2026-02-05", "2026-03-05"])
    >>> orders = pd.DataFrame({"customer_id": "even", "order_date": days, "amount": 10.0})
    >>> ABCXYZ().segment(ClientData.of(orders, "2026Q1")).segments.tolist()
    ['AX']
    """

    key: ClassVar = "abc_xyz"
    family: ClassVar = "activity"
    subject: ClassVar = "customer"
    segments: ClassVar = tuple(a + x for a in "ABC" for x in ("X", "Y", "Z", "_unknown"))
    watch: ClassVar = {"AX": 0.35, "AZ": 0.3}
    grid: ClassVar = ("abc", "xyz")

    abc: ABC = ABC()
    xyz: XYZ = XYZ()
    min_customers: Annotated[int, Field(ge=1)] = 3

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """Columns of both parts."""
        margin = ("margin",) if self.abc.value == "margin" else ()
        return {"orders": (*self.xyz.needs["orders"], *margin)}

    def learn(self, data: ClientData) -> Self:
        """Give the model with both its parts learned."""
        return replace(self, abc=self.abc.learn(data), xyz=self.xyz.learn(data))

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one cell of the cross."""
        learned = self.learn(data)
        classes = learned.abc.segment(data).segments.astype(str)
        regularity = learned.xyz.segment(data).segments.astype(str)
        cells = classes + regularity.replace("unknown", "_unknown")
        return result(learned, data, cells, pd.DataFrame({"abc": classes, "xyz": regularity}))

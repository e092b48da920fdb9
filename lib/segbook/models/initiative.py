"""Who comes by themselves: the balance of initiation and service."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from segbook.data.client import ClientData
from segbook.data.facts import purchases_by_level
from segbook.models.contract import model, result
from segbook.models.levels import fold
from segbook.models.tiers import tier
from segbook.results import SegmentResult

Words = tuple[str, ...]


@model
class Initiative:
    """Customers by the share of their orders they asked for themselves: self-starting, needs persuading.

    Orders without a mark, or with one that neither list knows, do not count; who has no other orders is
    ``unknown``.

    Parameters
    ----------
    by_customer, by_company
        What ``orders.initiated_by`` says of an order the customer asked for, and of one the company brought
        about, whatever the case.
    share
        Share of own initiative, 0 to 1, from which a customer is self-starting.
    min_customers
        Fewest customers with a marked order.

    References
    ----------
    The balance of initiation and service is of [S0:106]; one half is the reading of segbook.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": list("aaab"), "amount": 10.0,
    ...     "initiated_by": ["Клиент", "клиент", "менеджер", "manager"],
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> made = Initiative().segment(ClientData.of(orders))
    >>> made.segments.to_dict(), made.scores["share_initiated"].round(2).to_dict()
    ({'a': 'self_starting', 'b': 'needs_persuading'}, {'a': 0.67, 'b': 0.0})
    """

    key: ClassVar = "initiative"
    family: ClassVar = "activity"
    subject: ClassVar = "customer"
    needs: ClassVar = {"orders": ("customer_id", "order_date", "amount", "initiated_by")}
    segments: ClassVar = ("self_starting", "needs_persuading", "unknown")
    watch: ClassVar = {"needs_persuading": 0.35}
    grid: ClassVar = ()

    by_customer: Words = (
        "customer", "client", "buyer", "inbound", "self", "клиент", "покупатель", "заказчик",
        "сам", "сама", "входящий",
    )  # fmt: skip
    by_company: Words = (
        "manager", "company", "seller", "sales", "outbound", "менеджер", "компания", "продавец",
        "мы", "исходящий",
    )  # fmt: skip
    share: Annotated[float, Field(gt=0, le=1)] = 0.5
    min_customers: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _lists_part(self) -> Self:
        both = {fold(word) for word in self.by_customer} & {fold(word) for word in self.by_company}
        if both:
            raise ValueError(f"each word in one list; in both: {', '.join(sorted(both))}")
        return self

    @property
    def cutoffs(self) -> dict[str, tuple[float, ...]]:
        """The share from which a customer is self-starting."""
        return {"share_initiated": (self.share,)}

    def evidence(self, data: ClientData) -> tuple[str, int]:
        """Count the customers with an order whose initiator is known."""
        return "marked", int((self._counts(data).sum(axis=1) > 0).sum())

    def learn(self, data: ClientData) -> Self:  # noqa: ARG002 - a rule learns nothing
        """Give the model itself: it is a rule."""
        return self

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one group."""
        counts = self._counts(data)
        marked = counts.sum(axis=1)
        share = (counts["by_customer"] / marked.where(marked > 0)).astype(float).round(9)
        names = tier(share, (self.share,), self.segments[:2], missing="unknown")
        scores = pd.DataFrame({"share_initiated": share, "n_marked": marked})
        return result(self, data, names, scores)

    def _counts(self, data: ClientData) -> pd.DataFrame:
        words = {fold(word): name for name in ("by_customer", "by_company") for word in getattr(self, name)}
        found = purchases_by_level(data, "initiated_by")
        said = {level: words.get(fold(str(level))) for level in found["level"].unique()}
        found = found.assign(level=found["level"].map(said).astype(object)).dropna(subset=["level"])
        table = found.pivot_table(index="customer", columns="level", values="n_orders", aggfunc="sum")
        table = table.reindex(index=range(len(data.customers)), columns=["by_customer", "by_company"])
        return table.set_axis(data.customers.index).fillna(0).astype(np.int64)

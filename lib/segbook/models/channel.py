"""How and where customers buy: the dominant channel."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, ClassVar, Self

import pandas as pd
from pydantic import Field

from segbook.data.client import ClientData
from segbook.data.facts import prevailing, purchases_by_level
from segbook.models.contract import model, replace, result
from segbook.models.levels import clean, fold, learn_levels
from segbook.results import SegmentResult


@model
class Channel:
    """Customers by the channel of most of their purchases.

    Of equally frequent channels the one of more money counts. Spellings that differ by case, blanks or ё
    are one channel. Channels of less than ``min_share`` of the customers, and those after the
    ``max_levels`` largest, are ``rare``; so is one first met in a later period. Without a channel:
    ``unknown``.

    Parameters
    ----------
    levels
        Channels, most customers first; learned.
    max_levels, min_share
        Which channels stand for themselves.

    References
    ----------
    Purchases in person or online, and how the product is used, are of [S3:70-82].

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": list("aaab"), "amount": [1.0, 1, 5, 2],
    ...     "order_date": pd.Timestamp("2026-01-05"), "channel": ["Сайт", "сайт ", "Магазин", None]})
    >>> made = Channel().segment(ClientData.of(orders))
    >>> made.segments.to_dict(), made.scores["share_level"].round(2).tolist()
    ({'a': 'Сайт', 'b': 'unknown'}, [0.67, nan])
    """

    key: ClassVar = "channel"
    family: ClassVar = "activity"
    subject: ClassVar = "customer"
    needs: ClassVar = {"orders": ("customer_id", "order_date", "amount", "channel")}
    watch: ClassVar[dict[str, float]] = {}
    grid: ClassVar = ()

    levels: tuple[str, ...] | None = None
    max_levels: Annotated[int, Field(ge=1, le=40)] = 12
    min_share: Annotated[float, Field(ge=0, lt=1)] = 0.01
    min_customers: Annotated[int, Field(ge=0)] = 1

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """Channels, most customers first; then what has none."""
        return (*(self.levels or ()), "rare", "unknown")

    def learn(self, data: ClientData) -> Self:
        """Give the model with the channels found in the data."""
        return self if self.levels is not None else self._of(_usual(data))

    def _of(self, usual: pd.DataFrame) -> Self:
        return replace(self, levels=learn_levels(usual["level"], self.max_levels, self.min_share))

    def relearn(self, learned: Self, data: ClientData) -> Self:  # noqa: ARG002 - words are no cut-offs
        """Give what it learned: channels are the client's own words."""
        return learned

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one channel."""
        found = _usual(data)
        learned = self if self.levels is not None else self._of(found)
        usual = found.reindex(data.customers.index)
        known = {fold(level): level for level in learned.levels or ()}
        names = usual["level"].map(
            {level: known.get(fold(level), "rare") for level in usual["level"].dropna()}
        )
        return result(learned, data, names.astype(object).fillna("unknown"), usual)


def _usual(data: ClientData) -> pd.DataFrame:
    """Give each customer's dominant channel in its most frequent spelling."""
    counts = purchases_by_level(data, "channel")
    texts = clean(counts["level"].astype(object))
    written = learn_levels(texts, max(texts.nunique(), 1), 0.0)
    spelling = {fold(level): level for level in written}
    folded = {text: spelling[fold(text)] for text in texts.dropna().unique()}
    found = prevailing(counts.assign(level=texts.map(folded)).dropna(subset=["level"]))
    return found.set_axis(data.customers.index[found.index]).rename(
        columns={"share": "share_level", "n_orders": "n_marked"}
    )

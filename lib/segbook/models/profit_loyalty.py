"""Profit and loyalty: four cells, a strategy for each."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field

from segbook.data.client import ClientData
from segbook.models.contract import model, replace, result
from segbook.models.twobytwo import cells, median
from segbook.results import SegmentResult
from segbook.stats.csi.answers import last_answers

CELLS = {
    (True, True): "gold",
    (True, False): "profitable_disloyal",
    (False, True): "loyal_unprofitable",
    (False, False): "neither",
}


@model
class ProfitLoyalty:
    """Customers by profit, high or low, and loyalty, high or low.

    Profit is the margin where nearly every order has one, else net revenue; high is the cut-off or more, and
    above zero. Who answered the satisfaction question in the period is loyal when the answer attracts (8 to
    10 of 10); about anybody else repeat purchases tell: days with a purchase, the cut-off or more, and
    two at least. Customers without a purchase are ``no_orders``.

    Parameters
    ----------
    profit
        ``margin``, ``revenue``, or ``auto``.
    loyalty
        ``csi`` (answers first), ``repeat`` (purchases only), or ``auto``: answers first where there are any.
    profit_cut
        Smallest high profit, in the client's currency; the buyers' median when absent.
    loyalty_cut
        Purchase days of a loyal customer; the buyers' median when absent.

    References
    ----------
    The four groups and their strategies are of [S1:5-38], which gives no thresholds.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-05", "2026-02-05", "2026-03-05", "2026-03-06", "2026-01-09"])
    >>> orders = pd.DataFrame({"customer_id": list("aabcc"), "order_date": days,
    ...     "amount": [90.0, 80, 500, 1, 2]})
    >>> ProfitLoyalty().segment(ClientData.of(orders)).segments.to_dict()
    {'a': 'gold', 'b': 'profitable_disloyal', 'c': 'loyal_unprofitable'}
    """

    key: ClassVar = "profit_loyalty"
    family: ClassVar = "value"
    subject: ClassVar = "customer"
    segments: ClassVar = (*CELLS.values(), "no_orders")
    watch: ClassVar = {"profitable_disloyal": 0.6, "gold": 0.4}
    grid: ClassVar = ()

    profit: Literal["auto", "margin", "revenue"] = "auto"
    loyalty: Literal["auto", "csi", "repeat"] = "auto"
    profit_cut: float | None = None
    loyalty_cut: Annotated[float, Field(ge=1)] | None = None
    min_customers: Annotated[int, Field(ge=1)] = 10

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """Totals; answers, too, when they are the chosen loyalty."""
        total = "margin_sum" if self.profit == "margin" else "amount_sum"
        answers = {"surveys": ("customer_id", "survey_date", "score")} if self.loyalty == "csi" else {}
        return {"totals": (total, "n_orders"), **answers}

    @property
    def cutoffs(self) -> dict[str, tuple[float, ...]]:
        """Smallest high profit, and purchase days of a loyal customer."""
        cuts = {"value": self.profit_cut, "n_order_days": self.loyalty_cut}
        return {name: (cut,) for name, cut in cuts.items() if cut is not None}

    def learn(self, data: ClientData) -> Self:
        """Give the model with its measures and cut-offs taken from the data."""
        profit = self.profit if self.profit != "auto" else ("margin" if data.has_margin else "revenue")
        loyalty = self.loyalty if self.loyalty != "auto" else ("csi" if data.has("surveys") else "repeat")
        buyers = data.customers[data.customers["n_orders"] > 0]
        cut = self.profit_cut if self.profit_cut is not None else median(_value(buyers, profit))
        days = self.loyalty_cut if self.loyalty_cut is not None else max(median(buyers["n_order_days"]), 2)
        return replace(self, profit=profit, loyalty=loyalty, profit_cut=cut, loyalty_cut=days)

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one cell."""
        learned = self.learn(data)
        scores = learned._scores(data)
        names = cells(scores["profitable"], scores["loyal"], (1, 1), CELLS)
        return result(learned, data, names.where(data.customers["n_orders"] > 0, "no_orders"), scores)

    def _scores(self, data: ClientData) -> pd.DataFrame:
        customers = data.customers
        answers = last_answers(data) if self.loyalty == "csi" and data.has("surveys") else None
        scores = pd.DataFrame(
            {"value": _value(customers, self.profit), "n_order_days": customers["n_order_days"]}
        )
        profitable = (scores["value"] >= (self.profit_cut or 0.0)) & (scores["value"] > 0)
        loyal = scores["n_order_days"] >= (self.loyalty_cut or 2)
        scores["csi_score"] = np.nan
        if answers is not None:
            said = answers.reindex(customers.index)
            scores["csi_score"] = said["score"].astype(float)
            loyal = loyal.where(said["score"].isna(), said["group"] == "attract")
        return scores.assign(profitable=profitable.astype(int), loyal=loyal.astype(int))


def _value(customers: pd.DataFrame, profit: str) -> pd.Series[float]:
    return customers["margin_sum" if profit == "margin" else "amount_sum"].fillna(0.0).astype(float)

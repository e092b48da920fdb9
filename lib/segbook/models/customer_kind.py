"""Valuable, ordinary and difficult customers."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field

from segbook.data.client import ClientData
from segbook.models.contract import Share, model, replace, result
from segbook.models.twobytwo import median
from segbook.results import SegmentResult


@model
class CustomerKind:
    """Customers by goods bought, money brought and trouble made: valuable, ordinary, difficult.

    Problems are tickets and days with a return; their rate is per 100 orders. Difficult is who brings decent
    money, the median or more, and has ``min_problems`` at a rate above the cut-off. Valuable is, of the
    others, who is in the top ``top_share`` by money (the margin where nearly every order has one, else net
    revenue), or by goods bought with decent money. The rest come, pause and return: ordinary. Customers
    without a purchase are ``no_orders``.

    Parameters
    ----------
    top_share
        Part of the buyers at the top of each measure.
    min_problems
        Fewer are nobody's habit.
    problem_rate
        Problems per 100 orders above which a customer is difficult; the nine tenths quantile of the buyers'
        own when absent.
    value_cut, goods_cut, decent_cut
        Smallest money and goods of the valuable, and decent money; learned when absent.

    References
    ----------
    The kinds and what they are known by are of [S0:41-55], which gives no thresholds. Goods are
    quantities, or orders where there are none.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a"] * 40 + ["b", "c"], "amount": 10.0,
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> tickets = pd.DataFrame({"customer_id": "a", "opened_at": pd.to_datetime(["2026-01-06"] * 4)})
    >>> made = CustomerKind(problem_rate=5).segment(ClientData.of(orders, tickets=tickets))
    >>> made.segments["a"], made.scores["problems_per_100"].tolist()
    ('difficult', [10.0, 0.0, 0.0])
    """

    key: ClassVar = "customer_kind"
    family: ClassVar = "value"
    subject: ClassVar = "customer"
    needs: ClassVar = {"totals": ("amount_sum", "n_orders")}
    segments: ClassVar = ("valuable", "ordinary", "difficult", "no_orders")
    watch: ClassVar = {"difficult": 0.55}
    grid: ClassVar = ()

    top_share: Share = 0.2
    min_problems: Annotated[int, Field(ge=1)] = 2
    problem_rate: Annotated[float, Field(ge=0)] | None = None
    value_cut: float | None = None
    goods_cut: float | None = None
    decent_cut: float | None = None
    min_customers: Annotated[int, Field(ge=1)] = 10

    @property
    def cutoffs(self) -> dict[str, tuple[float, ...]]:
        """Cut-offs of money, goods and the rate of problems."""
        cuts = {
            "value": (self.decent_cut, self.value_cut),
            "goods": (self.goods_cut,),
            "problems_per_100": (self.problem_rate,),
        }
        known = {name: tuple(cut for cut in each if cut is not None) for name, each in cuts.items()}
        return {name: each for name, each in known.items() if each}

    def learn(self, data: ClientData) -> Self:
        """Give the model with its cut-offs taken from the client's own buyers."""
        scores = _measures(data)
        buyers = scores[scores["n_orders"] > 0]
        top = 1 - self.top_share
        found = {
            "problem_rate": _quantile(buyers["problems_per_100"], 0.9),
            "value_cut": _quantile(buyers["value"], top),
            "goods_cut": _quantile(buyers["goods"], top),
            "decent_cut": median(buyers["value"]),
        }
        given = {name: getattr(self, name) for name in found if getattr(self, name) is not None}
        return replace(self, **{**found, **given})

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one kind."""
        learned = self.learn(data)
        scores = _measures(data)
        decent = (scores["value"] >= (learned.decent_cut or 0)) & (scores["value"] > 0)
        often = scores["problems_per_100"] > (learned.problem_rate or 0)
        rich = (scores["value"] > (learned.value_cut or 0)) & (scores["value"] > 0)
        kinds = [
            ("no_orders", scores["n_orders"] == 0),
            ("difficult", decent & often & (scores["problems"] >= self.min_problems)),
            ("valuable", rich | (decent & (scores["goods"] > (learned.goods_cut or 0)))),
        ]
        names = np.select([holds.to_numpy() for _, holds in kinds], [name for name, _ in kinds], "ordinary")
        return result(learned, data, pd.Series(names, index=scores.index), scores)


def _measures(data: ClientData) -> pd.DataFrame:
    customers = data.customers
    money = "margin_sum" if data.has_margin else "amount_sum"
    goods = customers["quantity_sum"] if data.has("totals", "quantity_sum") else customers["n_orders"]
    problems = data.once("problems", lambda: _problems(data))
    orders = customers["n_orders"]
    return pd.DataFrame(
        {
            "value": customers[money].fillna(0.0).astype(float),
            "goods": goods.fillna(0.0).astype(float).round(6),
            "n_orders": orders,
            "problems": problems,
            "problems_per_100": (100 * problems / orders.where(orders > 0)).round(9),
        }
    )


def _problems(data: ClientData) -> pd.Series[int]:
    """Count tickets, and days with a return, up to the end of the period."""
    found = pd.Series(0, index=data.customers.index)
    if data.has("tickets"):
        tickets = data.rows("tickets")
        counts = (
            tickets.group_by("customer_id").agg(n=tickets.count()).to_pandas().set_index("customer_id")["n"]
        )
        found = found.add(counts.reindex(found.index), fill_value=0)
    if data.has("orders"):
        returns = data.orders.filter(~data.orders.is_purchase)
        days = returns.group_by("customer_id").agg(n=returns.day.nunique()).to_pandas()
        found = found.add(days.set_index("customer_id")["n"].reindex(found.index), fill_value=0)
    whole: pd.Series[int] = found.fillna(0).astype(int)
    return whole


def _quantile(values: pd.Series, share: float) -> float:
    known = values.dropna()
    return float(np.quantile(known, share, method="inverted_cdf")) if len(known) else 0.0

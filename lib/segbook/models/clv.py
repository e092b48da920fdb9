"""What a customer is worth in the time ahead: CLV."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from segbook.data.client import ClientData
from segbook.data.digits import steady
from segbook.models.contract import Share, model, replace, result
from segbook.results import SegmentResult, Subject
from segbook.stats.clv.forecast import ValueModel, expect, horizon_days, margin_rate, values_of
from segbook.stats.clv.history import history_of
from segbook.stats.clv.spending import Spending
from segbook.stats.clv.timing import TIMINGS, Kind, window


@model
class CLV:
    """Classes of customers by the money they will probably bring: customer lifetime value.

    How often each customer will buy, and whether at all, comes from BG/NBD or another model of its family;
    how much at a time from gamma-gamma; both look at all customers at once and draw the little known ones to
    the rest. The value is purchases times their size until the horizon, times the margin where it is
    known. The best ``shares[0]`` of the customers with a value are VIP, the next ``shares[1]`` high,
    the next ``shares[2]`` middle, the rest low; equal values never split, and whoever never bought is low.

    Parameters
    ----------
    horizon_months, horizon_days
        How far ahead: calendar months, or days in their place.
    discount_rate
        Interest of a year at which later money counts less.
    value
        ``margin``, ``revenue``, or ``auto``: margin where nearly every row has one, else revenue.
    timing
        ``bg_nbd``, ``mbg_nbd`` (one may leave after the first purchase too), ``pareto_nbd`` (at any moment),
        ``ggom_nbd`` (the sooner, the older), ``bg_bb`` (by windows of 30 days, for purchases that come
        regularly), or ``auto``: the likelier of the first two, or the third where neither can be fitted.
    shares
        Of the customers with a value: VIP, high, middle.
    limits
        Smallest value of VIP, high and middle in the client's currency; learned when absent.
    purchase
        Parameters of the model of purchase times, in days: ``r, alpha, a, b`` of BG/NBD; learned when absent.
    spend
        ``p, q, gamma`` of the value of a purchase; learned when absent.
    min_customers
        Customers with two purchase days or more below which no forecast is made: parameters would be chance.

    References
    ----------
    P. Fader, B. Hardie, K. L. Lee, Marketing Science 24 (2005), 275-284; P. Fader, B. Hardie, note 025.
    VIP and what to do with it: [S4:17], [S4:42-55]; the shares and ``min_customers`` are choices of this
    program.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-05", "2026-02-05", "2026-03-05", "2026-01-07"])
    >>> orders = pd.DataFrame({"customer_id": list("aaab"), "order_date": days, "amount": 10.0})
    >>> learned = CLV(purchase=(0.5, 30, 0.8, 2.5), spend=(6, 4, 15), limits=(20, 10, 5))
    >>> learned.segment(ClientData.of(orders, "2026Q1")).segments.to_dict()
    {'a': 'vip', 'b': 'vip'}
    """

    key: ClassVar = "clv"
    family: ClassVar = "value"
    subject: ClassVar[Subject] = "customer"
    needs: ClassVar = {"orders": ("customer_id", "order_date", "amount")}
    segments: ClassVar = ("vip", "high", "middle", "low")
    watch: ClassVar = {"vip": 0.6}
    grid: ClassVar = ()

    horizon_months: Annotated[int, Field(ge=1, le=120)] = 12
    horizon_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    discount_rate: Annotated[float, Field(ge=0, lt=1)] = 0.0
    value: Literal["auto", "margin", "revenue"] = "auto"
    timing: Kind = "auto"
    shares: tuple[Share, Share, Share] = (0.05, 0.15, 0.30)
    limits: tuple[float, float, float] | None = None
    purchase: tuple[float, float, float, float] | tuple[float, float, float, float, float] | None = None
    spend: tuple[float, float, float] | None = None
    min_customers: Annotated[int, Field(ge=1)] = 100

    @model_validator(mode="after")
    def _shares_add(self) -> Self:
        if sum(self.shares) >= 1:
            raise ValueError("three shares that leave some to the low class, such as [0.05, 0.15, 0.3]")
        if self.limits and list(self.limits) != sorted(self.limits, reverse=True):
            raise ValueError("the smallest value of VIP, then of high and of middle, falling")
        wanted = 4 if self.timing == "auto" else TIMINGS[self.timing].n_parameters
        if self.purchase and len(self.purchase) != wanted:
            raise ValueError(f"{wanted} parameters of purchase times")
        return self

    @property
    def cutoffs(self) -> dict[str, tuple[float, ...]]:
        """The smallest value of VIP, high and middle, when learned."""
        return {"clv": self.limits} if self.limits else {}

    def evidence(self, data: ClientData) -> tuple[str, int]:
        """Count those who bought on two days: a forecast is learned from them."""
        return "repeat", int((data.customers["n_order_days"] > 1).sum())

    def learn(self, data: ClientData) -> Self:
        """Give the model with parameters, value and limits taken from the data."""
        return self._learn(data, self.history(data))

    def history(self, data: ClientData) -> pd.DataFrame:
        """Give the histories of a client's customers as the model of purchase times wants them."""
        return history_of(data, window(self.timing))

    def _learn(self, data: ClientData, history: pd.DataFrame) -> Self:
        value = self.value if self.value != "auto" else ("margin" if data.has_margin else "revenue")
        learned = replace(self, value=value)
        if self.purchase is None or self.spend is None:
            learned = learned._fit(data, history)
        if self.limits is None:
            learned = replace(learned, limits=_limits(learned.scores(data, history)["clv"], self.shares))
        return learned

    def _fit(self, data: ClientData, history: pd.DataFrame) -> Self:
        if history.empty:
            return replace(
                self, purchase=self.purchase or (1.0, 1.0, 1.0, 1.0), spend=self.spend or (1.0, 2.0, 0.0)
            )
        return self.fitted(values_of(data, self.timing), history)

    def fitted(self, found: ValueModel, history: pd.DataFrame) -> Self:
        """Give the model with the parameters of a fit to the history of all customers."""
        timing, spending = found.timing, found.spending
        if not spending.mean > 0:
            # Too few repeat purchases to learn from: each counts as the base's mean one.
            mean = history["value_sum"].sum() / max((history["x"] + 1).sum(), 1)
            spending = Spending(1.0, 2.0, max(float(mean), 0.0))
        return replace(
            self,
            timing=timing.kind,
            purchase=self.purchase or timing.values,
            spend=self.spend or (spending.p, spending.q, spending.gamma),
        )

    def value_model(self, history: pd.DataFrame) -> ValueModel:
        """Give the fitted models of a learned CLV, without the story of the fit."""
        kind = TIMINGS["bg_nbd" if self.timing == "auto" else self.timing]
        timing = kind(*(self.purchase or (np.nan,) * kind.n_parameters))
        spending = Spending(*(self.spend or (np.nan,) * 3))
        repeat = int((history["x"] > 0).sum())
        return ValueModel(timing, spending, None, None, len(history), repeat, np.nan, np.nan)

    def scores(self, data: ClientData, history: pd.DataFrame) -> pd.DataFrame:
        """Give the forecast of every customer by a learned model: p_alive, expected_purchases, …, clv."""
        ahead = horizon_days(data.period.end, self.horizon_months, self.horizon_days)
        known = self.value_model(history)
        found = expect(history, known, ahead, self.discount_rate)
        if self.value == "margin":
            found["clv"] *= margin_rate(history, known.spending)
        scores = found.reindex(data.customers.index)
        filled = scores.fillna({"expected_purchases": 0.0, "clv": 0.0})
        return filled.assign(clv=steady(filled["clv"], 9))

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into VIP, high, middle or low."""
        history = self.history(data)
        learned = self._learn(data, history)
        scores = learned.scores(data, history)
        worth = scores["clv"]
        reached = [(worth > 0) & (worth >= limit) for limit in learned.limits or ()]
        classes = pd.Series(np.select(reached, ["vip", "high", "middle"], "low"), index=worth.index)
        return result(learned, data, classes, scores)


def _limits(worth: pd.Series, shares: tuple[float, float, float]) -> tuple[float, float, float]:
    """Give the smallest value of each class but the last: values somebody has, so equal ones never split."""
    ordered = np.sort(worth[worth > 0].to_numpy(dtype=float))[::-1]
    if not ordered.size:
        return (np.inf, np.inf, np.inf)
    ends = np.maximum(np.rint(np.cumsum(shares) * ordered.size).astype(int), 1) - 1
    vip, high, middle = (float(ordered[end]) for end in ends)
    return vip, high, middle

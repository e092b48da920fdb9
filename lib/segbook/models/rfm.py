"""How recently, how often, for how much: RFM."""

from __future__ import annotations

import csv
from functools import cached_property
from importlib.resources import files
from itertools import product
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from segbook.data.client import ClientData
from segbook.models.contract import model, replace, result
from segbook.models.tiers import quantile_cuts
from segbook.results import SegmentResult

Edges = Annotated[tuple[float, ...], Field(min_length=1, max_length=8)]
Rule = tuple[str, range, range, range]
ORDER = (
    "champions",
    "loyal",
    "potential_loyalists",
    "promising",
    "new",
    "need_attention",
    "about_to_sleep",
    "cant_lose",
    "at_risk",
    "busy_but_small",
    "hibernating",
    "lost",
)


@model
class RFM:
    """Named segments of recency, frequency and money, each scored 1 to 5, 5 best.

    Recency is the days from the last purchase to the end of the period, frequency the distinct days
    with a purchase, money the net revenue. A score is one plus the number of cut-offs below the value,
    so equal values always score equally; where cut-offs coincide the upper scores keep their numbers.
    Customers without a purchase are ``no_orders``.

    Parameters
    ----------
    levels
        Number of scores, or ``auto``: 5, and 2 (low, high) for fewer than ``small_base`` customers.
    small_base
        Where ``auto`` changes over.
    frequency
        ``n_order_days``: days with a purchase; ``n_orders``: orders.
    closed
        ``right``: a value equal to a cut-off is below it; ``left``: above it.
    r_edges, f_edges, m_edges
        Cut-offs in days, purchases and the client's currency, rising; learned as quantiles of the
        client's own customers when absent. Given ones set the number of levels.
    rules
        Rows ``segment r f m`` such as ``champions 5 4-5 4-5`` on the scale of 1 to 5, the first that holds
        wins; every cell must be covered. Absent: the table of segbook. Other numbers of levels
        are stretched to that scale: of two, low is 1 and high is 5.

    References
    ----------
    Scores and the cells 5-5-5, 1-5-5 and 5-5-1 are of [S0:156-161]; so is 1 to 2 for a small base,
    which is put at fewer than 200 customers.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "a", "b"], "amount": [50.0, 60.0, 5.0],
    ...     "order_date": pd.to_datetime(["2026-03-05", "2026-03-25", "2026-01-05"])})
    >>> made = RFM(r_edges=(30,), f_edges=(1,), m_edges=(20,)).segment(ClientData.of(orders, "2026Q1"))
    >>> made.segments.to_dict(), made.scores["rfm_score"].to_dict()
    ({'a': 'champions', 'b': 'lost'}, {'a': '222', 'b': '111'})
    """

    key: ClassVar = "rfm"
    family: ClassVar = "activity"
    subject: ClassVar = "customer"
    needs: ClassVar = {"totals": ("n_orders", "recency_days", "amount_sum")}
    watch: ClassVar = {"cant_lose": 0.8, "champions": 0.6, "at_risk": 0.5}
    grid: ClassVar = ("r_score", "f_score")

    levels: Literal["auto"] | Annotated[int, Field(ge=2, le=9)] = "auto"
    small_base: Annotated[int, Field(ge=0)] = 200
    frequency: Literal["n_order_days", "n_orders"] = "n_order_days"
    closed: Literal["right", "left"] = "right"
    r_edges: Edges | None = None
    f_edges: Edges | None = None
    m_edges: Edges | None = None
    rules: tuple[str, ...] | None = None
    min_customers: Annotated[int, Field(ge=1)] = 20

    @model_validator(mode="after")
    def _rules_cover(self) -> Self:
        given = [edges for edges in (self.r_edges, self.f_edges, self.m_edges) if edges is not None]
        if any(list(edges) != sorted(edges) for edges in given):
            raise ValueError("rising cut-offs")
        if len({len(edges) for edges in given}) > 1:
            raise ValueError("equally many cut-offs for r, f and m")
        if given and self.levels not in ("auto", len(given[0]) + 1):
            raise ValueError(f"levels one more than the cut-offs, {len(given[0]) + 1}")
        table = _parse(self.rules)
        if any(name == "no_orders" for name, *_ in table):
            raise ValueError("rules for buyers; no_orders is kept for customers without a purchase")
        free = [cell for cell in product(range(1, 6), repeat=3) if _segment(table, *cell) is None]
        if free:
            cells = ", ".join("-".join(map(str, cell)) for cell in free[:3])
            raise ValueError(f"rules that cover every cell; {len(free)} have none, such as {cells}")
        return self

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """Names of the segments, best first; those of own rules stand in the rules' order."""
        named = dict.fromkeys(name for name, *_ in _parse(self.rules))
        known = [name for name in ORDER if name in named]
        return (*known, *(name for name in named if name not in known), "no_orders")

    @property
    def cutoffs(self) -> dict[str, Edges]:
        """Cut-offs of days, purchases and money."""
        edges = {"recency_days": self.r_edges, "frequency": self.f_edges, "amount_sum": self.m_edges}
        return {name: each for name, each in edges.items() if each is not None}

    def learn(self, data: ClientData) -> Self:
        """Give the model with its levels and cut-offs taken from the data."""
        buyers = data.customers[data.customers["n_orders"] > 0]
        given = next(
            (edges for edges in (self.r_edges, self.f_edges, self.m_edges) if edges is not None), None
        )
        if given is not None:
            levels = len(given) + 1
        elif self.levels == "auto":
            levels = 5 if len(buyers) >= self.small_base else 2
        else:
            levels = self.levels
        columns = {"r_edges": "recency_days", "f_edges": self.frequency, "m_edges": "amount_sum"}
        edges = {
            name: getattr(self, name)
            if getattr(self, name) is not None
            else quantile_cuts(buyers[column], levels)
            for name, column in columns.items()
        }
        return replace(self, levels=levels, **edges)

    def segment(self, data: ClientData) -> SegmentResult:
        """Score every customer and name the cell."""
        learned = self.learn(data)
        scores = learned._scores(data.customers)
        stretched = scores[["r_score", "f_score", "m_score"]].map(learned._stretch, na_action="ignore")
        table = _parse(self.rules)
        cells = {
            cell: _segment(table, *cell)
            for cell in stretched.dropna().astype(int).itertuples(index=False, name=None)
        }
        names = [cells.get(cell, "no_orders") for cell in stretched.itertuples(index=False, name=None)]
        return result(learned, data, pd.Series(names, index=scores.index), scores)

    def _scores(self, customers: pd.DataFrame) -> pd.DataFrame:
        side: Literal["left", "right"] = "left" if self.closed == "right" else "right"
        levels = int(self.levels)
        values = customers[["recency_days", self.frequency, "amount_sum"]].where(customers["n_orders"] > 0)
        counts = [
            np.searchsorted(np.asarray(edges, dtype=float), values.iloc[:, i], side=side)
            for i, edges in enumerate((self.r_edges, self.f_edges, self.m_edges))
        ]
        scores = values.rename(columns={self.frequency: "frequency"})
        known = values.iloc[:, 0].notna()
        for name, score in zip("rfm", (levels - counts[0], counts[1] + 1, counts[2] + 1), strict=True):
            scores[f"{name}_score"] = pd.array(score, dtype="Int64")
        digits = ["r_score", "f_score", "m_score"]
        scores.loc[~known, digits] = pd.NA
        joined = (
            scores["r_score"].astype("string")
            + scores["f_score"].astype("string")
            + scores["m_score"].astype("string")
        )
        return scores.assign(rfm_score=joined)

    def _stretch(self, score: int) -> int:
        return 1 + round((score - 1) * 4 / (int(self.levels) - 1))


def _parse(rules: tuple[str, ...] | None) -> list[Rule]:
    if rules is None:
        text = files("segbook.models").joinpath("rules/rfm.csv").read_text(encoding="utf-8")
        rows = [tuple(row) for row in csv.reader(text.splitlines()[1:])]
    else:
        rows = [tuple(rule.split()) for rule in rules]
    table: list[Rule] = []
    for row in rows:
        if len(row) != 4:
            raise ValueError("rules such as 'champions 5 4-5 4-5'")
        table.append((row[0], _range(row[1]), _range(row[2]), _range(row[3])))
    return table


def _range(text: str) -> range:
    low, _, high = text.partition("-")
    if not low.isdecimal() or (high and not high.isdecimal()):
        raise ValueError(f"a score or a range such as 4-5, not '{text}'")
    return range(int(low), int(high or low) + 1)


def _segment(table: list[Rule], r: int, f: int, m: int) -> str | None:
    return next((name for name, rs, fs, ms in table if r in rs and f in fs and m in ms), None)

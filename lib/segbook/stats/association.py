"""Which attributes of customers go together with what they bring and how they buy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.results import SegmentResult, plain
from segbook.stats.crosses import cramer, cross_counts
from segbook.stats.effects import SMALL, Effect, kruskal, spearman
from segbook.stats.multiplicity import benjamini_hochberg

CONTACTS = ("name", "email", "phone", "address", "consent")
"""Columns of a card that say how to reach a customer, not who it is."""

RARE = 5
"""Customers of a level; rarer levels are put together as ``OTHER`` and counted."""

FEWEST = 20
"""Customers with a known value below which an attribute is left out."""

MANY = 0.5
"""Levels as a share of customers above which a text is a note or a code, not an attribute."""

OTHER = "other"
LEVEL = 0.05
"""Share of false finds allowed among the finds."""

MEASURES = ("value", "n_orders", "aov", "recency_days", "repeat")
"""What every client's customers are measured by."""

PAIRS = (
    "attribute", "measure", "method", "n", "statistic", "effect_size", "strength", "pvalue",
    "pvalue_adjusted", "is_found",
)  # fmt: skip


@dataclass(frozen=True)
class Association:
    """Every attribute against every measure of value and behaviour.

    Parameters
    ----------
    pairs
        One row for each attribute and measure, strongest first; columns attribute, measure, method
        (``spearman`` for two numbers, ``kruskal`` for a number by groups, ``chi2`` for two
        groupings), n (customers with both known), statistic, effect_size (rho; epsilon squared; V),
        strength (the effect as a correlation, 0 to 1, freed of chance), pvalue, pvalue_adjusted (Benjamini
        and Hochberg over all rows), is_found (adjusted p below 5 % and strength at least 0.1).
    levels
        One row for each level of each grouping attribute: attribute, level, customers, share_customers
        (of those known), value_mean (client currency), index (value_mean over that of all known
        customers; NaN when that is not positive).
    left_out
        Index attribute, columns reason (``empty`` fewer than 20 known, ``constant`` one value only,
        ``unique`` nearly every customer has its own) and n (customers with a value).
    value
        What value is: ``margin`` or ``revenue``.
    n_customers
        Customers who bought.
    """

    pairs: pd.DataFrame
    levels: pd.DataFrame
    left_out: pd.DataFrame
    value: str
    n_customers: int

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        return {
            "association": {
                "value": self.value,
                "customers": self.n_customers,
                "pairs": [plain(row) for row in self.pairs.to_dict("records")],
                "levels": [plain(row) for row in self.levels.to_dict("records")],
                "left_out": plain(self.left_out),
            }
        }

    def best(self, attribute: str) -> pd.Series:
        """Give the strongest pair of an attribute."""
        return self.pairs[self.pairs["attribute"] == attribute].iloc[0]

    @property
    def links(self) -> pd.DataFrame:
        """Found pairs, one for each attribute, strongest first.

        A measure every client has is preferred to a segmentation, which is harder to act on.
        """
        found = self.pairs[self.pairs["is_found"].astype(bool)]
        last = (~found["measure"].isin(MEASURES)).sort_values(kind="stable").index
        links: pd.DataFrame = (
            found.loc[last]
            .drop_duplicates("attribute")
            .sort_values("strength", ascending=False, kind="stable")
        )
        return links


class _Known(NamedTuple):
    """One column ready to be compared: codes of groups or numbers, and where they are known."""

    values: np.ndarray
    known: np.ndarray
    is_number: bool


def association(data: ClientData, results: Iterable[SegmentResult] = ()) -> Association:
    """Measure how every attribute goes together with value and behaviour.

    Parameters
    ----------
    data
        One client and period. Attributes are the columns of the ``customers`` table but contacts and dates.
    results
        Segmentations to compare attributes with, beside the measures every client has: value, orders,
        average order, days since purchase, and whether the customer bought more than once.

    Returns
    -------
    Association
        Of customers who bought; empty frames without attributes or without a purchase.

    Notes
    -----
    Spearman sees only what rises or falls all the way: an attribute whose middle is best escapes it.

    References
    ----------
    Association of attributes with behaviour and value is [S4:20-33].

    Examples
    --------
    >>> people = [f"c{i:02d}" for i in range(40)]
    >>> orders = pd.DataFrame({"customer_id": people, "amount": [10.0] * 20 + [90.0] * 20,
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> cards = pd.DataFrame({"customer_id": people, "city": ["Tver"] * 20 + ["Sochi"] * 20})
    >>> found = association(ClientData.of(orders, customers=cards))
    >>> strongest = found.best("city")
    >>> strongest[["measure", "method"]].tolist(), bool(strongest["is_found"])
    (['value', 'kruskal'], True)
    """
    bought = data.customers[data.customers["n_orders"] > 0]
    cards = data.attributes.reindex(bought.index)
    cards = cards[[name for name in cards if name not in bought and _is_attribute(str(name), cards[name])]]
    reasons = {str(name): _reason(cards[name]) for name in cards}
    kept = {name: _ready(cards[name]) for name, reason in reasons.items() if not reason}
    measures = _measures(data, bought, results)
    rows = [
        {"attribute": name, "measure": measure, **_pair(column, other)}
        for name, column in kept.items()
        for measure, other in measures.items()
    ]
    left = pd.DataFrame(
        [(name, reason, int(cards[name].notna().sum())) for name, reason in reasons.items() if reason],
        columns=["attribute", "reason", "n"],
    ).set_index("attribute")
    value = bought[_value_column(data)]
    return Association(
        _judged(rows), _levels(cards[list(kept)], value), left,
        "margin" if data.has_margin else "revenue", len(bought),
    )  # fmt: skip


def _value_column(data: ClientData) -> str:
    return "margin_sum" if data.has_margin else "amount_sum"


def _is_attribute(name: str, column: pd.Series) -> bool:
    return name not in CONTACTS and not pd.api.types.is_datetime64_any_dtype(column)


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _reason(column: pd.Series) -> str:
    """Say why a column is no attribute to compare by; nothing when it is one."""
    known = column.dropna()
    if len(known) < FEWEST:
        return "empty"
    if known.nunique() < 2:
        return "constant"
    if _is_number(column):
        return ""
    own = known.nunique() > MANY * len(known) or _folded(known).nunique() < 2
    return "unique" if own else ""


def _ready(column: pd.Series) -> _Known:
    known = column.notna().to_numpy()
    if _is_number(column):
        return _Known(column.to_numpy(dtype=float, na_value=np.nan), known, True)
    return _Known(pd.factorize(_folded(column), sort=True)[0], known, False)


def _folded(column: pd.Series) -> pd.Series:
    """Give levels as text, rare ones together."""
    text = column.astype("object").where(column.isna(), column.astype(str))
    counts = text.value_counts()
    return text.where(text.isna() | ~text.isin(counts.index[counts < RARE]), OTHER)


def _measures(data: ClientData, bought: pd.DataFrame, results: Iterable[SegmentResult]) -> dict[str, _Known]:
    columns: dict[str, pd.Series] = {
        "value": bought[_value_column(data)],
        "n_orders": bought["n_orders"],
        "aov": bought["amount_sum"] / bought["n_orders"],
        "recency_days": bought["recency_days"],
        "repeat": (bought["n_orders"] > 1).astype(str),
    }
    for result in results:
        if result.traits.subject == "customer":
            columns[result.model] = result.segments.reindex(bought.index)
    return {name: _ready(column) for name, column in columns.items()}


def _pair(one: _Known, other: _Known) -> dict[str, Any]:
    both = one.known & other.known
    first, second = one.values[both], other.values[both]
    method, effect = _compared(first, second, one.is_number, other.is_number)
    return {"method": method, "n": int(both.sum()), **effect._asdict()}


def _compared(first: np.ndarray, second: np.ndarray, *numbers: bool) -> tuple[str, Effect]:
    if all(numbers):
        return "spearman", spearman(first, second)
    if not any(numbers):
        return "chi2", cramer(cross_counts(first, second))
    values, groups = (first, second) if numbers[0] else (second, first)
    return "kruskal", kruskal(values, groups)


def _judged(rows: list[dict[str, Any]]) -> pd.DataFrame:
    pairs = pd.DataFrame(rows, columns=PAIRS)
    pairs["pvalue_adjusted"] = benjamini_hochberg(pairs["pvalue"])
    pairs["is_found"] = (pairs["pvalue_adjusted"] < LEVEL) & (pairs["strength"] >= SMALL)
    # Rounding keeps the order of columns and measures where effects are the same.
    order = (-pairs["strength"].astype(float).round(9)).sort_values(kind="stable").index
    return pairs.loc[order, list(PAIRS)].reset_index(drop=True)


def _levels(cards: pd.DataFrame, value: pd.Series) -> pd.DataFrame:
    columns = ["attribute", "level", "customers", "share_customers", "value_mean", "index"]
    parts = [_of_levels(str(name), cards[name], value) for name in cards if not _is_number(cards[name])]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _of_levels(name: str, card: pd.Series, value: pd.Series) -> pd.DataFrame:
    """Give what customers of each level of an attribute bring, the best first."""
    level = _folded(card).dropna()
    known = value.reindex(level.index)
    part = known.groupby(level).agg(customers="size", value_mean="mean").rename_axis("level").reset_index()
    mean = known.mean()
    part["index"] = part["value_mean"] / mean if mean > 0 else np.nan
    part["share_customers"] = part["customers"] / len(level)
    return part.assign(attribute=name).sort_values("value_mean", ascending=False, kind="stable")

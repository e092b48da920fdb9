"""Groups the data themselves make: k-means over how customers buy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from segbook.data.client import ClientData
from segbook.errors import ParamsError, Problem
from segbook.models.attributes import Attribute
from segbook.models.contract import Share, model, replace, result
from segbook.results import SegmentResult
from segbook.schema import TOTALS
from segbook.stats.partition import Floats, Trial, assign, choose_number, k_means

SAMPLE = 3_000
"""Customers the groups are found on; everybody is then put into the nearest one."""

FEWEST = 5
"""Different customers a group must have on average to be tried."""

NOTHING = 0.02
"""Part of the median that counts as next to nothing, so that logarithms do not depend on the currency."""

MONEY = (
    "amount_sum",
    "gross_sum",
    "margin_sum",
    "period_amount",
    "previous_amount",
    "income",
    "company_revenue",
)
LEFT = ("no_orders", "unknown")


@model
class Clusters:
    """Groups of customers who buy alike, found by k-means and named by money per customer.

    Features are taken as log(1 + value), money in units of 2 % of its median, and put on one scale;
    those that are the same for everybody are left out. The number of groups is the largest of ``k_range``
    that bootstrap samples agree on (least adjusted Rand index of pairs of samples at least
    ``min_agreement``) and whose silhouette is at least ``near_best`` of the best such; agreement is
    measured only as far as the choice needs it. When no number is stable, the most stable one is taken
    and the report says so. ``cluster_1`` has the most revenue per customer. Customers without a purchase are
    ``no_orders``, those with a feature missing ``unknown``.

    Parameters
    ----------
    features
        What is compared: columns of the customers' purchases, or of their cards, that are numbers.
    k_range
        Fewest and most groups tried.
    k
        Number of groups; chosen when absent.
    min_agreement, near_best
        The two limits of the choice, 0 to 1.
    n_pairs, seed
        Pairs of bootstrap samples, and the start of chance.
    tried
        For each number of groups its silhouette, and the mean and least agreement; learned.
    used, units, means, spreads
        Features kept, and how each is scaled; learned.
    centers
        Typical values of each group, in the units of the features; learned, and frozen for later periods.

    References
    ----------
    Clusters beside other ways to segment: [S0:63], [S0:207]. An index above 0.8 is good recovery: Steinley D.
    (2004). Properties of the Hubert-Arabie adjusted Rand index. Psychological Methods 9(3), 386-396. Seventy
    customers for each feature: Dolnicar S. et al. (2014). Required sample sizes for data-driven market
    segmentation analyses in tourism. J. Travel Research 53(3), 296-306.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": [f"{kind}{i}" for kind in "ab" for i in range(20)],
    ...     "amount": [900.0 + i for i in range(20)] + [3.0 + i / 9 for i in range(20)],
    ...     "order_date": pd.Timestamp("2026-03-05")})
    >>> made = Clusters(k=2).segment(ClientData.of(orders, "2026Q1"))
    >>> made.segments["a0"], made.segments["b0"], made.params["used"]
    ('cluster_1', 'cluster_2', ['amount_sum'])
    """

    key: ClassVar = "clusters"
    family: ClassVar = "found"
    subject: ClassVar = "customer"
    watch: ClassVar[Mapping[str, float]] = {}
    grid: ClassVar = ()

    features: Annotated[tuple[str, ...], Field(min_length=1, max_length=12)] = (
        "recency_days",
        "n_order_days",
        "amount_sum",
    )
    k_range: tuple[Annotated[int, Field(ge=2)], Annotated[int, Field(le=12)]] = (2, 8)
    k: Annotated[int, Field(ge=1, le=12)] | None = None
    min_agreement: Share = 0.8
    near_best: Share = 0.8
    n_pairs: Annotated[int, Field(ge=1, le=100)] = 10
    seed: Annotated[int, Field(ge=0)] = 0
    tried: tuple[Trial, ...] = ()
    used: tuple[str, ...] | None = None
    units: tuple[float, ...] | None = None
    means: tuple[float, ...] | None = None
    spreads: tuple[float, ...] | None = None
    centers: tuple[tuple[float, ...], ...] | None = None
    min_customers: Annotated[int, Field(ge=1)] = 210

    @model_validator(mode="after")
    def _range_rises(self) -> Self:
        if self.k_range[0] > self.k_range[1]:
            raise ValueError("fewest and most groups such as [2, 8]")
        return self

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """Columns of the features."""
        needs: dict[str, tuple[str, ...]] = {"totals": ("n_orders", "amount_sum")}
        for feature in self.features:
            if feature == "n_order_days":
                continue
            table = "totals" if feature in TOTALS else "orders" if feature in _PURCHASES else "customers"
            column = "order_date" if table == "orders" else feature
            needs[table] = tuple(dict.fromkeys([*needs.get(table, ()), column]))
        return needs

    @property
    def segments(self) -> tuple[str, ...]:
        """Groups by money per customer, then whom none holds."""
        n = len(self.centers) if self.centers is not None else self.k or self.k_range[1]
        return (*(f"cluster_{i}" for i in range(1, n + 1)), *LEFT)

    def learn(self, data: ClientData) -> Self:
        """Give the model with its scales, number of groups and centres taken from the data."""
        return self if self.centers is not None else self._fitted(data, self._choose)

    def _fitted(self, data: ClientData, choose: Callable[[Floats], tuple[Floats, tuple[Trial, ...]]]) -> Self:
        values = _features(self.features, data)
        values = values[_complete(values, data)]
        scaled = self._scaled_to(values)
        if values.empty:
            return replace(scaled, centers=())
        points = scaled._points(values)
        ordered = points[np.lexsort(points.T)] if points.shape[1] else points
        rng = np.random.default_rng(self.seed)
        size = min(SAMPLE, len(ordered))
        sample = ordered[np.sort(rng.choice(len(ordered), size, replace=False))]
        centers, tried = choose(sample)
        money = data.customers.loc[values.index, "amount_sum"].to_numpy()
        ranked = _by_money(centers, assign(points, centers), money)
        return replace(scaled, tried=tried, centers=scaled._natural(ranked))

    def relearn(self, learned: Self, data: ClientData) -> Self:
        """Give the model with as many groups as it learned, their centres taken from other data."""
        k = len(learned.centers or ()) or 1

        def same_number(points: Floats) -> tuple[Floats, tuple[Trial, ...]]:
            if not points.shape[1]:
                return points[:1], ()
            return k_means(points, min(k, len(np.unique(points, axis=0))), seed=self.seed), ()

        return self._fitted(data, same_number)

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into the nearest group."""
        learned = self.learn(data)
        values = _features(self.features, data)
        complete = _complete(values, data)
        bought = data.customers["n_orders"] > 0
        segments = pd.Series(np.where(bought, "unknown", "no_orders"), index=values.index, dtype=object)
        if learned.centers:
            used = values.loc[complete, list(learned.used or ())]
            centers = learned._points(np.array(learned.centers, dtype=float))
            place = assign(learned._points(used), centers)
            segments[complete] = np.array(learned.segments, dtype=object)[place]
        return result(learned, data, segments, values)

    def _scaled_to(self, values: pd.DataFrame) -> Self:
        """Give the model with the scale of each feature that differs between customers."""
        units = {name: _unit(str(name), values[name]) for name in values}
        logs = {name: np.log1p(values[name].clip(lower=0) / units[name]) for name in values}
        used = tuple(str(name) for name in values if len(values) and logs[name].std(ddof=0) > 1e-9)
        return replace(
            self,
            used=used,
            units=tuple(units[name] for name in used),
            means=tuple(float(logs[name].mean()) for name in used),
            spreads=tuple(float(logs[name].std(ddof=0)) for name in used),
        )

    def _points(self, values: pd.DataFrame | Floats) -> Floats:
        """Put natural values on the common scale; rounded, so that sums in another order do not matter."""
        if isinstance(values, pd.DataFrame):
            values = values[list(self.used or ())].to_numpy(dtype=float)
        logs = np.log1p(np.clip(values, 0, None) / np.array(self.units))
        return np.asarray(((logs - np.array(self.means)) / np.array(self.spreads)).round(9), dtype=float)

    def _natural(self, points: Floats) -> tuple[tuple[float, ...], ...]:
        logs = points * np.array(self.spreads) + np.array(self.means)
        return tuple(tuple(map(float, row)) for row in np.expm1(logs) * np.array(self.units))

    def _choose(self, sample: Floats) -> tuple[Floats, tuple[Trial, ...]]:
        """Find the centres for the chosen number of groups, and what was tried."""
        if not sample.shape[1]:
            return sample[:1], ()  # everybody is alike: one group
        different = len(np.unique(sample, axis=0))
        most = min(max(2, different // FEWEST), different)
        numbers = [k for k in range(self.k_range[0], self.k_range[1] + 1) if k <= most]
        if self.k is not None or not numbers:
            numbers = [min(self.k or 1, different)]
        limits = {"min_agreement": self.min_agreement, "near_best": self.near_best}
        return choose_number(sample, numbers, **limits, n_pairs=self.n_pairs, seed=self.seed)


_PURCHASES = (
    "gross_sum", "returns_sum", "gap_median", "gap_max", "period_amount", "period_order_days",
    "previous_amount", "previous_order_days",
)  # fmt: skip
"""Features read off the rows of orders."""


def _features(names: Sequence[str], data: ClientData) -> pd.DataFrame:
    """Give the natural values of the features, one row per customer."""
    customers = data.customers
    found: dict[str, Any] = {}
    for name in names:
        values = customers[name] if name in customers else Attribute(name).values(data)
        if not pd.api.types.is_numeric_dtype(values):
            where = f"{data.params.file.name}: models.clusters.features"
            raise ParamsError([Problem(where, f"'{name}'", "columns of numbers")])
        found[name] = values.astype(float)
    return pd.DataFrame(found, index=customers.index)


def _complete(values: pd.DataFrame, data: ClientData) -> pd.Series[bool]:
    return values.notna().all(axis=1) & (data.customers["n_orders"] > 0)


def _unit(name: str, values: pd.Series[float]) -> float:
    paid = values[values > 0]
    return float(NOTHING * paid.median()) if name in MONEY and len(paid) else 1.0


def _by_money(centers: Floats, labels: np.ndarray, money: np.ndarray) -> Floats:
    """Order the centres by revenue per customer, best first."""
    sizes = np.bincount(labels, minlength=len(centers))
    means = np.bincount(labels, weights=money, minlength=len(centers)) / np.maximum(sizes, 1)
    order = sorted(range(len(centers)), key=lambda i: (-means[i], *centers[i]))
    return centers[order]

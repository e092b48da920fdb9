"""Who the customers are: one mechanism for every column that describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from segbook.data.client import ClientData
from segbook.data.facts import dominant
from segbook.models.bands import Edges, band_keys, learn_edges
from segbook.models.contract import model, replace, result
from segbook.models.levels import clean, fold, learn_levels
from segbook.results import SegmentResult
from segbook.schema import TABLES

FAMILIES: dict[str, tuple[str, ...]] = {
    family: tuple(columns.split())
    for family, columns in {
        "geographic": "country region oblast district city city_population density climate",
        "demographic": "gender age marital_status children education income life_goals language",
        "firmographic": "industry organisation_type employees company_revenue",
        "psychographic": "values interests attitudes personality lifestyle opinions",
        "technographic": "device platform tech_comfort",
        "needs": "problem wish lead_form_interest motivation intention survey_answer",
        "product": "product category order_type",
        "relationship": "manager acquisition_channel",
    }.items()
}
"""Family to its columns; a client's own columns are of the family ``own``."""

BANDS: dict[str, Edges] = {
    "city_population": (5_000, 20_000, 50_000),
    "age": (18, 25, 35, 45, 55, 65),
    "children": (0, 1, 2, 3),
    "employees": (10, 50, 250),
}
"""Bands of the columns whose unit is the same everywhere; money is cut at the client's own quantiles."""

FROM_ORDERS = ("product", "category", "order_type", "manager")
"""Columns also read off the orders: what the customer buys, or is served by, most often."""

_FAMILY = {column: family for family, columns in FAMILIES.items() for column in columns}


def family_of(column: str) -> str | None:
    """Give the family of a canonical column, None for anything else."""
    return _FAMILY.get(column)


@model
class Attribute:
    """Customers by one column of their card: texts by level, numbers by band.

    Texts that differ only by case, blanks or ё are one level, written as most customers have it. Levels
    below ``min_share`` of the customers whose level is known, and those after the ``max_levels``
    largest, are folded into ``rare``; so is a level first met in a later period. A number falls into the
    band whose lower edge it reaches. Who has no value is ``unknown``. What a customer buys, and who serves
    them, is taken from the orders where the card does not say: the value of most purchases, of
    the larger money among equals.

    Parameters
    ----------
    column
        Canonical column, or the client's own; it is the model's key and cannot be changed.
    bands
        Lower edges of a number's bands, rising: ``(18, 25)`` is under 18, 18 to 24, 25 and over. Learned when
        absent: each value, if there are at most six; else ``n_bands`` quantiles rounded to two digits.
    n_bands
        How many quantile bands.
    whole
        Whether values are whole numbers, so that a band is written 18 to 24; learned.
    levels
        Levels of a text, most customers first; learned.
    max_levels, min_share
        Which levels stand for themselves.

    References
    ----------
    City sizes and the geographic columns are of [S0:19-30], the families of [S3:40-170] and [S4:16-18],
    orders by type of [S0:103], the one-question survey of [S0:286-290]. Bands of staff are the European
    Union's classes of enterprises, Recommendation 2003/361/EC, art. 2.

    Examples
    --------
    >>> cards = pd.DataFrame({"customer_id": list("abc"), "age": [17.0, 24, None],
    ...     "city": ["Орёл", "орел ", ""]})
    >>> orders = pd.DataFrame({"customer_id": ["a"], "amount": 1.0, "order_date": pd.Timestamp("2026-01-05")})
    >>> data = ClientData.of(orders, customers=cards)
    >>> Attribute("age", bands=(18, 25)).segment(data).segments.tolist()
    ['..18', '18..24', 'unknown']
    >>> Attribute("city").segment(data).segments.tolist()
    ['Орёл', 'Орёл', 'unknown']
    """

    subject: ClassVar = "customer"
    watch: ClassVar[Mapping[str, float]] = {}
    grid: ClassVar = ()
    open_segments: ClassVar = True

    column: str
    bands: Edges | None = None
    n_bands: Annotated[int, Field(ge=2, le=12)] = 4
    whole: bool | None = None
    levels: tuple[str, ...] | None = None
    max_levels: Annotated[int, Field(ge=1, le=40)] = 12
    min_share: Annotated[float, Field(ge=0, lt=1)] = 0.01
    min_customers: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        if self.bands is not None and any(np.diff(self.bands) <= 0):
            raise ValueError("rising edges such as [18, 25, 35]")
        return self

    @property
    def key(self) -> str:
        """The column itself."""
        return self.column

    @property
    def family(self) -> str:
        """Family of the column, ``own`` for the client's own."""
        return _FAMILY.get(self.column, "own")

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """The column, in the table of customers, of orders, or in either."""
        places = [
            table
            for table in ("customers", "orders")
            if table == "customers" or self.column in FROM_ORDERS
            if self.column in TABLES[table] or self.family == "own"
        ]
        return {" or ".join(places): (self.column,)}

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """Bands from low to high, or levels, most customers first; then what has none."""
        if self._is_number:
            return (*band_keys(self.bands or (), whole=bool(self.whole)), "unknown")
        return (*(self.levels or ()), "rare", "unknown")

    @property
    def _is_number(self) -> bool:
        known = TABLES["customers"].get(self.column)
        return known.kind == "number" if known else self.bands is not None

    def values(self, data: ClientData) -> pd.Series:
        """Give each customer's value: numbers as floats, everything else as clean text; NaN where unknown."""
        index = data.customers.index
        given = data.attributes[self.column].reindex(index) if self.column in data.attributes else None
        if given is not None and (self._is_number or _numeric(given, self.column)):
            return pd.to_numeric(given, errors="coerce").astype(float).replace([np.inf, -np.inf], np.nan)
        texts = pd.Series(np.nan, index=index, dtype=object) if given is None else clean(given)
        if self.column in FROM_ORDERS and data.has("orders", self.column) and texts.isna().any():
            texts = texts.fillna(clean(dominant(data, self.column)["level"].reindex(index).astype(object)))
        return texts

    def learn(self, data: ClientData) -> Self:
        """Give the model with its bands or its levels taken from the data."""
        return self if self._is_learned else self._learned_from(self.values(data))

    @property
    def _is_learned(self) -> bool:
        return self.levels is not None or (self.bands is not None and self.whole is not None)

    def _learned_from(self, values: pd.Series) -> Self:
        if not (self._is_number or pd.api.types.is_float_dtype(values)):
            return replace(self, levels=learn_levels(values, self.max_levels, self.min_share))
        known = values.dropna()
        bands = learn_edges(known, self.n_bands) if self.bands is None else self.bands
        return replace(self, bands=bands, whole=bool((known == known.round()).all()))

    def relearn(self, learned: Self, data: ClientData) -> Self:
        """Give the model with its bands taken from other data; learned levels are the client's own words."""
        return learned if learned.levels is not None else self.learn(data)

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into a band or a level."""
        values = self.values(data)
        learned = self if self._is_learned else self._learned_from(values)
        put = learned._band if learned._is_number else learned._level
        scores = values.rename("value" if learned._is_number else "level").to_frame()
        return result(learned, data, pd.Series(put(values), index=values.index), scores)

    def _band(self, values: pd.Series) -> Sequence[str]:
        names = np.array(self.segments, dtype=object)
        place = np.searchsorted(np.asarray(self.bands, dtype=float), values.to_numpy(), side="right")
        return list(np.where(values.isna(), "unknown", names[place]))

    def _level(self, values: pd.Series) -> Sequence[str]:
        levels = {fold(level): level for level in self.levels or ()}
        codes, found = pd.factorize(values)
        names = np.array([*(levels.get(fold(each), "rare") for each in found), "unknown"], dtype=object)
        return list(names[codes])


def _numeric(given: pd.Series, column: str) -> bool:
    """Tell whether an own column holds numbers; a canonical text stays text whatever it holds."""
    own = column not in TABLES["customers"]
    return own and pd.api.types.is_numeric_dtype(given) and not pd.api.types.is_bool_dtype(given)


ATTRIBUTES = tuple(Attribute(column, bands=BANDS.get(column)) for column in _FAMILY)
"""One model for each canonical column, family by family."""


def own_columns(columns: Sequence[str]) -> list[str]:
    """Give those of some columns of ``customers`` that segbook has no name for.

    Examples
    --------
    >>> own_columns(["customer_id", "age", "contract"])
    ['contract']
    """
    return [column for column in columns if column not in TABLES["customers"]]

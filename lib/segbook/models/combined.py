"""Segments the client defines: named rules over attributes, totals and the segments of other models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from segbook.data.client import ClientData
from segbook.errors import ParamsError, Problem, nearest
from segbook.models.attributes import FAMILIES, Attribute
from segbook.models.conditions import Known, evaluate, kinds_of, names_in, prepared, problems_of
from segbook.models.contract import model, replace, result
from segbook.params.playbook import Spoken
from segbook.results import SegmentResult
from segbook.schema import TABLES
from segbook.schema import TOTALS as SUMMED

TOTALS: dict[str, tuple[str, ...]] = {
    "number": (
        "n_orders", "n_order_days", "amount_sum", "gross_sum", "returns_sum", "margin_sum", "quantity_sum",
        "recency_days", "gap_median", "gap_max", "period_amount", "period_order_days", "previous_amount",
        "previous_order_days", "aov",
    ),
    "date": ("first_order_date", "last_order_date"),
}  # fmt: skip
"""What a rule may ask of a customer's purchases; ``aov`` is revenue over orders."""

READY = {
    **{name: (name,) for name in SUMMED},
    "n_order_days": ("n_orders",),
    "aov": ("amount_sum", "n_orders"),
}
"""Those that customers whose purchases come summed have too, and what gives them."""

CARD = (*(column for columns in FAMILIES.values() for column in columns), "consent")
BANDS = ("low", "middle", "high")
REST = "rest"


class Rule(BaseModel):
    """One segment: whom it holds, and what it is called.

    Attributes
    ----------
    when
        Condition; see `segbook.models.conditions`.
    inside
        A rule of the first level: this one only divides its customers.
    label, action
        What the segment is called and what to do, one text or one for each language.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: Annotated[str, Field(min_length=1, max_length=2000)]
    inside: str | None = None
    label: Spoken | None = None
    action: Spoken | None = None


def _short(value: object) -> object:
    return {"when": value} if isinstance(value, str) else value


@model
class Combined:
    """Segments by named rules: of those that hold for a customer, the first one wins.

    A rule may ask for an attribute (``age < 35``), for purchases (``amount_sum >= 10000``, ``recency_days``,
    ``aov``), for another model's segment by its key (``rfm == 'champions'``), and for the band of a number
    among the client's own customers (``income_band == 'high'``: low and high are the outer bands). A rule
    ``inside`` another one divides its customers further; those that none of the inner ones takes stay with
    the outer one. Who meets no rule is in ``rest``. Case, blanks and ё do not matter; a comparison
    with a missing value does not hold, nor does its negation.

    Parameters
    ----------
    rules
        Segment to its condition, or to ``when`` with ``label``, ``action`` and ``inside``.
    parts
        The other models the rules name, with their cut-offs; filled in from their own sections.

    References
    ----------
    Criteria combined, as the young mothers with a high income: [S4:18]. Two levels, as the guitar shop's:
    [S0:339].

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": list("abc"), "amount": [90.0, 5.0, 8.0],
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> cards = pd.DataFrame({"customer_id": list("abc"), "gender": ["f", "F", "m"], "age": [30, 61, 20]})
    >>> made = Combined(rules={"young women": "gender == 'f' and age < 35", "big": "amount_sum > 50"})
    >>> made.segment(ClientData.of(orders, customers=cards)).segments.to_dict()
    {'a': 'young women', 'b': 'rest', 'c': 'rest'}
    """

    key: ClassVar = "combined"
    family: ClassVar = "found"
    subject: ClassVar = "customer"
    watch: ClassVar[Mapping[str, float]] = {}
    grid: ClassVar = ()

    rules: Mapping[str, Annotated[Rule, BeforeValidator(_short)]] = Field(default_factory=dict)
    parts: Mapping[str, Any] = Field(default_factory=dict)
    min_customers: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _rules_are_named(self) -> Self:
        if REST in self.rules:
            raise ValueError(f"names other than '{REST}', which is who meets no rule")
        outer = [name for name, rule in self.rules.items() if rule.inside is None]
        for name, rule in self.rules.items():
            if rule.inside is not None and rule.inside not in outer:
                raise ValueError(
                    f"for {name}.inside a rule of the first level: {nearest(rule.inside, outer)}"
                )
        return self

    @property
    def segments(self) -> tuple[str, ...]:
        """Rules in their order, the inner ones before the one they divide; then the rest."""
        return (*(name for name, _ in self._in_order), REST)

    @property
    def _in_order(self) -> list[tuple[str, tuple[str, ...]]]:
        """List every segment with the conditions that must hold for it, so that the first one wins."""
        return [
            (name, conditions)
            for outer, rule in self.rules.items()
            if rule.inside is None
            for name, conditions in (
                *(
                    (inner, (rule.when, each.when))
                    for inner, each in self.rules.items()
                    if each.inside == outer
                ),
                (outer, (rule.when,)),
            )
        ]

    @property
    def _names(self) -> set[str]:
        return {name for rule in self.rules.values() for name in names_in(rule.when)}

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """Everything the rules name: columns, and what the named models need."""
        needs: dict[str, tuple[str, ...]] = {}
        for name in sorted(self._names):
            for table, columns in self._needs_of(name).items():
                needs[table] = tuple(dict.fromkeys([*needs.get(table, ()), *columns]))
        return needs

    def _needs_of(self, name: str) -> Mapping[str, Any]:
        if name in READY:
            return {"totals": READY[name]}
        if name in TOTALS["number"] or name in TOTALS["date"]:
            return {"orders": ("customer_id", "order_date", "amount")}
        part = self.parts.get(name.removesuffix("_band"), None)
        return part.needs if part else Attribute(name.removesuffix("_band")).needs

    def with_parts(self, models: Mapping[str, Any]) -> tuple[Self, list[tuple[str, str, str]]]:
        """Give the model with the other models its rules name, and what is wrong with the rules.

        Parameters
        ----------
        models
            Every model before this one, with the client's parameters.

        Returns
        -------
        model, problems
            Each problem: the rule, what was found, what it must be.
        """
        known = dict(_known_names(models))
        wrong = [
            (name, found, allowed)
            for name, rule in self.rules.items()
            for found, allowed in problems_of(rule.when, known)
        ]
        parts = {
            name: each
            for name, each in models.items()
            if (f"{name}_band" if isinstance(each, Attribute) else name) in self._names
        }
        return replace(self, parts={**parts, **self.parts}), wrong

    def learn(self, data: ClientData) -> Self:
        """Give the model with the cut-offs of the models its rules name taken from the data."""
        return replace(self, parts={name: part.learn(data) for name, part in self.parts.items()})

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into the first rule that holds, or the rest."""
        learned, index = self.learn(data), data.customers.index
        values = {name: learned._values(name, data) for name in sorted(self._names)}
        known = kinds_of(values)
        wrong = [
            Problem(f"{data.params.file.name}: models.combined.rules.{name}", found, allowed)
            for name, rule in self.rules.items()
            for found, allowed in problems_of(rule.when, known)
        ]
        if wrong:
            raise ParamsError(wrong)
        holds = {rule.when: evaluate(rule.when, values, index) for rule in self.rules.values()}
        segments = pd.Series(REST, index=index, dtype=object)
        for name, conditions in reversed(self._in_order):
            meets = pd.concat([holds[each] for each in conditions], axis=1).all(axis=1)
            segments = segments.mask(meets, name)
        level = segments.map({REST: REST, **{name: each.inside or name for name, each in self.rules.items()}})
        return result(learned, data, segments, level.rename("first_level").to_frame())

    def _values(self, name: str, data: ClientData) -> pd.Series:
        customers, part = data.customers, self.parts.get(name)
        if name == "aov":
            return customers["amount_sum"] / customers["n_orders"].where(customers["n_orders"] > 0)
        if name in customers:
            return prepared(customers[name])
        if part is not None and not isinstance(part, Attribute):
            found: SegmentResult = part.segment(data)
            return found.segments.astype(object)
        if name.endswith("_band"):
            return _outer_bands(self.parts.get(name.removesuffix("_band")), name, data)
        return prepared(Attribute(name).values(data))


def _outer_bands(part: Attribute | None, name: str, data: ClientData) -> pd.Series:
    """Give low, middle or high by the bands of an attribute that somebody is in."""
    found = (part or Attribute(name.removesuffix("_band"))).segment(data)
    bands = [each for each in found.present if each != "unknown"]
    words = dict.fromkeys(bands, BANDS[1])
    for outer, word in ((bands[:1], BANDS[0]), (bands[-1:], BANDS[2])):
        words.update(dict.fromkeys(outer, word))
    return found.segments.astype(object).map(words)


def _known_names(models: Mapping[str, Any]) -> Iterator[tuple[str, Known]]:
    """List what a rule may name: purchases, cards, bands, and the models that segment customers."""
    for name in CARD:
        column = TABLES["customers"].get(name)
        number = column is not None and column.kind == "number"
        yield name, Known("number" if number else "text")
        if number:
            yield f"{name}_band", Known("text", BANDS)
    for key, each in models.items():
        if isinstance(each, Attribute):
            if each.family == "own":
                yield from ((key, Known("any")), (f"{key}_band", Known("text", BANDS)))
        elif each.subject == "customer":
            yield key, Known("text", () if getattr(each, "open_segments", False) else tuple(each.segments))
    yield from ((name, Known("number")) for name in TOTALS["number"])
    yield from ((name, Known("date")) for name in TOTALS["date"])

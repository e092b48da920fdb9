"""What every model is, so that notebooks, charts, tables and tests need to know only this."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Protocol, Self, TypeVar, dataclass_transform

import pandas as pd
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from segbook.data.client import ClientData
from segbook.results import NotComputed, SegmentResult, Subject, Traits, plain

Share = Annotated[float, Field(gt=0, lt=1)]
_Kind = TypeVar("_Kind")


class Model(Protocol):
    """A segment model: its fields are its parameters.

    Attributes
    ----------
    family, subject, watch, grid
        As in `segbook.results.Traits`.
    cutoffs
        As there; a learned model's property, nothing for a model without cut-offs.
    min_customers
        With less to go by the model is not computed: its segments would be chance. Counted are buyers,
        or what `evidence` counts.
    """

    family: ClassVar[str]
    subject: ClassVar[Subject]
    watch: ClassVar[Mapping[str, float]]
    grid: ClassVar[Sequence[str]]
    min_customers: int

    @property
    def cutoffs(self) -> Mapping[str, Sequence[float]]:
        """Score to the cut-offs it is compared with."""
        ...

    @property
    def key(self) -> str:
        """Name of the model's file, YAML section and texts."""
        ...

    @property
    def needs(self) -> Mapping[str, Sequence[str]]:
        """Table, or several joined by " or ", to the columns without which the model is not computed."""
        ...

    @property
    def segments(self) -> Sequence[str]:
        """Keys of the segments, best first."""
        ...

    def learn(self, data: ClientData) -> Self:
        """Give the same model with its cut-offs filled in."""
        ...

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one segment."""
        ...


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field, Field))
def model(cls: type[_Kind]) -> type[_Kind]:
    """Make a class a model: frozen, its parameters checked, unknown ones refused."""
    made: Any = dataclass(frozen=True, config=ConfigDict(extra="forbid"))(cls)
    if not hasattr(made, "cutoffs"):
        made.cutoffs = {}
    kind: type[_Kind] = made
    return kind


def replace(of: _Kind, **changes: Any) -> _Kind:
    """Give a model with some parameters changed."""
    return dataclasses.replace(of, **changes)  # type: ignore[type-var]


def parameters(of: object) -> dict[str, Any]:
    """Give a model's parameters as plain data, nested models included.

    Examples
    --------
    >>> from segbook.models.repeat_loyalty import RepeatLoyalty
    >>> parameters(RepeatLoyalty())
    {'min_orders': 2, 'min_customers': 0}
    """
    return dict(plain(dataclasses.asdict(of)))  # type: ignore[call-overload]


def shortage(of: Any, data: ClientData) -> NotComputed | None:
    """Say what a model lacks: columns, or enough to go by.

    Parameters
    ----------
    of
        A model. Its method ``evidence(data)``, if it has one, names what it goes by and counts it, such as
        ``("leads", 12)``; else buyers are counted.
    data
        One client and period.

    Returns
    -------
    NotComputed or None
        ``missing`` with the columns; ``too_little``, or ``too_little_<what>``, with what was found and what
        would suffice; nothing when the model can be computed.
    """
    missing = _missing(data, of.needs)
    if missing:
        return NotComputed(of.key, "missing", {"columns": missing})
    if hasattr(of, "evidence"):
        what, found = of.evidence(data)
    else:
        what, found = "customers", int((data.customers["n_orders"] > 0).sum())
    if found >= of.min_customers:
        return None
    reason = "too_little" if what == "customers" else f"too_little_{what}"
    return NotComputed(of.key, reason, {what: found, "needed": of.min_customers})


def _missing(data: ClientData, needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Name the columns a model lacks; where one of several tables would do, all of them."""
    lacked = []
    for tables, columns in needs.items():
        for column in columns:
            absent = [data.missing({table: [column]}) for table in tables.split(" or ")]
            if all(absent):
                lacked.append(" or ".join(name for names in absent for name in names))
    return lacked


def result(of: Any, data: ClientData, segments: pd.Series, scores: pd.DataFrame) -> SegmentResult:
    """Build a learned model's result for the units of the data: customers, or what the model segments."""
    traits = Traits(of.family, of.subject, of.watch, of.grid, of.cutoffs)
    base = data.base(of.subject)
    return SegmentResult.build(
        of.key, parameters(of), segments, scores, names=of.segments, customers=base, traits=traits
    )

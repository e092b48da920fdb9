"""How a client's YAML describes one A/B test: its arms, its metrics, what it looks into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

MetricType = Literal["proportion", "mean", "money", "ratio", "guardrail"]
Lang = Literal["ru", "en"]
Share = Annotated[float, Field(gt=0, lt=1)]


def _in_both(value: object) -> object:
    return {"ru": value, "en": value} if isinstance(value, str) else value


Title = Annotated[Mapping[Lang, str], BeforeValidator(_in_both, str | dict[str, str])]


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Metric(_Section):
    """One metric of an experiment.

    Attributes
    ----------
    type
        ``proportion`` (0 or 1 for each unit), ``mean``, ``money`` (many zeros, a few large sums), ``ratio``
        (one column over another) or ``guardrail`` (must not get worse by more than ``margin``).
    column
        Where it stands; the metric's own name when absent.
    primary
        Whether it decides. When no metric does, the first one that is no guardrail decides.
    better
        Which way is good; absent: ``lower`` for a guardrail, ``higher`` for the rest.
    margin
        Of a guardrail: the loss one is ready to bear, in the metric's own unit.
    matters
        Smallest relative change worth acting on, such as 0.1 of the control's value. Absent: a tenth, and
        a difference that is found is never called too small.
    numerator, denominator
        Columns of a ratio.
    covariate
        The same or a similar measure from before the test; it sharpens the comparison.
    title
        What the report calls it; one text, or one for each language.
    """

    type: MetricType
    column: str | None = None
    primary: bool = False
    better: Literal["higher", "lower"] | None = None
    margin: Annotated[float, Field(gt=0)] | None = None
    matters: Annotated[float, Field(gt=0)] | None = None
    numerator: str | None = None
    denominator: str | None = None
    covariate: str | None = None
    title: Title = {}

    @property
    def sign(self) -> int:
        """1 when more is better, -1 when less is."""
        usual = "lower" if self.type == "guardrail" else "higher"
        return 1 if (self.better or usual) == "higher" else -1

    @model_validator(mode="after")
    def _whole(self) -> Metric:
        if self.type == "guardrail" and self.margin is None:
            raise ValueError("a guardrail with its margin: the loss one is ready to bear")
        if (self.type == "ratio") != bool(self.numerator and self.denominator):
            raise ValueError("numerator and denominator for a ratio, and for nothing else")
        if self.primary and self.type == "guardrail":
            raise ValueError("primary for a metric that is no guardrail")
        return self


class Experiment(_Section):
    """One A/B test.

    Attributes
    ----------
    control
        The variant that stands for "as before".
    metrics
        Name to metric; the funnel's columns need not be named here.
    split
        Planned share of each variant; equal when absent.
    units
        Column with the number of units when a row is a whole variant, its metrics being counts.
    segments
        Attributes to look into; default: ``segment`` where the table has it.
    cluster
        What was drawn when it is larger than a row: a customer with several visits, or ``assigned_at`` when
        whole days were (a test of the time of sending).
    randomised
        Whether chance decided who got what. If not, there is no verdict, and the report says why.
    funnel
        Stage to column, stages being ``delivered``, ``opened``, ``clicked``, ``converted`` and ``revenue``;
        default: the columns of these names.
    alpha, power
        Accepted chance of a false find, and wanted chance of a true one.
    planned_units
        Units the test was planned for; while there are fewer, the verdict is an early look and needs more
        proof (Lan-DeMets).
    looks
        Shares of the planned units at which the results were looked at before.
    title, variants
        What the report calls the test and each variant.
    """

    control: str
    metrics: Annotated[Mapping[str, Metric], Field(min_length=1)]
    split: Mapping[str, Share] = {}
    units: str | None = None
    segments: Annotated[tuple[str, ...], BeforeValidator(_one_or_more, str | list[str])] = ()
    cluster: str | None = None
    randomised: bool = True
    funnel: Mapping[Literal["delivered", "opened", "clicked", "converted", "revenue"], str] = {}
    alpha: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    power: Annotated[float, Field(ge=0.5, lt=1)] = 0.8
    planned_units: Annotated[int, Field(ge=2)] | None = None
    looks: tuple[Share, ...] = ()
    title: Title = {}
    variants: Mapping[str, Title] = {}

    @property
    def primary(self) -> tuple[str, ...]:
        """Metrics that decide."""
        named = tuple(name for name, metric in self.metrics.items() if metric.primary)
        rest = [name for name, metric in self.metrics.items() if metric.type != "guardrail"]
        return named or tuple(rest[:1])

    @model_validator(mode="after")
    def _whole(self) -> Experiment:
        if not self.primary:
            raise ValueError("at least one metric that is no guardrail")
        if self.split and (abs(sum(self.split.values()) - 1) > 1e-6 or self.control not in self.split):
            raise ValueError("shares of all variants, control included, that add up to 1")
        return self

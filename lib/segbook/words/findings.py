"""What a result says: keys, numbers and an importance; the words come last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import pandas as pd

from segbook.data.quality import FEW, Quality
from segbook.models import MODELS
from segbook.results import SegmentResult
from segbook.stats.concentration import Concentration
from segbook.stats.overview import Overview
from segbook.words.i18n import Texts

EVEN = 0.5
"""Variation above which nobody would call purchases even, whatever the others do."""

SILENT = 30
"""Days; a shorter median silence is no alarm, though others of the base bought later still."""

ONE_CLASS = 0.9
"""A segment with more of the customers than this means that the model hardly tells them apart."""


@dataclass(frozen=True)
class Label:
    """Text that stands for a value, such as a segment's name, with what to say where there is none."""

    key: str
    default: str

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True)
class Listing:
    """One text for each row, joined: a list inside a sentence."""

    key: str
    rows: tuple[Mapping[str, Any], ...]

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True)
class Finding:
    """One sentence in waiting.

    Parameters
    ----------
    key
        Key of its text.
    values
        Its numbers, those of the tables; a `Label` is replaced by its own text.
    importance
        The higher, the earlier; comparable between topics.
    topic
        What it is about; a summary takes few of one topic.
    """

    key: str
    values: Mapping[str, Any]
    importance: float
    topic: str

    def text(self, texts: Texts) -> str:
        """Give the sentence, as plain text."""
        return texts.t(self.key, **_worded(self.values, texts))


def _worded(values: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    return {name: _word(value, texts) for name, value in values.items()}


def _word(value: object, texts: Texts) -> object:
    if isinstance(value, Label):
        return texts.label(value.key, value.default)
    if isinstance(value, Listing):
        return "; ".join(texts.t(value.key, **_worded(row, texts)) for row in value.rows)
    return value


@singledispatch
def findings(result: object) -> list[Finding]:
    """Give what is worth saying about a result, in the order it should be said.

    Parameters
    ----------
    result
        A `SegmentResult`, `Concentration`, `Overview` or `Quality`.

    Returns
    -------
    list of Finding

    Raises
    ------
    TypeError
        Nothing is known to say about such a result.

    Examples
    --------
    >>> from segbook.data.client import ClientData
    >>> from segbook.stats.concentration import concentration
    >>> orders = pd.DataFrame({"customer_id": list("abcdefghijklmnopqrst"), "amount": 10.0,
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> first, *_ = findings(concentration(ClientData.of(orders)))
    >>> print(first.text(Texts("en")))
    The best 20% of customers give 20% of revenue; 80% of it comes from 16 customers (80% of the base).
    """
    raise TypeError(f"no findings for {type(result).__name__}")


@findings.register
def _(result: SegmentResult) -> list[Finding]:
    profile = result.profile[result.profile["customers"] > 0]
    if profile.empty:
        return []
    crowd = str(profile["customers"].idxmax())
    if profile["share_customers"].max() > ONE_CLASS and len(result.segments) > 1:
        return [_general("segments.one_class", result, crowd, 0.3), *_notes(result)]
    watch = [] if _uneven(result) else list(MODELS[result.model].watch)
    paid = profile[(profile["revenue"] > 0) & profile["share_revenue"].notna()]
    quiet = _false_alarms(result, paid)
    found = [_about(result, name, profile) for name in watch if name in paid.index and name not in quiet]
    if paid.empty:
        return [*found, *_notes(result)]
    leader = str(paid["revenue"].idxmax())
    if leader not in watch:
        found.append(_general("segments.leader", result, leader, 0.2))
    row = _row(profile, crowd)
    if crowd != leader and crowd not in watch and row["share_revenue"] < row["share_customers"]:
        found.append(_general("segments.biggest", result, crowd, 0.1))
    return [*found, *_notes(result)]


def _false_alarms(result: SegmentResult, paid: pd.DataFrame) -> set[str]:
    """Give the alarms of RFM that only say that others bought later still."""
    if result.model != "rfm":
        return set()
    recency = paid["recency_days"].to_dict()
    return {name for name in ("cant_lose", "at_risk") if recency.get(name, SILENT) < SILENT}


def _uneven(result: SegmentResult) -> bool:
    """Tell whether even the most even customers only vary less than others."""
    thresholds = result.params.get("thresholds") or result.params.get("xyz", {}).get("thresholds")
    return bool(thresholds) and thresholds[0] > EVEN


def _about(result: SegmentResult, segment: str, profile: pd.DataFrame) -> Finding:
    key = f"{result.model}.segments.{segment}.finding"
    return Finding(key, _row(profile, segment), MODELS[result.model].watch[segment], result.model)


def _general(key: str, result: SegmentResult, segment: str, importance: float) -> Finding:
    names = {
        "segment": Label(f"{result.model}.segments.{segment}.label", segment),
        "model": Label(f"{result.model}.short", result.model),
    }
    return Finding(key, {**_row(result.profile, segment), **names}, importance, result.model)


def _row(frame: pd.DataFrame, name: str) -> dict[str, Any]:
    return {str(column): frame[column].to_dict()[name] for column in frame}


def _notes(result: SegmentResult) -> list[Finding]:
    params, keys = result.params, []
    if result.model == "rfm" and params["levels"] == 2:
        small = len(result.segments) < params["small_base"]
        keys.append("rfm.notes.small_base" if small else "rfm.notes.two_levels")
    if result.model == "abc":
        keys.append(f"abc.notes.{params['value']}")
    if result.model == "xyz" and _uneven(result):
        keys.append("xyz.notes.uneven")
    values = {"customers": len(result.segments), "threshold": (params.get("thresholds") or [None])[0]}
    return [Finding(key, values, 0.0, result.model) for key in keys]


@findings.register
def _(result: Concentration) -> list[Finding]:
    values = {name: getattr(result, name) for name in result.__dataclass_fields__ if name != "lorenz"}
    if not result.customers_for_80:
        return [Finding("concentration.none", values, 0.5, "concentration")]
    if result.n_customers < FEW:
        return [Finding("concentration.few", values, 0.9, "concentration")]
    found = [
        Finding("concentration.finding", values, 0.9, "concentration"),
        Finding("concentration.gini", values, 0.0, "concentration"),
    ]
    if result.n_excluded:
        found.append(Finding("concentration.excluded", values, 0.0, "concentration"))
    return found


@findings.register
def _(result: Overview) -> list[Finding]:
    figures = {str(name): value for name, value in result.figures["period"].items()}
    values = {**figures, "change": result.figures["change"].to_dict()["revenue"]}
    if not values["buyers"]:
        return [Finding("overview.nothing", values, 2.0, "overview")]
    key = "overview.finding" if pd.notna(values["change"]) else "overview.finding_first"
    if pd.isna(values["new_buyers"]):
        key = "overview.finding_only"
    elif result.covered and not result.figures["previous"].to_dict()["revenue"] > 0:
        key = "overview.finding_none"
    return [Finding(key, values, 1.0, "overview")]


@findings.register
def _(result: Quality) -> list[Finding]:
    bad = [remark for check, remark in remarks(result) if remark.importance > 0]
    return [
        Finding("quality.finding", {"remark": Listing(each.key, (each.values,))}, each.importance, "quality")
        for each in bad
    ]


def remarks(result: Quality) -> list[tuple[str, Finding]]:
    """Give what each check of the data saw, as phrases to stand in a table."""
    return [
        (
            check,
            Finding(
                f"quality.notes.{note}", _quality_values(result, note), 0.95 * (status == "bad"), "quality"
            ),
        )
        for check, note, status in result.notes
    ]


def _quality_values(result: Quality, note: str) -> dict[str, Any]:
    values = dict(result.facts)
    if note == "duplicates":
        values["policy"] = Label(f"quality.policies.{values['duplicates']}", "")
    if note == "unreadable":
        rows = tuple(
            {**each, "column": Label(f"report.columns.{each['column']}", each["column"])}
            for each in values[note]
        )
        values["cells"] = Listing("quality.cells", rows)
    return values


def most_important(all_findings: Iterable[Finding], n: int = 5, per_topic: int = 1) -> list[Finding]:
    """Give the sentences a reader should see first.

    Parameters
    ----------
    all_findings
        From every result.
    n
        How many.
    per_topic
        How many of one topic at most.

    Returns
    -------
    list of Finding
        By importance; what has none is not among them.

    Examples
    --------
    >>> said = [Finding("a", {}, 0.9, "x"), Finding("b", {}, 0.8, "x"), Finding("c", {}, 0.1, "y")]
    >>> [each.key for each in most_important(said, n=2)]
    ['a', 'c']
    """
    chosen: list[Finding] = []
    for each in sorted(all_findings, key=lambda finding: -finding.importance):
        if each.importance > 0 and _count(chosen, each.topic) < per_topic and len(chosen) < n:
            chosen.append(each)
    return chosen


def _count(chosen: Sequence[Finding], topic: str) -> int:
    return sum(each.topic == topic for each in chosen)

"""What a sentence is before it has words: a key, numbers and an importance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from segbook.words.i18n import Texts
from segbook.words.labels import spoken
from segbook.words.measures import Measure, joined


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
class Phrases:
    """Several texts, each with its own values, joined by commas inside a sentence."""

    parts: tuple[tuple[str, Mapping[str, Any]], ...]

    def __str__(self) -> str:
        return ", ".join(key for key, _ in self.parts)


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
        """Give the sentence, as plain text; a segment of the client's playbook is spoken of in its words."""
        segment, _, last = self.key.rpartition(".")
        places = {what: f"{segment}.{what}" for what in ("label", "action")}
        if last == "finding" and any(place in texts.own for place in places.values()):
            own = {what: texts.label(place, "") for what, place in places.items()}
            return texts.t("segments.played", **own, **worded(self.values, texts))
        return joined(texts.t(self.key, **worded(self.values, texts)))


def worded(values: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    """Give values with every `Label` and `Listing` replaced by its own text."""
    return {name: word(value, texts) for name, value in values.items()}


def word(value: object, texts: Texts) -> object:
    """Give the words of a value that has any, else the value itself."""
    if isinstance(value, Label):
        return texts.label(value.key, spoken(value.default, texts))
    if isinstance(value, Phrases):
        return ", ".join(texts.t(key, **worded(values, texts)) for key, values in value.parts)
    if isinstance(value, Measure):
        return value.text(texts)
    if isinstance(value, Listing):
        return "; ".join(texts.t(value.key, **worded(row, texts)) for row in value.rows)
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
    >>> import pandas as pd
    >>> from segbook.data.client import ClientData
    >>> from segbook.stats.concentration import concentration
    >>> orders = pd.DataFrame({"customer_id": list("abcdefghijklmnopqrst"), "amount": 10.0,
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> first, *_ = findings(concentration(ClientData.of(orders)))
    >>> print(first.text(Texts("en")))
    The best 20% of customers give 20% of revenue; 80% of it comes from 16 customers (80% of the base).
    """
    raise TypeError(f"no findings for {type(result).__name__}")


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

"""Which models agree, which contradict each other, and which one could do without."""

from __future__ import annotations

from typing import Any

from segbook.stats.agreement import GOOD, Agreement, Cross
from segbook.words.findings.finding import Finding, Label, findings
from segbook.words.findings.verdict import segment_label

STANDS_OUT = 0.15
"""Difference from the usual agreement that is worth a sentence."""


@findings.register
def _(result: Agreement) -> list[Finding]:
    if result.surprising is None:
        return []
    found = [*_surprise(result, result.surprising), *_contradiction(result.surprising)]
    told = result.pairs[~result.pairs["is_nested"].astype(bool) & (result.pairs["ari"] >= GOOD)]
    return found + [
        Finding("agreement.same", {**_named(one, other), "percent": 100 * ari}, 0.0, "agreement")
        for one, other, ari in zip(told["one"], told["other"], told["ari"], strict=True)
    ]


def _named(one: str, other: str) -> dict[str, Any]:
    return {"one": Label(f"{one}.short", one), "other": Label(f"{other}.short", other)}


def _surprise(result: Agreement, pair: Cross) -> list[Finding]:
    surprise = result.pairs["surprise"].iloc[0]
    if abs(surprise) < STANDS_OUT:
        return [Finding("agreement.usual", {}, 0.0, "agreement")]
    values = {**_named(pair.one, pair.other), "percent": 100 * pair.ari, "usual": 100 * (pair.ari - surprise)}
    return [Finding(f"agreement.{'above' if surprise > 0 else 'below'}", values, 0.1, "agreement")]


def _contradiction(pair: Cross) -> list[Finding]:
    if pair.contradiction is None:
        return []
    segment, another, customers = pair.contradiction
    values = {
        **_named(pair.one, pair.other), "customers": customers,
        "segment": segment_label(pair.one, segment), "another": segment_label(pair.other, another),
    }  # fmt: skip
    return [Finding("agreement.contradiction", values, 0.0, "agreement")]

"""The verdict of a test, derived from the numbers shown and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segbook.stats.abtest.comparison import BETTER, BROKEN, SAFE, SAME, WORSE, Comparison

KEYS = (
    "not_random", "unreadable", "broken_split", "not_alike", "guardrail_broken", "mixed", "loss", "win",
    "win_at_risk", "tiny", "no_difference", "too_early", "cannot_tell",
)  # fmt: skip
"""Every verdict, the earlier ones before the later ones."""

BLOCKING = KEYS[:4]
"""Verdicts that refuse to judge."""


@dataclass(frozen=True)
class Verdict:
    """What to think of one variant.

    Parameters
    ----------
    variant
        The treatment.
    key
        One of `KEYS`.
    leading
        The comparison the verdict rests on: the primary metric that says most.
    at_risk
        Guardrails that are not shown to be safe.
    """

    variant: str
    key: str
    leading: Comparison | None
    at_risk: tuple[Comparison, ...] = ()


def verdict_of(
    variant: str, comparisons: Sequence[Comparison], *, blocked: str = "", is_early: bool = False
) -> Verdict:
    """Give the verdict of one variant.

    Parameters
    ----------
    variant
        The treatment.
    comparisons
        Of this variant, each judged.
    blocked
        One of `BLOCKING` when the test must not be read.
    is_early
        Whether fewer units have come than were planned.

    Notes
    -----
    A win needs a primary metric that is better, none that is worse, and every guardrail safe (the rule that
    Spotify has published).

    Examples
    --------
    >>> verdict_of("b", []).key
    'unreadable'
    """
    primary = [each for each in comparisons if each.role == "primary"]
    guards = [each for each in comparisons if each.role == "guardrail"]
    at_risk = tuple(each for each in guards if each.state != SAFE)
    states = {each.state for each in primary}
    leading = _leading(primary)
    if leading is None or blocked:
        return Verdict(variant, blocked if leading else "unreadable", leading, at_risk)
    if any(each.state == BROKEN for each in guards):
        key = "guardrail_broken"
    elif {BETTER, WORSE} <= states:
        key = "mixed"
    elif WORSE in states or BETTER in states:
        key = _found(primary, at_risk)
    elif is_early:
        key = "too_early"
    else:
        key = "no_difference" if states == {SAME} else "cannot_tell"
    return Verdict(variant, key, leading, at_risk)


def _found(primary: Sequence[Comparison], at_risk: Sequence[Comparison]) -> str:
    found = [each for each in primary if each.state in {BETTER, WORSE}]
    if all(each.is_tiny for each in found):
        return "tiny"
    if found[0].state == WORSE:
        return "loss"
    return "win_at_risk" if at_risk else "win"


def _leading(primary: Sequence[Comparison]) -> Comparison | None:
    order = {BETTER: 0, WORSE: 0, SAME: 2}
    return min(primary, key=lambda each: (order.get(each.state, 1), each.test.pvalue), default=None)

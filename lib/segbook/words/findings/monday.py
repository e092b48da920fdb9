"""What to do first on Monday."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from segbook.stats.monday import Monday
from segbook.words.findings.finding import Finding, Label, findings

FIRST = 3
WORTH = 0.05
"""An action that touches less of the revenue is not among the first three, however urgent."""


@findings.register
def _(result: Monday) -> list[Finding]:
    actions = result.actions.reset_index()
    if actions.empty:
        return []
    worth = actions[actions["share_revenue"] >= WORTH].nsmallest(FIRST, "urgency")
    rest = actions[~actions["play"].isin(worth["play"])]
    chosen = [*worth.to_dict("records"), *rest.to_dict("records")][:FIRST]
    return [_first(result, row, 0.7 - 0.1 * place) for place, row in enumerate(chosen)]


def _first(result: Monday, row: Mapping[Hashable, Any], importance: float) -> Finding:
    names = ("customers", "revenue", "share_revenue")
    values = {**{name: row[name] for name in names}, "do": Label(do_key(result, str(row["play"])), "")}
    key = "monday.first_leads" if row["subject"] == "lead" else "monday.first"
    return Finding(key, values, importance, "monday")


def do_key(result: Monday, play: str) -> str:
    """Give the key of what to do: segbook's own, or the client's for a segment of the playbook."""
    if "." not in play:
        return f"monday.plays.{play}.do"
    (model, segment), *_ = result.groups[play]
    return f"{model}.segments.{segment}.action"

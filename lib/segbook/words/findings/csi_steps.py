"""What to do after a review of satisfaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from segbook.stats.csi.clients import ClientsReview
from segbook.stats.csi.company import CompanyIndex
from segbook.stats.csi.drivers import Drivers
from segbook.stats.csi.managers import ManagersReview
from segbook.stats.csi.review import Plan
from segbook.words.findings.csi import call_counts, few_answers, managers_list
from segbook.words.findings.csi_causes import SURE, driver_list, told_factors
from segbook.words.findings.finding import Finding

MANY = 50
"""Calls a firm can make in a week."""
Step = tuple[str, Mapping[str, Any], float]


def what_to_do(parts: Iterable[object]) -> list[Finding]:
    """Give what to do after a review, the most urgent first.

    Parameters
    ----------
    parts
        The results of a review, as `CsiReview.parts` gives them.
    """
    found = [finding for part in parts for finding in _steps(part)]
    return sorted(found, key=lambda each: -each.importance)


def _steps(part: object) -> list[Finding]:
    if isinstance(part, CompanyIndex):
        steps: list[Step] = [("danger", {}, 1.0)] if part.now["csi"] < 1 else []
        return _todo(steps if part.changes else [*steps, ("first", {}, 0.1)])
    if isinstance(part, ClientsReview):
        counts = call_counts(part)
        key = "call" if counts["detract"] <= MANY else "call_many"
        calls: list[Step] = [(key, {"n": counts["detract"]}, 0.9)] if counts["detract"] else []
        silent = counts["silent"] + counts["quiet"]
        return _todo([*calls, *([("silent", {"n": silent}, 0.5)] if silent else [])])
    if isinstance(part, ManagersReview):
        return _todo(_manager_steps(part))
    if isinstance(part, Drivers):
        worse = part.levels[part.levels["verdict"] == "worse"]
        if len(worse):
            return _todo([("driver", {"list": driver_list(worse.sort_values("pvalue_adjusted"))}, 0.6)])
        return _todo([("driver_factor", each, 0.6) for each in told_factors(part)[:1]])
    if isinstance(part, Plan) and len(part.table):
        half = part.table.set_index("ratio").loc[0.5]
        enough = half["chance_now"] >= SURE
        return [] if enough else _todo([("ask", {"n_needed": half["n_needed"]}, 0.2)])
    return []


def _manager_steps(part: ManagersReview) -> list[Step]:
    table = part.funnel.table
    few = few_answers(part)
    odd = few[(few["detract"] > 0) & (few["csi"] < table["attract"].sum() / max(table["detract"].sum(), 1))]
    lists = {
        "manager": (table[table["verdict"] == "below"], 0.8),
        "good": (table[table["verdict"] == "above"], 0.3),
        "leave": (odd, 0.4),
    }
    return [
        (key, {"list": managers_list(rows)}, weight) for key, (rows, weight) in lists.items() if len(rows)
    ]


def _todo(steps: Iterable[Step]) -> list[Finding]:
    return [Finding(f"csi.todo.{key}", values, weight, "csi_todo") for key, values, weight in steps]

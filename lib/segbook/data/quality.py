"""Can the data carry a segmentation: fresh, consistent, complete, sufficient, prepared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.data.quality_facts import base_facts, customer_facts, order_facts, reading_facts, time_facts

Status = Literal["ok", "warn", "bad"]
CHECKS = ("fresh", "consistent", "complete", "sufficient", "prepared")
BASE_CHECKS = CHECKS[1:]
"""Checks of a client without orders: how fresh a base is cannot be told."""
FEW = 20
"""Fewer buyers than this are people to know by name, not a base to segment."""
ENOUGH = {"customers": 100, "history_days": 180, "share_repeat": 0.05}
"""Below these the segments rest on little; after the gate a widely used mailing service puts before its RFM
(500 buyers, 180 days, a buyer of three orders), lowered to firms with few customers."""


@dataclass(frozen=True)
class Quality:
    """What was read, what was left out and what it is worth.

    Parameters
    ----------
    account
        Index reason (``counted`` first), columns rows, amount, share_rows, share_amount (of the
        absolute sums of all reasons; NaN when they are zero).
    facts
        Measured numbers by name, as the texts of the checks use them.
    checks
        Check to ``ok``, ``warn`` or ``bad``, in the order of `CHECKS`; `BASE_CHECKS` alone without orders.
    notes
        Check, key and status of everything worth a remark, in the order of the checks.
    """

    account: pd.DataFrame
    facts: Mapping[str, Any]
    checks: Mapping[str, Status]
    notes: tuple[tuple[str, str, Status], ...]

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        return {"quality": {"read": self.account, "checks": self.checks, "facts": self.facts}}


def assess(data: ClientData) -> Quality:
    """Judge the data of a client for a period.

    Parameters
    ----------
    data
        With an ``orders`` table that has at least one counted row; or without one: then the base is judged,
        by the rows of all tables.

    Returns
    -------
    Quality

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", "2026-03-31", freq="D")
    >>> ids = [str(i % 7) for i in range(90)]
    >>> orders = pd.DataFrame({"customer_id": ids, "order_date": days, "amount": 10.0})
    >>> made = assess(ClientData.of(orders, "2026Q1"))
    >>> made.checks["complete"], made.facts["n_duplicates"], int(made.account.loc["counted", "rows"])
    ('ok', 0, 90)
    """
    table = data.account.copy()
    table["share_rows"] = table["rows"] / max(table["rows"].sum(), 1)
    turnover = table["amount"].abs().sum()
    table["share_amount"] = table["amount"] / turnover if turnover > 0 else np.nan
    if "orders" not in data.tables:
        facts = {**base_facts(data), **reading_facts(data)}
        notes = _base_notes(facts)
        return Quality(table, facts, _statuses(notes, BASE_CHECKS), tuple(notes))
    facts = {**order_facts(data), **time_facts(data), **customer_facts(data), **reading_facts(data)}
    facts |= {f"rows_{reason}": int(row["rows"]) for reason, row in table.iterrows()}
    facts |= {f"amount_{reason}": float(row["amount"]) for reason, row in table.iterrows()}
    notes = _notes(facts, table)
    return Quality(table, facts, _statuses(notes, CHECKS), tuple(notes))


def _notes(facts: Mapping[str, Any], table: pd.DataFrame) -> list[tuple[str, str, Status]]:
    """Give (check, note, status) for everything worth a remark."""
    usual = max(7.0, 3 * facts["usual_gap"])
    lost = table["share_rows"][["no_customer", "no_date", "impossible_date", "no_amount"]].items()
    worth: dict[str, Status] = {str(name): "bad" if share > 0.1 else "warn" for name, share in lost}
    found: list[tuple[str, str, Status, Any]] = [
        ("fresh", "no_period_orders", "bad", facts["n_period_buyers"] == 0),
        ("fresh", "stale", "warn", facts["n_period_buyers"] > 0 and facts["days_silent"] > usual),
        ("fresh", "partial_month", "warn", facts["partial_month"] is not None),
        ("consistent", "after_period", "ok", facts["rows_after_period"]),
        ("consistent", "duplicates", "warn", facts["n_duplicates"]),
        ("consistent", "id_kinds", "warn", facts["n_id_kinds"] > 1),
        ("consistent", "zero_amounts", "ok", facts["n_zero"]),
        ("consistent", "outliers", "warn", facts["n_outliers"]),
        ("consistent", "odd_gaps", "warn", facts["n_odd_gaps"]),
        *[("complete", name, status, facts[f"rows_{name}"]) for name, status in worth.items()],
        *_thin(facts),
        *_prepared(facts),
    ]
    return [(check, note, status) for check, note, status, holds in found if holds]


def _base_notes(facts: Mapping[str, Any]) -> list[tuple[str, str, Status]]:
    """Give (check, note, status) for everything worth a remark about a base without orders."""
    lost: Status = "bad" if facts["n_no_id"] > 0.1 * facts["n_rows"] else "warn"
    tiny: Status = "bad" if facts["n_units"] < FEW else "warn"
    found: list[tuple[str, str, Status, Any]] = [
        ("consistent", "base_after_period", "ok", facts["n_after_period"]),
        ("consistent", "base_duplicate", "ok", facts["n_duplicate"]),
        ("consistent", "id_kinds", "warn", facts["n_id_kinds"] > 1),
        ("complete", "base_no_id", lost, facts["n_no_id"]),
        ("sufficient", "base_few", tiny, facts["n_units"] < ENOUGH["customers"]),
        ("prepared", "rejected", "warn", facts["n_rejected"]),
        ("prepared", "unreadable", "warn", facts["n_unreadable"]),
        ("prepared", "base_filtered", "ok", facts["n_filtered"]),
        ("prepared", "base_total", "ok", facts["n_total"]),
    ]
    return [(check, note, status) for check, note, status, holds in found if holds]


def _thin(facts: Mapping[str, Any]) -> list[tuple[str, str, Status, Any]]:
    tiny: Status = "bad" if facts["n_buyers"] < FEW else "warn"
    return [
        ("sufficient", "few_customers", tiny, facts["n_buyers"] < ENOUGH["customers"]),
        ("sufficient", "starts_inside", "warn", facts["starts_inside"]),
        ("sufficient", "short_history", "warn", facts["history_days"] < ENOUGH["history_days"]),
        ("sufficient", "few_repeats", "warn", facts["share_repeat"] < ENOUGH["share_repeat"]),
    ]


def _prepared(facts: Mapping[str, Any]) -> list[tuple[str, str, Status, Any]]:
    return [
        ("prepared", "rejected", "warn", facts["n_rejected"]),
        ("prepared", "unreadable", "warn", facts["n_unreadable"]),
        ("prepared", "filtered", "ok", facts["n_filtered"]),
        ("prepared", "before_history", "ok", facts["rows_before_history"]),
        ("prepared", "rates", "ok", facts["rates"]),
        ("prepared", "totals", "ok", facts["rows_total"]),
        ("prepared", "returns", "ok", facts["n_returns"]),
        ("prepared", "only_refunds", "ok", facts["n_only_refunds"]),
    ]


def _statuses(notes: Sequence[tuple[str, str, Status]], checks: Sequence[str]) -> dict[str, Status]:
    ranks: list[Status] = ["ok", "warn", "bad"]
    return {
        check: max((status for each, _, status in notes if each == check), key=ranks.index, default="ok")
        for check in checks
    }

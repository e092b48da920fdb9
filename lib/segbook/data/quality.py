"""Can the data carry a segmentation: fresh, consistent, complete, sufficient, prepared."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.periods import month_end

Status = Literal["ok", "warn", "bad"]
CHECKS = ("fresh", "consistent", "complete", "sufficient", "prepared")
OUTLIER_LOGS = 4.0
"""An order is an outlier when the logarithm of its amount lies farther from the median than this many
robust standard deviations (1.4826 × median absolute deviation)."""
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
        Check to ``ok``, ``warn`` or ``bad``, in the order of `CHECKS`.
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
    """Judge the orders of a client for a period.

    Parameters
    ----------
    data
        With an ``orders`` table that has at least one counted row.

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
    facts = {**_order_facts(data), **_time_facts(data), **_customer_facts(data), **_reading_facts(data)}
    facts |= {f"rows_{reason}": int(row["rows"]) for reason, row in table.iterrows()}
    facts |= {f"amount_{reason}": float(row["amount"]) for reason, row in table.iterrows()}
    notes = _notes(facts, table)
    return Quality(table, facts, _statuses(notes), tuple(notes))


def _order_facts(data: ClientData) -> dict[str, Any]:
    orders = data.orders
    amount, positive = orders.amount, orders.amount > 0
    log = positive.ifelse(amount, ibis.null("float64")).ln()
    row = (
        orders.agg(
            gross=amount.sum(where=orders.is_purchase).fill_null(0.0),
            net=amount.sum(),
            n_returns=(~orders.is_purchase).sum(),
            returns=amount.sum(where=~orders.is_purchase).fill_null(0.0),
            n_zero=(amount == 0).sum(),
            log_median=log.median(),
        )
        .to_pandas()
        .iloc[0]
    )
    facts = {key: float(row[key]) for key in ("gross", "net", "returns")}
    facts |= {key: int(row[key]) for key in ("n_returns", "n_zero")}
    spread = orders.filter(positive).agg(mad=(orders.amount.ln() - float(row["log_median"])).abs().median())
    mad = spread.to_pandas()["mad"].iloc[0] if pd.notna(row["log_median"]) else None
    facts["returns"] = -facts["returns"]
    return {**facts, **_outliers(orders, row["log_median"], mad), **_duplicates(data)}


def _outliers(orders: ir.Table, median: float | None, mad: float | None) -> dict[str, Any]:
    if median is None or not mad or pd.isna(mad):
        return {"n_outliers": 0, "amount_outliers": 0.0, "outlier_limit": None}
    limit = float(np.exp(median + OUTLIER_LOGS * 1.4826 * mad))
    row = (
        orders.agg(
            n=(orders.amount > limit).sum(),
            amount=orders.amount.sum(where=orders.amount > limit).fill_null(0.0),
        )
        .to_pandas()
        .iloc[0]
    )
    return {"n_outliers": int(row["n"]), "amount_outliers": float(row["amount"]), "outlier_limit": limit}


def _duplicates(data: ClientData) -> dict[str, Any]:
    policy = data.params.sources["orders"].duplicates
    found = data.account.loc["duplicate"].to_dict() if policy == "drop" else _kept_copies(data)
    return {
        "n_duplicates": int(found["rows"]),
        "amount_duplicates": float(found["amount"]),
        "duplicates": policy,
    }


def _kept_copies(data: ClientData) -> dict[Hashable, Any]:
    rows = data.orders
    same = rows.group_by(list(data.tables["orders"].columns)).agg(
        copies=rows.count(), worth=rows.amount.sum()
    )
    extra = same.filter(same.copies > 1)
    more = extra.copies - 1
    totals = extra.agg(rows=more.sum(), amount=(more * extra.worth / extra.copies).sum())
    found: pd.DataFrame = totals.to_pandas().fillna(0)
    return found.iloc[0].to_dict()


def _time_facts(data: ClientData) -> dict[str, Any]:
    days = pd.to_datetime(data.orders.select("day").distinct().to_pandas()["day"]).sort_values()
    first, last = days.iloc[0], days.iloc[-1]
    gaps = days.diff().dt.days.iloc[1:]
    usual = float(gaps.quantile(0.9)) if len(gaps) > 10 else float(gaps.max() if len(gaps) else 0)
    longest = int(gaps.max()) if len(gaps) else 0
    after = days[gaps.idxmax()] if longest else first
    end = pd.Timestamp(data.period.end)
    tail = pd.Timestamp(month_end(last.date()))
    return {
        "first_order": first.date(),
        "last_order": last.date(),
        "history_days": (last - first).days + 1,
        "days_silent": (end - last).days,
        "usual_gap": usual,
        "longest_gap": longest,
        "gap_from": (after - pd.Timedelta(days=longest)).date(),
        "gap_to": after.date(),
        "n_odd_gaps": int((gaps > max(7.0, 3 * usual)).sum()),
        "starts_inside": bool(first >= pd.Timestamp(data.period.start)),
        "missing_tail_days": (tail - last).days,
        "partial_month": last.date().replace(day=1) if (tail - last).days > max(3.0, usual) else None,
    }


def _customer_facts(data: ClientData) -> dict[str, Any]:
    customers = data.customers
    kinds = _id_kinds(pd.Series(customers.index.astype(str))).value_counts(normalize=True)
    buyers = int((customers["n_orders"] > 0).sum())
    margin = data.has("orders", "margin")
    bare = data.orders.margin.isnull().sum().to_pandas() if margin else 0
    return {
        "n_no_margin": int(bare),
        "rates": "; ".join(f"{code} {rate:g}" for code, rate in data.params.rates.items()),
        "n_customers": len(customers),
        "n_buyers": buyers,
        "n_period_buyers": int((customers["period_order_days"] > 0).sum()),
        "n_only_refunds": int(customers["only_refunds"].sum()),
        "share_repeat": float(
            (customers["n_order_days"] > 1).sum() / max((customers["n_orders"] > 0).sum(), 1)
        ),
        "n_id_kinds": int((kinds > 0.05).sum()),
    }


def _id_kinds(ids: pd.Series) -> pd.Series:
    """Tell numbers, long machine codes, codes of letters and digits, and names apart."""
    patterns = {r"\d+": "number", r"[0-9a-fA-F-]{32,}": "machine", r"(?=.*\d)[\w./-]+": "code"}
    kinds = pd.Series("name", index=ids.index)
    for pattern, kind in reversed(patterns.items()):
        kinds = kinds.mask(ids.str.fullmatch(pattern), kind)
    return kinds


def _reading_facts(data: ClientData) -> dict[str, Any]:
    read = data.reads.get("orders")
    if read is None:
        return {"n_rejected": 0, "n_filtered": 0, "amount_filtered": 0.0, "n_unreadable": 0, "unreadable": []}
    return {
        "n_rejected": read.n_rejected,
        "n_filtered": read.n_filtered,
        "amount_filtered": read.amount_filtered,
        "n_unreadable": sum(each.n_cells for each in read.unreadable),
        "unreadable": [
            {
                "column": each.column,
                "cells": each.n_cells,
                "rows": ", ".join(map(str, each.rows)),
                "sample": ", ".join(f"«{text}»" for text in each.sample),
            }
            for each in read.unreadable
        ],
    }


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


def _statuses(notes: list[tuple[str, str, Status]]) -> dict[str, Status]:
    ranks: list[Status] = ["ok", "warn", "bad"]
    return {
        check: max((status for each, _, status in notes if each == check), key=ranks.index, default="ok")
        for check in CHECKS
    }

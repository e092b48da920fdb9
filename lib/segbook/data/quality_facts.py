"""What the orders, and any client's base, measure up to: the figures of the checks of quality."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.periods import month_end

OUTLIER_LOGS = 4.0
"""An order is an outlier when the logarithm of its amount lies farther from the median than this many
robust standard deviations (1.4826 × median absolute deviation)."""


def order_facts(data: ClientData) -> dict[str, Any]:
    """Measure amounts, returns, outliers and copies of the orders."""
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


def time_facts(data: ClientData) -> dict[str, Any]:
    """Measure when the orders begin and end, and the gaps between their days."""
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


def customer_facts(data: ClientData) -> dict[str, Any]:
    """Count buyers, and what is odd about customers of orders."""
    customers = data.customers
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
        "n_id_kinds": _n_id_kinds(customers.index),
    }


def _n_id_kinds(index: pd.Index) -> int:
    """Count kinds of ids with over 5 %: numbers, long machine codes, codes of letters and digits, names."""
    ids = pd.Series(index.astype(str))
    patterns = {r"\d+": "number", r"[0-9a-fA-F-]{32,}": "machine", r"(?=.*\d)[\w./-]+": "code"}
    kinds = pd.Series("name", index=ids.index)
    for pattern, kind in reversed(patterns.items()):
        kinds = kinds.mask(ids.str.fullmatch(pattern), kind)
    return int((kinds.value_counts(normalize=True) > 0.05).sum())


def reading_facts(data: ClientData) -> dict[str, Any]:
    """Measure what was lost in reading: of the orders, else of every table, its columns named with it."""
    names = ["orders"] if "orders" in data.tables else list(data.reads)
    reads = [data.reads[name] for name in names if name in data.reads]
    bad = [(read.name, each) for read in reads for each in read.unreadable]
    return {
        "n_rejected": sum(read.n_rejected for read in reads),
        "n_filtered": sum(read.n_filtered for read in reads),
        "amount_filtered": float(sum(read.amount_filtered for read in reads)),
        "n_unreadable": sum(each.n_cells for _, each in bad),
        "unreadable": [
            {
                "column": each.column if table == "orders" else f"{table}.{each.column}",
                "cells": each.n_cells,
                "rows": ", ".join(map(str, each.rows)),
                "sample": ", ".join(f"«{text}»" for text in each.sample),
            }
            for table, each in bad
        ],
    }


def base_facts(data: ClientData) -> dict[str, Any]:
    """Measure a client without orders: who is known, and which rows of the tables do not count."""
    rows, customers = data.table_facts, data.customers
    units = len(customers) or int(rows["counted"].sum())
    return {
        "n_customers": len(customers),
        "n_units": units,
        "n_buyers": int((customers["n_orders"] > 0).sum()),
        "n_id_kinds": _n_id_kinds(customers.index),
        "n_rows": int(rows["rows"].sum()),
        **{f"n_{why}": int(rows[why].sum()) for why in ("no_id", "total", "after_period", "duplicate")},
    }

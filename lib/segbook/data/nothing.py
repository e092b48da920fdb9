"""Why there is nothing to report on, in words the user can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from segbook.errors import Problem

if TYPE_CHECKING:
    from segbook.data.client import ClientData

_BLAME = {
    "no_customer": "customer_id",
    "no_date": "order_date",
    "impossible_date": "order_date",
    "no_amount": "amount",
}


def no_orders(data: ClientData) -> Problem:
    """Say why not one order counts: a filter, a column that cannot be read, or the period."""
    file, rows = data.params.file.name, data.account["rows"]
    read = data.reads.get("orders")
    if read is not None and read.n_filtered and not rows.sum():
        found = f"a condition that leaves none of {read.n_filtered} rows"
        return Problem(f"{file}: sources.orders.where", found, "one that keeps some")
    worst = str(rows.idxmax())
    if worst in _BLAME and rows[worst] == rows.sum():
        found = f"no value that could be read in any of {rows.sum()} rows"
        return Problem(
            f"{file}: sources.orders.columns.{_BLAME[worst]}", found, "a column and format with values"
        )
    dates = data.tables["orders"].order_date
    span = data.tables["orders"].agg(first=dates.min(), last=dates.max()).to_pandas().iloc[0]
    reasons = ", ".join(f"{reason} {count}" for reason, count in rows[rows > 0].items())
    allowed = "a period with orders"
    if pd.notna(span["first"]):
        allowed += f"; the table holds {span['first']:%Y-%m-%d} to {span['last']:%Y-%m-%d}"
    found = f"no order up to {data.period.end} ({reasons or 'the table is empty'})"
    return Problem(f"{file}: period {data.period}", found, allowed)


def no_rows(data: ClientData) -> Problem:
    """Say why not one row of any table counts, of a client without orders."""
    facts = data.table_facts
    reasons = "; ".join(
        f"{name}: " + (", ".join(f"{why} {n}" for why, n in row[2:].items() if n) or "no row")
        for name, row in facts.iterrows()
    )
    found = f"no row up to {data.period.end} ({reasons})"
    return Problem(f"{data.params.file.name}: period {data.period}", found, "a period with rows")

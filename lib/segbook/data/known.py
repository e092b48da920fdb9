"""Tables beside the orders: which rows count, and whom they make known."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import ibis
import ibis.expr.types as ir
import pandas as pd

from segbook.data.orders import SUMMED
from segbook.periods import Period
from segbook.schema import DATED, KNOWING, ONE_ROW, UNIT

FACTS = ("rows", "counted", "no_id", "total", "after_period", "duplicate")


def rows_that_count(rows: ir.Table, table: str, period: Period) -> ir.Table:
    """Give the rows with an id that were there by the last moment of the period.

    Parameters
    ----------
    rows
        A canonical table beside ``orders``.
    table
        Its name.
    period
        Rows dated after its last moment do not count; rows without a date do.
    """
    return rows.filter(_reason(rows, table, period).isnull())


def _reason(rows: ir.Table, table: str, period: Period) -> ir.StringValue:
    unit, dated = UNIT[table], DATED.get(table)
    cases: list[tuple[ir.BooleanValue, str]] = []
    if unit:
        cases.append((rows[unit].isnull(), "no_id"))
    if table == "customers":
        cases.append((_is_sum(rows), "total"))
    if dated in rows.columns:
        cases.append((rows[dated] > ibis.literal(period.as_of), "after_period"))
    return ibis.cases(*cases) if cases else ibis.null("string")


def table_facts(tables: Mapping[str, ir.Table], n_read: Mapping[str, int], period: Period) -> pd.DataFrame:
    """Count the rows of every table but ``orders``, and why some do not count.

    Parameters
    ----------
    tables
        Canonical name to rows, copies already dropped where the YAML asks for it.
    n_read
        Rows before that, of the tables read from files or databases.
    period
        As in `rows_that_count`.

    Returns
    -------
    DataFrame
        Index ``table``, whole numbers; ``rows`` is the sum of all the others:

        - ``counted`` : rows with an id, not dated after the period
        - ``no_id`` : rows that are nobody's
        - ``total`` : rows of ``customers`` that sum the others ("Итого")
        - ``after_period`` : rows dated after the last moment of the period
        - ``duplicate`` : copies dropped because the YAML says so; in ``customers``, ``experts`` and
          ``leads`` also every row of a unit but the last

    Examples
    --------
    >>> emails = pd.DataFrame({"customer_id": ["a", None, "b"],
    ...     "sent_at": pd.to_datetime(["2026-01-05", "2026-01-06", "2026-05-01"])})
    >>> table_facts({"emails": ibis.memtable(emails)}, {}, Period.parse("2026Q1")).loc["emails"].to_dict()
    {'rows': 3, 'counted': 1, 'no_id': 1, 'total': 0, 'after_period': 1, 'duplicate': 0}
    """
    found = {
        name: _count(rows, name, n_read.get(name), period)
        for name, rows in tables.items()
        if name != "orders"
    }
    frame = pd.DataFrame.from_dict(found, orient="index", columns=list(FACTS))
    return frame.fillna(0).astype(int).rename_axis("table")


def _count(rows: ir.Table, table: str, n_read: int | None, period: Period) -> dict[str, int]:
    reason = _reason(rows, table, period).fill_null("counted")
    unit = rows[UNIT[table]].nunique() if table in ONE_ROW else rows.count()
    grouped = rows.group_by(reason=reason).agg(n=rows.count(), units=unit).to_pandas().set_index("reason")
    counts = {str(name): int(n) for name, n in grouped["n"].items()}
    there = sum(counts.values())
    several = counts.get("counted", 0) - int(grouped["units"].get("counted", 0))
    counts["counted"] = counts.get("counted", 0) - several
    n_rows = there if n_read is None else n_read
    return {**counts, "rows": n_rows, "duplicate": n_rows - there + several}


def known_ids(tables: Mapping[str, ir.Table], period: Period) -> pd.Index:
    """Give the ids of customers whom tables beside ``orders`` know by the end of the period.

    Parameters
    ----------
    tables
        Canonical name to rows; those of `segbook.schema.KNOWING` are asked.
    period
        As in `rows_that_count`.

    Returns
    -------
    Index
        Named ``customer_id``, sorted, unique; empty when nobody is known.
    """
    found = pd.Index([], name="customer_id", dtype="str")
    for name in KNOWING:
        if name in tables:
            rows = rows_that_count(tables[name], name, period)
            ids = rows.select("customer_id").distinct().to_pandas()["customer_id"]
            found = found.union(pd.Index(ids, name="customer_id"))
    return found.sort_values()


def without_sums(customers: ir.Table) -> ir.Table:
    """Leave out the rows of ``customers`` that sum the others."""
    return customers.filter(~_is_sum(customers).fill_null(False))


def _is_sum(customers: ir.Table) -> ir.BooleanValue:
    return customers.customer_id.cast("string").lower().re_search(SUMMED)


def last_of_each(rows: ir.Table, unit: str) -> pd.DataFrame:
    """Give one row for each unit, the last one given, with the id as the sorted index."""
    frame: pd.DataFrame = rows.to_pandas().dropna(subset=[unit])
    return frame.drop_duplicates(unit, keep="last").set_index(unit).sort_index()


def one_row(tables: Mapping[str, ir.Table], table: str, period: Period) -> pd.DataFrame:
    """Give the rows of a table that count, one for each unit, the last one given; no table, no row."""
    if table not in tables:
        return pd.DataFrame(index=pd.Index([], name=UNIT[table], dtype="str"))
    return last_of_each(rows_that_count(tables[table], table, period), UNIT[table])


def copies_out(rows: ir.Table, table: str, drop: Collection[str]) -> ir.Table:
    """Give a table's rows, without copies if it is one to drop them of.

    `segbook.data.orders.judge_orders` marks those of orders; of the tables `ONE_ROW` the last row counts.
    """
    return rows.distinct() if table in drop and table not in ("orders", *ONE_ROW) else rows

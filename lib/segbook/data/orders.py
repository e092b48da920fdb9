"""Which orders count, and why the others do not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from segbook.errors import Problem, SourceError
from segbook.params import Params
from segbook.periods import Period

FIRST_DAY = date(1970, 1, 1)
"""Earlier dates are taken for a program's zero date (1899-12-30, 1900-01-00), not for an order."""
LAST_DAY = date(2100, 1, 1)
SUMMED = r"^(итого|всего|общий итог|grand total|subtotal|total)([^a-zа-яё]|$)"
"""How exports begin a row that sums other rows, where the customer should stand."""
NO_ORDERS = ibis.schema({"customer_id": "string", "order_date": "timestamp", "amount": "float64"})
"""What stands for the orders of a client without any: no row, the needed columns."""
REASONS = (
    "total", "no_customer", "no_date", "impossible_date", "no_amount", "after_period", "before_history",
    "duplicate",
)  # fmt: skip


def judge_orders(rows: ir.Table, params: Params, period: Period) -> ir.Table:
    """Mark every row with the reason it is left out, in the client's currency.

    Parameters
    ----------
    rows
        The canonical ``orders`` as read.
    params
        ``currency``, ``rates`` and ``history_months`` are used.
    period
        Rows after its last moment are left out as ``after_period``.

    Returns
    -------
    ibis.Table
        The rows with ``amount`` (and ``margin``) in the client's currency, not positive on returns,
        ``day`` : date; ``is_purchase`` : bool, neither a return nor of negative amount;
        ``reason`` : one of `REASONS`, NULL for the rows that count.

    Raises
    ------
    SourceError
        Several currencies without a rate for each.
    """
    source = params.sources.get("orders")
    drop = source is not None and source.duplicates == "drop"
    copy = ibis.row_number().over(ibis.window(group_by=rows.columns)) if drop else ibis.literal(0)
    rows = _in_client_currency(rows.mutate(copy=copy), params)
    returned = rows.is_return.fill_null(False) if "is_return" in rows.columns else ibis.literal(False)
    negative = _taken_back(rows, returned)
    rows = rows.mutate(returned=returned, **negative)
    day = rows.order_date.date()
    before = _history_start(params, period) or FIRST_DAY
    return rows.mutate(
        day=day,
        is_purchase=~rows.returned & (rows.amount >= 0),
        reason=ibis.cases(
            (rows.customer_id.lower().re_search(SUMMED), "total"),
            (rows.customer_id.isnull(), "no_customer"),
            (rows.order_date.isnull(), "no_date"),
            ((day < FIRST_DAY) | (day >= LAST_DAY), "impossible_date"),
            (rows.amount.isnull(), "no_amount"),
            (rows.order_date > ibis.literal(period.as_of), "after_period"),
            (day < before, "before_history"),
            (rows["copy"] > 0, "duplicate"),
        ),
    )


def _taken_back(rows: ir.Table, returned: ir.BooleanValue) -> dict[str, ir.Value]:
    """Make what stands in a row of returns negative, whatever its sign was."""
    return {
        name: ibis.ifelse(returned & (rows[name] > 0), -rows[name], rows[name])
        for name in ("amount", "margin", "quantity")
        if name in rows.columns
    }


def counted(judged: ir.Table) -> ir.Table:
    """Give the rows that count.

    Parameters
    ----------
    judged
        What `judge_orders` gave.
    """
    return judged.filter(judged.reason.isnull())


def account(judged: ir.Table) -> pd.DataFrame:
    """Count rows and money by reason.

    Returns
    -------
    DataFrame
        Index ``reason`` (``counted`` for the rows that count, then `REASONS`), columns ``rows`` and
        ``amount`` in the client's currency; shape (9, 2). A reason nobody met has zeros.
    """
    grouped = judged.group_by(reason=judged.reason.fill_null("counted")).agg(
        rows=judged.count(), amount=judged.amount.sum().fill_null(0.0)
    )
    table: pd.DataFrame = grouped.to_pandas().set_index("reason").reindex(["counted", *REASONS]).fillna(0)
    return table.astype({"rows": int, "amount": float})


def _history_start(params: Params, period: Period) -> date | None:
    if params.history_months is None:
        return None
    following = pd.Timestamp(period.end + timedelta(days=1))
    return (following - pd.DateOffset(months=params.history_months)).date()


def _in_client_currency(rows: ir.Table, params: Params) -> ir.Table:
    if "currency" not in rows.columns:
        return rows
    code = rows.currency.strip().upper()
    found = sorted(code.fill_null(params.currency).name("code").as_table().distinct().to_pandas()["code"])
    rates: Mapping[str, float] = {
        params.currency: 1.0,
        **{key.upper(): rate for key, rate in params.rates.items()},
    }
    missing = [each for each in found if each not in rates]
    if missing:
        allowed = f"{params.currency} alone, or a price in {params.currency} for each under 'rates'"
        raise SourceError(
            [Problem(f"{params.file.name}: sources.orders.currency", ", ".join(missing), allowed)]
        )
    rate = ibis.cases(*((code == each, rates[each]) for each in found), else_=1.0)
    return rows.mutate({name: rows[name] * rate for name in ("amount", "margin") if name in rows.columns})

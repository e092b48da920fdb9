"""A client's data for one period, as every model sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import ibis
import ibis.expr.types as ir
import pandas as pd

from segbook.data.customers import Unit, customers_frame, variation_frame
from segbook.data.orders import account, counted, judge_orders
from segbook.data.sources import TableRead, read_tables
from segbook.errors import Problem, SourceError
from segbook.params import Params
from segbook.periods import Period

MARGIN_SHARE = 0.95
"""Share of rows with a margin from which a customer's value is margin, not revenue."""


@dataclass(frozen=True)
class ClientData:
    """Canonical tables of one client, and the reductions models share.

    Made by `load_data` from a parameters file, or by `ClientData.of` from a DataFrame. What models
    share is computed once, on first use.

    Parameters
    ----------
    params, period
        What was asked for.
    tables
        Canonical name to rows as read.
    reads
        How each table was read; empty for data made by `of`.
    """

    params: Params
    period: Period
    tables: Mapping[str, ir.Table]
    reads: Mapping[str, TableRead] = field(default_factory=dict)
    _variations: dict[tuple[Unit, str], pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(
        cls, orders: pd.DataFrame | None = None, period: str = "2026", **tables: pd.DataFrame
    ) -> ClientData:
        """Make data from frames with canonical columns, for a trial or a test.

        Parameters
        ----------
        orders
            ``customer_id, order_date, amount`` and any other canonical column.
        period
            As `Period.parse` reads it.
        **tables
            Other canonical tables.

        Examples
        --------
        >>> orders = pd.DataFrame({"customer_id": ["a", "a", "b"], "amount": [10.0, 5.0, 7.0],
        ...     "order_date": pd.to_datetime(["2026-01-05", "2026-02-05", "2026-03-01"])})
        >>> ClientData.of(orders, "2026Q1").customers["amount_sum"].to_dict()
        {'a': 15.0, 'b': 7.0}
        """
        frames = {**({} if orders is None else {"orders": orders}), **tables}
        params = Params.model_validate(
            {"client": "Trial", "purpose": "trial", "sources": {name: {} for name in frames or ["orders"]}}
        )
        return cls(
            params, Period.parse(period), {name: ibis.memtable(frame) for name, frame in frames.items()}
        )

    def has(self, table: str, *columns: str) -> bool:
        """Tell whether a table and all these columns of it are given."""
        return table in self.tables and set(columns) <= set(self.tables[table].columns)

    @cached_property
    def judged(self) -> ir.Table:
        """Orders with the reason each left-out row is left out; see `judge_orders`."""
        return judge_orders(self.tables["orders"], self.params, self.period)

    @cached_property
    def orders(self) -> ir.Table:
        """Orders that count."""
        return counted(self.judged)

    @cached_property
    def account(self) -> pd.DataFrame:
        """Rows and money counted and left out, by reason; see `segbook.data.orders.account`."""
        return account(self.judged)

    @cached_property
    def attributes(self) -> pd.DataFrame:
        """The ``customers`` table, one row per customer (the last one given), index ``customer_id``."""
        if "customers" not in self.tables:
            return pd.DataFrame(index=pd.Index([], name="customer_id", dtype="str"))
        frame = self.tables["customers"].to_pandas().dropna(subset=["customer_id"])
        unique: pd.DataFrame = frame.drop_duplicates("customer_id", keep="last")
        return unique.set_index("customer_id").sort_index()

    @cached_property
    def customers(self) -> pd.DataFrame:
        """One row per customer known by the end of the period; columns of `customers_frame`.

        Customers of the ``customers`` table without an order have zero counts and amounts and no dates.
        ``first_known_date`` is the first purchase, the one before ``history_months`` too.
        """
        frame = customers_frame(self.orders, self.period)
        known = self._known()
        if not known.empty:
            frame = _with_silent(frame, known)
        short = self.params.history_months is not None
        first = self._first_known().reindex(frame.index) if short else frame["first_order_date"]
        return frame.assign(first_known_date=first)

    def base(self, subject: str = "customer") -> pd.DataFrame:
        """Give the rows a model segments, one per customer, with the columns of `customers`."""
        if subject != "customer":
            raise ValueError(f"subject: found {subject!r}, must be customer")
        return self.customers

    @cached_property
    def _history(self) -> ir.Table:
        """Purchases that count, and those before the chosen history."""
        judged = self.judged
        return judged.filter(
            judged.is_purchase & (judged.reason.isnull() | (judged.reason == "before_history"))
        )

    def _first_known(self) -> pd.Series[pd.Timestamp]:
        first = self._history.group_by("customer_id").agg(day=self._history.day.min().cast("timestamp"))
        frame: pd.DataFrame = first.to_pandas().set_index("customer_id")
        return frame["day"].astype("datetime64[s]")

    def _known(self) -> pd.Index:
        """Give the customers of the ``customers`` table, without those registered after the period."""
        cards = self.attributes
        if "registered_at" in cards:
            cards = cards[~(cards["registered_at"] > pd.Timestamp(self.period.as_of))]
        return cards.index

    @cached_property
    def has_margin(self) -> bool:
        """Whether nearly every counted row (95 %) carries a margin, or a cost from which it was made."""
        if not self.has("orders", "margin"):
            return False
        row = self.orders.agg(n=self.orders.count(), known=self.orders.margin.count()).to_pandas().iloc[0]
        return bool(row["known"] >= MARGIN_SHARE * row["n"] > 0)

    def covers(self, day: date) -> bool:
        """Tell whether history reaches back to a day; two weeks without orders after it are forgiven."""
        return self.first_day is not None and self.first_day <= day + timedelta(days=14)

    @cached_property
    def first_day(self) -> date | None:
        """Day of the first purchase there is, the one before the chosen history too."""
        found = self._history.agg(day=self._history.day.min()).to_pandas()["day"].iloc[0]
        return None if pd.isna(found) else pd.Timestamp(found).date()

    def variation(self, unit: Unit, value: str) -> pd.DataFrame:
        """Give the coefficient of variation per customer, computed once; see `variation_frame`."""
        key = (unit, value)
        if key not in self._variations:
            self._variations[key] = variation_frame(self.orders, self.period, unit, value)
        return self._variations[key].copy()

    def names(self) -> pd.Series[str]:
        """Give what to call each customer: the name where known, else the id."""
        index = self.customers.index
        own = pd.Series(index.astype(str), index=index, name="name")
        if "name" not in self.attributes:
            return own
        return self.attributes["name"].reindex(index).fillna(own)


def _with_silent(bought: pd.DataFrame, known: pd.Index) -> pd.DataFrame:
    """Add customers without an order: nothing bought, nothing paid."""
    frame = bought.reindex(bought.index.union(known).rename("customer_id"))
    silent = frame["n_orders"].isna()
    names = [str(name) for name in frame]
    counts = [name for name in names if name.startswith("n_") or name.endswith("_order_days")]
    money = [name for name in names if name.endswith(("_sum", "_amount")) and bought[name].notna().any()]
    frame.loc[silent, [*counts, *money]] = 0
    frame["only_refunds"] = frame["only_refunds"].eq(True)
    return frame.astype(dict.fromkeys(counts, int))


def load_data(params: Params, period: str | Period | None = None) -> ClientData:
    """Read a client's tables and check that there is something to report on.

    Parameters
    ----------
    params
        As `load_params` gave them.
    period
        The period, or its text; absent: the one of the parameters.

    Returns
    -------
    ClientData

    Raises
    ------
    ParamsError
        No period, or one that cannot be read.
    SourceError
        A table cannot be read (all problems of all tables at once), several currencies without
        rates, or no order at all up to the end of the period.
    """
    chosen = period if isinstance(period, Period) else params.period_of(period)
    reads = read_tables(params)
    data = ClientData(params, chosen, {name: read.rows for name, read in reads.items()}, reads)
    if "orders" in reads and not data.account.loc["counted", "rows"]:
        raise SourceError([_nothing(data)])
    return data


_BLAME = {
    "no_customer": "customer_id",
    "no_date": "order_date",
    "impossible_date": "order_date",
    "no_amount": "amount",
}


def _nothing(data: ClientData) -> Problem:
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

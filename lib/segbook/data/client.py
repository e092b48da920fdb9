"""A client's data for one period, as every model sees it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir
import pandas as pd

from segbook.data import known
from segbook.data.customers import Unit, customers_frame, variation_frame, with_silent
from segbook.data.known import last_of_each, rows_that_count
from segbook.data.leads import base_of
from segbook.data.nothing import no_orders, no_rows
from segbook.data.orders import NO_ORDERS, account, counted, judge_orders
from segbook.data.sources import TableRead, read_tables
from segbook.data.totals import BORN, ages, with_age, with_totals
from segbook.errors import SourceError
from segbook.params import Params
from segbook.periods import Period
from segbook.schema import TOTALS

_Made = TypeVar("_Made")
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
    _made: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

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
        """Tell whether a table and all these columns of it are given.

        Parameters
        ----------
        table
            Canonical name, or ``totals``: what is known of each customer's purchases, by `customers`.
        columns
            Canonical columns; of ``totals`` those of `segbook.schema.TOTALS`, which ``orders`` give by their
            own columns. Without that table ``customers`` may hold them; ``last_order_date`` gives
            ``recency_days`` too.

        Examples
        --------
        >>> data = ClientData.of(customers=pd.DataFrame({"customer_id": ["a"], "amount_sum": [5.0]}))
        >>> data.has("customers", "income"), data.has("totals", "amount_sum"), data.has("totals", "n_orders")
        (False, True, False)
        """
        if table == "totals":
            return all(any(self.has(*each) for each in self._sources_of(column)) for column in columns)
        return table in self.tables and set(columns) <= with_age(self.tables[table].columns)

    def _sources_of(self, total: str) -> list[tuple[str, str]]:
        """List the columns that give a total of each customer; one of them is enough."""
        orders = ("orders", TOTALS[total])
        if "orders" in self.tables:
            return [orders]
        more = [("customers", "last_order_date")] if total == "recency_days" else []
        return [orders, ("customers", total), *more]

    def missing(self, needs: Mapping[str, Sequence[str]]) -> list[str]:
        """Name what is absent of some tables and columns.

        Parameters
        ----------
        needs
            Table to columns, as `has` takes them.

        Returns
        -------
        list of str
            ``table.column`` for each; for one of ``totals`` all that would give it.

        Examples
        --------
        >>> data = ClientData.of(customers=pd.DataFrame({"customer_id": ["a"]}))
        >>> data.missing({"customers": ["customer_id"], "totals": ["amount_sum"], "emails": ["sent_at"]})
        ['orders.amount or customers.amount_sum', 'emails.sent_at']
        """
        return [
            " or ".join(map(".".join, self._sources_of(column))) if table == "totals" else f"{table}.{column}"
            for table, columns in needs.items()
            for column in columns
            if not self.has(table, column)
        ]

    def rows(self, table: str) -> ir.Table:
        """Give the rows of a table that count: somebody's, not dated after the period; orders as `orders`."""
        return self.orders if table == "orders" else rows_that_count(self.tables[table], table, self.period)

    @cached_property
    def judged(self) -> ir.Table:
        """Orders with the reason each left-out row is left out; see `judge_orders`. No table: no rows."""
        rows = self.tables["orders"] if "orders" in self.tables else ibis.memtable([], schema=NO_ORDERS)
        return judge_orders(rows, self.params, self.period)

    @cached_property
    def orders(self) -> ir.Table:
        """Orders that count."""
        return counted(self.judged)

    @cached_property
    def account(self) -> pd.DataFrame:
        """Rows and money counted and left out, by reason; see `segbook.data.orders.account`."""
        return account(self.judged)

    @cached_property
    def table_facts(self) -> pd.DataFrame:
        """Rows of every other table that count and do not; see `segbook.data.known.table_facts`."""
        n_read = {name: read.n_rows - read.n_filtered for name, read in self.reads.items()}
        return known.table_facts(self.tables, n_read, self.period)

    @cached_property
    def _cards(self) -> pd.DataFrame:
        """The ``customers`` table, one row per customer (the last one given), index ``customer_id``."""
        if "customers" not in self.tables:
            return pd.DataFrame(index=pd.Index([], name="customer_id", dtype="str"))
        return last_of_each(known.without_sums(self.tables["customers"]), "customer_id")

    @cached_property
    def attributes(self) -> pd.DataFrame:
        """What the ``customers`` table says of each customer beside purchases, index ``customer_id``.

        One row per customer, the last one given, of those registered after the period too; ``age`` is also
        reckoned from ``birth_date`` or ``birth_year``, which it replaces.
        """
        age = ages(self._cards, self.period)
        frame = self._cards.drop(columns=[*TOTALS, *BORN], errors="ignore")
        return frame if age is None else frame.assign(age=age)

    @cached_property
    def customers(self) -> pd.DataFrame:
        """One row per customer known by the end of the period; columns of `customers_frame`.

        Known are the customers of ``orders`` and of the tables `segbook.schema.KNOWING`, by rows that are not
        dated after the period. Without an order they have zero counts and amounts and no dates; a client
        without the table ``orders`` may bring totals in ``customers``, see `with_totals`.
        ``first_known_date`` is the first purchase, the one before ``history_months`` too.
        """
        bought = customers_frame(self.orders, self.period)
        frame = with_silent(bought, known.known_ids(self.tables, self.period))
        ready = "orders" not in self.tables and bool(set(TOTALS) & set(self._cards))
        frame = with_totals(frame, self._cards, self.period) if ready else frame
        short = self.params.history_months is not None and not ready
        first = self._first_known().reindex(frame.index) if short else frame["first_order_date"]
        return frame.assign(first_known_date=first)

    @cached_property
    def leads(self) -> pd.DataFrame:
        """One row per enquiry made by the end of the period, the last one given; index ``lead_id``."""
        return known.one_row(self.tables, "leads", self.period)

    def base(self, subject: str = "customer") -> pd.DataFrame:
        """Give the rows a model segments, with the columns of `customers`; see `base_of`."""
        return self.customers if subject == "customer" else base_of(subject, self.customers, self.leads)

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

    @cached_property
    def has_margin(self) -> bool:
        """Whether nearly every counted row (95 %) carries a margin, or a cost from which it was made.

        Of a client without ``orders``: whether nearly every row of ``customers`` has a ``margin_sum``.
        """
        if not self.has("totals", "margin_sum"):
            return False
        if "orders" not in self.tables:
            return bool(self._cards["margin_sum"].notna().mean() >= MARGIN_SHARE)
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
        made = self.once((unit, value), lambda: variation_frame(self.orders, self.period, unit, value))
        return made.copy()

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """Give what is kept under a key, made on first use: a reduction that several models share."""
        made: _Made = self._made[key] if key in self._made else self._made.setdefault(key, make())
        return made

    def names(self) -> pd.Series[str]:
        """Give what to call each customer: the name where known, else the id."""
        index = self.customers.index
        own = pd.Series(index.astype(str), index=index, name="name")
        if "name" not in self.attributes:
            return own
        return self.attributes["name"].reindex(index).fillna(own)


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
        rates, or no order at all up to the end of the period; of a client without orders, no row of any
        table.
    """
    chosen = period if isinstance(period, Period) else params.period_of(period)
    reads = read_tables(params)
    drop = {name for name in reads if params.sources[name].duplicates == "drop"}
    tables = {name: known.copies_out(read.rows, name, drop) for name, read in reads.items()}
    data = ClientData(params, chosen, tables, reads)
    if "orders" in reads:
        if not data.account.loc["counted", "rows"]:
            raise SourceError([no_orders(data)])
    elif not data.table_facts["counted"].sum():
        raise SourceError([no_rows(data)])
    return data

"""The canonical tables and columns: one table to read, nothing to trace.

A client's own headers are mapped onto these names in the parameters file. ``needed`` marks the
columns without which the table says nothing; every other column switches on what it feeds.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from segbook.errors import Problem, nearest

Kind = Literal["text", "number", "date", "flag"]


@dataclass(frozen=True)
class Column:
    """One canonical column.

    Parameters
    ----------
    name
        Canonical name.
    kind
        ``text``, ``number``, ``date`` (a day or a moment) or ``flag`` (yes/no).
    needed
        Whether the table is refused without it.
    """

    name: str
    kind: Kind = "text"
    needed: bool = False


def _columns(needed: str = "", **by_kind: str) -> dict[str, Column]:
    names = [(name, kind) for kind, listed in by_kind.items() for name in listed.split()]
    return {name: Column(name, kind, name in needed.split()) for name, kind in names}  # type: ignore[arg-type]


TABLES: dict[str, dict[str, Column]] = {
    "orders": _columns(
        "customer_id order_date amount",
        text="customer_id order_id product category order_type channel initiated_by manager currency",
        number="amount quantity unit_price margin cost",
        date="order_date",
        flag="is_return",
    ),
    "customers": _columns(
        "customer_id",
        text="customer_id name manager email phone address region oblast district city density climate "
        "country gender marital_status education life_goals language industry organisation_type values "
        "interests attitudes personality lifestyle opinions device platform tech_comfort problem wish "
        "lead_form_interest motivation intention survey_answer product order_type acquisition_channel",
        number="city_population age birth_year income children employees company_revenue "
        "amount_sum margin_sum quantity_sum n_orders recency_days",
        flag="consent",
        date="registered_at birth_date first_order_date last_order_date",
    ),
    "leads": _columns(
        "lead_id lead_date outcome",
        text="lead_id customer_id name outcome manager problem wish lead_form_interest motivation intention",
        number="brand_strength order_appeal closeness",
        date="lead_date deadline launch_date",
    ),
    "surveys": _columns(
        "customer_id survey_date score", text="customer_id score manager answer topic", date="survey_date"
    ),
    "emails": _columns(
        "customer_id sent_at", text="customer_id campaign", date="sent_at opened_at clicked_at"
    ),
    "tickets": _columns("customer_id opened_at", text="customer_id kind", date="opened_at"),
    "experts": _columns("customer_id", text="customer_id", number="activity capacity brand potential"),
    "campaigns": _columns(
        "customer_id campaign",
        text="customer_id campaign",
        date="sent_at",
        flag="responded",
        number="revenue cost",
    ),
    "experiments": _columns("unit_id variant", text="unit_id variant experiment segment", date="assigned_at"),
    "consumables": _columns(
        "device consumable interval_days", text="device consumable", number="interval_days"
    ),
}
"""Table name to its columns. ``surveys.score`` is text: typed answers are counted and listed, not guessed.
``experiments`` takes any further column as a metric or a covariate; ``customers`` takes what the YAML maps to
a name of its own as an attribute."""

OPEN = ("customers", "experiments")
"""Tables whose columns may bear names of the client's own."""

UNIT: dict[str, str] = {
    name: next((each for each in ("lead_id", "unit_id", "customer_id") if each in columns), "")
    for name, columns in TABLES.items()
}
"""Table name to the column that says whose row it is; empty when it is nobody's."""

NUMBERED = ("customers", "leads", "experiments")
"""Tables whose id may be the row's number, what the YAML maps to 0."""

ONE_ROW = ("customers", "experts", "leads")
"""Tables with one row for each unit: of several the last one given counts."""

DATED: dict[str, str] = {
    "customers": "registered_at",
    "leads": "lead_date",
    "surveys": "survey_date",
    "emails": "sent_at",
    "tickets": "opened_at",
    "campaigns": "sent_at",
    "experiments": "assigned_at",
}
"""Table name to the column that says when a row came to be: rows after the period do not count."""

KNOWING = ("customers", "experts", "surveys", "emails", "tickets", "campaigns")
"""Tables that make a customer known beside ``orders``."""

TOTALS: dict[str, str] = {
    "amount_sum": "amount",
    "margin_sum": "margin",
    "quantity_sum": "quantity",
    "n_orders": "customer_id",
    "recency_days": "order_date",
    "first_order_date": "order_date",
    "last_order_date": "order_date",
}
"""What ``customers`` may bring ready for each customer, and the column of ``orders`` that gives it else."""


def mapping_problems(where: str, table: str, columns: Mapping[str, object]) -> Iterator[Problem]:
    """Give what is wrong with how a source maps its columns, before any file is looked into.

    Parameters
    ----------
    where
        Path of ``columns`` in the YAML.
    table
        Canonical table.
    columns
        Name to the client's header, its number, or a list of them.

    Examples
    --------
    >>> for each in mapping_problems("columns", "customers", {"incme": "Income", "name": ["A", "B"]}):
    ...     print(each)
    columns: found 'incme', must be 'income', or a name of your own less like it
    columns.name: found a list of headers, must be one header: only numbers are summed
    """
    known = TABLES[table]
    for name, wish in columns.items():
        if name not in known and table not in OPEN:
            yield Problem(where, f"'{name}'", nearest(name, known))
        elif name not in known and table == "customers":
            yield from _own_name(where, name)
        if isinstance(wish, tuple | list) and name in known and known[name].kind != "number":
            found, must_be = "a list of headers", "one header: only numbers are summed"
            yield Problem(f"{where}.{name}", found, must_be)
        if wish == 0 and not (table in NUMBERED and name == UNIT[table]):
            yield Problem(f"{where}.{name}", "0", "a header, or the number of a column from 1")


def _own_name(where: str, name: str) -> Iterator[Problem]:
    """Refuse what is more likely a slip of the pen than a name of the client's own."""
    close = difflib.get_close_matches(name.casefold(), TABLES["customers"], n=1, cutoff=0.9)
    if close:
        yield Problem(where, f"'{name}'", f"'{close[0]}', or a name of your own less like it")
    elif not name.isidentifier():
        yield Problem(where, f"'{name}'", "one word of letters, digits and underscores")

"""How each column of a table's files is read, settled over all its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from segbook.data.intake.cells import (
    FROM_WORKBOOK,
    NO,
    YES,
    Mark,
    Reading,
    given,
    ident,
    is_date,
    matches,
    one_of,
    prepare,
    trimmed,
)
from segbook.data.intake.evidence import date_counts, decide_decimal, decide_order, decimal_counts
from segbook.data.intake.files import RawFile
from segbook.data.intake.natives import is_text, native
from segbook.errors import Problem
from segbook.params import Format
from segbook.schema import TABLES, Kind


@dataclass
class FileColumns:
    """The canonical columns found in one file, with what was counted in them.

    Parameters
    ----------
    raw
        The file.
    numbers
        Canonical column to its number in the file.
    kinds
        Canonical column to what it becomes.
    sums
        Canonical column to the columns it is the sum of; these have numbers and kinds, the sum has not.
    """

    raw: RawFile
    numbers: Mapping[str, int]
    kinds: dict[str, Kind]
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counts: dict[str, dict[str, Any]] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    decimal: Mark | None = None
    orders: dict[str, str] = field(default_factory=dict)

    def dtype(self, name: str) -> str:
        """Give the DuckDB type of a column's cells."""
        return self.raw.types[self.numbers[name] - 1]

    def reads_text(self, name: str) -> bool:
        """Tell whether the cells are text that has to be read, such as a date written 20260131."""
        probe = Reading(self.kinds[name])
        return is_text(self.dtype(name)) or native("x", self.dtype(name), probe) is None

    def _trimmed(self, name: str) -> str:
        cell, dtype = f"c{self.numbers[name]}", self.dtype(name)
        text = None if is_text(dtype) else native(cell, dtype, Reading("text"))
        return text or trimmed(cell if dtype == "VARCHAR" else f"cast({cell} AS VARCHAR)")

    def relation(self) -> str:
        """Give SQL of the file with two columns per column of text, beside the cells as they came.

        ``§t <column>`` is the text, ``§p <column>`` the text prepared to be read.
        """
        names = [name for name in self.numbers if self.reads_text(name)]
        steps = [
            [f"{self._trimmed(name)} AS {ident('§x ' + name)}" for name in names],
            [
                f"{given(ident('§x ' + name), self.kinds[name], is_id=is_id(name))} AS {t_of(name)}"
                for name in names
            ],
            [f"{prepare(t_of(name), self.kinds[name])} AS {p_of(name)}" for name in names],
        ]
        query = self.raw.relation
        for cells in filter(None, steps):
            query = f"(SELECT *, {', '.join(cells)} FROM {query})"  # noqa: S608 - quoted
        return query


def t_of(name: str) -> str:
    """Name the text of a column inside `FileColumns.relation`."""
    return ident("§t " + name)


def p_of(name: str) -> str:
    """Name the prepared text of a column inside `FileColumns.relation`."""
    return ident("§p " + name)


def is_id(name: str) -> bool:
    """Tell whether a column identifies something, so that ``NULL`` in it is nobody's name."""
    return name.endswith("_id")


def infer_kinds(
    con: duckdb.DuckDBPyConnection, raw: RawFile, numbers: Mapping[str, int], tried: Sequence[Kind]
) -> dict[str, Kind]:
    """Find out what columns without a canonical kind hold: metrics, a client's own attributes.

    Parameters
    ----------
    con, raw
        The file and the connection that reads it.
    numbers
        Column to its number in the file.
    tried
        Kinds, in order: the first that all texts of a column can be read as is its kind; else it is text.
        A column of numbers is asked too whether they are but 0 and 1, when ``flag`` comes first.
    """
    kinds: dict[str, Kind] = {name: _native_kind(raw.types[number - 1]) for name, number in numbers.items()}
    doubted = "number" if tried[0] == "flag" else None
    asked = [
        name for name, number in numbers.items() if is_text(raw.types[number - 1]) or kinds[name] == doubted
    ]
    cells = [
        f"{trimmed(f'cast(c{numbers[name]} AS VARCHAR)')} AS c{index}" for index, name in enumerate(asked)
    ]
    texts = f"(SELECT {', '.join(cells)} FROM {raw.relation})"  # noqa: S608 - quoted
    checks = [f"bool_and({_fits(f'c{index}', kind)})" for index in range(len(asked)) for kind in tried]
    if checks:
        found = iter(con.execute(f"SELECT {', '.join(checks)} FROM {texts}").fetchone() or ())  # noqa: S608 - quoted
        for name in asked:
            fitting = [kind for kind in tried if next(found)]
            kinds[name] = fitting[0] if fitting else "text"
    return kinds


def _fits(text: str, kind: Kind) -> str:
    cell = given(text, "number")
    if kind == "number":
        number = rf"[-+( ]*\d[\d., ]*(?:[eE][+-]?\d+)?[-) ]*|{FROM_WORKBOOK}"
        return matches(prepare(cell, "number"), number)
    return f"lower({cell}) IN {one_of((*YES, *NO))}" if kind == "flag" else is_date(cell)


def _native_kind(dtype: str) -> Kind:
    if dtype == "BOOLEAN":
        return "flag"
    if dtype.startswith(("DATE", "TIMESTAMP")):
        return "date"
    return "text" if native("x", dtype, Reading("number")) is None else "number"


def count_forms(con: duckdb.DuckDBPyConnection, file: FileColumns) -> None:
    """Count, in one pass over a file, what tells how its numbers and dates are written."""
    wanted: list[tuple[str, str, str]] = []
    for name in filter(file.reads_text, file.numbers):
        cell, kind = p_of(name), file.kinds[name]
        counts = decimal_counts(cell) if kind == "number" else date_counts(cell) if kind == "date" else {}
        if kind == "text" and "delimiter" in file.raw.format:
            counts = {"whole": f"bool_and({matches(cell, '-?[0-9]+[.]0+')})"}
        wanted += [(name, what, sql) for what, sql in counts.items()]
    if wanted:
        query = f"SELECT {', '.join(sql for *_, sql in wanted)} FROM {file.relation()}"  # noqa: S608 - quoted
        found = con.execute(query).fetchone() or ()
        for (name, what, _), value in zip(wanted, found, strict=True):
            file.counts.setdefault(name, {})[what] = value


def settle(where: str, files: Sequence[FileColumns], said: Format, timezone: str) -> list[Problem]:
    """Settle how each column is read; give what only the user can say.

    A file or a column that leaves two readings follows the other columns of its file, then the other files
    of its table.
    """
    problems = _settle_decimals(where, files, said) + _settle_dates(where, files, said)
    for file in files:
        for name, kind in file.kinds.items():
            counts = file.counts.get(name, {})
            file.readings[name] = Reading(
                kind,
                decimal=file.decimal or ".",
                dates=file.orders.get(name, "day_first"),
                timezone=timezone,
                workbook=file.raw.workbook,
                whole=bool(counts.get("whole")),
                is_id=is_id(name),
            )
    return problems


def _settle_decimals(where: str, files: Sequence[FileColumns], said: Format) -> list[Problem]:
    for file in files:
        counts = [each for each in file.counts.values() if "comma" in each]
        proofs = sum(each["comma"] for each in counts), sum(each["point"] for each in counts)
        file.decimal = said.decimal or decide_decimal(*proofs)
    agreed = {file.decimal for file in files if file.decimal}
    problems = []
    for file in [each for each in files if not each.decimal]:
        doubt = _having(file, "doubt_comma", "doubt_point")
        against = _having(file, "comma", "point")
        if len(agreed) == 1 or not (doubt or against):
            file.decimal = next(iter(agreed), None)
        elif not against and file.raw.format.get("delimiter") == "," and not _having(file, "doubt_comma"):
            # Who writes decimal commas does not separate columns by commas.
            file.decimal = "."
        else:
            problems.append(_decimal_problem(where, file, doubt if not against else []))
    return problems


def _having(file: FileColumns, *counts: str) -> list[tuple[str, Any]]:
    """List what was counted under some names, with the headers of the columns."""
    found = [(name, each.get(count)) for name, each in file.counts.items() for count in counts]
    return [(file.raw.headers[file.numbers[name] - 1], value) for name, value in found if value]


def _decimal_problem(where: str, file: FileColumns, doubt: list[tuple[str, Any]]) -> Problem:
    found = f"both ',' and '.' as the decimal mark in {file.raw.name}"
    if doubt:
        header, value = doubt[0]
        found = f"only values such as '{value}' in '{header}' of {file.raw.name}, thousands or decimals"
    return Problem(f"{where}.format.decimal", found, "said: ',' or '.'")


def _settle_dates(where: str, files: Sequence[FileColumns], said: Format) -> list[Problem]:
    for file in files:
        for name in _dates(file):
            counts = file.counts[name]
            order = said.dates or decide_order(counts["day_first"], counts["month_first"])
            file.orders |= {name: order} if order else {}
    problems = []
    agreed = {order for file in files for order in file.orders.values()}
    for file in files:
        own = set(file.orders.values())
        for name in [each for each in _dates(file) if each not in file.orders]:
            order = _borrowed(file.counts[name], own if len(own) == 1 else agreed)
            if order is None:
                problems.append(_date_problem(where, file, name))
            file.orders |= {name: order} if order else {}
    return problems


def _borrowed(counts: Mapping[str, Any], known: set[str]) -> str | None:
    """Settle a column that does not settle itself; None when only the user can."""
    if counts["day_first"]:
        return None
    with_slashes = any(form and form.startswith(("A/", "A-")) for form in counts["forms"] or ())
    if not counts["doubt"] or not with_slashes:
        # Dates with dots are day first everywhere.
        return "day_first"
    return next(iter(known)) if len(known) == 1 else None


def _dates(file: FileColumns) -> list[str]:
    return [name for name in file.numbers if "forms" in file.counts.get(name, {})]


def _date_problem(where: str, file: FileColumns, name: str) -> Problem:
    header, counts = file.raw.headers[file.numbers[name] - 1], file.counts[name]
    if counts["day_first"]:
        found = f"both day first and month first in '{header}' of {file.raw.name}"
    else:
        found = f"dates such as '{counts['example']}' in '{header}' of {file.raw.name}, day or month first"
    return Problem(
        f"{where}.format.dates", found, "said: day_first or month_first, or a pattern such as %d/%m/%Y"
    )


def date_forms(file: FileColumns) -> str:
    """Give the patterns of dates met in a file, as strptime writes them.

    Notes
    -----
    Times may follow; ``serial`` stands for Excel's day numbers.
    """
    forms: dict[str, None] = {}
    for name in filter(file.orders.__contains__, _dates(file)):
        order = file.orders[name]
        first, second = ("%m", "%d") if order == "month_first" else ("%d", "%m")
        met = {form for form in file.counts[name]["forms"] or () if form}
        for form in sorted(met if file.raw.workbook else met - {"serial"}):
            forms[form.replace("A", first).replace("B", second)] = None
        if "%" in order:
            forms = {order: None}
    return ", ".join(forms)


def canonical_kinds(table: str, names: Sequence[str]) -> dict[str, Kind]:
    """Give the kind of each canonical column among some names."""
    return {name: TABLES[table][name].kind for name in names if name in TABLES[table]}

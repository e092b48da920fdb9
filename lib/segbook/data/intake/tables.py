"""The files of one table as one SQL query, and the facts counted while it runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import duckdb

from segbook.data.intake.cells import ident, trimmed, typed
from segbook.data.intake.natives import is_text, native
from segbook.data.intake.reading import FileColumns, p_of, t_of
from segbook.errors import Problem, nearest

_FIRST = 10
_SAMPLE = 5
DERIVED = {
    "amount": ("quantity * unit_price", {"quantity", "unit_price"}),
    "margin": ("amount - cost", {"amount", "cost"}),
}


def columns_of(files: Sequence[FileColumns], table: str) -> list[str]:
    """List the canonical columns of a table, derived ones last."""
    sums = {part: name for file in files for name, parts in file.sums.items() for part in parts}
    names = list(dict.fromkeys(sums.get(name, name) for file in files for name in file.numbers))
    for name, (_, needs) in DERIVED.items() if table == "orders" else ():
        if name not in names and needs <= set(names):
            names.append(name)
    return names


def query_of(files: Sequence[FileColumns], condition: str | None, table: str) -> str:
    """Give SQL of a table's rows, kept or not.

    Parameters
    ----------
    files
        Its files, each with its readings settled.
    condition
        The YAML's ``where``.
    table
        Canonical table.

    Returns
    -------
    str
        SQL with the canonical columns, ``§file`` and ``§row``, ``§kept``, and ``§bad <column>``: the text
        that could not be read.
    """
    united = " UNION ALL BY NAME ".join(
        f"({file_query(file, condition, index)})" for index, file in enumerate(files)
    )
    mapped = {name for file in files for name in file.numbers}
    for name, parts in {name: parts for file in files for name, parts in file.sums.items()}.items():
        united = f"SELECT *, {_sum(parts)} AS {ident(name)} FROM ({united})"  # noqa: S608 - quoted
        mapped.add(name)
    for name, (sql, needs) in DERIVED.items() if table == "orders" else ():
        if name not in mapped and needs <= mapped:
            united = f"SELECT *, {sql} AS {name} FROM ({united})"  # noqa: S608 - names of ours
            mapped.add(name)
    return united


def _sum(parts: Sequence[str]) -> str:
    """Give SQL of the sum of some columns; NULL where all are."""
    numbers = " + ".join(f"coalesce({ident(part)}, 0)" for part in parts)
    return f"CASE WHEN coalesce({', '.join(map(ident, parts))}) IS NOT NULL THEN {numbers} END"


def file_query(file: FileColumns, condition: str | None, index: int = 0) -> str:
    """Give SQL of one file's rows; see `query_of`."""
    values = [f"{_value(file, name)} AS {ident('§v ' + name)}" for name in file.numbers]
    cells = f"SELECT *, {', '.join(values)} FROM {file.relation()}"  # noqa: S608 - quoted
    names = [ident("§v " + name) for name in file.numbers]
    bad = [
        f"CASE WHEN {ident('§v ' + name)} IS NULL THEN {t_of(name)} END AS {ident('§bad ' + name)}"
        for name in checked(file)
    ]
    seen = _labels(file) if condition else []
    scope = f'SELECT row AS "§row", {", ".join([*names, *bad, *seen])} FROM ({cells})'  # noqa: S608 - quoted
    out = [f"{ident('§v ' + name)} AS {ident(name)}" for name in file.numbers]
    out += [ident("§bad " + name) for name in checked(file)]
    kept = f"coalesce((\n{condition}\n), false)" if condition else "true"
    return f'SELECT "§row", {index} AS "§file", {", ".join(out)}, {kept} AS "§kept" FROM ({scope})'  # noqa: S608 - quoted


def checked(file: FileColumns) -> list[str]:
    """List the columns whose text may turn out to be unreadable."""
    return [name for name, kind in file.kinds.items() if kind != "text" and file.reads_text(name)]


def _value(file: FileColumns, name: str) -> str:
    reading = file.readings[name]
    if file.reads_text(name):
        return typed(t_of(name), p_of(name), reading)
    return native(f"c{file.numbers[name]}", file.dtype(name), reading) or "NULL"


def _labels(file: FileColumns) -> list[str]:
    """Name the columns as the client does: mapped ones typed, other texts trimmed."""
    mapped = {number: name for name, number in reversed(list(file.numbers.items()))}
    labels = []
    for number, (label, dtype) in enumerate(zip(file.raw.labels(), file.raw.types, strict=True), start=1):
        cell = trimmed(f"c{number}") if dtype == "VARCHAR" else f"c{number}"
        if number in mapped and is_text(dtype):
            cell = ident("§v " + mapped[number])
        labels.append(f"{cell} AS {ident(label)}")
    return labels


def check(
    con: duckdb.DuckDBPyConnection, where: str, files: Sequence[FileColumns], condition: str | None
) -> list[Problem]:
    """Try the date pattern and the condition on every file, without reading rows."""
    problems = {}
    for file in files:
        try:
            con.execute(f"EXPLAIN {file_query(file, None)}")
        except duckdb.Error as error:
            problems["dates"] = Problem(f"{where}.format.dates", short(error), "a pattern such as %d.%m.%Y")
            continue
        try:
            con.execute(f"EXPLAIN {file_query(file, condition)}")
        except duckdb.Error as error:
            problems["where"] = where_problem(where, condition, error, [file])
    return list(problems.values())


def where_problem(
    where: str, condition: str | None, error: duckdb.Error, files: Sequence[FileColumns]
) -> Problem:
    """Say what is wrong with a condition, in the database's own words."""
    unknown = re.search(r'Referenced column "([^"]+)" not found', str(error))
    names = ", ".join(file.raw.name for file in files)
    if unknown:
        labels = dict.fromkeys(label for file in files for label in file.raw.labels())
        return Problem(f"{where}.where", f"no header '{unknown[1]}' in {names}", nearest(unknown[1], labels))
    return Problem(
        f"{where}.where",
        f"{condition!r} on {names}: {short(error)}",
        "an SQL condition on the file's own headers",
    )


def short(error: Exception) -> str:
    """Give a database's message without its picture of the query.

    Examples
    --------
    >>> short(ValueError('Parser Error: syntax error at or near "=" LINE 1: SELECT'))
    'Parser Error: syntax error at or near "="'
    """
    text = re.split(r"\s+LINE \d|Candidate |\n+Explicitly", str(error).removeprefix("Invalid Input Error: "))[
        0
    ]
    return " ".join(text.split())[:300]


def count_facts(
    con: duckdb.DuckDBPyConnection, relation: str, files: Sequence[FileColumns], names: Sequence[str]
) -> dict[str, Any]:
    """Count, in one pass, what was left out and what could not be read.

    Returns
    -------
    dict
        ``n_rows``, ``n_filtered``, ``amount_filtered`` and ``unreadable`` of `TableRead`.
    """
    columns = list(dict.fromkeys(name for file in files for name in checked(file)))
    amount = 'coalesce(sum(amount) FILTER (NOT "§kept"), 0)' if "amount" in names else "0"
    wanted = ["count(*)", 'count(*) FILTER (NOT "§kept")', amount]
    for name in columns:
        bad = ident("§bad " + name)
        only = f'FILTER ({bad} IS NOT NULL AND "§kept")'
        first = f'ROW("§file", "§row"), {_FIRST}) {only}'
        wanted += [f"count(*) {only}", f'arg_min("§row", {first}', f"arg_min({bad}, {first}"]
    query = f"SELECT {', '.join(wanted)} FROM {relation}"  # noqa: S608 - quoted
    n_rows, n_filtered, amount_filtered, *rest = con.execute(query).fetchone() or ()
    unreadable = [
        {"column": name, "n_cells": n, "rows": rows, "sample": list(dict.fromkeys(texts))[:_SAMPLE]}
        for name, n, rows, texts in zip(columns, rest[::3], rest[1::3], rest[2::3], strict=True)
        if n
    ]
    left_out = {"n_filtered": n_filtered, "amount_filtered": float(amount_filtered)}
    return {"n_rows": n_rows, **left_out, "unreadable": unreadable}

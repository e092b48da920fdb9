"""The files of one source: opened, their columns found, and how each is read settled."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import ibis

from segbook.data.intake.files import PARQUET, TEXT, Place, RawFile, open_parquet
from segbook.data.intake.headers import map_columns, sums_of, wanted_headers
from segbook.data.intake.reading import (
    FileColumns,
    canonical_kinds,
    count_forms,
    date_forms,
    infer_kinds,
    is_id,
    settle,
)
from segbook.data.intake.tables import check
from segbook.data.intake.textfiles import open_text
from segbook.data.intake.workbooks import open_workbook
from segbook.errors import Problem, SourceError
from segbook.params import Params, Source
from segbook.schema import Kind

_TRIED: dict[str, tuple[Kind, ...]] = {
    "experiments": ("number", "flag"),
    "customers": ("flag", "date", "number"),
}
"""As what a column without a canonical kind is tried to be read."""
_MARKS = ("comma", "point", "doubt_comma", "doubt_point")


def connect() -> ibis.BaseBackend:
    """Open the embedded database files are read with; nothing is fetched from a network."""
    backend = ibis.duckdb.connect()
    for setting in (
        "TimeZone = 'UTC'",
        "autoinstall_known_extensions = false",
        "enable_progress_bar = false",
    ):
        backend.con.execute(f"SET {setting}")
    return backend


def open_files(
    con: duckdb.DuckDBPyConnection, params: Params, table: str, paths: Sequence[Path], scratch: Path
) -> list[FileColumns]:
    """Open the files of a source and settle how their columns are read.

    Parameters
    ----------
    con
        Connection that reads them.
    params, table
        The client, and the canonical table.
    paths
        The files.
    scratch
        Folder for what is needed only while reading.

    Raises
    ------
    SourceError
        All problems of all files at once.
    """
    source = params.sources[table]
    where = f"{params.file.name}: sources.{table}"
    files: list[FileColumns] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            place = Place(where, table, source, path, scratch, wanted_headers(table, source))
            files.append(columns_in(con, place, open_one(con, place)))
        except SourceError as error:
            problems += error.problems
    if len(files) > 1 and 0 in source.columns.values():
        problems.append(
            Problem(f"{where}.columns", "0 with several files", "a column that tells their rows apart")
        )
    problems = problems or settle_all(con, where, files, params)
    if problems:
        raise SourceError(problems)
    return files


def settle_all(
    con: duckdb.DuckDBPyConnection, where: str, files: Sequence[FileColumns], params: Params
) -> list[Problem]:
    """Settle how the columns of opened files are read; give the problems."""
    source = params.sources[where.rpartition(".")[2]]
    _same_kinds(files)
    for file in files:
        count_forms(con, file)
    return settle(where, files, source.format, params.timezone) or check(con, where, files, source.where)


def open_one(con: duckdb.DuckDBPyConnection, place: Place) -> RawFile:
    """Open a file of any kind."""
    suffix = place.path.suffix.lower()
    if suffix in PARQUET:
        return open_parquet(con, place)
    return open_text(con, place) if suffix in TEXT else open_workbook(con, place, _kinds_of(place))


def _kinds_of(place: Place) -> Any:
    def kinds_of(headers: Sequence[str]) -> Mapping[int, Kind]:
        numbers, _ = map_columns(place.where, place.path.name, headers, place.table, place.source)
        kinds = _known_kinds(place, numbers)
        known: dict[int, Kind | None] = dict.fromkeys(range(len(headers)), "text")
        free = set(range(len(headers))) if place.table == "experiments" else set()
        free |= {number - 1 for name, number in numbers.items() if name not in kinds}
        return known | dict.fromkeys(free) | {numbers[name] - 1: kind for name, kind in kinds.items()}

    return kinds_of


def columns_in(con: duckdb.DuckDBPyConnection, place: Place, raw: RawFile) -> FileColumns:
    """Find the canonical columns of an opened file, the client's own attributes, an experiment's metrics.

    Raises
    ------
    SourceError
        A mapped or needed column is not there.
    """
    numbers, problems = map_columns(place.where, raw.name, raw.headers, place.table, place.source)
    if problems:
        raise SourceError(problems)
    if 0 in place.source.columns.values():
        raw = raw.with_row_numbers()
    if place.table == "experiments":
        labels = enumerate(raw.labels(), start=1)
        numbers |= {label: number for number, label in labels if number not in numbers.values()}
    kinds = _known_kinds(place, numbers)
    own = {name: number for name, number in numbers.items() if name not in kinds}
    kinds |= infer_kinds(con, raw, own, _TRIED.get(place.table, ("number",)))
    return FileColumns(raw, numbers, kinds, sums_of(place.source))


def _known_kinds(place: Place, numbers: Mapping[str, int]) -> dict[str, Kind]:
    """Give the kinds that need no look into the file: canonical columns, parts of sums, ids."""
    kinds = canonical_kinds(place.table, list(numbers))
    kinds |= dict.fromkeys([part for parts in sums_of(place.source).values() for part in parts], "number")
    own = set(place.source.columns) - set(kinds) if place.table == "customers" else set()
    return kinds | dict.fromkeys([name for name in own if name in numbers and is_id(name)], "text")


def _same_kinds(files: Sequence[FileColumns]) -> None:
    """Read a column that is not of one kind in all files as text in all of them."""
    seen: dict[str, set[Kind]] = {}
    for file in files:
        for name, kind in file.kinds.items():
            seen.setdefault(name, set()).add(kind)
    for file in files:
        file.kinds |= dict.fromkeys([name for name in file.kinds if len(seen[name]) > 1], "text")


def file_reads(files: Sequence[FileColumns], source: Source) -> list[dict[str, Any]]:
    """Give the facts of `segbook.data.intake.facts.FileRead` for each file."""
    given, reads = source.format, []
    for file in files:
        form, detected = dict(file.raw.format), list(file.raw.detected)
        proven = any(counts.get(mark) for counts in file.counts.values() for mark in _MARKS)
        if file.decimal and (proven or given.decimal):
            form["decimal"] = file.decimal
            detected += [] if given.decimal else ["decimal"]
        if dates := date_forms(file):
            form["dates"] = dates
            detected += [] if given.dates and "%" in given.dates else ["dates"]
        raw = dataclasses.replace(file.raw, format=form, detected=tuple(detected))
        reads.append(
            {name: getattr(raw, name) for name in ("name", "sha256", "n_rows", "format", "detected")}
        )
    return reads

"""Files of any format, each as one relation of numbered columns ``c1``, ``c2``, … and a row number."""

from __future__ import annotations

import dataclasses
import difflib
import glob
import hashlib
import itertools
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from segbook.data.intake.cells import BLANKS, ident, literal
from segbook.data.intake.detect import Layout
from segbook.errors import Problem, SourceError
from segbook.params import Format, Params, Source

TEXT = (".csv", ".tsv", ".txt")
WORKBOOK = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
PARQUET = (".parquet", ".pq")
_BATCH = 50_000


@dataclass(frozen=True)
class Place:
    """Where a file is asked for, so that a problem can name it.

    Parameters
    ----------
    where
        Path inside the YAML, such as ``acme.yaml: sources.orders``.
    table, source
        Canonical table, and what the YAML says about it.
    path
        The file.
    scratch
        Folder for what is needed only while reading.
    wanted
        Headers looked for, in the form of `segbook.data.intake.detect.plain`.
    """

    where: str
    table: str
    source: Source
    path: Path
    scratch: Path
    wanted: Collection[str]

    @property
    def format(self) -> Format:
        """What the YAML says about how the file is written."""
        return self.source.format

    def error(self, key: str, found: str, must_be: str) -> SourceError:
        """Make the error about one key of the section."""
        return SourceError([Problem(f"{self.where}.{key}", found, must_be)])


@dataclass(frozen=True)
class RawFile:
    """One file, opened but not yet understood.

    Parameters
    ----------
    name, sha256
        File name and hash of its content.
    relation
        SQL that can stand behind FROM: columns ``row``, ``c1``, ``c2``, …
    headers, types
        The client's headers and DuckDB types, one of each per column.
    n_rows
        Rows with anything in them.
    rejected
        Numbers of the lines that could not be split.
    format, detected
        How it was read, and which of these keys were detected.
    workbook
        Whether whole days counted from 1899-12-30 may stand for dates.
    """

    name: str
    sha256: str
    relation: str
    headers: tuple[str, ...]
    types: tuple[str, ...]
    n_rows: int
    rejected: tuple[int, ...] = ()
    format: dict[str, str] = field(default_factory=dict)
    detected: tuple[str, ...] = ()
    workbook: bool = False

    def labels(self) -> tuple[str, ...]:
        """Give the headers made unique, as `where` sees them."""
        seen: set[str] = set()
        labels = []
        for number, header in enumerate(self.headers, start=1):
            name = header or f"column{number}"
            tries = itertools.chain([name], (f"{name}_{extra}" for extra in itertools.count(2)))
            labels.append(next(each for each in tries if each.casefold() not in seen))
            seen.add(labels[-1].casefold())
        return tuple(labels)

    def with_row_numbers(self) -> RawFile:
        """Give the same file with one more column: the number of each row."""
        return dataclasses.replace(
            self,
            relation=f"(SELECT *, row AS c{len(self.headers) + 1} FROM {self.relation})",  # noqa: S608 - names made here
            headers=(*self.headers, ""),
            types=(*self.types, "BIGINT"),
        )


def find_files(params: Params, table: str, source: Source) -> list[Path]:
    """List the files of a source, each once, sorted within each pattern.

    Raises
    ------
    SourceError
        A missing file with the nearest name beside it, a glob that matches nothing, a folder, an
        unknown kind of file, a file that may not be read.
    """
    where = f"{params.file.name}: sources.{table}.path"
    found: dict[Path, None] = {}
    problems = []
    for pattern in source.path:
        path = params.resolve(pattern)
        files = [path]
        if not path.exists() and glob.has_magic(pattern):
            matched = sorted(Path(each) for each in glob.glob(str(path), recursive=True))  # noqa: PTH207 - absolute patterns
            files = [each for each in matched if each.is_file() and not each.name.startswith((".", "~$"))]
            if not files:
                problems.append(
                    Problem(where, f"no file that matches '{pattern}'", "a glob of existing files")
                )
        problems += [problem for each in files if (problem := _problem(where, each))]
        found |= dict.fromkeys(files)
    if problems:
        raise SourceError(problems)
    return list(found)


def _problem(where: str, path: Path) -> Problem | None:
    kinds = ", ".join(each[1:] for each in (*TEXT, *WORKBOOK, *PARQUET))
    if path.is_dir():
        return Problem(where, f"the folder '{path}'", f"a file or a glob such as '{path.name}/*.csv'")
    if not path.exists():
        siblings = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
        close = difflib.get_close_matches(path.name, siblings, n=1)
        hint = f"'{close[0]}', which is in that folder" if close else "an existing file"
        return Problem(where, f"no file '{path}'", hint)
    if path.suffix.lower() not in (*TEXT, *WORKBOOK, *PARQUET):
        return Problem(where, f"'{path.name}'", f"a file of a kind that can be read: {kinds}")
    if not os.access(path, os.R_OK):
        return Problem(where, f"'{path.name}' without permission to read it", "a readable file")
    return (
        Problem(where, f"'{path.name}' with nothing in it", "a file with rows")
        if not path.stat().st_size
        else None
    )


def sha256_of(path: Path) -> str:
    """Hash a file's content without loading it whole."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_rows(rows: Iterable[tuple[int, Sequence[str | None]]], width: int, path: Path) -> None:
    """Write numbered rows of text as Parquet in batches.

    Parameters
    ----------
    rows
        Row number and cells, ``width`` of them.
    width
        Number of columns.
    path
        The file to write, with columns ``row``, ``c1``, ``c2``, …
    """
    schema = pa.schema(
        [("row", pa.int64()), *((f"c{number}", pa.string()) for number in range(1, width + 1))]
    )
    with pq.ParquetWriter(path, schema) as writer:
        source = iter(rows)
        while batch := list(itertools.islice(source, _BATCH)):
            columns = zip(*(cells for _, cells in batch), strict=True)
            arrays = [
                pa.array([number for number, _ in batch], pa.int64()),
                *(pa.array(each, pa.string()) for each in columns),
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def without_empty(relation: str, width: int) -> str:
    """Give SQL for a relation without the rows in which every cell is blank."""
    cells = ", ".join(f"nullif(trim(c{number}, {literal(BLANKS)}), '')" for number in range(1, width + 1))
    return f"(SELECT * FROM {relation} WHERE coalesce({cells}) IS NOT NULL)"  # noqa: S608 - names made here


def count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Count the rows of a relation."""
    (rows,) = con.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,)  # noqa: S608 - names made here
    return int(rows)


def open_parquet(con: duckdb.DuckDBPyConnection, place: Place) -> RawFile:
    """Open a Parquet file without reading it."""
    scan = f"read_parquet({literal(str(place.path))}, file_row_number = true)"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()  # noqa: S608 - quoted
        n_rows = count(con, scan)
    except duckdb.Error:
        raise place.error(
            "path", f"'{place.path.name}' that cannot be opened", "a whole Parquet file"
        ) from None
    columns = [(name, dtype) for name, dtype, *_ in described if name != "file_row_number"]
    cells = ", ".join(f"{ident(name)} AS c{number}" for number, (name, _) in enumerate(columns, start=1))
    return RawFile(
        name=place.path.name,
        sha256=sha256_of(place.path),
        relation=f"(SELECT file_row_number + 1 AS row, {cells} FROM {scan})",  # noqa: S608 - quoted
        headers=tuple(name for name, _ in columns),
        types=tuple(dtype for _, dtype in columns),
        n_rows=n_rows,
    )


def raw_text(con: duckdb.DuckDBPyConnection, place: Place, layout: Layout, stored: Path) -> RawFile:
    """Describe a file whose rows of text were stored by `write_rows`."""
    width = len(layout.headers)
    relation = without_empty(f"read_parquet({literal(str(stored))})", width)
    return RawFile(
        name=place.path.name,
        sha256=sha256_of(place.path),
        relation=relation,
        headers=layout.headers,
        types=("VARCHAR",) * width,
        n_rows=count(con, relation),
    )

"""Text files: brought to UTF-8, split into rows, and no line lost in silence."""

from __future__ import annotations

import codecs
import csv
import dataclasses
import itertools
import re
import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

import duckdb

from segbook.data.intake.cells import literal
from segbook.data.intake.detect import WHITESPACE, Layout, detect_encoding, detect_layout
from segbook.data.intake.files import Place, RawFile, raw_text, write_rows
from segbook.errors import nearest

_CHUNK = 1 << 20
_LINES_OF_ONE_CELL = 100
_NAMES = {"utf-8-sig": "utf-8 with BOM", "\t": "tab"}
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def open_text(con: duckdb.DuckDBPyConnection, place: Place) -> RawFile:
    """Open a csv, tsv or txt file.

    Parameters
    ----------
    con
        Connection that reads it.
    place
        The file and what is said about it.

    Returns
    -------
    RawFile

    Raises
    ------
    SourceError
        No text, a header only, a wrong encoding or delimiter.
    """
    encoding = _encoding(place)
    layout = _layout(place, encoding)
    stored = place.scratch / f"{uuid.uuid4().hex}.parquet"
    try:
        rejected = _store(con, place.path, encoding, layout, stored)
    except UnicodeDecodeError as error:
        found = (
            f"bytes in {place.path.name} that {encoding} does not have (0x{error.object[error.start]:02X})"
        )
        raise place.error("format.encoding", found, "the one the file was saved in, or absent") from None
    raw = raw_text(con, place, layout, stored)
    if not raw.n_rows:
        nothing = f"{len(rejected)} lines that cannot be split" if rejected else "a header only"
        must_be = f"a file with rows under its header: {', '.join(layout.headers)}"
        raise place.error("path", f"{place.path.name} with {nothing}", must_be)
    used = {"encoding": encoding, "delimiter": layout.delimiter, "header": str(layout.header_row)}
    shown = {key: _NAMES.get(value, value) for key, value in used.items()}
    shown["encoding"] = place.format.encoding or shown["encoding"]
    detected = tuple(key for key in used if getattr(place.format, key) is None)
    return dataclasses.replace(raw, rejected=tuple(rejected), format=shown, detected=detected)


def _encoding(place: Place) -> str:
    with place.path.open("rb") as file:
        if file.read(4) in _WORKBOOK_STARTS:
            raise place.error(
                "path", f"'{place.path.name}', which is a workbook or an archive", "named .xlsx or .xls"
            )
    given = place.format.encoding
    if given is None:
        return detect_encoding(place.path)
    try:
        name = codecs.lookup(given).name
    except LookupError:
        known = nearest(given, ["utf-8", "cp1251", "utf-16", "cp1252", "cp866", "latin-1"])
        raise place.error("format.encoding", f"'{given}'", known) from None
    return "utf-8-sig" if name == "utf-8" else given


def _layout(place: Place, encoding: str) -> Layout:
    delimiter = {"tab": "\t", "\\t": "\t"}.get(place.format.delimiter or "", place.format.delimiter)
    if delimiter is not None and delimiter != WHITESPACE and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise place.error("format.delimiter", repr(delimiter), f"one character, or '{WHITESPACE}'")
    layout = detect_layout(
        place.path, encoding, place.wanted, delimiter=delimiter, header=place.format.header
    )
    if layout is None:
        raise place.error("path", f"{place.path.name} with nothing but blanks", "a file with rows")
    if not layout.headers:
        raise place.error(
            "format.header",
            f"no row {layout.header_row} in {place.path.name}",
            "the number of the header's row",
        )
    return layout


def _store(
    con: duckdb.DuckDBPyConnection, path: Path, encoding: str, layout: Layout, stored: Path
) -> list[int]:
    """Store the rows as Parquet; give the numbers of the lines that could not be split.

    DuckDB reads what is regular to the last character. Anything else goes through `split`, which
    knows where each line was and loses one bad line, not all that follow it.
    """
    clean = stored.with_suffix(".csv")
    regular = _transcode(path, encoding, layout, clean)
    if regular and _store_regular(con, clean, layout, stored):
        clean.unlink()
        return []
    rejected: list[int] = []
    with clean.open(encoding="utf-8", newline="\n") as file:
        rows = split(file, layout, rejected)
        write_rows(rows, len(layout.headers), stored)
    clean.unlink()
    return rejected


def _transcode(path: Path, encoding: str, layout: Layout, clean: Path) -> bool:
    """Write what stands under the header as UTF-8; tell whether it has no blank lines."""
    regular, last = layout.delimiter != WHITESPACE and len(layout.headers) > 1, ""
    with (
        path.open(encoding=encoding, newline=None) as file,
        clean.open("w", encoding="utf-8", newline="\n") as out,
    ):
        for _ in range(layout.lines_before):
            file.readline()
        while chunk := file.read(_CHUNK):
            regular = regular and "\n\n" not in last + chunk and (bool(last) or chunk[0] != "\n")
            last = chunk[-1]
            out.write(chunk)
    return regular


def _store_regular(con: duckdb.DuckDBPyConnection, clean: Path, layout: Layout, stored: Path) -> bool:
    names = [f"c{number}" for number in range(1, len(layout.headers) + 1)]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    scan = (
        f"read_csv({literal(str(clean))}, delim = {literal(layout.delimiter)}, quote = '\"', escape = '\"', "
        f"header = false, auto_detect = false, strict_mode = true, new_line = '\\n', columns = {{{columns}}})"
    )
    rows = f"SELECT row_number() OVER () + {layout.header_row} AS row, * FROM {scan}"  # noqa: S608 - quoted
    try:
        con.execute(f"COPY ({rows}) TO {literal(str(stored))} (FORMAT parquet)")
    except duckdb.Error:
        stored.unlink(missing_ok=True)
        return False
    return True


def split(
    lines: TextIO | Iterable[str], layout: Layout, rejected: list[int]
) -> Iterator[tuple[int, list[str | None]]]:
    r"""Split lines into rows of as many cells as there are headers.

    Parameters
    ----------
    lines
        Lines under the header.
    layout
        Delimiter and headers.
    rejected
        Receives the numbers of the rows that cannot be split.

    Yields
    ------
    tuple
        Row number as a spreadsheet shows it, and the cells.

    Examples
    --------
    >>> bad = []
    >>> layout = Layout(";", 1, 1, ("a", "b"))
    >>> lines = ['5" pipe;7\n', 'short\n', '"two\n', 'lines";8\n']
    >>> list(split(lines, layout, bad)), bad
    ([(2, ['5" pipe', '7']), (4, ['two\nlines', '8'])], [3])
    """
    ahead: deque[str] = deque()
    source = iter(lines)
    for row in itertools.count(layout.header_row + 1):
        line = ahead.popleft() if ahead else next(source, None)
        if line is None:
            return
        if not line.strip():
            continue
        cells = _cells(line, layout, ahead, source)
        if cells is None:
            rejected.append(row)
        else:
            yield row, [cell or None for cell in cells]


def _cells(line: str, layout: Layout, ahead: deque[str], source: Iterator[str]) -> list[str] | None:
    width = len(layout.headers)
    if layout.delimiter == WHITESPACE:
        return _fit(line.split(), width)
    if '"' not in line:
        return _fit(line.rstrip("\n").split(layout.delimiter), width)
    record = line
    for used in range(_LINES_OF_ONE_CELL):
        cells = _quoted(record, layout.delimiter)
        if cells is not None:
            if len(cells) == width or not used:
                for _ in range(used):
                    ahead.popleft()
                return _fit(cells, width)
            break
        if used == len(ahead):
            ahead.extend(itertools.islice(source, 1))
        if used == len(ahead):
            break
        record += ahead[used]
    return _literal(line, layout.delimiter, width)


def _quoted(record: str, delimiter: str) -> list[str] | None:
    try:
        rows = list(csv.reader(record.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _literal(line: str, delimiter: str, width: int) -> list[str] | None:
    """Read a line whose quotes are not doubled inside a quoted cell: ``"ООО "Ромашка"";5``."""
    if line.count('"') % 2:
        return None
    cells = _fit(line.rstrip("\n").split(delimiter), width)
    return cells and [re.sub(r'^\s*"(.*)"\s*$', r"\1", cell) for cell in cells]


def _fit(cells: list[str], width: int) -> list[str] | None:
    """Allow empty cells beyond the last header; anything else of another width is not a row."""
    return cells[:width] if len(cells) >= width and not any(cell.strip() for cell in cells[width:]) else None

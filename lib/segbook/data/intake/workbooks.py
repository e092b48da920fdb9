"""Sheets of workbooks: xls, xlsx, xlsm, xlsb, ods."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import python_calamine

from segbook.data.intake.cells import NOTHING
from segbook.data.intake.detect import Layout, find_header, plain
from segbook.data.intake.files import Place, RawFile, raw_text, write_rows
from segbook.errors import SourceError, nearest
from segbook.schema import Kind


def open_workbook(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    kinds_of: Callable[[Sequence[str]], Mapping[int, Kind | None]],
) -> RawFile:
    """Open one sheet of a workbook.

    Parameters
    ----------
    con
        Connection that reads it.
    place
        The file and what is said about it.
    kinds_of
        Gives, for the headers found, what the columns become (by number from 0): a number cell is
        written as text differently for an amount, an id and a date. None: the cells have to tell.

    Returns
    -------
    RawFile

    Raises
    ------
    SourceError
        A file that is no workbook, a missing sheet with the nearest name, a sheet without rows.
    """
    rows, name = _sheet(place)
    header = place.format.header
    row = find_header(rows, place.wanted) if header is None else header
    if not any(cell not in ("", None) for each in rows[row:] for cell in each):
        found = f"sheet '{name}' of {place.path.name} with no rows"
        raise place.error("path", found, "a sheet with rows under its header")
    width = len(rows[0])
    headers = (
        [_as_text(cell).strip() for cell in rows[row - 1]]
        if row
        else [f"column{n + 1}" for n in range(width)]
    )
    kinds = kinds_of(headers)
    writers = [_writer(kinds[index], (each[index] for each in rows[row:])) for index in range(width)]
    stored = place.scratch / f"{uuid.uuid4().hex}.parquet"
    write_rows(_texts(rows, row, writers), width, stored)
    used = {"sheet": name, "header": str(row)}
    raw = raw_text(con, place, Layout("", row, row, tuple(headers)), stored)
    detected = tuple(key for key in used if getattr(place.format, key) is None)
    return dataclasses.replace(raw, format=used, detected=detected, workbook=True)


def _writer(kind: Kind | None, cells: Iterator[Any]) -> Callable[[object], str]:
    """Choose how cells are written; of an unknown kind as numbers when all are, some with a fraction."""
    if kind is None:
        there = [cell for cell in cells if not isinstance(cell, str) or cell.strip().lower() not in NOTHING]
        fractions = any(isinstance(cell, float) and not cell.is_integer() for cell in there)
        kind = "number" if fractions and all(type(cell) in (int, float) for cell in there) else "text"
    return _as_number if kind == "number" else _as_text


def _texts(
    rows: list[list[Any]], header: int, writers: Sequence[Callable[[object], str]]
) -> Iterator[tuple[int, list[str | None]]]:
    for number, row in enumerate(rows[header:], start=header + 1):
        yield number, [write(cell) or None for write, cell in zip(writers, row, strict=True)]


def _sheet(place: Place) -> tuple[list[list[Any]], str]:
    try:
        book = python_calamine.CalamineWorkbook.from_path(place.path)
        names = book.sheet_names
        wanted = place.format.sheet if place.format.sheet is not None else _fullest(place, book)
        if isinstance(wanted, int) and 1 <= wanted <= len(names):
            wanted = names[wanted - 1]
        if wanted not in names:
            listed = nearest(str(wanted), names)
            raise place.error("format.sheet", f"no sheet '{wanted}' in {place.path.name}", listed)
        return book.get_sheet_by_name(wanted).to_python(skip_empty_area=False), str(wanted)
    except python_calamine.PasswordError:
        raise place.error(
            "path", f"'{place.path.name}' protected by a password", "saved without one"
        ) from None
    except SourceError:
        raise
    except (python_calamine.CalamineError, OSError, ValueError):
        must = "a whole workbook: xls, xlsx, xlsm, xlsb or ods"
        raise place.error("path", f"'{place.path.name}' that cannot be opened as a workbook", must) from None


def _fullest(place: Place, book: Any) -> str:
    """Choose the sheet whose first rows hold most of the wanted headers, the first of equals."""

    def found(name: str) -> int:
        top = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=20)
        return max((len({plain(cell) for cell in row} & set(place.wanted)) for row in top), default=0)

    return str(max(book.sheet_names, key=found))


def _as_text(cell: object) -> str:
    """Write a cell as a person sees it: ``17850``, not ``17850.0``."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.timedelta):
        return str(cell.total_seconds())
    return cell.isoformat() if isinstance(cell, (dt.date, dt.time)) else str(cell)


def _as_number(cell: object) -> str:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return f"{cell:.16e}"
    return _as_text(cell)

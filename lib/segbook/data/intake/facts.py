"""What was read, and what could not be: the facts every report states about its data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis


@dataclass(frozen=True)
class FileRead:
    """One file, or one table of a database.

    Parameters
    ----------
    name
        File name, or table name for a database.
    sha256
        Hash of its content; empty for a database.
    n_rows
        Data rows in it.
    format
        What was used: ``encoding``, ``delimiter``, ``header``, ``sheet``, ``decimal``, ``dates``.
    detected
        Which of these were detected, not given in the parameters.
    """

    name: str
    sha256: str
    n_rows: int
    format: Mapping[str, str]
    detected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unreadable:
    """Cells of one column that hold something else than they should; they count as empty.

    Parameters
    ----------
    column
        Canonical column.
    n_cells
        How many there are.
    rows
        The first ten row numbers, as a spreadsheet shows them.
    sample
        The first few distinct texts found.
    """

    column: str
    n_cells: int
    rows: tuple[int, ...]
    sample: tuple[str, ...]


@dataclass(frozen=True)
class TableRead:
    """One canonical table, with what is to be said about how it was read.

    Parameters
    ----------
    name
        Canonical name.
    rows
        The canonical columns that are mapped: text trimmed and NULL when empty, numbers float64, dates naive
        timestamps in the client's zone, flags boolean. ``experiments`` keeps every other column as well.
    files
        Where they came from.
    unreadable
        Cells that could not be read, by column.
    n_rows
        Rows read, before ``where``.
    n_rejected, rejected_rows
        Lines that could not be split into the header's columns, and the first ten row numbers.
    n_filtered, amount_filtered
        Rows that ``where`` left out, and their amount in the client's currency; 0.0 without an amount.
    """

    name: str
    rows: ibis.Table
    files: tuple[FileRead, ...]
    unreadable: tuple[Unreadable, ...] = ()
    n_rows: int = 0
    n_rejected: int = 0
    n_filtered: int = 0
    amount_filtered: float = 0.0
    rejected_rows: tuple[int, ...] = ()

    def facts(self) -> dict[str, Any]:
        """Give everything but the rows, as plain data."""
        fields = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name != "rows"
        }
        for name in ("files", "unreadable"):
            fields[name] = [
                vars(each) | {"format": dict(each.format)} if name == "files" else vars(each)
                for each in fields[name]
            ]
        return fields

    @classmethod
    def of(cls, rows: ibis.Table, facts: Mapping[str, Any]) -> TableRead:
        """Put rows and the facts kept beside them together again."""
        files = tuple(FileRead(**each | {"detected": tuple(each["detected"])}) for each in facts["files"])
        unreadable = tuple(
            Unreadable(**each | {"rows": tuple(each["rows"]), "sample": tuple(each["sample"])})
            for each in facts["unreadable"]
        )
        rejected = tuple(facts["rejected_rows"])
        return cls(
            **{**facts, "rows": rows, "files": files, "unreadable": unreadable, "rejected_rows": rejected}
        )

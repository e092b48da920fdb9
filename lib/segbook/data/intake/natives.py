"""Cells that already have a type: Parquet, and whatever a database gives."""

from __future__ import annotations

from segbook.data.intake.cells import Reading, literal, trimmed


def is_text(dtype: str) -> bool:
    """Tell whether a DuckDB type holds text that has to be read."""
    return dtype.startswith(("VARCHAR", "ENUM", "JSON", "UUID", "BLOB"))


def native(cell: str, dtype: str, reading: Reading) -> str | None:
    """Give SQL that turns an already typed cell into the column's kind; None when it cannot.

    Parameters
    ----------
    cell
        SQL of the cell.
    dtype
        Its DuckDB type, not a text.
    reading
        What it becomes.
    """
    if reading.kind == "text":
        return _as_text(cell, dtype)
    if reading.kind == "date":
        return _as_date(cell, dtype, reading.timezone)
    if dtype != "BOOLEAN" and not _is_number(dtype):
        return None
    if reading.kind == "number":
        return f"CASE WHEN isfinite(cast({cell} AS DOUBLE)) THEN cast({cell} AS DOUBLE) END"
    return cell if dtype == "BOOLEAN" else f"CASE WHEN {cell} = 1 THEN true WHEN {cell} = 0 THEN false END"


def _is_number(dtype: str) -> bool:
    return dtype.startswith(("DOUBLE", "FLOAT", "DECIMAL")) or dtype.endswith(("INT", "INTEGER"))


def _as_text(cell: str, dtype: str) -> str:
    """Write ``17850.0`` as ``17850``: pandas makes floats of ids as soon as one is missing."""
    text = f"cast({cell} AS VARCHAR)"
    if not dtype.startswith(("DOUBLE", "FLOAT")):
        return trimmed(text)
    is_whole = f"{cell} = floor({cell}) AND abs({cell}) < 1e18"
    whole = f"cast(cast({cell} AS BIGINT) AS VARCHAR)"
    return f"CASE WHEN {is_whole} THEN {whole} WHEN isfinite({cell}) THEN {text} END"


def _as_date(cell: str, dtype: str, timezone: str) -> str | None:
    if dtype == "TIMESTAMP WITH TIME ZONE":
        return f"{cell} AT TIME ZONE {literal(timezone)}"
    return f"cast({cell} AS TIMESTAMP)" if dtype.startswith(("DATE", "TIMESTAMP")) else None

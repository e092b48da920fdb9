"""Parsed tables kept as Parquet, named by everything that made them."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

import duckdb
import platformdirs

from segbook.data.intake.cells import literal

VERSION = 2
"""Raised whenever the same file would be read differently."""


def cache_dir() -> Path:
    """Give the folder of the cache: ``SEGBOOK_CACHE``, else the user's own cache folder."""
    given = os.environ.get("SEGBOOK_CACHE")
    return Path(given) if given else Path(platformdirs.user_cache_dir("segbook"))


def cache_key(*facts: object) -> str:
    """Name what was read and how.

    Examples
    --------
    >>> cache_key("orders", {"a": 1}) == cache_key("orders", {"a": 1})
    True
    """
    text = json.dumps([VERSION, duckdb.__version__, *facts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def load(con: duckdb.DuckDBPyConnection, key: str) -> tuple[Path, dict[str, Any]] | None:
    """Find a parsed table.

    Returns
    -------
    tuple or None
        Its Parquet file and the facts kept with it; None when it is not there or damaged.
    """
    path = cache_dir() / f"{key}.parquet"
    if not path.is_file():
        return None
    try:
        return path, _facts(con, path)
    except (duckdb.Error, ValueError, OSError, TypeError):
        return None


def _facts(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, Any]:
    name = literal(str(path))
    found = con.execute(f"SELECT value FROM parquet_kv_metadata({name}) WHERE key = 'segbook'").fetchone()  # noqa: S608 - quoted
    con.execute(f"SELECT count(COLUMNS(*)) FROM read_parquet({name})").fetchone()  # noqa: S608 - quoted
    facts = json.loads(bytes(found[0]).decode()) if found else None
    if not isinstance(facts, dict):
        raise ValueError(path.name)
    return facts


def save(con: duckdb.DuckDBPyConnection, query: str, key: str, facts: dict[str, Any]) -> Path | None:
    """Write a parsed table aside, then give it its name.

    Returns
    -------
    Path or None
        None when the cache cannot be written; the run goes on without it.
    """
    folder = cache_dir()
    aside = folder / f"{key}.{uuid.uuid4().hex}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = literal(json.dumps(facts, ensure_ascii=False))
        con.execute(
            f"COPY ({query}) TO {literal(str(aside))} "
            f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{segbook: {kept}}})"
        )
        aside.replace(folder / f"{key}.parquet")
    except (OSError, duckdb.IOException):
        return None
    finally:
        _remove(aside)
    return folder / f"{key}.parquet"


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return

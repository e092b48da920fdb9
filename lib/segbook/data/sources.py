"""A client's exports, of any kind, as canonical tables."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import ibis
from ibis.expr.operations import Median

from segbook.data.intake import cache
from segbook.data.intake.cells import ident, literal
from segbook.data.intake.databases import Origin, count_rows, open_database, typed_rows
from segbook.data.intake.facts import FileRead, TableRead, Unreadable
from segbook.data.intake.files import PARQUET, Place, find_files, open_parquet, sha256_of
from segbook.data.intake.headers import map_columns
from segbook.data.intake.opening import columns_in, connect, file_reads, open_files, settle_all
from segbook.data.intake.propose import propose_source
from segbook.data.intake.reading import FileColumns, canonical_kinds
from segbook.data.intake.tables import checked, columns_of, count_facts, query_of, where_problem
from segbook.errors import Problem, SourceError
from segbook.params import Params, Source

__all__ = ["FileRead", "TableRead", "Unreadable", "propose_source", "read_tables"]


def read_tables(params: Params) -> dict[str, TableRead]:
    r"""Read every source of a client.

    Parameters
    ----------
    params
        The client; ``params.sources`` names the files and the client's own headers.

    Returns
    -------
    dict of str to TableRead
        Canonical name to rows, in the order of ``params.sources``. Files share one embedded DuckDB
        connection, so their tables can be joined; Parquet is read only when the rows are asked for,
        other files are parsed once and kept in the cache (``SEGBOOK_CACHE``).

    Raises
    ------
    SourceError
        Every problem of every table at once.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> text = "Клиент;Дата;Сумма\nЛента;31.01.2026;1 234,50 руб.\n"
    >>> columns = {"customer_id": "Клиент", "order_date": "Дата", "amount": "Сумма"}
    >>> sources = {"orders": {"path": "продажи.csv", "columns": columns}}
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "продажи.csv").write_text(text, "cp1251")
    ...     file = Path(folder, "trial.yaml")
    ...     read = read_tables(Params(client="Trial", purpose="trial", sources=sources, file=file))["orders"]
    ...     print(read.rows.amount.sum().execute(), dict(read.files[0].format))
    1234.5 {'encoding': 'cp1251', 'delimiter': ';', 'header': '1', 'decimal': ',', 'dates': '%d.%m.%Y'}
    """
    backend = connect()
    tables: dict[str, TableRead] = {}
    problems: list[Problem] = []
    for name, source in params.sources.items():
        try:
            tables[name] = (
                _read_database(backend, params, name, source)
                if source.url
                else _read_files(backend, params, name, source)
            )
        except SourceError as error:
            problems += error.problems
    if problems:
        raise SourceError(problems)
    return tables


def _read_files(backend: ibis.BaseBackend, params: Params, table: str, source: Source) -> TableRead:
    paths = find_files(params, table, source)
    lazy = all(path.suffix.lower() in PARQUET for path in paths)
    key = "" if lazy else _key(params, table, source, paths)
    kept = None if lazy else cache.load(backend.con, key)
    if kept:
        return TableRead.of(_parquet_view(backend, table, kept[0]), kept[1])
    with tempfile.TemporaryDirectory(prefix="segbook-", ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        files = open_files(backend.con, params, table, paths, scratch)
        return (
            _lazy(backend, params, table, files)
            if lazy
            else _parsed(backend, params, table, files, scratch, key=key)
        )


def _key(params: Params, table: str, source: Source, paths: Sequence[Path]) -> str:
    contents = [(path.name, sha256_of(path)) for path in paths]
    return cache.cache_key(
        table, contents, source.model_dump(exclude={"path", "duplicates"}), params.timezone
    )


def _facts(
    con: duckdb.DuckDBPyConnection,
    params: Params,
    table: str,
    files: Sequence[FileColumns],
    relation: str | None,
) -> dict[str, Any]:
    rejected = [row for file in files for row in file.raw.rejected]
    counted = {
        "n_rows": sum(file.raw.n_rows for file in files),
        "n_filtered": 0,
        "amount_filtered": 0.0,
        "unreadable": [],
    }
    try:
        counted = count_facts(con, relation, files, columns_of(files, table)) if relation else counted
    except duckdb.Error as error:
        raise _cannot(params, table, error, files) from None
    reads = file_reads(files, params.sources[table])
    return {
        "name": table,
        "files": reads,
        "n_rejected": len(rejected),
        "rejected_rows": rejected[:10],
        **counted,
    }


def _cannot(params: Params, table: str, error: duckdb.Error, files: Sequence[FileColumns]) -> SourceError:
    where, condition = f"{params.file.name}: sources.{table}", params.sources[table].where
    return SourceError([where_problem(where, condition, error, files)])


def _lazy(backend: ibis.BaseBackend, params: Params, table: str, files: Sequence[FileColumns]) -> TableRead:
    condition = params.sources[table].where
    query = query_of(files, condition, table)
    # Counting reads every row once; typed columns without a condition leave nothing to count.
    asked = f"({query})" if condition or any(map(checked, files)) else None
    facts = _facts(backend.con, params, table, files, asked)
    return TableRead.of(_view(backend, table, f'{_kept(files, table)} FROM ({query}) WHERE "§kept"'), facts)


def _parsed(
    backend: ibis.BaseBackend,
    params: Params,
    table: str,
    files: Sequence[FileColumns],
    scratch: Path,
    *,
    key: str = "",
) -> TableRead:
    """Read the cells once into a scratch file; count there; keep the rows that count in the cache."""
    con, all_rows = backend.con, scratch / "all.parquet"
    query = query_of(files, params.sources[table].where, table)
    try:
        con.execute(f"COPY ({query}) TO {literal(str(all_rows))} (FORMAT parquet)")
    except duckdb.Error as error:
        raise _cannot(params, table, error, files) from None
    scan = f"read_parquet({literal(str(all_rows))})"
    facts = _facts(con, params, table, files, scan)
    kept = f'{_kept(files, table)} FROM {scan} WHERE "§kept"'
    path = cache.save(con, kept, key, facts) if key else None
    if path:
        return TableRead.of(_parquet_view(backend, table, path), facts)
    con.execute(f"CREATE OR REPLACE TABLE {ident(table)} AS {kept}")
    return TableRead.of(backend.table(table), facts)


def _kept(files: Sequence[FileColumns], table: str) -> str:
    return f"SELECT {', '.join(map(ident, columns_of(files, table)))}"


def _parquet_view(backend: ibis.BaseBackend, table: str, path: Path) -> ibis.Table:
    return _view(backend, table, f"SELECT * FROM read_parquet({literal(str(path))})")  # noqa: S608 - quoted


def _view(backend: ibis.BaseBackend, table: str, query: str) -> ibis.Table:
    backend.con.execute(f"CREATE OR REPLACE VIEW {ident(table)} AS {query}")
    return backend.table(table)


def _read_database(backend: ibis.BaseBackend, params: Params, table: str, source: Source) -> TableRead:
    """Leave the rows in the database, unless it knows no median or cells have to be looked into.

    Texts are read here, columns summed, and the kinds of a client's own attributes found.
    """
    origin = open_database(params, table, source)
    numbers, problems = map_columns(origin.where, source.table or "", origin.table.columns, table, source)
    if problems:
        raise SourceError(problems)
    kinds = canonical_kinds(table, list(numbers))
    bare = table != "experiments" and len(kinds) == len(numbers)
    whole = typed_rows(origin.table, numbers, kinds) if bare else None
    kept = None if whole is None else typed_rows(origin.kept(source.where), numbers, kinds)
    able = origin.table.get_backend().has_operation(Median)
    if whole is None or kept is None or not able:
        return _brought(backend, params, table, origin)
    with origin.explained("where" if source.where else "table"):
        n_rows, amount = count_rows(whole)
        n_kept, amount_kept = count_rows(kept) if source.where else (n_rows, amount)
    files = (FileRead(source.table or "", "", n_rows, {}),)
    left_out = {"n_filtered": n_rows - n_kept, "amount_filtered": amount - amount_kept}
    return TableRead(table, kept, files, n_rows=n_rows, **left_out)  # type: ignore[arg-type]


def _brought(backend: ibis.BaseBackend, params: Params, table: str, origin: Origin) -> TableRead:
    source = params.sources[table]
    with tempfile.TemporaryDirectory(prefix="segbook-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder, "rows.parquet")
        with origin.explained("table"):
            origin.table.to_parquet(copy)
        place = Place(origin.where, table, source, copy, Path(folder), ())
        raw = replace(open_parquet(backend.con, place), name=source.table or "", sha256="")
        files = [columns_in(backend.con, place, raw)]
        if problems := settle_all(backend.con, origin.where, files, params):
            raise SourceError(problems)
        return _parsed(backend, params, table, files, Path(folder))

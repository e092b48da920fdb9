"""Tables of a database, left where they are: every Ibis backend."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import ibis
import ibis.expr.types as ir

from segbook.data.intake.cells import NOTHING
from segbook.errors import Problem, SourceError, nearest
from segbook.params import Params, Source
from segbook.schema import Kind

_IN_FILES = ("duckdb", "sqlite")


@dataclass(frozen=True)
class Origin:
    """A table of a database, opened.

    Parameters
    ----------
    where
        Path of the source in the YAML.
    table
        The table, lazy.
    secrets
        Texts that no message may show.
    """

    where: str
    table: ir.Table
    secrets: tuple[str, ...]

    def kept(self, condition: str | None) -> ir.Table:
        """Give the rows that satisfy the YAML's ``where``, still in the database."""
        if not condition:
            return self.table
        query = f"SELECT * FROM segbook_all WHERE (\n{condition}\n)"  # noqa: S608 - the client's own condition
        with self.explained("where"):
            backend = self.table.get_backend()
            if backend.name != "duckdb":
                return self.table.alias("segbook_all").sql(query, dialect="duckdb")
            # Ibis 12 asks for the schema of a query in a way that DuckDB 2 no longer has.
            backend.con.execute(f"CREATE TEMP VIEW segbook_all AS {ibis.to_sql(self.table)}")
            backend.con.execute(f"CREATE TEMP VIEW segbook_kept AS {query}")
            return backend.table("segbook_kept", database=("temp", "main"))

    @contextlib.contextmanager
    def explained(self, key: str) -> Iterator[None]:
        """Turn whatever a driver raises into a problem without the url's secrets."""
        with _explained(f"{self.where}.{key}", self.secrets):
            yield


def open_database(params: Params, name: str, source: Source) -> Origin:
    """Open the table a source names.

    Raises
    ------
    SourceError
        An environment variable that is not set, a database or table that is not there; the
        password and the values of variables are never shown.
    """
    where = f"{params.file.name}: sources.{name}"
    url, secrets = _with_environment(f"{where}.url", source.url or "")
    with _explained(f"{where}.url", secrets):
        backend = _connect(params, f"{where}.url", url)
    *above, last = (source.table or "").split(".")
    database: Any = (above[0] if len(above) == 1 else tuple(above)) if above else None
    with _explained(f"{where}.table", secrets):
        try:
            table = backend.table(last, database=database)
        except ibis.common.exceptions.TableNotFound:
            must_be = nearest(last, _tables(backend, database))
            raise SourceError([Problem(f"{where}.table", f"no table '{source.table}'", must_be)]) from None
    return Origin(where, table, secrets)


def _with_environment(where: str, url: str) -> tuple[str, tuple[str, ...]]:
    names = re.findall(r"\$\{(\w+)\}", url)
    missing = [name for name in dict.fromkeys(names) if name not in os.environ]
    if missing:
        must = "set in the environment before the run"
        raise SourceError(
            [Problem(where, f"the variable {name}, which is not set", must) for name in missing]
        )
    whole = re.sub(r"\$\{(\w+)\}", lambda match: os.environ[match[1]], url)
    try:
        password = urlsplit(whole).password or ""
    except ValueError:
        password = ""
    secrets = {whole, password, unquote(password), *(os.environ[name] for name in names)}
    return whole, tuple(sorted(filter(None, secrets), key=len, reverse=True))


def _connect(params: Params, where: str, url: str) -> Any:
    scheme, _, rest = url.partition("://")
    if scheme not in _IN_FILES:
        return ibis.connect(url)
    # These two would make a new database where there is none, and DuckDB locks what it may write to.
    path = params.resolve(rest.partition("?")[0])
    if not path.is_file():
        raise SourceError([Problem(where, f"no {scheme} file of that name", "an existing database file")])
    return ibis.duckdb.connect(path, read_only=True) if scheme == "duckdb" else ibis.sqlite.connect(path)


def _tables(backend: Any, database: Any) -> list[str]:
    if backend.name != "duckdb":
        return list(backend.list_tables(database=database))
    # The list of Ibis 12 calls what DuckDB 2 no longer has.
    return [
        name
        for (name,) in backend.con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
    ]


@contextlib.contextmanager
def _explained(where: str, secrets: tuple[str, ...]) -> Iterator[None]:
    try:
        yield
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001 - every driver has errors of its own
        text = " ".join(str(error).split())
        for secret in secrets:
            text = text.replace(secret, "***")
        found = f"{type(error).__name__}: {text[:200]}"
        raise SourceError(
            [Problem(where, found, "a database that can be reached, with that table")]
        ) from None


def typed_rows(rows: ir.Table, numbers: Mapping[str, int], kinds: Mapping[str, Kind]) -> ir.Table | None:
    """Give the canonical columns of a database table, without moving a row.

    Parameters
    ----------
    rows
        The table.
    numbers, kinds
        Canonical column to its number from 1, and to what it becomes.

    Returns
    -------
    ibis.Table or None
        None when a column holds text that has to be read first, such as dates kept as text.
    """
    cells = {
        name: _typed(rows[rows.columns[number - 1]], name, kinds[name]) for name, number in numbers.items()
    }
    found = {name: cell for name, cell in cells.items() if cell is not None}
    if len(found) < len(cells):
        return None
    if "amount" not in found and {"quantity", "unit_price"} <= set(found):
        found["amount"] = found["quantity"] * found["unit_price"]
    if "margin" not in found and {"amount", "cost"} <= set(found) and "order_date" in found:
        found["margin"] = found["amount"] - found["cost"]
    return rows.select(**found)


def count_rows(rows: ir.Table) -> tuple[int, float]:
    """Count the rows of a table and sum their amount; 0.0 when it has none."""
    amount = rows.amount.sum().fill_null(0.0) if "amount" in rows.columns else ibis.literal(0.0)
    counted = rows.aggregate(n=rows.count(), amount=amount).to_pyarrow().to_pylist()[0]
    return int(counted["n"]), float(counted["amount"])


def _typed(cell: ir.Value, name: str, kind: Kind) -> ir.Value | None:
    dtype = cell.type()
    if kind == "text":
        return _text(cell, name)
    if kind == "number" and (dtype.is_numeric() or dtype.is_boolean()):
        return cell.cast("float64")
    if kind == "date" and (dtype.is_date() or (dtype.is_timestamp() and dtype.timezone is None)):
        return cell.cast("timestamp")
    if kind == "flag" and dtype.is_integer():
        return ibis.cases((cell == 1, True), (cell == 0, False), else_=ibis.null("boolean"))
    return cell if kind == "flag" and dtype.is_boolean() else None


def _text(cell: Any, name: str) -> Any:
    dtype = cell.type()
    if dtype.is_floating():
        return ibis.ifelse(cell == cell.floor(), cell.cast("int64").cast("string"), cell.cast("string"))
    text = (cell if dtype.is_string() else cell.cast("string")).strip().nullif("")
    return (
        ibis.ifelse(text.lower().isin(NOTHING), ibis.null("string"), text) if name.endswith("_id") else text
    )

"""The ``sources`` section a new client's parameters start with."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from segbook.data.intake.detect import plain
from segbook.data.intake.files import Place, find_files
from segbook.data.intake.headers import SYNONYMS, guess_columns
from segbook.data.intake.opening import connect, file_reads, open_one
from segbook.data.intake.reading import FileColumns, canonical_kinds, count_forms, settle
from segbook.params import Format, Params, Source
from segbook.schema import TABLES


def propose_source(paths: Sequence[Path], table: str) -> dict[str, object]:
    r"""Propose how a table is read from some files, for the user to check.

    Parameters
    ----------
    paths
        Files of one table; the first one is looked into.
    table
        Canonical table.

    Returns
    -------
    dict
        ``path``, ``columns`` (canonical name to the header that most likely stands for it) and ``format``
        (what was detected), as plain data for a YAML file. A needed column without a header is absent.

    Raises
    ------
    SourceError
        A file that cannot be opened.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "продажи.csv")
    ...     _ = path.write_text("Дата;Заказчик;Итого\n31.01.2026;Лента;12,50\n", "cp1251")
    ...     proposal = propose_source([path], "orders")
    >>> proposal["columns"]
    {'customer_id': 'Заказчик', 'amount': 'Итого', 'order_date': 'Дата'}
    >>> proposal["format"]
    {'encoding': 'cp1251', 'delimiter': ';', 'decimal': ',', 'dates': '%d.%m.%Y'}
    """
    given = Source(path=tuple(str(Path(path).absolute()) for path in paths))
    params = Params.model_validate({"client": "-", "purpose": "-", "sources": {table: given}})
    files = find_files(params, table, given)
    con = connect().con
    with tempfile.TemporaryDirectory(prefix="segbook-", ignore_cleanup_errors=True) as folder:
        place = Place(f"sources.{table}", table, given, files[0], Path(folder), _known(table))
        raw = open_one(con, place)
        columns = guess_columns(raw.headers, table)
        numbers = {name: raw.headers.index(header) + 1 for name, header in columns.items()}
        file = FileColumns(raw, numbers, canonical_kinds(table, list(numbers)))
        count_forms(con, file)
        settle("", [file], Format(), "UTC")
        form = file_reads([file], given)[0]["format"]
    shown = [str(path) for path in paths]
    return {"path": shown[0] if len(shown) == 1 else shown, "columns": columns, "format": _said(form)}


def _known(table: str) -> set[str]:
    return {
        plain(each) for name in TABLES[table] for each in (name, *SYNONYMS.get(name, "").split("|")) if each
    }


def _said(form: dict[str, str]) -> dict[str, object]:
    """Leave out what need not be said: a header on row 1, dates that have one reading anyway."""
    names = {"utf-8 with BOM": "utf-8", "tab": "\t"}
    said: dict[str, object] = {key: names.get(value, value) for key, value in form.items()}
    if said.get("header") in ("1", "0"):
        del said["header"]
    elif "header" in said:
        said["header"] = int(form["header"])
    if "," in form.get("dates", "") or form.get("dates") == "serial":
        del said["dates"]
    return said

"""The first steps: made-up clients to look at, and the YAML of a new one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from segbook.errors import ParamsError, Problem, SegbookError, SourceError
from segbook.params import Params

DEMO = ("demo.yaml", "demo_b2b.yaml")
_HOME = {"language": ["ru"], "currency": "RUB", "country": "RU"}
_HEAD = """\
# {name}: read through, correct what was guessed, then: segbook check {file}
# Every key is explained in params/demo.yaml.
"""


def write_demo_clients(folder: Path) -> list[Path]:
    """Write the made-up clients' data and, where they are not yet there, their YAML files.

    Parameters
    ----------
    folder
        Gets ``demo-data/`` and ``params/``.

    Returns
    -------
    list of Path
        The YAML files.
    """
    from segbook.data.demo import write_demo

    write_demo(folder / "demo-data")
    source = _shipped_params()
    (folder / "params").mkdir(exist_ok=True)
    files = [folder / "params" / name for name in DEMO]
    for file in files:
        if not file.exists():
            shutil.copyfile(source / file.name, file)
    return files


def _shipped_params() -> Path:
    package = Path(__file__).resolve().parents[1]
    checkout = package.parents[1] / "params"
    return checkout if (checkout / DEMO[0]).is_file() else package / "demo_params"


def write_client(name: str, orders: Sequence[Path], folder: Path) -> Path:
    """Write the YAML of a new client from what its orders look like.

    Parameters
    ----------
    name
        The file's name, and the client's until changed.
    orders
        Files with the orders; headers, encoding and formats are detected.
    folder
        Where the YAML goes; made when absent.

    Returns
    -------
    Path

    Raises
    ------
    ParamsError
        The name cannot be a file's name, or such a file is there already.
    SourceError
        The orders cannot be read.
    """
    from segbook.data.sources import propose_source

    path = folder / f"{name}.yaml"
    if not name.strip() or Path(name).name != name or name.startswith("."):
        raise ParamsError([Problem("name", repr(name), "a plain file name such as acme")])
    if path.exists():
        raise ParamsError([Problem(str(path), "a file that is there already", "a new name")])
    orders = [found for file in orders for found in sorted(file.parent.glob(file.name)) or [file]]
    missing = [file for file in orders if not file.is_file()]
    if missing:
        raise SourceError(
            [Problem(str(file), "no such file", "a csv, xls, xlsx, ods or parquet file") for file in missing]
        )
    section = propose_source([file.absolute() for file in orders], "orders")
    section["path"] = [_seen_from(file, folder) for file in orders]
    content = {
        "client": name,
        "purpose": {"ru": "Регулярный обзор клиентской базы", "en": "Regular review of the customer base"},
        **_HOME,
        "period": _last_quarter(_last_day(section, path)),
        "sources": {"orders": section},
    }
    _write(path, _HEAD.format(name=name, file=path.as_posix()) + _dump(content) + _hints(section))
    return path


def _hints(section: dict[str, Any]) -> str:
    needed = [name for name in ("customer_id", "order_date", "amount") if name not in _guessed(section)]
    return "".join(
        f"# sources.orders.columns.{name} was not found: write your own header\n" for name in needed
    )


def _guessed(section: dict[str, Any]) -> set[str]:
    columns = set(section.get("columns", {}))
    return columns | {"amount"} if {"quantity", "unit_price"} <= columns else columns


def _dump(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, default_flow_style=False)


def _seen_from(file: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(file.absolute(), folder.absolute())).as_posix()
    except ValueError:  # another drive
        return file.absolute().as_posix()


def _last_day(section: dict[str, Any], path: Path) -> date:
    """Give the day after the last order, so that the quarter it completes counts; today without one."""
    from segbook.data.sources import read_tables

    content = {"client": "-", "purpose": "-", "sources": {"orders": section}, "file": path.absolute()}
    try:
        rows = read_tables(Params.model_validate(content))["orders"].rows
        last = rows.agg(last=rows.order_date.max()).to_pandas()["last"].iloc[0]
    except SegbookError:
        last = None
    today = date.today()  # noqa: DTZ011 - the user's own calendar
    return today if last is None or pd.isna(last) else min(last.date() + timedelta(days=1), today)


def _last_quarter(today: date) -> str:
    number = (today.month - 1) // 3
    return f"{today.year}Q{number}" if number else f"{today.year - 1}Q4"


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ParamsError(
            [Problem(str(path), error.strerror or str(error), "a folder that can be written")]
        ) from None

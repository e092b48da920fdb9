"""What the figures of a benchmark depend on, and how they are printed: the machine, its load, Markdown tables."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path


def facts(versions: Mapping[str, str]) -> str:
    """Give one line: when, on what, with which versions, and how busy the machine was."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [
        f"{datetime.now(UTC):%Y-%m-%d}", f"{platform.system()} {platform.machine()}", _processor(),
        f"{os.cpu_count()} cores", f"{memory:.0f} GiB RAM", f"load {os.getloadavg()[0]:.1f}",
        *(f"{name} {number}" for name, number in versions.items()),
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


def keep_bytecode(folder: Path) -> None:
    """Let this process and its children keep compiled modules in a folder, as an ordinary installation does.

    Without them (``PYTHONDONTWRITEBYTECODE``, common in containers) every import compiles its source anew and takes
    three to four times as long.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(folder)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a Markdown table; all columns but the first are aligned right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)

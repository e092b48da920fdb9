"""Where a report's numbers come from: inputs, code, versions."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from segbook.data.client import ClientData
from segbook.results import plain

PACKAGES = (
    "segbook",
    "duckdb",
    "ibis-framework",
    "nbconvert",
    "numpy",
    "pandas",
    "papermill",
    "scipy",
    "typst",
)


def manifest(data: ClientData, report: str, lang: str) -> dict[str, Any]:
    """Give what a report was made from, as plain data.

    Parameters
    ----------
    data
        The client and period.
    report, lang
        Name and language of the report.

    Returns
    -------
    dict
        ``report, lang, client, period, start, end, created, params, sources, git_commit, packages``.
        Secrets are not in it: a database's address is left out.
    """
    params = data.params.model_dump(mode="json", exclude={"file": True, "sources": {"__all__": {"url"}}})
    return {
        "report": report,
        "lang": lang,
        "client": data.params.client,
        "period": data.period.key,
        "start": data.period.start.isoformat(),
        "end": data.period.end.isoformat(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "params": plain(params),
        "sources": {name: _source(read) for name, read in data.reads.items()},
        "git_commit": git_commit(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def _source(read: Any) -> dict[str, Any]:
    return {
        "rows": read.n_rows,
        "rejected": read.n_rejected,
        "filtered": read.n_filtered,
        "unreadable": {each.column: each.n_cells for each in read.unreadable},
        "files": [
            {"name": file.name, "sha256": file.sha256, "rows": file.n_rows, "format": plain(file.format)}
            for file in read.files
        ],
    }


def git_commit() -> str | None:
    """Give the commit of the code, or nothing outside a checkout."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 - git is wherever the user's path says
            cwd=Path(__file__).parent, capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()

"""The list of everything built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader


def write_index(out: Path) -> Path:
    """Write ``index.html``, the list of every report under a folder.

    Parameters
    ----------
    out
        Root of all reports.

    Returns
    -------
    Path
        The page; it needs no network.
    """
    environment = Environment(loader=PackageLoader("segbook.press"), autoescape=True)
    page = environment.get_template("index.html.j2").render(reports=_reports(out))
    aside = out / ".index.html.part"
    aside.write_text(page, encoding="utf-8")
    aside.replace(out / "index.html")
    return out / "index.html"


def _reports(out: Path) -> list[dict[str, Any]]:
    found = []
    for file in out.glob("*/*/*/*.json"):
        try:
            facts = json.loads(file.read_text(encoding="utf-8"))["manifest"]
            entry = {
                name: facts[name]
                for name in ("client", "period", "report", "lang", "start", "end", "created")
            }
        except (OSError, ValueError, KeyError, TypeError):
            continue  # not one of ours, or one being replaced this moment
        names = [file.stem + suffix for suffix in (".html", ".pdf", ".xlsx", ".ipynb", ".json")]
        entry["files"] = [
            {"kind": Path(name).suffix[1:].upper(), "href": (file.parent / name).relative_to(out).as_posix()}
            for name in names
            if (file.parent / name).is_file()
        ]
        found.append(entry)
    found.sort(key=lambda each: (each["lang"], each["report"]))
    found.sort(key=lambda each: each["end"], reverse=True)
    return sorted(found, key=lambda each: each["client"].casefold())

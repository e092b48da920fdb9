"""One report of the demo shop end to end: where the time goes, and how soon ``segbook --help`` answers.

The steps are timed from outside: papermill's own durations of the notebook's cells, the press's timings of HTML and
PDF, and fresh processes for imports and for whole commands. Nothing is compared with others here; the aims are
HTML and PDF together under 1 s after execution, and ``--help`` under 0.3 s.

Run: ``uv run python benchmarks/report.py --repeat 5``
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import machine

PRESS = ("papermill", "nbconvert", "typst", "segbook.press.render", "segbook.press.typst")
KINDS = {
    "open_report(": "kernel: imports, parameters, data",
    "compute(": "kernel: quality, overview, models",
    "report.show(": "kernel: charts, tables, sentences",
    "report.close(": "kernel: workbook, JSON, segments",
    "report.": "kernel: cover, summary, method",
}
"""What a cell does, by what its source holds; the first that fits."""
AIMS = {"HTML and PDF together": "1.0", "`segbook --help`": "0.3"}

Seconds = dict[str, list[float]]


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def command(*words: str, cwd: Path | None = None) -> float:
    """Give the seconds of a command in a fresh process of this Python."""
    call = [sys.executable, *words]
    return timed(lambda: subprocess.run(call, cwd=cwd, capture_output=True, check=True))


def built(job: Any) -> dict[str, float]:
    """Build the report once; give the seconds of each step."""
    import nbformat

    from segbook.press.execute import build

    outcome = build(job)
    if outcome.error:
        raise SystemExit(f"cell {outcome.cell}: {outcome.error}")
    steps = cell_seconds(nbformat.read(job.folder / f"{job.report}.ipynb", as_version=4).cells)
    took = outcome.timings
    steps = {"kernel: start, stop and messages": took["execute"] - sum(steps.values())} | steps
    pages = {"HTML": took["html"], "PDF": took["pdf"], "HTML and PDF together": took["html"] + took["pdf"]}
    return steps | {"execution, all kernel steps": took["execute"]} | pages


def cell_seconds(cells: Iterable[Any]) -> dict[str, float]:
    """Add up the durations papermill left in the cells, by what they do."""
    sums: dict[str, float] = dict.fromkeys(KINDS.values(), 0.0)
    for cell in cells:
        kind = next((kind for mark, kind in KINDS.items() if mark in cell.source), None)
        if cell.cell_type == "code" and kind:
            sums[kind] += cell.metadata["papermill"]["duration"] or 0.0
    return sums


def fresh(folder: Path, params: Path) -> dict[str, float]:
    """Time what starts from nothing: imports, ``--help`` and a whole run."""
    segbook = ["-c", "from segbook.cli import main; main()"]
    run = [
        "run",
        str(params),
        "--report",
        "segmentation",
        "--lang",
        "ru",
        "--force",
        "--out",
        str(folder / "run"),
    ]
    return {
        "python, nothing imported": command("-c", "pass"),
        "`segbook --help`": command(*segbook, "--help"),
        "`import segbook.report`": command("-c", "import segbook.report"),
        "imports of the press, once a run": command("-c", f"import {', '.join(PRESS)}"),
        "`segbook run`, one report, from start to end": command(*segbook, *run, cwd=folder),
    }


def measure(folder: Path, repeat: int) -> Seconds:
    """Measure everything, interleaved; the first build, which compiles modules and parses the data, does not count."""
    from segbook.press.newcomer import write_demo_clients
    from segbook.press.plan import Request, plan

    params = write_demo_clients(folder)[0]
    request = Request([params], reports=["segmentation"], langs=["ru"], out=folder / "reports")
    job = plan(request)[0]
    fresh(folder, params)
    built(job)
    seconds: Seconds = {}
    for _ in range(repeat):
        once = (
            fresh(folder, params)
            | {"plan: parameters and data, warm": timed(lambda: plan(request))}
            | built(job)
        )
        for step, took in once.items():
            seconds.setdefault(step, []).append(took)
    return seconds


def report(seconds: Seconds) -> str:
    lines = []
    for step, took in seconds.items():
        figures = (statistics.median(took), min(took), max(took))
        lines.append([step, *(f"{each:.2f}" for each in figures), AIMS.get(step, "")])
    return machine.table(("step", "median, s", "least", "most", "aim"), lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory(prefix="segbook-bench-") as name:
        folder = Path(name)
        os.environ["SEGBOOK_CACHE"] = str(folder / "cache")
        machine.keep_bytecode(folder / "bytecode")
        seconds = measure(folder, repeat)
    named = ("duckdb", "ibis-framework", "papermill", "nbconvert", "typst", "matplotlib")
    print(machine.facts({"Python": sys.version.split()[0]} | {each: version(each) for each in named}))
    print(f"\n### One segmentation report of the demo shop; medians of {repeat}\n\n{report(seconds)}")


if __name__ == "__main__":
    main()

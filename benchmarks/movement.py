"""The movement report of one large client: how long each part takes, and its share of the whole.

Orders, tickets and surveys are those of `models.py`. First the parts of the notebook one by one, as it computes them;
with ``--report`` the whole command too, from Parquet files to HTML, PDF and workbook.

Run: ``uv run python benchmarks/movement.py --customers 120000 --orders 2000000 --report``
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import machine
from models import PERIOD, client
from segbook import (
    behaviour_changes,
    churn,
    cohorts,
    compare,
    flow,
    lifetime,
    make_tasks,
    migrate_all,
    replenishment,
    revenue_bridge,
    value_outlook,
)
from segbook.data.client import ClientData

YAML = """client: Large
purpose: speed
language: en
currency: EUR
period: {period}
reports: [movement]
sources:
{sources}
"""


def parts(data: ClientData) -> dict[str, tuple[float, float]]:
    """Give the seconds of each part, by the clock and of the processor."""
    found: dict[str, tuple[float, float]] = {}

    def measure(name, make):
        began = time.perf_counter(), time.process_time()
        made = make()
        found[name] = time.perf_counter() - began[0], time.process_time() - began[1]
        return made

    measure("one row per customer", lambda: data.customers)
    measure("bridge", lambda: revenue_bridge(data))
    changes = measure("changes of behaviour", lambda: behaviour_changes(data))
    reorders = measure("replenishment", lambda: replenishment(data))
    comparison = compare(data)
    moves = measure("migration", lambda: migrate_all(comparison))
    measure("CLV, hold-out, interval", lambda: value_outlook(data))
    stages = measure("flow of stages", lambda: flow(comparison, "lifecycle"))
    measure("churn", lambda: churn(moves["lifecycle"], stages))
    measure("cohorts", lambda: cohorts(data))
    measure("lifetimes", lambda: lifetime(data))
    measure("tasks", lambda: make_tasks(data, moves, changes, reorders, stages))
    return found


def report(data: ClientData) -> float:
    """Give the seconds of the whole command on the same tables as Parquet files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, table in data.tables.items():
            table.to_parquet(Path(folder) / f"{name}.parquet")
        sources = "\n".join(f"  {name}: {{path: {name}.parquet}}" for name in data.tables)
        file = Path(folder) / "large.yaml"
        file.write_text(YAML.format(period=PERIOD, sources=sources), encoding="utf-8")
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "segbook.cli", "run", str(file), "--out", folder], check=True)
        return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=120_000)
    parser.add_argument("--orders", type=int, default=2_000_000)
    parser.add_argument("--report", action="store_true")
    asked = parser.parse_args()
    data = client(asked.customers, asked.orders)
    found = parts(data)
    wall, cpu = (sum(each[i] for each in found.values()) for i in (0, 1))
    print(machine.facts({"segbook": version("segbook"), "duckdb": version("duckdb")}))
    print(
        f"\n{len(data.customers):,} customers, {asked.orders:,} orders: {wall:.1f} s, of the processor {cpu:.1f} s\n"
    )
    rows = [
        (name, f"{each[0]:.2f}", f"{each[1]:.2f}", f"{each[0] / wall:.0%}")
        for name, each in sorted(found.items(), key=lambda pair: -pair[1][0])
    ]
    print(machine.table(("part", "seconds", "processor", "share"), rows))
    print(f"\nlargest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")
    if asked.report:
        print(f"\nthe whole command: {report(data):.1f} s")


if __name__ == "__main__":
    main()

"""Orders to one row per customer: segbook against pandas, lifetimes and pymc-marketing, as ratios in one run.

Each contestant reads the same Parquet file in a process of its own, rounds interleaved (A B C A B C …). Imports are
timed apart from work. The peak is the process's largest resident memory. Totals must agree, or the run stops.
lifetimes and pymc-marketing get throw-away environments from ``uv run --isolated``: never our dependencies.

Run: ``uv run python benchmarks/customers.py --orders 1000000 10000000 --repeat 5``
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import machine

CONTESTANTS = Path(__file__).with_name("contestants.py")
ELSEWHERE = {
    "lifetimes": ("lifetimes==0.11.3", "pandas<3", "pyarrow"),
    "pymc_marketing": ("pymc-marketing==0.19.2", "pyarrow"),
}
"""What the throw-away environments hold: the newest lifetimes does not run on pandas 3."""
NAMES = {
    "ours": "segbook, 20 columns and row checks",
    "pandas": "pandas, the same 20 columns",
    "pandas_short": "pandas, 5 columns, one groupby",
    "lifetimes": "lifetimes, 4 columns",
    "pymc_marketing": "pymc-marketing, 4 columns",
}
WARM = 10_000
"""Orders of the first round, which makes environments and compiles modules and is not shown."""
HEADER = ("", "import, s", "work, s", "÷ ours", "CPU, s", "÷ ours", "peak, MB", "÷ ours")

Run = dict[str, Any]


def write_orders(n_orders: int, path: Path) -> None:
    """Write synthetic orders of one customer per twenty, as pandas does by default."""
    from segbook.data.demo.orders import make_orders

    columns = ["customer_id", "order_id", "order_date", "amount", "margin", "quantity"]
    orders = make_orders(max(n_orders // 20, 1), n_orders)[columns]
    orders.astype({"customer_id": "str"}).to_parquet(path, index=False)


def run_one(name: str, path: Path) -> Run:
    """Run a contestant once in its own process."""
    python = [sys.executable]
    if name in ELSEWHERE:
        wanted = [part for package in ELSEWHERE[name] for part in ("--with", package)]
        python = ["uv", "run", "--quiet", "--no-project", "--isolated", *wanted, "python"]
    command = [*python, str(CONTESTANTS), name, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        return {"error": last}
    found: Run = json.loads(done.stdout.splitlines()[-1])
    return found


def run_all(names: Sequence[str], path: Path, repeat: int) -> dict[str, list[Run]]:
    """Run everyone in turn, several rounds; who failed once is not asked again."""
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for _ in range(repeat):
        for name in names:
            if not any("error" in run for run in runs[name]):
                runs[name].append(run_one(name, path))
    return runs


def check(runs: Mapping[str, Sequence[Run]]) -> None:
    """Stop when a contestant's totals differ from ours in a column both have."""
    ours = runs["ours"][0]["totals"]
    for name, found in runs.items():
        theirs = {} if "error" in found[-1] else found[-1]["totals"]
        for key in theirs.keys() & ours.keys():
            if not math.isclose(theirs[key], ours[key], rel_tol=1e-9):
                raise SystemExit(f"{name}: {key} is {theirs[key]}, segbook has {ours[key]}")


def median(runs: Sequence[Run], key: str) -> float:
    return statistics.median(run[key] for run in runs)


def rows(runs: Mapping[str, Sequence[Run]]) -> list[list[str]]:
    """Give a line per contestant, divided by ours: above 1, ours is better."""
    base = {key: median(runs["ours"], key) for key in ("work", "cpu", "peak_mb")}
    lines = []
    for name, found in runs.items():
        if "error" in found[-1]:
            lines.append([NAMES[name], "—", f"not run: {found[-1]['error'][:60]}", *["—"] * 5])
            continue
        line = [NAMES[name], f"{median(found, 'import'):.1f}"]
        for key, form in (("work", ".2f"), ("cpu", ".2f"), ("peak_mb", ".0f")):
            value = median(found, key)
            line += [f"{value:{form}}", f"{value / base[key]:.2f}"]
        lines.append(line)
    return lines


def report(n_orders: int, runs: Mapping[str, Sequence[Run]]) -> str:
    """Give the table of one size."""
    customers = runs["ours"][0]["totals"]["customers"]
    title = f"### {n_orders:,} orders, {customers:,.0f} customers; medians of {len(runs['ours'])}"
    return f"{title}\n\n{machine.table(HEADER, rows(runs))}\n"


def versions(runs: Mapping[str, Sequence[Run]]) -> dict[str, str]:
    """Give each contestant's own version with the pandas it ran on."""
    known = {name: found[-1].get("versions", {}) for name, found in runs.items()}
    named = {"Python": known["ours"]["python"], "DuckDB": known["ours"]["duckdb"]}
    for name, found in known.items():
        if name in ELSEWHERE and found:
            own = next(iter(found))
            named[own] = f"{found[own]} (pandas {found['pandas']})"
    return named | {"pandas": known["ours"]["pandas"]}


def measured(names: Sequence[str], n_orders: int, repeat: int, folder: Path) -> dict[str, list[Run]]:
    """Write orders, let everyone reduce them, and check that they agree."""
    path = folder / f"orders{n_orders}.parquet"
    # Not written by this process: a child's peak of memory starts from its parent's.
    writer = multiprocessing.get_context("spawn").Process(target=write_orders, args=(n_orders, path))
    writer.start()
    writer.join()
    os.sync()
    runs = run_all(names, path, repeat)
    path.unlink()
    check(runs)
    return runs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(NAMES), default=list(NAMES))
    asked = parser.parse_args()
    names = ["ours", *(name for name in asked.only if name != "ours")]
    with tempfile.TemporaryDirectory(prefix="segbook-bench-") as name:
        folder = Path(name)
        machine.keep_bytecode(folder / "bytecode")
        warm = measured(names, WARM, 1, folder)
        print(machine.facts(versions(warm)) + "\n", flush=True)
        for n_orders in asked.orders:
            print(report(n_orders, measured(names, n_orders, asked.repeat, folder)), flush=True)


if __name__ == "__main__":
    main()

"""Whole read-out of one A/B test, against tea-tasting looping over the segments.

Run with ``uv run python benchmarks/abtest_speed.py --units 1000000 --repeat 3``; tea-tasting lives in a throw-away
environment. Six metrics (two shares, a mean and a money with a covariate, a money without, a ratio), eight segments, two
arms. segbook also checks units and the split, permutes money, shrinks segments and gives the verdict.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

SEGMENTS = 8
TEA = ["uv", "run", "--no-project", "--isolated", "--with", "tea-tasting", "--with", "ibis-framework[duckdb]", "--with", "pandas", "python"]  # fmt: skip


def make(path: Path, units: int) -> None:
    """Write the units of one test as Parquet."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(1)
    before = np.round(rng.gamma(2, 10, units), 2)
    visits = rng.poisson(3, units) + 1
    frame = pd.DataFrame(
        {
            "unit_id": np.arange(units),
            "variant": np.array(["A", "B"])[rng.integers(0, 2, units)],
            "segment": np.array([f"s{each}" for each in range(SEGMENTS)])[rng.integers(0, SEGMENTS, units)],
            "opened": (rng.random(units) < 0.3).astype("int8"),
            "clicked": (rng.random(units) < 0.06).astype("int8"),
            "minutes": np.round(before * 0.5 + rng.gamma(2, 5, units), 2),
            "spend": np.round((rng.random(units) < 0.05) * rng.lognormal(7, 1.2, units), 2),
            "bought": np.round((rng.random(units) < 0.02) * rng.lognormal(6, 1.0, units), 2),
            "orders": rng.binomial(visits, 0.1),
            "visits": visits,
            "before": before,
        }
    )
    frame.to_parquet(path, index=False)


def segbook(path: str) -> dict[str, float]:
    """Read the test as the report does."""
    import ibis

    from segbook.params.experiment import Experiment, Metric
    from segbook.stats.abtest.trial import read_trial

    metrics = {
        "opened": Metric(type="proportion"), "clicked": Metric(type="proportion", primary=True),
        "minutes": Metric(type="mean", covariate="before", primary=True), "spend": Metric(type="money"),
        "bought": Metric(type="money"), "rate": Metric(type="ratio", numerator="orders", denominator="visits"),
    }  # fmt: skip
    test = Experiment(control="A", metrics=metrics, segments=("segment",))
    trial = read_trial("it", ibis.duckdb.connect().read_parquet(path), test)
    return {each.metric: each.test.effect_size for each in trial.comparisons}


def segbook_aggregates(path: str) -> dict[str, float]:
    """Compute only what tea-tasting does: effects in total and in each segment, by Welch and the delta method."""
    import ibis

    from segbook.params.experiment import Experiment, Metric
    from segbook.stats.abtest.arms import gather
    from segbook.stats.abtest.segments import study

    means = ("opened", "clicked", "spend", "bought")
    metrics = {name: Metric(type="mean") for name in means} | {
        "minutes": Metric(type="mean", covariate="before"),
        "rate": Metric(type="ratio", numerator="orders", denominator="visits"),
    }
    cells = gather(
        ibis.duckdb.connect().read_parquet(path), Experiment(control="A", metrics=metrics), ["segment"]
    )
    found = {name: study(cells, "segment", name, ("A", "B")) for name in metrics}
    return {
        name: float(each.effects["effect_size"].iloc[0]) for name, each in found.items() if each is not None
    }


def tea(path: str, backend: str) -> dict[str, float]:
    """Loop over the segments, as its users do."""
    import tea_tasting as tt

    experiment = tt.Experiment(
        opened=tt.Mean("opened"), clicked=tt.Mean("clicked"), minutes=tt.Mean("minutes", "before"),
        spend=tt.Mean("spend"), bought=tt.Mean("bought"), rate=tt.RatioOfMeans("orders", "visits"),
    )  # fmt: skip
    if backend == "pandas":
        import pandas as pd

        data = pd.read_parquet(path)
        parts = [data, *(data[data["segment"] == f"s{each}"] for each in range(SEGMENTS))]
    else:
        import ibis

        data = ibis.duckdb.connect().read_parquet(path)
        parts = [data, *(data.filter(data.segment == f"s{each}") for each in range(SEGMENTS))]
    results = [experiment.analyze(part) for part in parts]
    return {name: results[0][name].effect_size for name in ("opened", "clicked", "spend", "bought", "rate")}


ROLES = {
    "segbook, everything": segbook,
    "segbook, effects only": segbook_aggregates,
    "tea-tasting on Ibis": lambda path: tea(path, "ibis"),
    "tea-tasting on pandas": lambda path: tea(path, "pandas"),
}


OURS = "segbook, effects only"


def measure(role: str, path: str) -> None:
    """Run one contestant in this process, warmed by a small file, and print its time and peak memory."""
    small = path.replace(".parquet", ".small.parquet")
    ROLES[role](small)
    began, used = time.perf_counter(), time.process_time()
    found = ROLES[role](path)
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak, "effects": found}))


def main() -> None:
    """Interleave the contestants and print a table."""
    from machine import facts, table

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    print(facts({name: version(name) for name in ("duckdb", "ibis-framework", "pandas", "numpy")}))
    for units in asked.units:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "test.parquet")
            make(path, units)
            make(Path(folder, "test.small.parquet"), 5_000)
            rounds: dict[str, list[dict[str, object]]] = {role: [] for role in ROLES}
            for _ in range(asked.repeat):
                for role in ROLES:
                    python = TEA if role.startswith("tea") else [sys.executable]
                    done = subprocess.run(
                        [shutil.which(python[0]) or python[0], *python[1:], __file__, "--role", role, str(path)],
                        capture_output=True, text=True, check=True,
                    )  # fmt: skip
                    rounds[role].append(json.loads(done.stdout.splitlines()[-1]))
        rows = []
        for role, found in rounds.items():
            middle = {
                name: statistics.median(float(each[name]) for each in found)  # type: ignore[arg-type]
                for name in ("seconds", "cpu", "peak")
            }
            base = statistics.median(float(each["cpu"]) for each in rounds[OURS])  # type: ignore[arg-type]
            cells = [f"{middle['seconds']:.2f}", f"{middle['cpu']:.2f}", f"{middle['cpu'] / base:.1f}"]
            rows.append([role, *cells, f"{middle['peak']:.2f}"])
        print(
            f"\n{units:,} units\n\n"
            + table(["contestant", "seconds", "CPU seconds", "÷ effects only", "peak, GiB"], rows)
        )


if __name__ == "__main__":
    if "--role" in sys.argv:
        measure(sys.argv[2], sys.argv[3])
    else:
        main()

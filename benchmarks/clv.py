"""CLV for many customers: segbook beside lifetimes, fitted to the same customers in the same run.

lifetimes is archived and needs an older pandas; give the Python of a throw-away environment:

    uv venv /tmp/lt && uv pip install --python /tmp/lt/bin/python "lifetimes==0.11.3" "pandas<3"
    uv run python benchmarks/clv.py --lifetimes /tmp/lt/bin/python

Customers are drawn from the BG/NBD story (r 0.5, alpha 60 days, a 0.8, b 2.4), 30 to 730 days old; the value of a purchase from
gamma-gamma. Measured: the fit of both models and the forecast of a year for everybody, in a process of its own; wall clock and
processor time. Both must agree on the parameters, or the run stops.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

THEIRS = """
import json, sys, time, warnings
import numpy as np
warnings.simplefilter("ignore")
from lifetimes import BetaGeoFitter, GammaGammaFitter
made = np.load(sys.argv[1])
x, t_x, age, value = (made[name] for name in ("x", "t_x", "age", "value"))
wall, cpu = time.perf_counter(), time.process_time()
timing = BetaGeoFitter().fit(x, t_x, age)
some = x > 0
spending = GammaGammaFitter().fit(x[some], value[some])
year = timing.conditional_expected_number_of_purchases_up_to_time(365, x, t_x, age)
spend = spending.conditional_expected_average_profit(x, value)
done = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu,
        "timing": list(timing.params_), "spending": list(spending.params_), "year": float(np.nansum(year))}
print(json.dumps(done))
"""
OURS = """
import json, sys, time
import numpy as np, pandas as pd
from segbook.stats.clv.forecast import expect, fit_values
made = np.load(sys.argv[1])
history = pd.DataFrame({"x": made["x"], "t_x": made["t_x"], "T": made["age"], "value": made["value"]})
wall, cpu = time.perf_counter(), time.process_time()
model = fit_values(history, "bg_nbd")
ahead = expect(history, model, 365)
done = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu,
        "timing": list(model.timing_fit.values), "spending": list(model.spending_fit.values),
        "year": float(ahead["expected_purchases"].sum())}
print(json.dumps(done))
"""


def draw(n: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Give customers as the papers see them: purchases after the first, their last day, age and mean value."""
    rng = np.random.default_rng(seed)
    age = rng.integers(30, 730, n).astype(float)
    rate, stop = rng.gamma(0.5, 1 / 60, n), rng.beta(0.8, 2.4, n)
    x, t_x, now, going = np.zeros(n), np.zeros(n), np.zeros(n), np.arange(n)
    while going.size:
        now[going] += rng.exponential(1 / rate[going])
        going = going[now[going] < age[going]]
        x[going] += 1
        t_x[going] = np.floor(now[going])
        going = going[rng.random(going.size) >= stop[going]]
    scatter = rng.gamma(4.0, 1 / 15, n)
    value = np.where(x > 0, rng.gamma(np.maximum(6 * x, 1)) / scatter / np.maximum(x, 1), 0.0)
    return {"x": x, "t_x": t_x, "age": age, "value": value}


def measure(python: str, code: str, file: Path) -> dict[str, float]:
    done = subprocess.run([python, "-c", code, str(file)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lifetimes", required=True, help="Python that has lifetimes 0.11.3")
    parser.add_argument("--customers", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for n in args.customers:
            file = Path(folder) / f"{n}.npz"
            np.savez(file, **draw(n))
            rounds = [
                (measure(sys.executable, OURS, file), measure(args.lifetimes, THEIRS, file))
                for _ in range(args.repeat)
            ]
            for name in ("timing", "spending"):
                pairs = zip(rounds[0][0][name], rounds[0][1][name], strict=True)
                if any(abs(a / b - 1) > 0.01 for a, b in pairs):
                    sys.exit(f"{name}: {rounds[0][0][name]} and {rounds[0][1][name]} differ by more than 1 %")
            for what in ("wall", "cpu"):
                ours, theirs = (min(each[side][what] for each in rounds) for side in (0, 1))
                print(
                    f"{n:>9,} customers, {what:>4}: segbook {ours:6.2f} s, lifetimes {theirs:6.2f} s, x {theirs / ours:.1f}"
                )


if __name__ == "__main__":
    main()

"""How often intervals of the satisfaction index hold the truth, and how often ten identical managers are flagged.

Run: ``uv run python benchmarks/csi_coverage.py --draws 200000 --quarters 4000``
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import pandas as pd
from scipy import stats

from segbook.stats.csi.funnel import funnel, funnel_limits
from segbook.stats.csi.index import csi_interval

Z = 1.959963984540054
Ends = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Setting:
    """Answers in a quarter, true shares that attract and detract; published coverages and P(no detractor)."""

    n: int
    attract: float
    detract: float
    no_detract: float
    log: float
    haldane: float
    wilson: float
    jeffreys: float
    clopper_pearson: float


SETTINGS = (
    Setting(20, 0.6, 0.1, 0.121, 0.844, 0.952, 0.965, 0.968, 0.988),
    Setting(20, 0.8, 0.05, 0.359, 0.609, 0.924, 0.953, 0.977, 0.985),
    Setting(50, 0.6, 0.1, 0.005, 0.963, 0.961, 0.954, 0.944, 0.975),
    Setting(50, 0.7, 0.05, 0.078, 0.888, 0.951, 0.962, 0.929, 0.987),
    Setting(100, 0.8, 0.03, 0.047, 0.921, 0.945, 0.966, 0.923, 0.987),
    Setting(400, 0.75, 0.02, 0.0, 0.958, 0.954, 0.953, 0.944, 0.969),
)


def logarithm(attract: np.ndarray, detract: np.ndarray) -> Ends:
    """Give the plain interval of the logarithm; nothing without detractors."""
    with np.errstate(divide="ignore", invalid="ignore"):
        half = Z * np.sqrt(1 / attract + 1 / detract)
        return np.exp(np.log(attract / detract) - half), np.exp(np.log(attract / detract) + half)


def haldane(attract: np.ndarray, detract: np.ndarray) -> Ends:
    """Give the same with half an answer added to each count."""
    return logarithm(np.asarray(attract) + 0.5, np.asarray(detract) + 0.5)


def jeffreys(attract: np.ndarray, detract: np.ndarray) -> Ends:
    """Give Jeffreys' interval of the share, carried to the odds; the known end at nought or all."""
    a, d = np.asarray(attract, dtype=float), np.asarray(detract, dtype=float)
    low, high = (stats.beta.ppf(q, a + 0.5, d + 0.5) for q in (0.025, 0.975))
    low, high = np.where(a == 0, 0.0, low), np.where(d == 0, 1.0, high)
    with np.errstate(divide="ignore"):
        return low / (1 - low), high / (1 - high)


RIVALS: dict[str, Callable[[np.ndarray, np.ndarray], Ends]] = {
    "log": logarithm,
    "haldane": haldane,
    "wilson": csi_interval,
    "jeffreys": jeffreys,
    "clopper_pearson": lambda a, d: csi_interval(a, d, exact=True),
}


def coverage(setting: Setting, draws: int, seed: int) -> tuple[dict[str, float], float]:
    """Give each interval's share of draws that hold the true index, and the share without a detractor."""
    truth = setting.attract / setting.detract
    shares = [setting.attract, setting.detract, 1 - setting.attract - setting.detract]
    attract, detract, _ = np.random.default_rng(seed).multinomial(setting.n, shares, draws).T
    held = {}
    for name, interval in RIVALS.items():
        low, high = interval(attract.astype(float), detract.astype(float))
        held[name] = float(((low <= truth) & (truth <= high)).mean())
    return held, float((detract == 0).mean())


def identical_managers(quarters: int, n: int = 40, managers: int = 10, seed: int = 1) -> tuple[float, float]:
    """Give the share of quarters in which any of equal managers is flagged, and of managers outside the 95 % limits."""
    rng, flagged, outside = np.random.default_rng(seed), 0, 0.0
    for _ in range(quarters):
        attract, neutral, detract = rng.multinomial(n, [0.6, 0.3, 0.1], managers).T
        counts = pd.DataFrame(
            {"n": n, "attract": attract, "neutral": neutral, "detract": detract, "mean": 7.5}
        )
        made = funnel(counts, draws=2)
        flagged += bool(made.table["verdict"].isin(["below", "above"]).any())
        low, high = funnel_limits(made.table["told"], made.center, 0.95)
        outside += float(((made.table["share"] < low) | (made.table["share"] > high)).mean())
    return flagged / quarters, outside / quarters


def main() -> None:
    import machine

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200_000)
    parser.add_argument("--quarters", type=int, default=4_000)
    chosen = parser.parse_args()
    print(machine.facts({name: version(name) for name in ("numpy", "scipy")}), "\n")
    rows = []
    for setting in SETTINGS:
        held, none = coverage(setting, chosen.draws, seed=0)
        name = (
            f"n {setting.n}, {setting.attract}/{setting.detract}, CSI {setting.attract / setting.detract:.0f}"
        )
        rows.append([name, f"{none:.3f}", *(f"{held[each]:.3f}" for each in RIVALS)])
    print(machine.table(["nominal 95 %", "no detractor", *RIVALS], rows), "\n")
    anyone, each = identical_managers(chosen.quarters)
    print(
        f"Ten identical managers, {chosen.quarters} quarters: someone flagged in {anyone:.3f} (at most 0.05);"
    )
    print(f"outside the 95 % limits {each:.3f} of managers (at most 0.05).")


if __name__ == "__main__":
    main()

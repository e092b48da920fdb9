"""False alarms and coverage of every method of the A/B report, by simulation.

Run with ``uv run python benchmarks/abtest_size.py --runs 10000``. No effect anywhere unless said: a method keeps its
promise when it alarms in 4-6 % of runs; an interval when it covers in 94-96.5 %.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version

import numpy as np

from machine import facts, table
from segbook.stats.abtest.comparison import non_inferior
from segbook.stats.abtest.means import adjusted, ratio_of_means, welch
from segbook.stats.abtest.moments import Moments
from segbook.stats.abtest.money import compare_money
from segbook.stats.abtest.sample_ratio import sample_ratio
from segbook.stats.abtest.segments import cochran_q
from segbook.stats.abtest.shares import SharesEffect
from segbook.stats.multiplicity import holm
from segbook.stats.proportions import katz, newcombe, wilson

Alarm = Callable[[np.random.Generator], float]


def shares(n0: int, n1: int, p: float) -> Alarm:
    return lambda rng: SharesEffect(float(rng.binomial(n0, p)), n0, float(rng.binomial(n1, p)), n1).pvalue


def means(n0: int, n1: int) -> Alarm:
    return lambda rng: welch(*(Moments.of(rng.gamma(2, 3, n)) for n in (n0, n1))).pvalue


def cuped(n: int) -> Alarm:
    def run(rng: np.random.Generator) -> float:
        before = rng.gamma(2, 3, (2, n))
        after = before + rng.gamma(2, 3, (2, n))
        return adjusted(*(Moments.of(y, x) for y, x in zip(after, before, strict=True)))[0].pvalue

    return run


def ratios(n: int) -> Alarm:
    def run(rng: np.random.Generator) -> float:
        visits = rng.poisson(2, (2, n)) + 1.0
        orders = rng.binomial(visits.astype(int), 0.1).astype(float)
        return ratio_of_means(*(Moments.of(y, x) for y, x in zip(orders, visits, strict=True))).pvalue

    return run


def clusters(days: int) -> Alarm:
    def run(rng: np.random.Generator) -> float:
        sent = np.full((2, days), 300.0)
        clicks = rng.binomial(300, np.clip(rng.normal(0.1, 0.03, (2, days)), 0.001, 1)).astype(float)
        return ratio_of_means(
            *(Moments.of(y, x) for y, x in zip(clicks, sent, strict=True)), "cluster"
        ).pvalue

    return run


def spend(n: int, share: float, *, by_welch: bool = False) -> Alarm:
    def run(rng: np.random.Generator) -> float:
        values = (rng.random(n) < 0.03) * rng.lognormal(3, 1.8, n)
        control, treatment = values[: int(n * share)], values[int(n * share) :]
        arms = Moments.of(control), Moments.of(treatment)
        if by_welch:
            return welch(*arms).pvalue
        return compare_money(*arms, values[values != 0], seed=int(rng.integers(2**31)), draws=999).pvalue

    return run


def guardrail(n: int) -> Alarm:
    """Give the chance to be called safe when the loss is just the margin."""

    def run(rng: np.random.Generator) -> float:
        effect = SharesEffect(float(rng.binomial(n, 0.01)), n, float(rng.binomial(n, 0.015)), n)
        return non_inferior(effect, (n, n), -1, 0.005, 0.05).pvalue

    return run


def split(rng: np.random.Generator) -> float:
    first, second, third = rng.multinomial(9000, [1 / 3] * 3)
    return sample_ratio({"a": first, "b": second, "c": third}).pvalue


def story(rng: np.random.Generator) -> float:
    """Eight segments of one lift of a share."""
    n = np.full(8, 500.0)
    p = [rng.binomial(500, each, 8) for each in (0.12, 0.15)]
    smooth = [(x + 1) / (n + 2) for x in p]
    se = np.sqrt(sum(each * (1 - each) / (n + 2) for each in smooth))
    return cochran_q(p[1] / n - p[0] / n, se)[2]


def naive_story(rng: np.random.Generator) -> float:
    """The same told from separate p-values: found in some segments, not in others."""
    n = 500
    pvalues = [
        SharesEffect(float(rng.binomial(n, 0.12)), n, float(rng.binomial(n, 0.15)), n).test_pvalue
        for _ in range(8)
    ]
    return 0.0 if 0 < sum(each <= 0.05 for each in pvalues) < 8 else 1.0


def money_story(rng: np.random.Generator) -> float:
    """Eight segments of skewed money without effect."""
    effects, spreads = [], []
    for _ in range(8):
        arms = [Moments.of((rng.random(1500) < 0.15) * rng.lognormal(3, 1.0, 1500)) for _ in range(2)]
        effects.append(arms[1].y[0] - arms[0].y[0])
        spreads.append(np.sqrt(sum(arm.yy[0] / arm.n[0] for arm in arms)))
    return cochran_q(np.array(effects), np.array(spreads))[2]


def families(rng: np.random.Generator) -> float:
    """Three variants, two deciding metrics: any alarm after Holm."""
    pvalues = [shares(1000, 1000, 0.1)(rng) for _ in range(6)]
    return float(holm(pvalues).min())


CASES: dict[str, tuple[Alarm, float]] = {
    "shares 10 %, 1 000 / 1 000": (shares(1000, 1000, 0.1), 1),
    "shares 50 %, 300 / 900": (shares(300, 900, 0.5), 1),
    "shares 2 %, 2 000 / 18 000": (shares(2000, 18000, 0.02), 1),
    "shares 1 %, 200 / 200 (Fisher)": (shares(200, 200, 0.01), 1),
    "means, 500 / 500 (Welch)": (means(500, 500), 1),
    "means, 200 / 1 800 (Welch)": (means(200, 1800), 1),
    "means with covariate, 500 / 500": (cuped(500), 1),
    "ratios, 1 000 / 1 000": (ratios(1000), 1),
    "clusters, 14 / 14 days": (clusters(14), 1),
    "money 50/50, 5 000 (permutation)": (spend(5000, 0.5), 0.2),
    "money 90/10, 5 000 (permutation)": (spend(5000, 0.1), 0.2),
    "money 95/5, 5 000 (permutation)": (spend(5000, 0.05), 0.2),
    "money 90/10, 5 000 by Welch (not used)": (spend(5000, 0.1, by_welch=True), 1),
    "guardrail at its margin, 5 000 / 5 000": (guardrail(5000), 1),
    "sample ratio, three arms": (split, 1),
    "family of six after Holm": (families, 0.3),
    "story of eight equal segments, share": (story, 1),
    "story of eight segments, money": (money_story, 0.2),
    "the same story by separate p-values (not used)": (naive_story, 0.2),
}
"""Name to the p-value of one run, and the part of the runs it is given."""


def coverage(rng: np.random.Generator, runs: int) -> Iterator[tuple[str, float]]:
    """Give how often the intervals of shares hold the truth."""
    for n0, n1, p0, p1 in ((1000, 1000, 0.1, 0.12), (200, 800, 0.05, 0.08), (60, 60, 0.3, 0.5)):
        x0, x1 = rng.binomial(n0, p0, runs), rng.binomial(n1, p1, runs)
        name = f"{p0:.0%} and {p1:.0%}, {n0} / {n1}"
        for label, (low, high), truth in (
            ("Newcombe", newcombe(x0, n0, x1, n1), p1 - p0),
            ("Katz", katz(x0, n0, x1, n1), p1 / p0),
            ("Wilson", wilson(x0, n0), p0),
        ):
            yield f"{label}, {name}", float(np.mean((low <= truth) & (truth <= high)))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    runs = parser.parse_args().runs
    print(facts({name: version(name) for name in ("numpy", "scipy")}), "\n")
    rows = []
    for index, (name, (alarm, part)) in enumerate(CASES.items()):
        rng, n, began = np.random.default_rng([7, index]), max(int(runs * part), 50), time.perf_counter()
        found = np.mean([alarm(rng) <= 0.05 for _ in range(n)])
        seconds = time.perf_counter() - began
        rows.append(
            [name, f"{100 * found:.1f} %", f"± {196 * np.sqrt(0.05 * 0.95 / n):.1f}", f"{seconds:.0f}"]
        )
    print(table(["no effect", "alarms", "95 % noise", "s"], rows), "\n")
    covered = [
        [name, f"{100 * share:.1f} %"] for name, share in coverage(np.random.default_rng(8), runs * 20)
    ]
    print(table(["interval", "covers"], covered))


if __name__ == "__main__":
    main()

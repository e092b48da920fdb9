"""Five e-mail tests with known truth: a win, a loss, a null, a broken split, money on a hold-out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Trial:
    """The truth behind one test.

    Parameters
    ----------
    control, treatment
        Names of the variants.
    sizes
        Units in control and treatment.
    clicks
        Chance of a click in control and treatment.
    lift
        Treatment's spend over control's, as a ratio.
    start
        Day of the first assignment.
    """

    control: str
    treatment: str
    sizes: tuple[int, int]
    clicks: tuple[float, float]
    lift: float
    start: str


TRIALS: dict[str, Trial] = {
    "subject_line": Trial(
        "old_subject", "question_subject", (6000, 6000), (0.060, 0.082), 1.06, "2026-07-06"
    ),
    "long_letter": Trial("short", "long", (5000, 5000), (0.080, 0.057), 0.95, "2026-07-20"),
    "send_time": Trial("morning", "evening", (5500, 5500), (0.070, 0.070), 1.0, "2026-08-03"),
    "landing_page": Trial("old_page", "new_page", (5600, 4900), (0.065, 0.068), 1.0, "2026-08-17"),
    "price_offer": Trial("no_letter", "letter", (2000, 18000), (0.030, 0.052), 1.18, "2026-09-01"),
}
"""Test to its truth: planned splits are even, but for `price_offer`, which holds out 10 %."""


def make_experiments(seed: int = 2026) -> pd.DataFrame:
    """Make the rows of all tests, one per unit.

    Parameters
    ----------
    seed
        Same seed, same rows.

    Returns
    -------
    `unit_id`, `experiment`, `variant`, `click` (0 or 1), `spend` and `previous_spend` (RUB, mostly 0),
    `unsubscribed` (0 or 1), `segment`, `assigned_at`; the way of the letter: `letter_delivered`,
    `letter_opened`, `letter_ordered` (0 or 1) and `letter_revenue` (RUB).

    Examples
    --------
    >>> make_experiments()["experiment"].value_counts()["price_offer"]
    np.int64(20000)
    """
    streams = np.random.default_rng([seed, 3]).spawn(len(TRIALS))
    parts = [
        _make_trial(name, trial, rng) for (name, trial), rng in zip(TRIALS.items(), streams, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def _make_trial(name: str, trial: Trial, rng: np.random.Generator) -> pd.DataFrame:
    size = sum(trial.sizes)
    treated = rng.permutation(np.repeat([0, 1], trial.sizes))
    segment = rng.choice(3, size, p=[0.6, 0.3, 0.1])
    appetite = rng.normal(0, 0.9, size) + 0.7 * segment
    before = np.round((rng.random(size) < 0.45) * np.exp(7.3 + appetite + rng.normal(0, 0.4, size)), 2)
    click = rng.random(size) < np.array(trial.clicks)[treated]
    buys = rng.random(size) < 0.16 + 0.10 * (before > 0)
    spend = buys * np.exp(7.4 + appetite + rng.normal(0, 0.5, size)) * np.where(treated == 1, trial.lift, 1.0)
    minutes = np.sort(rng.integers(0, 14 * 24 * 60, size))
    units = pd.DataFrame(
        {
            "unit_id": [f"{name[:2].upper()}{number:06d}" for number in range(1, size + 1)],
            "experiment": name,
            "variant": np.array([trial.control, trial.treatment])[treated],
            "click": click.astype(int),
            "spend": np.round(spend, 2),
            "unsubscribed": (rng.random(size) < 0.002).astype(int),
            "previous_spend": before,
            "segment": np.array(["розница", "мелкий опт", "крупный опт"])[segment],
            "assigned_at": np.datetime64(trial.start, "s") + minutes.astype("timedelta64[m]"),
        }
    )
    return units.assign(**_way_of_letters(click, rng))


def _way_of_letters(click: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Make what came before and after each click: who clicked had the letter and opened it."""
    delivered = click | (rng.random(len(click)) < 0.97)
    opened = click | (delivered & (rng.random(len(click)) < 0.24))
    ordered = click & (rng.random(len(click)) < 0.3)
    revenue = np.round(ordered * np.exp(7.6 + rng.normal(0, 0.6, len(click))), 2)
    return {
        "letter_delivered": delivered.astype(int),
        "letter_opened": opened.astype(int),
        "letter_ordered": ordered.astype(int),
        "letter_revenue": revenue,
    }

"""How far the forecast of a whole base may miss: by chance, by its parameters, as the hold-out showed."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segbook.stats.clv.forecast import ValueModel
from segbook.stats.clv.spending import Spending
from segbook.stats.clv.timing import Timing
from segbook.stats.proportions import critical

Floats = NDArray[np.float64]
SAMPLE = 2_000
"""Customers simulated; a larger base is scaled up from them."""
DRAWS = 200
"""Simulated futures: their spread is then known to about 5 %."""


class Total(NamedTuple):
    """A forecast of a base's purchase days or revenue with its interval.

    Parameters
    ----------
    expected, lower, upper
        In purchase days or in the client's currency; the interval holds chance and the uncertainty of the
        parameters.
    """

    expected: float
    lower: float
    upper: float

    def widened(self, error: float) -> Total:
        """Give the interval that also holds an error such as the hold-out showed, relative.

        A missing error changes nothing.

        Examples
        --------
        >>> Total(100.0, 97.0, 103.0).widened(-0.04)
        Total(expected=100.0, lower=95.0, upper=105.0)
        """
        if np.isnan(error) or not self.expected > 0:
            return self
        low, high = (
            self.expected * np.hypot(end / self.expected - 1, error) for end in (self.lower, self.upper)
        )
        return Total(self.expected, float(max(self.expected - low, 0.0)), float(self.expected + high))


def total_interval(
    history: pd.DataFrame, model: ValueModel, days: float, confidence_level: float = 0.95, *, seed: int = 1
) -> tuple[Total, Total]:
    """Simulate what a base will buy.

    Parameters
    ----------
    history
        As `history_frame` gives it; not empty.
    model
        As `fit_values` gives it. Without a true maximum the parameters' uncertainty is unknown, and
        the interval holds chance alone.
    days
        How far ahead.
    confidence_level
        Such as 0.95.
    seed
        Same seed, same interval.

    Returns
    -------
    purchases, revenue
        Purchase days and undiscounted net revenue.

    Notes
    -----
    What each customer buys is drawn from the model's own story, given the history. Chance grows with the root
    of the base, the parameters' part with the base itself.
    """
    rng = np.random.default_rng(seed)
    picked = history.iloc[rng.choice(len(history), min(SAMPLE, len(history)), replace=False)]
    scale = len(history) / len(picked)
    facts = tuple(picked[name].to_numpy() for name in ("x", "t_x", "T"))
    value = picked["value"].fillna(0.0).clip(lower=0.0).to_numpy()
    futures = np.stack([_future(model, facts, value, days, rng) for _ in range(DRAWS)])
    chance = futures.var(axis=0, ddof=1) * scale
    drawn = _drawn_totals(model, facts, value, days, rng)
    means = drawn.mean(axis=0) if len(drawn) else np.ones(2)
    relative = drawn.std(axis=0, ddof=1) / np.where(means > 0, means, 1.0) if len(drawn) else np.zeros(2)
    everybody = tuple(history[name].to_numpy() for name in ("x", "t_x", "T"))
    all_values = history["value"].fillna(0.0).clip(lower=0.0).to_numpy()
    middle = _expected(model.timing, model.spending, everybody, all_values, days)
    half = critical(confidence_level) * np.sqrt(chance + (relative * middle) ** 2)
    low = np.maximum(middle - half, 0.0)
    purchases, revenue = (Total(*map(float, (middle[i], low[i], middle[i] + half[i]))) for i in (0, 1))
    return purchases, revenue


def _expected(
    timing: Timing, spending: Spending, facts: tuple[Floats, ...], value: Floats, days: float
) -> Floats:
    purchases = timing.expected(days, *facts)
    return np.array([purchases.sum(), purchases @ spending.expected(facts[0], value)])


def _drawn_totals(
    model: ValueModel, facts: tuple[Floats, ...], value: Floats, days: float, rng: np.random.Generator
) -> Floats:
    """Give the expected totals under parameters as uncertain as they are; empty when that is unknown."""
    if not model.sound or model.timing_fit is None or model.spending_fit is None:
        return np.empty((0, 2))
    pairs = zip(model.timing_fit.draws(DRAWS, rng), model.spending_fit.draws(DRAWS, rng), strict=True)
    totals = [
        _expected(_timing(times, model.timing), Spending(*spends), facts, value, days)
        for times, spends in pairs
        if spends[1] > 1
    ]
    return np.array(totals).reshape(-1, 2)


def _timing(values: Floats, like: Timing) -> Timing:
    shape: Any = like
    names = [field.name for field in fields(shape)][: values.size]
    made: Timing = replace(shape, **dict(zip(names, values.tolist(), strict=True)))
    return made


def _future(
    model: ValueModel, facts: tuple[Floats, ...], value: Floats, days: float, rng: np.random.Generator
) -> Floats:
    """Give one simulated total of purchase days and of revenue."""
    (x, t_x, T), spending = facts, model.spending
    bought = model.timing.future(days, x, t_x, T, rng)
    scatter = rng.gamma(spending.q + spending.p * x, 1 / (spending.gamma + x * value))
    spent = rng.gamma(np.maximum(spending.p * bought, 1e-12)) / scatter
    return np.array([bought.sum(), spent[bought > 0].sum()])

"""The search for a maximum, and what it says of itself."""

from __future__ import annotations

import numpy as np

from segbook.stats.clv.fitting import maximise
from segbook.stats.clv.spending import _Facts, _likelihood


def test_maximum_of_a_gamma_by_hand():
    """The mean log-likelihood of a gamma's scale with mean 3 and shape 2 peaks at 1.5."""

    def objective(logs):
        scale = np.exp(logs[0])
        return float(-2 * logs[0] - 3 / scale), np.array([-2 + 3 / scale])

    fit = maximise(objective, np.array([0.02]), 100, np.array([False]))
    assert abs(fit.values[0] - 1.5) < 1e-13
    assert fit.status == "converged"
    # Information of the logarithm: 100 x shape.
    assert np.isclose(fit.covariance[0, 0], 1 / 200, rtol=1e-6)


def test_the_maximum_is_found_to_the_last_digits():
    """Where the search stops as the height no longer changes, the slope is still 1e-10."""
    rng = np.random.default_rng(1)
    x = rng.integers(1, 9, 800).astype(float)
    facts = _Facts(x, rng.gamma(6 * x, 1 / rng.gamma(3, 1, 800)) / x)
    fit = maximise(
        lambda logs: _likelihood(facts, logs), np.array([3.0, 3, 1]), 800, np.array([True, True, False])
    )
    assert np.abs(_likelihood(facts, np.log(fit.values))[1]).max() < 1e-12

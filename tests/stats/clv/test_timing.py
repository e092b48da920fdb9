"""Which model of purchase times is taken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from segbook.stats.clv.bgnbd import BGNBD, MBGNBD
from segbook.stats.clv.fitting import Histories
from segbook.stats.clv.pareto import ParetoNBD
from segbook.stats.clv.timing import TIMINGS, fit_timing, window


def drawn(model: ParetoNBD, n: int, age: float) -> Histories:
    rng = np.random.default_rng(3)
    ends = np.minimum(rng.exponential(size=n) / rng.gamma(model.s, 1 / model.beta, n), age)
    x = rng.poisson(rng.gamma(model.r, 1 / model.alpha, n) * ends).astype(float)
    return Histories.of(
        x, np.where(x > 0, ends * rng.random(n) ** (1 / np.maximum(x, 1)), 0.0), np.full(n, age)
    )


def test_auto_takes_the_likelier_of_bg_and_mbg_nbd():
    histories = drawn(ParetoNBD(0.8, 10.0, 0.6, 15.0), 2_000, 60.0)
    model, fit = fit_timing(histories)
    heights = {kind.kind: kind.fit(histories)[1].log_likelihood for kind in (BGNBD, MBGNBD)}
    assert fit.status == "converged"
    assert heights[model.kind] == max(heights.values()) == pytest.approx(fit.log_likelihood)


def test_auto_turns_to_pareto_nbd_where_the_others_find_no_maximum(monkeypatch):
    histories = drawn(ParetoNBD(0.8, 10.0, 0.6, 15.0), 500, 60.0)

    for kind in (BGNBD, MBGNBD):
        model, fit = kind.fit(histories)
        lost = (model, replace(fit, status="boundary"))
        monkeypatch.setattr(kind, "fit", lambda rows, found=lost: found)
    assert fit_timing(histories)[0].kind == "pareto_nbd"


def test_only_bg_bb_counts_by_windows():
    assert {kind: window(kind) for kind in TIMINGS} == dict.fromkeys(TIMINGS, 1) | {"bg_bb": 30}

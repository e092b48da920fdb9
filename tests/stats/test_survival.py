"""Kaplan-Meier against R's aml and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import CensoredData, ecdf

from segbook.stats.survival import kaplan_meier, median_time, survival_at

AML = ([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])
"""R survival: aml, maintained."""


def test_aml_of_r():
    """survfit(Surv(time, status) ~ x, aml): .9091 .8182 .7159 .6136 .4909 .3682 .1841; median 31."""
    curve = kaplan_meier(*AML)
    assert curve.index.tolist() == [9, 13, 18, 23, 31, 34, 48]
    published = [0.9091, 0.8182, 0.7159, 0.6136, 0.4909, 0.3682, 0.1841]
    assert curve["survival"].tolist() == pytest.approx(published, abs=5e-5)
    assert median_time(curve)["median"] == 31
    assert survival_at(curve, 20)["survival"] == pytest.approx(0.7159, abs=5e-5)
    assert survival_at(curve, 8) == {"survival": 1.0, "ci_lower": 1.0, "ci_upper": 1.0}


def test_equals_scipy_with_its_interval():
    rng = np.random.default_rng(1)
    times, events = rng.integers(1, 60, 200), rng.random(200) < 0.6
    curve = kaplan_meier(times, events)
    known = ecdf(CensoredData(uncensored=times[events], right=times[~events])).sf
    with pytest.warns(RuntimeWarning, match="undefined at some"):
        ends = known.confidence_interval(method="log-log")
    assert curve["survival"].to_numpy() == pytest.approx(known.evaluate(curve.index.to_numpy()), abs=1e-12)
    inside = (curve["survival"] > 0) & (curve["survival"] < 1)
    days = curve.index[inside].to_numpy()
    assert curve["ci_lower"][inside].to_numpy() == pytest.approx(ends.low.evaluate(days), abs=1e-9)
    assert curve["ci_upper"][inside].to_numpy() == pytest.approx(ends.high.evaluate(days), abs=1e-9)


def test_nobody_lost_is_no_median():
    assert median_time(kaplan_meier([5, 6], [False, False]))["median"] == float("inf")
    assert kaplan_meier([], []).empty

"""A change of scale is refused with its date; a slip of the pen is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.stats.csi.test_answers import data_of

from segbook.errors import SourceError
from segbook.stats.csi.steady import check_scale

RNG = np.random.default_rng(1)


def days(n: int, start: str = "2026-01-01"):
    return pd.date_range(start, periods=n, freq="D")


def history(*parts: list[int]):
    scores = [each for part in parts for each in part]
    return [
        (f"c{i}", day, str(score))
        for i, (day, score) in enumerate(zip(days(len(scores)), scores, strict=True))
    ]


FIVE = RNG.integers(1, 6, 60).tolist()
TEN = np.clip(RNG.normal(8, 1.5, 60).round(), 1, 10).astype(int).tolist()


def test_five_points_then_ten():
    """By hand: sixty days from the first of January, so the new scale begins on the second of March."""
    with pytest.raises(SourceError, match="above 5 only since 2026-03-02"):
        check_scale(data_of(history(FIVE, TEN), "2026"))


def test_ten_points_then_five():
    with pytest.raises(SourceError, match="above 5 no more since 2026-03-02"):
        check_scale(data_of(history(TEN, FIVE), "2026"))


def test_ten_points_on_a_scale_said_to_be_five():
    five = {"scale": (1, 5), "attract": (4, 5), "detract": (1, 2)}
    with pytest.raises(SourceError, match="outside 1–5 only since 2026-03-02"):
        check_scale(data_of(history(FIVE, TEN), "2026", **five))
    with pytest.raises(SourceError, match=r"outside 1–5 \(\d+ to 10\), must be answers of the scale"):
        check_scale(data_of(history(TEN), "2026", **five))


def test_zeros_of_another_scale(real):
    """The bank's answers go from 0 to 10: 565 zeros are no slip."""
    frame = pd.read_csv(real("nps_bank/NPStimeseries_ddmmyyyy_dash.csv"), dtype=str)
    day = pd.to_datetime(frame["Survey date"], format="%d-%m-%Y")
    rows = list(zip(frame["ID"], day, frame["NPS"], strict=True))
    with pytest.raises(SourceError, match="565 of 5000 answers outside 1–10"):
        check_scale(data_of(rows, "2021"))
    check_scale(data_of(rows, "2021", scale=(0, 10), attract=(9, 10), detract=(0, 6)))


def test_slips_and_real_declines_are_no_change_of_scale():
    poor = RNG.choice([1, 2, 3, 4, 5], 60, p=[0.2, 0.3, 0.3, 0.15, 0.05]).tolist()
    check_scale(data_of(history(poor, TEN), "2026"))
    fallen = np.clip(RNG.normal(5.5, 1.5, 60).round(), 1, 10).astype(int).tolist()
    check_scale(data_of(history(TEN, fallen), "2026"))
    check_scale(data_of(history(TEN, [0, 19, 8], TEN), "2026"))
    check_scale(data_of(history([9, 1, 2]), "2026"))
    check_scale(data_of([], "2026"))

"""XYZ and its cross with ABC: variations by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

from segbook.data.client import ClientData
from segbook.models.abc_xyz import ABCXYZ
from segbook.models.xyz import XYZ

MONTHS = pd.to_datetime(["2026-01-10", "2026-02-10", "2026-03-10"])


def orders(**amounts: list[float]) -> pd.DataFrame:
    return pd.concat(
        pd.DataFrame({"customer_id": name, "order_date": MONTHS[-len(values) :], "amount": values})
        for name, values in amounts.items()
    )


def test_textbook_thresholds():
    """(90, 100, 110): population sd 8.165 over 100 = 0.082; (80, 100, 120): 0.163; (10, 100, 190): 0.735."""
    data = ClientData.of(orders(x=[90, 100, 110], y=[80, 100, 120], z=[10, 100, 190], late=[100]), "2026Q1")
    result = XYZ(thresholds=(0.10, 0.25)).segment(data)
    assert result.segments.to_dict() == {"x": "X", "y": "Y", "z": "Z", "late": "unknown"}
    assert result.scores["cv"].round(3).dropna().to_dict() == {"x": 0.082, "y": 0.163, "z": 0.735}
    assert result.scores.loc["late", "n_subperiods"] == 1, "counted from the first order"


def test_auto_thresholds_are_tertiles():
    spread = {f"c{i}": [100 - i, 100, 100 + i] for i in range(9)}
    result = XYZ().segment(ClientData.of(orders(**spread), "2026Q1"))
    assert result.profile["customers"].to_dict() == {"X": 3, "Y": 3, "Z": 3, "unknown": 0}


def test_returns_that_outweigh_are_unknown():
    assert XYZ().segment(ClientData.of(orders(a=[10, -50, 10]), "2026Q1")).segments["a"] == "unknown"


def test_wrong_thresholds():
    with pytest.raises(ValidationError, match="two rising numbers"):
        XYZ(thresholds=(0.3, 0.1))


def test_cross_joins_the_two():
    data = ClientData.of(orders(big=[900, 1000, 1100], small=[1, 10, 19], late=[5]), "2026Q1")
    result = ABCXYZ(xyz=XYZ(thresholds=(0.1, 0.25))).segment(data)
    assert result.segments.to_dict() == {"big": "AX", "late": "C_unknown", "small": "BZ"}
    assert result.params["abc"]["limits"] == [3000.0, 30.0]

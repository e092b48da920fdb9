"""Results as plain data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any, SupportsFloat

import numpy as np
import pandas as pd
from pydantic import BaseModel


def plain(value: object) -> Any:
    """Turn a result into plain JSON data: NaN and infinity become null, keys become text.

    Floats keep 12 digits: the last ones of a sum depend on the order of its terms.

    Examples
    --------
    >>> plain({"edges": (1.0, float("nan")), "first": date(2026, 1, 1)})
    {'edges': [1.0, None], 'first': '2026-01-01'}
    """
    value = _opened(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, pd.DataFrame):
        return {str(key): plain(row) for key, row in value.to_dict("index").items()}
    if isinstance(value, pd.Series):
        return plain(value.to_dict())
    if isinstance(value, list | tuple | set | frozenset | np.ndarray | pd.Index):
        return [plain(each) for each in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return float(f"{value:.12g}") if math.isfinite(value) else None
    if value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | bool | None):
        return value
    return plain(float(value)) if isinstance(value, SupportsFloat) else str(value)


def _opened(value: object) -> object:
    """Give the fields of a piece of parameters, anything else as it is."""
    return value.model_dump() if isinstance(value, BaseModel) else value

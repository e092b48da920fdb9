"""Two measures and two cut-offs: four cells."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

Cells = Mapping[tuple[bool, bool], str]
"""Whether the first and the second measure are high, to the name of the cell."""


def cells(first: pd.Series, second: pd.Series, cuts: tuple[float, float], names: Cells) -> pd.Series[str]:
    """Name the cell of each pair of values; a value on its cut-off is high.

    Parameters
    ----------
    first, second
        Measures with the same index; where one is missing the cell is ``unknown``.
    cuts
        Smallest high value of each.
    names
        Names of the four cells.

    Examples
    --------
    >>> names = {(True, True): "both", (True, False): "first"}
    >>> names |= {(False, True): "second", (False, False): "none"}
    >>> cells(pd.Series([5, 1, 3]), pd.Series([1, 5, 3]), (3, 3), names).tolist()
    ['first', 'second', 'both']
    """
    up, right = first >= cuts[0], second >= cuts[1]
    table = {high: (up == high[0]) & (right == high[1]) for high in names}
    unknown = (first.isna() | second.isna()).to_numpy()
    found = np.select([unknown, *table.values()], ["unknown", *names.values()], "unknown")
    return pd.Series(found, index=first.index)


def median(values: pd.Series) -> float:
    """Give the lower median, an observed value, so that the cells do not depend on the unit of money.

    Examples
    --------
    >>> median(pd.Series([1.0, 2, 3, 4])), median(pd.Series([], dtype=float))
    (2.0, 0.0)
    """
    known = values.dropna()
    return float(np.quantile(known, 0.5, method="inverted_cdf")) if len(known) else 0.0

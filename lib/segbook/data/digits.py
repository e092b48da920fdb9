"""Sums that come out the same whatever the order of their terms."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def steady(sums: ArrayLike, digits: int = 12, size: ArrayLike | None = None) -> NDArray[np.float64]:
    """Round to so many digits.

    A sum of floats depends on the order of its terms in the last digits, and a database takes them in any
    order. Without this equal customers would not be equal, a row moved in the file could move a customer to
    another class, and the same report made twice could differ.

    Parameters
    ----------
    sums
        Any numbers; NaN stays.
    digits
        How many are kept.
    size
        What the digits are counted from, such as the turnover where purchases and returns nearly cancel;
        each number itself when absent. Where it is not positive, from 1.

    Examples
    --------
    >>> (steady(0.1 + 0.2 + 0.3) == steady(0.3 + 0.2 + 0.1)).item()
    True
    >>> steady([1234.5678, -0.0001234], digits=3, size=1234).tolist()
    [1230.0, -0.0]
    """
    numbers = np.asarray(sums, dtype=float)
    sizes = np.abs(numbers) if size is None else np.asarray(size, dtype=float)
    places = digits - 1 - np.floor(np.log10(np.where(sizes > 0, sizes, 1.0)))
    step = 10.0 ** np.clip(places, -290, 290)
    rounded: NDArray[np.float64] = np.rint(numbers * step) / step
    return rounded

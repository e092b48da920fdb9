"""The chapters of a segmentation report: which results stand together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from segbook.models.attributes import FAMILIES
from segbook.results import Family, SegmentResult

ATTRIBUTES = (*FAMILIES, "own")


def chapters(results: Mapping[str, SegmentResult], primary: Iterable[str]) -> dict[str, list[Any]]:
    """Sort results into chapters.

    Parameters
    ----------
    results
        As `segbook.models.compute` gave them.
    primary
        Models the client decides by, in the order they are to be read.

    Returns
    -------
    dict
        ``primary`` to the results of those models; ``models`` to all but the attributes; ``attributes`` to a
        `Family` for each family that has any; every other family, such as ``value``, to its results. A
        chapter without results is empty.

    Examples
    --------
    >>> import pandas as pd
    >>> from segbook.data.client import ClientData
    >>> from segbook.models import compute
    >>> orders = pd.DataFrame({"customer_id": list("abcd"), "amount": [9.0, 5.0, 3.0, 2.0], "channel": "shop",
    ...     "category": list("xxyz"), "order_date": pd.Timestamp("2026-01-05")})
    >>> found = chapters(compute(ClientData.of(orders))[0], ["lifecycle"])
    >>> [each.model for each in found["primary"]], [each.key for each in found["attributes"]]
    (['lifecycle'], ['product'])
    """
    found: defaultdict[str, list[Any]] = defaultdict(list)
    found["primary"] = [results[key] for key in primary if key in results]
    found["models"] = [each for each in results.values() if each.traits.family not in ATTRIBUTES]
    for result in found["models"]:
        if result.model not in primary:
            found[result.traits.family].append(result)
    for name in ATTRIBUTES:
        members = tuple(each for each in results.values() if each.traits.family == name)
        if members:
            found["attributes"].append(Family(name, members))
    return found

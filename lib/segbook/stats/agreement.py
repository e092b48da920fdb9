"""Do the models tell the same story? Cross tables and the adjusted Rand index of any two segmentations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from segbook.results import SegmentResult, plain
from segbook.stats.crosses import cross_counts

GOOD, FAIR = 0.8, 0.65
"""Recovery is good from 0.8 on and poor below 0.65 [Steinley 2004]."""

NESTED = 0.95
"""Part of the errors a segment of one model spares in guessing that of the other: from here on the models
agree by construction, as ABC does with ABC/XYZ."""

FAR = 0.5
"""Distance of two places among all units, of at most 1, that makes a unit better by one model and
worse by the other."""


@dataclass(frozen=True)
class Cross:
    """Two segmentations of the same units.

    Parameters
    ----------
    one, other
        Keys of the models.
    counts
        Units in each pair of segments: index the segments of ``one``, columns those of ``other``, in their
        order, only those that hold a unit.
    ari
        Adjusted Rand index: 1 the same groups, 0 as chance would, below 0 less than chance.
    """

    one: str
    other: str
    counts: pd.DataFrame
    ari: float

    @property
    def n(self) -> int:
        """Units both models segment."""
        return int(self.counts.to_numpy().sum())

    @property
    def contradiction(self) -> tuple[str, str, int] | None:
        """Segments with most units that one model places high and the other low, and their number."""
        table = self.counts.to_numpy(dtype=float)
        down, across = (_places(table.sum(axis=axis)) for axis in (1, 0))
        far = np.where(np.abs(down[:, None] - across[None, :]) >= FAR - 1e-9, table, 0.0)
        if not far.any():
            return None
        row, column = divmod(int(np.argmax(far)), table.shape[1])
        return str(self.counts.index[row]), str(self.counts.columns[column]), int(far[row, column])


@dataclass(frozen=True)
class Agreement:
    """How far all segmentations agree.

    Parameters
    ----------
    matrix
        Index and columns model; adjusted Rand index, 1 on the diagonal, NaN where two models do not segment
        the same units or one puts all of them together.
    pairs
        One row for each pair of models that can be compared: one, other, n (units), ari, is_nested (the
        segments of one follow from those of the other, so that they agree by construction),
        is_same_family, surprise (ari less the median of the pairs of its kind, same family or not; NaN for
        the nested), most surprising first.
    surprising
        The most surprising pair; none with fewer than two models to compare.
    """

    matrix: pd.DataFrame
    pairs: pd.DataFrame
    surprising: Cross | None

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        found = self.surprising
        cross = found and {"one": found.one, "other": found.other, "ari": found.ari, "counts": found.counts}
        pairs = [plain(row) for row in self.pairs.to_dict("records")]
        return {"agreement": {"matrix": plain(self.matrix), "pairs": pairs, "surprising": plain(cross)}}


def agreement(results: Iterable[SegmentResult]) -> Agreement:
    """Compare all segmentations, two by two.

    Parameters
    ----------
    results
        Any models; customers are compared with customers, leads with leads.

    Returns
    -------
    Agreement

    Notes
    -----
    Models of one family should agree more than models of different ones. A pair is surprising when its index
    is far from the median of the pairs of its kind, in either direction.

    References
    ----------
    .. [1] L. Hubert, P. Arabie, Journal of Classification 2 (1985), 193-218: the index.
    .. [2] D. Steinley, Psychological Methods 9 (2004), 386-396: how to read it.

    That results of methods differ and must be compared is [S0:201-208].

    Examples
    --------
    >>> from segbook.data.client import ClientData
    >>> customers = ClientData.of(pd.DataFrame({"customer_id": list("abcd"), "amount": 10.0,
    ...     "order_date": pd.Timestamp("2026-01-05")})).customers
    >>> def made(key, labels):
    ...     segments = pd.Series(labels, index=customers.index)
    ...     return SegmentResult.build(key, {}, segments, pd.DataFrame(index=customers.index),
    ...         names=sorted(set(labels)), customers=customers)
    >>> float(agreement([made("x", list("kkmn")), made("y", list("kkmm"))]).matrix.loc["x", "y"].round(7))
    0.5714286
    """
    results = list(results)
    names = [result.model for result in results]
    matrix = pd.DataFrame(np.eye(len(names)), index=pd.Index(names, name="model"), columns=names)
    rows, crosses = [], {}
    for one, other in combinations(results, 2):
        made = cross(one, other)
        matrix.loc[one.model, other.model] = matrix.loc[other.model, one.model] = made.ari
        if np.isnan(made.ari):
            continue
        crosses[one.model, other.model] = made
        same = bool(one.traits.family) and one.traits.family == other.traits.family
        rows.append((one.model, other.model, made.n, made.ari, is_nested(made.counts), same))
    pairs = _surprise(pd.DataFrame(rows, columns=["one", "other", "n", "ari", "is_nested", "is_same_family"]))
    told = pairs[~pairs["is_nested"].astype(bool)]
    return Agreement(
        matrix, pairs, crosses[told["one"].iloc[0], told["other"].iloc[0]] if len(told) else None
    )


def cross(one: SegmentResult, other: SegmentResult) -> Cross:
    """Cross two segmentations over the units both know.

    Parameters
    ----------
    one, other
        Results of one client and period.

    Returns
    -------
    Cross
        Its index is NaN, and the table empty, where the units are of different kinds; NaN too where one
        model puts all of them together: there is nothing to agree on.
    """
    first, second = _codes(one, other)
    if not len(first):
        return Cross(one.model, other.model, pd.DataFrame(), float("nan"))
    table = cross_counts(first, second)
    rows, columns = (np.flatnonzero(table.sum(axis=axis)) for axis in (1, 0))
    table = table[rows][:, columns]
    counts = pd.DataFrame(
        table,
        index=pd.Index(one.segments.cat.categories[rows], name=one.model),
        columns=pd.Index(other.segments.cat.categories[columns], name=other.model),
    )
    ari = rand_of(table) if min(table.shape) > 1 else float("nan")
    return Cross(one.model, other.model, counts, ari)


def adjusted_rand(one: ArrayLike, other: ArrayLike) -> float:
    """Give the adjusted Rand index of two labellings of the same units.

    Parameters
    ----------
    one, other
        Labels of any kind, shape (n,), none missing; their names and order do not matter.

    Returns
    -------
    float
        1 for the same groups, 0 for what chance gives; 1 too when both put all units together, or all
        apart; NaN without units.

    References
    ----------
    .. [1] L. Hubert, P. Arabie, Journal of Classification 2 (1985), 193-218, eq. 5.

    Examples
    --------
    >>> round(adjusted_rand([0, 0, 1, 2], [0, 0, 1, 1]), 7)
    0.5714286
    """
    first, second = (np.unique(np.asarray(each), return_inverse=True)[1] for each in (one, other))
    return rand_of(cross_counts(first, second))


def rand_of(counts: np.ndarray) -> float:
    """Give the adjusted Rand index of a cross table; see `adjusted_rand`.

    Examples
    --------
    >>> rand_of(np.array([[2, 0], [0, 3]]))
    1.0
    """
    table = np.asarray(counts, dtype=float)
    n = table.sum()
    if not n:
        return float("nan")
    together, rows, columns = (_pairs(each) for each in (table, table.sum(axis=1), table.sum(axis=0)))
    chance, most = rows * columns / max(_pairs(n), 1.0), (rows + columns) / 2
    return 1.0 if most == chance else float((together - chance) / (most - chance))


def is_nested(counts: pd.DataFrame) -> bool:
    """Tell whether the segments of one model follow from those of the other, nearly always.

    Parameters
    ----------
    counts
        Cross table, none empty.

    References
    ----------
    .. [1] L. A. Goodman, W. H. Kruskal, JASA 49 (1954), 732-764: lambda, the errors spared.

    Examples
    --------
    >>> is_nested(pd.DataFrame([[5, 5, 0], [0, 0, 7]])), is_nested(pd.DataFrame([[5, 5], [5, 7]]))
    (True, False)
    """
    table = counts.to_numpy(dtype=float)
    return any(_spared(each) >= NESTED for each in (table, table.T))


def _spared(table: np.ndarray) -> float:
    """Give lambda: errors spared in guessing the column by knowing the row."""
    n, best = table.sum(), table.sum(axis=0).max()
    return float((table.max(axis=1).sum() - best) / (n - best)) if n > best else 0.0


def _pairs(counts: Any) -> float:
    return float(np.sum(counts * (counts - 1)) / 2)


def _codes(one: SegmentResult, other: SegmentResult) -> tuple[np.ndarray, np.ndarray]:
    """Give the segments, as numbers, of the units both know; none when they are of different kinds."""
    first, second = one.segments, other.segments
    if one.traits.subject != other.traits.subject:
        return np.empty(0, dtype=int), np.empty(0, dtype=int)
    if not first.index.equals(second.index):
        both = first.index.intersection(second.index)
        first, second = first.reindex(both), second.reindex(both)
    return first.cat.codes.to_numpy(), second.cat.codes.to_numpy()


def _surprise(pairs: pd.DataFrame) -> pd.DataFrame:
    told = pairs["ari"].where(~pairs["is_nested"].astype(bool))
    usual = told.groupby(pairs["is_same_family"]).transform("median")
    pairs = pairs.assign(surprise=told - usual)
    order = pairs["surprise"].abs().sort_values(ascending=False, kind="stable", na_position="last").index
    return pairs.loc[order].reset_index(drop=True)


def _places(sizes: np.ndarray) -> np.ndarray:
    """Give where the middle of each segment stands among all units, from 0 to 1."""
    places: np.ndarray = (sizes.cumsum() - sizes / 2) / max(sizes.sum(), 1.0)
    return places

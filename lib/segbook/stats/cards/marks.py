"""What sets a segment apart: who they are, what, when and where they buy, held against everybody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from segbook.results import SegmentResult
from segbook.stats.multiplicity import benjamini_hochberg

INDEX, DIFFERENCE = 1.25, 0.03
"""A quarter more than the base, and three points of a hundred: less is not worth a sentence."""

ENOUGH, SHARE, FEWEST = 30, 0.05, 5
"""People a mark stands on: thirty, or 5 % of the segment when these are at least five."""

FALSE_FINDS = 0.05
UNSAID = frozenset({"unknown", "rare", "other", ""})
COLUMNS = ("aspect", "column", "level", "share", "base_share", "index", "n", "pvalue_adjusted")
WHO = frozenset(
    {"geographic", "demographic", "firmographic", "psychographic", "technographic", "needs", "own"}
    | {"relationship"}
)
"""Families of models that say who a customer is; what they buy is measured from the orders."""


class Shares(NamedTuple):
    """How each customer's money is divided among the levels of something.

    Parameters
    ----------
    aspect
        ``what``, ``when`` or ``where``.
    column
        Such as ``category`` or ``weekday``.
    levels
        Names of the levels.
    customer, level, share
        One row for each pair that occurs: positions, and the share of the customer's money, 0 to 1.
    """

    aspect: str
    column: str
    levels: tuple[str, ...]
    customer: NDArray[np.int64]
    level: NDArray[np.int64]
    share: NDArray[np.float64]


def marks(
    segments: pd.Series, others: Mapping[str, SegmentResult], shares: list[Shares]
) -> dict[str, pd.DataFrame]:
    """Give what each segment has more of than the base.

    Parameters
    ----------
    segments
        Segment by customer, Categorical.
    others
        Results of other models; those of the families `WHO` are crossed with the segments.
    shares
        As `segbook.stats.cards.purchases.shares` gives them.

    Returns
    -------
    dict
        Segment to a frame, one row for each mark, largest index first within its aspect: ``aspect`` (who,
        what, when, where), ``column``, ``level``, ``share`` in the segment and ``base_share`` among all,
        ``index`` = share / base_share, ``n`` (customers of the segment with it), ``pvalue_adjusted``. Only
        what is `INDEX` times the base and `DIFFERENCE` above it, stands on enough people, and survives
        the control of false finds over the whole model (Benjamini and Hochberg, `FALSE_FINDS`).

    Notes
    -----
    A customer is one unit however often they buy. Attributes are compared by Fisher's exact test,
    two-sided by doubling, among those whose level is known; shares of money as means over customers by
    Welch's test, segment against the rest.
    """
    codes = segments.cat.codes.to_numpy().astype(np.int64)
    names = [str(each) for each in segments.cat.categories]
    tested = [*_attributes(codes, names, others), *(_money(codes, names, each) for each in shares)]
    tested = [each for each in tested if len(each)]
    if not tested:
        return {name: pd.DataFrame(columns=list(COLUMNS)) for name in names}
    frame = pd.concat(tested, ignore_index=True)
    frame["pvalue_adjusted"] = benjamini_hochberg(frame["pvalue"])
    frame["index"] = frame["share"] / frame["base_share"]
    size = frame["segment"].map(segments.value_counts().rename(str).to_dict()).astype(int)
    people = (frame["n"] >= ENOUGH) | (frame["n"] >= np.maximum(SHARE * size, FEWEST))
    worth = (frame["index"] >= INDEX) & (frame["share"] - frame["base_share"] >= DIFFERENCE)
    worth &= people & (frame["pvalue_adjusted"] < FALSE_FINDS) & ~frame["level"].isin(UNSAID)
    kept = frame[worth].sort_values(["aspect", "index", "level"], ascending=[True, False, True])
    return {name: kept.loc[kept["segment"] == name, list(COLUMNS)].reset_index(drop=True) for name in names}


def _attributes(
    codes: NDArray[np.int64], names: list[str], others: Mapping[str, SegmentResult]
) -> Iterator[pd.DataFrame]:
    for key, other in others.items():
        if other.traits.family not in WHO or other.traits.subject != "customer":
            continue
        levels = [str(each) for each in other.segments.cat.categories]
        level = other.segments.cat.codes.to_numpy().astype(np.int64)
        known = level != (levels.index("unknown") if "unknown" in levels else -1)
        cells = _cells(codes[known], level[known], len(names), len(levels))
        x, n = cells, cells.sum(axis=1, keepdims=True)
        all_x, all_n = cells.sum(axis=0, keepdims=True), cells.sum()
        above = stats.hypergeom.sf(x - 1, all_n, all_x, n)
        below = stats.hypergeom.cdf(x, all_n, all_x, n)
        pvalues = np.minimum(2 * np.minimum(above, below), 1.0)
        with np.errstate(invalid="ignore"):
            share, base = x / n, np.broadcast_to(all_x / all_n, x.shape)
        yield _rows(("who", key), names, levels, share=share, base_share=base, n=x, pvalue=pvalues)


def _money(codes: NDArray[np.int64], names: list[str], shares: Shares) -> pd.DataFrame:
    """Compare the mean share of a customer's money, segment against the rest."""
    k, m = len(names), len(shares.levels)
    owner = codes[shares.customer]
    buyers = np.bincount(codes[np.unique(shares.customer)], minlength=k)[:, None].astype(float)
    total, squares = (_cells(owner, shares.level, k, m, shares.share**power) for power in (1, 2))
    n = _cells(owner, shares.level, k, m)
    mean, variance = _moments(total, squares, buyers)
    rest = buyers.sum() - buyers
    rest_mean, rest_variance = _moments(total.sum(axis=0) - total, squares.sum(axis=0) - squares, rest)
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = variance / buyers, rest_variance / rest
        df = (a + b) ** 2 / (a**2 / (buyers - 1) + b**2 / (rest - 1))
        pvalue = 2 * stats.t.sf(np.abs(mean - rest_mean) / np.sqrt(a + b), df)
    base = np.broadcast_to(total.sum(axis=0) / max(buyers.sum(), 1.0), mean.shape)
    place = (shares.aspect, shares.column)
    return _rows(place, names, list(shares.levels), share=mean, base_share=base, n=n, pvalue=pvalue)


def _cells(
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    k: int,
    m: int,
    weights: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    return np.bincount(row * m + column, weights, k * m).reshape(k, m).astype(float)


def _moments(
    total: NDArray[np.float64], squares: NDArray[np.float64], n: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        return mean, np.maximum(squares / n - mean**2, 0.0) * n / (n - 1)


def _rows(
    place: tuple[str, str], names: list[str], levels: list[str], **cells: NDArray[np.float64]
) -> pd.DataFrame:
    frame = pd.DataFrame({name: values.ravel() for name, values in cells.items()})
    frame.insert(0, "level", np.tile(np.array(levels, dtype=object), len(names)))
    frame.insert(0, "segment", np.repeat(np.array(names, dtype=object), len(levels)))
    frame.insert(0, "column", place[1])
    frame.insert(0, "aspect", place[0])
    return frame[frame["n"] > 0].astype({"n": int})

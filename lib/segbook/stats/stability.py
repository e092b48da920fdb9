"""Would other customers of the same kind give the same segments? Learn again on resampled customers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Protocol, Self, runtime_checkable

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.results import SegmentResult
from segbook.stats.crosses import cross_counts

UNSTABLE, DOUBTFUL, STABLE = 0.6, 0.75, 0.85
"""Mean Jaccard similarity: below 0.6 unstable, to 0.75 doubtful, to 0.85 stable, above highly stable [Hennig
2007, and the notes of his program ``clusterboot``]."""

DRAWS = 10
SAMPLE = 2_000
"""Customers learned from at most. A larger base is more stable than such a sample of it: the figure is
then the least its stability can be."""


class Learner(Protocol):
    """A model whose cut-offs can be learned and kept."""

    def learn(self, data: ClientData) -> Self:
        """Give the same model with its cut-offs taken from the data."""
        ...

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one segment."""
        ...


@runtime_checkable
class Relearner(Protocol):
    """A model part of which, once learned, is no cut-off: the number of groups, the words a client uses."""

    def relearn(self, learned: Any, data: ClientData) -> Learner:
        """Give what it learned with only the cut-offs taken from other data."""
        ...


class Redraws:
    """Resampled customers of one client, drawn once for all models.

    Parameters
    ----------
    data
        One client and period.
    draws
        How many times customers are drawn, with replacement.
    seed
        Of the draws: the same data give the same answer.

    Attributes
    ----------
    chosen
        At most `SAMPLE` customers.
    sample
        Their data, on which segments are compared; they are numbered in the order of ``chosen``.
    drawn
        Data of as many customers drawn from them with replacement, once for each draw.

    Notes
    -----
    Customers are sorted by what they did, not by their ids, before they are drawn: renaming them changes
    nothing. A drawn customer brings the rows of every table along, once for each time it was drawn; the
    row per customer is copied, and tables are only read by the models that ask for them.
    """

    def __init__(self, data: ClientData, draws: int = DRAWS, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        known = _ordered(data.customers)
        self.chosen = known[np.sort(rng.choice(len(known), min(len(known), SAMPLE), replace=False))]
        self.sample = _redrawn(data, self.chosen)
        own, n = self.sample.customers.index, len(self.chosen)
        self.drawn = [_redrawn(self.sample, own[each]) for each in rng.integers(0, n or 1, (draws, n))]


def stability(result: SegmentResult, model: Learner, redraws: Redraws) -> pd.Series[float]:
    """Give the mean Jaccard similarity of each segment with itself learned again.

    Parameters
    ----------
    result
        The segmentation to judge.
    model
        What made it, before it learned.
    redraws
        Of the same data.

    Returns
    -------
    Series
        Index segment, all declared ones; 0 to 1: of the customers in the segment by either of the two, the
        share in it by both. 1 for a model by fixed rules; NaN for a segment nobody of the sample is in, and
        for models of other units than customers.

    Notes
    -----
    As in [1]_, a segment is compared with the nearest one of the new segmentation, on the same customers. Of
    a `Relearner` only the cut-offs are learned again.

    References
    ----------
    .. [1] C. Hennig, Computational Statistics & Data Analysis 52 (2007), 258-271.

    Examples
    --------
    >>> from segbook.models.repeat_loyalty import RepeatLoyalty
    >>> data = ClientData.of(pd.DataFrame({"customer_id": list("aab"), "amount": 10.0,
    ...     "order_date": pd.to_datetime(["2026-01-05", "2026-02-05", "2026-02-06"])}))
    >>> stability(RepeatLoyalty().segment(data), RepeatLoyalty(), Redraws(data)).dropna().to_dict()
    {'repeat': 1.0, 'one_time': 1.0}
    """
    names = result.segments.cat.categories
    if result.traits.subject != "customer" or redraws.chosen.empty:
        return pd.Series(np.nan, index=names)
    before = result.segments.reindex(redraws.chosen).cat.codes.to_numpy()
    usual, found = model.learn(redraws.sample), []
    for drawn in redraws.drawn:
        learned = model.relearn(usual, drawn) if isinstance(model, Relearner) else model.learn(drawn)
        # A rule learns the same from everybody: no need to apply it.
        again = before if learned == usual else learned.segment(redraws.sample).segments.cat.codes.to_numpy()
        found.append(_jaccard(before, again, len(names)))
    return pd.Series(np.mean(found, axis=0).astype(float), index=pd.Index(names))


def _jaccard(one: np.ndarray, other: np.ndarray, n_segments: int) -> np.ndarray:
    """Give for each segment the share in both it and the nearest other, of those in either."""
    both = cross_counts(one, other)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    similarity = np.full(n_segments, np.nan)
    present = np.flatnonzero(both.sum(axis=1))
    similarity[present] = (both / np.maximum(either, 1)).max(axis=1)[present]
    return similarity


def _ordered(customers: pd.DataFrame) -> pd.Index:
    keys = [customers[name].to_numpy(dtype=float) for name in ("n_orders", "recency_days", "amount_sum")]
    return customers.index[np.lexsort(keys)]


class _Tables(Mapping[str, ir.Table]):
    """Tables of the drawn customers, each made when it is first asked for."""

    def __init__(self, tables: Mapping[str, ir.Table], who: pd.DataFrame) -> None:
        self._tables, self._who = tables, who
        self._made: dict[str, ir.Table] = {}

    def __getitem__(self, name: str) -> ir.Table:
        if name not in self._made:
            self._made[name] = self._drawn(self._tables[name])
        return self._made[name]

    def _drawn(self, rows: ir.Table) -> ir.Table:
        if "customer_id" not in rows.columns:
            return rows
        who = ibis.memtable(self._who)
        # An expression: a model that only asks for the columns costs nothing.
        return who.inner_join(rows.rename(drawn_id="customer_id"), "drawn_id").drop("drawn_id")

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def _redrawn(data: ClientData, who: pd.Index) -> ClientData:
    """Give the data of drawn customers, numbered anew, with what models share already made."""
    names = _numbered(len(who))
    tables = _Tables(data.tables, pd.DataFrame({"customer_id": names, "drawn_id": who}))
    kept = {key: _drawn(each, who, names) for key, each in data._made.items() if _is_by_customer(each)}
    made = ClientData(data.params, data.period, tables, data.reads, kept)
    # What is cached on first use is given beforehand, so that no model reads the tables for it.
    vars(made).update(
        customers=_drawn(data.customers, who, names),
        attributes=_drawn(data.attributes, who, names),
        first_day=data.first_day,
        has_margin=data.has_margin,
    )
    return made


def _is_by_customer(kept: object) -> bool:
    return isinstance(kept, pd.DataFrame | pd.Series) and kept.index.name == "customer_id"


def _drawn(frame: Any, who: pd.Index, names: pd.Index) -> Any:
    """Give the rows of drawn customers, those the frame knows, under their new names."""
    places = frame.index.get_indexer(who)
    known = np.flatnonzero(places >= 0)
    return frame.take(places[known]).set_axis(names.take(known))


@lru_cache(maxsize=4)
def _numbered(n: int) -> pd.Index:
    return pd.Index([f"{number:06d}" for number in range(n)], name="customer_id", dtype="str")

"""The shape of every segmentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

Subject = Literal["customer", "lead", "contact"]
PROFILE = (
    "customers",
    "share_customers",
    "revenue",
    "share_revenue",
    "period_revenue",
    "n_orders",
    "aov",
    "recency_days",
)


@dataclass(frozen=True)
class Traits:
    """What a model says of itself that its results need to be shown.

    Parameters
    ----------
    family
        Part of the mission it belongs to.
    subject
        What is segmented: ``customer``, ``lead`` (an enquiry) or ``contact`` (customers and enquirers).
    watch
        Segments worth a sentence, and its importance, 0 to 1.
    grid
        Two columns of the scores to draw as a heat map, or nothing.
    cutoffs
        Column of the scores to the cut-offs it was compared with; empty for a model without any.
    """

    family: str = ""
    subject: Subject = "customer"
    watch: Mapping[str, float] = field(default_factory=dict)
    grid: Sequence[str] = ()
    cutoffs: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class SegmentResult:
    """Every customer in exactly one segment of one model.

    Made only by `SegmentResult.build`, which checks it.

    Parameters
    ----------
    model
        Key of the model.
    params
        The parameters really used, learned cut-offs included.
    segments
        Index ``customer_id``, unique; ordered Categorical, best segment first.
    scores
        Same index; the numbers behind the choice.
    customers
        Same index; what is known of each, as `segbook.data.customers.customers_frame` gives it.
    traits
        What the model says of itself.
    """

    model: str
    params: Mapping[str, Any]
    segments: pd.Series
    scores: pd.DataFrame
    customers: pd.DataFrame = field(repr=False)
    traits: Traits = Traits()

    @classmethod
    def build(
        cls,
        model: str,
        params: Mapping[str, Any],
        segments: pd.Series,
        scores: pd.DataFrame,
        *,
        names: Sequence[str],
        customers: pd.DataFrame,
        traits: Traits = Traits(),
    ) -> SegmentResult:
        """Check a segmentation.

        Parameters
        ----------
        model, params, scores
            As in the class.
        segments
            Segment name by customer.
        names
            Declared segments, best first.
        customers, traits
            As in the class.

        Raises
        ------
        ValueError
            A customer is missing or there twice, has no segment, or one that is not declared.

        Examples
        --------
        >>> from segbook.data.client import ClientData
        >>> customers = ClientData.of(pd.DataFrame({"customer_id": ["a"], "amount": [10.0],
        ...     "order_date": pd.to_datetime(["2026-01-05"])})).customers
        >>> made = SegmentResult.build("abc", {}, pd.Series({"a": "A"}), pd.DataFrame(index=["a"]),
        ...     names=["A", "B"], customers=customers)
        >>> made.profile["customers"].to_dict()
        {'A': 1, 'B': 0}
        """
        _check(model, segments, names, customers.index)
        if not _same(scores.index, customers.index):
            raise ValueError(f"{model}: scores of other customers than those segmented")
        segments = segments.reindex(customers.index)
        ordered = pd.Categorical(segments, categories=list(names), ordered=True)
        final = pd.Series(ordered, index=customers.index, name=model)
        return cls(model, dict(params), final, scores.reindex(customers.index), customers, traits)

    @cached_property
    def profile(self) -> pd.DataFrame:
        """What each segment is and brings.

        Index ``segment``, all declared ones in order; columns `PROFILE`: customers (count), share_customers
        (0 to 1), revenue (net, client currency), share_revenue (of the total; NaN when the total is
        not positive), period_revenue, n_orders, aov (revenue / orders), recency_days (median).
        """
        return _profile(self.segments, self.customers)

    def of(self, segment: str) -> pd.Index:
        """Give the customers of one segment."""
        return self.segments.index[self.segments == segment]

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        return {"models": {self.model: {"params": self.params, "segments": self.profile}}}

    def near_cuts(self, share: float = 0.1) -> dict[str, pd.Index]:
        """Give who is close to a cut-off: a little more or less would move them to another segment.

        Parameters
        ----------
        share
            How far from the cut-off at most, as a share of it.

        Returns
        -------
        dict
            Each score with cut-offs, and who has a value that near to one. Nobody is near zero.
        """
        return {name: _near(self.scores[name], cuts, share) for name, cuts in self.traits.cutoffs.items()}

    @property
    def present(self) -> list[str]:
        """Segments that hold at least one customer, best first."""
        return [str(name) for name, count in self.profile["customers"].items() if count]


def _check(model: str, segments: pd.Series, names: Sequence[str], base: pd.Index) -> None:
    wrong = []
    if segments.index.has_duplicates:
        wrong.append("a customer twice")
    elif not _same(segments.index, base):
        wrong.append(f"{len(segments)} customers instead of {len(base)}")
    undeclared = sorted(set(segments.dropna().astype(str)) - set(names))
    if undeclared or segments.isna().any():
        wrong.append(f"segments not declared: {', '.join(undeclared) or 'missing values'}")
    if wrong:
        raise ValueError(f"{model}: {'; '.join(wrong)}")


def _near(values: pd.Series, cuts: Sequence[float], share: float) -> pd.Index:
    known = values.to_numpy(dtype=float, na_value=np.nan)[:, None]
    edges = np.asarray([cut for cut in cuts if np.isfinite(cut) and cut != 0], dtype=float)
    # A hair wider, so that 90 is within 10 % of 100 whatever the last binary digit says.
    close = np.abs(known - edges) <= (share + 1e-9) * np.abs(edges)
    found: pd.Index = values.index[close.any(axis=1)]
    return found


def _same(index: pd.Index, base: pd.Index) -> bool:
    """Tell whether two indexes hold the same labels, each once, in any order."""
    if index.equals(base):
        return True
    return len(index) == len(base) and index.is_unique and bool((base.get_indexer(index) >= 0).all())


def _profile(segments: pd.Series, customers: pd.DataFrame) -> pd.DataFrame:
    grouped = customers.groupby(segments, observed=False)
    profile = pd.DataFrame(
        {
            "customers": grouped.size(),
            "revenue": grouped["amount_sum"].sum(),
            "period_revenue": grouped["period_amount"].sum(),
            "n_orders": grouped["n_orders"].sum(),
            "recency_days": grouped["recency_days"].median(),
        }
    )
    profile.index = pd.Index(segments.cat.categories, name="segment")
    total = profile["revenue"].sum()
    profile["share_customers"] = profile["customers"] / max(len(segments), 1)
    profile["share_revenue"] = profile["revenue"] / total if total > 0 else np.nan
    profile["aov"] = profile["revenue"] / profile["n_orders"].where(profile["n_orders"] > 0)
    return profile[list(PROFILE)]


@dataclass(frozen=True)
class Family:
    """Segmentations that are shown side by side, such as those by every geographic column.

    Parameters
    ----------
    key
        Family of the attributes.
    results
        In the order of the report.
    """

    key: str
    results: tuple[SegmentResult, ...]

    def content(self) -> dict[str, Any]:
        """Give the numbers of all of them for the report's JSON."""
        return {"models": {each.model: each.content()["models"][each.model] for each in self.results}}


@dataclass(frozen=True)
class NotComputed:
    """A model that could not be computed, and why.

    Parameters
    ----------
    model
        Its key.
    reason
        ``missing`` (a table or columns are not given), ``too_little`` (not enough data) or ``not_asked`` (a
        parameter without which there is nothing to compute).
    facts
        ``missing``: the columns as ``table.column``; ``too_little``: what was found and what would suffice;
        ``not_asked``: the parameter.
    """

    model: str
    reason: str
    facts: Mapping[str, Any]

    def content(self) -> dict[str, Any]:
        """Give the reason for the report's JSON."""
        return {"not_computed": {self.model: {"reason": self.reason, **self.facts}}}

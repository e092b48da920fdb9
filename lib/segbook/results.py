"""The shapes results have: data only, no words, no figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
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
    profile
        Index ``segment``, all declared ones in order; columns `PROFILE`: customers (count), share_customers
        (0 to 1), revenue (net, client currency), share_revenue (of the total; NaN when the total is
        not positive), period_revenue, n_orders, aov (revenue / orders), recency_days (median).
    traits
        What the model says of itself.
    """

    model: str
    params: Mapping[str, Any]
    segments: pd.Series
    scores: pd.DataFrame
    profile: pd.DataFrame
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
        """Check a segmentation and profile its segments.

        Parameters
        ----------
        model, params, scores
            As in the class.
        segments
            Segment name by customer.
        names
            Declared segments, best first.
        customers
            One row per customer, as `segbook.data.customers.customers_frame` gives it.
        traits
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
        profile = _profile(final, customers)
        return cls(model, dict(params), final, scores.reindex(customers.index), profile, traits)

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
class TestResult:
    """One comparison of a treatment with a control.

    Parameters
    ----------
    control, treatment
        The two values of the metric.
    effect_size, effect_size_ci_lower, effect_size_ci_upper
        Treatment minus control, with its interval.
    rel_effect_size, rel_effect_size_ci_lower, rel_effect_size_ci_upper
        Treatment over control minus one, with its interval.
    pvalue, pvalue_adjusted
        Before and after correction for several comparisons.
    statistic, method
        Of the test, and its name.
    n_control, n_treatment
        Units in each arm.
    verdict
        Key of the words that say it.
    """

    __test__ = False

    control: float
    treatment: float
    effect_size: float
    effect_size_ci_lower: float
    effect_size_ci_upper: float
    rel_effect_size: float
    rel_effect_size_ci_lower: float
    rel_effect_size_ci_upper: float
    pvalue: float
    pvalue_adjusted: float
    statistic: float
    n_control: int
    n_treatment: int
    method: str
    verdict: str


@dataclass(frozen=True)
class TrendResult:
    """A measure through several periods.

    Parameters
    ----------
    measure
        Its key.
    points
        Index period key in order; columns value, n, ci_lower, ci_upper.
    changes
        One comparison for each step from a period to the next.
    """

    measure: str
    points: pd.DataFrame
    changes: tuple[TestResult, ...] = ()


@dataclass(frozen=True)
class NotComputed:
    """A model that could not be computed, and why.

    Parameters
    ----------
    model
        Its key.
    reason
        ``missing`` (a table or columns are not given) or ``too_little`` (not enough data).
    facts
        ``missing``: the columns as ``table.column``; ``too_little``: what was found and what would suffice.
    """

    model: str
    reason: str
    facts: Mapping[str, Any]

    def content(self) -> dict[str, Any]:
        """Give the reason for the report's JSON."""
        return {"not_computed": {self.model: {"reason": self.reason, **self.facts}}}


def plain(value: object) -> Any:
    """Turn a result into plain JSON data: NaN and infinity become null, keys become text.

    Floats keep 12 digits: the last ones of a sum depend on the order of its terms.

    Examples
    --------
    >>> plain({"edges": (1.0, float("nan")), "first": date(2026, 1, 1)})
    {'edges': [1.0, None], 'first': '2026-01-01'}
    """
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
    return value if isinstance(value, str | int | bool | None) else str(value)

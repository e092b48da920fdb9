"""Is it the right segment? Size, measurability, reach, distinctness, likeness and stability of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.params.costs import Costs
from segbook.results import SegmentResult, plain
from segbook.stats.distinct import Yardstick, distinctness
from segbook.stats.reach import reachable
from segbook.stats.stability import DOUBTFUL, UNSTABLE, Learner, Redraws, stability

FEW, LITTLE = 30, 0.05
"""A segment is small below both: customers, and share of revenue. With 30 customers a response of 10 % is
known to within 11 points. The numbers are segbook's; that either size is enough is [S0:198]."""

MEASURED, REACHED = 0.8, 0.5
"""Share of a segment whose inputs are known, and share that can be reached, that suffice: segbook's."""

NEGLIGIBLE = 0.1
"""Gap between cumulative shares that is nothing yet: that of two normal laws a quarter of a standard
deviation apart, where Cliff's delta is 0.14, negligible below 0.147 [Romano et al. 2006]."""

LEVEL = 0.05
PROBLEMS = (
    "small", "unprofitable", "unmeasured", "unreachable", "alike", "unproven", "only_by_rule", "loose",
    "unstable", "doubtful",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """Whether the segments of one model are right ones.

    Parameters
    ----------
    model
        Its key.
    segments
        Index segment, those present, best first; columns

        - ``customers``, ``share_customers``, ``share_revenue`` : size
        - ``period_value`` : margin of the period where margins are known, else revenue; ``service_cost`` :
          customers x cost of serving one, NaN when not given; ``surplus`` : the first less the second
        - ``share_measured`` : of the segment, with every score of the model known
        - ``share_reachable`` : of the segment; NaN when no contacts are given
        - ``telling``, ``distance``, ``pvalue``, ``effect_size`` : the measure that sets the segment most
          apart, how far (0 to 1), and which way (-1 less, 1 more, near 0 in between); see
          `segbook.stats.distinct.distinctness`
        - ``other_telling``, ``other_distance``, ``other_pvalue`` : the same among measures the model was not
          built on
        - ``spread`` : standard deviation of ranks within the segment over that of the base, root mean
          square over measures; 1 as varied as the base
        - ``stability`` : mean Jaccard similarity when learned again; NaN when no model was given
        - ``problems`` : keys of `PROBLEMS` that hold, joined by a space
    measures
        Index measure; columns effect_size (epsilon squared of Kruskal and Wallis), strength, pvalue, is_own
        (the model was built on it).
    unit_cost
        Cost of serving one customer in the period, client currency; NaN when not given.
    has_margin
        Whether ``period_value`` is margin.
    """

    model: str
    segments: pd.DataFrame
    measures: pd.DataFrame
    unit_cost: float
    has_margin: bool

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        segments = self.segments.assign(problems=self.segments["problems"].str.split())
        found = {"segments": segments, "measures": self.measures, "unit_cost": self.unit_cost}
        return {"verdict": {self.model: plain(found)}}

    def having(self, problem: str) -> list[str]:
        """Give the segments that have a problem, best first."""
        return [str(name) for name, keys in self.segments["problems"].items() if problem in keys.split()]


@dataclass(frozen=True)
class Verdicts:
    """Verdicts on the segments of every model.

    Parameters
    ----------
    of
        Key of a model to its verdict, in the order of the report.
    """

    of: Mapping[str, Verdict]

    @property
    def summary(self) -> pd.DataFrame:
        """One row per model: what its segments are worth together.

        Index model; columns n_segments (present), n_right (without a problem), share_right (of the
        customers, in those), strength (the most the model tells apart on a measure it was not built on, as a
        correlation from 0 to 1), stability (of the least stable segment), problems (keys, the most frequent
        first, joined by a space).
        """
        rows = {model: _summed(each) for model, each in self.of.items()}
        columns = ["n_segments", "n_right", "share_right", "strength", "stability", "problems"]
        return pd.DataFrame.from_dict(rows, "index", columns=columns).rename_axis("model")

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        made = {model: each.content()["verdict"][model] for model, each in self.of.items()}
        return {"verdict": made}


def verdicts(
    data: ClientData,
    results: Iterable[SegmentResult],
    models: Mapping[str, Learner] | None = None,
    *,
    costs: Costs | None = None,
) -> Verdicts:
    """Judge every segment of every model.

    Parameters
    ----------
    data
        One client and period.
    results
        Segmentations made of it.
    models
        Key to what made them, before it learned, as `segbook.models.configure` gives it; stability is
        measured for these.
    costs
        What the client knows, ``service`` above all; the parameters' own when absent. Without it a segment is
        too small by the number of customers and the share of revenue alone.

    Returns
    -------
    Verdicts
        Value and behaviour are not compared for leads.

    Notes
    -----
    Distinctness is measured on value, revenue of the period, orders, average order, days since purchase and
    the usual gap. A segment cut by one of these differs by it of necessity (``only_by_rule`` when by nothing
    else). A problem is no proof against a segment: it is what to look at first.

    References
    ----------
    .. [1] J. Romano et al., Annual meeting of the Florida Association of Institutional Research, 2006.

    The criteria are [S0:193-201].

    Examples
    --------
    >>> from segbook.models.repeat_loyalty import RepeatLoyalty
    >>> data = ClientData.of(pd.DataFrame({"customer_id": list("aab"), "amount": 10.0,
    ...     "order_date": pd.to_datetime(["2026-01-05", "2026-02-05", "2026-02-06"])}), "2026Q1")
    >>> judged = verdicts(data, [RepeatLoyalty().segment(data)], costs=Costs(service=15.0))
    >>> judged.of["repeat_loyalty"].segments[["customers", "surplus", "problems"]].values.tolist()
    [[1, 5.0, 'unproven'], [1, -5.0, 'unprofitable unproven']]
    """
    yardstick, redraws = Yardstick.of(data), Redraws(data) if models else None
    cost, found = (costs or data.params.costs).service, {}
    for result in results:
        learner = (models or {}).get(result.model)
        stable = stability(result, learner, redraws) if learner and redraws else pd.Series(dtype=float)
        found[result.model] = _judged(result, data, yardstick, stable, cost)
    return Verdicts(found)


def _summed(verdict: Verdict) -> tuple[int, int, float, float, float, str]:
    segments, measures = verdict.segments, verdict.measures
    right = segments["problems"] == ""
    counts = segments["problems"].str.split().explode().dropna().value_counts()
    order = sorted(counts.index, key=lambda key: (-counts[key], PROBLEMS.index(key)))
    strength = measures.loc[~measures["is_own"].astype(bool), "strength"].max()
    share = float(segments.loc[right, "share_customers"].sum())
    return len(segments), int(right.sum()), share, strength, segments["stability"].min(), " ".join(order)


def _judged(
    result: SegmentResult, data: ClientData, yardstick: Yardstick, stable: pd.Series, cost: float | None
) -> Verdict:
    present = pd.Index(result.present, name="segment")
    frame = result.profile.loc[present, ["customers", "share_customers", "share_revenue"]]
    distinct, measures = distinctness(result, yardstick)
    frame = frame.join(_money(result, data, cost)).join(_known(result, data)).join(distinct)
    frame["stability"] = stable.reindex(present)
    frame["problems"] = [_problems(row) for row in frame.to_dict("records")]
    unit_cost = float("nan") if cost is None else cost
    return Verdict(result.model, frame, measures, unit_cost, data.has_margin)


def _problems(row: dict[Any, Any]) -> str:
    """Give the keys of what is wrong with a segment; what is not known is no problem."""
    known_apart = row["distance"] >= NEGLIGIBLE
    is_proven = known_apart and row["pvalue"] < LEVEL
    other_proven = row["other_distance"] >= NEGLIGIBLE and row["other_pvalue"] < LEVEL
    holds = {
        "small": np.isnan(row["service_cost"])
        and row["customers"] < FEW
        and not row["share_revenue"] >= LITTLE,
        "unprofitable": row["surplus"] < 0,
        "unmeasured": row["share_measured"] < MEASURED,
        "unreachable": row["share_reachable"] < REACHED,
        "alike": row["distance"] < NEGLIGIBLE,
        "unproven": known_apart and not is_proven,
        "only_by_rule": is_proven and not other_proven and row["customers"] >= FEW,
        "loose": row["spread"] >= 1,
        "unstable": row["stability"] < UNSTABLE,
        "doubtful": UNSTABLE <= row["stability"] < DOUBTFUL,
    }
    return " ".join(name for name in PROBLEMS if holds[name])


def _money(result: SegmentResult, data: ClientData, service_cost: float | None) -> pd.DataFrame:
    value = data.customers["period_amount"].reindex(result.segments.index)
    if data.has_margin:
        totals = data.customers[["margin_sum", "amount_sum"]].reindex(result.segments.index)
        value = value * (totals["margin_sum"] / totals["amount_sum"].where(totals["amount_sum"] > 0)).fillna(
            0.0
        )
    groups = value.groupby(result.segments, observed=False)
    made = pd.DataFrame({"period_value": groups.sum(min_count=1)})
    made["service_cost"] = np.nan if service_cost is None else groups.size() * service_cost
    return made.assign(surplus=made["period_value"] - made["service_cost"])


def _known(result: SegmentResult, data: ClientData) -> pd.DataFrame:
    scores = result.scores.loc[:, result.scores.notna().any()]
    units = pd.DataFrame({"share_measured": scores.notna().all(axis=1).astype(float)})
    reach = reachable(data) if result.traits.subject != "lead" else None
    units["share_reachable"] = np.nan if reach is None else reach["reachable"].reindex(units.index)
    return units.groupby(result.segments, observed=False).mean()

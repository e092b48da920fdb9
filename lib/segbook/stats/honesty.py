"""What a reader should know of the cut-offs: who is close to one, and how open questions were settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.results import SegmentResult

NEAR = 0.1
"""How far from a cut-off is close, as a share of it."""

LISTED = 200
"""People listed for each cut-off; the account counts all of them."""


@dataclass(frozen=True)
class Honesty:
    """Cut-offs with who is close to them, and the readings of what is left open.

    Parameters
    ----------
    near
        One row for each score with cut-offs: ``model``, ``score``, ``cutoffs`` (tuple of numbers),
        ``subject``, ``customers`` within `NEAR` of one, ``share_customers`` of those the model segments,
        ``revenue`` they brought, ``share_revenue`` of all; money is NaN for a model of other than customers.
    people
        The largest `LISTED` for each score: ``model, score, customer_id, value, cutoff`` (the nearest one)
        and ``amount_sum``.
    readings
        Key of a question of the method, to the values used; only questions this client's data raise.
    """

    near: pd.DataFrame
    people: pd.DataFrame
    readings: Mapping[str, Mapping[str, Any]]

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON, without the people."""
        return {"near_cuts": self.near.to_dict("records"), "readings": self.readings}


def honesty(results: Mapping[str, SegmentResult], data: ClientData) -> Honesty:
    """Give who is close to a cut-off, and how open questions were settled.

    Parameters
    ----------
    results
        Key to segmentation.
    data
        What they were made of.

    Returns
    -------
    Honesty
        ``near`` without a row when no model has cut-offs.

    Examples
    --------
    >>> from segbook.models.abc import ABC
    >>> orders = pd.DataFrame({"customer_id": list("abcd"), "amount": [900.0, 50.0, 30.0, 20.0],
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> made = ClientData.of(orders)
    >>> honesty({"abc": ABC().segment(made)}, made).near[["score", "cutoffs", "customers"]].values.tolist()
    [['value', (900.0, 30.0), 2]]
    """
    rows, people = [], []
    for key, result in results.items():
        base = data.base(result.traits.subject)["amount_sum"]
        kept = {score: _with_neighbours(result, score) for score in result.traits.cutoffs}
        told = replace(result, traits=replace(result.traits, cutoffs=kept))
        for score, close in told.near_cuts(NEAR).items():
            if cutoffs := kept[score]:
                rows.append(_row(result, score, cutoffs, base.loc[close], float(base.sum())))
                people.append(_people(result, score, cutoffs, base.loc[close]).assign(model=key))
    names = [
        "model",
        "score",
        "cutoffs",
        "subject",
        "customers",
        "share_customers",
        "revenue",
        "share_revenue",
    ]
    listed = ["model", "score", "customer_id", "value", "cutoff", "amount_sum"]
    found = pd.concat(people, ignore_index=True) if people else pd.DataFrame(columns=listed)
    return Honesty(pd.DataFrame(rows, columns=names), found[listed], dict(_readings(results, data)))


def _with_neighbours(result: SegmentResult, score: str) -> tuple[float, ...]:
    """Give the cut-offs one can be close to: below ten a step of a count is more than a tenth."""
    values = result.scores[score].to_numpy(dtype=float, na_value=np.nan)
    counted = bool((values[~np.isnan(values)] % 1 == 0).all())
    cuts = (float(cut) for cut in result.traits.cutoffs[score])
    return tuple(cut for cut in cuts if not counted or abs(cut) * NEAR >= 1)


def _row(
    result: SegmentResult, score: str, cutoffs: tuple[float, ...], close: pd.Series, total: float
) -> tuple[Any, ...]:
    bought = result.traits.subject == "customer"
    revenue = float(close.sum()) if bought else float("nan")
    share = revenue / total if total > 0 else float("nan")
    part = len(close) / max(len(result.segments), 1)
    return result.model, score, cutoffs, result.traits.subject, len(close), part, revenue, share


def _people(result: SegmentResult, score: str, cutoffs: tuple[float, ...], close: pd.Series) -> pd.DataFrame:
    largest = close.sort_values(ascending=False, kind="stable").head(LISTED)
    values = result.scores.loc[largest.index, score].to_numpy(dtype=float)
    edges = np.array(cutoffs)
    nearest = edges[np.abs(values[:, None] - edges).argmin(axis=1)]
    frame = pd.DataFrame({"customer_id": largest.index, "value": values, "cutoff": nearest})
    return frame.assign(score=score, amount_sum=largest.to_numpy())


def _readings(
    results: Mapping[str, SegmentResult], data: ClientData
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the settings of what the articles leave open, in the order of the report."""
    params = data.params
    if "rfm" in results:
        used = results["rfm"].params
        given = _given("rfm", ("r_edges", "f_edges", "m_edges"), data)
        yield "scores", {"levels": used["levels"], "how": "given" if given else "learned"}
        yield "frequency", {"how": used["frequency"]}
    if "orders" in data.tables:
        sums = ("gross", "returns", "amount")
        yield "returns", {name: float(data.customers[f"{name}_sum"].sum()) for name in sums}
    if "surveys" in data.tables:
        yield "no_detract", {}
        yield "several", {"how": params.surveys.several}
    yield from _halves(results, data)
    if "renew" in results:
        yield "recontact", {}
    if "lifecycle" in results:
        used = results["lifecycle"].params
        yield "churn", {"gaps": used["lost_gaps"], "days": used["fallback_days"]}
    rates = ", ".join(f"{code} = {price}" for code, price in sorted(params.rates.items()))
    yield "currencies", {"rates": rates, "how": "rates" if rates else "one"}
    yield "timezone", {"zone": params.timezone}
    first = params.fiscal_year_start
    yield "fiscal", {"month": first, "how": "calendar" if first == 1 else "fiscal"}


def _halves(
    results: Mapping[str, SegmentResult], data: ClientData
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the cuts of the models that part each of two measures in two."""
    pairs = {"profit_loyalty": ("profit_cut", "loyalty_cut"), "bcg": ("activity_cut", "capacity_cut")}
    for key, (first, second) in pairs.items():
        if key in results:
            used = results[key].params
            how = "given" if _given(key, (first, second), data) else str(used.get("cut", "median"))
            yield key, {"first": used[first], "second": used[second], "how": how}


def _given(model: str, names: tuple[str, ...], data: ClientData) -> bool:
    return not set(names).isdisjoint(data.params.models.get(model, {}))

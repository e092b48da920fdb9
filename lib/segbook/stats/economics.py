"""What campaigns bring: response and return by campaign and segment; keeping against acquiring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.params.costs import Costs
from segbook.results import SegmentResult, plain
from segbook.stats.crosses import cramer
from segbook.stats.multiplicity import holm
from segbook.stats.returns import MEASURES, measure

REASONS = ("no_customer", "no_campaign", "after_period")
KINDS = ("acquiring", "keeping")


@dataclass(frozen=True)
class Economics:
    """Response and return of campaigns, with 95 % intervals.

    Parameters
    ----------
    campaigns
        Index campaign, in order of sending; columns sent_at (first day; NaT when not given) and those of
        `segbook.stats.returns.measure`.
    segments
        Index model, segment (those addressed, best first); the same measures over all campaigns.
    cells
        Index model, segment, campaign; the same measures.
    tests
        Index model, campaign: do the segments of a model answer a campaign differently? Columns n
        (contacts), statistic (chi-square), effect_size (V, freed of bias), pvalue, pvalue_adjusted (Holm
        over all rows); NaN where all are of one segment, or all or none responded.
    keeping
        Index kind: ``acquiring`` (contacts with people who had not bought before the sending) and ``keeping``
        (with customers); the same measures, and unit_cost: cost of one response, or the cost the
        client gave; source: ``given``, ``campaigns`` or ``unknown``.
    ratio
        unit_cost of acquiring over that of keeping; NaN when either is unknown.
    left_out
        Index reason (``no_customer``, ``no_campaign``, ``after_period``); columns rows, revenue, cost.
    margin_rate
        Margin per unit of revenue by which revenue is turned into gain; 1 when margins are not known: return
        is then of revenue.
    unknown
        What these data cannot tell: ``no_control`` (what contacts would have brought untouched),
        ``advertising`` (spending on people who are not in the data), ``no_responses``, ``no_revenue``,
        ``no_costs``, ``no_dates``, ``no_newcomers``, ``segments_after`` (segments are of the period's end, so
        that a response may have moved the customer).
    """

    campaigns: pd.DataFrame
    segments: pd.DataFrame
    cells: pd.DataFrame
    tests: pd.DataFrame
    keeping: pd.DataFrame
    ratio: float
    left_out: pd.DataFrame
    margin_rate: float
    unknown: tuple[str, ...]

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        frames = {name: getattr(self, name) for name in ("campaigns", "keeping", "left_out")}
        nested = {name: _records(getattr(self, name)) for name in ("segments", "cells", "tests")}
        rest = {"ratio": self.ratio, "margin_rate": self.margin_rate, "unknown": self.unknown}
        return {"economics": plain({**frames, **nested, **rest})}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): value for name, value in row.items()} for row in frame.reset_index().to_dict("records")
    ]


def economics(
    data: ClientData,
    results: Iterable[SegmentResult] = (),
    costs: Costs | None = None,
) -> Economics:
    """Measure response and return of every campaign up to the period's end, and of every segment in it.

    Parameters
    ----------
    data
        One client and period. Without a ``campaigns`` table the frames are empty.
    results
        Segmentations to look through. For segments as they were before a campaign give results computed on
        an earlier period.
    costs
        What the client knows; the parameters' own when absent.

    Returns
    -------
    Economics
        A blank ``revenue`` is none, a blank ``responded`` is not counted, a blank ``cost`` leaves the cost of
        its group unknown.

    References
    ----------
    Response and return by segment: [S0:184]; keeping against acquiring: [S4:2], whose "5 to 25 times" is
    measured here, never quoted.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "b"], "amount": 10.0,
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> sent = pd.DataFrame({"customer_id": ["a", "b"], "campaign": "spring", "responded": [1, 0],
    ...     "revenue": [30.0, 0.0], "cost": 5.0, "sent_at": pd.Timestamp("2026-02-05")})
    >>> found = economics(ClientData.of(orders, "2026Q1", campaigns=sent)).campaigns
    >>> found.loc["spring", ["contacts", "response", "revenue", "roi"]].tolist()
    [2.0, 0.5, 30.0, 2.0]
    """
    contacts, left_out = _contacts(data)
    rate = _margin_rate(data)
    kinds = [each for each in results if each.segments.index.equals(data.customers.index)]
    keeping = _keeping(contacts, data, rate, costs or data.params.costs)
    unit = keeping["unit_cost"]
    return Economics(
        campaigns=_campaigns(contacts, rate),
        segments=_by_segment(contacts, kinds, [], rate),
        cells=_by_segment(contacts, kinds, ["campaign"], rate),
        tests=_tests(contacts, kinds),
        keeping=keeping,
        ratio=float(unit["acquiring"] / unit["keeping"]) if unit["keeping"] > 0 else float("nan"),
        left_out=left_out,
        margin_rate=rate,
        unknown=_unknown(data, contacts, keeping, bool(kinds)),
    )


COUNTED = ["contacts", "known", "responses", "revenue", "cost"]


def _contacts(data: ClientData) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give one row per customer and campaign, and account for the rows left out.

    ``place`` is where the customer stands among `ClientData.customers`.
    """
    reasons, names = pd.Index(REASONS, name="reason"), ["place", "customer_id", "campaign", "sent_at"]
    if not data.has("campaigns", "customer_id", "campaign"):
        numbers = {name: np.empty(0) for name in COUNTED}
        nobody = pd.DataFrame({**dict.fromkeys(names, pd.Series(dtype=int)), **numbers})
        return nobody, pd.DataFrame(0.0, index=reasons, columns=["rows", "revenue", "cost"])
    found: pd.DataFrame = _reduced(_typed(data.tables["campaigns"]), data).to_pandas()
    found["place"] = data.customers.index.get_indexer(pd.Index(found["customer_id"]))
    left = found.groupby("reason")[["contacts", "revenue", "cost"]].sum().rename(columns={"contacts": "rows"})
    counted = found[found["reason"].isna()].sort_values(["campaign", "customer_id"], ignore_index=True)
    return counted[[*names, *COUNTED]], left.reindex(reasons).fillna(0.0)


def _reduced(rows: ir.Table, data: ClientData) -> ir.Table:
    """Reduce contacts to one row per customer, campaign and the reason it does not count."""
    late = (rows.sent_at > ibis.literal(data.period.as_of)).fill_null(False)
    reasons = (rows.customer_id.isnull(), rows.campaign.isnull(), late)
    rows = rows.mutate(reason=ibis.cases(*zip(reasons, REASONS, strict=True)))
    return rows.group_by("customer_id", "campaign", "reason").agg(
        sent_at=rows.sent_at.min(),
        contacts=rows.count().cast("float64"),
        known=rows.responded.count().cast("float64"),
        responses=rows.responded.sum().fill_null(0.0),
        revenue=rows.revenue.sum().fill_null(0.0),
        cost=ibis.ifelse(rows.cost.count() == rows.count(), rows.cost.sum(), ibis.null("float64")),
    )


def _typed(rows: ir.Table) -> ir.Table:
    """Give the table with every column an answer may need, as numbers; missing where it is not given."""
    numbers = {
        name: rows[name].cast("float64") if name in rows.columns else ibis.null("float64")
        for name in ("responded", "revenue", "cost")
    }
    sent = rows.sent_at.cast("timestamp") if "sent_at" in rows.columns else ibis.null("timestamp")
    return rows.mutate(**numbers, sent_at=sent, campaign=rows.campaign.cast("string"))


def _margin_rate(data: ClientData) -> float:
    totals = data.customers[["margin_sum", "amount_sum"]].sum()
    if not data.has_margin or not totals["amount_sum"] > 0:
        return 1.0
    return float(totals["margin_sum"] / totals["amount_sum"])


def _campaigns(contacts: pd.DataFrame, rate: float) -> pd.DataFrame:
    measured = measure(contacts, ["campaign"], rate)
    first = contacts.groupby("campaign")["sent_at"].min()
    measured.insert(0, "sent_at", pd.to_datetime(first.reindex(measured.index)).dt.normalize())
    return measured.sort_values("sent_at", kind="stable")


def _by_segment(
    contacts: pd.DataFrame, results: Sequence[SegmentResult], also: list[str], rate: float
) -> pd.DataFrame:
    names = ["model", "segment", *also]
    parts = []
    for result in results:
        measured = measure(_segmented(contacts, result), ["segment", *also], rate).reset_index()
        parts.append(measured.assign(model=result.model, segment=measured["segment"].astype(str)))
    if not parts:
        return pd.DataFrame(columns=[*names, *MEASURES]).set_index(names).astype(float)
    return pd.concat(parts).set_index(names)


def _segmented(contacts: pd.DataFrame, result: SegmentResult) -> pd.DataFrame:
    """Give the contacts, each with its segment, which keeps its order."""
    return contacts.assign(segment=result.segments.array.take(contacts["place"].to_numpy()))


def _tests(contacts: pd.DataFrame, results: Sequence[SegmentResult]) -> pd.DataFrame:
    rows = []
    for result in results:
        for campaign, sent in _segmented(contacts, result).groupby("campaign"):
            counts = sent.groupby("segment", observed=True)[["known", "responses"]].sum()
            found = cramer(counts.assign(known=counts["known"] - counts["responses"]))
            rows.append(
                (result.model, campaign, counts["known"].sum(), found.statistic, found.strength, found.pvalue)
            )
    columns = ["model", "campaign", "n", "statistic", "effect_size", "pvalue"]
    tests = pd.DataFrame(rows, columns=columns).set_index(["model", "campaign"]).astype(float)
    return tests.assign(pvalue_adjusted=holm(tests["pvalue"]))


def _keeping(contacts: pd.DataFrame, data: ClientData, rate: float, costs: Costs) -> pd.DataFrame:
    first = data.customers["first_known_date"].take(contacts["place"].to_numpy()).set_axis(contacts.index)
    sent = pd.to_datetime(contacts["sent_at"])
    kind = pd.Series(np.where(first < sent.dt.normalize(), "keeping", "acquiring"), index=contacts.index)
    # Before history begins nobody can be told to have been a customer.
    told = sent > pd.Timestamp(data.first_day or pd.Timestamp.max)
    measured = measure(contacts.assign(kind=kind)[told], ["kind"], rate).reindex(pd.Index(KINDS, name="kind"))
    measured["unit_cost"] = measured["cost_per_response"]
    measured["source"] = np.where(measured["unit_cost"].notna(), "campaigns", "unknown")
    for name, cost in zip(KINDS, (costs.acquisition, costs.keeping), strict=True):
        if cost is not None:
            measured.loc[name, "unit_cost"] = cost
            measured.loc[name, "source"] = "given"
    return measured


def _unknown(
    data: ClientData, contacts: pd.DataFrame, keeping: pd.DataFrame, has_segments: bool
) -> tuple[str, ...]:
    if contacts.empty:
        return ()
    holds = {
        "no_control": True,
        "segments_after": has_segments,
        "no_responses": not contacts["known"].any(),
        "no_revenue": not data.has("campaigns", "revenue"),
        "no_costs": contacts["cost"].isna().all(),
        "no_dates": contacts["sent_at"].isna().all(),
        "no_newcomers": not keeping["responses"].get("acquiring", 0) > 0,
        "advertising": keeping["source"]["acquiring"] != "given",
    }
    return tuple(name for name, held in holds.items() if held)

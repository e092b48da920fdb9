"""What to do on Monday: the segments of several models made into a few actions with a list behind each."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.results import SegmentResult
from segbook.stats.contacts import contacts

ALWAYS = ("renew", "profit_loyalty", "csi_group")
"""Models that call for an action whether the client decides by them or not."""

INSTEAD = ("abc",)
"""What money alone can say, for a client of whose primary models none could be computed."""

MOST = 8
"""A list of more than eight actions is not a list for Monday."""

MONEY = ("amount_sum", "period_amount", "last_order_date", "recency_days")


class Rule(NamedTuple):
    """One row of ``rules/monday.csv``; its rows stand by urgency, the most urgent first.

    Parameters
    ----------
    play
        Key of the action; several segments may call for one.
    model, segment
        Who it is for; the segment may be a true/false score of the model, such as ``renew``'s ``overdue``.
    min_silence_days
        Customers who bought later than so many days ago are left out: in a busy base "long ago" is
        only longer ago than others.
    unless
        Model that knows better: where it is computed the rule is not used; with a segment behind a
        point, only its customers are left out. RFM compares customers with each other, the lifecycle
        with themselves.
    source
        Where the articles say so.
    """

    play: str
    model: str
    segment: str
    min_silence_days: float
    unless: str
    source: str


@dataclass(frozen=True)
class Monday:
    """Actions ranked by the money they touch, each customer in one of them.

    Parameters
    ----------
    actions
        Index ``play``, largest money first, at most `MOST`: ``subject`` (customer or lead), ``customers``,
        ``revenue`` (net, over the history that counts; NaN for leads),
        ``share_revenue`` (of the base), ``period_revenue``, ``recency_days`` (median), ``urgency`` (1 is the
        most urgent; decides where a customer of several counts).
    groups
        Play to the pairs of model and segment it is for.
    people
        Play to its customers, largest revenue first: the columns of `contacts`, `MONEY`, ``model, segment``.
    managers
        Play to the managers of its customers and how many each has, most first; empty when not known.
    n_others, others_revenue
        Customers in no action shown, and their revenue.
    """

    actions: pd.DataFrame
    groups: Mapping[str, tuple[tuple[str, str], ...]]
    people: Mapping[str, pd.DataFrame]
    managers: Mapping[str, pd.Series[int]]
    n_others: int
    others_revenue: float

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON, without the lists."""
        actions = {
            str(play): {
                **row,
                "segments": [f"{model}.{segment}" for model, segment in self.groups[str(play)]],
            }
            for play, row in self.actions.to_dict("index").items()
        }
        others = {"customers": self.n_others, "revenue": self.others_revenue}
        return {"monday": {"actions": actions, "others": others}}


@cache
def rules() -> tuple[Rule, ...]:
    """Give the rules, most urgent first.

    Examples
    --------
    >>> [each.play for each in rules()[:2]]
    ['complaint', 'alarm']
    """
    text = files("segbook.stats").joinpath("rules/monday.csv").read_text(encoding="utf-8")
    return tuple(
        Rule(play, model, segment, float(days or 0), unless, source)
        for play, model, segment, days, unless, source in list(csv.reader(text.splitlines()))[1:]
    )


def monday(results: Mapping[str, SegmentResult], data: ClientData) -> Monday:
    """Make the segments into actions.

    Parameters
    ----------
    results
        Key to segmentation; of these the client's primary models (`INSTEAD` when there are none) and
        `ALWAYS` count.
    data
        What they were made of; a segment with an action of the client's own is an action of its own.

    Returns
    -------
    Monday
        Without a row when no segment calls for an action.

    Examples
    --------
    >>> from segbook.models import compute
    >>> orders = pd.DataFrame({"customer_id": [f"c{i % 40}" for i in range(80)], "amount": 10.0,
    ...     "order_date": pd.date_range("2025-01-01", periods=80, freq="7D")})
    >>> made = ClientData.of(orders, "2026Q2")
    >>> first = monday(compute(made)[0], made).actions.iloc[0]
    >>> first.name, int(first["customers"])
    ('win_back', 15)
    """
    primary = set(data.params.primary)
    used = primary.union(ALWAYS, () if primary & results.keys() else INSTEAD)
    people: dict[str, list[pd.DataFrame]] = {}
    taken: dict[str, pd.Index] = {}
    for play, rule, members, result in _called(results, data, used):
        subject = result.traits.subject
        free = members.difference(taken.get(subject, pd.Index([])), sort=False)
        if len(free):
            taken[subject] = taken.get(subject, pd.Index([])).union(free)
            listed = _listed(data, result, free).assign(model=rule.model, segment=rule.segment)
            people.setdefault(play, []).append(listed)
    return _ranked({play: pd.concat(parts) for play, parts in people.items()}, data)


def _called(
    results: Mapping[str, SegmentResult], data: ClientData, used: set[str]
) -> Iterator[tuple[str, Rule, pd.Index, SegmentResult]]:
    """Give every segment that calls for an action, the most urgent first, then those of the client's own."""
    own = data.params.playbook
    played = {(model, name) for model, plays in own.items() for name, play in plays.items() if play.action}
    ruled = {(rule.model, rule.segment) for rule in rules()}
    further = [Rule("", *pair, 0.0, "", "") for pair in sorted(played - ruled)]
    for rule in (*rules(), *further):
        result = results.get(rule.model)
        pair = (rule.model, rule.segment)
        better, _, lost = rule.unless.partition(".")
        known = results.get(better) if better in used and pair not in played else None
        if result is None or rule.model not in used or (known is not None and not lost):
            continue
        members = _members(result, rule.segment)
        if known is not None:
            members = members.difference(known.of(lost), sort=False)
        if rule.min_silence_days:
            silence = data.customers["recency_days"].reindex(members)
            members = members[(silence >= rule.min_silence_days).to_numpy()]
        yield ".".join(pair) if pair in played else rule.play, rule, members, result


def _members(result: SegmentResult, segment: str) -> pd.Index:
    scores = result.scores
    if segment in scores and segment not in result.profile.index:
        flagged: pd.Index = scores.index[scores[segment].eq(True)]
        return flagged
    return result.of(segment)


def _listed(data: ClientData, result: SegmentResult, members: pd.Index) -> pd.DataFrame:
    subject = result.traits.subject
    reach = contacts(data, subject).reindex(members)
    base = data.base(subject).reindex(members)[list(MONEY)]
    reach["name"] = reach["name"].fillna(pd.Series(members.astype(str), index=members))
    if subject != "customer":
        base = base.iloc[:0].reindex(members)  # a customer who asks counts among the customers
        told = [each for each in ("renew", "recontact_from", "recontact_to") if each in result.scores]
        reach = reach.join(result.scores[told])
        reach = reach.sort_values(told[:1], ascending=False, kind="stable") if told else reach
    return reach.join(base).assign(subject=subject)


def _ranked(people: Mapping[str, pd.DataFrame], data: ClientData) -> Monday:
    total = data.customers["amount_sum"].sum()
    rows = {play: _row(frame, total) for play, frame in people.items()}
    columns = ["subject", "customers", "revenue", "share_revenue", "period_revenue", "recency_days"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    frame["urgency"] = np.arange(1, len(frame) + 1)
    frame.index.name = "play"
    frame = frame.sort_values(["revenue", "customers"], ascending=False, kind="stable")
    leads = frame["subject"] == "lead"
    chosen = frame[leads | (((~leads).cumsum() + leads.sum()) <= MOST)].head(MOST)
    kept = {
        str(play): people[str(play)].sort_values("amount_sum", ascending=False, kind="stable")
        for play in chosen.index
    }
    named = {id_ for each in kept.values() for id_ in each.index[each["subject"] == "customer"]}
    others = data.customers.loc[~data.customers.index.isin(named), "amount_sum"]
    return Monday(
        chosen,
        {play: _pairs(each) for play, each in kept.items()},
        {play: each.drop(columns="subject") for play, each in kept.items()},
        {play: _managers(each) for play, each in kept.items()},
        len(others),
        float(others.sum()),
    )


def _row(frame: pd.DataFrame, total: float) -> Sequence[Any]:
    known = frame["amount_sum"].notna().any()
    revenue = float(frame["amount_sum"].sum()) if known else float("nan")
    share = revenue / total if total > 0 else float("nan")
    period = float(frame["period_amount"].sum()) if known else float("nan")
    return str(frame["subject"].iloc[0]), len(frame), revenue, share, period, frame["recency_days"].median()


def _pairs(frame: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(zip(frame["model"], frame["segment"], strict=True)))


def _managers(frame: pd.DataFrame) -> pd.Series[int]:
    if "manager" not in frame:
        return pd.Series(dtype=int)
    counts = frame["manager"].dropna().astype(str).value_counts().rename_axis("manager").reset_index()
    counts = counts.sort_values(["count", "manager"], ascending=[False, True])
    return counts.set_index("manager")["count"]

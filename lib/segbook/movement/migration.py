"""Who moved from which segment to which, and whether by behaviour or because the cut-offs were drawn anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from segbook.models import MODELS, Model
from segbook.movement.window import Comparison, as_of, placed, standing
from segbook.movement.worth import Worth
from segbook.results import NotComputed

NEWCOMER, GONE = "newcomer", "gone"
"""Where those come from who were not there before, and where those are who are no longer there.

Not there is who bought nothing in the history that counts: newcomers have never bought, or long ago.
"""


@dataclass(frozen=True)
class Migration:
    """The way of every customer between two dates, under the cut-offs of the first.

    Parameters
    ----------
    model
        Its key.
    periods
        Keys of the period before and of the period.
    segments
        Keys of the model's segments, best first.
    customers
        Index ``customer_id``, everybody there at either date, each once: of a model of purchases whoever
        bought or brought back by then, of another whoever is known; columns ``origin`` (a segment
        or ``newcomer``), ``target`` (a segment under the old cut-offs, or ``gone``), ``recut`` (the
        segment under cut-offs drawn anew; of those gone ``gone``), ``before`` and ``now`` (revenue of the two
        periods).
    params
        The frozen parameters, by which both dates were judged.
    learned
        Parameters with cut-offs drawn anew at the second date: those the next period will be judged by.
    """

    model: str
    periods: tuple[str, str]
    segments: tuple[str, ...]
    customers: pd.DataFrame
    params: dict[str, Any]
    learned: dict[str, Any]

    @property
    def ordered(self) -> bool:
        """Whether the segments are steps of value, so that one can rise and fall; stages of life are not."""
        return getattr(MODELS.get(self.model), "family", "") == "value"

    @property
    def cells(self) -> pd.DataFrame:
        """One row per way taken.

        Index ``origin, target``; columns ``customers`` and ``behaviour`` (they took it by what they did),
        ``recut`` (they would stand in this cell only if the cut-offs were drawn anew), ``revenue_before``,
        ``revenue_now``, ``revenue_change`` (of those who took it). ``customers`` adds up to everybody.
        """
        people = self.customers
        by = people.groupby(["origin", "target"])
        cells = pd.DataFrame(
            {"customers": by.size(), "revenue_before": by["before"].sum(), "revenue_now": by["now"].sum()}
        )
        relabelled = people[people["recut"] != people["target"]]
        recut = relabelled.groupby(["origin", "recut"]).size().rename_axis(["origin", "target"])
        cells = cells.reindex(cells.index.union(recut.index)).fillna(0.0)
        cells["recut"] = recut.reindex(cells.index).fillna(0)
        cells["behaviour"] = cells["customers"]
        cells["revenue_change"] = cells["revenue_now"] - cells["revenue_before"]
        return cells.astype(dict.fromkeys(("customers", "recut", "behaviour"), int))

    @property
    def matrix(self) -> pd.DataFrame:
        """Customers by origin (rows) and target (columns); what nobody used is left out."""
        table = pd.crosstab(self.customers["origin"], self.customers["target"])
        rows = [name for name in (*self.segments, NEWCOMER) if name in table.index]
        columns = [name for name in (*self.segments, GONE) if name in table.columns]
        return table.loc[rows, columns]

    @property
    def flows(self) -> pd.DataFrame:
        """How each segment grew or shrank.

        Index ``segment``; ``before`` + ``came`` + ``newcomers`` − ``left`` − ``gone`` = ``now``; ``net`` =
        ``now`` − ``before``; ``recut`` (customers under cut-offs drawn anew), ``revenue_change`` of those
        who are there now.
        """
        people = self.customers
        origin, target, moved = people["origin"], people["target"], people["origin"] != people["target"]
        counts = {
            "before": origin.value_counts(),
            "came": target[moved & (origin != NEWCOMER)].value_counts(),
            "newcomers": target[origin == NEWCOMER].value_counts(),
            "left": origin[moved & (target != GONE)].value_counts(),
            "gone": origin[target == GONE].value_counts(),
            "now": target.value_counts(),
            "recut": people["recut"].value_counts(),
        }
        index = pd.Index(self.segments, name="segment")
        frame = pd.DataFrame(
            {name: each.reindex(index).fillna(0).astype(int) for name, each in counts.items()}
        )
        frame["net"] = frame["now"] - frame["before"]
        change = (people["now"] - people["before"]).groupby(target).sum()
        frame["revenue_change"] = change.reindex(index).fillna(0.0)
        return frame

    @property
    def figures(self) -> dict[str, float]:
        """Give how many stayed, rose, fell, came, are gone, and would move by new cut-offs alone.

        ``rose`` and ``fell`` are by the order of the segments, best first.
        """
        people = self.customers
        both = people[(people["origin"] != NEWCOMER) & (people["target"] != GONE)]
        place = {name: i for i, name in enumerate(self.segments)}
        step = both["target"].map(place).astype(int) - both["origin"].map(place).astype(int)
        change = both["now"] - both["before"]
        return {
            "customers": len(people), "both": len(both), "stayed": int((step == 0).sum()),
            "rose": int((step < 0).sum()), "fell": int((step > 0).sum()),
            "newcomers": int((people["origin"] == NEWCOMER).sum()),
            "gone": int((people["target"] == GONE).sum()),
            "recut": int(((both["recut"] != both["target"]) & (step == 0)).sum()),
            "rose_change": float(change[step < 0].sum()), "fell_change": float(change[step > 0].sum()),
        }  # fmt: skip

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        rows: dict[str, dict[str, Any]] = {}
        for row in self.cells.reset_index().to_dict("records"):
            rows.setdefault(str(row.pop("origin")), {})[str(row.pop("target"))] = row
        facts = {"params": self.params, "figures": self.figures, "flows": self.flows}
        models = {self.model: {"params": self.learned}}
        return {"migration": {self.model: rows}, "movement": {self.model: facts}, "models": models}


def migrate(comparison: Comparison, key: str) -> Migration:
    """Follow every customer from the period before to the period, by one model.

    Parameters
    ----------
    comparison
        Of `compare`.
    key
        One of ``comparison.models``.

    Returns
    -------
    Migration

    Examples
    --------
    >>> from segbook.data.client import ClientData
    >>> from segbook.movement.window import compare
    >>> days = pd.to_datetime(["2025-10-05", "2025-11-05", "2026-02-05", "2026-02-06"])
    >>> orders = pd.DataFrame({"customer_id": list("abac"), "order_date": days, "amount": [90.0, 10, 5, 7]})
    >>> moved = migrate(compare(ClientData.of(orders, "2026Q1")), "lifecycle")
    >>> moved.customers["origin"].to_dict()
    {'a': 'active', 'b': 'active', 'c': 'newcomer'}
    """
    before, now = comparison.of(key)
    frozen, fresh = comparison.frozen[key], comparison.models[key]
    first, then, anew = standing(frozen, before), standing(frozen, now), standing(fresh, now)
    people = pd.DataFrame(index=first.index.union(then.index).rename("customer_id"))
    people["origin"] = first.astype(object).reindex(people.index).fillna(NEWCOMER)
    people["target"] = then.astype(object).reindex(people.index).fillna(GONE)
    people["recut"] = anew.astype(object).reindex(people.index).fillna(GONE)
    for name, data in (("before", before), ("now", now)):
        people[name] = data.customers["period_amount"].reindex(people.index).fillna(0.0)
    segments = tuple(str(name) for name in then.cat.categories)
    periods, used = (
        (before.period.key, now.period.key),
        [placed(each, now).params for each in (frozen, fresh)],
    )
    return Migration(key, periods, segments, people, dict(used[0]), dict(used[1]))


def migrate_all(comparison: Comparison, outlook: Worth | NotComputed | None = None) -> dict[str, Migration]:
    """Follow every customer by every model that both dates allow.

    Parameters
    ----------
    comparison
        Of `compare`.
    outlook
        Of `value_outlook`: where its hold-out finds the order of customers no better than chance, ``clv`` is
        left out.

    Returns
    -------
    dict
        Key of the model to `Migration`.
    """
    chance = isinstance(outlook, Worth) and not outlook.checks["ranks"]
    return {key: migrate(comparison, key) for key in comparison.models if not (chance and key == "clv")}


@dataclass(frozen=True)
class Flow:
    """Where every customer stood at the end of several periods, under the cut-offs of the first.

    Parameters
    ----------
    model
        Its key.
    segments
        Index ``customer_id``, columns period keys in order: keys of segments, categories of one order, best
        first; missing where the customer was not there.
    """

    model: str
    segments: pd.DataFrame

    @property
    def counts(self) -> pd.DataFrame:
        """Customers of each segment: index period key in order, columns segments, best first."""
        found = {str(key): self.segments[key].value_counts(sort=False) for key in self.segments}
        counts = pd.DataFrame.from_dict(found, orient="index").rename_axis("period")
        return counts.set_axis([str(name) for name in counts], axis=1).astype(int)

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        return {"flow": {self.model: self.counts}}


def flow(comparison: Comparison, key: str, n: int = 5) -> Flow:
    """Follow every customer through several periods.

    Parameters
    ----------
    comparison
        Of `compare`.
    key
        One of ``comparison.models``.
    n
        Periods at most; those the history, of the same length, does not reach back to are left out.

    Returns
    -------
    Flow
    """
    made, dates = comparison.models[key], list(comparison.of(key))
    length = pd.DateOffset(months=comparison.months or 0)
    while len(dates) < n:
        earlier = as_of(dates[0], dates[0].period.previous())
        if not comparison.months or not earlier.covers((pd.Timestamp(earlier.period.end) - length).date()):
            break
        dates.insert(0, earlier)
    frozen: Model = made.learn(dates[0])
    found = {each.period.key: standing(frozen, each) for each in dates}
    everybody = pd.Index(sorted(set().union(*(each.index for each in found.values()))), name="customer_id")
    return Flow(key, pd.DataFrame({name: each.reindex(everybody) for name, each in found.items()}))

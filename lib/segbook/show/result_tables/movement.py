"""Tables of what moved: revenue, customers between segments, behaviour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from segbook.movement import Bridge, Changes, Comparison, Flow, Migration
from segbook.movement.bridge import PARTS
from segbook.movement.migration import GONE, NEWCOMER
from segbook.periods import Period
from segbook.show.result_tables.register import tables_of
from segbook.show.tables import Column, Kind, Table
from segbook.words.i18n import DASH, Texts
from segbook.words.labels import action, label, model_text

PAIRS = 8
"""Moves between two segments for which the page says what to do."""
KINDS: dict[str, Kind] = {
    "customers": "int", "came": "int", "newcomers": "int", "left": "int", "gone": "int", "net": "int",
    "recut": "int", "tests": "int", "up": "int", "down": "int", "pairs": "int", "n": "int", "churned": "int",
    "days": "int", "rhythm_days": "int", "revenue_change": "money", "money": "money", "value": "money",
    "revenue": "money", "expected_value": "money", "clv": "money", "clv_margin": "money",
    "rate": "percent", "ci_lower": "percent",
    "ci_upper": "percent", "survival": "percent", "top_share": "percent", "p_alive": "percent",
    "change": "change", "pvalue_adjusted": "percent", "purchases": "int", "mae": "num",
    "expected_purchases": "num", "due_date": "date", "last_date": "date", "expected_date": "date",
    "from_date": "date", "to_date": "date", "share": "percent", "share_revenue": "percent",
    "revenue_before": "money", "revenue_now": "money", "came_all": "int", "left_all": "int",
    "usual_sum": "money", "their_revenue": "money", "missing": "money", "number": "int",
    "entered": "int", "bought": "percent",
}  # fmt: skip


def described(names: Iterable[Any], texts: Texts, ahead: str = "", **kinds: Kind) -> dict[str, Column]:
    """Give the columns of movement their headings and kinds; ``ahead`` says how far a forecast looks."""
    every = {**KINDS, **kinds}
    return {
        str(name): Column(texts.t(f"movement.columns.{name}", ahead=ahead), every.get(str(name), "text"))
        for name in names
    }


def place(model: str, segment: str, texts: Texts) -> str:
    """Name a segment, or where those are who were not there before, or are no longer."""
    if segment in (NEWCOMER, GONE):
        return texts.t(f"movement.migration.{segment}")
    return label(model, segment, texts)


def period_name(key: str, texts: Texts) -> str:
    """Name a period by its key."""
    return texts.period_name(Period.parse(key))


@tables_of.register
def _(result: Comparison, texts: Texts) -> list[Table]:  # noqa: ARG001 - it is said in a sentence
    return []


@tables_of.register
def _(result: Bridge, texts: Texts) -> list[Table]:
    names = {each: texts.t(f"movement.bridge.parts.{each}") for each in PARTS}
    parts = result.parts[result.parts["customers"] > 0].reset_index()
    whole = {"before": result.before, "now": result.now, "change": result.change}
    total = {"part": texts.t("movement.churn.all"), "customers": parts["customers"].sum(), **whole}
    parts = pd.concat([parts.replace({"part": names}), pd.DataFrame([total])], ignore_index=True)
    people = result.customers.assign(change=result.customers["now"] - result.customers["before"])
    people = people.replace({"part": names}).sort_values("change", kind="stable").reset_index()
    people = people[["customer_id", "part", *whole]]
    return [
        _booked("bridge", "title", parts, texts),
        _booked("bridge_falls", "falls", people[people["change"] < 0], texts),
        _booked("bridge_customers", "everybody", people, texts),
    ]


def _booked(key: str, title: str, frame: pd.DataFrame, texts: Texts) -> Table:
    shown = described(frame, texts, before="money", now="money", change="money")
    return Table(key, texts.t(f"movement.bridge.{title}"), frame, shown)


@tables_of.register
def _(result: Migration, texts: Texts) -> list[Table]:
    name = model_text(result.model, "short", texts)
    titles = {each: texts.t(f"movement.migration.{each}", model=name) for each in ("flows", "process")}
    flows = result.flows[(result.flows[["before", "now"]] > 0).any(axis=1)].reset_index()
    flows["segment"] = [label(result.model, each, texts) for each in flows["segment"]]
    net, process = _net(flows), _process(result, texts)
    shown = described(process, texts)
    note = texts.t("movement.migration.process_note")
    return [
        Table(f"net_{result.model}", titles["flows"], net, _counted(net, texts)),
        Table(f"flows_{result.model}", titles["flows"], flows, _counted(flows, texts)),
        Table(f"process_{result.model}", titles["process"], process, shown, note),
        _matrix(result, name, texts),
        _cells(result, name, texts),
        _movers(result, name, texts),
    ]


def _net(flows: pd.DataFrame) -> pd.DataFrame:
    """Give the flows as narrow as a page: in and out, whether from another segment or from nowhere."""
    flows = flows.assign(
        came_all=flows["came"] + flows["newcomers"],
        left_all=flows["left"] + flows["gone"],
        share_now=flows["now"] / max(flows["now"].sum(), 1),
    )
    return flows[["segment", "before", "came_all", "left_all", "now", "net", "share_now", "revenue_change"]]


def _counted(flows: pd.DataFrame, texts: Texts) -> dict[str, Column]:
    return described(flows, texts, before="int", now="int", share_now="percent")


def _process(result: Migration, texts: Texts) -> pd.DataFrame:
    """Say what to do about the moves that matter most in money."""
    cells = result.cells.reset_index()
    cells = cells[(cells["origin"] != cells["target"]) & (cells["customers"] > 0)]
    cells = cells.loc[cells["revenue_change"].abs().sort_values(ascending=False, kind="stable").index]
    rows = cells.head(PAIRS)
    return pd.DataFrame(
        {
            "move": [
                f"{place(result.model, a, texts)} → {place(result.model, b, texts)}"
                for a, b in zip(rows["origin"], rows["target"], strict=True)
            ],
            "customers": rows["customers"].to_numpy(),
            "revenue_change": rows["revenue_change"].to_numpy(),
            "action": [
                _advice(result, a, b, texts) for a, b in zip(rows["origin"], rows["target"], strict=True)
            ],
        }
    )


def _advice(result: Migration, origin: str, target: str, texts: Texts) -> str:
    if target == GONE:
        return texts.t("movement.migration.left")
    own = f"movement.migration.pairs.{result.model}.{origin}.{target}"
    if texts.has(own):
        return texts.t(own)
    if origin == NEWCOMER and target != result.segments[0]:
        return texts.t("movement.migration.came")
    if origin == NEWCOMER or not result.ordered:
        return action(result.model, target, texts)
    way = "risen" if result.segments.index(target) < result.segments.index(origin) else "fallen"
    return texts.t(f"movement.migration.{way}", action=action(result.model, target, texts))


def _matrix(result: Migration, name: str, texts: Texts) -> Table:
    table = result.matrix
    frame = table.rename(index=lambda each: place(result.model, str(each), texts)).reset_index(names="origin")
    shown = {"origin": Column(texts.t("movement.columns.origin"))}
    shown |= {str(each): Column(place(result.model, str(each), texts), "int") for each in table.columns}
    return Table(f"matrix_{result.model}", texts.t("movement.migration.matrix", model=name), frame, shown)


def _cells(result: Migration, name: str, texts: Texts) -> Table:
    """Give every way taken: heads, shares, money, and who would only be there under new cut-offs."""
    cells = result.cells.reset_index()
    started = cells.groupby("origin")["customers"].transform("sum")
    cells["share"] = cells["customers"] / started.where(started > 0)
    cells["share_revenue"] = cells["revenue_now"] / (cells["revenue_now"].sum() or np.nan)
    for side in ("origin", "target"):
        cells[side] = [place(result.model, each, texts) for each in cells[side]]
    names = [
        "origin", "target", "customers", "share", "recut", "revenue_before", "revenue_now", "revenue_change",
        "share_revenue",
    ]  # fmt: skip
    title = texts.t("movement.migration.cells", model=name)
    return Table(f"cells_{result.model}", title, cells[names], described(names, texts))


def _movers(result: Migration, name: str, texts: Texts) -> Table:
    people = result.customers
    people = people[people["origin"] != people["target"]].reset_index()
    people["change"] = people["now"] - people["before"]
    people = people.sort_values("change", kind="stable")
    for side in ("origin", "target"):
        named = {each: place(result.model, each, texts) for each in people[side].unique()}
        people[side] = people[side].map(named)
    frame = people[["customer_id", "origin", "target", "before", "now", "change"]]
    shown = described(frame, texts, before="money", now="money", change="money")
    return Table(f"movers_{result.model}", texts.t("movement.migration.movers", model=name), frame, shown)


@tables_of.register
def _(result: Flow, texts: Texts) -> list[Table]:
    frame = result.counts.T.reset_index(names="segment")
    frame["segment"] = [label(result.model, each, texts) for each in frame["segment"]]
    shown = {"segment": Column(texts.t("movement.columns.segment"))}
    shown |= {str(period): Column(period_name(str(period), texts), "int") for period in result.counts.index}
    title = texts.t("movement.flow.heading", model=model_text(result.model, "short", texts))
    return [Table(f"flow_{result.model}", title, frame, shown)]


@tables_of.register
def _(result: Changes, texts: Texts) -> list[Table]:
    tested = result.tested.reset_index()
    tested["kind"] = [texts.t(f"movement.behaviour.kinds.{kind}") for kind in tested["kind"]]
    found = result.found
    frame = pd.DataFrame(
        {
            "customer_id": found["customer_id"],
            "kind": [texts.t(f"movement.behaviour.kinds.{kind}") for kind in found["kind"]],
            "detail": [each or DASH for each in found["detail"]],
            "before": [_number(*each, texts) for each in zip(found["kind"], found["before"], strict=True)],
            "now": [_number(*each, texts) for each in zip(found["kind"], found["now"], strict=True)],
            "change": found["change"],
            "pvalue_adjusted": found["pvalue_adjusted"],
        }
    )
    if not found["detail"].any():
        frame = frame.drop(columns="detail")
    note = texts.t("movement.behaviour.note", q=result.q)
    shown = described(frame, texts, before="figure", now="figure")
    return [
        Table(
            "behaviour_tested", texts.t("movement.behaviour.title"), tested, described(tested, texts), note
        ),
        Table("behaviour", texts.t("movement.behaviour.list"), frame, shown),
    ]


def _number(kind: str, value: float, texts: Texts) -> str:
    """Write what changed in the unit of its kind."""
    if kind == "amount":
        return texts.exact_money(value)
    if kind == "content":
        return texts.percent(value)
    return texts.number(value) if kind == "silence" else texts.decimal(value, 1 if value >= 1 else 2)

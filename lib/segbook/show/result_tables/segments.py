"""Tables of segmentations: the segments, what to do with each, every customer, every parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from segbook.data.client import ClientData
from segbook.models.attributes import family_of
from segbook.results import NotComputed, SegmentResult
from segbook.show.result_tables.clusters import cluster_tables
from segbook.show.result_tables.register import columns, tables_of
from segbook.show.tables import Column, Table
from segbook.words.i18n import Texts
from segbook.words.labels import action, label, model_text

ALL_CUSTOMER = (
    "amount_sum", "margin_sum", "period_amount", "returns_sum", "n_orders", "aov", "gap_median",
    "first_order_date", "last_order_date", "recency_days",
)  # fmt: skip


@tables_of.register
def _(result: SegmentResult, texts: Texts) -> list[Table]:
    profile = result.profile.loc[result.present]
    # Of a client without orders, or of enquiries, there is no money to show.
    said = [name for name in profile if name == "customers" or profile[name].fillna(0).abs().sum() > 0]
    frame = profile[said].reset_index()
    frame["segment"] = [label(result.model, name, texts) for name in frame["segment"]]
    title = f"{model_text(result.model, 'short', texts)}: {texts.t('report.segments_table')}"
    table = Table(f"segments_{result.model}", title, frame, columns(frame, texts))
    return [table, *(cluster_tables(result, texts) if result.model == "clusters" else [])]


def compact_table(result: SegmentResult, texts: Texts) -> Table:
    """Give the segments on half a page: how many, how much, what to do; bars stand for a chart."""
    profile = result.profile.loc[result.present]
    paid = profile["revenue"].abs().sum() > 0 and result.traits.subject != "lead"
    names = ["customers", "share_customers", *(["share_revenue"] if paid else [])]
    frame = profile[names].reset_index()
    frame["segment"] = [label(result.model, name, texts) for name in result.present]
    frame["action"] = [action(result.model, name, texts) for name in result.present]
    shown = columns(frame, texts)
    for name in names[1:]:
        shown[name] = Column(shown[name].header, "percent", bar=True)
    if result.traits.subject != "customer":
        units = f"{result.traits.subject}s"
        shown["customers"] = Column(texts.t(f"report.columns.{units}"), "int")
        shown["share_customers"] = Column(texts.t(f"report.columns.share_{units}"), "percent", bar=True)
    title = f"{model_text(result.model, 'short', texts)}: {texts.t('report.segments_actions')}"
    return Table(f"compact_{result.model}", title, frame, shown)


@tables_of.register(list)
def _(result: list[NotComputed], texts: Texts) -> list[Table]:
    rows = [
        {"model": title, "reason": texts.t(f"report.{each.reason}", **_facts(each, texts))}
        for title, each in _by_family(result, texts).items()
    ]
    frame = pd.DataFrame(rows, columns=["model", "reason"])
    return [Table("not_computed", texts.t("report.not_computed"), frame, columns(frame, texts))]


def _by_family(left_out: Sequence[NotComputed], texts: Texts) -> dict[str, NotComputed]:
    """Give each its title; attributes of one family that lack their column stand in one line."""
    told: dict[str, NotComputed] = {}
    for each in left_out:
        family = family_of(each.model) if each.reason == "missing" else None
        title = (
            texts.t(f"attributes.families.{family}.title")
            if family
            else model_text(each.model, "title", texts)
        )
        before = told[title].facts["columns"] if title in told and family else []
        facts = {"columns": [*before, *each.facts["columns"]]} if family else each.facts
        told[title] = NotComputed(each.model, each.reason, facts)
    return told


def _facts(result: NotComputed, texts: Texts) -> dict[str, Any]:
    either = f" {texts.t('report.either')} "
    columns = [each.replace(" or ", either) for each in result.facts.get("columns", ())]
    return {**result.facts, "columns": ", ".join(columns)}


def actions_table(result: SegmentResult, data: ClientData, texts: Texts, top: int = 3) -> Table:
    """Give what to do with every segment that holds a customer, and its largest customers."""
    rows = [
        (
            label(result.model, name, texts),
            action(result.model, name, texts),
            _largest(data, result.of(name).intersection(data.customers.index), texts, top),
        )
        for name in result.present
    ]
    title = f"{model_text(result.model, 'short', texts)}: {texts.t('report.what_to_do')}"
    frame = pd.DataFrame(rows, columns=["segment", "action", "largest"])
    return Table(
        f"actions_{result.model}", title, frame, columns(frame, texts), texts.t("report.actions_note")
    )


def _largest(data: ClientData, customers: pd.Index, texts: Texts, top: int) -> str:
    amounts = data.customers.loc[customers, "amount_sum"].nlargest(top)
    names = data.names()
    return "; ".join(f"{names[customer]} ({texts.money(amount)})" for customer, amount in amounts.items())


def all_customers_table(data: ClientData, results: Mapping[str, SegmentResult], texts: Texts) -> Table:
    """Give every customer with the key figures and the segment of every model."""
    frame = _described(data)
    frame = frame.assign(customer_id=frame.index)
    names = ["customer_id", *(["name"] if "name" in data.attributes else []), *ALL_CUSTOMER]
    names = [name for name in names if frame[name].notna().any()]
    shown = columns(names, texts)
    frame = frame[names]
    for key, result in results.items():
        if result.traits.subject == "lead":
            continue
        labels = {name: label(key, name, texts) for name in result.segments.cat.categories}
        frame[key] = result.segments.map(labels).astype(object).reindex(frame.index).to_numpy()
        shown[key] = Column(model_text(key, "short", texts), "text")
    frame = frame.sort_values("amount_sum", ascending=False, kind="stable")
    return Table("customers", texts.t("report.customers_sheet"), frame, shown)


def method_table(results: Mapping[str, Any], texts: Texts) -> Table:
    """Give every parameter and cut-off used, with what it means."""
    rows = [row for key, result in results.items() for row in _method_rows(key, result.params, texts)]
    frame = pd.DataFrame(rows, columns=["model", "parameter", "value"])
    return Table("method", texts.t("report.method"), frame, columns(frame, texts))


def _method_rows(
    key: str, params: Mapping[str, Any], texts: Texts, inside: str = ""
) -> Iterator[tuple[str, str, str]]:
    title = inside + model_text(key, "short", texts)
    for name, value in params.items():
        if isinstance(value, dict) and texts.has(f"{name}.short"):
            yield from _method_rows(name, value, texts, f"{title} / ")
        else:
            yield title, texts.label(f"{key}.params.{name}", name), _parameter(value, texts)


def _described(data: ClientData) -> pd.DataFrame:
    customers = data.customers.copy()
    customers["aov"] = customers["amount_sum"] / customers["n_orders"].where(customers["n_orders"] > 0)
    customers.insert(0, "name", data.names())
    return customers


def _parameter(value: Any, texts: Texts) -> str:
    if isinstance(value, Mapping):
        known = {name: each for name, each in value.items() if each is not None}
        return ", ".join(f"{name} {_parameter(each, texts)}" for name, each in known.items())
    if isinstance(value, list):
        return "; ".join(_parameter(each, texts) for each in value)
    if isinstance(value, float | int) and not isinstance(value, bool):
        return texts.decimal(value, 4)
    return "—" if value is None else str(value)

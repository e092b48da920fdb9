"""The tables of a result: which columns, under which headers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import singledispatch
from typing import Any

import pandas as pd

from segbook.data.client import ClientData
from segbook.data.quality import CHECKS, Quality
from segbook.data.sources import TableRead
from segbook.results import NotComputed, SegmentResult
from segbook.show.tables import Column, Kind, Table
from segbook.stats.concentration import Concentration
from segbook.stats.overview import Overview
from segbook.words.findings import remarks
from segbook.words.i18n import Texts

KINDS: dict[str, Kind] = {
    "customers": "int", "n_orders": "int", "n_order_days": "int", "n_subperiods": "int", "rows": "int",
    "frequency": "int", "complaints": "int", "recency_days": "int", "gap_median": "int", "rhythm_days": "int",
    "buyers": "int", "r_score": "int", "f_score": "int", "m_score": "int",
    "revenue": "money", "period_revenue": "money", "aov": "money", "amount": "money", "amount_sum": "money",
    "margin_sum": "money", "period_amount": "money", "previous_amount": "money", "returns_sum": "money",
    "returns": "money", "mean": "money", "share_customers": "percent", "share_revenue": "percent",
    "share_rows": "percent", "share_amount": "percent", "share_value": "percent", "change": "change",
    "cv": "num", "silence_rhythms": "num", "first_order_date": "date", "last_order_date": "date",
    "period": "figure", "previous": "figure", "value": "figure",
}  # fmt: skip
"""How a column is written wherever it stands."""
ALL_CUSTOMER = (
    "amount_sum", "margin_sum", "period_amount", "returns_sum", "n_orders", "aov", "gap_median",
    "first_order_date", "last_order_date", "recency_days",
)  # fmt: skip


@singledispatch
def tables_of(result: object, texts: Texts) -> list[Table]:  # noqa: ARG001 - the shape of its registered kin
    """Give the tables of a result, the one for the page first.

    Parameters
    ----------
    result
        A `SegmentResult`, `Concentration`, `Overview`, `Quality`, or a list of `NotComputed`.
    texts
        Language of headers and labels.

    Raises
    ------
    TypeError
        Nothing is known to show of such a result.
    """
    raise TypeError(f"no tables for {type(result).__name__}")


@tables_of.register
def _(result: SegmentResult, texts: Texts) -> list[Table]:
    frame = result.profile.loc[result.present].reset_index()
    frame["segment"] = [label(result.model, name, texts) for name in frame["segment"]]
    title = f"{texts.t(f'{result.model}.short')}: {texts.t('report.segments_table')}"
    return [Table(f"segments_{result.model}", title, frame, _columns(frame, texts))]


@tables_of.register
def _(result: Concentration, texts: Texts) -> list[Table]:
    written = {
        "n_customers": texts.number(result.n_customers),
        "top_20_share": texts.percent(result.top_20_share),
        "customers_for_80": texts.number(result.customers_for_80 or None),
        "share_for_80": texts.percent(result.share_for_80),
        "gini": texts.decimal(result.gini, 3),
    }
    rows = [(texts.t(f"concentration.rows.{name}"), value) for name, value in written.items()]
    frame = pd.DataFrame(rows, columns=["measure", "value"])
    return [Table("concentration", texts.t("concentration.title"), frame, _columns(frame, texts))]


@tables_of.register
def _(result: Overview, texts: Texts) -> list[Table]:
    figures = result.figures
    frame = pd.DataFrame({"measure": [texts.t(f"overview.measures.{name}") for name in figures.index]})
    for column in ("period", "previous"):
        frame[column] = [_figure(str(name), value, texts) for name, value in figures[column].items()]
    frame["change"] = figures["change"].to_numpy()
    months = result.months.reset_index()
    months["month"] = [texts.month(day) for day in months["month"]]
    measured = _columns(months.drop(columns="month"), texts, "overview.measures")
    return [
        Table("overview", texts.t("overview.title"), frame, _columns(frame, texts)),
        Table("months", texts.t("overview.months"), months, _columns(["month"], texts) | measured),
    ]


@tables_of.register
def _(result: Quality, texts: Texts) -> list[Table]:
    checks = pd.DataFrame(
        [
            {
                "check": texts.t(f"quality.checks.{check}"),
                "status": texts.t(f"quality.statuses.{result.checks[check]}"),
                "remark": _remarks(result, check, texts),
            }
            for check in CHECKS
        ]
    )
    account = result.account[result.account["rows"] > 0].reset_index()
    account["reason"] = [texts.t(f"quality.reasons.{reason}") for reason in account["reason"]]
    topic = "quality.columns"
    return [
        Table("quality", texts.t("quality.title"), checks, _columns(checks, texts, topic)),
        Table("account", texts.t("quality.account"), account, _columns(account, texts, topic)),
    ]


def _remarks(result: Quality, check: str, texts: Texts) -> str:
    said = [remark.text(texts) for each, remark in remarks(result) if each == check]
    return "; ".join(said) or texts.t(f"quality.fine.{check}", **result.facts)


@tables_of.register(list)
def _(result: list[NotComputed], texts: Texts) -> list[Table]:
    rows = [
        {"model": texts.t(f"{each.model}.title"), "reason": texts.t(f"report.{each.reason}", **_facts(each))}
        for each in result
    ]
    frame = pd.DataFrame(rows, columns=["model", "reason"])
    return [Table("not_computed", texts.t("report.not_computed"), frame, _columns(frame, texts))]


def _facts(result: NotComputed) -> dict[str, Any]:
    return {**result.facts, "columns": ", ".join(result.facts.get("columns", ()))}


def actions_table(result: SegmentResult, data: ClientData, texts: Texts, top: int = 3) -> Table:
    """Give what to do with every segment that holds a customer, and its largest customers."""
    rows = [
        (
            label(result.model, name, texts),
            texts.label(f"{result.model}.segments.{name}.action", ""),
            _largest(data, result.of(name), texts, top),
        )
        for name in result.present
    ]
    title = f"{texts.t(f'{result.model}.short')}: {texts.t('report.what_to_do')}"
    frame = pd.DataFrame(rows, columns=["segment", "action", "largest"])
    return Table(
        f"actions_{result.model}", title, frame, _columns(frame, texts), texts.t("report.actions_note")
    )


def _largest(data: ClientData, customers: pd.Index, texts: Texts, top: int) -> str:
    amounts = data.customers.loc[customers, "amount_sum"].nlargest(top)
    names = data.names()
    return "; ".join(f"{names[customer]} ({texts.money(amount)})" for customer, amount in amounts.items())


def all_customers_table(data: ClientData, results: Mapping[str, SegmentResult], texts: Texts) -> Table:
    """Give every customer with the key figures and the segment of every model."""
    frame = _described(data).reset_index()
    names = ["customer_id", *(["name"] if "name" in data.attributes else []), *ALL_CUSTOMER]
    names = [name for name in names if frame[name].notna().any()]
    columns = _columns(names, texts)
    frame = frame[names]
    for key, result in results.items():
        labels = {name: label(key, name, texts) for name in result.segments.cat.categories}
        frame[key] = result.segments.map(labels).astype(object).to_numpy()
        columns[key] = Column(texts.t(f"{key}.short"), "text")
    frame = frame.sort_values("amount_sum", ascending=False, kind="stable")
    return Table("customers", texts.t("report.customers_sheet"), frame, columns)


def method_table(results: Mapping[str, SegmentResult], texts: Texts) -> Table:
    """Give every parameter and cut-off used, with what it means."""
    rows = [row for key, result in results.items() for row in _method_rows(key, result.params, texts)]
    frame = pd.DataFrame(rows, columns=["model", "parameter", "value"])
    return Table("method", texts.t("report.method"), frame, _columns(frame, texts))


def _method_rows(
    key: str, params: Mapping[str, Any], texts: Texts, inside: str = ""
) -> Iterator[tuple[str, str, str]]:
    title = inside + texts.t(f"{key}.short")
    for name, value in params.items():
        if isinstance(value, dict):
            yield from _method_rows(name, value, texts, f"{title} / ")
        else:
            yield title, texts.label(f"{key}.params.{name}", name), _parameter(value, texts)


def reading_table(reads: Mapping[str, TableRead], texts: Texts) -> Table:
    """Give how each file was read, and which of it was detected rather than told."""
    rows = [
        (
            file.name,
            file.n_rows,
            "; ".join(_format(name, how, name in file.detected, texts) for name, how in file.format.items())
            or None,
        )
        for read in reads.values()
        for file in read.files
    ]
    frame = pd.DataFrame(rows, columns=["file", "rows", "format"])
    return Table("reading", texts.t("quality.reading"), frame, _columns(frame, texts))


def _format(name: str, value: str, detected: bool, texts: Texts) -> str:
    shown = f"«{value}»" if name in {"delimiter", "decimal"} else value
    said = f"{texts.t(f'quality.formats.{name}')}: {shown}"
    return f"{said} ({texts.t('quality.detected')})" if detected else said


def _figure(name: str, value: float, texts: Texts) -> str:
    if name not in {"revenue", "aov"}:
        return texts.number(value)
    return texts.exact_money(value, 2 if name == "aov" and value < 100 else 0)


def label(model: str, segment: str, texts: Texts) -> str:
    """Give a segment's name in the language, or the client's own name for it."""
    return texts.label(f"{model}.segments.{segment}.label", segment)


def _described(data: ClientData) -> pd.DataFrame:
    customers = data.customers.copy()
    customers["aov"] = customers["amount_sum"] / customers["n_orders"].where(customers["n_orders"] > 0)
    customers.insert(0, "name", data.names())
    return customers


def _columns(names: Iterable[Any], texts: Texts, topic: str = "report.columns") -> dict[str, Column]:
    return {str(name): Column(texts.t(f"{topic}.{name}"), KINDS.get(str(name), "text")) for name in names}


def _parameter(value: Any, texts: Texts) -> str:
    if isinstance(value, list):
        return "; ".join(_parameter(each, texts) for each in value)
    if isinstance(value, float | int) and not isinstance(value, bool):
        return texts.decimal(value, 4)
    return "—" if value is None else str(value)

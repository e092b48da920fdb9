"""The register of the tables of every kind of result, and how a column is written wherever it stands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from segbook.show.tables import Column, Kind, Table
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
    "renew": "num", "renew_share": "num", "brand_strength": "num", "order_appeal": "num", "closeness": "num",
    "recontact_from": "date", "recontact_to": "date",
    "period": "figure", "previous": "figure", "value": "figure",
}  # fmt: skip
"""How a column is written wherever it stands."""


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


def columns(names: Iterable[Any], texts: Texts, topic: str = "report.columns") -> dict[str, Column]:
    """Give each column its heading, from the texts of a topic, and its kind."""
    return {str(name): Column(texts.t(f"{topic}.{name}"), KINDS.get(str(name), "text")) for name in names}

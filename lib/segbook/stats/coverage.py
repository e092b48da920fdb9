"""What is known of customers: six questions of a customer card, and how completely they are answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.results import plain

QUESTIONS: dict[str, tuple[str, ...]] = {
    "who": (
        "customers.age", "customers.gender", "customers.marital_status", "customers.children",
        "customers.income", "customers.education", "customers.language", "customers.lifestyle",
        "customers.interests", "customers.personality", "customers.life_goals", "customers.industry",
        "customers.employees", "customers.organisation_type", "customers.company_revenue",
    ),
    "what": (
        "orders.product", "orders.category", "orders.order_type", "customers.product",
        "customers.order_type", "customers.problem", "customers.wish", "customers.lead_form_interest",
    ),
    "where": (
        "customers.region", "customers.oblast", "customers.district", "customers.city",
        "customers.city_population", "customers.density", "customers.climate", "customers.country",
        "customers.address", "orders.channel",
    ),
    "how_much": ("orders.amount", "orders.margin", "orders.quantity", "orders.unit_price"),
    "how_learn": (
        "customers.acquisition_channel", "customers.email", "customers.phone", "customers.consent",
        "customers.device", "customers.platform", "customers.tech_comfort", "orders.initiated_by",
        "emails.sent_at", "campaigns.responded",
    ),
    "why_us": (
        "customers.motivation", "customers.intention", "customers.survey_answer", "customers.values",
        "customers.attitudes", "customers.opinions", "surveys.score", "surveys.answer", "surveys.topic",
        "tickets.kind",
    ),
}  # fmt: skip
"""Question to the columns that feed it, as ``table.column``."""

FIRST = {
    "who": ("customers.age", "customers.industry"),
    "what": ("orders.category",),
    "where": ("customers.city",),
    "how_much": ("orders.amount",),
    "how_learn": ("customers.acquisition_channel",),
    "why_us": ("customers.motivation",),
}
"""The column to begin with where a question has no answer: of a person, then of a firm."""


@dataclass(frozen=True)
class Coverage:
    """How completely a client's data answer the six questions of a customer card.

    Parameters
    ----------
    questions
        Index question (who, what, where, how_much, how_learn, why_us); columns n_fields (columns that
        feed it), n_given (of them in the data), customers (with at least one of them known), share_customers
        and share_revenue (theirs), share_filled (mean over the columns given; NaN without one).
    fields
        One row for each column: question, field (``table.column``), is_given, customers (with a
        value), share_customers, share_revenue; NaN shares where it is not given.
    n_customers
        Customers known by the end of the period.

    Notes
    -----
    ``share_revenue`` is of positive net revenue; NaN when there is none.
    """

    questions: pd.DataFrame
    fields: pd.DataFrame
    n_customers: int

    def content(self) -> dict[str, Any]:
        """Give the numbers for the report's JSON."""
        fields = self.fields.set_index("field").drop(columns="question")
        return {
            "coverage": {
                "customers": self.n_customers,
                "questions": plain(self.questions),
                "fields": plain(fields),
            }
        }

    @property
    def weakest(self) -> str:
        """The question answered for the fewest customers, the later of equals."""
        return str(self.questions["share_customers"].fillna(0.0)[::-1].idxmin())


def coverage(data: ClientData) -> Coverage:
    """Measure which questions of the customer card the data answer, and for whom.

    Parameters
    ----------
    data
        One client and period. A customer has a value where any of the customer's rows has one; rows after
        the period, blank texts and strangers to the base do not count.

    Returns
    -------
    Coverage

    References
    ----------
    The six questions are those of [S2:30-36].

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "b"], "amount": [30.0, 10.0],
    ...     "order_date": pd.Timestamp("2026-01-05")})
    >>> cards = pd.DataFrame({"customer_id": ["a", "b"], "city": ["Tver", None]})
    >>> found = coverage(ClientData.of(orders, customers=cards)).questions
    >>> found.loc["where", ["n_given", "customers", "share_customers", "share_revenue"]].tolist()
    [1.0, 1.0, 0.5, 0.75]
    """
    money = data.customers["amount_sum"].clip(lower=0).fillna(0.0)
    known = {field: has for table in _tables() for field, has in _known(data, table, money.index)}
    fields = pd.DataFrame(
        [
            {"question": question, "field": field, "is_given": field in known}
            | _reach(known.get(field), money)
            for question, listed in QUESTIONS.items()
            for field in listed
        ]
    )
    questions = pd.DataFrame([_answered(listed, known, money) for listed in QUESTIONS.values()])
    given = fields[fields["is_given"]].groupby("question")["share_customers"].mean()
    questions.index = pd.Index(QUESTIONS, name="question")
    return Coverage(questions.assign(share_filled=given.reindex(list(QUESTIONS))), fields, len(money))


def _tables() -> list[str]:
    return sorted({field.split(".")[0] for listed in QUESTIONS.values() for field in listed})


def _known(data: ClientData, table: str, index: pd.Index) -> Iterator[tuple[str, np.ndarray]]:
    """Give each column of a table that feeds a question, with who of the customers has a value in it."""
    listed = [field.split(".") for fields in QUESTIONS.values() for field in fields]
    names = [name for of, name in listed if of == table]
    filled = _on_cards(data, names) if table == "customers" else _in_any_row(data, table, names)
    filled = filled.reindex(index, fill_value=False)
    for name in filled:
        yield f"{table}.{name}", filled[name].to_numpy(dtype=bool)


def _on_cards(data: ClientData, names: list[str]) -> pd.DataFrame:
    cards = data.attributes[[name for name in names if name in data.attributes]]
    return pd.DataFrame(
        {name: card.notna() & (card.astype("str").str.strip() != "") for name, card in cards.items()}
    )


def _in_any_row(data: ClientData, table: str, names: list[str]) -> pd.DataFrame:
    """Tell in which columns a customer has a value in at least one row that counts."""
    if table == "orders" and table not in data.tables:
        sums = {name: f"{name}_sum" for name in ("amount", "margin", "quantity")}
        sums = {name: each for name, each in sums.items() if data.has("totals", each)}
        return pd.DataFrame({name: data.customers[each].fillna(0) != 0 for name, each in sums.items()})
    names = [name for name in names if data.has(table, "customer_id", name)]
    if not names:
        return pd.DataFrame(index=pd.Index([], name="customer_id", dtype="str"))
    rows = data.rows(table)
    filled = {
        name: (rows[name].strip() != "" if rows[name].type().is_string() else rows[name].notnull()).any()
        for name in names
    }
    grouped = rows.group_by("customer_id").agg(**{name: has.fill_null(False) for name, has in filled.items()})
    found: pd.DataFrame = grouped.to_pandas().set_index("customer_id")
    return found


def _reach(has: np.ndarray | None, money: pd.Series) -> dict[str, float]:
    if has is None:
        return {"customers": 0, "share_customers": np.nan, "share_revenue": np.nan}
    total = float(money.sum())
    return {
        "customers": int(has.sum()),
        "share_customers": float(has.mean()) if has.size else np.nan,
        "share_revenue": float(money[has].sum()) / total if total > 0 else np.nan,
    }


def _answered(listed: tuple[str, ...], known: dict[str, np.ndarray], money: pd.Series) -> dict[str, float]:
    given = [known[field] for field in listed if field in known]
    anyone = np.any(given, axis=0) if given else np.zeros(len(money), dtype=bool)
    return {"n_fields": len(listed), "n_given": len(given), **_reach(anyone, money)}

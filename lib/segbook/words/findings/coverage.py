"""What the data do not know of the customers, and what to ask for first."""

from __future__ import annotations

from typing import Any

from segbook.models.attributes import family_of
from segbook.stats.coverage import FIRST, Coverage
from segbook.words.findings.finding import Finding, Label, Listing, findings

PATCHY = 0.6
"""Mean share of customers with a value below which the cards of a question are called patchy."""

WELL = 0.9


@findings.register
def _(result: Coverage) -> list[Finding]:
    if not result.n_customers:
        return []
    weakest, questions = result.weakest, result.questions
    found = [_weakest(result, weakest)]
    answered = questions.drop(weakest)
    silent = answered.index[answered["customers"] == 0]
    found += [_weakest(result, str(name), 0.0) for name in silent]
    patchy = answered.index[answered["share_filled"] < PATCHY]
    return found + [
        Finding("coverage.patchy", {**_values(result, str(name))}, 0.0, "coverage") for name in patchy
    ]


def _weakest(result: Coverage, question: str, importance: float = 0.3) -> Finding:
    values = _values(result, question)
    if not values["customers"]:
        return Finding("coverage.unanswered", values, importance, "coverage")
    if values["share_customers"] >= WELL:
        return Finding("coverage.full", values, 0.0, "coverage")
    return Finding("coverage.weakest", values, importance, "coverage")


def _values(result: Coverage, question: str) -> dict[str, Any]:
    row = {str(name): value for name, value in result.questions.loc[question].items()}
    return {
        **row,
        "question": Label(f"coverage.questions.{question}", question),
        "next": Listing(
            "association.item", tuple({"attribute": field_label(name)} for name in to_ask(result, question))
        ),
    }


def to_ask(result: Coverage, question: str) -> list[str]:
    """Give the columns to ask for: the usual ones of a question, else the emptiest, unless all are full."""
    own = result.fields[result.fields["question"] == question].set_index("field")
    given = own[own["is_given"].astype(bool)]
    usual = list(FIRST[question])
    if not set(usual) & set(given.index):
        return usual
    shares = given["share_customers"].astype(float)
    return [str(shares.idxmin())] if shares.min() < WELL else []


def field_label(field: str) -> Label:
    """Give the name of a column, given as ``table.column``; an attribute is called as its model is."""
    table, _, column = field.partition(".")
    is_attribute = table == "customers" and family_of(column) is not None
    return Label(f"{column}.short" if is_attribute else f"coverage.fields.{field}", column)

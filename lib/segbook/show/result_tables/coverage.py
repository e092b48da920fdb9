"""Tables of the customer card: the six questions, and every attribute that feeds them."""

from __future__ import annotations

import pandas as pd

from segbook.show.result_tables.register import columns, tables_of
from segbook.show.tables import Column, Kind, Table
from segbook.stats.coverage import Coverage
from segbook.words.findings.coverage import field_label, to_ask
from segbook.words.i18n import DASH, Texts

NAMED = 4
SHOWN: dict[str, Kind] = {"customers": "int", "share_customers": "percent", "share_revenue": "percent"}


@tables_of.register
def _(result: Coverage, texts: Texts) -> list[Table]:
    questions = result.questions.reset_index()
    frame = pd.DataFrame({"question": _questions(questions["question"], texts)})
    frame["known"] = [_known(result, name, texts) for name in questions["question"]]
    for name in ("share_customers", "share_revenue"):
        frame[name] = questions[name]
    frame["next"] = [_next(result, name, texts) for name in questions["question"]]
    fields = result.fields.copy()
    fields["question"] = _questions(fields["question"], texts)
    fields["field"] = [_field(field, texts) for field in fields["field"]]
    fields["is_given"] = [
        texts.t("coverage.given" if each else "coverage.absent") for each in fields["is_given"]
    ]
    return [
        _table("coverage", "title", frame.dropna(axis=1, how="all"), texts),
        _table("coverage_fields", "fields_table", fields, texts),
    ]


def _table(key: str, title: str, frame: pd.DataFrame, texts: Texts) -> Table:
    headed = columns(frame, texts, "coverage.columns")
    shown = {name: Column(each.header, SHOWN.get(name, "text")) for name, each in headed.items()}
    return Table(key, texts.t(f"coverage.{title}"), frame, shown)


def _questions(names: pd.Series, texts: Texts) -> list[str]:
    return [texts.t(f"coverage.questions.{name}") for name in names]


def _known(result: Coverage, question: str, texts: Texts) -> str:
    """Give the fullest columns of a question with the share of customers each is known for."""
    own = result.fields[(result.fields["question"] == question) & (result.fields["customers"] > 0)]
    own = own.sort_values("share_customers", ascending=False, kind="stable").head(NAMED)
    said = [
        texts.t("coverage.field", field=_field(field, texts), share=share)
        for field, share in zip(own["field"], own["share_customers"], strict=True)
    ]
    return "; ".join(said) or DASH


def _next(result: Coverage, question: str, texts: Texts) -> str:
    return ", ".join(_field(field, texts) for field in to_ask(result, question)) or DASH


def _field(field: str, texts: Texts) -> str:
    return texts.label(field_label(field).key, field)

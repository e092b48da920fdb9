"""Tables of the period and of the concentration of revenue."""

from __future__ import annotations

import pandas as pd

from segbook.show.result_tables.register import columns, tables_of
from segbook.show.tables import Table
from segbook.stats.concentration import Concentration
from segbook.stats.overview import Overview
from segbook.words.i18n import Texts


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
    return [Table("concentration", texts.t("concentration.title"), frame, columns(frame, texts))]


@tables_of.register
def _(result: Overview, texts: Texts) -> list[Table]:
    figures = result.figures
    frame = pd.DataFrame({"measure": [texts.t(f"overview.measures.{name}") for name in figures.index]})
    for column in ("period", "previous"):
        frame[column] = [_figure(str(name), value, texts) for name, value in figures[column].items()]
    frame["change"] = figures["change"].to_numpy()
    months = result.months.reset_index()
    months["month"] = [texts.month(day) for day in months["month"]]
    measured = columns(months.drop(columns="month"), texts, "overview.measures")
    return [
        Table("overview", texts.t("overview.title"), frame, columns(frame, texts)),
        Table("months", texts.t("overview.months"), months, columns(["month"], texts) | measured),
    ]


def _figure(name: str, value: float, texts: Texts) -> str:
    if name not in {"revenue", "aov"}:
        return texts.number(value)
    return texts.exact_money(value, 2 if name == "aov" and value < 100 else 0)

"""Tables of what goes with low answers, of the plan, and of the appendix."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segbook.show.result_tables.csi import (
    columns,
    compared,
    interval,
    plain_index,
    points,
    records_of,
    said,
    written_quarter,
)
from segbook.show.result_tables.register import tables_of
from segbook.show.tables import Table
from segbook.stats.csi.company import Shifts
from segbook.stats.csi.drivers import Drivers
from segbook.stats.csi.review import Plan, Representation
from segbook.words.findings.csi import index_value
from segbook.words.findings.csi_causes import factor_label, level_label
from segbook.words.i18n import Texts


@tables_of.register
def _(result: Drivers, texts: Texts) -> list[Table]:
    factors = result.factors.reset_index()
    factors["factor"] = [said(factor_label(str(name)), texts) for name in factors["factor"]]
    factors["kind"] = [texts.t(f"csi.drivers.kinds.{kind}") for kind in factors["kind"]]
    factors["pvalue_adjusted"] = [texts.pvalue(value) for value in factors["pvalue_adjusted"]]
    factors = factors.rename(columns={"kind": "factor_kind"})
    factors = factors[["factor", "factor_kind", "n_levels", "n", "effect_size", "pvalue_adjusted"]]
    quarters = ", ".join(written_quarter(key, texts) for key in result.quarters)
    note = texts.t("csi.drivers.factors_note", quarters=quarters)
    made = [
        Table("csi_factors", texts.t("csi.drivers.factors"), factors, columns(list(factors), texts), note)
    ]
    others = result.levels[result.levels["kind"] != "segment"]
    segments = result.levels[result.levels["kind"] == "segment"]
    for key, rows in (("levels", others), ("segments", segments)):
        if len(rows):
            made.append(_levels(result, rows, key, texts))
    return made


def _levels(result: Drivers, rows: pd.DataFrame, key: str, texts: Texts) -> Table:
    if key == "levels":
        rows = rows.sort_values("pvalue_adjusted", kind="stable")
    entries = records_of(rows)
    frame = pd.DataFrame(
        {
            "factor": [said(factor_label(row["factor"]), texts) for row in entries],
            "level": [said(level_label(row["kind"], row["factor"], row["level"]), texts) for row in entries],
            "n": rows["n"].to_numpy(),
            "csi": [plain_index(row, texts) for row in entries],
            "share_low": rows["share_low"].to_numpy(),
            "difference": [_difference(row, texts) for row in entries],
            "pvalue_adjusted": [texts.pvalue(row["pvalue_adjusted"]) for row in entries],
            "verdict": [texts.t(f"csi.drivers.verdicts.{row['verdict']}") for row in entries],
        }
    )
    note = texts.t("csi.drivers.levels_note", small=result.n_small)
    shown = columns(list(frame), texts, {"csi": (~rows["enough"]).tolist()})
    return Table(f"csi_{key}", texts.t(f"csi.drivers.{key}"), frame, shown, note)


def _difference(row: dict[str, float], texts: Texts) -> str:
    low, high = (points(row[f"effect_size_ci_{end}"], texts) for end in ("lower", "upper"))
    return f"{points(row['effect_size'], texts)} ({low}…{high})"


@tables_of.register
def _(result: Plan, texts: Texts) -> list[Table]:
    frame = pd.DataFrame(
        {
            "csi_after": [texts.decimal(value) for value in result.table["csi_after"]],
            "change_of": result.table["ratio"].to_numpy(dtype=float) - 1,
            "n_needed": result.table["n_needed"].to_numpy(),
            "n_asked": result.table["n_asked"].to_numpy(dtype=float),
            "chance_now": result.table["chance_now"].to_numpy(),
        }
    )
    if frame["n_asked"].isna().all():
        frame = frame.drop(columns="n_asked")
    note = (
        texts.t("csi.plan.note", csi=result.csi, neutral=result.share_neutral, n=result.n)
        if len(frame)
        else ""
    )
    return [Table("csi_plan", texts.t("csi.plan.table"), frame, columns(list(frame), texts), note)]


@tables_of.register
def _(result: Shifts, texts: Texts) -> list[Table]:
    rows = []
    for against, before, made in result.steps:
        ends = interval(made.odds_ratio_ci_lower, made.odds_ratio_ci_upper, texts.decimal)
        rows.append({
            "against": compared(against, before, texts),
            "odds_ratio": "" if np.isnan(made.odds_ratio) else f"{texts.decimal(made.odds_ratio)} ({ends})",
            "pvalue": texts.pvalue(made.pvalue),
            "higher": made.higher,
            "pvalue_ranks": texts.pvalue(made.pvalue_ranks),
            "pvalue_higher": texts.pvalue(made.pvalue_higher),
        })  # fmt: skip
    names = ["against", "odds_ratio", "pvalue", "higher", "pvalue_ranks", "pvalue_higher"]
    frame, note = pd.DataFrame(rows, columns=names), texts.t("csi.shifts.note")
    return [Table("csi_shifts", texts.t("csi.shifts.table"), frame, columns(names, texts), note)]


@tables_of.register
def _(result: Representation, texts: Texts) -> list[Table]:
    names = ["model", "csi", "interval", "n_eff", "share_base"]
    entries = result.table.to_dict("index").items()
    rows = [
        {
            "model": said(factor_label(str(model)), texts),
            "csi": texts.decimal(row["csi"]),
            "interval": interval(row["csi_ci_lower"], row["csi_ci_upper"], texts.decimal),
            "n_eff": row["n_eff"],
            "share_base": row["share_base"],
        }
        for model, row in entries
    ]
    frame = pd.DataFrame(rows, columns=names)
    plain = said(index_value(result.csi, result.n), texts)
    note = texts.t("csi.representation.note", csi=plain, n=result.n) if rows else ""
    return [Table("csi_weights", texts.t("csi.representation.table"), frame, columns(names, texts), note)]

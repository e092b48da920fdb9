"""Tables of managers and of clients: the funnel in order of names, moves, the call list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from segbook.show.result_tables.csi import (
    columns,
    index_columns,
    interval,
    plain_index,
    records_of,
    written_quarter,
)
from segbook.show.result_tables.register import tables_of
from segbook.show.tables import Table
from segbook.stats.csi.clients import ClientsReview
from segbook.stats.csi.managers import ManagersReview
from segbook.words.i18n import Texts

LISTED = (
    "customer_id", "name", "manager", "phone", "email", "kind", "score", "score_before", "survey_date",
    "topic", "answer", "revenue", "n_answers",
)  # fmt: skip


@tables_of.register
def _(result: ManagersReview, texts: Texts) -> list[Table]:
    table = result.funnel.table
    now = result.current.reindex(table.index)
    frame = _compared(result, texts)
    pale = {"csi": (~table["enough"]).tolist(), "current": (~now["enough"].eq(True)).tolist()}
    quarters = ", ".join(written_quarter(key, texts) for key in result.quarters)
    note = texts.t("csi.managers.note", center=result.funnel.center, quarters=quarters)
    shown = columns(list(frame), texts, pale)
    page = Table("csi_managers", texts.t("csi.managers.table"), frame, shown, note)
    return [page, _limits(result, texts), _history(result, texts)]


def _compared(result: ManagersReview, texts: Texts) -> pd.DataFrame:
    table = result.funnel.table
    rows = records_of(table)
    now = result.current.reindex(table.index).fillna({"n": 0, "attract": 0, "detract": 0})
    return pd.DataFrame(
        {
            "manager": table.index.astype(str),
            "n": table["n"].to_numpy(),
            "csi": [plain_index(row, texts) for row in rows],
            "verdict": [texts.t(f"csi.managers.verdicts.{row['verdict']}") for row in rows],
            "csi_shrunk": [_shrunk(row, texts) for row in rows],
            "pvalue_holm": [texts.pvalue(row["pvalue_holm"]) for row in rows],
            "current": [_of_n(row, texts) for row in records_of(now)],
        }
    )


def _shrunk(row: Mapping[str, Any], texts: Texts) -> str:
    low, high = (row[f"csi_shrunk_ci_{end}"] for end in ("lower", "upper"))
    return f"{texts.decimal(row['csi_shrunk'], 1)} ({interval(low, high, lambda end: texts.decimal(end, 1))})"


def _of_n(row: Mapping[str, Any], texts: Texts) -> str:
    if not row["n"]:
        return texts.t("csi.silence")
    return texts.t("csi.of_n", value=plain_index(row, texts), n=int(row["n"]))


def _limits(result: ManagersReview, texts: Texts) -> Table:
    """Give the funnel in figures: the share each manager has, and what chance keeps within."""
    table = result.funnel.table
    told = {"told": "n_told", "share": "share", "lower_95": "lower_95", "upper_95": "upper_95"}
    told |= {"lower_998": "lower_998", "upper_998": "upper_998"}
    frame = table[list(told)].rename(columns=told).rename_axis("manager").reset_index()
    return Table("csi_funnel", texts.t("csi.managers.limits"), frame, columns(list(frame), texts))


def _history(result: ManagersReview, texts: Texts) -> Table:
    frame = index_columns(result.history, texts)
    names = result.history.index.get_level_values("manager").astype(str)
    frame.insert(0, "manager", names)
    keys = result.history.index.get_level_values("quarter")
    frame.insert(1, "quarter", [written_quarter(key, texts) for key in keys])
    pale = (~result.history["enough"]).tolist()
    return Table(
        "csi_manager_history", texts.t("csi.managers.history"), frame,
        columns(list(frame), texts, {"csi_interval": pale}),
    )  # fmt: skip


@tables_of.register
def _(result: ClientsReview, texts: Texts) -> list[Table]:
    frames = {
        "page": _page(result.calls, texts),
        "calls": _people(result.calls, texts),
        "at_risk": _at_risk(result, texts),
        "moves": _moves(result, texts),
        "all": _people(result.table, texts),
    }
    made = []
    for name, frame in frames.items():
        key = "calls" if name == "page" else name
        noted = key != "all" and (key != "at_risk" or "revenue" in frame)
        note = texts.t(f"csi.clients.{key}_note") if noted else ""
        title = texts.t(f"csi.clients.{key}")
        made.append(Table(f"csi_{name}", title, frame, columns(list(frame), texts), note))
    return made


def _at_risk(result: ClientsReview, texts: Texts) -> pd.DataFrame:
    risk = result.at_risk.reset_index()
    risk["kind"] = [texts.t(f"csi.clients.kinds.{kind}") for kind in risk["kind"]]
    return risk if risk["revenue"].notna().any() else risk[["kind", "customers"]]


def _moves(result: ClientsReview, texts: Texts) -> pd.DataFrame:
    moves = result.moves[result.moves.sum(axis=1) > 0].reset_index()
    moves["before"] = [texts.t(f"csi.groups.{name}") for name in moves["before"]]
    return moves


def _page(table: pd.DataFrame, texts: Texts) -> pd.DataFrame:
    """Give the call list as it fits a page: who, why, by how much, how to reach them."""
    frame = table.rename_axis("customer_id").reset_index()
    frame["kind"] = [texts.t(f"csi.clients.kinds.{kind}") for kind in frame["kind"]]
    frame["scores"] = [
        texts.number(now) if pd.isna(before) else f"{texts.number(before)}\u00a0→\u00a0{texts.number(now)}"
        for before, now in zip(frame["score_before"], frame["score"], strict=True)
    ]
    who = "name" if "name" in frame and frame["name"].notna().any() else "customer_id"
    frame[who] = frame[who].fillna(frame["customer_id"])
    names = (who, "manager", "phone", "kind", "scores", "topic", "answer", "revenue")
    return frame[[name for name in names if name in frame and frame[name].notna().any()]]


def _people(table: pd.DataFrame, texts: Texts) -> pd.DataFrame:
    """Give clients as they are listed; columns nobody has a value in are left out."""
    frame = table.rename_axis("customer_id").reset_index()
    frame["kind"] = [texts.t(f"csi.clients.kinds.{kind}") for kind in frame["kind"]]
    known = [name for name in LISTED if name in frame and (frame[name].notna().any() or frame.empty)]
    return frame[known]

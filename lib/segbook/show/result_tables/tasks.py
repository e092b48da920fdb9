"""Tables of the tasks for managers: on the page, in the workbook, for another program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from segbook.movement import Tasks
from segbook.movement.reasons import REASONS
from segbook.show.result_tables.movement import described, place
from segbook.show.result_tables.named import with_manager
from segbook.show.result_tables.register import tables_of
from segbook.show.tables import Table
from segbook.words.i18n import Texts
from segbook.words.labels import model_text


@tables_of.register
def _(result: Tasks, texts: Texts) -> list[Table]:
    reasons = result.reasons.drop(columns="score").reset_index()
    if reasons["reason"].isin(result.past.index).any():
        reasons = reasons.join(result.past, on="reason")
    reasons["reason"] = [texts.t(f"movement.tasks.reasons.{each}.label") for each in reasons["reason"]]
    full = tasks_frame(result.rows, texts)
    told = _note(result, full, texts)
    lists = [
        _list(f"tasks_{number}", texts.t("movement.tasks.of_manager", manager=manager), part, texts, told)
        for number, (manager, part) in enumerate(_by_manager(result, full), start=1)
    ]
    if len(result.small):
        small = tasks_frame(result.small, texts).assign(action=texts.t("movement.tasks.mail"))
        lists.append(_list("tasks_small", texts.t("movement.tasks.small_frame"), small, texts))
    note = texts.t(f"movement.tasks.reasons_note{'_past' * ('entered' in reasons)}")
    return [
        _page(full, texts, told),
        _list("task_reasons", texts.t("movement.tasks.by_reason"), reasons, texts, note),
        _list("all_tasks", texts.t("movement.tasks.frame"), full, texts, told),
        *lists,
    ]


def _list(key: str, title: str, frame: pd.DataFrame, texts: Texts, note: str = "") -> Table:
    return Table(key, title, frame, described(frame, texts), note)


def _note(result: Tasks, full: pd.DataFrame, texts: Texts) -> str:
    where = texts.t(f"movement.tasks.where{'_managed' if 'manager' in full else ''}")
    return texts.t("movement.tasks.note", where=where, per_day=result.per_day, end=result.end)


def _page(full: pd.DataFrame, texts: Texts, note: str) -> Table:
    """Give the tasks as narrow as a page: the reason before what changed, the id where there is no name."""
    who = full["name" if "name" in full else "customer_id"]
    managed = "manager" in full
    if managed:
        who = with_manager(who, full["manager"])
    frame = full.assign(who=who, why=full["reason"] + ". " + full["why"])
    frame = frame[["who", "why", "money", "action", "due_date"]]
    frame = frame.rename(columns={"who": "who_managed" if managed else "name"})
    return Table("tasks", texts.t("movement.tasks.title"), frame, described(frame, texts), note)


def _by_manager(result: Tasks, full: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    for manager, rows in result.managers.items():
        yield manager, full.loc[rows.index].drop(columns="manager")


def tasks_frame(rows: pd.DataFrame, texts: Texts) -> pd.DataFrame:
    """Give the tasks in words, for the page, the workbook and the CSV.

    Returns
    -------
    DataFrame
        Index of ``rows``; number, name, customer_id (where it differs from the name), manager (where known),
        reason, why, money, action, due_date (where the tasks have one).
    """
    frame = pd.DataFrame(
        {
            "number": np.arange(1, len(rows) + 1),
            "name": rows["name"].astype(str),
            "customer_id": rows["customer_id"].astype(str),
            "manager": rows["manager"].replace("", np.nan),
            "reason": [texts.t(f"movement.tasks.reasons.{each}.label") for each in rows["reason"]],
            "why": [_why(row, texts) for row in rows.to_dict("records")],
            "money": rows["money"],
            "action": [texts.t(f"movement.tasks.reasons.{each}.action") for each in rows["reason"]],
        },
        index=rows.index,
    )
    if "due_date" in rows:
        frame["due_date"] = rows["due_date"]
    if (frame["name"] == frame["customer_id"]).all():
        frame = frame.drop(columns="name")
    return frame if frame["manager"].notna().any() else frame.drop(columns="manager")


def tasks_csv(result: Tasks, worded: pd.DataFrame, texts: Texts) -> str:
    """Give the tasks as CSV for another program: with rank, segments and figures in columns of their own.

    Parameters
    ----------
    result, worded
        The tasks, and their `tasks_frame`.
    texts
        Language.
    """
    frame = worded.copy()
    rows = result.rows
    for side in ("origin", "target"):
        pairs = zip(rows["model"], rows[side], strict=True)
        frame[side] = [place(model, segment, texts) if model else "" for model, segment in pairs]
    measures = {each: each if texts.has(f"movement.tasks.measures.{each}") else "revenue" for each in REASONS}
    frame["measure"] = [texts.t(f"movement.tasks.measures.{measures[each]}") for each in rows["reason"]]
    frame = frame.assign(before=rows["before"], now=rows["now"], missing=rows["missing"])
    rounded = frame.round({"money": 2, "missing": 2, "before": 2, "now": 2})
    headers = {name: column.header for name, column in described(frame, texts).items()}
    # Excel splits a file as the language of the computer does.
    separator, point = (";", ",") if texts.lang == "ru" else (",", ".")
    return str(rounded.rename(columns=headers).to_csv(index=False, sep=separator, decimal=point))


def _why(row: dict[Any, Any], texts: Texts) -> str:
    model = row["model"]
    values = {**row, "model": model_text(model, "short", texts) if model else ""}
    for side in ("origin", "target"):
        values[side] = place(model, row[side], texts) if model else ""
    first = row["reason"] == "detract" and pd.isna(row["before"])
    still = row["reason"] == "lost" and row["origin"] == row["target"]
    kind = "why" + "_first" * first + "_still" * still
    why = texts.t(f"movement.tasks.reasons.{row['reason']}.{kind}", **values)
    others = [texts.t(f"movement.tasks.reasons.{each}.label").lower() for each in row["also"].split()]
    return texts.t("movement.tasks.also", why=why, list=", ".join(others)) if others else why

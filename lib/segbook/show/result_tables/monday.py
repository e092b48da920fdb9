"""Tables of what to do on Monday: the actions, who does them, and a list of customers behind each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from segbook.show.result_tables.register import columns, tables_of
from segbook.show.tables import Column, Table
from segbook.stats.monday import Monday
from segbook.words.findings.monday import do_key
from segbook.words.i18n import DASH, Texts
from segbook.words.labels import label, model_text

NAMED, MANAGERS = 5, 3
DATES = ("recontact_from", "recontact_to")
LISTED = (
    "customer_id", "name", "manager", "phone", "email", "address", "consent", "reason", "amount_sum",
    "period_amount", "last_order_date", "recency_days", "renew", *DATES,
)  # fmt: skip


@tables_of.register
def _(result: Monday, texts: Texts) -> list[Table]:
    rows = list(enumerate(result.actions.to_dict("index").items(), start=1))
    said = [_said(result, str(play), row, texts) for _, (play, row) in rows]
    actions = pd.DataFrame(said, columns=["do", "why"])
    actions.insert(0, "number", [str(number) for number, _ in rows])
    actions["customers"] = result.actions["customers"].to_numpy()
    actions["revenue"] = [texts.money(value) for value in result.actions["revenue"]]
    actions["share_revenue"] = result.actions["share_revenue"].to_numpy()
    lists = [_people(result, str(play), number, texts) for number, (play, _) in rows]
    where = pd.DataFrame(
        [
            _where(result, str(play), table.title, texts)
            for (_, (play, _)), table in zip(rows, lists, strict=True)
        ],
        columns=["who", "where"],
    )
    where.insert(0, "number", actions["number"])
    shown = _columns(actions, texts) | {
        "revenue": Column(texts.t("monday.columns.revenue"), "figure"),
        "share_revenue": Column(texts.t("monday.columns.share_revenue"), "percent", bar=True),
    }
    return [
        Table("monday", texts.t("monday.table"), actions, shown, texts.t("monday.note")),
        Table("monday_lists", texts.t("monday.lists"), where, _columns(where, texts)),
        *lists,
    ]


def _columns(frame: pd.DataFrame, texts: Texts) -> dict[str, Column]:
    return columns(frame, texts, "monday.columns")


def _said(result: Monday, play: str, row: Mapping[Hashable, Any], texts: Texts) -> tuple[str, str]:
    whom = "; ".join(
        texts.t("monday.segment", segment=_segment(*pair, texts), model=model_text(pair[0], "short", texts))
        for pair in result.groups[play]
    )
    key = "monday.own.why" if "." in play else f"monday.plays.{play}.why"
    why = texts.t(key, **{str(name): value for name, value in row.items()})
    return _do(result, play, texts), texts.t("monday.why", whom=whom, why=why)


def _do(result: Monday, play: str, texts: Texts) -> str:
    return texts.label(do_key(result, play), "")


def _segment(model: str, segment: str, texts: Texts) -> str:
    key = f"monday.scores.{segment}"
    return texts.t(key) if texts.has(key) else label(model, segment, texts)


def _where(result: Monday, play: str, sheet: str, texts: Texts) -> tuple[str, str]:
    role = texts.t("monday.own.who" if "." in play else f"monday.plays.{play}.who")
    managers = result.managers[play]
    named = [
        texts.t("monday.manager", manager=name, n=count) for name, count in managers.head(MANAGERS).items()
    ]
    who = f"{role}: {_listing(named, len(managers), texts)}" if named else role
    names = result.people[play]["name"].astype(str)
    first = _listing(names.head(NAMED).tolist(), len(names), texts)
    return who, texts.t("monday.where", sheet=sheet, names=first)


def _listing(shown: list[str], n: int, texts: Texts) -> str:
    more = [texts.t("monday.and_more", n=n - len(shown))] if n > len(shown) else []
    return ", ".join([*shown, *more])


def _people(result: Monday, play: str, number: int, texts: Texts) -> Table:
    """Give everybody behind an action; the title is short enough to name the sheet."""
    frame = result.people[play].rename_axis("customer_id").reset_index()
    frame["reason"] = [
        _segment(model, segment, texts)
        for model, segment in zip(frame["model"], frame["segment"], strict=True)
    ]
    if "consent" in frame:
        frame["consent"] = [_yes_no(value, texts) for value in frame["consent"]]
    frame = frame[[name for name in LISTED if name in frame and frame[name].notna().any()]]
    name = label(*result.groups[play][0], texts) if "." in play else texts.t(f"monday.plays.{play}.sheet")
    title = texts.t("monday.sheet", number=number, name=name)
    note = texts.t("monday.sheet_note", do=_do(result, play, texts))
    own = {"renew": Column(texts.t("monday.columns.renew"), "num")}
    own |= {each: Column(texts.t(f"monday.columns.{each}"), "date") for each in DATES}
    return Table(f"monday_{number}", title, frame, _columns(frame, texts) | own, note)


def _yes_no(value: object, texts: Texts) -> str:
    return DASH if pd.isna(value) else texts.t(f"monday.consent.{'yes' if value else 'no'}")  # type: ignore[call-overload]

"""Tables of a review of satisfaction; a number that little rests on is pale and says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from segbook.params.scale import Surveys
from segbook.show.result_tables.register import tables_of
from segbook.show.tables import Column, Kind, Table
from segbook.stats.csi.answers import GROUPS, Answers
from segbook.stats.csi.company import Change, CompanyIndex
from segbook.words.findings.csi import band, index_value, quarter
from segbook.words.findings.finding import Finding
from segbook.words.i18n import DASH, Texts

_OF_KIND: dict[Kind, str] = {
    "int": "n current_n rows customers n_levels n_needed n_asked n_answers attract neutral detract score "
    "score_before n_eff n_told asked",
    "percent": "share_revenue response_rate higher share share_low "
    "effect_size chance_now share_base lower_95 upper_95 lower_998 upper_998",
    "figure": "csi csi_interval shares interval net current csi_after pvalue pvalue_holm "
    "pvalue_adjusted pvalue_ranks pvalue_higher",
    "num": "mean",
    "money": "revenue",
    "date": "survey_date",
    "change": "change_of",
}
KINDS: dict[str, Kind] = {name: kind for kind, names in _OF_KIND.items() for name in names.split()}


FIGURES = (
    "n", "attract", "neutral", "detract", "csi", "csi_ci_lower", "csi_ci_upper", "mean", "net",
    "net_ci_lower", "net_ci_upper",
)  # fmt: skip


def columns(
    names: Sequence[Any], texts: Texts, pale: Mapping[str, Sequence[bool]] | None = None
) -> dict[str, Column]:
    """Give each column its heading and kind; values flagged as pale are written pale."""
    faint = {name: tuple(bool(flag) for flag in flags) for name, flags in (pale or {}).items()}
    return {
        str(name): Column(
            texts.t(f"csi.columns.{name}"), KINDS.get(str(name), "text"), faint=faint.get(str(name), ())
        )
        for name in names
    }


def records_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give a mapping for each row."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def said(value: object, texts: Texts) -> str:
    """Give the words of a `Listing`."""
    return Finding("csi.managers.name", {"manager": value}, 0, "csi").text(texts)


def written_quarter(key: object, texts: Texts) -> str:
    """Give the name of a quarter by its key."""
    return said(quarter(str(key)), texts)


def written_index(row: Mapping[str, Any], texts: Texts) -> str:
    """Write an index, or why there is none; one that little rests on says so."""
    shown = plain_index(row, texts)
    return shown if row["enough"] or not row["detract"] else f"{shown} · {texts.t('csi.few')}"


def plain_index(row: Mapping[str, Any], texts: Texts) -> str:
    """Write an index, or why there is none."""
    if not row["n"]:
        return texts.t("csi.silence")
    if not row["attract"] + row["detract"]:
        return texts.t("csi.nobody_told")
    return texts.t("csi.no_detract") if np.isnan(row["csi"]) else texts.decimal(row["csi"])


def _shares(row: Mapping[str, Any], texts: Texts) -> str:
    """Write the three shares in whole percent."""
    if not row["n"]:
        return DASH
    percents = [texts.number(100 * row[f"share_{name}"]) for name in GROUPS]
    return f"{' / '.join(percents)}\u00a0%"


def _with_ends(row: Mapping[str, Any], texts: Texts) -> str:
    told = row["attract"] + row["detract"]
    ends = f" ({interval(row['csi_ci_lower'], row['csi_ci_upper'], texts.decimal)})" if told else ""
    few = row["detract"] and not row["enough"]
    return plain_index(row, texts) + ends + (f" · {texts.t('csi.few')}" if few else "")


def interval(low: float, high: float, write: Callable[[float], str]) -> str:
    """Write an interval; an end that cannot be known as an open one."""
    if np.isnan(low) and np.isnan(high):
        return DASH
    return f"{write(low)}–{'∞' if np.isinf(high) else write(high)}"


def index_columns(table: pd.DataFrame, texts: Texts) -> pd.DataFrame:
    """Give the index with its interval, shares, mean and net score as they are shown."""
    rows = records_of(table)
    signed = [points(value, texts) for value in table["net"]]
    nets = zip(table["net_ci_lower"], table["net_ci_upper"], strict=True)
    return pd.DataFrame(
        {
            "n": table["n"].to_numpy(),
            "csi_interval": [_with_ends(row, texts) for row in rows],
            "shares": [_shares(row, texts) for row in rows],
            "mean": table["mean"].to_numpy(),
            "net": [
                net if net == DASH else f"{net} ({points(low, texts)}…{points(high, texts)})"
                for net, (low, high) in zip(signed, nets, strict=True)
            ],
        }
    )


def points(value: float, texts: Texts) -> str:
    """Write a net score in whole points of a hundred with its sign."""
    if np.isnan(value):
        return DASH
    points = round(100 * value)
    return f"{'+' if points > 0 else '−' if points < 0 else ''}{texts.number(abs(points))}"


@tables_of.register
def _(result: CompanyIndex, texts: Texts) -> list[Table]:
    pale = ~result.table["enough"]
    frame = index_columns(result.table, texts)
    frame.insert(0, "quarter", [written_quarter(key, texts) for key in result.table.index])
    if result.table["response_rate"].notna().any():
        frame.insert(2, "response_rate", result.table["response_rate"].to_numpy())
    bands = {name: band(getattr(result.scale, name)) for name in ("attract", "detract")}
    # The newest quarter first: the page shows the first rows.
    newest = frame.iloc[::-1].reset_index(drop=True)
    shown = columns(list(frame), texts, {"csi_interval": pale[::-1].tolist()})
    shown["shares"] = Column(texts.t("csi.columns.shares_of", bands=_bands(result.scale)), "figure")
    made = [
        Table(
            "csi_company", texts.t("csi.company.table"), newest, shown, texts.t("csi.company.note", **bands)
        )
    ]
    if result.changes:
        made.append(_changes(result.changes, texts))
    return [*made, _figures(result, texts), _scores(result, texts)]


def _bands(scale: Surveys) -> str:
    """Write the three bands of the scale, the best first."""
    low, high = scale.detract[1] + 1, scale.attract[0] - 1
    middle = [band((low, high))] if low <= high else []
    return " / ".join([band(scale.attract), *middle, band(scale.detract)])


def _changes(changes: Sequence[Change], texts: Texts) -> Table:
    rows = []
    for each in changes:
        ends = interval(each.ratio_ci_lower, each.ratio_ci_upper, texts.decimal)
        moved = f"{texts.number(each.n_up)} / {texts.number(each.n_down)}"
        old, new = (
            said(index_value(csi, attract), texts)
            for csi, attract in ((each.csi_before, each.attract_before), (each.csi_now, each.attract_now))
        )
        rows.append({
            "against": compared(each.against, each.before, texts),
            "change": f"{old} → {new}",
            "verdict": texts.t(f"csi.company.verdicts.{each.verdict}"),
            "ratio": f"{texts.decimal(each.ratio)} ({ends})",
            "pvalue": texts.pvalue(each.pvalue),
            "pairs": _with_p(moved, each.pvalue_paired, texts),
            "net_change": _with_p(points(each.net_change, texts), each.net_pvalue, texts),
            "visible": _visible(each, texts),
        })  # fmt: skip
    frame = pd.DataFrame(rows)
    title, note = texts.t("csi.company.changes"), texts.t("csi.company.changes_note")
    return Table("csi_changes", title, frame, columns(list(frame), texts), note)


def _with_p(text: str, pvalue: float, texts: Texts) -> str:
    return DASH if np.isnan(pvalue) else f"{text} (p\u00a0{texts.pvalue(pvalue)})"


def compared(against: str, before: str, texts: Texts) -> str:
    """Name a comparison and its earlier quarter."""
    return f"{texts.t(f'csi.company.against.{against}')} ({written_quarter(before, texts)})"


def _visible(change: Change, texts: Texts) -> str:
    """Write how far the index had to fall or to rise to be seen."""
    ends = (("≤", change.visible_fall), ("≥", change.visible_rise))
    return " · ".join(f"{sign}\u00a0{texts.decimal(end)}" for sign, end in ends if not np.isnan(end)) or DASH


def _figures(result: CompanyIndex, texts: Texts) -> Table:
    """Give the same as numbers to reckon with, for the workbook."""
    frame = result.table[["asked", *FIGURES]].reset_index()
    frame["quarter"] = [written_quarter(key, texts) for key in frame["quarter"]]
    numbers = {name: Column(texts.t(f"csi.columns.{name}"), "num") for name in FIGURES[4:]}
    counts = columns(["quarter", "asked", *FIGURES[:4]], texts)
    return Table("csi_figures", texts.t("csi.company.figures"), frame, counts | numbers)


def _scores(result: CompanyIndex, texts: Texts) -> Table:
    frame = result.scores.rename(columns=str).reset_index(drop=True)
    described = {str(score): Column(str(score), "int") for score in result.scores}
    frame.insert(0, "quarter", [written_quarter(key, texts) for key in result.scores.index])
    return Table("csi_scores", texts.t("csi.company.scores"), frame, columns(["quarter"], texts) | described)


@tables_of.register
def _(result: Answers, texts: Texts) -> list[Table]:
    account = result.account[result.account["rows"] > 0].reset_index()
    account["reason"] = [texts.t(f"csi.answers.reasons.{reason}") for reason in account["reason"]]
    typed = result.typed.copy()
    typed["reason"] = [texts.t(f"csi.answers.reasons.{reason}") for reason in typed["reason"]]
    made = [Table("csi_answers", texts.t("csi.answers.title"), account, columns(list(account), texts))]
    note = texts.t("csi.answers.typed_note")
    if len(typed):
        made.append(
            Table("csi_typed", texts.t("csi.answers.typed"), typed, columns(list(typed), texts), note)
        )
    return made

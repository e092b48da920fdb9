"""What a review of satisfaction says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from segbook.stats.csi.answers import Answers
from segbook.stats.csi.clients import ClientsReview
from segbook.stats.csi.company import SHOWN, Change, CompanyIndex
from segbook.stats.csi.index import MIN_ANSWERS
from segbook.stats.csi.managers import ManagersReview
from segbook.stats.csi.planning import ALPHA
from segbook.words.findings.finding import Finding, Label, Listing, findings

NAMED = 5
"""Managers, clients or values named in one sentence."""


def quarter(key: str) -> Listing:
    r"""Give the words for a quarter by its key.

    Examples
    --------
    >>> from segbook.words.i18n import Texts
    >>> Finding("csi.company.index_nobody", {"quarter": quarter("2026Q3")}, 1, "csi").text(Texts("en"))
    'Q3\xa02026: nobody answered, so there is nothing to say about satisfaction.'
    """
    return Listing("csi.quarter", ({"year": key[:4], "number": key[-1]},))


def index_value(csi: float, attract: float) -> Listing:
    """Give the words for an index, also where nobody is dissatisfied."""
    if not np.isnan(csi):
        return Listing("csi.value", ({"csi": csi},))
    return (
        Listing("csi.value_none", ({"attract": attract},)) if attract else Listing("csi.value_empty", ({},))
    )


def index_words(csi: float, attract: float) -> Listing:
    """Give an index with its name, or that nobody is dissatisfied."""
    return index_value(csi, attract) if np.isnan(csi) else Listing("csi.value_csi", ({"csi": csi},))


def band(ends: tuple[int, int]) -> str:
    """Write a band of answers."""
    return f"{ends[0]}–{ends[1]}" if ends[0] < ends[1] else str(ends[0])


@findings.register
def _(result: Answers) -> list[Finding]:
    low, high = result.scale.scale
    bands = {name: band(getattr(result.scale, name)) for name in ("attract", "detract")}
    rows = result.account["rows"]
    strange = int(rows["unreadable"] + rows["out_of_scale"])
    anonymous = int(result.rows["customer_id"].isna().sum())
    found = [Finding("csi.answers.scale", {"low": low, "high": high, **bands}, 0.0, "csi_answers")]
    if strange:
        weight = 0.6 if strange > 0.05 * rows["counted"] else 0.0
        found.append(Finding("csi.answers.strange", {"n": strange}, weight, "csi_answers"))
    if anonymous:
        found.append(Finding("csi.answers.anonymous", {"n": anonymous}, 0.0, "csi_answers"))
    return found


@findings.register
def _(result: CompanyIndex) -> list[Finding]:
    found = [_level(result), *_response(result)]
    if result.now["csi"] < 1:
        found.insert(1, Finding("csi.company.danger", {}, 0.99, "csi_danger"))
    found += [_change(each, 0.95 - 0.02 * place) for place, each in enumerate(result.changes)]
    if not result.changes and result.now["n"]:
        found.append(Finding("csi.company.change.none", {}, 0.1, "csi_change"))
    found += _trend(result)
    if len(result.table) > SHOWN:
        older = {"shown": SHOWN, "all": len(result.table)}
        found.append(Finding("csi.company.older", older, 0.0, "csi_older"))
    return found


def _level(result: CompanyIndex) -> Finding:
    now = result.now
    values = {
        **{name: now[name] for name in ("n", "attract", "detract", "csi")},
        "low": now["csi_ci_lower"], "high": now["csi_ci_upper"], "quarter": quarter(now["quarter"]),
    }  # fmt: skip
    key = "index"
    if not now["n"]:
        key = "index_nobody"
    elif now["n"] < MIN_ANSWERS:
        key = "index_few"
    elif not now["attract"] + now["detract"]:
        key = "index_neutral"
    elif not now["detract"]:
        key = "index_none"
    return Finding(f"csi.company.{key}", values, 1.0, "csi_index")


def _response(result: CompanyIndex) -> list[Finding]:
    now = result.now
    if pd.isna(now["asked"]) or not now["n"]:
        return []
    values = {
        "n": now["n"], "asked": now["asked"], "rate": now["response_rate"],
        "worst": index_value(result.worst if now["n"] < now["asked"] else now["csi"], now["attract"]),
        "best": index_value(result.best if now["n"] < now["asked"] else now["csi"], now["attract"]),
    }  # fmt: skip
    return [
        Finding("csi.company.response", values, 0.4 if now["response_rate"] < 0.5 else 0.2, "csi_response")
    ]


def _change(change: Change, importance: float) -> Finding:
    values: dict[str, Any] = {
        name: getattr(change, name)
        for name in ("n_before", "n_now", "n_pairs", "n_up", "n_down", "visible_fall")
    }
    values |= {"before": quarter(change.before), "now": quarter(change.now)}
    values["csi_before"] = index_value(change.csi_before, change.attract_before)
    values["csi_now"] = index_value(change.csi_now, change.attract_now)
    key: str = change.verdict
    if key in {"rose", "fell"} and change.paired:
        key += "_paired"
    if key == "steady" and not np.isnan(change.visible_fall):
        key = "steady_fall"
    weight = importance if change.verdict in {"rose", "fell"} else importance - 0.35
    return Finding(f"csi.company.change.{key}", values, weight, "csi_change")


def _trend(result: CompanyIndex) -> list[Finding]:
    made, topic = result.trend, "csi_trend"
    if np.isnan(made.pvalue):
        return [Finding("csi.company.trend.none", {}, 0.0, topic)]
    values = {"n": made.n_quarters, "rate": abs(np.exp(made.slope) - 1)}
    if made.pvalue >= ALPHA:
        return [Finding("csi.company.trend.flat", values, 0.3, topic)]
    side = "falling" if made.slope < 0 else "rising"
    found = [Finding(f"csi.company.trend.{side}", values, 0.88, topic)]
    if not np.isnan(made.pvalue_rank):
        agrees = "agree" if made.pvalue_rank < ALPHA and made.tau * made.slope > 0 else "silent"
        check = {"agrees": Label(f"csi.company.agrees.{agrees}", agrees), "tau": made.tau}
        found.append(Finding("csi.company.trend_rank", check, 0.0, topic))
    return found


@findings.register
def _(result: ManagersReview) -> list[Finding]:
    table = result.funnel.table
    weights = {"below": 0.92, "above": 0.5, "watch": 0.3}
    said = {name: table[table["verdict"] == name] for name in weights}
    found = [
        Finding(f"csi.managers.{name}", {"list": managers_list(rows)}, weights[name], "csi_managers")
        for name, rows in said.items()
        if len(rows)
    ]
    judged = table[table["verdict"] != "few"]
    if not found and len(judged) > 1:
        found.append(Finding("csi.managers.alike", {}, 0.55, "csi_managers"))
    few = few_answers(result)
    if len(few):
        found.append(Finding("csi.managers.few", {"list": managers_list(few)}, 0.35, "csi_managers_few"))
    for side, weight in (("down", 0.28), ("up", 0.0)):
        names = [name for name, sign in result.signals.items() if sign == side]
        if names:
            listed = {"list": managers_list(result.current.loc[names])}
            found.append(Finding(f"csi.managers.signal_{side}", listed, weight, "csi_managers_own"))
    if result.n_without:
        found.append(Finding("csi.managers.without", {"n": result.n_without}, 0.0, "csi_managers"))
    if result.funnel.overdispersion > 1 and result.funnel.pvalue < ALPHA:
        spread = {"phi": result.funnel.overdispersion}
        found.append(Finding("csi.managers.spread", spread, 0.0, "csi_managers"))
    return found


def few_answers(result: ManagersReview) -> pd.DataFrame:
    """Give this quarter of the managers who have too few answers in it and are not judged otherwise."""
    told = result.funnel.table["verdict"].isin(["below", "above", "watch"])
    judged = set(told.index[told])
    return result.current[(result.current["n"] < MIN_ANSWERS) & ~result.current.index.isin(judged)]


def managers_list(rows: pd.DataFrame) -> Listing:
    """Give managers with their index and how many answers it rests on; a few of them, in order of names."""
    shown = rows.head(NAMED).reset_index(names="manager").to_dict("records")
    return Listing(
        "csi.managers.one",
        tuple(
            {"manager": row["manager"], "value": index_words(row["csi"], row["attract"]), "n": row["n"]}
            for row in shown
        ),
    )


@findings.register
def _(result: ClientsReview) -> list[Finding]:
    values, topic = call_counts(result), "csi_clients"
    if not values["n"] and not values["quiet"]:
        return [Finding("csi.clients.nobody", {}, 0.1, topic)]
    found = []
    if values["n"]:
        key = "finding_money" if values["revenue"] > 0 and values["share"] > 0 else "finding"
        found.append(Finding(f"csi.clients.{key}", values, 0.9, topic))
    if values["quiet"]:
        quiet = {"n": values["quiet"], "revenue": values["quiet_revenue"]}
        key = "quiet_money" if quiet["revenue"] > 0 else "quiet"
        found.append(Finding(f"csi.clients.{key}", quiet, 0.3, topic))
    return found


def call_counts(result: ClientsReview) -> dict[str, Any]:
    """Count whom to call by what happened, and what they are worth; who was satisfied and is silent apart."""
    kinds = result.calls["kind"].astype(str)
    counts = {str(kind): int(count) for kind, count in kinds.value_counts().items()}
    by = {
        "detract": [kind for kind in counts if kind.endswith("detract")],
        "fell": ["fell", "dropped"],
        "silent": ["silent_low"],
        "quiet": ["silent"],
    }
    made: dict[str, Any] = {name: sum(counts.get(kind, 0) for kind in of) for name, of in by.items()}
    risk = result.at_risk[result.at_risk.index.astype(str) != "silent"]
    quiet = result.at_risk[result.at_risk.index.astype(str) == "silent"]
    parts = [
        {"what": Label(f"csi.clients.parts.{name}", name), "n": made[name]}
        for name in ("detract", "fell", "silent")
        if made[name]
    ]
    return made | {
        "parts": Listing("csi.clients.part", tuple(parts)),
        "n": len(result.calls) - made["quiet"],
        "revenue": float(risk["revenue"].sum(min_count=1)),
        "share": float(risk["share_revenue"].sum(min_count=1)),
        "quiet_revenue": float(quiet["revenue"].sum(min_count=1)),
    }

"""The company's index quarter by quarter, and whether its change is real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

import numpy as np
import pandas as pd

from segbook.params.scale import Surveys
from segbook.stats.csi.answers import GROUPS, Answers
from segbook.stats.csi.change import fisher, mcnemar, net_test, ratio_interval
from segbook.stats.csi.distribution import Shift, shift
from segbook.stats.csi.index import MIN_ANSWERS, count_answers, index_table, worst_and_best
from segbook.stats.csi.planning import ALPHA, visible
from segbook.stats.csi.trend import Trend, jonckheere, trend

SHOWN = 12
"""Quarters on the page; the workbook has all."""
PAIRED = 0.5
"""Share of both quarters' answers that come from the same clients, from which the paired test decides."""
Verdict = Literal["rose", "fell", "steady", "few"]


@dataclass(frozen=True)
class Change:
    """The index of a quarter against that of an earlier one.

    Parameters
    ----------
    against
        ``previous`` or ``year_ago``.
    before, now
        Keys of the quarters.
    n_before, n_now, attract_before, attract_now, csi_before, csi_now
        Answers, those that attract, and indices; an index without detractors is missing.
    ratio, ratio_ci_lower, ratio_ci_upper
        Later over earlier index, half an answer added to each count.
    pvalue
        Fisher's test of the two indices.
    net_change, net_pvalue
        Of the net score.
    n_pairs, n_up, n_down, pvalue_paired
        Clients who answered in both quarters, those who moved to a better and to a worse group, and the exact
        p-value of McNemar's test; missing without such clients.
    paired
        Whether at least half of both quarters' answers come from the same clients, so that the paired
        test decides.
    visible_fall, visible_rise
        Index from which on this sample would have shown a fall, a rise, in four cases of five.
    verdict
        ``rose``, ``fell``, ``steady`` (no change can be claimed), ``few`` (steady, on under 20 answers).
    """

    against: str
    before: str
    now: str
    n_before: int
    n_now: int
    attract_before: int
    attract_now: int
    csi_before: float
    csi_now: float
    ratio: float
    ratio_ci_lower: float
    ratio_ci_upper: float
    pvalue: float
    net_change: float
    net_pvalue: float
    n_pairs: int
    n_up: int
    n_down: int
    pvalue_paired: float
    paired: bool
    visible_fall: float
    visible_rise: float
    verdict: Verdict


@dataclass(frozen=True)
class CompanyIndex:
    """The company's index.

    Parameters
    ----------
    table
        Index quarter, the oldest first, none left out; columns of `index_table`, asked, response_rate.
    scale
        The scale and its bands.
    scores
        Same index; a column for each answer of the scale: how many gave it.
    changes
        Against the last quarter with answers, and the same quarter of the year before; as far as there are.
    trend
        Through the last twelve quarters.
    worst, best
        This quarter's index if all who were asked and did not answer had detracted, had attracted; missing
        when it is not known who was asked, or all answered.
    """

    table: pd.DataFrame
    scale: Surveys
    scores: pd.DataFrame
    changes: tuple[Change, ...]
    trend: Trend
    worst: float
    best: float

    @property
    def shown(self) -> pd.DataFrame:
        """The last twelve quarters."""
        return self.table.tail(SHOWN)

    @property
    def now(self) -> dict[str, Any]:
        """The quarter under review, as values by column, with its key as ``quarter``."""
        key = str(self.table.index[-1])
        return {"quarter": key, **_row(self.table, key)}

    def content(self) -> dict[str, Any]:
        """Where these numbers stand in the JSON."""
        bounds = {"worst": self.worst, "best": self.best}
        return {
            "company": records(self.table),
            "scores": {str(key): row.to_dict() for key, row in self.scores.iterrows()},
            "changes": [asdict(each) for each in self.changes],
            "trend": self.trend._asdict(),
            "bounds": bounds,
        }


def _row(table: pd.DataFrame, key: str) -> dict[str, Any]:
    return {str(name): table[name].to_dict()[key] for name in table}


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give one mapping for each quarter, its key as ``period``."""
    rows = table.rename_axis("period").reset_index()
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def company_index(answers: Answers) -> CompanyIndex:
    """Measure the company's index, its changes and its trend.

    Parameters
    ----------
    answers
        As `read_answers` gave them; there may be none.

    Examples
    --------
    >>> from segbook.data.client import ClientData
    >>> from segbook.stats.csi.answers import read_answers
    >>> surveys = pd.DataFrame({"customer_id": list("abc"), "score": ["9", "2", "8"],
    ...     "survey_date": pd.to_datetime(["2026-07-01"] * 3)})
    >>> made = company_index(read_answers(ClientData.of(period="2026Q3", surveys=surveys)))
    >>> made.now["csi"], made.changes
    (2.0, ())
    """
    counts = count_answers(answers.rows, "quarter").reindex(answers.keys)
    whole = ["n", *GROUPS]
    counts[whole] = counts[whole].fillna(0).astype(int)
    table = index_table(counts.astype(dict.fromkeys(whole, int)))
    table = table.assign(asked=answers.asked, response_rate=table["n"] / answers.asked)
    table.index.name = "quarter"
    now = table.iloc[-1]
    silent = now["asked"] - now["n"]
    worst, best = (
        worst_and_best(int(now["attract"]), int(now["detract"]), int(silent))
        if silent > 0
        else (np.nan, np.nan)
    )
    last = table.tail(SHOWN)
    return CompanyIndex(
        table=table,
        scale=answers.scale,
        scores=_scores(answers),
        changes=_changes(answers, table),
        trend=trend(last["attract"], last["detract"]),
        worst=worst,
        best=best,
    )


def _scores(answers: Answers) -> pd.DataFrame:
    low, high = answers.scale.scale
    crossed = pd.crosstab(answers.rows["quarter"], answers.rows["score"])
    scores = crossed.reindex(index=answers.keys, columns=range(low, high + 1), fill_value=0)
    return scores.rename_axis(index="quarter", columns="score")


def _changes(answers: Answers, table: pd.DataFrame) -> tuple[Change, ...]:
    keys, n = [str(key) for key in table.index], table["n"].to_dict()
    if not n[keys[-1]]:
        return ()
    earlier = [key for key in keys[:-1] if n[key]]
    found = [("previous", earlier[-1])] if earlier else []
    if len(keys) > 4 and n[keys[-5]] and keys[-5] != earlier[-1]:
        found.append(("year_ago", keys[-5]))
    return tuple(compare(answers.rows, table, before, keys[-1], against=name) for name, before in found)


def compare(rows: pd.DataFrame, table: pd.DataFrame, before: str, now: str, *, against: str) -> Change:
    """Compare two quarters.

    Parameters
    ----------
    rows
        Answers of both: columns customer_id, quarter, group.
    table
        Their `index_table` by quarter.
    before, now
        Keys of the quarters.
    against
        Name of the comparison.
    """
    sides: list[dict[str, Any]] = [_row(table, key) for key in (before, now)]
    old, new = sides
    a0, d0, a1, d1 = (int(each[name]) for each in (old, new) for name in ("attract", "detract"))
    ratio, low, high = ratio_interval(a0, d0, a1, d1)
    net, net_pvalue = net_test((a0, d0, int(old["n"])), (a1, d1, int(new["n"])))
    pairs, up, down = moves(rows, before, now)
    exact = mcnemar(up, down).pvalue_exact if pairs else float("nan")
    paired = pairs >= PAIRED * max(old["n"], new["n"])
    pvalue = fisher(a0, d0, a1, d1)
    fall, rise = visible(a0, d0, a1 + d1)
    better = up > down if paired else ratio > 1
    seen = bool((exact if paired else pvalue) < ALPHA)
    few = min(old["n"], new["n"]) < MIN_ANSWERS
    verdict: Verdict = ("rose" if better else "fell") if seen else "few" if few else "steady"
    return Change(
        against, before, now, int(old["n"]), int(new["n"]), a0, a1, float(old["csi"]), float(new["csi"]),
        ratio, low, high, pvalue, net, net_pvalue, pairs, up, down, exact, bool(paired), fall,
        rise, verdict,
    )  # fmt: skip


def moves(rows: pd.DataFrame, before: str, now: str) -> tuple[int, int, int]:
    """Count clients who answered in both quarters, and who of them moved to a better and a worse group."""
    known = rows[rows["customer_id"].notna()]
    ranks = {name: -place for place, name in enumerate(GROUPS)}
    sides = [
        known[known["quarter"] == key]
        .drop_duplicates("customer_id", keep="last")
        .set_index("customer_id")["group"]
        for key in (before, now)
    ]
    both = pd.concat(sides, axis=1, join="inner", keys=["before", "now"])
    step = both["now"].map(ranks).astype(float) - both["before"].map(ranks).astype(float)
    return len(both), int((step > 0).sum()), int((step < 0).sum())


@dataclass(frozen=True)
class Shifts:
    """How all answers moved, not only those at the ends of the scale: an appendix.

    Parameters
    ----------
    steps
        Comparison, its earlier quarter, and the shift; those of `CompanyIndex.changes`.
    drift_statistic, drift_pvalue
        Jonckheere's test of all answers through the quarters shown, two-sided; missing with one quarter.
    drift_up
        Whether later answers tend to be higher.
    """

    steps: tuple[tuple[str, str, Shift], ...]
    drift_statistic: float
    drift_pvalue: float
    drift_up: bool

    def content(self) -> dict[str, Any]:
        """Where these numbers stand in the JSON."""
        steps = [{"against": name, "before": key, **made._asdict()} for name, key, made in self.steps]
        drift = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "steps"}
        return {"distribution": {"shifts": steps, **drift}}


def shifts(company: CompanyIndex) -> Shifts:
    """Compare whole distributions of answers.

    Parameters
    ----------
    company
        Whose quarters.
    """
    scores = company.scores
    made: Sequence[tuple[str, str, Shift | None]] = [
        (each.against, each.before, shift(scores.loc[each.before], scores.loc[each.now]))
        for each in company.changes
    ]
    statistic, one_sided = jonckheere(scores.tail(SHOWN))
    both = 2 * min(one_sided, 1 - one_sided)
    return Shifts(
        tuple((a, b, c) for a, b, c in made if c is not None), statistic, both, bool(one_sided < 0.5)
    )

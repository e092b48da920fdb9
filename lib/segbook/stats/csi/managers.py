"""Managers beside one another in a funnel, and each beside its own past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from segbook.stats.csi.answers import Answers
from segbook.stats.csi.company import records
from segbook.stats.csi.control import ControlChart, control_chart
from segbook.stats.csi.funnel import Funnel, funnel
from segbook.stats.csi.index import count_answers, index_table
from segbook.stats.csi.window import Window


@dataclass(frozen=True)
class OwnHistories:
    """Each manager beside their own past.

    Parameters
    ----------
    charts
        Manager to its control chart.
    """

    charts: Mapping[str, ControlChart]


@dataclass(frozen=True)
class ManagersReview:
    """What may be said of managers, and what not.

    Parameters
    ----------
    quarters
        Keys of the quarters the funnel looks at.
    funnel
        Managers in the order of their names.
    current
        Index manager: `index_table` of this quarter alone; those with an answer in the funnel.
    history
        Index (manager, quarter): `index_table` of every quarter with an answer.
    own
        Each manager's control chart.
    n_without
        Answers of the quarters looked at without a manager.
    """

    quarters: tuple[str, ...]
    funnel: Funnel
    current: pd.DataFrame
    history: pd.DataFrame
    own: OwnHistories
    n_without: int

    @property
    def signals(self) -> dict[str, str]:
        """Managers whose own latest quarter lies outside its usual swing: ``down`` or ``up``.

        A quarter of fewer than 20 answers, or of fewer than three that detract, is no signal.
        """
        now = self.quarters[-1]
        told = [str(name) for name, enough in self.current["enough"].items() if enough]
        own = {name: self.own.charts[name].points for name in told}
        last = {name: points.loc[now] for name, points in own.items() if now in points.index}
        return {
            name: "down" if point["value"] < point["lower"] else "up"
            for name, point in last.items()
            if point["outside"]
        }

    def content(self) -> dict[str, Any]:
        """Where these numbers stand in the JSON."""
        names = self.funnel.table.index
        measured = {
            key: getattr(self.funnel, key) for key in ("center", "statistic", "pvalue", "overdispersion")
        }
        return {
            "manager": {str(name): records(self.history.loc[name]) for name in names},
            "funnel": {**measured, "quarters": self.quarters, "managers": self.funnel.table},
        }


def managers_review(answers: Answers, window: Window) -> ManagersReview | None:
    """Compare managers with chance and with their own past.

    Parameters
    ----------
    answers
        With managers, as `with_managers` gave them.
    window
        As `recent` chose it.

    Returns
    -------
    ManagersReview or None
        Nothing when no answer has a manager.

    Examples
    --------
    >>> from segbook.data.client import ClientData
    >>> from segbook.stats.csi.answers import read_answers
    >>> from segbook.stats.csi.window import recent
    >>> surveys = pd.DataFrame({"customer_id": list("abc"), "score": ["9", "2", "8"], "manager": "Anna",
    ...     "survey_date": pd.to_datetime(["2026-07-01"] * 3)})
    >>> answers = read_answers(ClientData.of(period="2026Q3", surveys=surveys))
    >>> managers_review(answers, recent(answers)).funnel.table["verdict"].to_dict()
    {'Anna': 'few'}
    """
    rows = window.rows
    if "manager" not in rows or not rows["manager"].notna().any():
        return None
    compared = funnel(count_answers(rows, "manager"))
    known = answers.rows[answers.rows["manager"].isin(compared.table.index)]
    history = index_table(count_answers(known, ["manager", "quarter"]))
    now = known[known["quarter"] == answers.keys[-1]]
    charts = {str(name): control_chart(history.loc[name]) for name in compared.table.index}
    return ManagersReview(
        quarters=window.quarters,
        funnel=compared,
        current=index_table(count_answers(now, "manager")),
        history=history,
        own=OwnHistories(charts),
        n_without=int(rows["manager"].isna().sum()),
    )

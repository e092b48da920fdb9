"""The whole review of a quarter, from one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.results import SegmentResult
from segbook.stats.csi.answers import Answers, read_answers
from segbook.stats.csi.clients import ClientsReview, clients_review
from segbook.stats.csi.company import CompanyIndex, Shifts, company_index, shifts
from segbook.stats.csi.drivers import Drivers, drivers, kind_of
from segbook.stats.csi.index import weighted_index
from segbook.stats.csi.managers import ManagersReview, managers_review
from segbook.stats.csi.planning import POWER, answers_needed, power
from segbook.stats.csi.steady import check_scale
from segbook.stats.csi.window import LONGEST, of_quarters, recent, with_managers

RATIOS = (0.33, 0.5, 0.67, 0.8, 1.25, 1.5, 2.0, 3.0)
"""Changes of the index that a plan is made for."""


@dataclass(frozen=True)
class Plan:
    """How many answers the next quarter needs.

    Parameters
    ----------
    csi, share_neutral, n
        The index it starts from, the share of answers that neither attract nor detract, and the answers
        of a usual quarter: of the last four together; missing when nobody attracts or nobody detracts.
    table
        Columns csi_after, ratio (of it to the index), n_needed (answers in each of the two quarters, seen in
        four cases of five), n_asked (at this year's response rate; missing when it is not known), chance_now
        (of seeing it with the answers of a usual quarter).
    """

    csi: float
    share_neutral: float
    n: float
    table: pd.DataFrame

    def content(self) -> dict[str, Any]:
        """Where these numbers stand in the JSON."""
        facts = {"csi": self.csi, "share_neutral": self.share_neutral, "n": self.n, "power": POWER}
        return {"plan": {**facts, "changes": self.table.to_dict("records")}}


@dataclass(frozen=True)
class Representation:
    """Whether those who answered stand for the base: the index if every segment had answered equally often.

    Parameters
    ----------
    table
        Index model; columns of `weighted_index`; models whose segments the base is known by.
    csi, n
        The plain index of the same answers, and their number.
    """

    table: pd.DataFrame
    csi: float
    n: int

    def content(self) -> dict[str, Any]:
        """Where these numbers stand in the JSON."""
        return {"representation": self.table}


@dataclass(frozen=True)
class CsiReview:
    """The parts of the review, each a result of its own."""

    answers: Answers
    company: CompanyIndex
    managers: ManagersReview | None
    clients: ClientsReview
    drivers: Drivers
    plan: Plan
    shifts: Shifts
    representation: Representation

    @property
    def parts(self) -> list[Any]:
        """The results, as the first page sums them up."""
        every = (self.answers, self.company, self.managers, self.clients, self.drivers, self.plan)
        return [each for each in every if each is not None]

    @property
    def seen(self) -> list[Any]:
        """The results whose charts stand on the first page."""
        return [self.company] if self.managers is None else [self.company, self.managers]


def csi_review(
    data: ClientData, segments: Mapping[str, SegmentResult] | None = None, primary: Sequence[str] = ()
) -> CsiReview:
    """Review the quarter the period ends in.

    Parameters
    ----------
    data
        With a ``surveys`` table; everything else makes the review richer.
    segments
        Model to its segments, as `compute` gives them: attributes of customers may go with low answers.
    primary
        Models besides attributes that the index is told by.

    Returns
    -------
    CsiReview

    Raises
    ------
    SourceError
        The scale changes within the history, or is not the one said.
    ParamsError
        More answered than were asked, says the YAML.

    Examples
    --------
    >>> surveys = pd.DataFrame({"customer_id": list("abc"), "score": ["9", "2", "8"],
    ...     "survey_date": pd.to_datetime(["2026-07-01"] * 3)})
    >>> made = csi_review(ClientData.of(period="2026Q3", surveys=surveys))
    >>> made.company.now["n"], made.managers
    (3, None)
    """
    check_scale(data)
    answers = with_managers(read_answers(data), data)
    window, year = recent(answers), of_quarters(answers, LONGEST)
    company = company_index(answers)
    known = segments or {}
    told = {key: made for key, made in known.items() if key in primary}
    made = {key: each for key, each in known.items() if key in told or kind_of(key, data) == "attribute"}
    return CsiReview(
        answers=answers,
        company=company,
        managers=managers_review(answers, window),
        clients=clients_review(answers, data),
        drivers=drivers(year, data, made),
        plan=plan_next(company),
        shifts=shifts(company),
        representation=_representation(year.rows, told),
    )


def plan_next(company: CompanyIndex) -> Plan:
    """Say how many answers the next quarter needs to see a change of the index.

    Parameters
    ----------
    company
        Its last four quarters are the usual.
    """
    year = company.table.tail(4)
    total = year[["n", "attract", "neutral", "detract"]].sum()
    met = int((year["n"] > 0).sum())
    columns = ["csi_after", "ratio", "n_needed", "n_asked", "chance_now"]
    if not total["attract"] or not total["detract"]:
        return Plan(np.nan, np.nan, np.nan, pd.DataFrame(columns=columns))
    csi, neutral, n = total["attract"] / total["detract"], total["neutral"] / total["n"], total["n"] / met
    rate = float((year["n"] / year["asked"]).mean())
    rows = []
    for ratio in RATIOS:
        needed = answers_needed(csi, csi * ratio, neutral)
        chance = float(power(_shares(csi, neutral), _shares(csi * ratio, neutral), n))
        rows.append((csi * ratio, ratio, needed, np.ceil(needed / rate), chance))
    return Plan(float(csi), float(neutral), float(n), pd.DataFrame(rows, columns=columns))


def _shares(csi: float, neutral: float) -> tuple[float, float]:
    return (1 - neutral) * csi / (1 + csi), (1 - neutral) / (1 + csi)


def _representation(rows: pd.DataFrame, segments: Mapping[str, SegmentResult]) -> Representation:
    known = rows[rows["customer_id"].notna()]
    found = {key: weighted_index(known, made.segments.astype("str")) for key, made in segments.items()}
    attract, detract = ((rows["group"] == name).sum() for name in ("attract", "detract"))
    csi = float(attract / detract) if detract else np.nan
    return Representation(pd.DataFrame.from_dict(found, orient="index"), csi, len(rows))

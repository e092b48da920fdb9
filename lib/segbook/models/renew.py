"""Which refused enquiries are worth a second call, and when: the renew index."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field

from segbook.data.client import ClientData
from segbook.models.contract import model, result
from segbook.models.levels import fold
from segbook.models.rating import THIRDS, Cuts, Scale, place_on
from segbook.models.tiers import tier
from segbook.periods import Period
from segbook.results import SegmentResult

Words = tuple[str, ...]


@model
class Renew:
    """Refused enquiries ranked by how attractive it is to renew the contact, with the date to do so.

    The index is the sum of the scores of the brand, of the order and of how close we were, 3 to 15 on a
    scale of 1 to 5; ``renew_share`` is its place between the lowest and the highest sum, 0 to 1. An enquiry
    that lacks a score, or has one beside the scale, has no sum and is ``unscored``. Enquiries that are open,
    won, or whose outcome is a word none of the lists knows keep that as their segment.

    The contact is renewed 14 to 7 days before the planned deadline, or, where no deadline is known, two
    calendar months after the launch; it is overdue when the last day for it is past at the end of the period.

    Parameters
    ----------
    criteria
        Columns of ``leads`` that are summed.
    scale
        Lowest and highest score; ``[0, 1]`` is bad or good.
    bands
        Places on the scale from which the index is middle and high.
    refused, won, open
        Outcomes as the client writes them, whatever the case.
    min_customers
        Fewest refused enquiries with an index.

    References
    ----------
    The index is of [S0:113-132], the dates of [S0:133-135]; the bands are thirds of the scale.

    Examples
    --------
    >>> leads = pd.DataFrame({"lead_id": ["MiddleProm", "Mylo"], "lead_date": pd.Timestamp("2026-01-05"),
    ...     "outcome": "Отказ", "brand_strength": [5, 1], "order_appeal": [4, 2], "closeness": [5, 1],
    ...     "deadline": pd.Timestamp("2026-05-15")})
    >>> made = Renew().segment(ClientData.of(period="2026Q1", leads=leads))
    >>> made.segments.to_dict(), made.scores["renew"].tolist()
    ({'MiddleProm': 'high', 'Mylo': 'low'}, [14.0, 4.0])
    >>> made.scores["recontact_from"].dt.strftime("%d.%m").tolist()
    ['01.05', '01.05']
    """

    key: ClassVar = "renew"
    family: ClassVar = "potential"
    subject: ClassVar = "lead"
    segments: ClassVar = ("high", "middle", "low", "unscored", "open", "won", "unknown")
    watch: ClassVar = {"high": 0.7, "unknown": 0.3}
    grid: ClassVar = ()

    criteria: Annotated[tuple[str, ...], Field(min_length=1)] = (
        "brand_strength",
        "order_appeal",
        "closeness",
    )
    scale: Scale = (1, 5)
    bands: Cuts = THIRDS
    refused: Words = (
        "refused", "refusal", "lost", "closed lost", "rejected", "declined", "отказ", "отказано", "отказался",
        "отказались", "проигран", "проиграна", "проиграно", "проигрыш", "провалена", "сделка провалена",
        "закрыто и не реализовано",
    )  # fmt: skip
    won: Words = (
        "won", "closed won", "customer", "успех", "выигран", "выиграна", "выиграно",
        "успешно", "успешно реализовано", "сделка успешна", "сделка", "заказ", "клиент", "договор",
    )  # fmt: skip
    open: Words = (
        "open", "new", "in progress", "pending", "engaging", "prospecting", "qualified",
        "negotiation", "proposal",
        "открыт", "открыта", "открыто", "новый", "новая", "новое", "в работе", "в процессе",
        "думает", "переговоры",
    )  # fmt: skip
    min_customers: Annotated[int, Field(ge=1)] = 1

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """The outcome and every criterion."""
        return {"leads": ("lead_id", "outcome", *self.criteria)}

    @property
    def cutoffs(self) -> dict[str, tuple[float, ...]]:
        """Places on the scale of the two bands."""
        return {"renew_share": self.bands}

    def evidence(self, data: ClientData) -> tuple[str, int]:
        """Count the refused enquiries that have an index."""
        return "leads", int(self._index(data)["renew"].notna().sum())

    def meaning(self, outcomes: pd.Series) -> pd.Series[str]:
        """Give ``refused``, ``won``, ``open``, or ``unknown`` for each outcome as written."""
        lists = {"open": self.open, "won": self.won, "refused": self.refused}
        known = {fold(word): name for name, words in lists.items() for word in words}
        codes, texts = pd.factorize(outcomes)
        names = np.array(
            [*(known.get(fold(str(text)), "unknown") for text in texts), "unknown"], dtype=object
        )
        return pd.Series(names[codes], index=outcomes.index)

    def learn(self, data: ClientData) -> Self:  # noqa: ARG002 - a rule learns nothing
        """Give the model itself: it is a rule."""
        return self

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every enquiry into a band, or say why it has none."""
        scores = self._index(data)
        bands = tier(scores["renew_share"], self.bands, self.segments[:3], missing="unscored")
        state = scores.pop("state")
        dates = recontact(data.leads, data.period).where(state == "refused")
        dates["overdue"] = dates["overdue"].eq(True)
        return result(self, data, bands.where(state == "refused", state), scores.join(dates))

    def _index(self, data: ClientData) -> pd.DataFrame:
        leads = data.leads
        given = leads.reindex(columns=list(self.criteria)).astype(float)
        place = place_on(self.scale, given).mean(axis=1, skipna=False)
        state = (
            self.meaning(leads["outcome"]) if "outcome" in leads else pd.Series("unknown", index=leads.index)
        )
        share = place.round(9).where(state == "refused")
        index = given.sum(axis=1, skipna=False).where(share.notna())
        rank = index.rank(method="min", ascending=False)
        return given.assign(renew=index, renew_share=share, renew_rank=rank.astype("Int64"), state=state)


def recontact(leads: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Give when to renew the contact.

    Parameters
    ----------
    leads
        With ``deadline`` and ``launch_date``, if there are any.
    period
        Its end is the day of reckoning.

    Returns
    -------
    DataFrame
        Index of ``leads``; recontact_from, recontact_to (first and last day, NaT when neither date is known),
        recontact_rule (``deadline``, ``launch`` or missing), overdue (the last day is past).

    Examples
    --------
    >>> leads = pd.DataFrame({"deadline": pd.to_datetime(["2026-05-15", None]),
    ...     "launch_date": pd.to_datetime(["2026-06-01", "2025-12-31"])})
    >>> made = recontact(leads, Period.parse("2026Q1"))
    >>> made["recontact_to"].dt.strftime("%Y-%m-%d").tolist(), made["overdue"].tolist()
    (['2026-05-08', '2026-02-28'], [False, True])
    """
    absent = pd.Series(pd.NaT, index=leads.index)
    deadline, launch = (
        pd.to_datetime(leads.get(name, absent)).dt.normalize().astype("datetime64[s]")
        for name in ("deadline", "launch_date")
    )
    later = launch + pd.DateOffset(months=2)
    last = (deadline - pd.Timedelta(days=7)).fillna(later)
    rule = np.select([deadline.notna(), launch.notna()], ["deadline", "launch"], "")
    return pd.DataFrame(
        {
            "recontact_from": (deadline - pd.Timedelta(days=14)).fillna(later),
            "recontact_to": last,
            "recontact_rule": pd.Series(rule, index=leads.index, dtype=object).where(rule != ""),
            "overdue": last < pd.Timestamp(period.end),
        }
    )

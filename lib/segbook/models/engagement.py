"""Who reads the mail: e-mail activity."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from segbook.data.client import ClientData
from segbook.models.contract import model, result
from segbook.results import SegmentResult


@model
class Engagement:
    """Customers by what they do with letters: active, semi-active, inactive.

    The first that holds wins: a click within ``inactive_days`` of the end of the period (active); an opening
    (semi_active: reads, does not click); no letter sent in that time (not_mailed: silence proves nothing);
    first letter within it (newcomer: too early to judge); nothing for ``deep_days`` (deep_inactive);
    inactive. Silence is counted from the last opening or click, else from the first letter.

    Parameters
    ----------
    inactive_days
        Days without an opening or a click from which a subscriber is inactive.
    deep_days
        Days of silence from which the sleep is deep.
    min_customers
        Fewest subscribers the model is computed for.

    References
    ----------
    The three groups are of [S0:238-273], "from six months to a year" for the inactive [S0:248].

    Examples
    --------
    >>> emails = pd.DataFrame({"customer_id": ["reads", "sleeps"],
    ...     "sent_at": pd.to_datetime(["2026-06-01", "2025-06-01"]),
    ...     "opened_at": pd.to_datetime(["2026-06-02", None]), "clicked_at": pd.NaT})
    >>> more = emails.assign(sent_at=pd.Timestamp("2026-05-01"), opened_at=pd.NaT)
    >>> data = ClientData.of(period="2026Q2", emails=pd.concat([emails, more]))
    >>> Engagement().segment(data).segments.to_dict()
    {'reads': 'semi_active', 'sleeps': 'deep_inactive'}
    """

    key: ClassVar = "engagement"
    family: ClassVar = "activity"
    subject: ClassVar = "customer"
    needs: ClassVar = {"emails": ("customer_id", "sent_at", "opened_at", "clicked_at")}
    segments: ClassVar = ("active", "semi_active", "newcomer", "inactive", "deep_inactive", "not_mailed")
    watch: ClassVar = {"semi_active": 0.5, "inactive": 0.45, "deep_inactive": 0.35}
    grid: ClassVar = ()

    inactive_days: Annotated[int, Field(ge=1)] = 180
    deep_days: Annotated[int, Field(ge=1)] = 365
    min_customers: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _deep_is_longer(self) -> Self:
        if self.deep_days < self.inactive_days:
            raise ValueError("deep_days not below inactive_days")
        return self

    @property
    def cutoffs(self) -> dict[str, tuple[float, ...]]:
        """Days of silence."""
        return {"silence_days": (self.inactive_days, self.deep_days)}

    def evidence(self, data: ClientData) -> tuple[str, int]:
        """Count the subscribers."""
        return "subscribers", int((email_activity(data)["n_sent"] > 0).sum())

    def learn(self, data: ClientData) -> Self:  # noqa: ARG002 - a rule learns nothing
        """Give the model itself: it is a rule."""
        return self

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one group."""
        scores = email_activity(data)
        end = pd.Timestamp(data.period.end)
        days = {
            name: (end - scores[f"{name}_at"].dt.normalize()).dt.days
            for name in ("first_sent", "last_sent", "last_opened", "last_clicked")
        }
        read = days["last_opened"].combine(days["last_clicked"], np.fmin)
        silence = read.fillna(days["first_sent"]).astype(float)
        groups = [
            ("active", days["last_clicked"] < self.inactive_days),
            ("semi_active", read < self.inactive_days),
            ("not_mailed", ~(days["last_sent"] < self.inactive_days)),
            ("newcomer", days["first_sent"] < self.inactive_days),
            ("deep_inactive", silence >= self.deep_days),
        ]
        names = np.select([holds.to_numpy() for _, holds in groups], [name for name, _ in groups], "inactive")
        return result(self, data, pd.Series(names, index=scores.index), scores.assign(silence_days=silence))


def email_activity(data: ClientData) -> pd.DataFrame:
    """Sum up each customer's letters to the end of the period.

    Parameters
    ----------
    data
        One client and period.

    Returns
    -------
    DataFrame
        Index as `ClientData.customers`; n_sent, n_opened, n_clicked (letters), first_sent_at, last_sent_at,
        last_opened_at, last_clicked_at (NaT when there is none). Openings and clicks after the period do not
        count; a click is an opening, too.
    """
    moments = ["first_sent_at", "last_sent_at", "last_opened_at", "last_clicked_at"]
    counts = ["n_sent", "n_opened", "n_clicked"]
    index = data.customers.index
    if not data.has("emails"):
        nothing = pd.DataFrame(0, index=index, columns=counts)
        return nothing.assign(**{name: pd.Series(pd.NaT, index=index) for name in moments})
    rows = data.rows("emails")
    end = data.period.as_of
    opened, clicked = rows.opened_at <= end, rows.clicked_at <= end
    found = rows.group_by("customer_id").agg(
        n_sent=rows.count(),
        n_opened=(opened | clicked).sum(),
        n_clicked=clicked.sum(),
        first_sent_at=rows.sent_at.min(),
        last_sent_at=rows.sent_at.max(),
        last_opened_at=rows.opened_at.max(where=opened),
        last_clicked_at=rows.clicked_at.max(where=clicked),
    )
    frame: pd.DataFrame = found.to_pandas().set_index("customer_id").reindex(index)
    frame[counts] = frame[counts].fillna(0).astype(int)
    frame[moments] = frame[moments].astype("datetime64[s]")
    return frame

"""Who is content: groups by the last answer to the satisfaction question."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import pandas as pd
from pydantic import Field

from segbook.data.client import ClientData
from segbook.models.contract import model, result
from segbook.results import SegmentResult
from segbook.stats.csi.answers import GROUPS, last_answers


@model
class CsiGroup:
    """Customers by their last answer in the period: attract, neutral, detract.

    The scale and its bands, 8 to 10 and 1 to 3 of 10 unless the client's differ, are those of ``surveys`` in
    the parameters. Who gave no valid answer in the period is ``no_answer``.

    Parameters
    ----------
    min_customers
        Fewest answers the model is computed for.

    References
    ----------
    [S0:162-170]

    Examples
    --------
    >>> surveys = pd.DataFrame({"customer_id": ["a", "a", "b"], "score": ["2", "9", "5"],
    ...     "survey_date": pd.to_datetime(["2026-01-05", "2026-02-05", "2026-03-05"])})
    >>> CsiGroup().segment(ClientData.of(period="2026Q1", surveys=surveys)).segments.to_dict()
    {'a': 'attract', 'b': 'neutral'}
    """

    key: ClassVar = "csi_group"
    family: ClassVar = "satisfaction"
    subject: ClassVar = "customer"
    needs: ClassVar = {"surveys": ("customer_id", "survey_date", "score")}
    segments: ClassVar = (*GROUPS, "no_answer")
    watch: ClassVar = {"detract": 0.7, "attract": 0.3}
    grid: ClassVar = ()

    min_customers: Annotated[int, Field(ge=1)] = 1

    def evidence(self, data: ClientData) -> tuple[str, int]:
        """Count who answered in the period."""
        return "answers", len(last_answers(data))

    def learn(self, data: ClientData) -> Self:  # noqa: ARG002 - a rule learns nothing
        """Give the model itself: it is a rule."""
        return self

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every customer into one group."""
        answers = last_answers(data).reindex(data.customers.index)
        names = answers["group"].astype(object).fillna("no_answer")
        scores = pd.DataFrame(
            {"csi_score": answers["score"].astype(float), "survey_date": answers["survey_date"]}
        )
        return result(self, data, names, scores)

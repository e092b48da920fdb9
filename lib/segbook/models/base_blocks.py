"""The three blocks of the base: current, churned, refused."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field

from segbook.data.client import ClientData
from segbook.data.leads import contact_ids
from segbook.models.contract import model, replace, result
from segbook.models.lifecycle import Lifecycle
from segbook.models.renew import Renew
from segbook.results import SegmentResult


@model
class BaseBlocks:
    """Everybody the client has dealt with: customers by whether they still buy, enquirers by how it ended.

    A customer is ``churned`` after a silence of more than ``lifecycle.lost_gaps`` own rhythms, 180 days
    without a rhythm, else ``current``. Who asked and never bought is ``refused``; ``open`` while an enquiry
    of theirs is in work, or won and not yet an order; ``unknown`` when the outcome is a word nobody
    explained. Who is known and neither asked nor bought is a ``prospect``.

    Parameters
    ----------
    lifecycle, renew
        Whose silence means lost, and whose words mean refused; each takes its own section of the parameters
        unless given here.

    References
    ----------
    The blocks are of [S0:90-94]; three gaps and 180 days are the mission's reading of "churned".

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "b"], "amount": 10.0,
    ...     "order_date": pd.to_datetime(["2026-03-25", "2025-01-05"])})
    >>> leads = pd.DataFrame({"lead_id": ["c", "d"], "lead_date": pd.Timestamp("2026-02-01"),
    ...     "outcome": ["отказ", "в работе"]})
    >>> BaseBlocks().segment(ClientData.of(orders, "2026Q1", leads=leads)).segments.to_dict()
    {'a': 'current', 'b': 'churned', 'c': 'refused', 'd': 'open'}
    """

    key: ClassVar = "base_blocks"
    family: ClassVar = "activity"
    subject: ClassVar = "contact"
    needs: ClassVar = {"totals": ("n_orders", "recency_days"), "leads": ("lead_id", "outcome")}
    segments: ClassVar = ("current", "open", "refused", "churned", "prospect", "unknown")
    watch: ClassVar = {"refused": 0.45, "churned": 0.4}
    grid: ClassVar = ()

    lifecycle: Lifecycle = Lifecycle()
    renew: Renew = Renew()
    min_customers: Annotated[int, Field(ge=0)] = 1

    def learn(self, data: ClientData) -> Self:
        """Give the model itself: it is a rule."""
        return replace(self, lifecycle=self.lifecycle.learn(data), renew=self.renew.learn(data))

    def segment(self, data: ClientData) -> SegmentResult:
        """Put every contact into one block."""
        base = data.base("contact")
        silence = base["recency_days"] / self.lifecycle.rhythm_days(base)
        asked = self._asked(data).reindex(base.index)
        bought = base["n_orders"] > 0
        left = base["only_refunds"] | bought & (silence > self.lifecycle.lost_gaps)
        blocks = [
            ("churned", left),
            ("current", bought),
            ("open", asked.isin(["open", "won"])),
            ("refused", asked == "refused"),
            ("unknown", asked == "unknown"),
        ]
        names = np.select([holds.to_numpy() for _, holds in blocks], [name for name, _ in blocks], "prospect")
        counts = data.leads.groupby(contact_ids(data.customers, data.leads)).size()
        scores = pd.DataFrame(
            {
                "recency_days": base["recency_days"],
                "silence_rhythms": silence,
                "n_leads": counts.reindex(base.index).fillna(0).astype(int),
                "outcome": asked,
            }
        )
        return result(self, data, pd.Series(names, index=base.index), scores)

    def _asked(self, data: ClientData) -> pd.Series[str]:
        """Give what became of each contact's enquiries: in work before refused before unknown."""
        leads = data.leads
        if leads.empty:
            return pd.Series(dtype=object)
        order = ["open", "won", "refused", "unknown"]
        state = pd.Series(
            pd.Categorical(self.renew.meaning(leads["outcome"]), order, ordered=True), index=leads.index
        )
        best = state.cat.codes.groupby(contact_ids(data.customers, leads)).min()
        return best.map(dict(enumerate(order))).astype(object)

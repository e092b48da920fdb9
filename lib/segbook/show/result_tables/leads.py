"""The queue of refused enquiries: whom to contact again, and when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.results import SegmentResult
from segbook.show.result_tables.register import KINDS
from segbook.show.tables import Column, Table
from segbook.words.i18n import Texts
from segbook.words.labels import label

SHOWN = ("renew", "recontact_from", "recontact_to", "recontact_rule", "overdue")


def recontact_table(result: SegmentResult, data: ClientData, texts: Texts) -> Table:
    """Give every refused enquiry that has an index, the highest first, of equal ones the soonest.

    Parameters
    ----------
    result
        Of the model ``renew``.
    data
        What it was made of; names and managers are those of the enquiries.
    texts
        Language.
    """
    scores = result.scores[result.scores["renew"].notna()]
    scores = scores.sort_values(["renew", "recontact_to"], ascending=[False, True], kind="stable")
    leads = data.leads.reindex(scores.index)
    frame = pd.DataFrame({"name": lead_names(leads)})
    if "manager" in leads:
        frame["manager"] = leads["manager"]
    frame["segment"] = [label(result.model, str(name), texts) for name in result.segments[scores.index]]
    frame = frame.join(scores[[name for name in scores if name not in ("renew_share", "renew_rank")]])
    frame["recontact_rule"] = frame["recontact_rule"].map(
        lambda rule: texts.t(f"renew.rules.{rule}"), na_action="ignore"
    )
    frame["overdue"] = np.where(frame["overdue"], texts.t("renew.overdue"), "")
    general = ("name", "manager", "segment")
    shown = {
        str(name): Column(
            texts.t(f"report.columns.{name}" if name in general else f"renew.scores.{name}")
            if name in general or texts.has(f"renew.scores.{name}")
            else str(name),
            KINDS.get(str(name), "text"),
        )
        for name in frame
    }
    return Table("recontact", texts.t("renew.queue"), frame.reset_index(drop=True), shown)


def lead_names(leads: pd.DataFrame) -> pd.Series[str]:
    """Give what to call each enquiry: the name where known, else the id."""
    own = pd.Series(leads.index.astype(str), index=leads.index, dtype=object)
    return leads["name"].astype(object).fillna(own) if "name" in leads else own

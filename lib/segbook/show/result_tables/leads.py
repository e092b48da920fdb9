"""The queue of refused enquiries: whom to contact again, and when."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from segbook.data.client import ClientData
from segbook.results import SegmentResult
from segbook.show.result_tables.register import KINDS
from segbook.show.tables import Column, Table
from segbook.words.i18n import Texts
from segbook.words.labels import label

GENERAL = ("name", "manager", "segment")
SHORT = ("name", "manager", "renew", "recontact_from", "recontact_to", "overdue")
"""What a page has room for."""


def recontact_tables(result: SegmentResult, data: ClientData, texts: Texts) -> tuple[Table, Table]:
    """Give every refused enquiry that has an index, the highest first, of equal ones the soonest.

    Parameters
    ----------
    result
        Of the model ``renew``.
    data
        What it was made of; names and managers are those of the enquiries.
    texts
        Language.

    Returns
    -------
    short, whole
        With the columns a page has room for; with all of them.
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
    heads = {name: texts.label(f"renew.scores.{name}", str(name)) for name in map(str, frame)}
    heads |= {name: texts.t(f"report.columns.{name}") for name in GENERAL if name in frame}
    shown = {name: Column(head, KINDS.get(name, "text")) for name, head in heads.items()}
    whole = Table("recontact", texts.t("renew.queue"), frame.reset_index(drop=True), shown)
    names = [name for name in SHORT if name in frame]
    short = replace(whole, frame=whole.frame[names], columns={name: shown[name] for name in names})
    return short, whole


def lead_names(leads: pd.DataFrame) -> pd.Series[str]:
    """Give what to call each enquiry: the name where known, else the id."""
    own = pd.Series(leads.index.astype(str), index=leads.index, dtype=object)
    return leads["name"].astype(object).fillna(own) if "name" in leads else own

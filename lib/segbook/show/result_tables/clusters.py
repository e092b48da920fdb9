"""Tables of the groups found in the data: their typical customers, and the numbers of groups tried."""

from __future__ import annotations

import pandas as pd

from segbook.models.portraits import portraits
from segbook.results import SegmentResult
from segbook.show.result_tables.register import KINDS
from segbook.show.tables import Column, Table
from segbook.words.i18n import Texts
from segbook.words.labels import feature_name, label


def cluster_tables(result: SegmentResult, texts: Texts) -> list[Table]:
    """Give the median of every feature by group, and silhouette and agreement by number of groups."""
    drawn = portraits(result)
    typical = pd.DataFrame([dict(each.typical) for each in drawn])
    typical.insert(0, "segment", [label(result.model, each.segment, texts) for each in drawn])
    heads = {
        str(name): Column(feature_name(str(name), texts), KINDS.get(str(name), "num")) for name in typical
    }
    heads["segment"] = Column(texts.t("clusters.columns.segment"))
    tried = pd.DataFrame(
        result.params.get("tried", ()), columns=["k", "silhouette", "agreement", "agreement_min"]
    )
    measured = {
        str(name): Column(texts.t(f"clusters.columns.{name}"), "int" if name == "k" else "num")
        for name in tried
    }
    return [
        Table("clusters_typical", texts.t("clusters.typical"), typical, heads),
        Table("clusters_tried", texts.t("clusters.tried"), tried.astype(float), measured),
    ]

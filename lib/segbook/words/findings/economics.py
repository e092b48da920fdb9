"""What campaigns brought, who answers them, and what keeping costs against acquiring."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segbook.stats.economics import KINDS, Economics
from segbook.words.findings.finding import Finding, Label, Listing, findings
from segbook.words.findings.verdict import segment_label

LEVEL = 0.05
FEWEST = 20
"""Contacts with a segment from which its response is quoted."""


@findings.register
def _(result: Economics) -> list[Finding]:
    if result.campaigns.empty:
        return [Finding("economics.none", {}, 0.0, "economics")]
    found = [*_paid(result.campaigns), *_answers(result), *_ratio(result)]
    left = result.left_out.sum()
    if left["rows"]:
        values = {"rows": left["rows"], "revenue": left["revenue"]}
        found.append(Finding("economics.left_out", values, 0.0, "economics"))
    return found


def unknown(result: Economics) -> list[Finding]:
    """Give what the data cannot tell, a sentence for each."""
    return [Finding(f"economics.unknown.{key}", {}, 0.0, "economics") for key in result.unknown]


def _paid(campaigns: pd.DataFrame) -> list[Finding]:
    known = campaigns[campaigns["profit"].notna()]
    found = []
    if (known["profit"] > 0).any():
        best = known["profit"].idxmax()
        values = {name: known[name].to_dict()[best] for name in ("profit", "roi", "response")}
        found.append(Finding("economics.best", {**values, "campaign": str(best)}, 0.4, "economics"))
    lost = known[known["profit"] < 0]
    if len(lost):
        rows = tuple({"campaign": str(name), "profit": value} for name, value in lost["profit"].items())
        found.append(
            Finding("economics.losses", {"list": Listing("economics.loss", rows)}, 0.35, "economics")
        )
    return found


def _answers(result: Economics) -> list[Finding]:
    tests = result.tests.reset_index().dropna(subset=["pvalue_adjusted"])
    if tests.empty:
        return []
    first = tests.sort_values("pvalue_adjusted", kind="stable").iloc[0]
    model, campaign, pvalue = (first[name] for name in ("model", "campaign", "pvalue_adjusted"))
    cells = result.cells.loc[model].xs(campaign, level="campaign")
    cells = cells[cells["contacts"] >= FEWEST]
    if pvalue >= LEVEL or cells.empty:
        return [Finding("economics.alike", {}, 0.0, "economics")]
    segment = str(cells["response"].idxmax())
    values = {
        "model": Label(f"{model}.short", model), "campaign": str(campaign),
        "segment": segment_label(model, segment), "response": cells["response"].to_dict()[segment],
        "average": result.campaigns["response"].to_dict()[campaign],
    }  # fmt: skip
    return [Finding("economics.answers", values, 0.45, "economics")]


def _ratio(result: Economics) -> list[Finding]:
    costs = {kind: result.keeping["unit_cost"].to_dict()[kind] for kind in KINDS}
    if np.isfinite(result.ratio):
        key = "economics.ratio" if result.ratio > 1 else "economics.ratio_less"
        return [Finding(key, {**costs, "ratio": result.ratio}, 0.3, "economics")]
    absent = next((kind for kind in KINDS if not np.isfinite(costs[kind])), "keeping")
    values = {"missing": Label(f"economics.missing.{absent}", "")}
    return [Finding("economics.ratio_unknown", values, 0.0, "economics")]

"""The measures beside the segments when a client has no table of orders."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.models import MODELS, configure
from segbook.params.costs import Costs
from segbook.results import plain
from segbook.stats.agreement import agreement
from segbook.stats.association import association
from segbook.stats.coverage import coverage
from segbook.stats.economics import economics
from segbook.stats.verdict import verdicts

PEOPLE = [f"c{i:02d}" for i in range(40)]
SUMS = pd.DataFrame(
    {
        "customer_id": PEOPLE,
        "amount_sum": range(40),
        "n_orders": [0] + [2] * 39,
        "city": ["Tver", "Sochi"] * 20,
    }
)
SURVEYS = pd.DataFrame({"customer_id": PEOPLE, "survey_date": pd.Timestamp("2026-02-01"), "score": "9"})
SENT = pd.DataFrame({"customer_id": PEOPLE, "campaign": "spring", "responded": [1, 0] * 20})


@pytest.mark.parametrize(
    "tables",
    [
        {"customers": SUMS},
        {"surveys": SURVEYS},
        {"campaigns": SENT},
        {"customers": SUMS[["customer_id", "city"]]},
    ],
    ids=["sums", "surveys", "campaigns", "cards"],
)
def test_every_measure_says_what_it_can(tables):
    data = ClientData.of(None, "2026Q1", **tables)
    results = [MODELS[key].segment(data) for key in ("repeat_loyalty", "customer_kind", "lifecycle")]
    found = [
        coverage(data), association(data, results), economics(data, results), agreement(results),
        verdicts(data, results, configure(data.params), costs=Costs(service=1.0)),
    ]  # fmt: skip
    assert all(json.dumps(plain(each.content()), allow_nan=False) for each in found)
    assert found[0].n_customers == 40


def test_sums_brought_ready_are_measured():
    data = ClientData.of(None, "2026Q1", customers=SUMS)
    assert coverage(data).questions.loc["how_much", "customers"] == 39
    assert coverage(data).questions.loc["where", "customers"] == 40
    found = association(data)
    assert found.n_customers == 39
    assert set(found.pairs["attribute"]) == {"city"}


def test_campaigns_alone_have_a_response_and_no_return():
    found = economics(ClientData.of(None, "2026Q1", campaigns=SENT))
    assert found.campaigns.loc["spring", "response"] == 0.5
    assert found.campaigns["roi"].isna().all()
    assert {"no_revenue", "no_costs", "no_dates", "no_newcomers"} <= set(found.unknown)

"""Who is close to a cut-off, and what could be reckoned otherwise: counted, with money, in both languages."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.models import compute
from segbook.models.rfm import RFM
from segbook.params import Params
from segbook.results import plain
from segbook.show.result_tables import tables_of
from segbook.stats.honesty import LISTED, honesty
from segbook.words.i18n import Texts, catalogue


def test_who_is_near_is_counted_with_money():
    orders = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "order_date": pd.to_datetime(["2026-06-01", "2026-06-02", "2026-03-01", "2026-01-01"]),
            "amount": [95.0, 105.0, 200.0, 10.0],
        }
    )
    data = ClientData.of(orders, "2026Q2")
    result = RFM(r_edges=(30,), f_edges=(5,), m_edges=(100,), min_customers=1).segment(data)
    made = honesty({"rfm": result}, data)
    near = made.near.set_index("score")
    # By hand: 29 and 28 days are within 3 of 30; 95 and 105 within 10 of 100; a step of one purchase is
    # more than a tenth of 5, so nobody can be close to it.
    assert near["customers"].to_dict() == {"recency_days": 2, "amount_sum": 2}
    assert near.loc["amount_sum", ["share_customers", "revenue", "share_revenue"]].tolist() == [
        0.5,
        200,
        200 / 410,
    ]
    people = made.people[made.people["score"] == "amount_sum"]
    assert people[["customer_id", "value", "cutoff"]].values.tolist() == [
        ["b", 105.0, 100.0],
        ["a", 95.0, 100.0],
    ]
    plain(made.content())


def client(**changes) -> ClientData:
    data = ClientData.of(draw_orders(3, 900, 250), "2026Q2")
    params = Params.model_validate({**data.params.model_dump(), **changes})
    return dataclasses.replace(data, params=params)


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_tables_can_be_written(lang):
    data = client()
    made = honesty(compute(data)[0], data)
    texts = Texts(lang, "RUB")
    readings, near, people = tables_of(made, texts)
    assert all("</table>" in table.html(texts) for table in (readings, near, people))
    assert len(readings.frame) == len(made.readings)
    assert near.frame["customers"].tolist() == made.near["customers"].tolist()
    assert people.frame.groupby(["model", "score"]).size().max() <= LISTED
    shown = " ".join(str(cell) for table in (readings, near) for cell in table.frame.to_numpy().ravel())
    assert "nan" not in shown.split()


def test_only_the_questions_of_this_client_are_answered():
    silent = ClientData.of(customers=pd.DataFrame({"customer_id": ["a"]}))
    assert list(honesty({}, silent).readings) == ["currencies", "timezone", "fiscal"]
    assert honesty({}, silent).near.empty
    data = client(
        timezone="Europe/Moscow",
        fiscal_year_start=4,
        rates={"USD": 90.0},
        models={"rfm": {"r_edges": [30, 90]}},
    )
    made = honesty(compute(data)[0], data)
    said = tables_of(made, Texts("en", "RUB"))[0].frame.set_index("where")["used"].to_dict()
    assert said["RFM: where the cut-offs come from"] == "3 scores by given cut-offs"
    assert said["Times with a zone"] == "brought to Europe/Moscow first"
    assert said["Quarters"] == "the year begins with month 4"
    assert said["Several currencies"] == "converted at the given rates: USD = 90.0"


def test_returns_add_up():
    data = client()
    made = honesty({}, data).readings["returns"]
    assert made["gross"] + made["returns"] == pytest.approx(made["amount"])
    assert made["amount"] == pytest.approx(data.customers["amount_sum"].sum())


def test_every_reading_says_where_how_and_how_to_change_it():
    keys = {key.split(".")[2] for key in catalogue() if key.startswith("method.readings.")}
    for key in keys:
        assert f"method.readings.{key}.where" in catalogue()
        assert f"method.readings.{key}.change" in catalogue()

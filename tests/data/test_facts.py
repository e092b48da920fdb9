"""What models ask of the tables: by hand, and by plain pandas on orders drawn at random."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.data.facts import (
    dominant,
    email_activity,
    experts_frame,
    leads_frame,
    orders_by_level,
    purchase_mix,
    ticket_counts,
)


def days(*texts: str | None) -> pd.DatetimeIndex:
    return pd.to_datetime(list(texts), format="ISO8601")


def test_tickets_by_hand():
    opened = days("2025-12-31 23:59", "2026-01-01 00:00", "2026-03-31 23:59", "2026-04-01", None)
    tickets = pd.DataFrame({"customer_id": ["b", "a", "a", "a", "a"], "opened_at": opened})
    made = ticket_counts(ClientData.of(None, "2026Q1", tickets=tickets))
    assert made.to_dict("index") == {
        "a": {"n_tickets": 3, "n_period_tickets": 2}, "b": {"n_tickets": 1, "n_period_tickets": 0},
    }  # fmt: skip


def test_letters_by_hand():
    emails = pd.DataFrame(
        {
            "customer_id": ["b", "a", "a", "a", None],
            "sent_at": days("2026-01-01", "2026-01-02", "2026-02-02", "2026-05-01", "2026-01-01"),
            "opened_at": days(None, "2026-01-03", "2026-04-03", "2026-05-02", None),
            "clicked_at": days(None, "2026-01-03 10:00", None, None, None),
        }
    )
    made = email_activity(ClientData.of(None, "2026Q1", emails=emails))
    assert made[["n_sent", "n_opened", "n_clicked"]].to_numpy().tolist() == [[2, 1, 1], [1, 0, 0]]
    assert made.loc["a", ["first_sent", "last_sent", "last_opened", "last_clicked"]].tolist() == list(
        days("2026-01-02", "2026-02-02", "2026-01-03", "2026-01-03 10:00")
    )
    assert made.loc["b", ["last_opened", "last_clicked"]].isna().all()
    assert set(map(str, made.dtypes)) == {"int64", "datetime64[s]"}


def test_letters_without_openings():
    emails = pd.DataFrame({"customer_id": ["a"], "sent_at": days("2026-01-01")})
    made = email_activity(ClientData.of(None, "2026Q1", emails=emails))
    assert made.loc["a", ["n_sent", "n_opened", "n_clicked"]].tolist() == [1, 0, 0]
    assert made["last_opened"].dtype == "datetime64[s]"


def test_absent_tables_have_no_rows():
    data = ClientData.of(customers=pd.DataFrame({"customer_id": ["a"]}))
    for made in (ticket_counts(data), email_activity(data), leads_frame(data), experts_frame(data)):
        assert made.empty
        assert made.reindex(data.customers.index).isna().all(axis=None)
        assert made.columns.size


ORDERS = pd.DataFrame(
    [
        ("a", "1", "shop", 10.0), ("a", "1", "shop", 5.0), ("a", "2", "site", 7.0), ("a", "3", None, 1.0),
        ("b", "4", "site", 1.0), ("b", "5", "shop", 1.0), ("b", None, "post", -9.0),
        ("c", None, None, 2.0), ("d", None, "post", -3.0), ("e", None, "post", 2.0), ("e", None, "post", 2.0),
    ],
    columns=["customer_id", "order_id", "channel", "amount"],
).assign(order_date=pd.Timestamp("2026-01-05"))  # fmt: skip


def test_dominant_level_by_hand():
    """a: shop and site once each, shop brings more; b: equal, so the first by name; c says nothing, d only returned."""
    made = dominant(ClientData.of(ORDERS, "2026Q1"), "channel")
    assert made.to_dict("index") == {
        "a": {"level": "shop", "share": pytest.approx(1 / 3)}, "b": {"level": "shop", "share": 0.5},
        "e": {"level": "post", "share": 1.0},
    }  # fmt: skip


def test_mix_by_hand():
    data = ClientData.of(ORDERS, "2026Q1")
    groups = pd.Series(
        pd.Categorical(["good", "bad", "bad", "bad"], categories=["good", "bad"], ordered=True),
        index=list("abcd"),
    )
    made = purchase_mix(data, "channel", groups)
    assert list(made.index) == [
        ("good", "shop"), ("good", "site"), ("good", "unknown"),
        ("bad", "post"), ("bad", "shop"), ("bad", "site"), ("bad", "unknown"),
    ]  # fmt: skip
    assert made["n_orders"].tolist() == [1, 1, 1, 0, 1, 1, 1]
    assert made["amount"].tolist() == [15.0, 7.0, 1.0, -12.0, 1.0, 1.0, 2.0]


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000))
def test_levels_add_up_whatever_the_order_of_rows(seed):
    rng = np.random.default_rng(seed)
    orders = draw_orders(seed, 300, 40).assign(channel=rng.choice(["shop", "site", "post", None], 300))
    data, moved = (
        ClientData.of(each, "2026Q2") for each in (orders, orders.sample(frac=1, random_state=seed))
    )
    made = orders_by_level(data, "channel")
    assert made["amount"].sum() == pytest.approx(data.customers["amount_sum"].sum())
    assert made.groupby("customer")["n_orders"].sum().tolist() == data.customers["n_orders"].tolist()
    pd.testing.assert_frame_equal(dominant(data, "channel"), dominant(moved, "channel"))
    bought = orders[(orders["amount"] >= 0) & (orders["order_date"] <= "2026-06-30")]
    counts = bought.groupby(["customer_id", "channel"]).size().groupby("customer_id").max()
    found = dominant(data, "channel")["share"] * data.customers["n_orders"]
    assert found.dropna().round().astype(int).to_dict() == counts.to_dict()
    whole = purchase_mix(data, "channel", pd.Series("all", data.customers.index))
    assert whole["amount"].sum() == pytest.approx(made["amount"].sum())


def test_leads_are_typed_and_one_row_each():
    leads = pd.DataFrame(
        {
            "lead_id": ["2", "1", "2", "3", None],
            "lead_date": days("2026-01-01", "2026-01-02", "2026-02-01", "2026-05-01", "2026-01-01"),
            "outcome": ["open", "won", "lost", "open", "open"],
            "brand_strength": [1, 2, 3, 4, 5],
        }
    )
    made = leads_frame(ClientData.of(None, "2026Q1", leads=leads))
    assert made["outcome"].to_dict() == {"1": "won", "2": "lost"}
    assert made["brand_strength"].tolist() == [2.0, 3.0]
    assert made["deadline"].dtype == "datetime64[s]"
    assert made["closeness"].dtype == "float64"
    assert made[["manager", "closeness"]].isna().all(axis=None)


def test_experts_are_one_row_each():
    experts = pd.DataFrame({"customer_id": ["b", "a", "b"], "activity": [1, 2, 3]})
    assert experts_frame(ClientData.of(experts=experts))["activity"].to_dict() == {"a": 2.0, "b": 3.0}


def test_what_is_made_once_is_not_spoiled_by_its_users():
    tickets = pd.DataFrame({"customer_id": ["a"], "opened_at": days("2026-01-01")})
    data = ClientData.of(None, "2026Q1", tickets=tickets)
    made = ticket_counts(data)
    made["n_tickets"] = 7
    assert ticket_counts(data)["n_tickets"].tolist() == [1]

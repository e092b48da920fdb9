"""The five checks: each fault put into clean data is found, and clean data are found clean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.data.quality import BASE_CHECKS, CHECKS, assess


@pytest.fixture
def clean() -> pd.DataFrame:
    """Two years of daily orders by 150 customers."""
    rng = np.random.default_rng(4)
    days = pd.date_range("2024-07-01", "2026-06-30", freq="D")
    ids = [f"{i:04d}" for i in rng.integers(0, 150, len(days))]
    return pd.DataFrame({"customer_id": ids, "order_date": days, "amount": rng.lognormal(4, 0.5, len(days))})


def notes(orders: pd.DataFrame, period: str = "2026Q2") -> dict[str, str]:
    return {note: status for _, note, status in assess(ClientData.of(orders, period)).notes}


def test_clean_data_are_fine(clean):
    quality = assess(ClientData.of(clean, "2026Q2"))
    assert quality.notes == ()
    assert dict(quality.checks) == dict.fromkeys(CHECKS, "ok")
    assert quality.account.loc["counted", ["share_rows", "share_amount"]].tolist() == [1.0, 1.0]


def test_lost_customers_are_worth_money(clean):
    clean.loc[:145, "customer_id"] = None
    quality = assess(ClientData.of(clean, "2026Q2"))
    assert quality.checks["complete"] == "bad"
    assert quality.facts["rows_no_customer"] == 146
    assert quality.facts["amount_no_customer"] == pytest.approx(clean.loc[:145, "amount"].sum())


@pytest.mark.parametrize(
    ("fault", "note"),
    [
        (lambda o: o[o["order_date"] < "2026-06-10"], "partial_month"),
        (lambda o: o[o["order_date"] < "2026-05-20"], "stale"),
        (lambda o: o[o["order_date"] < "2026-03-20"], "no_period_orders"),
        (lambda o: pd.concat([o, o.tail(3)]), "duplicates"),
        (lambda o: o[~o["order_date"].between("2025-02-01", "2025-02-20")], "odd_gaps"),
        (lambda o: o.assign(amount=o["amount"].where(o.index != 7, 1e7)), "outliers"),
        (lambda o: o.assign(amount=o["amount"].where(o.index != 7, 0.0)), "zero_amounts"),
        (lambda o: o.assign(amount=o["amount"].where(o.index != 7, -1.0)), "returns"),
        (lambda o: o.assign(order_date=o["order_date"] + pd.Timedelta(days=3)), "after_period"),
        (
            lambda o: o.assign(order_date=o["order_date"].where(o.index != 7, pd.Timestamp("1900-01-01"))),
            "impossible_date",
        ),
        (lambda o: o[o["customer_id"] < "0050"], "few_customers"),
        (lambda o: o[o["order_date"] > "2026-03-01"], "short_history"),
        (lambda o: o[o["order_date"] >= "2026-04-01"], "starts_inside"),
        (lambda o: o.drop_duplicates("customer_id"), "few_repeats"),
        (
            lambda o: o.assign(
                customer_id=o["customer_id"].where(o.index % 3 > 0, "f" + o["customer_id"].str.zfill(35))
            ),
            "id_kinds",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_fault_is_found(clean, fault, note):
    assert note in notes(fault(clean.copy()))


def test_names_as_ids_are_one_kind():
    """Of the four chains of the food wholesaler one has an apostrophe: no mixture."""
    days = pd.date_range("2026-01-01", periods=8)
    names = ["Магнит", "Лента", "О'КЕЙ", "Ашан"] * 2
    orders = pd.DataFrame({"customer_id": names, "order_date": days, "amount": 5.0})
    assert "id_kinds" not in notes(orders, "2026Q1")


def base(n: int, **more) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [f"{i:04d}" for i in range(n)], **more})


def test_a_good_base_without_orders_is_fine():
    quality = assess(ClientData.of(customers=base(150)))
    assert dict(quality.checks) == dict.fromkeys(BASE_CHECKS, "ok")
    assert quality.notes == ()
    assert (quality.facts["n_units"], quality.facts["n_buyers"]) == (150, 0)


@pytest.mark.parametrize(
    ("customers", "note", "status"),
    [
        (base(19), "base_few", "bad"),
        (base(99), "base_few", "warn"),
        (pd.concat([base(150), pd.DataFrame({"customer_id": [None] * 20})]), "base_no_id", "bad"),
        (pd.concat([base(150), pd.DataFrame({"customer_id": [None]})]), "base_no_id", "warn"),
        (pd.concat([base(150), base(1)]), "base_duplicate", "ok"),
        (pd.concat([base(150), pd.DataFrame({"customer_id": ["Итого"]})]), "base_total", "ok"),
        (
            base(151, registered_at=pd.to_datetime(["2027-01-01"] + ["2026-01-01"] * 150)),
            "base_after_period",
            "ok",
        ),
        (pd.concat([base(150), base(150).add("-x")]), "id_kinds", "warn"),
    ],
)
def test_each_fault_of_a_base_is_found(customers, note, status):
    assert (note, status) in [
        (key, value) for _, key, value in assess(ClientData.of(customers=customers)).notes
    ]


def test_leads_alone_are_counted_as_leads():
    leads = pd.DataFrame({"lead_id": list("abc"), "lead_date": pd.Timestamp("2026-01-01"), "outcome": "lost"})
    quality = assess(ClientData.of(leads=leads))
    assert (quality.facts["n_customers"], quality.facts["n_units"]) == (0, 3)
    assert quality.checks["sufficient"] == "bad"

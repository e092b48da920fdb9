"""When a product is needed again: by hand, in simulation, and looking back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.movement.replenishment import replenishment


def orders_of(**days: list[str]) -> pd.DataFrame:
    """``customer_product=[days]``."""
    rows = [(*name.split("_"), day) for name, listed in days.items() for day in listed]
    frame = pd.DataFrame(rows, columns=["customer_id", "product", "order_date"])
    return frame.assign(order_date=pd.to_datetime(frame["order_date"]), amount=10.0)


def test_own_rhythm_by_hand():
    """Gaps 30, 31, 28: median 30 from 30 March; without 20 gaps to learn from the interval is half to double."""
    orders = orders_of(
        a_ink=["2025-12-31", "2026-01-30", "2026-03-02", "2026-03-30"],
        b_ink=["2026-05-02"],
    )
    found = replenishment(ClientData.of(orders, "2026-05")).pairs
    row = found.set_index("customer_id").loc["a"]
    assert found["customer_id"].tolist() == ["a"]
    assert (row["source"], row["rhythm_days"], row["n"], row["value"]) == ("own", 30, 4, 10)
    dates = row[["expected_date", "from_date", "to_date"]].tolist()
    assert dates == [pd.Timestamp(day) for day in ("2026-04-29", "2026-04-14", "2026-05-29")]
    assert row["status"] == "overdue"


@pytest.mark.parametrize(
    ("period", "status"),
    [
        ("2026-04-01..2026-04-10", "waiting"),
        ("2026-04", "due"),
        ("2026-05", "overdue"),
        ("2026-08", "stopped"),
    ],
)
def test_status_follows_the_calendar(period, status):
    """Every 30 days until 30 March; expected 29 April, from 14 April to 29 May. Others buy the product always."""
    days = ["2025-12-30", "2026-01-29", "2026-02-28", "2026-03-30"]
    orders = orders_of(a_ink=days, b_ink=["2026-04-03"], c_ink=["2026-05-03"], d_ink=["2026-08-03"])
    assert replenishment(ClientData.of(orders, period)).pairs["status"].tolist() == [status]


@pytest.mark.parametrize(
    ("period", "status"),
    [("2026-04-01..2026-04-10", "waiting"), ("2026-04", "stopped"), ("2026-05", "stopped")],
)
def test_what_nobody_bought_in_the_period_is_off_the_range(period, status):
    """The same customer as above, but of that product nothing was sold after March: not due, not overdue."""
    days = ["2025-12-30", "2026-01-29", "2026-02-28", "2026-03-30"]
    others = {f"{who}_ink": ["2026-03-31"] for who in "bcde"}
    orders = orders_of(a_ink=days, **others, b_pen=["2026-04-02", "2026-05-02"])
    assert replenishment(ClientData.of(orders, period)).pairs["status"].tolist() == [status]


def test_product_of_one_buyer_is_overdue_when_the_buyer_stops():
    days = ["2025-12-30", "2026-01-29", "2026-02-28", "2026-03-30"]
    orders = orders_of(a_ink=days, b_pen=["2026-05-02"])
    assert replenishment(ClientData.of(orders, "2026-05")).pairs["status"].tolist() == ["overdue"]


def test_sooner_than_usual_is_early():
    orders = orders_of(a_ink=["2025-12-20", "2026-01-20", "2026-02-20", "2026-03-20", "2026-03-25"])
    assert replenishment(ClientData.of(orders, "2026-03")).pairs["status"].tolist() == ["early"]


def test_device_needs_its_supply_though_nobody_bought_it_yet():
    orders = orders_of(a_printer=["2026-01-10"], b_printer=["2026-01-10"], b_toner=["2026-02-10"])
    table = pd.DataFrame({"device": ["printer"], "consumable": ["toner"], "interval_days": [60.0]})
    found = replenishment(ClientData.of(orders, "2026Q1", consumables=table)).pairs
    found = found.set_index("customer_id")
    assert found["source"].tolist() == ["device", "device"]
    assert found["n"].to_dict() == {"a": 0, "b": 1}
    assert found.loc["a", "expected_date"] == pd.Timestamp("2026-03-11")
    assert found.loc["b", "expected_date"] == pd.Timestamp("2026-04-11")


def test_supply_nobody_ever_bought_is_due_all_the_same():
    """By the table 60 days from 10 March: due from half of that, 9 April; never sold is not off the range."""
    orders = orders_of(a_printer=["2026-03-10"])
    table = pd.DataFrame({"device": ["printer"], "consumable": ["toner"], "interval_days": [60.0]})
    found = replenishment(ClientData.of(orders, "2026-04", consumables=table)).pairs
    assert found[["product", "status"]].to_numpy().tolist() == [["toner", "due"]]


def test_look_back_by_hand():
    """Gaps of 10 up to 30 March foretell 4 to 19 April for each: a is in time, b late, c never came.

    One of three forecasts was a purchase in time, half of the two that were purchases.
    """
    days = ["2026-02-28", "2026-03-10", "2026-03-20", "2026-03-30"]
    orders = orders_of(a_ink=[*days, "2026-04-09"], b_ink=[*days, "2026-04-25"], c_ink=days)
    found = replenishment(ClientData.of(orders, "2026-04")).back_test
    assert found == {
        "n": 3, "came": pytest.approx(2 / 3), "kept": pytest.approx(1 / 3), "inside": 0.5, "early": 0,
        "late": 0.5, "median_error": 8,
    }  # fmt: skip


def test_simulated_rhythms_come_true_as_often_as_promised():
    """300 customers buy every 20 to 40 days, give or take a fifth: 80 % intervals hold 70 to 90 %."""
    rng = np.random.default_rng(1)
    rows = []
    for who in range(300):
        gaps = rng.uniform(20, 40) * rng.lognormal(0, 0.2, 30)
        days = np.cumsum(np.append(rng.uniform(0, 40), gaps))
        rows += [(f"c{who}", "ink", day) for day in days[days < 365]]
    frame = pd.DataFrame(rows, columns=["customer_id", "product", "day"])
    days = pd.Timestamp("2025-04-01") + pd.to_timedelta(frame.pop("day").round(), unit="D")
    tested = replenishment(ClientData.of(frame.assign(order_date=days, amount=5.0), "2026Q1")).back_test
    assert tested["n"] > 100
    assert tested["came"] > 0.95
    assert 0.7 <= tested["inside"] <= 0.9
    assert tested["kept"] == pytest.approx(tested["came"] * tested["inside"])
    assert tested["inside"] + tested["early"] + tested["late"] == pytest.approx(1)


def test_next_orders_of_a_real_shop_fall_inside(real):
    """UCI Online Retail, third quarter of 2011: of those that came 80 % or more, the promise, fell inside."""
    rows = pd.read_parquet(real("uci_online_retail/online_retail.parquet")).dropna(subset=["CustomerID"])
    orders = pd.DataFrame(
        {
            "customer_id": rows["CustomerID"].astype(int).astype(str),
            "order_date": rows["InvoiceDate"],
            "amount": rows["Quantity"] * rows["UnitPrice"],
            "product": rows["StockCode"],
        }
    )
    made = replenishment(ClientData.of(orders, "2011Q3"))
    assert made.back_test["n"] > 400
    assert 0.75 <= made.back_test["inside"] <= 0.95
    assert made.counts.loc["overdue", "pairs"] > 100


def test_orders_without_a_product_are_told_from_those_without_a_rhythm():
    orders = orders_of(a_ink=["2026-01-01"])
    assert replenishment(ClientData.of(orders, "2026Q1")).has_product
    made = replenishment(ClientData.of(orders.drop(columns="product"), "2026Q1"))
    assert (made.has_product, made.pairs.empty, made.back_test) == (False, True, None)


def test_no_rhythm_is_no_row():
    made = replenishment(ClientData.of(orders_of(a_ink=["2026-01-01"]), "2026Q1"))
    assert made.pairs.empty
    assert made.counts["pairs"].sum() == 0
    assert made.back_test is None

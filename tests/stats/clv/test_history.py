"""From orders to histories."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from segbook.data.client import ClientData
from segbook.stats.clv.history import bought_between, history_frame


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 999))
def test_not_a_bit_depends_on_the_order_of_rows(seed):
    """Sums of 40 amounts a day differ in their last digits with the order; what is fitted must not."""
    rng = np.random.default_rng(seed)
    n = 2000
    orders = pd.DataFrame(
        {
            "customer_id": rng.integers(0, 10, n).astype(str),
            "order_date": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 5, n), "D"),
            "amount": rng.lognormal(3, 1, n).round(2),
        }
    )
    orders["margin"] = orders["amount"] * 0.3
    one, other = (
        ClientData.of(rows, "2026Q1") for rows in (orders, orders.sample(frac=1, random_state=seed))
    )
    first, second = (history_frame(each.orders, each.period.end) for each in (one, other))
    assert first.to_numpy().tobytes() == second.to_numpy().tobytes()
    between = [
        bought_between(each.orders, each.period.start, each.period.end).to_numpy() for each in (one, other)
    ]
    assert between[0].tobytes() == between[1].tobytes()


def test_what_was_brought_back_whole_is_no_purchase():
    """0.1 + 0.2 + 0.3 less 0.6 is 1e-16 in floats, and nothing in money."""
    day, later = pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-09")
    rows = [("a", day, 10.0), *(("a", later, each) for each in (0.1, 0.2, 0.3, -0.6))]
    rows += [("b", day, 0.1), ("b", day, 0.2), ("b", later, -0.3)]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    assert sum(orders["amount"][1:5]) > 0
    data = ClientData.of(orders, "2026Q1")
    assert history_frame(data.orders, data.period.end)["x"].to_dict() == {"a": 0.0}

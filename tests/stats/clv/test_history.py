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

"""All segment models on one large client: how long each takes, and its part of the whole.

Orders are made up; everything a model may need is there (orders, cards, tickets, letters, surveys, experts). The time
of a model is that of ``segment``, shared reductions counted apart, as in a report.

Run: ``uv run python benchmarks/models.py --customers 100000 --orders 2000000``
"""

from __future__ import annotations

import argparse
import time
from importlib.metadata import version

import ibis
import numpy as np
import pandas as pd

import machine
from segbook.data.client import ClientData
from segbook.data.demo import make_orders
from segbook.models import steps
from segbook.params import Params
from segbook.periods import Period
from segbook.results import NotComputed

PERIOD = "2026Q2"


def client(n_customers: int, n_orders: int) -> ClientData:
    """Give a client with every table, its orders in DuckDB as a report has them."""
    orders = make_orders(n_customers, n_orders).astype(
        {"customer_id": str, "product": str, "category": str, "channel": str}
    )
    ids = pd.Index(orders["customer_id"].unique())
    rng = np.random.default_rng(0)
    some = ids[rng.random(len(ids)) < 0.5]
    day = pd.Timestamp("2026-05-05")
    tables = {
        "orders": orders,
        "customers": pd.DataFrame(
            {
                "customer_id": ids,
                "age": rng.integers(18, 80, len(ids)),
                "gender": rng.choice(["f", "m"], len(ids)),
                "city": rng.choice([f"city {i}" for i in range(40)], len(ids)),
                "manager": rng.choice(["first", "second", "third"], len(ids)),
            }
        ),
        "tickets": pd.DataFrame({"customer_id": some, "opened_at": day, "kind": "claim"}),
        "surveys": pd.DataFrame(
            {"customer_id": some, "survey_date": day, "score": rng.integers(1, 11, len(some)).astype(str)}
        ),
        "emails": pd.DataFrame({"customer_id": some, "sent_at": day, "opened_at": day, "clicked_at": pd.NaT}),
        "experts": pd.DataFrame(
            {"customer_id": some, **{name: rng.integers(1, 6, len(some)) for name in ("activity", "capacity", "brand", "potential")}}
        ),
    }  # fmt: skip
    backend = ibis.duckdb.connect()
    for name, table in tables.items():
        backend.con.register("frame", table)
        backend.con.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
    params = Params(client="Large", purpose="speed", sources={name: {} for name in tables})
    return ClientData(params, Period.parse(PERIOD), {name: backend.table(name) for name in tables})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=2_000_000)
    asked = parser.parse_args()
    data = client(asked.customers, asked.orders)
    began = time.perf_counter()
    base = len(data.customers)
    seconds = {"one row per customer": time.perf_counter() - began}
    mark = time.perf_counter()
    for key, made in steps(data):
        if not isinstance(made, NotComputed):
            seconds[key] = time.perf_counter() - mark
        mark = time.perf_counter()
    whole = sum(seconds.values())
    print(machine.facts({"segbook": version("segbook"), "duckdb": version("duckdb")}))
    print(f"\n{base:,} customers, {asked.orders:,} orders: {whole:.1f} s\n")
    rows = [
        (key, f"{each:.2f}", f"{each / whole:.0%}")
        for key, each in sorted(seconds.items(), key=lambda pair: -pair[1])
    ]
    print(machine.table(("step", "seconds", "share"), rows))


if __name__ == "__main__":
    main()

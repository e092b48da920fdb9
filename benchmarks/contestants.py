"""The contestants of `customers.py`: each takes a Parquet file of orders and gives one row per customer.

Only the standard library is imported at the top, because this file also runs in throw-away environments without
segbook. Alone: ``python benchmarks/contestants.py NAME FILE`` prints one line of JSON with what was measured.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

PERIOD = "2026Q3"
BEGIN, END, PREVIOUS = "2026-07-01", "2026-09-30", "2026-04-01"

Facts = dict[str, float]


def ours(path: Path) -> Any:
    """segbook: every column of `ClientData.customers`, with the checks of rows that `load_data` makes."""
    from segbook.data.client import load_data
    from segbook.params import Params

    sources = {"orders": {"path": path.name}}
    params = Params(client="Benchmark", purpose="benchmark", sources=sources, file=path.with_name("b.yaml"))
    return load_data(params, PERIOD).customers


def pandas_full(path: Path) -> Any:
    """pandas: the same columns, median gap included."""
    import pandas as pd

    orders = _read(path)
    orders["day"] = orders["order_date"].dt.normalize()
    bought = orders[orders["amount"] >= 0]
    by_customer, purchases = (
        orders.groupby("customer_id", observed=True),
        bought.groupby("customer_id", observed=True),
    )
    frame = pd.concat([by_customer.agg(**_nets()), purchases.agg(**_gross()), _within(orders)], axis=1)
    frame["returns_sum"] = frame["amount_sum"] - frame["gross_sum"]
    frame["recency_days"] = (pd.Timestamp(END) - frame["last_order_date"]).dt.days
    frame["only_refunds"] = frame["n_orders"].fillna(0) == 0
    return frame.join(_rhythm(bought[["customer_id", "day"]])).sort_index()


def pandas_short(path: Path) -> Any:
    """pandas: only orders, amount, first, last and recency, one ``groupby`` without days, gaps or distinct."""
    import pandas as pd

    orders = _read(path, ["customer_id", "order_date", "amount"])
    frame = orders.groupby("customer_id", observed=True).agg(
        n_orders=("amount", "size"),
        amount_sum=("amount", "sum"),
        first_order_date=("order_date", "min"),
        last_order_date=("order_date", "max"),
    )
    frame["recency_days"] = (pd.Timestamp(END) - frame["last_order_date"]).dt.days
    return frame


def lifetimes(path: Path) -> Any:
    """lifetimes: frequency, recency, age and mean value."""
    import pandas as pd
    from lifetimes.utils import summary_data_from_transaction_data

    return summary_data_from_transaction_data(
        pd.read_parquet(path, columns=["customer_id", "order_date", "amount"]),
        "customer_id", "order_date", "amount",
        observation_period_end=END, freq="D", include_first_transaction=True,
    )  # fmt: skip


def pymc_marketing(path: Path) -> Any:
    """pymc-marketing: frequency, recency, age and mean value."""
    import pandas as pd
    from pymc_marketing.clv.utils import rfm_summary

    return rfm_summary(
        pd.read_parquet(path, columns=["customer_id", "order_date", "amount"]),
        "customer_id", "order_date", "amount",
        observation_period_end=END, time_unit="D", include_first_transaction=True,
    )  # fmt: skip


def _read(path: Path, columns: list[str] | None = None) -> Any:
    """Read with the customer as a category: pandas groups codes two to three times as fast as texts."""
    import pandas as pd

    orders = pd.read_parquet(path, columns=columns)
    orders["customer_id"] = orders["customer_id"].astype("category")
    return orders[orders["order_date"] < pd.Timestamp(END) + pd.Timedelta(days=1)]


def _nets() -> dict[str, tuple[str, str]]:
    return {
        "amount_sum": ("amount", "sum"),
        "margin_sum": ("margin", "sum"),
        "quantity_sum": ("quantity", "sum"),
    }


def _gross() -> dict[str, tuple[str, str]]:
    return {
        "gross_sum": ("amount", "sum"), "n_orders": ("order_id", "nunique"),
        "first_order_date": ("day", "min"), "last_order_date": ("day", "max"),
    }  # fmt: skip


def _within(orders: Any) -> Any:
    """Give what was bought in the period and in the one before it."""
    import pandas as pd

    now = orders["day"] >= pd.Timestamp(BEGIN)
    before = (orders["day"] >= pd.Timestamp(PREVIOUS)) & ~now
    sums = {
        name: orders[rows].groupby("customer_id", observed=True)["amount"].sum()
        for name, rows in (("period_amount", now), ("previous_amount", before))
    }
    return pd.DataFrame(sums)


def _rhythm(bought: Any) -> Any:
    """Give the purchase days of each customer and the gaps between them."""
    import pandas as pd

    days = bought.drop_duplicates().sort_values(["customer_id", "day"])
    now = days["day"] >= pd.Timestamp(BEGIN)
    before = (days["day"] >= pd.Timestamp(PREVIOUS)) & ~now
    by_customer = days.groupby("customer_id", observed=True)["day"]
    gaps = by_customer.diff().dt.days.groupby(days["customer_id"], observed=True)
    series = {
        "n_order_days": by_customer.size(),
        "period_order_days": days[now].groupby("customer_id", observed=True).size(),
        "previous_order_days": days[before].groupby("customer_id", observed=True).size(),
        "first_in_period": days[now].groupby("customer_id", observed=True)["day"].min(),
        "last_before_period": days[~now].groupby("customer_id", observed=True)["day"].max(),
        "n_gaps": gaps.count(), "gap_median": gaps.median(), "gap_max": gaps.max(),
    }  # fmt: skip
    return pd.DataFrame(series)


def totals(frame: Any) -> Facts:
    """Give sums every contestant must agree on, as far as it has the columns."""
    import pandas as pd

    facts = {"customers": float(len(frame))}
    if "monetary_value" in frame:
        facts["amount_sum"] = float((frame["frequency"] * frame["monetary_value"]).sum())
        facts["n_order_days"] = float(frame["frequency"].sum())
    for name in frame.columns.intersection(
        ["amount_sum", "margin_sum", "quantity_sum", "gap_median", "gap_max"]
    ):
        facts[name] = float(frame[name].sum())
    counts = ["n_orders", "n_order_days", "n_gaps", "recency_days", "period_amount", "previous_order_days"]
    for name in frame.columns.intersection(counts):
        facts[name] = float(frame[name].sum())
    for name in frame.columns.intersection(["first_order_date", "first_in_period", "last_before_period"]):
        facts[name] = float((frame[name].dropna().dt.normalize() - pd.Timestamp(0)).dt.days.sum())
    return facts


CONTESTANTS: dict[str, tuple[Callable[[Path], Any], tuple[str, ...], str]] = {
    "ours": (ours, ("segbook.data.client", "segbook.params", "ibis.backends.duckdb"), "segbook"),
    "pandas": (pandas_full, ("pandas", "pyarrow.parquet"), "pandas"),
    "pandas_short": (pandas_short, ("pandas", "pyarrow.parquet"), "pandas"),
    "lifetimes": (lifetimes, ("pandas", "pyarrow.parquet", "lifetimes.utils"), "lifetimes"),
    "pymc_marketing": (
        pymc_marketing,
        ("pandas", "pyarrow.parquet", "pymc_marketing.clv.utils"),
        "pymc-marketing",
    ),
}


def measure(name: str, path: Path) -> dict[str, Any]:
    """Import, then work; give the seconds of each, the peak of memory and the totals."""
    work, modules, package = CONTESTANTS[name]
    began = time.perf_counter()
    for module in modules:
        import_module(module)
    imported, before = time.perf_counter(), time.process_time()
    frame = work(path)
    worked = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cpu = time.process_time() - before
    extra = ("duckdb",) if name == "ours" else ()
    versions = {each: version(each) for each in (package, "pandas", *extra)} | {
        "python": sys.version.split()[0]
    }
    return {
        "import": imported - began, "work": worked - imported, "cpu": cpu, "peak_mb": peak,
        "totals": totals(frame), "columns": len(frame.columns), "versions": versions,
    }  # fmt: skip


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))

"""What several tests need: orders drawn at random, and the real data where they are."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segbook.data.client import ClientData

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.strip().splitlines()
]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = [
        sys.executable,
        "-m",
        "segbook.cli" if arguments[0] == "segbook" else arguments[0],
        *arguments[1:],
    ]
    return subprocess.run(program, check=False, cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="session")
def typed(tmp_path_factory) -> Path:
    """Give the folder in which a newcomer has typed the README's commands one after the other.

    Dear: whole reports. Tests that ask for it belong to the group ``kernels``, so that it is made once.
    """
    from segbook.press.newcomer import write_demo_clients

    folder = tmp_path_factory.mktemp("typed")
    write_demo_clients(folder)
    lines = [line for line in COMMANDS if line.startswith("uv run segbook ")]
    assert len(lines) >= 6
    for line in lines:
        done = run(folder, *shlex.split(line.removeprefix("uv run ")))
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    return folder


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory, monkeypatch):
    """Keep parsed tables of the tests out of the user's cache."""
    monkeypatch.setenv("SEGBOOK_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def real():
    """Give a file of the real data, or skip where they are absent."""

    def find(path: str) -> Path:
        folder = Path(os.environ.get("SEGBOOK_REAL_DATA", ROOT.parent / "shared" / "data"))
        if not (folder / path).is_file():
            pytest.skip(f"real data absent: SEGBOOK_REAL_DATA has no {path}")
        return folder / path

    return find


@pytest.fixture
def make():
    """Give client data with orders drawn from a seed: skewed amounts, returns, ties, one-time buyers."""

    def build(
        seed: int = 1, n: int = 400, customers: int = 60, period: str = "2026Q2", **columns
    ) -> ClientData:
        return ClientData.of(draw_orders(seed, n, customers).assign(**columns), period)

    return build


def draw_orders(seed: int, n: int, customers: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    who = np.minimum(rng.geometric(min(3 / customers, 1), n), customers)
    amount = np.round(rng.lognormal(3, 1, n), 2)
    amount[rng.random(n) < 0.05] *= -1
    amount[rng.random(n) < 0.1] = 10.0
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 545, n), unit="D")
    kinds = np.array(["tea", "coffee", "Tea ", None], dtype=object)[rng.integers(0, 4, n)]
    return pd.DataFrame(
        {"customer_id": [f"c{i:03d}" for i in who], "order_date": days, "amount": amount, "category": kinds}
    )


def draw_cards(seed: int, customers: pd.Series) -> pd.DataFrame:
    """Draw customers' cards with gaps and several spellings; a fifth of the customers have none."""
    rng = np.random.default_rng(seed)
    ids = sorted(customers.unique())[: -max(len(set(customers)) // 5, 1)]
    n = len(ids)
    return pd.DataFrame(
        {
            "customer_id": ids,
            "age": np.where(rng.random(n) < 0.2, np.nan, rng.integers(15, 80, n).astype(float)),
            "city": rng.choice(np.array(["Орёл", "орел", " Омск ", "", None], dtype=object), n),
            "own_flag": rng.choice(np.array([True, False, None], dtype=object), n),
        }
    )


def draw_tables(seed: int, orders: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Draw every other table of a client with these orders; give them with the orders, columns added."""
    rng = np.random.default_rng(seed + 1000)
    ids, n = np.sort(orders["customer_id"].unique()), len(orders)
    start = pd.Timestamp("2025-06-01")

    def days(size: int, last: int = 390) -> pd.Series:
        return pd.Series(start + pd.to_timedelta(rng.integers(0, last, size), unit="D"))

    def some(size: int) -> np.ndarray:
        return rng.choice(ids, size)

    words = {"channel": ["Сайт", "сайт", "Магазин", None], "initiated_by": ["customer", "manager", "?", None]}
    levels = {
        name: rng.choice(np.array(each, dtype=object), n) if n > 1 else each[:1] * n
        for name, each in words.items()
    }
    sent = days(90)
    leads = 30
    return {
        "orders": orders.assign(**levels),
        "experts": pd.DataFrame(
            {"customer_id": ids}
            | {
                name: rng.integers(1, 6, len(ids)).astype(float)
                for name in ("activity", "capacity", "brand", "potential")
            }
        ),
        "surveys": pd.DataFrame(
            {
                "customer_id": some(60),
                "survey_date": days(60),
                "score": rng.integers(1, 11, 60).astype(str),
            }
        ),
        "emails": pd.DataFrame(
            {
                "customer_id": some(90),
                "sent_at": sent,
                "opened_at": (sent + pd.Timedelta(days=2)).where(pd.Series(rng.random(90) < 0.4)),
                "clicked_at": (sent + pd.Timedelta(days=3)).where(pd.Series(rng.random(90) < 0.2)),
            }
        ),
        "tickets": pd.DataFrame({"customer_id": some(40), "opened_at": days(40)}),
        "leads": pd.DataFrame(
            {
                "lead_id": [f"q{i:02d}" for i in range(leads)],
                "lead_date": days(leads),
                "outcome": rng.choice(["Отказ", "won", "open", "думает о своём"], leads),
                "customer_id": np.where(rng.random(leads) < 0.3, some(leads), None),
                "deadline": days(leads, 500),
                "launch_date": days(leads, 500),
                **{
                    name: rng.integers(1, 6, leads).astype(float)
                    for name in ("brand_strength", "order_appeal", "closeness")
                },
            }
        ),
    }

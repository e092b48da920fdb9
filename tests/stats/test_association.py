"""Attributes against value and behaviour: what is planted is found, and nothing else."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.models.repeat_loyalty import RepeatLoyalty
from segbook.results import plain
from segbook.stats.association import association


def client(n: int = 200, seed: int = 1, **cards) -> ClientData:
    rng = np.random.default_rng(seed)
    people = [f"c{i:03d}" for i in range(n)]
    age = rng.integers(18, 80, n)
    orders = pd.DataFrame({"customer_id": people * 3, "order_date": pd.Timestamp("2026-01-05")})
    orders["amount"] = np.tile(age, 3) + rng.normal(0, 5, 3 * n).round(2)
    attributes = {"age": age, "eye": rng.choice(["blue", "brown"], n), "country": "RU"} | cards
    return ClientData.of(orders, "2026Q1", customers=pd.DataFrame({"customer_id": people, **attributes}))


def test_what_is_planted_is_found_and_noise_is_not():
    found = association(client())
    assert found.best("age")[["measure", "method", "is_found"]].tolist() == ["value", "spearman", True]
    assert found.best("age")["effect_size"] > 0.9
    assert not found.pairs.loc[found.pairs["attribute"] == "eye", "is_found"].any()
    assert (found.value, found.n_customers) == ("revenue", 200)


def test_columns_that_are_no_attributes_are_left_out_with_a_reason():
    notes = [f"note {i}" for i in range(200)]
    few = ["x"] * 10 + [None] * 190
    data = client(opinions=notes, climate=few, email=notes, registered_at=pd.Timestamp("2025-01-01"))
    found = association(data)
    assert found.left_out["reason"].to_dict() == {
        "country": "constant",
        "opinions": "unique",
        "climate": "empty",
    }
    assert found.left_out["n"].to_dict() == {"country": 200, "opinions": 200, "climate": 10}
    assert set(found.pairs["attribute"]) == {"age", "eye"}


def test_rare_levels_are_folded_and_counted():
    city = ["Tver"] * 120 + ["Sochi"] * 74 + ["Plyos"] * 4 + ["Kizhi", None]
    levels = association(client(city=city)).levels
    levels = levels[levels["attribute"] == "city"].set_index("level")
    assert levels["customers"].to_dict() == {"Tver": 120, "Sochi": 74, "other": 5}
    assert levels["share_customers"].sum() == pytest.approx(1)
    assert (levels["index"] * levels["share_customers"]).sum() == pytest.approx(1)


def test_false_finds_are_kept_rare():
    """Twenty attributes of noise against five measures: none is claimed in most of three bases."""
    claims = []
    for seed in range(3):
        rng = np.random.default_rng(1000 + seed)
        noise = {f"x{i}": rng.choice(list("abc"), 120) for i in range(20)}
        pairs = association(client(120, seed, **noise)).pairs
        claims.append(pairs.loc[pairs["attribute"].str.startswith("x"), "is_found"].sum())
    assert np.count_nonzero(claims) <= 1


def test_segmentations_are_compared_too():
    data = client()
    found = association(data, [RepeatLoyalty().segment(data)])
    assert "repeat_loyalty" in set(found.pairs["measure"])


def test_order_of_rows_and_ids_do_not_matter():
    data = client()
    cards, orders = data.tables["customers"].to_pandas(), data.tables["orders"].to_pandas()
    names = {name: f"z{i * 7 % 200:03d}" for i, name in enumerate(cards["customer_id"])}
    renamed = [
        each.assign(customer_id=each["customer_id"].map(names)).sample(frac=1) for each in (orders, cards)
    ]
    again = association(ClientData.of(renamed[0], "2026Q1", customers=renamed[1]))
    pd.testing.assert_frame_equal(association(data).pairs, again.pairs, check_exact=False, rtol=1e-9)


@pytest.mark.parametrize("n", [0, 1, 30])
def test_thin_data_claim_nothing(n):
    people = [f"c{i}" for i in range(max(n, 1))]
    orders = pd.DataFrame({"customer_id": people, "amount": 5.0, "order_date": pd.Timestamp("2026-01-05")})
    cards = {
        "customers": pd.DataFrame({"customer_id": people, "eye": ["blue", "brown"] * 15 if n > 1 else "x"})
    }
    found = association(ClientData.of(orders, "2026Q1", **(cards if n else {})))
    assert not found.pairs["is_found"].any()
    assert json.dumps(plain(found.content()), allow_nan=False)

"""The demo shop «Чайный дом»: three years of a tea and coffee retailer, buyer by buyer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from segbook.data.demo.orders import (
    CATEGORIES,
    CHANNELS,
    GOODS_PER_CATEGORY,
    MARGINS,
    PRICES,
    PRODUCTS,
    START,
    Floats,
    Ints,
    draw_days,
    pick,
    season_clock,
)  # fmt: skip
from segbook.data.demo.people import blank, make_people

LAST = np.datetime64("2026-10-09", "D")
N_DAYS = int((LAST - START).astype(int)) + 1
INFLATION = 0.07

KINDS = {
    "black_tea": 0.30,
    "green_tea": 0.20,
    "coffee": 0.30,
    "gifts": 0.13,
    "office": 0.035,
    "sampler": 0.035,
}
"""Kinds of buyers and their shares; offices subscribe, samplers come often for pennies."""

TASTE: Floats = np.array(
    [
        [60, 8, 10, 2, 4, 8, 4, 4, 0],
        [10, 52, 18, 1, 1, 8, 6, 4, 0],
        [4, 2, 1, 52, 25, 8, 5, 3, 0],
        [8, 4, 4, 6, 3, 20, 15, 40, 0],
        [45, 0, 0, 45, 10, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0, 1],
    ],
    dtype=float,
)
"""Kind of buyer x category of the first line, relative chances."""

CROSS: Floats = np.array(
    [
        [20, 10, 15, 1, 1, 35, 14, 4, 0],
        [10, 22, 22, 1, 1, 18, 22, 4, 0],
        [14, 20, 28, 1, 1, 26, 6, 4, 0],
        [3, 1, 1, 38, 12, 25, 17, 3, 0],
        [4, 1, 1, 18, 30, 30, 12, 4, 0],
        [22, 10, 16, 14, 8, 18, 4, 8, 0],
        [22, 24, 8, 18, 8, 8, 10, 2, 0],
        [10, 6, 4, 8, 4, 40, 10, 18, 0],
        [0, 0, 0, 0, 0, 0, 0, 0, 1],
    ],
    dtype=float,
)
"""Category of the first line x category of each further line: tea calls for sweets, coffee for cups."""

GAPS = {
    "name": 0.01, "email": 0.14, "phone": 0.22, "consent": 0.03, "gender": 0.02, "age": 0.16,
    "children": 0.35, "income": 0.42, "education": 0.3, "marital_status": 0.33, "city": 0.04,
    "city_population": 0.05, "interests": 0.4, "lifestyle": 0.5, "motivation": 0.45, "device": 0.1,
    "acquisition_channel": 0.07,
}  # fmt: skip
"""Column of the cards to the share of its cells left empty."""


@dataclass(frozen=True)
class Buyers:
    """What drives each customer's purchases; every array has shape (n_customers,)."""

    kind: Ints
    rate: Floats
    price_level: Floats
    basket: Floats
    begin: Ints
    end: Ints
    is_new: npt.NDArray[np.bool_]
    channel: Ints


def make_shop(seed: int = 2026, n_customers: int = 3000) -> dict[str, pd.DataFrame]:
    """Make the shop's tables as they truly are, before any export spoils them.

    Parameters
    ----------
    seed
        Same seed, same tables.
    n_customers
        Customer cards; a few of them never bought.

    Returns
    -------
    `orders`, one row per order line with canonical columns and `amount` < 0 for returns, and `customers`.

    Examples
    --------
    >>> shop = make_shop(n_customers=50)
    >>> sorted(shop), len(shop["customers"])
    (['customers', 'orders'], 50)
    """
    rng = np.random.default_rng([seed, 1])
    kind = rng.choice(len(KINDS), n_customers, p=list(KINDS.values()))
    people = make_people(kind, rng)
    buyers = _make_buyers(kind, people["income"].to_numpy(dtype=float), rng)
    orders = _make_lines(_make_visits(buyers, rng), buyers, rng)
    orders = _with_returns(orders, rng)
    orders.insert(0, "customer_id", people["customer_id"].to_numpy()[orders.pop("customer").to_numpy()])
    early = np.where(buyers.is_new, 0, rng.integers(1, 700, n_customers))
    people["registered_at"] = START + buyers.begin - early
    return {"orders": orders, "customers": blank(people, rng, GAPS)}


def _make_buyers(kind: Ints, income: Floats, rng: np.random.Generator) -> Buyers:
    size = len(kind)
    clock = season_clock(N_DAYS)
    is_new = rng.random(size) < 0.68
    from_start = np.zeros(size, dtype=np.int64)
    begin = np.where(is_new, draw_days(rng, from_start, from_start + N_DAYS, clock), 0)
    life = rng.exponential(rng.gamma(2.0, 230.0, size)).astype(np.int64)
    life = np.where(is_new & (rng.random(size) < 0.33), 0, life)
    life = np.where(kind >= 4, 300 + 4 * life, life)
    level = 0.5 + 0.22 * np.log(income / np.median(income)) / 0.45 + rng.normal(0, 0.22, size)
    usual = rng.choice(len(CHANNELS), size, p=[0.4, 0.35, 0.15, 0.1])
    return Buyers(
        kind=kind,
        rate=np.where(kind == 5, 1 / 22, rng.gamma(0.75, 1 / 34, size) + 1 / 900),
        price_level=np.clip(level, 0, 1),
        basket=np.exp(rng.normal(0, 0.65, size)) * np.exp(0.5 * level),
        begin=begin,
        end=np.minimum(begin + life, N_DAYS),
        is_new=is_new,
        channel=usual,
    )


def _make_visits(buyers: Buyers, rng: np.random.Generator) -> pd.DataFrame:
    """Draw order days: the first, of the first life, of a second after long silence, subscribed."""
    everybody = np.arange(len(buyers.kind))
    free = buyers.kind != 4
    returns = free & (rng.random(len(free)) < 0.16)
    back = np.minimum(buyers.end + rng.integers(150, 420, len(free)), N_DAYS)
    stay = np.minimum(back + rng.exponential(170, len(free)).astype(np.int64), N_DAYS)
    newcomers = everybody[free & buyers.is_new]
    parts = [
        pd.DataFrame({"customer": newcomers, "day": buyers.begin[newcomers]}),
        _visits_in(everybody[free], buyers.begin[free], buyers.end[free], buyers.rate, rng),
        _visits_in(everybody[returns], back[returns], stay[returns], buyers.rate, rng),
        _subscriptions(everybody[~free], buyers, rng),
    ]
    visits = pd.concat(parts).drop_duplicates()
    return visits[visits["day"] < N_DAYS].sort_values(["day", "customer"], ignore_index=True)


def _visits_in(who: Ints, begin: Ints, end: Ints, rate: Floats, rng: np.random.Generator) -> pd.DataFrame:
    clock = season_clock(N_DAYS)
    number = rng.poisson(rate[who] * (clock[end] - clock[begin]))
    row = np.repeat(np.arange(len(who)), number)
    return pd.DataFrame({"customer": who[row], "day": draw_days(rng, begin[row], end[row], clock)})


def _subscriptions(who: Ints, buyers: Buyers, rng: np.random.Generator) -> pd.DataFrame:
    """One order a month on the office's own day of the month, give or take a day."""
    months = np.arange(np.datetime64("2023-10"), np.datetime64("2026-11")).astype("datetime64[D]")
    own_day = rng.integers(2, 25, len(who))
    day = (
        (months - START).astype(np.int64)[None, :]
        + own_day[:, None]
        + rng.integers(-1, 2, (len(who), len(months)))
    )
    lives = (day >= buyers.begin[who][:, None]) & (day < buyers.end[who][:, None])
    customer = np.broadcast_to(who[:, None], day.shape)
    return pd.DataFrame({"customer": customer[lives], "day": day[lives]})


def _make_lines(visits: pd.DataFrame, buyers: Buyers, rng: np.random.Generator) -> pd.DataFrame:
    n_lines = 1 + rng.poisson(np.where(buyers.kind[visits["customer"]] >= 4, 0.0, 0.8))
    row = np.repeat(np.arange(len(visits)), n_lines)
    who, day = visits["customer"].to_numpy()[row], visits["day"].to_numpy()[row]
    category = _categories(row, buyers.kind[who], day, rng)
    product = _goods(category, who, buyers, rng)
    category = product // GOODS_PER_CATEGORY
    is_office = buyers.kind[who] == 4
    lines = pd.DataFrame({"customer": who, "order_id": row + 1, "order_date": START + day})
    lines["order_id"] = "ЧД-" + lines["order_id"].astype(str).str.zfill(6)
    lines["quantity"] = _quantities(category, who, buyers, rng)
    lines["product"], lines["category"] = np.array(PRODUCTS)[product], np.array(CATEGORIES)[category]
    lines["channel"] = _channels(visits, buyers, rng)[row]
    lines["order_type"] = np.where(is_office, "Подписка", np.where(category == 7, "Подарок", "Обычный"))
    return _with_money(lines, product, rng)


def _goods(category: Ints, who: Ints, buyers: Buyers, rng: np.random.Generator) -> Ints:
    rank = np.round(buyers.price_level[who] * GOODS_PER_CATEGORY - 0.5 + rng.normal(0, 0.9, len(who)))
    chosen = category * GOODS_PER_CATEGORY + np.clip(rank, 0, GOODS_PER_CATEGORY - 1).astype(np.int64)
    # an office takes the same goods each month
    same = np.where(
        who % 2, PRODUCTS.index("Эрл Грей (чёрный чай)"), PRODUCTS.index("Колумбия (кофе в зёрнах)")
    )
    return np.where(buyers.kind[who] == 4, same, chosen)


def _quantities(category: Ints, who: Ints, buyers: Buyers, rng: np.random.Generator) -> Ints:
    """Packs of each line: every third office varies them, gifts and samples are few."""
    kind = buyers.kind[who]
    varied = np.where(who % 3 == 0, rng.normal(1, 0.2, len(who)), 1) * (4 + who % 13)
    packs = np.where(kind == 4, np.maximum(np.round(varied), 1), 1 + rng.poisson(0.7 * buyers.basket[who]))
    is_few = (kind == 5) | np.isin(category, [6, 7])
    return np.where(is_few, np.minimum(packs, 2), packs).astype(np.int64)


def _categories(row: Ints, kind: Ints, day: Ints, rng: np.random.Generator) -> Ints:
    is_first = np.concatenate([[True], row[1:] != row[:-1]])
    lead = pick(rng, TASTE[kind])[is_first][row]
    category = np.where(is_first, lead, pick(rng, CROSS[lead]))
    date = pd.DatetimeIndex(START + day)
    is_festive = (date.month == 12) | ((date.month == 3) & (date.day < 9))
    becomes_gift = is_festive & (kind < 4) & (rng.random(len(row)) < 0.2)
    return np.where(becomes_gift, CATEGORIES.index("Подарочные наборы"), category)


def _channels(visits: pd.DataFrame, buyers: Buyers, rng: np.random.Generator) -> npt.NDArray[np.str_]:
    usual = buyers.channel[visits["customer"]]
    code = np.where(rng.random(len(visits)) < 0.82, usual, rng.integers(0, len(CHANNELS), len(visits)))
    return np.array(CHANNELS)[code]


def _with_money(lines: pd.DataFrame, product: Ints, rng: np.random.Generator) -> pd.DataFrame:
    years = (lines["order_date"] - pd.Timestamp(START)).dt.days / 365
    is_fixed = lines["order_type"] == "Подписка"
    discount = np.where(
        is_fixed, 1.0, rng.choice([1.0, 0.95, 0.9, 0.8], len(lines), p=[0.72, 0.12, 0.1, 0.06])
    )
    price = np.round(PRICES[product] * (1 + INFLATION) ** years)
    share = MARGINS[product // GOODS_PER_CATEGORY] + rng.normal(0, 0.03, len(lines))
    lines["amount"] = np.round(price * lines["quantity"] * discount, 2)
    lines["cost"] = np.round(price * lines["quantity"] * (1 - share), 2)
    return lines


def _with_returns(orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add money given back: negative lines of the same order some days later."""
    back = orders[(rng.random(len(orders)) < 0.032) & (orders["order_type"] != "Подписка")].copy()
    back["order_date"] += pd.to_timedelta(rng.integers(1, 15, len(back)), unit="D")
    back[["quantity", "amount", "cost"]] *= -1
    back = back[back["order_date"] <= pd.Timestamp(LAST)]
    orders = pd.concat([orders, back], ignore_index=True)
    orders["is_return"] = orders["amount"] < 0
    return orders.sort_values("order_date", kind="stable", ignore_index=True)

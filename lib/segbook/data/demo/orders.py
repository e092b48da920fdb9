"""Invented order dates, goods and prices: seasons, growth, customers who come, stay and leave."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

START = np.datetime64("2023-10-01", "D")
AS_OF = np.datetime64("2026-09-30", "D")
"""First day of the demo orders and the day the demo reports look back from."""

MONTHS = (0.85, 0.95, 1.3, 0.95, 0.9, 0.8, 0.75, 0.8, 0.95, 1.05, 1.15, 1.75)
WEEKDAYS = (0.95, 0.9, 0.95, 1.0, 1.2, 1.15, 0.85)
GROWTH_PER_YEAR = 0.12

CATALOGUE: dict[str, tuple[float, dict[str, float]]] = {
    "Чёрный чай": (
        0.46,
        {"Цейлон FBOP": 290, "Ассам Мангалам": 420, "Эрл Грей": 450, "Кимун": 690, "Дарджилинг": 990},
    ),
    "Зелёный чай": (0.50, {"Ганпаудер": 310, "Сенча": 430, "Жасмин": 480, "Лунцзин": 1150, "Матча": 1690}),
    "Травяной чай": (
        0.55,
        {"Иван-чай": 260, "Ромашка и мята": 280, "Каркаде": 300, "Ройбуш": 390, "Алтайский сбор": 470},
    ),
    "Кофе в зёрнах": (
        0.34,
        {"Бразилия": 690, "Колумбия": 820, "Эфиопия": 940, "Кения": 1180, "Гейша Панама": 3900},
    ),
    "Кофе молотый": (
        0.36,
        {"По-восточному": 390, "Для фильтра": 520, "Эспрессо-смесь": 560, "Без кофеина": 640, "Йемен": 1290},
    ),
    "Сладости": (
        0.41,
        {"Пастила": 240, "Мёд липовый": 390, "Варенье": 350, "Шоколад": 460, "Нуга ручной работы": 720},
    ),
    "Посуда": (
        0.52,
        {"Ситечко": 250, "Кружка": 590, "Заварник": 1450, "Френч-пресс": 1990, "Чайный сервиз": 5900},
    ),
    "Подарочные наборы": (
        0.44,
        {"Открытка с чаем": 350, "Малый": 1290, "Кофейный": 2190, "Большой": 3490, "Юбилейный": 7900},
    ),
    "Пробники": (
        0.30,
        {"Пакетик чая": 19, "Пакетик кофе": 25, "Дрип-пакет": 29, "Набор на чашку": 33, "Проба улуна": 39},
    ),
}
"""Category to its margin and its goods with prices, cheapest to dearest, RUB."""

CATEGORIES = tuple(CATALOGUE)
PRODUCTS = tuple(
    f"{name} ({category.lower()})" for category, (_, goods) in CATALOGUE.items() for name in goods
)
PRICES: Floats = np.array([price for _, goods in CATALOGUE.values() for price in goods.values()], dtype=float)
MARGINS: Floats = np.array([margin for margin, _ in CATALOGUE.values()])
CHANNELS = ("Магазин", "Сайт", "Приложение", "Маркетплейс")
GOODS_PER_CATEGORY = len(PRODUCTS) // len(CATEGORIES)


def season_clock(n_days: int, strength: float = 1.0) -> Floats:
    """Give the demand gathered from START up to each day, in average days.

    Parameters
    ----------
    n_days
        Days to cover, from START.
    strength
        How strong the seasons are: 0 none, 1 a tea shop's.

    Returns
    -------
    Demand before each day, and the total last; shape (n_days + 1,).

    Examples
    --------
    >>> clock = season_clock(366)
    >>> round(float(clock[-1]))
    366
    >>> december, july = clock[92] - clock[61], clock[305] - clock[274]
    >>> bool(december > 2 * july)
    True
    """
    days = pd.date_range(START, periods=n_days)
    season = np.array(MONTHS)[days.month - 1] * np.array(WEEKDAYS)[days.day_of_week]
    demand = season**strength * np.exp(GROWTH_PER_YEAR * np.arange(n_days) / 365)
    return np.concatenate([[0.0], np.cumsum(demand) * n_days / demand.sum()])


def draw_days(rng: np.random.Generator, begin: Ints, end: Ints, clock: Floats) -> Ints:
    """Draw one day in each span, more often on days of high demand.

    Parameters
    ----------
    rng
        Source of chance.
    begin, end
        First day and the day after the last, counted from START; shape (n,).
    clock
        From `season_clock`.

    Returns
    -------
    Days from START; shape (n,).

    Examples
    --------
    >>> ones = np.ones(3, dtype=np.int64)
    >>> draw_days(np.random.default_rng(1), 5 * ones, 6 * ones, season_clock(10)).tolist()
    [5, 5, 5]
    """
    low, high = clock[begin], clock[end]
    moment = low + (high - low) * rng.random(len(low))
    return np.searchsorted(clock, moment, side="right") - 1


def pick(rng: np.random.Generator, chances: Floats) -> Ints:
    """Pick one column in each row by the row's chances.

    Examples
    --------
    >>> pick(np.random.default_rng(1), np.array([[0.0, 1.0], [1.0, 0.0]])).tolist()
    [1, 0]
    """
    limits = np.cumsum(chances, axis=1)
    picked: Ints = (rng.random(len(chances))[:, None] * limits[:, -1:] >= limits).sum(axis=1)
    return picked


def make_orders(n_customers: int, n_orders: int, seed: int = 2026) -> pd.DataFrame:
    """Make orders of any number fast, for benchmarks and tests; one row per order.

    Parameters
    ----------
    n_customers, n_orders
        How many; customers are drawn by gamma-distributed appetite, so some may stay without orders.
    seed
        Same seed, same orders.

    Returns
    -------
    Canonical columns `customer_id`, `order_id`, `order_date`, `amount` (RUB, > 0), `margin` (RUB),
    `quantity`, `product`, `category`, `channel`, in order of date; texts are categoricals to spare memory.

    Examples
    --------
    >>> orders = make_orders(100, 1000)
    >>> orders.shape, bool(orders["order_date"].is_monotonic_increasing)
    ((1000, 9), True)
    """
    rng = np.random.default_rng(seed)
    owner, day = _owners_and_days(rng, n_customers, n_orders)
    product = rng.integers(0, len(PRODUCTS), n_orders, dtype=np.int8)
    category = product // GOODS_PER_CATEGORY
    quantity = 1 + rng.poisson(0.6, n_orders).astype(np.int16)
    level = rng.lognormal(0, 0.5, n_customers)
    amount = np.round(rng.lognormal(0, 0.25, n_orders) * PRICES[product] * quantity * level[owner], 2)
    share = MARGINS[category] + 0.04 * rng.standard_normal(n_orders)
    channel = rng.integers(0, len(CHANNELS), n_orders, dtype=np.int8)
    ids = pd.Index([f"C{number:07d}" for number in range(1, n_customers + 1)])
    return pd.DataFrame(
        {
            "customer_id": pd.Categorical.from_codes(owner, ids),
            "order_id": np.arange(1, n_orders + 1),
            "order_date": (START + day).astype("datetime64[s]"),
            "amount": amount,
            "margin": np.round(amount * share, 2),
            "quantity": quantity,
            "product": pd.Categorical.from_codes(product, pd.Index(PRODUCTS)),
            "category": pd.Categorical.from_codes(category, pd.Index(CATEGORIES)),
            "channel": pd.Categorical.from_codes(channel, pd.Index(CHANNELS)),
        }
    )


def _owners_and_days(
    rng: np.random.Generator, n_customers: int, n_orders: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int16]]:
    n_days = int((AS_OF - START).astype(int)) + 1
    clock = season_clock(n_days)
    appetite = rng.gamma(0.6, size=n_customers) + 1e-3
    counts = rng.multinomial(n_orders, appetite / appetite.sum())
    begin = rng.integers(0, n_days - 1, n_customers)
    life = rng.exponential(400, n_customers).astype(np.int64)
    end = np.minimum(begin + 1 + life, n_days)
    owner = np.repeat(np.arange(n_customers, dtype=np.int32), counts)
    day = draw_days(rng, begin[owner], end[owner], clock).astype(np.int16)
    by_day = np.argsort(day, kind="stable")
    return owner[by_day], day[by_day]

"""The demo firm «Упаковка-Сервис»: invented business customers and what they order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segbook.data.demo.orders import AS_OF, START, Floats, Ints, draw_days, pick, season_clock
from segbook.data.demo.people import blank, choose, make_places

N_DAYS = int((AS_OF - START).astype(int)) + 1

MANAGERS = {
    "Анна Белова": 50,
    "Павел Орлов": 70,
    "Мария Ким": 50,
    "Игорь Лесной": 45,
    "Елена Соколова": 45,
    "Тимур Ахметов": 26,
}
"""Managers and their loads: the satisfaction of Orlov's customers falls, Akhmetov's only seems to."""

INDUSTRIES: dict[str, tuple[float, list[float]]] = {
    "Производство продуктов": (24, [5, 4, 1, 6, 1, 1]),
    "Интернет-торговля": (22, [6, 3, 6, 2, 4, 1]),
    "Розничные сети": (14, [3, 4, 3, 3, 7, 3]),
    "Фармацевтика": (10, [4, 2, 1, 8, 0.5, 2]),
    "Кафе и доставка": (16, [3, 1, 1, 2, 8, 2]),
    "Логистика": (8, [5, 8, 7, 2, 0.5, 0.5]),
    "Издательства": (6, [2, 1, 1, 1, 1, 9]),
}
"""Industry to its weight and its appetite for each of the first six categories of GOODS."""

ANSWERS = {
    "acquisition_channel": {"выставка": 25, "поиск": 35, "рекомендация": 30, "звонок": 10},
    "motivation": {"цена": 35, "срок": 30, "качество": 25, "сервис": 10},
    "survey_answer": {"расту": 35, "экономлю": 40, "меняю поставщика": 15, "иное": 10},
    "language": {"русский": 93, "английский": 7},
    "values": {"надёжность": 50, "экономия": 35, "экология": 15},
    "platform": {"1С": 55, "таблицы": 30, "сайт поставщика": 15},
}
"""What the firms told the managers: column to its answers with their weights."""

GOODS: dict[str, tuple[float, dict[str, float]]] = {
    "Гофротара": (0.24, {"Короб 400×300": 46, "Короб 600×400": 78, "Короб с печатью": 112}),
    "Плёнка": (
        0.19,
        {"Стрейч-плёнка ручная": 690, "Термоусадочная плёнка": 2400, "Воздушно-пузырьковая": 1900},
    ),
    "Клейкая лента": (0.28, {"Скотч прозрачный": 74, "Скотч с логотипом": 118, "Лента крафт": 190}),
    "Этикетки": (0.36, {"Этикетка 58×40": 0.9, "Этикетка цветная": 2.1, "Этикетка с защитой": 4.8}),
    "Пакеты": (0.31, {"Пакет крафт": 11, "Пакет с логотипом": 19, "Пакет подарочный": 64}),
    "Печать": (0.42, {"Листовки": 4.5, "Каталог": 190, "Вкладыш": 2.4}),
}
PACKS: dict[str, float] = {
    "Гофротара": 400, "Плёнка": 20, "Клейкая лента": 150, "Этикетки": 15000, "Пакеты": 1200, "Печать": 1500,
}  # fmt: skip
"""Usual quantity of one order line of an average firm."""

DEVICES: dict[str, tuple[float, str, float, int]] = {
    "Термопринтер TP-200": (28_900, "Риббон TP-200", 1_450, 45),
    "Каплеструйный маркиратор MJ-5": (148_000, "Картридж MJ-5", 5_900, 60),
    "Аппликатор этикеток AL-10": (96_000, "Ролик AL-10", 3_200, 90),
    "Обмотчик паллет SW-1": (219_000, "Плёнка машинная SW-1", 3_800, 30),
}
"""Device to its price, its consumable, that one's price and usual interval in days."""

CHANNELS = ("Менеджер", "Сайт", "Электронная почта", "ЭДО")
STEMS = (
    "Кедр", "Янтарь", "Лада", "Север", "Волна", "Радуга", "Заря", "Восход", "Парус", "Горизонт", "Маяк",
    "Берег", "Исток", "Рубин", "Опал", "Сапфир", "Топаз", "Луч", "Компас", "Орион", "Вега", "Сириус",
    "Атлас", "Фрегат", "Каскад", "Родник", "Ясень", "Клён", "Рябина", "Журавль",
)  # fmt: skip
TAILS = ("Фуд", "Маркет", "Логистик", "Пром", "Трейд", "Фарм", "Пресс", "Сервис", "Дом")


def make_firms(n_firms: int, rng: np.random.Generator) -> pd.DataFrame:
    """Make the cards of business customers, without gaps.

    Parameters
    ----------
    n_firms
        How many, at most 270 with different names.
    rng
        Source of chance.

    Returns
    -------
    Canonical customer columns; `employees` in heads, `company_revenue` in millions of RUB a year.

    Examples
    --------
    >>> make_firms(3, np.random.default_rng(1))["customer_id"].tolist()
    ['F001', 'F002', 'F003']
    """
    names = np.array([f"«{stem}-{tail}»" for stem in STEMS for tail in TAILS], dtype=object)
    form = choose(rng, n_firms, {"ООО": 68, "ИП": 16, "АО": 12, "ГУП": 4})
    employees = np.clip(np.round(rng.lognormal(np.where(form == "ИП", 1.8, 4.0), 1.1)), 1, 9000).astype(int)
    cards = pd.DataFrame(
        {
            "customer_id": [f"F{number:03d}" for number in range(1, n_firms + 1)],
            "name": form + " " + pd.Series(rng.permutation(names)[:n_firms]),
            "manager": choose(rng, n_firms, MANAGERS),
            "email": [f"zakupki{number:03d}@example.org" for number in range(1, n_firms + 1)],
            "phone": [f"+7 (000) 200-{n // 100:02d}-{n % 100:02d}" for n in range(1, n_firms + 1)],
            "consent": np.where(rng.random(n_firms) < 0.88, "да", "нет"),
            "industry": choose(rng, n_firms, {name: weight for name, (weight, _) in INDUSTRIES.items()}),
            "organisation_type": form,
            "employees": employees,
            "company_revenue": np.round(employees * rng.lognormal(1.2, 0.5, n_firms), 1),
        }
    )
    place = make_places(n_firms, rng)[["city", "city_population", "region"]]
    answers = {name: choose(rng, n_firms, weights) for name, weights in ANSWERS.items()}
    return pd.concat([cards, place, pd.DataFrame(answers)], axis=1)


def make_firm_orders(firms: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Make three years of orders: ordinary goods, devices, and the devices' consumables in rhythm.

    Parameters
    ----------
    firms
        From `make_firms`.
    rng
        Source of chance.

    Returns
    -------
    One row per order line with canonical columns; `amount` and `margin` in RUB, < 0 for returns.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> orders = make_firm_orders(make_firms(20, rng), rng)
    >>> sorted(set(orders["initiated_by"]))
    ['customer', 'manager']
    """
    begin, end = _lives(len(firms), rng)
    goods = _goods_lines(firms, begin, end, rng)
    lines = pd.concat([goods, _device_lines(begin, end, rng)], ignore_index=True)
    lines = lines[lines["day"] < N_DAYS].sort_values(["day", "firm"], ignore_index=True)
    order = (lines["firm"].diff().ne(0) | lines["day"].diff().ne(0)).cumsum()
    lines.insert(0, "order_id", "УС-" + order.astype(str).str.zfill(5))
    lines.insert(0, "customer_id", firms["customer_id"].to_numpy()[lines["firm"]])
    lines.insert(2, "order_date", START + lines["day"].to_numpy())
    lines["manager"] = firms["manager"].to_numpy()[lines["firm"]]
    own_will = rng.beta(1.6, 1.2, len(firms))[lines["firm"]]
    usual = rng.choice(len(CHANNELS), len(firms), p=[0.4, 0.3, 0.2, 0.1])[lines["firm"]]
    n_orders = int(order.max())
    per_order = rng.random((n_orders + 1, 2))[order]
    lines["initiated_by"] = np.where(per_order[:, 0] < own_will, "customer", "manager")
    lines["channel"] = np.array(CHANNELS)[np.where(per_order[:, 1] < 0.8, usual, order % len(CHANNELS))]
    return _with_claims(lines.drop(columns=["firm", "day"]), rng)


def _lives(n_firms: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """First and last day of each firm's trade; the last eight firms never ordered."""
    begin = np.where(rng.random(n_firms) < 0.5, 0, rng.integers(0, N_DAYS - 5, n_firms))
    end = np.minimum(begin + 30 + rng.exponential(900, n_firms).astype(np.int64), N_DAYS)
    silent = np.arange(n_firms) >= n_firms - 8
    return np.where(silent, N_DAYS, begin), np.where(silent, N_DAYS, end)


def _goods_lines(firms: pd.DataFrame, begin: Ints, end: Ints, rng: np.random.Generator) -> pd.DataFrame:
    clock = season_clock(N_DAYS, strength=0.35)
    size = (firms["employees"].to_numpy() / 50.0) ** 0.45
    rate = rng.gamma(1.1, 1 / 45, len(firms)) * np.clip(size, 0.5, 1.6) + 1 / 400
    number = rng.poisson(rate * (clock[end] - clock[begin]))
    firm = np.repeat(np.arange(len(firms)), number)
    day = draw_days(rng, begin[firm], end[firm], clock)
    row = np.repeat(np.arange(len(firm)), 1 + rng.poisson(0.6, len(firm)))
    firm, day = firm[row], day[row]
    appetite: Floats = np.array([INDUSTRIES[name][1] for name in firms["industry"]])
    category = pick(rng, appetite[firm])
    item = pick(rng, np.tile([5.0, 3.0, 2.0], (len(firm), 1)))
    price = np.array([list(goods.values()) for _, goods in GOODS.values()])[category, item]
    usual = np.array(list(PACKS.values()))[category] / np.array([1, 1.6, 3])[item]
    quantity = np.maximum(np.round(usual * size[firm] * rng.lognormal(0, 0.4, len(firm))), 1)
    share = np.array([margin for margin, _ in GOODS.values()])[category] + rng.normal(0, 0.06, len(firm))
    names = np.array([list(goods) for _, goods in GOODS.values()])[category, item]
    lines = {"firm": firm, "day": day, "product": names, "category": np.array(list(GOODS))[category]}
    return _priced(pd.DataFrame(lines), quantity, price, share, rng)


def _device_lines(begin: Ints, end: Ints, rng: np.random.Generator) -> pd.DataFrame:
    """Every third firm buys one or two devices, then feeds them in its own rhythm until it leaves."""
    rows: list[tuple[int, int, str, str, float, float]] = []
    for firm in np.flatnonzero((rng.random(len(begin)) < 0.4) & (end - begin > 60)):
        for device in rng.choice(list(DEVICES), rng.integers(1, 3), replace=False):
            price, consumable, feed_price, interval = DEVICES[device]
            day = int(begin[firm]) + int(rng.integers(0, 30))
            rows.append((int(firm), day, device, "Оборудование", 1, price))
            own_interval = interval * rng.lognormal(0, 0.15)
            while (day := day + round(own_interval * max(rng.normal(1, 0.12), 0.4))) < end[firm]:
                rows.append(
                    (int(firm), day, consumable, "Расходные материалы", float(rng.integers(2, 5)), feed_price)
                )
    lines = pd.DataFrame(rows, columns=["firm", "day", "product", "category", "quantity", "price"])
    share = np.where(lines["category"] == "Оборудование", 0.14, 0.38) + rng.normal(0, 0.02, len(lines))
    quantity = lines.pop("quantity").to_numpy(dtype=float)
    prices = lines.pop("price").to_numpy(dtype=float)
    return _priced(lines, quantity, prices, share, rng)


def _priced(
    lines: pd.DataFrame, quantity: Floats, price: Floats, share: Floats, rng: np.random.Generator
) -> pd.DataFrame:
    inflation = 1.06 ** (lines["day"].to_numpy() / 365)
    amount = np.round(
        quantity * price * inflation * rng.choice([1.0, 0.97, 0.93], len(lines), p=[0.6, 0.25, 0.15]), 2
    )
    return lines.assign(quantity=quantity.astype(int), amount=amount, margin=np.round(amount * share, 2))


def _with_claims(orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    back = orders[rng.random(len(orders)) < 0.012].copy()
    back["order_date"] += pd.to_timedelta(rng.integers(3, 20, len(back)), unit="D")
    back[["quantity", "amount", "margin"]] *= -1
    back = back[back["order_date"] <= pd.Timestamp(AS_OF)]
    return pd.concat([orders, back]).sort_values("order_date", kind="stable", ignore_index=True)


def with_gaps(firms: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give the cards as the firm's CRM has them, some cells empty.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> bool(with_gaps(make_firms(200, rng), rng)["company_revenue"].isna().any())
    True
    """
    gaps = {
        "email": 0.06,
        "phone": 0.1,
        "consent": 0.04,
        "employees": 0.12,
        "company_revenue": 0.3,
        "industry": 0.03,
    }
    return blank(firms, rng, gaps | {"survey_answer": 0.55, "motivation": 0.4, "city_population": 0.02})

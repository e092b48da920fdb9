"""Invented people of Russian cities: nobody in these lists is real, no address or telephone exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from segbook.data.demo.orders import Floats, Ints

MEN = (
    "Алексей", "Андрей", "Антон", "Борис", "Василий", "Виктор", "Глеб", "Денис", "Дмитрий", "Евгений",
    "Егор", "Иван", "Илья", "Кирилл", "Максим", "Михаил", "Никита", "Олег", "Павел", "Пётр", "Роман",
    "Сергей", "Тимур", "Фёдор",
)  # fmt: skip
WOMEN = (
    "Алина", "Алла", "Анна", "Валерия", "Вера", "Виктория", "Галина", "Дарья", "Евгения", "Екатерина",
    "Елена", "Ирина", "Ксения", "Лариса", "Любовь", "Марина", "Мария", "Надежда", "Наталья", "Ольга",
    "Полина", "Светлана", "Татьяна", "Юлия",
)  # fmt: skip
SURNAMES = (
    "Абрикосов", "Березин", "Ветров", "Вишняков", "Грачёв", "Дубровин", "Ельников", "Жаворонков", "Зимин",
    "Ивушкин", "Калинин", "Кедров", "Лесников", "Лугов", "Малинин", "Морошкин", "Облаков", "Орехов",
    "Полянин", "Радугин", "Ручьёв", "Рябинин", "Садовников", "Снегирёв", "Соловьёв", "Тополев", "Туманов",
    "Утёсов", "Хмелёв", "Цветков", "Черёмухин", "Шиповников", "Щеглов", "Яблоков", "Ясенев",
)  # fmt: skip

CITIES: dict[str, tuple[str, int, float]] = {
    "Москва": ("Москва", 13_100_000, 26),
    "Санкт-Петербург": ("Санкт-Петербург", 5_600_000, 14),
    "Новосибирск": ("Новосибирская область", 1_635_000, 5),
    "Екатеринбург": ("Свердловская область", 1_540_000, 6),
    "Казань": ("Татарстан", 1_315_000, 5),
    "Нижний Новгород": ("Нижегородская область", 1_210_000, 4),
    "Самара": ("Самарская область", 1_160_000, 4),
    "Ростов-на-Дону": ("Ростовская область", 1_140_000, 3),
    "Воронеж": ("Воронежская область", 1_050_000, 3),
    "Пермь": ("Пермский край", 1_030_000, 3),
    "Калининград": ("Калининградская область", 490_000, 2),
    "Тверь": ("Тверская область", 415_000, 2),
    "Сочи": ("Краснодарский край", 445_000, 2),
    "Вологда": ("Вологодская область", 310_000, 2),
    "Псков": ("Псковская область", 187_000, 2),
    "Великий Новгород": ("Новгородская область", 222_000, 2),
    "Коломна": ("Московская область", 134_000, 2),
    "Гатчина": ("Ленинградская область", 94_000, 2),
    "Выборг": ("Ленинградская область", 72_000, 2),
    "Кунгур": ("Пермский край", 64_000, 1),
    "Углич": ("Ярославская область", 30_000, 1.5),
    "Валдай": ("Новгородская область", 14_000, 1),
    "Суздаль": ("Владимирская область", 9_300, 1.5),
    "Таруса": ("Калужская область", 9_000, 1),
    "Мышкин": ("Ярославская область", 5_400, 1),
    "Плёс": ("Ивановская область", 1_800, 1),
    "посёлок Кижи": ("Карелия", 300, 0.5),
}
"""City to its region, rounded population and weight in the customer base."""

INTERESTS = (
    "чайная церемония",
    "здоровый образ жизни",
    "обжарка и заваривание",
    "подарки и праздники",
    "работа",
    "новинки",
)
"""What the buyers of each kind care for, in the order of `demo_shop.KINDS`."""


def choose(
    rng: np.random.Generator, size: int, weights: Mapping[str, float] | Sequence[str]
) -> pd.Series[str]:
    """Draw names by weight, or evenly from a plain sequence.

    Examples
    --------
    >>> choose(np.random.default_rng(1), 2, {"tea": 1.0, "coffee": 0.0}).tolist()
    ['tea', 'tea']
    """
    names = list(weights)
    values = np.array(
        list(weights.values()) if isinstance(weights, Mapping) else np.ones(len(names)), dtype=float
    )
    return pd.Series(np.array(names, dtype=object)[rng.choice(len(names), size, p=values / values.sum())])


def blank(table: pd.DataFrame, rng: np.random.Generator, shares: Mapping[str, float]) -> pd.DataFrame:
    """Give the table with some cells of the named columns emptied, as clients' card files are.

    Examples
    --------
    >>> blank(pd.DataFrame({"age": [30, 40]}), np.random.default_rng(1), {"age": 1.0})["age"].isna().all()
    np.True_
    """
    holes = {column: table[column].mask(rng.random(len(table)) < share) for column, share in shares.items()}
    return table.assign(**holes)


def make_people(kind: Ints, rng: np.random.Generator) -> pd.DataFrame:
    """Make the customer cards of a shop, without gaps.

    Parameters
    ----------
    kind
        Number of each customer's kind of buyer in `demo_shop.KINDS`; shape (n_customers,).
    rng
        Source of chance.

    Returns
    -------
    Canonical customer columns, one row per customer: who they are, where they live, how they came.

    Examples
    --------
    >>> people = make_people(np.zeros(2, dtype=np.int64), np.random.default_rng(1))
    >>> people["customer_id"].tolist()
    ['К-00001', 'К-00002']
    """
    ids = [f"К-{number:05d}" for number in range(1, len(kind) + 1)]
    person = _who(len(kind), rng)
    place = make_places(len(kind), rng)
    habits = _habits(person["age"].to_numpy(), kind, rng)
    return pd.concat([pd.DataFrame({"customer_id": ids}), person, place, habits], axis=1)


def _who(size: int, rng: np.random.Generator) -> pd.DataFrame:
    is_woman = rng.random(size) < 0.64
    first = choose(rng, size, MEN).mask(is_woman, choose(rng, size, WOMEN))
    surname = choose(rng, size, SURNAMES)
    age = np.clip(rng.normal(41, 13, size), 18, 84).astype(int)
    married = rng.random(size) < np.clip((age - 20) / 30, 0.05, 0.68)
    children = np.where(age > 22, rng.poisson(np.where(married, 1.2, 0.25)), 0)
    education = choose(rng, size, {"высшее": 58, "среднее специальное": 27, "среднее": 15})
    income = rng.lognormal(11.1, 0.45, size) * np.where(education == "высшее", 1.25, 0.9)
    number = rng.integers(0, 10**7, size)
    return pd.DataFrame(
        {
            "name": surname + pd.Series(np.where(is_woman, "а ", " "), dtype=str) + first,
            "email": [f"client{each:05d}@example.com" for each in range(1, size + 1)],
            "phone": [f"+7 (000) {n // 10**4:03d}-{n // 100 % 100:02d}-{n % 100:02d}" for n in number],
            "consent": np.where(rng.random(size) < 0.72, "да", "нет"),
            "gender": np.where(is_woman, "ж", "м"),
            "age": age,
            "marital_status": np.where(married, "в браке", "не в браке"),
            "children": np.minimum(children, 5),
            "income": np.round(income, -3).astype(int),
            "education": education,
        }
    )


def make_places(size: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw where customers live.

    Examples
    --------
    >>> make_places(2, np.random.default_rng(1)).columns.tolist()
    ['city', 'city_population', 'region', 'density', 'country']
    """
    city = choose(rng, size, {name: weight for name, (_, _, weight) in CITIES.items()})
    population = city.map({name: people for name, (_, people, _) in CITIES.items()})
    return pd.DataFrame(
        {
            "city": city,
            "city_population": population,
            "region": city.map({name: region for name, (region, _, _) in CITIES.items()}),
            "density": np.where(population < 15_000, "село и малый город", "город"),
            "country": np.where(rng.random(size) < 0.985, "Россия", "Беларусь"),
        }
    )


def _habits(age: Ints, kind: Ints, rng: np.random.Generator) -> pd.DataFrame:
    size = len(age)
    came = {
        "поиск": 30,
        "рекомендация": 22,
        "магазин у дома": 18,
        "соцсети": 16,
        "маркетплейс": 9,
        "выставка": 5,
    }
    own: Floats = rng.random(size)
    is_mobile = rng.random(size) < np.clip(1.15 - age / 80, 0.2, 0.95)
    return pd.DataFrame(
        {
            "acquisition_channel": choose(rng, size, came),
            "device": np.where(is_mobile, np.where(own < 0.6, "Android", "iPhone"), "компьютер"),
            "interests": np.array(INTERESTS, dtype=object)[
                np.where(own < 0.75, kind, rng.integers(0, 6, size))
            ],
            "lifestyle": choose(rng, size, {"домашний": 45, "деловой": 30, "активный": 25}),
            "motivation": choose(rng, size, {"вкус": 45, "подарок": 20, "здоровье": 20, "цена": 15}),
        }
    )

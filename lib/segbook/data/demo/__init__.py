"""Demo client files: a shop's messy Russian export and a B2B firm's tidy tables, invented from a seed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from segbook.data.demo.orders import make_orders
from segbook.data.demo.service import make_b2b
from segbook.data.demo.shop import make_shop

__all__ = ["make_b2b", "make_orders", "make_shop", "spoil", "write_demo"]

SHOP_ORDERS = {
    "order_date": "Дата", "order_id": "Номер заказа", "customer_id": "Код клиента", "product": "Товар",
    "category": "Категория", "quantity": "Количество", "amount": "Сумма", "cost": "Себестоимость",
    "channel": "Канал", "order_type": "Вид заказа", "is_return": "Возврат",
}  # fmt: skip
SHOP_CUSTOMERS = {
    "customer_id": "Код клиента", "name": "Имя", "email": "Почта", "phone": "Телефон",
    "consent": "Согласие на рассылку", "gender": "Пол", "age": "Возраст",
    "marital_status": "Семейное положение", "children": "Детей", "income": "Доход",
    "education": "Образование", "city": "Город", "city_population": "Население города",
    "region": "Регион", "density": "Местность", "country": "Страна",
    "acquisition_channel": "Откуда узнал", "device": "Устройство", "interests": "Интересы",
    "lifestyle": "Образ жизни", "motivation": "Что важно", "registered_at": "Дата регистрации",
}  # fmt: skip
B2B_ORDERS = {
    "order_date": "Дата", "order_id": "Номер заказа", "customer_id": "Код клиента", "product": "Товар",
    "category": "Категория", "quantity": "Количество", "amount": "Сумма без НДС", "margin": "Маржа",
    "manager": "Менеджер", "initiated_by": "Инициатор", "channel": "Канал",
}  # fmt: skip
B2B_CUSTOMERS = {
    "customer_id": "Код клиента", "name": "Название", "manager": "Менеджер", "email": "Почта",
    "phone": "Телефон", "consent": "Согласие на рассылку", "industry": "Отрасль",
    "organisation_type": "Форма", "employees": "Сотрудников", "company_revenue": "Выручка, млн",
    "city": "Город", "city_population": "Население города", "region": "Регион",
    "acquisition_channel": "Источник", "motivation": "Что важно", "survey_answer": "Главный вопрос",
    "language": "Язык переписки", "values": "Что ценят", "platform": "Где ведут учёт",
}  # fmt: skip
B2B_SURVEYS = {
    "customer_id": "Код клиента", "survey_date": "Дата опроса", "score": "Оценка", "manager": "Менеджер",
    "topic": "Тема", "answer": "Комментарий",
}  # fmt: skip
"""Canonical column to the header in the client's file; the parameter files map them back."""

GAP = pd.Timestamp("2025-02-10"), pd.Timestamp("2025-02-18")
UNREADABLE = {
    "amount": ("н/д", "#ЗНАЧ!", "по запросу", "??", "1О50,ОО"),
    "order_date": ("31.02.2025", "00.00.0000", "вчера"),
}
OUTLIERS = (1_480_000.0, 960_000.0, 415_000.0)

LOGOS = {
    "shop": '<path d="M14 26h30v14a12 12 0 0 1-12 12h-6a12 12 0 0 1-12-12z" fill="#8C3B1F"/>'
    '<path d="M44 29h4a6 6 0 0 1 0 13h-4" fill="none" stroke="#8C3B1F" stroke-width="4"/>'
    '<path d="M23 20q-4-5 0-10M33 20q-4-5 0-10" fill="none" stroke="#2F7D4F" stroke-width="3"/>',
    "b2b": '<path d="M8 20 32 8l24 12v26L32 58 8 46z" fill="#C58B3B"/>'
    '<path d="M8 20 32 32 56 20M32 32v26" fill="none" stroke="#FFFFFF" stroke-width="3"/>',
}


def write_demo(folder: Path, seed: int = 2026) -> list[Path]:
    """Write the files of both demo clients.

    Parameters
    ----------
    folder
        Where `shop/` and `b2b/` go; created if need be, files of an earlier run are overwritten.
    seed
        Same seed, same bytes of every CSV.

    Returns
    -------
    The files written, in order.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = write_demo(Path(folder))
    >>> [path.name for path in files[:3]]
    ['orders.csv', 'customers.csv', 'logo.svg']
    """
    for client in LOGOS:
        (folder / client).mkdir(parents=True, exist_ok=True)
    return _write_shop(folder / "shop", seed) + _write_b2b(folder / "b2b", seed)


def _write_shop(folder: Path, seed: int) -> list[Path]:
    shop = make_shop(seed)
    orders = _renamed(spoil(shop["orders"], seed), SHOP_ORDERS)
    orders.to_csv(folder / "orders.csv", sep=";", encoding="cp1251", index=False, lineterminator="\r\n")
    people = _renamed(_whole_numbers(shop["customers"]), SHOP_CUSTOMERS)
    people.to_csv(folder / "customers.csv", encoding="utf-8", index=False, lineterminator="\n")
    return [folder / "orders.csv", folder / "customers.csv", _write_logo(folder)]


def _write_b2b(folder: Path, seed: int) -> list[Path]:
    tables = make_b2b(seed)
    workbooks = {"orders": ("Заказы", B2B_ORDERS), "customers": ("Клиенты", B2B_CUSTOMERS)}
    for name, (sheet, headers) in workbooks.items():
        _write_workbook(_renamed(tables.pop(name), headers), folder / f"{name}.xlsx", sheet)
    surveys = _renamed(tables.pop("surveys"), B2B_SURVEYS)
    surveys.to_csv(folder / "surveys.csv", sep=";", encoding="utf-8-sig", index=False, lineterminator="\r\n")
    tables.pop("experiments").to_parquet(folder / "experiments.parquet", index=False)
    for name, table in tables.items():
        _whole_numbers(table).to_csv(
            folder / f"{name}.csv", encoding="utf-8", index=False, lineterminator="\n"
        )
    files = [f"{name}.xlsx" for name in workbooks] + ["surveys.csv", "experiments.parquet"]
    return [folder / name for name in [*files, *(f"{name}.csv" for name in tables)]] + [_write_logo(folder)]


def _write_workbook(table: pd.DataFrame, path: Path, sheet: str) -> None:
    with pd.ExcelWriter(path, engine="xlsxwriter", datetime_format="dd.mm.yyyy") as writer:
        table.to_excel(writer, sheet_name=sheet, index=False, freeze_panes=(1, 0))
        writer.sheets[sheet].autofilter(0, 0, len(table), len(table.columns) - 1)
        writer.sheets[sheet].set_column(0, len(table.columns) - 1, 18)


def _write_logo(folder: Path) -> Path:
    path = folder / "logo.svg"
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
    path.write_text(f"{head}{LOGOS[folder.name]}</svg>\n", encoding="utf-8", newline="\n")
    return path


def _renamed(table: pd.DataFrame, headers: Mapping[str, str]) -> pd.DataFrame:
    return table[list(headers)].rename(columns=headers)


def _whole_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Write 34 and not 34.0 where a column with gaps holds whole numbers."""
    numbers = table.select_dtypes("float")
    whole = [name for name in numbers if numbers[name].dropna().mod(1).eq(0).all()]
    return table.astype(dict.fromkeys(whole, "Int64"))


def spoil(orders: pd.DataFrame, seed: int = 2026) -> pd.DataFrame:
    """Give the orders as a client's accounting program exports them, with all its faults.

    Left out are some days of February 2025. Added are giant amounts, zero amounts, rows without a customer,
    unreadable cells, exact duplicates. Numbers become text with a decimal comma, dates ``dd.mm.yyyy``.

    Parameters
    ----------
    orders
        Of `make_shop`.
    seed
        Same seed, same faults.

    Returns
    -------
    The same columns, all of them text but `quantity`.

    Examples
    --------
    >>> spoilt = spoil(make_shop(n_customers=300)["orders"])
    >>> spoilt["order_date"].iloc[0], int((spoilt["amount"] == "0,00").sum())
    ('01.10.2023', 40)
    """
    rng = np.random.default_rng([seed, 4])
    orders = orders[~orders["order_date"].between(*GAP)].reset_index(drop=True)
    orders = _with_odd_amounts(orders, rng)
    texts = orders.assign(
        order_date=orders["order_date"].dt.strftime("%d.%m.%Y"),
        amount=_with_comma(orders["amount"]),
        cost=_with_comma(orders["cost"]),
        is_return=orders["is_return"].map({True: "да", False: "нет"}),
        customer_id=orders["customer_id"].mask(rng.random(len(orders)) < 0.01, ""),
    )
    for column, values in UNREADABLE.items():
        texts.loc[rng.choice(len(texts), len(values), replace=False), column] = list(values)
    twice = np.sort(np.concatenate([np.arange(len(texts)), rng.choice(len(texts), 35, replace=False)]))
    return texts.iloc[twice].reset_index(drop=True)


def _with_odd_amounts(orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    plain = np.flatnonzero((orders["order_type"] == "Обычный") & ~orders["is_return"])
    rows = rng.choice(plain, 40 + len(OUTLIERS), replace=False)
    zero, giant = rows[len(OUTLIERS) :], rows[: len(OUTLIERS)]
    orders.loc[zero, "amount"] = 0.0
    orders.loc[giant, "cost"] = np.round(np.array(OUTLIERS) * 0.7, 2)
    orders.loc[giant, "amount"] = np.array(OUTLIERS)
    return orders


def _with_comma(numbers: pd.Series[float]) -> pd.Series[str]:
    return numbers.map("{:.2f}".format).str.replace(".", ",", regex=False)

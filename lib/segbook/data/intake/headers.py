"""A client's headers and the canonical columns: which is which, and what to propose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from segbook.data.intake.detect import plain
from segbook.errors import Problem, nearest
from segbook.params import Source
from segbook.schema import TABLES

SYNONYMS: dict[str, str] = {
    "customer_id": "customer id|customerid|client id|id клиента|код клиента|клиент|заказчик|покупатель|"
    "контрагент|номер карты|карта|card|customer|client|account|company|user id|userid|cust id|id",
    "order_date": "order date|date|дата заказа|дата|дата продажи|дата покупки|дата чека|дата документа|"
    "datetime|invoicedate|invoice date|purchase date|период|close date",
    "amount": "amount|сумма|итого|выручка|сумма заказа|сумма продажи|стоимость|sales|revenue|total|sum|summ|"
    "dollar value|сумма без ндс|продажи|оборот|close value",
    "quantity": "quantity|qty|количество|кол-во|кол во|шт|number of cds|units",
    "unit_price": "unit price|unitprice|price|цена|цена за упаковку|цена за единицу|цена за шт",
    "margin": "margin|маржа|прибыль|profit|валовая прибыль|gross profit|наценка",
    "cost": "cost|себестоимость|закупка|cogs|расход|затраты",
    "order_id": "order id|orderid|номер заказа|заказ|номер|документ|чек|номер чека|doc id|invoiceno|"
    "invoice no|invoice",
    "product": "product|product name|товар|номенклатура|наименование|продукт|артикул|sku|stockcode|"
    "description",
    "category": "category|категория|категория товара|группа|товарная группа|вид товара",
    "order_type": "order type|тип заказа|вид заказа|тип",
    "channel": "channel|канал|канал продаж|источник|shop|магазин|точка продаж",
    "initiated_by": "initiated by|инициатор",
    "manager": "manager|менеджер|ответственный|agent|sales agent|сотрудник|оператор",
    "currency": "currency|валюта",
    "is_return": "is return|возврат|return",
    "name": "name|имя|фио|наименование|название|customer name|клиент",
    "email": "email|e-mail|почта|эл почта",
    "phone": "phone|телефон|тел",
    "consent": "consent|согласие|согласие на рассылку",
    "address": "address|адрес",
    "region": "region|регион|область|край",
    "city": "city|город|населенный пункт",
    "country": "country|страна",
    "gender": "gender|sex|пол",
    "age": "age|возраст",
    "income": "income|доход",
    "children": "children|дети|число детей",
    "marital_status": "marital status|семейное положение",
    "education": "education|образование",
    "language": "language|язык",
    "industry": "industry|sector|отрасль|сфера деятельности",
    "employees": "employees|сотрудников|численность",
    "company_revenue": "company revenue|revenue|оборот компании",
    "registered_at": "registered at|дата регистрации|created at|dt customer|registration date",
    "birth_date": "birth date|date of birth|birthday|дата рождения|день рождения",
    "birth_year": "birth year|year of birth|year birth|год рождения",
    "amount_sum": "amount sum|total spent|total amount|сумма покупок|сумма заказов|всего куплено",
    "n_orders": "n orders|number of orders|orders|число заказов|количество заказов|заказов|покупок",
    "recency_days": "recency|days since last order|дней с последнего заказа|давность",
    "first_order_date": "first order|first purchase|первый заказ|дата первого заказа|первая покупка",
    "last_order_date": "last order|last purchase|последний заказ|дата последнего заказа|последняя покупка",
    "survey_date": "survey date|date|дата опроса|дата оценки|дата|дата ответа",
    "score": "score|оценка|балл|nps|csat|rating|satisfaction rating|удовлетворенность",
    "answer": "answer|comment|ответ|комментарий|отзыв",
    "topic": "topic|тема|вопрос",
    "lead_id": "lead id|id лида|лид|номер заявки|заявка|opportunity id|id",
    "lead_date": "lead date|дата заявки|дата обращения|дата|engage date|created",
    "outcome": "outcome|результат|итог|статус|status|deal stage",
    "deadline": "deadline|срок",
    "sent_at": "sent at|дата отправки|отправлено|sent",
    "opened_at": "opened at|дата открытия|открыто|opened|дата обращения",
    "clicked_at": "clicked at|дата клика|клик|clicked",
    "campaign": "campaign|кампания|рассылка|акция",
    "responded": "responded|response|отклик",
    "revenue": "revenue|выручка|доход",
    "kind": "kind|type|тип|вид|тип обращения",
    "unit_id": "unit id|user id|userid|customer id|id клиента|клиент|id",
    "variant": "variant|group|version|группа|вариант",
    "experiment": "experiment|test|эксперимент|тест",
    "segment": "segment|сегмент",
    "assigned_at": "assigned at|дата назначения",
}
"""Canonical column to the headers people give it, the surest first."""


def _words(header: object) -> str:
    spaced = re.sub(r"[_\-.,:;№#/()\"']+", " ", plain(header)).replace("ё", "е")
    return " ".join(spaced.split())


def guess_columns(headers: Sequence[str], table: str) -> dict[str, str]:
    """Propose which header stands for which canonical column.

    Parameters
    ----------
    headers
        The client's headers.
    table
        Canonical table.

    Returns
    -------
    dict of str to str
        Canonical column to header; each header once, needed columns first.

    Examples
    --------
    >>> guess_columns(["Дата", "Заказчик", "Итого", "Примечание"], "orders")
    {'customer_id': 'Заказчик', 'amount': 'Итого', 'order_date': 'Дата'}
    """
    free = {_words(header): header for header in reversed(headers) if header}
    columns = sorted(TABLES[table].values(), key=lambda column: not column.needed)
    guess = {}
    for column in columns:
        synonyms = [column.name.replace("_", " "), *map(_words, SYNONYMS.get(column.name, "").split("|"))]
        found = next((each for each in synonyms if each in free), None)
        if found is not None:
            guess[column.name] = free.pop(found)
    return guess


def wanted_headers(table: str, source: Source) -> set[str]:
    """Give the headers to look for, in the form of `segbook.data.intake.detect.plain`."""
    wishes = [each for *_, each in _wishes(source)]
    return {plain(each) for each in wishes if isinstance(each, str)} | set(TABLES[table])


def _wishes(source: Source) -> Iterator[tuple[str, str, str | int]]:
    """List the YAML's key, what becomes of it (a part of a sum has a name of its own) and the header."""
    for key, wish in source.columns.items():
        if isinstance(wish, tuple):
            yield from ((key, part_of(key, each), each) for each in wish)
        else:
            yield key, key, wish


def sums_of(source: Source) -> dict[str, tuple[str, ...]]:
    """Give the columns that are sums, each with the names of its parts."""
    lists = {name: wish for name, wish in source.columns.items() if isinstance(wish, tuple)}
    return {name: tuple(dict.fromkeys(part_of(name, each) for each in wish)) for name, wish in lists.items()}


def part_of(name: str, wish: str | int) -> str:
    """Name a part of a sum, so that cells that cannot be read are said to be of its own column.

    Examples
    --------
    >>> part_of("amount_sum", "MntWines")
    'amount_sum: MntWines'
    """
    return f"{name}: {wish}"


def map_columns(
    where: str, file: str, headers: Sequence[str], table: str, source: Source
) -> tuple[dict[str, int], list[Problem]]:
    """Find the column of each canonical column.

    Parameters
    ----------
    where
        Path of the source in the YAML.
    file, headers
        Name of the file and its headers.
    table, source
        Canonical table, and what the YAML says about it.

    Returns
    -------
    dict of str to int
        Canonical column, or part of a sum, to its number from 1; a row's number stands behind the last.
    list of Problem
        Mapped headers that are not there or stand twice, needed columns that are nowhere.
    """
    found: dict[str, int] = {}
    problems = []
    for key, name, wish in _wishes(source):
        number, problem = _find(f"{where}.columns.{key}", file, headers, wish)
        if problem:
            problems.append(problem)
        else:
            found[name] = number
    taken = set(found.values())
    for name in [each for each in TABLES[table] if each not in source.columns]:
        numbers = [number for number in _numbers(headers, name) if number not in taken]
        if len(numbers) == 1:
            found[name] = numbers[0]
        elif len(numbers) > 1:
            problems.append(_twice(f"{where}.columns.{name}", file, name, numbers))
    known = {*found, *source.columns, *({"amount"} if {"quantity", "unit_price"} <= set(found) else ())}
    missing = [each.name for each in TABLES[table].values() if each.needed and each.name not in known]
    return found, problems + [_missing(where, file, headers, table, name) for name in missing]


def _numbers(headers: Sequence[str], wish: str) -> list[int]:
    exact = [number for number, header in enumerate(headers, start=1) if header == wish]
    return exact or [number for number, header in enumerate(headers, start=1) if plain(header) == plain(wish)]


def _find(where: str, file: str, headers: Sequence[str], wish: str | int) -> tuple[int, Problem | None]:
    if wish == 0:
        return len(headers) + 1, None
    if isinstance(wish, int):
        fits = 1 <= wish <= len(headers)
        return wish, None if fits else Problem(
            where, f"column {wish} of {file}", f"a number from 1 to {len(headers)}"
        )
    numbers = _numbers(headers, wish)
    if not numbers:
        return 0, Problem(where, f"no header '{wish}' in {file}", nearest(wish, filter(None, headers)))
    return numbers[0], _twice(where, file, wish, numbers) if len(numbers) > 1 else None


def _twice(where: str, file: str, header: str, numbers: Sequence[int]) -> Problem:
    listed = ", ".join(map(str, numbers))
    return Problem(
        where,
        f"the header '{header}' more than once in {file}",
        f"written once, or a column's number ({listed})",
    )


def _missing(where: str, file: str, headers: Sequence[str], table: str, name: str) -> Problem:
    guess = guess_columns(headers, table).get(name)
    allowed = nearest(guess or "", filter(None, headers))
    derived = ", or quantity and unit_price" if name == "amount" else ""
    return Problem(
        f"{where}.columns.{name}", f"no header '{name}' in {file}", f"mapped to {allowed}{derived}"
    )

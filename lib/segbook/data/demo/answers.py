"""What the demo B2B firm's customers answer when they are asked each quarter how satisfied they are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segbook.data.demo.people import choose

MOODS = {"Анна Белова": 8.6, "Павел Орлов": 8.4, "Мария Ким": 7.9, "Игорь Лесной": 7.6, "Елена Соколова": 8.2}
DECLINE = {"2026Q1": -0.8, "2026Q2": -2.2, "2026Q3": -3.6}
DIP_MANAGER, DIP_SCORES = "Тимур Ахметов", ("9", "3", "8", "2")
TYPED = ("8-9", "десять", "0", "19", "9/10", "затрудняюсь")
"""Answers as people type them, instead of a whole number from 1 to 10."""

ANSWERED, TWICE = 0.58, 0.05
"""Shares of the asked who answer, and of the answers that are given a second time."""
TROUBLE, LOSS = {"качество": 0.08, "сроки": 0.36, "общение": 0.08}, 4.5
"""Chance of a bad experience by what the answer is about, and how much it costs."""
SAID: dict[tuple[str, str], tuple[str, ...]] = {
    ("low", "качество"): ("брак в последней партии", "печать смазана, просили переделать"),
    ("low", "сроки"): (
        "срок сорвали на неделю",
        "доставка опоздала, стояла линия",
        "ждали доставку две недели",
    ),
    ("low", "общение"): ("менеджер не перезванивает", "на письма отвечают через три дня"),
    ("high", "качество"): ("качество ровное, спасибо", "упаковка как договаривались"),
    ("high", "сроки"): ("приехало вовремя", "отгрузили день в день"),
    ("high", "общение"): ("менеджер всегда на связи", "вопросы решают сразу"),
}
"""What people write beside a low and beside a high answer."""


def make_surveys(orders: pd.DataFrame, tickets: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Make twelve quarters of answers from 1 to 10, some typed carelessly; who was silent has a blank.

    One manager's scores really fall in 2026; another's last quarter is four answers, two low by chance. What
    is about deadlines is low more often.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> from segbook.data.demo.firms import make_firm_orders, make_firms
    >>> from segbook.data.demo.service import make_tickets
    >>> orders = make_firm_orders(make_firms(60, rng), rng)
    >>> surveys = make_surveys(orders, make_tickets(orders, rng), rng)
    >>> surveys["survey_date"].dt.to_period("Q").nunique()
    12
    """
    asked = _asked(orders)
    asked = pd.concat([asked, asked[rng.random(len(asked)) < TWICE]], ignore_index=True)
    asked["topic"] = choose(rng, len(asked), {"качество": 40, "сроки": 30, "общение": 30})
    scores = _moods(asked, tickets, rng).round().clip(1, 10).astype(int)
    asked["answer"] = _said(scores, asked["topic"], rng)
    silent = rng.random(len(asked)) >= ANSWERED
    asked["score"] = scores.astype(str).mask(silent, "")
    asked.loc[silent, ["topic", "answer"]] = None
    start, end = asked["quarter"].dt.start_time, asked["quarter"].dt.end_time
    asked["survey_date"] = start + pd.to_timedelta(rng.integers(3, (end - start).dt.days), unit="D")
    asked = _with_chance_dip(asked)
    others = asked.index[(asked["manager"] != DIP_MANAGER) & (asked["score"] != "")]
    asked.loc[rng.choice(others, len(TYPED), replace=False), "score"] = list(TYPED)
    columns = ["customer_id", "survey_date", "score", "manager", "topic", "answer"]
    return asked[columns].sort_values(["survey_date", "customer_id"], ignore_index=True)


def _asked(orders: pd.DataFrame, n_quarters: int = 12) -> pd.DataFrame:
    """Give who is asked in each of the last quarters: whoever bought in the year before its end."""
    day = orders["order_date"]
    last = day.max().to_period("Q")
    tables = []
    for quarter in [last - ago for ago in reversed(range(n_quarters))]:
        recent = day.between(quarter.end_time - pd.Timedelta(days=365), quarter.end_time)
        firms = orders[recent].drop_duplicates("customer_id", keep="last")
        tables.append(firms[["customer_id", "manager"]].assign(quarter=quarter))
    return pd.concat(tables, ignore_index=True)


def _moods(asked: pd.DataFrame, tickets: pd.DataFrame, rng: np.random.Generator) -> pd.Series[float]:
    """Give the satisfaction behind each answer: the manager's, the customer's, less for trouble."""
    claims = asked["customer_id"].map(tickets["customer_id"].value_counts()).fillna(0.0)
    customers = asked["customer_id"].unique()
    own = asked["customer_id"].map(dict(zip(customers, rng.normal(0, 0.9, len(customers)), strict=True)))
    falls = asked["quarter"].astype(str).map(DECLINE).fillna(0.0)
    usual = asked["manager"].map(MOODS).fillna(8.1)
    bad = rng.random(len(asked)) < asked["topic"].map(TROUBLE)
    swing = pd.Series(rng.normal(0, 1.2, len(asked)), index=asked.index)
    return (
        usual + own + swing - 0.03 * claims - LOSS * bad + falls.where(asked["manager"] == "Павел Орлов", 0.0)
    )


def _said(scores: pd.Series, topics: pd.Series, rng: np.random.Generator) -> list[str | None]:
    """Give what is written beside the answers at the ends of the scale, by every second person."""
    said: list[str | None] = []
    for score, topic, draw in zip(scores, topics, rng.random(len(scores)), strict=True):
        side = "low" if score <= 4 else "high" if score >= 9 else ""
        texts = SAID[side, topic] if side and draw < 0.5 else ()
        said.append(texts[int(2 * draw * len(texts))] if texts else None)
    return said


def _with_chance_dip(asked: pd.DataFrame) -> pd.DataFrame:
    """Let only four of one manager's customers answer in the last quarter, two of them low by chance."""
    dip = asked[(asked["manager"] == DIP_MANAGER) & (asked["quarter"].astype(str) == "2026Q3")]
    few = dip.drop_duplicates("customer_id").index[: len(DIP_SCORES)]
    asked.loc[dip.index, ["score", "topic", "answer"]] = ["", None, None]
    asked.loc[few, "score"] = list(DIP_SCORES[: len(few)])
    return asked

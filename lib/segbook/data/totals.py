"""Customers whose purchases come already summed, and their age."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from segbook.data.customers import OPTIONAL, days_since
from segbook.data.orders import FIRST_DAY, LAST_DAY
from segbook.periods import Period
from segbook.schema import TOTALS

BORN = ("birth_year", "birth_date")
OLDEST = 120
"""Years; whoever would be older, or not yet born, has no known age."""


def with_totals(silent: pd.DataFrame, cards: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Fill in what the ``customers`` table says about each customer's purchases.

    Parameters
    ----------
    silent
        Known customers, nothing bought: as `segbook.data.customers.with_silent` gives them.
    cards
        The ``customers`` table by ``customer_id``, with any of `segbook.schema.TOTALS`.
    period
        Its end is the day the table is taken to be of.

    Returns
    -------
    DataFrame
        The columns of `segbook.data.customers.customers_frame`:

        - ``amount_sum``, ``gross_sum`` : the sum given, 0 where a cell is empty; ``returns_sum`` is 0
        - ``margin_sum``, ``quantity_sum`` : the sum given; NaN when the column is not given
        - ``n_orders``, ``n_order_days`` : the number given; 1, the least there can be, for a customer with
          money, a date or a recency but no number
        - ``first_order_date``, ``last_order_date`` : the day given; NaT for impossible ones
        - ``recency_days`` : the number given, else days from ``last_order_date`` to the end of the period,
          not below 0
        - ``period_amount``, ``previous_amount`` : NaN, as totals do not tell; 0 for who never bought
        - the rhythm and the purchase days of the periods : none
    """
    given = cards.reindex(silent.index).reindex(columns=list(TOTALS))
    frame = silent.copy()
    for name in ("first_order_date", "last_order_date"):
        day = pd.to_datetime(given[name]).dt.normalize()
        possible = day.between(pd.Timestamp(FIRST_DAY), pd.Timestamp(LAST_DAY), inclusive="left")
        frame[name] = day.where(possible).astype("datetime64[s]")
    last = pd.to_datetime(given["last_order_date"]).where(frame["last_order_date"].notna())
    frame["recency_days"] = given["recency_days"].astype(float).fillna(days_since(last, period)).clip(lower=0)
    money = given["amount_sum"].astype(float).fillna(0.0)
    frame["amount_sum"] = frame["gross_sum"] = money
    for name in OPTIONAL:
        if name in cards:
            frame[name] = given[name].astype(float).fillna(0.0)
    dated = frame[["first_order_date", "last_order_date", "recency_days"]].notna().any(axis=1)
    number = given["n_orders"].astype(float).round().clip(lower=0).fillna(0).astype(int)
    frame["n_orders"] = number.where(number > 0, (dated | (money > 0)).astype(int))
    frame["n_order_days"] = frame["n_orders"]
    frame["only_refunds"] = (frame["n_orders"] == 0) & (money < 0)
    frame.loc[frame["n_orders"] > 0, ["period_amount", "previous_amount"]] = np.nan
    return frame


def with_age(columns: Iterable[str]) -> set[str]:
    """Give columns, and ``age`` where a date or a year of birth tells it.

    Examples
    --------
    >>> sorted(with_age(["birth_year"]))
    ['age', 'birth_year']
    """
    given = set(columns)
    return given | {"age"} if given & set(BORN) else given


def ages(cards: pd.DataFrame, period: Period) -> pd.Series[float] | None:
    """Give ages at the end of the period: as given, else from the date, else from the year of birth.

    Parameters
    ----------
    cards
        The ``customers`` table by ``customer_id``, with any of ``age``, ``birth_date``, ``birth_year``.
    period
        Its end is the day of reckoning.

    Returns
    -------
    Series or None
        Full years; the year of birth alone gives the age reached in the year the period ends. NaN for nobody
        knows, for an age below 0 and above `OLDEST`. None when none of the three columns is there.

    Examples
    --------
    >>> cards = pd.DataFrame({"birth_date": pd.to_datetime(["1990-07-01", "1990-06-30", "2068-01-02"])})
    >>> ages(cards, Period.parse("2026Q2")).tolist()
    [35.0, 36.0, 58.0]
    >>> ages(pd.DataFrame({"birth_year": [1990.0, 1850.0]}), Period.parse("2026Q2")).tolist()
    [36.0, nan]
    """
    if not {"age", *BORN} & set(cards):
        return None
    found = pd.Series(np.nan, index=cards.index, name="age", dtype=float)
    if "age" in cards:
        found = cards["age"].astype(float)
    if "birth_date" in cards:
        found = found.fillna(_full_years(pd.to_datetime(cards["birth_date"]), period))
    if "birth_year" in cards:
        found = found.fillna(period.end.year - cards["birth_year"].astype(float))
    return found.where(found.between(0, OLDEST))


def _full_years(born: pd.Series[pd.Timestamp], period: Period) -> pd.Series[float]:
    """Count birthdays; a day after the period was written with two digits of a year of the century before."""
    end = period.end
    years = end.year - born.dt.year.astype(float)
    waiting = (born.dt.month > end.month) | ((born.dt.month == end.month) & (born.dt.day > end.day))
    years = years - waiting.astype(float)
    return years.where(~(years < 0), years + 100)

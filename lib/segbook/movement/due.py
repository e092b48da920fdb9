"""By which day a task is to be done."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd


def due_dates(
    end: date, days: pd.Series, managers: pd.Series, per_day: int, country: str | None = None
) -> pd.Series:
    """Give the working day on which each task of an ordered list is due.

    A task is due so many days after the end of the period as its reason says, but not before its manager
    gets to it, who does so many tasks in a working day in the order of the list.

    Parameters
    ----------
    end
        Last day of the period.
    days
        Days until due by reason, in the order of the list.
    managers
        Same index; tasks of one name wait for each other.
    per_day
        Tasks one manager does in a working day, at least 1.
    country
        Code of ISO 3166 whose weekends and public holidays are no working days; without it those are
        Saturday and Sunday.

    Returns
    -------
    Series
        Same index; dates. Empty for no task.

    Notes
    -----
    Saturdays that a government declares working days count as days off here.

    Examples
    --------
    >>> days, ann = pd.Series([3, 3, 10]), pd.Series("Ann", range(3))
    >>> due_dates(date(2025, 12, 31), days, ann, per_day=1).dt.strftime("%d.%m").tolist()
    ['05.01', '05.01', '12.01']
    >>> due_dates(date(2025, 12, 31), days, ann, per_day=1, country="RU").dt.strftime("%d.%m").tolist()
    ['12.01', '13.01', '14.01']
    """
    asked = np.datetime64(end, "D") + days.to_numpy(dtype="timedelta64[D]")
    place = managers.groupby(managers, sort=False).cumcount().to_numpy() // per_day + 1
    # A year has at least 200 working days.
    calendar = _calendar(end, 2 + int(place.max(initial=0)) // 200, country)
    reached = np.busday_offset(np.datetime64(end, "D"), place, roll="backward", busdaycal=calendar)
    due = np.maximum(np.busday_offset(asked, 0, roll="forward", busdaycal=calendar), reached)
    return pd.Series(due.astype("datetime64[s]"), index=days.index)


def _calendar(end: date, years: int, country: str | None) -> np.busdaycalendar:
    if country is None:
        return np.busdaycalendar()
    import holidays

    off = holidays.country_holidays(country, years=range(end.year, end.year + years))
    working = [day not in off.weekend for day in range(7)]
    return np.busdaycalendar(working, [np.datetime64(day) for day in off])

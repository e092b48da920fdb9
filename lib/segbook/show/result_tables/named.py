"""Lists of customers by name: an id alone tells a manager nothing."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from segbook.show.result_tables.movement import described
from segbook.show.tables import Table
from segbook.words.i18n import Texts


def with_manager(names: pd.Series, managers: pd.Series) -> pd.Series:
    """Give each name with the manager in brackets, where there is one.

    Examples
    --------
    >>> with_manager(pd.Series(["Acme", "Bee"]), pd.Series(["Ann", None])).tolist()
    ['Acme (Ann)', 'Bee']
    """
    told: pd.Series = names + managers.map(lambda name: f" ({name})", na_action="ignore").fillna("")
    return told


def named(table: Table, people: pd.DataFrame, texts: Texts, *, short: bool = False) -> Table:
    """Give a list of customers with their names and managers, where these are known.

    Parameters
    ----------
    table
        With a column ``customer_id``.
    people
        As `segbook.stats.contacts.contacts` gives them.
    texts
        Language.
    short
        One column in place of the id, for the page; else the names stand beside it.

    Returns
    -------
    Table
        The table itself where nothing is known beyond the id.
    """
    frame = table.frame.reset_index(drop=True)
    ids = frame["customer_id"].astype(str)
    known = people.reindex(columns=["name", "manager"]).reindex(frame["customer_id"]).reset_index(drop=True)
    name, manager = known["name"].fillna(ids), known["manager"].replace("", None)
    added = {}
    if (name != ids).any():
        added["name"] = name
    if manager.notna().any():
        added["manager"] = manager
    if not added:
        return table
    at = list(frame).index("customer_id")
    if short:
        managed = "manager" in added
        added = {"who_managed" if managed else "name": with_manager(name, manager) if managed else name}
        frame = frame.drop(columns="customer_id")
    for place, (column, values) in enumerate(added.items(), start=at if short else at + 1):
        frame.insert(place, column, values)
    columns = {**table.columns, **described(added, texts)}
    return replace(table, frame=frame, columns={str(each): columns[str(each)] for each in frame})

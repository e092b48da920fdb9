"""Levels of a text: what people wrote, with spellings of one thing brought together."""

from __future__ import annotations

import numpy as np
import pandas as pd

NOTHING = frozenset(
    {
        "", "-", "—", "?", "n/a", "nan", "unknown", "not specified", "no data", "н/д", "нет данных",
        "неизвестно", "не указано", "не указан", "не указана",
    }
)  # fmt: skip
"""What people write into a cell they know nothing for, folded."""


def fold(text: str) -> str:
    """Give what spellings of one level have in common.

    Examples
    --------
    >>> fold("  Орёл "), fold("ОРЕЛ")
    ('орел', 'орел')
    """
    return " ".join(text.casefold().replace("ё", "е").split())


def clean(given: pd.Series) -> pd.Series:
    """Give texts without spare blanks; NaN where there is nothing, or a word for nothing.

    Flags become ``yes`` and ``no``.

    Examples
    --------
    >>> clean(pd.Series(["Нижний  Новгород ", "н/д", None, True])).tolist()
    ['Нижний Новгород', nan, nan, 'yes']
    """
    codes, found = pd.factorize(given)
    texts = [_text(each) for each in found]
    kept = [np.nan if fold(text) in NOTHING else text for text in texts]
    return pd.Series(np.array([*kept, np.nan], dtype=object)[codes], index=given.index)


def _text(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


def learn_levels(texts: pd.Series, max_levels: int, min_share: float) -> tuple[str, ...]:
    """Give the levels that stand for themselves, most customers first, then by name.

    Parameters
    ----------
    texts
        As `clean` gives them.
    max_levels
        How many at most.
    min_share
        Smallest share of the known texts, 0 to 1.

    Returns
    -------
    tuple of str
        Each in its most frequent spelling; empty when nothing is known.

    Examples
    --------
    >>> learn_levels(pd.Series(["Омск", "омск", "Омск", "Тула", np.nan]), 1, 0.0)
    ('Омск',)
    """
    counts = texts.value_counts().rename_axis("text").rename("n").reset_index()
    counts["folded"] = [fold(text) for text in counts["text"]]
    counts = counts.sort_values(["n", "text"], ascending=[False, True], kind="stable")
    groups = counts.groupby("folded").agg(n=("n", "sum"), text=("text", "first"))
    # "rare" is what the others are folded into; a text of that name is one of them.
    kept = groups[(groups["n"] >= min_share * counts["n"].sum()) & (groups.index != "rare")]
    if len(groups) - len(kept) == 1:  # a level folded alone would only lose its name
        kept = groups[groups.index != "rare"]
    ordered = kept.sort_values(["n", "text"], ascending=[False, True], kind="stable")
    return tuple(ordered["text"].head(max_levels))

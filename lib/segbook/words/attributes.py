"""The texts of attributes: those of a family and of a column, told under the column's own key."""

from __future__ import annotations

from collections.abc import Mapping

from segbook.models.attributes import FAMILIES

Text = dict[str, str]


def attribute_texts(texts: Mapping[str, Text]) -> dict[str, Text]:
    """Give what a model's file would say of each canonical column.

    Parameters
    ----------
    texts
        Key to language to text, with those of ``attributes``.

    Returns
    -------
    dict
        ``<column>.title``, ``.short``, ``.what``, ``.action``, ``.params.*`` and ``.segments.*``.
    """
    told: dict[str, Text] = {}
    for family, columns in FAMILIES.items():
        for column in columns:
            told |= _of_column(column, family, texts)
    return told


def _of_column(column: str, family: str, texts: Mapping[str, Text]) -> dict[str, Text]:
    name = texts[f"attributes.columns.{column}"]
    told = {f"{column}.title": name, f"{column}.short": name}
    for word in ("what", "action"):
        told[f"{column}.{word}"] = texts[f"attributes.families.{family}.{word}"]
    for key, text in texts.items():
        shared = key.removeprefix("attributes.")
        if shared.startswith(("params.", "segments.unknown.", "segments.rare.")) and shared != key:
            told[f"{column}.{shared}"] = text
        elif shared.startswith(f"levels.{column}."):
            told[f"{column}.segments.{shared.rpartition('.')[2]}.label"] = text
    return told

"""How a mark of a segment is said: the level in the language, its share and that of the base."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from segbook.words.i18n import Texts
from segbook.words.labels import label, model_text


def mark_text(mark: Mapping[Hashable, Any], texts: Texts) -> str:
    r"""Say one row of `segbook.stats.cards.marks`.

    Examples
    --------
    >>> mark = {"aspect": "when", "column": "weekday", "level": "5", "share": 0.3, "base_share": 0.2}
    >>> mark_text(mark, Texts("ru")).replace("\xa0", " ")
    'суббота — 30 % трат (по базе 20 %)'
    """
    column, level = str(mark["column"]), str(mark["level"])
    shares = {name: mark[name] for name in ("share", "base_share")}
    if mark["aspect"] == "who":
        said, about = label(column, level, texts), model_text(column, "short", texts)
        return texts.t("cards.marks.who", column=about, level=said, **shares)
    return texts.t("cards.marks.money", level=_level(column, level, texts), **shares)


def _level(column: str, level: str, texts: Texts) -> str:
    if column == "weekday":
        return str(texts.locale.days["stand-alone"]["wide"][int(level)])
    if column == "month":
        return str(texts.locale.months["stand-alone"]["wide"][int(level)])
    return texts.t(f"cards.parts.{level}") if column == "part" else level

"""The words of open answers: which are common, forms of one word together."""

from __future__ import annotations

import re

import pandas as pd

MIN_WORD = 5
"""Answers a word must stand in."""
MAX_WORDS = 40
"""The most frequent words that are compared."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_EMPTY = frozenset((
    *("чтобы", "когда", "если", "очень", "было", "были", "будет", "этот", "этого", "только", "также", "меня"),
    *("всегда", "просто", "можно", "нужно", "that", "this", "with", "have", "from", "they", "were", "very"),
    *("your", "just", "been", "them", "what", "when", "will", "there", "their", "about", "would"),
))  # fmt: skip
"""Words that say nothing by themselves."""


def common_words(texts: pd.Series) -> dict[str, pd.Series]:
    """Give the most frequent words of answers, and which answers hold them.

    Parameters
    ----------
    texts
        Open answers; a missing one holds no word.

    Returns
    -------
    dict of str to Series of bool
        The most frequent form of each word of four letters or more, by how many answers it stands in.

    Examples
    --------
    >>> made = common_words(pd.Series(["Долгие сроки", "сроки!", "срывы сроков", "Сроки?", "сроки", None]))
    >>> {word: int(has.sum()) for word, has in made.items()}
    {'сроки': 5}
    """
    met = [dict.fromkeys(_WORD.findall(str(text).casefold())) if pd.notna(text) else {} for text in texts]
    forms: dict[str, dict[str, int]] = {}
    for words in met:
        for word in [each for each in words if each not in _EMPTY]:
            one = forms.setdefault(_stem(word), {})
            one[word] = one.get(word, 0) + 1
    stems = [{_stem(word) for word in words} for words in met]
    counts = {stem: sum(stem in each for each in stems) for stem in forms}
    often = [
        stem for stem in sorted(forms, key=lambda stem: (-counts[stem], stem)) if counts[stem] >= MIN_WORD
    ]
    return {
        max(forms[stem], key=lambda form: (forms[stem][form], form)): pd.Series(
            [stem in each for each in stems], index=texts.index
        )
        for stem in often[:MAX_WORDS]
    }


def _stem(word: str) -> str:
    """Give the letters that forms of one word share: сроки, сроков; delivery, delivered."""
    return word[: max(4, min(len(word) - 2, 6))]

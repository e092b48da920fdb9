"""The pieces of text that travel to Typst as JSON, so that no text is ever read as markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeAlias

Node: TypeAlias = dict[str, Any]
Content: TypeAlias = list["Node | str"]

BREAK: Node = {"k": "wbr"}

_SPACE = re.compile(r"[ \t\n\r\f]+")
_UNSET = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef]|[\U000e0000-\U000e0fff]")
_SEAM = re.compile(r"(?<=[-_./@\u00a0])(?=\w)")
_CHUNK = 6
_FACE_SIZE = 32
_LAST_RESORT_WIDTH = 1.2


def printable(text: str) -> str:
    r"""Take away what no font can set: control characters, halves of pairs, noncharacters.

    Parameters
    ----------
    text
        Any text.

    Examples
    --------
    >>> printable("a\x00b\ud800 \uffff"), printable("Ёлка 🌲")
    ('ab\ufffd \ufffd', 'Ёлка 🌲')
    """
    text = _UNSET.sub("", text)
    return "".join("\ufffd" if _is_no_character(ord(letter)) else letter for letter in text)


def _is_no_character(code: int) -> bool:
    return 0xD800 <= code <= 0xDFFF or code & 0xFFFE == 0xFFFE


def tidy(content: Content) -> Content:
    r"""Collapse white space as a browser does, and drop it at both ends and at line breaks.

    Parameters
    ----------
    content
        A line of text and nodes.

    Examples
    --------
    >>> tidy([" a \n", {"k": "strong", "c": [" b"]}, " "])
    ['a ', {'k': 'strong', 'c': ['b']}]
    """
    collapsed, _ = _collapse(content, at_start=True)
    return _strip_end(collapsed)


def _collapse(content: Content, *, at_start: bool) -> tuple[Content, bool]:
    kept: Content = []
    for node in content:
        if isinstance(node, str):
            text = _SPACE.sub(" ", node)
            text = text.removeprefix(" ") if at_start else text
            if text:
                kept.append(text)
                at_start = text.endswith(" ")
        elif "c" in node and node["k"] != "footnote":
            inside, at_start = _collapse(node["c"], at_start=at_start)
            kept.append({**node, "c": inside})
        else:
            at_start = node["k"] == "br"
            kept.append(node)
    return kept, at_start


def _strip_end(content: Content) -> Content:
    while content:
        last = content[-1]
        if isinstance(last, str):
            text = last.rstrip(" ")
            if text:
                return [*content[:-1], text]
        elif last["k"] == "br":
            pass
        else:
            return content
        content = content[:-1]
    return content


def plain_text(content: Content) -> str:
    """Give the words of a line without their looks.

    Examples
    --------
    >>> plain_text(["a ", {"k": "strong", "c": ["b"]}, {"k": "br"}, {"k": "code", "s": "c"}])
    'a b c'
    """
    return "".join(_words(content))


def _words(content: Content) -> Iterator[str]:
    for node in content:
        if isinstance(node, str):
            yield node
        elif node["k"] == "br":
            yield " "
        elif "c" in node:
            yield from _words(node["c"])
        else:
            yield str(node.get("s", node.get("alt", "")))


def breakable(content: Content, longest: int) -> Content:
    """Let words longer than a line break: after a hyphen and the like, or else anywhere.

    Parameters
    ----------
    content
        A line of text and nodes.
    longest
        The number of letters that fit on the line.

    Examples
    --------
    >>> breakable(["abcdefgh xy"], 7)
    ['abcdef', {'k': 'wbr'}, 'gh', ' xy']
    >>> breakable(["1bf1f423-8400-2c76210b4bf3"], 12)
    ['1bf1f423-', {'k': 'wbr'}, '8400-', {'k': 'wbr'}, '2c76210b4bf3']
    """
    parts: Content = []
    for node in content:
        if isinstance(node, str):
            parts.extend(_broken(node, longest))
        elif node["k"] == "code" and len(node["s"]) > longest:
            pieces = _broken(node["s"], longest)
            parts.extend({**node, "s": each} if isinstance(each, str) else each for each in pieces)
        elif "c" in node:
            parts.append({**node, "c": breakable(node["c"], longest)})
        else:
            parts.append(node)
    return parts


def _broken(text: str, longest: int) -> Content:
    parts: Content = []
    for word in re.findall(rf"[^ \n]{{{longest + 1},}}|(?:(?![^ \n]{{{longest + 1},}}).)+", text, re.DOTALL):
        if len(word) <= longest or " " in word or "\n" in word:
            parts.append(word)
            continue
        for part in _SEAM.split(word):
            for piece in [part] if len(part) <= longest else _pieces(part):
                parts.extend([piece, BREAK])
        parts.pop()
    return parts


def _pieces(word: str) -> Iterator[str]:
    piece = ""
    for letter in word:
        joined = unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf", "Sk")
        if len(piece) >= _CHUNK and not joined and not piece.endswith("\u200d"):
            yield piece
            piece = ""
        piece += letter
    yield piece


@lru_cache(maxsize=8192)
def text_width(text: str) -> float:
    """Give the width of a text in DejaVu Sans of 1 pt, in points.

    Parameters
    ----------
    text
        One line.

    Examples
    --------
    >>> 0.5 < text_width("5") < 0.7, text_width("Ж") > text_width("i")
    (True, True)
    """
    return sum(map(_advance, text))


def is_covered(text: str) -> bool:
    """Tell whether DejaVu Sans has every letter of a text.

    Parameters
    ----------
    text
        Any text; white space does not count.

    Examples
    --------
    >>> is_covered("Ёлка ≤ 5"), is_covered("🌼")
    (True, False)
    """
    return all(ord(letter) in _face()[1] for letter in text if not letter.isspace())


@lru_cache(maxsize=8192)
def _advance(letter: str) -> float:
    face, known = _face()
    if ord(letter) not in known:
        return 0.0 if unicodedata.category(letter) in ("Mn", "Cf") else _LAST_RESORT_WIDTH
    return float(face.load_char(ord(letter)).linearHoriAdvance) / 65536 / _FACE_SIZE


@lru_cache(maxsize=1)
def _face() -> tuple[Any, frozenset[int]]:
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    face = FT2Font(f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf")
    face.set_size(_FACE_SIZE, 72)
    return face, frozenset(face.get_charmap())

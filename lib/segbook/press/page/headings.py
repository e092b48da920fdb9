"""Headings: ASCII ids that stay, and the contents made from them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import unquote

from bs4 import Tag

LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")

_LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяєіїґ",
        re.split(
            " ", "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya ye i yi g"
        ),
        strict=True,
    )
)


@dataclass
class Entry:
    """One line of the contents with the lines below it."""

    title: str
    anchor: str
    level: int
    children: list[Entry] = field(default_factory=list)


def slug(text: str) -> str:
    """Write a heading in ASCII letters, digits and hyphens.

    Parameters
    ----------
    text
        The heading's text in any script.

    Examples
    --------
    >>> slug("Ценные клиенты: ABC"), slug("概要")
    ('tsennye-klienty-abc', 'section')
    """
    latin = "".join(_LETTERS.get(letter, letter).replace("_", "") for letter in text.casefold())
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-") or "section"


def anchor_headings(body: Tag) -> None:
    """Give every heading its own ASCII id and lead the links inside the report there.

    Parameters
    ----------
    body
        The report; changed in place.

    Examples
    --------
    >>> from bs4 import BeautifulSoup
    >>> soup = BeautifulSoup('<a href="#Итог">see</a><h2>Итог</h2><h2>Итог</h2>', "html.parser")
    >>> anchor_headings(soup)
    >>> print(soup)
    <a href="#itog">see</a><h2 id="itog">Итог</h2><h2 id="itog-2">Итог</h2>
    """
    headings = body.find_all(LEVELS)
    used = {str(tag["id"]) for tag in body.find_all(id=True) if tag.name not in LEVELS}
    moved: dict[str, str] = {}
    for heading in headings:
        text = heading.get_text(" ", strip=True)
        anchor = base = slug(text)
        number = 1
        while anchor in used:
            number += 1
            anchor = f"{base}-{number}"
        used.add(anchor)
        for old in (str(heading.get("id", "")), text, text.replace(" ", "-")):
            moved.setdefault(old, anchor)
        heading["id"] = anchor
    for link in body.find_all("a", href=re.compile("^#.")):
        target = unquote(str(link["href"])[1:])
        link["href"] = "#" + moved.get(target, target)


def contents(body: Tag, deepest: int = 3) -> list[Entry]:
    """Give the tree of headings down to a level.

    Parameters
    ----------
    body
        The report, its headings already anchored.
    deepest
        The last level that is listed.

    Examples
    --------
    >>> from bs4 import BeautifulSoup
    >>> soup = BeautifulSoup("<h2 id='a'>A</h2><h3 id='b'>B</h3><h2 id='c'>C</h2>", "html.parser")
    >>> [(entry.title, len(entry.children)) for entry in contents(soup)]
    [('A', 1), ('C', 0)]
    """
    top: list[Entry] = []
    path: list[Entry] = []
    for heading in body.find_all(LEVELS[:deepest]):
        title = heading.get_text(" ", strip=True)
        if not title:
            continue
        entry = Entry(title, str(heading.get("id", "")), int(heading.name[1]))
        while path and path[-1].level >= entry.level:
            path.pop()
        (path[-1].children if path else top).append(entry)
        path.append(entry)
    return top


def drop_title(body: Tag, title: str, *, covered: bool = False) -> None:
    """Take the first heading away when the cover already says it.

    Parameters
    ----------
    body
        The report; changed in place.
    title
        What the cover says.
    covered
        Whether the notebook drew a cover of its own, whose title replaces a lone first heading.

    Examples
    --------
    >>> from bs4 import BeautifulSoup
    >>> soup = BeautifulSoup("<h1>Report</h1><p>text</p>", "html.parser")
    >>> drop_title(soup, "Report")
    >>> print(soup)
    <p>text</p>
    """
    first = body.find(LEVELS)
    if first is None or first.name != "h1":
        return
    same = " ".join(first.get_text().split()) == title
    if same or (covered and len(body.find_all("h1")) == 1):
        first.decompose()

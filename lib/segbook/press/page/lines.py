"""The inside of a line: words, their looks, links, formulas and small pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from bs4 import Tag
from bs4.element import NavigableString

from segbook.press.page.headings import LEVELS
from segbook.press.page.images import Picture, picture
from segbook.press.page.maths import math_picture, rows
from segbook.press.page.nodes import Content, Node, plain_text, printable, tidy

DEEPEST = 12
"""Nesting that Typst and a reader can still follow; deeper text comes without its marks."""

SILENT = frozenset(
    ["style", "script", "head", "math", "svg", "colgroup", "select", "button", "summary", "rp"]
)
LOOKS = {
    **dict.fromkeys(["strong", "b"], "strong"),
    **dict.fromkeys(["em", "i", "cite", "var", "dfn"], "em"),
    **dict.fromkeys(["del", "s", "strike"], "strike"),
    **dict.fromkeys(["u", "ins"], "underline"),
    **{name: name for name in ("sub", "sup", "mark", "small")},
}
CODE = frozenset(["code", "kbd", "samp", "tt"])
CHECKED, UNCHECKED = "☑", "☐"

_LINK = re.compile(r"(?:https?|mailto|tel|ftp):.", re.DOTALL)


class Lines:
    """Turn inline HTML into nodes.

    Parameters
    ----------
    body
        The page, its headings already anchored.
    words
        The exporter's own words in the language of the report.
    lang
        The language of the report.

    Examples
    --------
    >>> from bs4 import BeautifulSoup
    >>> body = BeautifulSoup("<p>a <b>*</b><br/><code>x</code></p>", "html.parser")
    >>> Lines(body, {}, "en").line(body.p)
    ['a ', {'k': 'strong', 'c': ['*']}, {'k': 'br'}, {'k': 'code', 's': 'x'}]
    """

    def __init__(self, body: Tag, words: Mapping[str, str], lang: str) -> None:
        self._words, self._quotes = words, "«»" if lang == "ru" else "“”"
        self._targets = {str(tag["id"]) for tag in body.find_all(LEVELS, id=True)}
        self._notes = {str(item["id"]): item for item in body.select(".footnotes li[id]")}

    def line(self, tag: Tag, depth: int = 0) -> Content:
        """Give everything inside an element, white space as it stands.

        Parameters
        ----------
        tag
            The element.
        depth
            How deep it is nested already.
        """
        return [node for child in tag.children for node in self.inline(child, depth + 1)]

    def inline(self, node: object, depth: int) -> Content:
        """Give one piece of text or one element.

        Parameters
        ----------
        node
            What stands inside an element.
        depth
            How deep it is nested already.
        """
        if type(node) is NavigableString:
            return [printable(str(node))]
        if not isinstance(node, Tag) or node.name in SILENT:
            return []
        if "math" in node.get_attribute_list("class"):
            return self._math(node)
        if depth > DEEPEST:
            return [printable(node.get_text(" "))]
        return self._element(node, depth)

    def _element(self, tag: Tag, depth: int) -> Content:
        if tag.name in ("br", "wbr"):
            return [{"k": tag.name}]
        if tag.name == "img":
            return self._image(tag)
        if tag.name == "input":
            return self._checkbox(tag)
        if tag.name in CODE:
            text = printable(" ".join(tag.get_text().split()))
            return [{"k": "code", "s": text}] if text else []
        if "footnote-ref" in tag.get_attribute_list("class"):
            return self._footnote(tag, depth)
        return self._dressed(tag, self.line(tag, depth))

    def _dressed(self, tag: Tag, content: Content) -> Content:
        if tag.name == "a":
            return self._link(tag, content)
        if tag.name == "q":
            return [self._quotes[0], *content, self._quotes[1]]
        look = LOOKS.get(tag.name)
        return [{"k": look, "c": content}] if look and content else content

    def _checkbox(self, tag: Tag) -> Content:
        if tag.get("type") != "checkbox":
            return []
        return [f"{CHECKED if 'checked' in tag.attrs else UNCHECKED} "]

    def _link(self, tag: Tag, content: Content) -> Content:
        href = str(tag.get("href", ""))
        if not plain_text(content).strip():
            return content
        if href.startswith("#"):
            target = unquote(href[1:])
            return [{"k": "goto", "label": target, "c": content}] if target in self._targets else content
        return [{"k": "link", "url": printable(href), "c": content}] if _LINK.match(href) else content

    def _footnote(self, tag: Tag, depth: int) -> Content:
        link = tag.find("a")
        item = self._notes.pop(str(link.get("href", ""))[1:], None) if link else None
        if item is None:
            return [{"k": "sup", "c": [tag.get_text()]}]
        for back in item.select("a.footnote"):
            back.decompose()
        parts = item.find_all("p") or [item]
        return [
            {"k": "footnote", "c": tidy([each for part in parts for each in (*self.line(part, depth), " ")])}
        ]

    def _image(self, tag: Tag) -> Content:
        drawn = picture(str(tag.get("src", "")))
        alt = printable(" ".join(str(tag.get("alt", "")).split()))
        if drawn is None:
            return [self._words["image_missing"].format(name=alt or self._words["figure"])]
        title = printable(str(tag.get("title", "")))
        width, height = _size(tag, drawn)
        node: Node = {"k": "image", "svg": drawn.svg, "w": width, "h": height}
        return [{**node, "alt": alt or title or self._words["figure"], "caption": [title] if title else []}]

    def _math(self, tag: Tag) -> Content:
        tex = printable(tag.get_text()).strip()
        drawn = [(row, math_picture(row)) for row in rows(tex)]
        if not all(shape for _, shape in drawn):
            return [{"k": "code", "s": " ".join(tex.split())}] if tex else []
        kind = "formula" if "display" in tag.get_attribute_list("class") else "math"
        return [_formula(kind, row, shape) for row, shape in drawn if shape]


def _formula(kind: str, tex: str, shape: Picture) -> Node:
    return {"k": kind, "svg": shape.svg, "w": shape.width, "h": shape.height, "d": shape.depth, "alt": tex}


def _size(tag: Tag, drawn: Picture) -> tuple[float, float]:
    width, height = (str(tag.get(name, "")) for name in ("width", "height"))
    ratio = drawn.height / drawn.width
    if width.isascii() and width.isdigit() and int(width):
        return int(width) * 0.75, int(width) * 0.75 * ratio
    if height.isascii() and height.isdigit() and int(height):
        return int(height) * 0.75 / ratio, int(height) * 0.75
    return drawn.width, drawn.height

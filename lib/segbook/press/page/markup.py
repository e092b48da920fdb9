"""Clean HTML turned into nodes for Typst: what every block means on paper."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest

from babel.numbers import format_decimal
from bs4 import Tag

from segbook.press.page.css import rules_by_id
from segbook.press.page.headings import LEVELS
from segbook.press.page.lines import DEEPEST, SILENT, Lines
from segbook.press.page.nodes import Content, Node, breakable, plain_text, printable, tidy
from segbook.press.page.tables import lay_out, read_grid

LINE = 94
"""Letters of code on a line."""

MAX_LINES = 150
LONGEST_WORD = 36
SHORT, FEW = 400, 3
"""Letters and number of paragraphs that stay on the page of the figure or table they introduce."""

BLOCKS = frozenset(LEVELS) | frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote caption center dd details div dl dt fieldset figure footer form"
        " header hr li main nav ol p pre section table ul",
    )
)
OUTPUTS = ("plain", "stdout", "raw", "stderr", "error")


class Markup:
    """Turn a clean page into nodes.

    Parameters
    ----------
    body
        The page, its headings already anchored.
    words
        The exporter's own words in the language of the report.
    lang
        The language of the report.
    has_workbook
        Whether what is cut here can be found in the workbook.

    Examples
    --------
    >>> from bs4 import BeautifulSoup
    >>> from segbook.press.page.wording import wording
    >>> body = BeautifulSoup("<p>1 * 2 <b>#</b></p>", "html.parser")
    >>> Markup(body, wording("en"), "en").nodes()
    [{'k': 'para', 'c': ['1 * 2 ', {'k': 'strong', 'c': ['#']}]}]
    """

    def __init__(self, body: Tag, words: Mapping[str, str], lang: str, *, has_workbook: bool = False) -> None:
        self._body, self._words, self._lang, self._has_workbook = body, words, lang, has_workbook
        self._lines = Lines(body, words, lang)
        self._rules = rules_by_id(body)
        self._levels = _levels(body)
        self._in_table = False
        self._handlers: dict[str, Callable[[Tag, int], Content]] = {
            "hr": lambda _tag, _depth: [{"k": "hr"}],
            "pre": self._pre,
            "blockquote": lambda tag, depth: [{"k": "quote", "c": self.blocks(tag, depth)}],
            "ul": self._list,
            "ol": self._list,
            "dl": self._definitions,
            "table": self._table,
            "figure": self._figure,
            "details": self._details,
            **dict.fromkeys(LEVELS, self._heading),
        }

    def nodes(self) -> Content:
        """Give the whole page."""
        return list(_introduced(_turn_pages(self.blocks(self._body, 0))))

    def blocks(self, parent: Tag, depth: int) -> Content:
        """Give the blocks inside an element; loose text becomes paragraphs.

        Parameters
        ----------
        parent
            The element.
        depth
            How deep it is nested already.
        """
        found: Content = []
        line: Content = []
        for child in parent.children:
            if isinstance(child, Tag) and _is_block(child):
                found.extend(self._paragraph(line))
                line = []
                found.extend(self._block(child, depth + 1))
            else:
                line.extend(self._lines.inline(child, depth))
        return [*found, *self._paragraph(line)]

    def _line(self, tag: Tag, depth: int) -> Content:
        return breakable(tidy(self._lines.line(tag, depth)), LONGEST_WORD)

    def _paragraph(self, line: Content) -> Content:
        content = breakable(tidy(line), LONGEST_WORD)
        alone = content[0] if len(content) == 1 else None
        if isinstance(alone, dict) and alone["k"] == "image":
            return [{**alone, "k": "figure"}]
        return [{"k": "para", "c": content}] if content else []

    def _block(self, tag: Tag, depth: int) -> Content:
        classes = _classes(tag)
        if tag.name in SILENT or "footnotes" in classes:
            return []
        if "math" in classes:
            return self._lines.inline(tag, depth)
        if depth > DEEPEST:
            return self._paragraph([printable(tag.get_text(" "))])
        if "note" in classes:
            return [{"k": "note", "c": self._line(tag, depth)}]
        return self._handlers.get(tag.name, self.blocks)(tag, depth)

    def _heading(self, tag: Tag, depth: int) -> Content:
        content = self._line(tag, depth)
        if not plain_text(content).strip():
            return self._paragraph(content)
        if self._in_table or tag.find_parent(["li", "blockquote"]):
            return [{"k": "para", "c": [{"k": "strong", "c": content}]}]
        level = self._levels[tag.name]
        return [{"k": "heading", "level": level, "label": str(tag.get("id", "")), "c": content}]

    def _pre(self, tag: Tag, _depth: int) -> Content:
        text = printable(tag.get_text().expandtabs(4)).strip("\n")
        if not text.strip():
            return []
        lines = [part for line in text.split("\n") for part in _folded(line)]
        kind = next((name for name in _classes(tag) if name in OUTPUTS), "code")
        node: Node = {"k": "pre", "s": "\n".join(lines[:MAX_LINES]), "kind": kind, "lang": _language(tag)}
        if len(lines) <= MAX_LINES:
            return [node]
        cut = self._words["lines_cut"].format(count=self._number(len(lines) - MAX_LINES))
        return [node, {"k": "note", "c": [cut]}]

    def _list(self, tag: Tag, depth: int) -> Content:
        items = tag.find_all("li", recursive=False)
        if not items:
            return self.blocks(tag, depth)
        start = str(tag.get("start", "1"))
        first = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1
        read = [self.blocks(item, depth) or [{"k": "para", "c": [" "]}] for item in items]
        node: Node = {"k": "list", "ordered": tag.name == "ol", "start": first, "items": read}
        tasks = all(item.find("input", type="checkbox") for item in items)
        return [{**node, "nested": tag.find_parent("li") is not None, "tasks": tasks}]

    def _definitions(self, tag: Tag, depth: int) -> Content:
        found: Content = []
        for child in tag.find_all(["dt", "dd"]):
            if child.name == "dt":
                found.append({"k": "para", "c": [{"k": "strong", "c": self._line(child, depth)}]})
            else:
                found.append({"k": "indent", "c": self.blocks(child, depth)})
        return found

    def _details(self, tag: Tag, depth: int) -> Content:
        summary = tag.find("summary")
        title = self._line(summary, depth) if summary else [self._words["details"]]
        return [{"k": "summary", "c": title}, *self.blocks(tag, depth)]

    def _figure(self, tag: Tag, depth: int) -> Content:
        caption = tag.find("figcaption")
        said = self._line(caption, depth) if caption else []
        if caption:
            caption.extract()
        inside = self.blocks(tag, depth)
        only = inside[0] if len(inside) == 1 else None
        if isinstance(only, dict) and only["k"] == "figure":
            return [{**only, "caption": said or only["caption"]}]
        return [*inside, {"k": "note", "c": said}] if said else inside

    def _table(self, tag: Tag, depth: int) -> Content:
        if self._in_table:
            told = (row.get_text(" | ", strip=True) for row in tag.find_all("tr"))
            return [each for row in told for each in self._paragraph([printable(row)])]
        self._in_table = True
        grid = read_grid(tag, self._rules, lambda cell: self._cell(cell, depth))
        self._in_table = False
        if not grid.cells:
            return []
        node, columns, rows = lay_out(grid)
        node["keep"] = node["keep"] or "whole" in (tag.get("class") or [])
        caption = tag.find("caption")
        said = self._line(caption, depth) if caption else []
        shown = (("columns_cut", columns, grid.columns), ("rows_cut", rows, grid.rows - grid.header_rows))
        cuts = [self._cut(*each) for each in shown if each[1] < each[2]]
        cuts += [self._words["rest_in_workbook"]] if cuts and self._has_workbook else []
        return [{**node, "caption": said, "note": " ".join(cuts)}]

    def _cut(self, key: str, shown: int, total: int) -> str:
        return self._words[key].format(shown=self._number(shown), total=self._number(total))

    def _number(self, value: int) -> str:
        return format_decimal(value, locale=self._lang)

    def _cell(self, tag: Tag, depth: int) -> Content:
        blocks = self.blocks(tag, depth)
        first = blocks[0] if len(blocks) == 1 else None
        return first["c"] if isinstance(first, dict) and first["k"] == "para" else blocks


def _classes(tag: Tag | None) -> list[str]:
    return [str(name) for name in tag.get_attribute_list("class") if name] if tag else []


def _is_block(tag: Tag) -> bool:
    if tag.name in BLOCKS or {"math", "display"} <= set(_classes(tag)):
        return True
    return tag.name not in SILENT and tag.find(list(BLOCKS)) is not None


def _levels(body: Tag) -> dict[str, int]:
    """Give the levels in use numbers from 1 without gaps, as PDF/UA wants them."""
    used = sorted({tag.name for tag in body.find_all(LEVELS)})
    return {level: place for place, level in enumerate(used, 1)}


def _language(tag: Tag) -> str:
    named = re.search(r"language-([\w+-]+)", " ".join(_classes(tag.find("code")) + _classes(tag)))
    if named:
        return named[1]
    return "python" if tag.find_parent(class_="code") else ""


def _folded(line: str) -> list[str]:
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in line)
    if len(line) + wide <= LINE:
        return [line]
    width = LINE // 2 if wide else LINE
    return textwrap.wrap(line, width, drop_whitespace=False, replace_whitespace=False) or [""]


def _turn_pages(nodes: Content) -> list[Node]:
    """Gather wide tables, with the headings and the words that introduce them, on turned pages."""
    turned: list[Node] = []
    for node in nodes:
        if isinstance(node, str) or not node.get("landscape"):
            turned.append({"k": "para", "c": [node]} if isinstance(node, str) else node)
            continue
        first = _introduction(turned)
        inside: Content = [*turned[first:], node]
        del turned[first:]
        if turned and turned[-1]["k"] == "landscape":
            turned[-1]["c"].extend(inside)
        else:
            turned.append({"k": "landscape", "c": inside})
    return turned


def _introduction(nodes: list[Node]) -> int:
    """Find where the words right above a table begin: its headings and a few short paragraphs below them."""
    first = len(nodes)
    while (
        first and len(nodes) - first < FEW and (_is_short(nodes[first - 1]) or nodes[first - 1]["k"] == "pre")
    ):
        first -= 1
    above = first
    while above and nodes[above - 1]["k"] in ("heading", "summary"):
        above -= 1
    return above if above < first else max(first, len(nodes) - 1)


def _is_short(node: Node) -> bool:
    return node["k"] == "para" and len(plain_text(node["c"])) < SHORT


def _introduced(nodes: list[Node]) -> Iterator[Node]:
    """Keep a short paragraph with the figure or table it introduces."""
    for node, following in zip_longest(nodes, nodes[1:]):
        shown = following and following["k"] in ("figure", "table", "formula")
        yield {**node, "keep": True} if shown and _is_short(node) else node

"""HTML tables laid out for a page: a grid of cells, column widths that fit, a note on what was cut."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bs4 import Tag

from segbook.press.page.css import color, declarations
from segbook.press.page.nodes import Content, Node, breakable, plain_text, text_width

MAX_ROWS = 60
PORTRAIT, LANDSCAPE = 481.0, 728.0
"""Width of the text on an A4 page in points, upright and turned."""

SIZES = (8.5, 8.0, 7.5, 7.0, 6.5)
SMALLEST = 6.0
PADDING = 1.1
"""White space left and right of a cell's text, in font sizes."""

WHOLE, HYPHENATED = 24, 9
"""Letters of a word that stay together, as a rule and when the table would not fit otherwise."""

_SPACE = re.compile(r"[ \t\r\n]+")
"""Where a line may break: not at a no-break space."""

_BAR = re.compile(r"linear-gradient\(90deg, .*?\) ([\d.]+)%")
"""The light bar behind a value, as `segbook.show.tables` draws it; its width in percent."""

TOGETHER = 16
"""Lines of a table that is not parted over two pages."""

ROW = 400
"""Letters up to which a cell is not parted over two pages."""

COMFORTABLE = 30.0
"""Width in font sizes beyond which a column of text gains nothing."""


@dataclass(frozen=True)
class Cell:
    """A cell in its place in the grid."""

    x: int
    y: int
    content: Content
    columns: int = 1
    rows: int = 1
    style: Mapping[str, str] | None = None
    header: bool = False
    numeric: bool = False

    @property
    def natural(self) -> float:
        """Width in font sizes when nothing is broken but the heading of numbers."""
        if self.header and self.numeric:
            return self.least()
        lines = plain_text(_lines(self.content)).split("\n")
        return min(max(map(text_width, lines)) * self._weight, 60.0)

    def least(self, letters: int = WHOLE) -> float:
        """Width in font sizes when lines break between words and after so many letters.

        Parameters
        ----------
        letters
            Letters that stay together; numbers always do.
        """
        text = plain_text(_lines(self.content))
        words = (
            text.split("\n")
            if self.numeric and not self.header
            else [w[:letters] for w in _SPACE.split(text)]
        )
        return max((text_width(word[:WHOLE]) for word in words), default=0.0) * self._weight

    @property
    def longest(self) -> float:
        """Width in font sizes of the longest word, however long; numbers are never parted."""
        words = [] if self.numeric else _SPACE.split(plain_text(_lines(self.content)))
        return max((text_width(word) for word in words), default=0.0) * self._weight

    @property
    def _weight(self) -> float:
        return 1.13 if self.header else 1.04


@dataclass(frozen=True)
class Grid:
    """A table of cells; the first ``header_rows`` rows stand again on every page."""

    cells: tuple[Cell, ...]
    columns: int
    rows: int
    header_rows: int


def read_grid(table: Tag, rules: Mapping[str, Mapping[str, str]], read: Callable[[Tag], Content]) -> Grid:
    """Put the cells of an HTML table in their places, spans included.

    Parameters
    ----------
    table
        The ``<table>``.
    rules
        What Styler says about cells, by id.
    read
        Turns a cell into what travels to Typst.

    Examples
    --------
    >>> from bs4 import BeautifulSoup
    >>> html = "<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>1</td></tr></table>"
    >>> grid = read_grid(BeautifulSoup(html, "html.parser").table, {}, lambda cell: [cell.text])
    >>> grid.columns, grid.rows, [(cell.x, cell.y) for cell in grid.cells]
    (2, 2, [(0, 0), (1, 0), (1, 1)])
    """
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    head = _header_rows(rows)
    rows = [row for row in rows if row in head] + [row for row in rows if row not in head]
    taken: set[tuple[int, int]] = set()
    cells = []
    for y, row in enumerate(rows):
        x, last = 0, len(head) if y < len(head) else len(rows)
        for tag in row.find_all(["td", "th"], recursive=False):
            while (x, y) in taken:
                x += 1
            cell = _cell(tag, (x, y), min(_span(tag, "rowspan"), last - y), rules, read)
            free = next((n for n in range(1, cell.columns) if (x + n, y) in taken), cell.columns)
            cell = replace(cell, columns=free, header=cell.header or y < len(head))
            cells.append(cell)
            taken |= {(x + i, y + j) for i in range(free) for j in range(cell.rows)}
    columns = max((cell.x + cell.columns for cell in cells), default=0)
    return Grid(tuple(cells), columns, len(rows), len(head))


def _header_rows(rows: list[Tag]) -> list[Tag]:
    marked = [row for row in rows if row.parent is not None and row.parent.name == "thead"]
    if marked or len(rows) < 2:
        return marked
    return rows[:1] if rows[0].find("th") and not rows[0].find("td") else []


def _cell(
    tag: Tag,
    place: tuple[int, int],
    rows: int,
    rules: Mapping[str, Mapping[str, str]],
    read: Callable[[Tag], Content],
) -> Cell:
    style = {"text-align": str(tag.get("align", ""))} if tag.get("align") else {}
    style |= rules.get(str(tag.get("id", "")), {})
    style |= declarations(str(tag.get("style", "")))
    numeric = "num" in tag.get_attribute_list("class")
    columns = _span(tag, "colspan")
    return Cell(*place, read(tag), columns, rows, style, tag.name == "th", numeric)


def _span(tag: Tag, name: str) -> int:
    value = str(tag.get(name, "1")).strip()
    return min(max(int(value), 1), 1000) if value.isascii() and value.isdigit() else 1


def lay_out(grid: Grid) -> tuple[Node, int, int]:
    """Choose font size, page direction and column widths; give what was shown too.

    Parameters
    ----------
    grid
        The table.

    Returns
    -------
    tuple
        The node, the number of columns shown, the number of body rows shown.

    Examples
    --------
    >>> cells = tuple(Cell(x, 0, [f"column {x}"]) for x in range(3))
    >>> node, columns, rows = lay_out(Grid(cells, 3, 1, 0))
    >>> columns, rows, node["size"], node["landscape"]
    (3, 1, 8.5, False)
    """
    grid = _cut_rows(grid)
    size, width, letters = _fit(grid)
    shown = grid
    while shown.columns > 1 and sum(_least(shown, letters)) * size > width:
        shown = _cut_columns(shown, shown.columns - 1)
    widths = _share_out(shown, width / size, letters)
    node: Node = {
        "k": "table",
        "size": size,
        "landscape": width == LANDSCAPE,
        "hyphenate": letters == HYPHENATED,
        "keep": _n_lines(shown, widths) <= TOGETHER,
        "cols": [round(each * size, 2) for each in widths],
        "head": [_cell_node(cell, widths) for cell in shown.cells if cell.y < shown.header_rows],
        "body": [_cell_node(cell, widths) for cell in shown.cells if cell.y >= shown.header_rows],
        "headrows": shown.header_rows,
    }
    return node, shown.columns, shown.rows - shown.header_rows


def _n_lines(grid: Grid, widths: list[float]) -> int:
    """Guess the lines of the body."""
    tallest: dict[int, int] = {}
    for cell in grid.cells:
        if cell.y >= grid.header_rows:
            inner = sum(widths[cell.x : cell.x + cell.columns]) - PADDING
            tallest[cell.y] = max(tallest.get(cell.y, 1), math.ceil(cell.natural / max(inner, 1.0) - 0.05))
    return sum(tallest.values())


def _fit(grid: Grid) -> tuple[float, float, int]:
    for width, letters in ((PORTRAIT, WHOLE), (LANDSCAPE, WHOLE), (LANDSCAPE, HYPHENATED)):
        least = sum(_least(grid, letters))
        for size in SIZES:
            if least * size <= width:
                return size, width, letters
    return SMALLEST, LANDSCAPE, HYPHENATED


def _cut_rows(grid: Grid) -> Grid:
    rows = min(grid.rows, grid.header_rows + MAX_ROWS)
    kept = (replace(cell, rows=min(cell.rows, rows - cell.y)) for cell in grid.cells if cell.y < rows)
    return replace(grid, cells=tuple(kept), rows=rows)


def _cut_columns(grid: Grid, columns: int) -> Grid:
    inside = (cell for cell in grid.cells if cell.x < columns)
    kept = (replace(cell, columns=min(cell.columns, columns - cell.x)) for cell in inside)
    return replace(grid, cells=tuple(kept), columns=columns)


def _least(grid: Grid, letters: int) -> list[float]:
    return [width + PADDING for width in _widest(grid, lambda cell: cell.least(letters))]


def _widest(grid: Grid, measure: Callable[[Cell], float]) -> list[float]:
    widths = [0.8] * grid.columns
    for cell in grid.cells:
        if cell.columns == 1:
            widths[cell.x] = max(widths[cell.x], measure(cell))
    return widths


def _share_out(grid: Grid, available: float, letters: int) -> list[float]:
    """Share a line of this many font sizes among the columns."""
    least = _least(grid, letters)
    natural = [width + PADDING for width in _widest(grid, lambda cell: cell.natural)]
    if sum(natural) <= available:
        stretch = available / sum(natural)
        return [width * stretch for width in natural] if stretch < 1.8 else natural
    wanted = [max(low, min(high, COMFORTABLE)) for low, high in zip(least, natural, strict=True)]
    wanted = natural if sum(wanted) <= available else wanted
    spare, wishes = available - sum(least), sum(wanted) - sum(least)
    if wishes <= 0 or spare <= 0:
        return [low * available / sum(least) for low in least]
    pairs = zip(least, wanted, strict=True)
    return [low + (high - low) * min(spare / wishes, 1.0) for low, high in pairs]


def _cell_node(cell: Cell, widths: list[float]) -> Node:
    inner = sum(widths[cell.x : cell.x + cell.columns]) - PADDING
    style = cell.style or {}
    align = style.get("text-align") or ("right" if cell.numeric else "")
    fits = max(cell.least(), cell.longest) <= inner + 0.01
    content = cell.content if fits else _broken(cell.content, max(1, int(inner / 0.75)))
    node: dict[str, Any] = {"x": cell.x, "y": cell.y, "c": content}
    node |= {key: value for key, value in (("cs", cell.columns), ("rs", cell.rows)) if value > 1}
    node |= {"a": align} if align in ("right", "center", "left") else {}
    said = {"bg": color(style.get("background-color")), "fg": color(style.get("color"))}
    node |= {key: value for key, value in said.items() if value}
    if len(plain_text(_lines(cell.content))) <= ROW:
        node["whole"] = True
    if bar := _BAR.search(style.get("background-color", "")):
        node["bar"] = float(bar[1])
    if cell.header or re.fullmatch(r"bold|[6-9]00", style.get("font-weight", "")):
        node["b"] = True
    return node


def _lines(content: Content) -> Content:
    """Put every paragraph of a cell on a line of its own for measuring."""
    lines: Content = []
    for node in content:
        lines.append(node)
        if isinstance(node, dict) and node["k"] in ("para", "br"):
            lines.append("\n")
    return lines


def _broken(content: Content, longest: int) -> Content:
    return breakable(content, longest)

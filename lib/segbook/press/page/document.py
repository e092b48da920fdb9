"""What a notebook says about itself: its language, its cover, the cells that belong to the report."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from bs4 import BeautifulSoup
from nbformat import NotebookNode

from segbook.press.page.markdown import markdown_html
from segbook.press.page.nodes import printable
from segbook.press.page.wording import LANGUAGES

COVER_MIME = "application/vnd.segbook.cover+json"
BRAND_COLOR = "#0B6E4F"
DROPPED_TAGS = {"parameters", "injected-parameters", "remove-cell"}

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


@dataclass(frozen=True)
class Cover:
    """What stands on the first page; every text is the user's own and may hold any character."""

    title: str
    client: str = ""
    period: str = ""
    purpose: str = ""
    date: str = ""
    logo: str | None = None
    color: str = BRAND_COLOR
    authors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A notebook ready to be rendered: other languages and hidden cells are gone.

    ``covered`` tells that the notebook drew a cover of its own, ``has_workbook`` that its tables also
    stand in a workbook, as those of segbook's reports do.
    """

    notebook: NotebookNode
    lang: str
    cover: Cover
    covered: bool = False
    has_workbook: bool = False


def read_document(notebook: NotebookNode, name: str = "") -> Document:
    """Read language, cover and visible cells; the notebook itself stays as it was.

    Parameters
    ----------
    notebook
        Any notebook, with or without segbook's metadata.
    name
        The notebook's name, the title of last resort.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> russian = new_markdown_cell("# Отчёт", metadata={"tags": ["lang-ru"]})
    >>> english = new_markdown_cell("# Report", metadata={"tags": ["lang-en"]})
    >>> document = read_document(new_notebook(cells=[russian, english]), "example")
    >>> document.lang, document.cover.title, len(document.notebook.cells)
    ('en', 'Report', 1)
    """
    notebook = copy.deepcopy(notebook)
    given = _take_cover(notebook)
    lang = _language(notebook, given)
    notebook.cells = [cell for cell in notebook.cells if _belongs(cell, lang)]
    cover = _cover(notebook, given or {}, name)
    if given is not None:
        notebook.cells = list(_with_something_to_show(notebook.cells))
    has_workbook = given is not None or "segbook" in notebook.metadata
    return Document(notebook, lang, cover, given is not None, has_workbook)


def _outputs(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, NotebookNode]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell, output


def _take_cover(notebook: NotebookNode) -> Mapping[str, Any] | None:
    for cell, output in _outputs(notebook):
        given = output.get("data", {}).get(COVER_MIME)
        if isinstance(given, Mapping):
            cell.outputs = [each for each in cell.outputs if each is not output]
            return given
    return None


def _language(notebook: NotebookNode, given: Mapping[str, Any] | None) -> str:
    own = notebook.metadata.get("segbook")
    papermill = notebook.metadata.get("papermill")
    parameters = papermill.get("parameters") if isinstance(papermill, Mapping) else None
    for source in (given, own, parameters):
        lang = source.get("lang") if isinstance(source, Mapping) else None
        if lang in LANGUAGES:
            return str(lang)
    return "en"


def _belongs(cell: NotebookNode, lang: str) -> bool:
    tags = set(cell.metadata.get("tags", []))
    others = {f"lang-{other}" for other in LANGUAGES if other != lang}
    foreign = tags & others and f"lang-{lang}" not in tags
    return not foreign and not tags & DROPPED_TAGS


def _with_something_to_show(cells: Sequence[NotebookNode]) -> Iterator[NotebookNode]:
    """Leave out the heading of a section whose code showed nothing: the client has no such data."""
    for number, cell in enumerate(cells):
        rest = cells[number + 1 :]
        code = list(takewhile(lambda each: each.cell_type == "code", rest))
        silent = code and not any(each.get("outputs") for each in code)
        if not (cell.cell_type == "markdown" and cell.source.startswith("#") and silent):
            yield cell


def _cover(notebook: NotebookNode, given: Mapping[str, Any], name: str) -> Cover:
    texts = {key: _text(given.get(key)) for key in ("title", "client", "period", "purpose", "date")}
    cover = Cover(**texts, authors=_authors(notebook, given))
    logo, color = given.get("logo"), given.get("color")
    if isinstance(logo, str) and logo.startswith("data:image/"):
        cover = replace(cover, logo=logo)
    if isinstance(color, str) and _HEX.fullmatch(color.strip()):
        cover = replace(cover, color=color.strip())
    if not cover.title:
        own = _text(notebook.metadata.get("title"))
        cover = replace(cover, title=own or _first_heading(notebook) or name or "Notebook")
    return cover


def _text(value: object) -> str:
    return " ".join(printable(str(value)).split()) if value is not None else ""


def _authors(notebook: NotebookNode, given: Mapping[str, Any]) -> tuple[str, ...]:
    listed = notebook.metadata.get("authors")
    people = listed if isinstance(listed, list) else []
    names = [_text(person.get("name") if isinstance(person, Mapping) else person) for person in people]
    chosen = [_text(given.get("author")), *names, _text(given.get("client"))]
    return tuple(name for name in chosen if name)[:1]


def _first_heading(notebook: NotebookNode) -> str:
    markdown = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for source in markdown:
        heading = BeautifulSoup(markdown_html(source), "html.parser").find("h1")
        if heading is not None and heading.get_text(strip=True):
            return _text(heading.get_text())
    return ""

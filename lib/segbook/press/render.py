"""The report as one HTML file that opens offline."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

from bs4 import BeautifulSoup, Tag
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode
from traitlets import Bool, List, Unicode, default

from segbook.press.page.clean import clean_html
from segbook.press.page.document import Document, read_document
from segbook.press.page.headings import anchor_headings, contents, drop_title
from segbook.press.page.markdown import markdown_html
from segbook.press.page.maths import mathml
from segbook.press.page.outputs import output_html, text_html
from segbook.press.page.wording import TEMPLATES, wording
from segbook.show.color import readable

_highlighter: Callable[..., Any] = Highlight2HTML


class ReportExporter(TemplateExporter):
    """What the HTML and the PDF share: the notebook becomes one clean page."""

    output_mimetype = "text/html"
    exclude_input = Bool(True, help="Hide the code; a report never shows it.").tag(config=True)
    exclude_input_prompt = Bool(True, help="Hide In [1].").tag(config=True)
    exclude_output_prompt = Bool(True, help="Hide Out [1].").tag(config=True)
    template_name = Unicode("segbook", help="Name of the template to use").tag(
        config=True, affects_template=True
    )
    raw_mimetypes = List(Unicode(), ["text/html", "text/markdown", "text/plain", ""]).tag(config=True)
    optimistic_validation = True

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_file")
    def _template_file_default(self) -> str:
        return "index.html.j2"

    @default("extra_template_basedirs")
    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(Path.cwd()), str(TEMPLATES)]

    def default_filters(self) -> Iterable[tuple[str, Callable[..., Any]]]:
        """Give nbconvert's filters and the report's own."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "markdown2html", self._markdown
        yield "output_html", self._output
        yield "rich_html", self._rich
        yield "text_html", text_html
        yield "readable", readable
        yield "fingerprint", fingerprint

    def page(self, nb: NotebookNode, resources: Any = None) -> tuple[Document, BeautifulSoup, Any]:
        """Render the notebook as a page whose headings are anchored.

        Parameters
        ----------
        nb
            The notebook; it is not changed.
        resources
            nbconvert's resources, with the notebook's name and folder.
        """
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        document = read_document(nb, _name(resources))
        self._folder = Path(str(resources["metadata"].get("path") or "."))
        self._words = wording(document.lang)
        self._fragments = 0
        info = nb.metadata.get("language_info", {})
        lexer = info.get("pygments_lexer", info.get("name"))
        highlight = _highlighter(pygments_lexer=lexer, parent=self)
        self.register_filter("highlight_code", highlight)  # type: ignore[no-untyped-call]
        resources["report"] = {"lang": document.lang, "cover": document.cover, "words": self._words}
        html, resources = super().from_notebook_node(document.notebook, resources)
        soup = BeautifulSoup(html, "html.parser")
        body = main(soup)
        drop_title(body, document.cover.title, covered=document.covered)
        anchor_headings(body)
        return document, soup, resources

    @pass_context
    def _markdown(self, context: Context, source: str) -> str:
        cell = context.get("cell", {})
        return self._rich_text(cell.get("attachments", {}), source, "text/markdown")

    def _rich(self, text: str, mime: str) -> str:
        return self._rich_text({}, text, mime)

    def _output(self, output: NotebookNode) -> str:
        return output_html(output, partial(self._rich_text, {}), self._words["interactive"])

    def _rich_text(self, attachments: Mapping[str, Any], text: str, mime: str) -> str:
        if mime == "text/markdown":
            self._fragments += 1
            text = markdown_html(text, attachments, f"{self._fragments}-")
        return clean_html(text, self._folder, self._words["image_missing"])


class SegbookHTMLExporter(ReportExporter):
    r"""A notebook as one HTML file: no network, contents beside, print style inside.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> notebook = new_notebook(cells=[new_markdown_cell("# Отчёт\n\n## Ценные клиенты")])
    >>> html, resources = SegbookHTMLExporter().from_notebook_node(notebook)
    >>> 'id="tsennye-klienty"' in html, resources["output_extension"]
    (True, '.html')
    """

    export_from_notebook = "Segbook report (HTML)"

    def from_notebook_node(  # type: ignore[override]
        self,
        nb: NotebookNode,
        resources: Any = None,
        **kw: Any,  # noqa: ARG002
    ) -> tuple[str, Any]:
        """Convert a notebook into one HTML file.

        Parameters
        ----------
        nb
            The notebook; it is not changed.
        resources
            nbconvert's resources, with the notebook's name and folder.
        **kw
            Not used.
        """
        _, soup, resources = self.page(nb, resources)
        body = main(soup)
        _draw_maths(body)
        _box_tables(body)
        self._list_contents(soup)
        return str(soup), resources

    def _list_contents(self, soup: BeautifulSoup) -> None:
        place, entries = soup.select_one("#contents"), contents(main(soup))
        if place is None:
            return
        if not entries:
            place.decompose()
            return
        listing = self.environment.get_template("contents.html.j2").render(entries=entries)
        (place.details or place).append(BeautifulSoup(listing, "html.parser"))


def main(soup: BeautifulSoup) -> Tag:
    """Give the part of a page that holds the notebook's cells.

    Examples
    --------
    >>> main(BeautifulSoup("<main>x</main>", "html.parser")).name
    'main'
    """
    found = soup.find("main")
    return found if isinstance(found, Tag) else cast("Tag", soup)


def fingerprint(script: str) -> str:
    """Give the hash by which a page's own script is let through its content policy.

    Examples
    --------
    >>> fingerprint("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _name(resources: Any) -> str:
    name = str(resources["metadata"].get("name") or "")
    return re.sub(r"[_\s]+", " ", name).strip()


def _draw_maths(body: Tag) -> None:
    for span in body.select("span.math"):
        tex = span.get_text()
        drawn = mathml(tex, display="display" in span.get_attribute_list("class"))
        shown = BeautifulSoup(clean_html(drawn) if drawn else "<code></code>", "html.parser")
        if drawn is None and shown.code is not None:
            shown.code.string = tex
        span.clear()
        span.append(shown)


def _box_tables(body: Tag) -> None:
    """Put every table into a box of its own that scrolls sideways."""
    for table in body.find_all("table"):
        if table.find_parent("table") is None:
            box = BeautifulSoup('<div class="table-box" tabindex="0"></div>', "html.parser").div
            if box is not None:
                table.wrap(box)

"""The report as a tagged PDF, set by Typst without a network or a file of its own."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from traitlets import default

from segbook.errors import Problem, RunError
from segbook.press.page.document import Document
from segbook.press.page.headings import contents
from segbook.press.page.images import picture
from segbook.press.page.markup import Markup
from segbook.press.page.wording import TEMPLATES, wording
from segbook.press.render import ReportExporter, main
from segbook.show.color import readable

if TYPE_CHECKING:
    from typst import Fonts, PDFStandard

ACCESSIBLE: tuple[PDFStandard, ...] = ("ua-1",)
"""PDF/UA-1, the standard for PDF that a screen reader can read."""


class SegbookPDFExporter(ReportExporter):
    r"""A notebook as a tagged PDF: cover, contents, bookmarks, running header, page x of y.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> notebook = new_notebook(cells=[new_markdown_cell("# Отчёт\n\n## Ценные клиенты")])
    >>> pdf, resources = SegbookPDFExporter().from_notebook_node(notebook)
    >>> pdf[:5], resources["output_extension"]
    (b'%PDF-', '.pdf')
    """

    export_from_notebook = "Segbook report (PDF)"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self,
        nb: NotebookNode,
        resources: Any = None,
        **kw: Any,  # noqa: ARG002
    ) -> tuple[bytes, Any]:
        """Convert a notebook into the bytes of a PDF.

        Parameters
        ----------
        nb
            The notebook; it is not changed.
        resources
            nbconvert's resources, with the notebook's name and folder.
        **kw
            Not used.

        Raises
        ------
        RunError
            When Typst cannot set the report.
        """
        document, soup, resources = self.page(nb, resources)
        for folded in soup.select("details.fold"):
            folded.decompose()
        markup = Markup(main(soup), self._words, document.lang, has_workbook=document.has_workbook)
        body = markup.nodes()
        listed = len(contents(main(soup))) > 0
        report = {**_front(document), "words": dict(self._words), "contents": listed, "body": body}
        pdf = self._compile(report)
        resources["output_extension"] = ".pdf"
        return pdf, resources

    def _compile(self, report: dict[str, Any]) -> bytes:
        from typst import TypstError

        try:
            return compile_report(report)
        except TypstError as refused:
            self.log.debug("Typst refused the report: %s", refused)
        report = _without_broken_pictures(report)
        tagged_only: tuple[PDFStandard, ...] = ()
        for standards in (ACCESSIBLE, tagged_only):
            try:
                return compile_report(report, standards)
            except TypstError as error:
                self.log.warning("Typst cannot write PDF %s: %s", "/".join(standards), error)
                problem = Problem("PDF", str(error), "something Typst can set")
        raise RunError([problem])


def compile_report(report: dict[str, Any], standards: tuple[PDFStandard, ...] = ACCESSIBLE) -> bytes:
    """Set a report in Typst.

    Parameters
    ----------
    report
        What ``report.typ`` reads: front matter, words and the body as nodes.
    standards
        The PDF standards to keep; a tagged PDF in any case.

    Raises
    ------
    typst.TypstError
        When Typst cannot set it.
    """
    source = (TEMPLATES / "report.typ").read_bytes()
    return _set(source, {"report": json.dumps(report, ensure_ascii=False)}, standards)


@cache
def _fonts() -> Fonts:
    """Read the fonts once; only those every machine has."""
    import typst
    from matplotlib import get_data_path

    folder = f"{get_data_path()}/fonts/ttf"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _set(source: bytes, inputs: dict[str, str], standards: tuple[PDFStandard, ...]) -> bytes:
    import typst

    compiler = typst.Compiler(source, font_paths=_fonts(), sys_inputs=inputs)
    pdf = compiler.compile(format="pdf", pdf_standards=list(standards))
    return pdf if isinstance(pdf, bytes) else b""


def _front(document: Document) -> dict[str, Any]:
    cover = document.cover
    texts = {key: getattr(cover, key) for key in ("title", "client", "period", "purpose", "date")}
    logo = picture(cover.logo) if cover.logo else None
    return {
        **texts,
        "lang": document.lang,
        "authors": list(cover.authors),
        "brand": cover.color,
        "accent": readable(cover.color),
        "logo": {"svg": logo.svg, "w": logo.width, "h": logo.height} if logo else None,
    }


def _without_broken_pictures(report: dict[str, Any]) -> dict[str, Any]:
    """Replace the pictures Typst cannot read by their words."""
    if report["logo"] and not _is_drawable(report["logo"]["svg"]):
        report = {**report, "logo": None}
    return {**report, "body": [_mended(node, report["lang"]) for node in report["body"]]}


def _mended(node: Any, lang: str) -> Any:
    if isinstance(node, list):
        return [_mended(each, lang) for each in node]
    if not isinstance(node, dict):
        return node
    if "svg" in node and not _is_drawable(node["svg"]):
        said = wording(lang)["image_missing"].format(name=node["alt"])
        return {"k": "note", "c": [said]} if node["k"] == "figure" else said
    return {key: _mended(value, lang) for key, value in node.items()}


def _is_drawable(svg: str) -> bool:
    from typst import TypstError

    source = b'#image(bytes(sys.inputs.svg), format: "svg", alt: "x")'
    try:
        _set(source, {"svg": svg}, ())
    except TypstError:
        return False
    return True

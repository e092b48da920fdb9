from __future__ import annotations

import base64
import copy
import io
import logging
import re
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbconvert.exporters import get_exporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from segbook.press.page.tables import Cell, Grid, lay_out
from segbook.press.typst import SegbookPDFExporter

pypdf = pytest.importorskip("pypdf", reason="pypdf reads the PDF back")

COVER = "application/vnd.segbook.cover+json"
NASTY = "ООО «Ромашка» & <b>#1</b> *_$`~[x](y) @label // /* = - + 1. \\n 🌼"
ANY_TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=60)


def display(mime: str, content: object, **metadata: object) -> NotebookNode:
    return new_output("display_data", data={mime: content}, metadata=metadata)


def code(*outputs: NotebookNode, source: str = "x = 1") -> NotebookNode:
    return new_code_cell(source, outputs=list(outputs))


def table(html: str, **metadata: object) -> NotebookNode:
    return code(display("text/html", html, **metadata))


def text(source: str, *tags: str, **more: object) -> NotebookNode:
    return new_markdown_cell(source, metadata={"tags": list(tags)}, **more)


def export(*cells: NotebookNode, path: Path | None = None, **traits: object) -> pypdf.PdfReader:
    resources = {"metadata": {"name": "my_notebook", "path": str(path or "")}}
    pdf, _ = SegbookPDFExporter(**traits).from_notebook_node(new_notebook(cells=list(cells)), resources)
    return pypdf.PdfReader(io.BytesIO(pdf))


def words(reader: pypdf.PdfReader, first: int = 0) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages[first:]).split())


def squeezed(source: str) -> str:
    return "".join(source.split())


def titles(outline: list[object]) -> list[object]:
    return [titles(each) if isinstance(each, list) else each.title for each in outline]


def tags_of(reader: pypdf.PdfReader) -> list[tuple[str, str]]:
    """Give the structure tree's elements with their alternative text."""
    found = []
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, dict) and "/S" in node:
            found.append((str(node["/S"])[1:], str(node.get("/Alt", ""))))
        inside = node.get("/K", []) if isinstance(node, dict) else node if isinstance(node, list) else []
        waiting.extend(inside if isinstance(inside, list) else [inside])
    return found


def svg(width: str = "200pt", height: str = "100pt", inside: str = "") -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    return f'{head}<rect width="9" height="9"/>{inside}</svg>'


def png(size: tuple[int, int] = (4, 2), form: str = "PNG") -> str:
    from PIL import Image

    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, form)
    return base64.b64encode(written.getvalue()).decode()


def cover(**given: object) -> NotebookNode:
    return code(display(COVER, {"title": "Report", "client": "Acme", "lang": "en", **given}))


def test_entry_point_is_registered() -> None:
    exporter = get_exporter("segbook-pdf")
    assert exporter is SegbookPDFExporter
    assert exporter().file_extension == ".pdf"
    assert exporter().output_mimetype == "application/pdf"


def test_empty_notebook_is_a_cover() -> None:
    reader = export()
    assert "my notebook" in words(reader)
    assert len(reader.pages) <= 2
    assert reader.metadata.title == "my notebook"


def test_notebook_is_not_changed() -> None:
    notebook = new_notebook(cells=[cover(), text("# A", "lang-ru"), text("B")])
    before = copy.deepcopy(notebook)
    SegbookPDFExporter().from_notebook_node(notebook)
    assert notebook == before


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("ru", ["Период", "Задача", "Дата", "Содержание", "стр. 3 из 3"]),
        ("en", ["Period", "Purpose", "Date", "Contents", "page 3 of 3"]),
    ],
)
def test_cover_contents_and_footer_speak_the_language(lang: str, said: list[str]) -> None:
    whole = {"title": NASTY, "client": NASTY, "period": "2026Q3", "purpose": "why", "date": "21.11.2026"}
    reader = export(
        cover(**whole, lang=lang), text("## A"), text("по-русски", "lang-ru"), text("English", "lang-en")
    )
    assert len(reader.pages) == 3
    assert reader.trailer["/Root"]["/Lang"] == lang
    assert reader.metadata.title == reader.metadata.author == NASTY
    found = words(reader)
    for each in said:
        assert each in found
    assert squeezed(NASTY) in squeezed(reader.pages[0].extract_text())
    assert ("по-русски" in found, "English" in found) == (lang == "ru", lang == "en")


def test_pdf_is_tagged_and_accessible() -> None:
    reader = export(
        text("## A\n\n1. x\n\n| a |\n|---|\n| b |"), code(display("image/svg+xml", svg(), alt="Bars"))
    )
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_object().get_data()
    tags = tags_of(reader)
    assert {"H1", "L", "LI", "Table", "TH", "TD", "Figure"} <= {name for name, _ in tags}
    assert ("Figure", "Bars") in tags


def test_bookmarks_follow_the_headings_without_gaps() -> None:
    reader = export(
        cover(),
        text("## Same\n\n#### Deep\n\n## Same"),
        code(display("text/markdown", "## Из вывода\n\n### и ниже")),
    )
    assert titles(reader.outline) == ["Same", ["Deep"], "Same", "Из вывода", ["и ниже"]]


def test_header_names_client_and_section() -> None:
    reader = export(cover(), text("## First\n\ntext"), text("\n\n".join(f"line {n}" for n in range(90))))
    last = reader.pages[-1].extract_text()
    assert last.startswith("Acme")
    assert "First" in last


def test_contents_link_to_pages() -> None:
    reader = export(cover(), text("## First"), text("## Second"))
    assert reader.pages[1].extract_text().count(".....") >= 2
    assert len(reader.pages[1]["/Annots"]) >= 2


def test_markdown_constructs() -> None:
    source = (
        "# T\n\n## H\n\n**bold** *it* ~~gone~~ `a_b` [site](https://x.org/a) see [H](#H) and[^1]  \nnext\n\n"
        "3. three\n   - two\n     1. deep\n\n- [x] done\n- [ ] open\n\n> quote\n\n"
        "| L | R |\n|:--|--:|\n| left | 12 |\n\n---\n\n```python\nx = '#*_$'\n```\n"
        "\nTerm\n: meaning\n\n[^1]: foot **note**\n"
    )
    reader = export(text(source))
    found = words(reader)
    for each in (
        "bold it gone a_b site",
        "3. three",
        "two",
        "1. deep",
        "☑ done",
        "☐ open",
        "quote",
        "left 12",
    ):
        assert each in found, each
    for each in ("x = '#*_$'", "meaning", "foot note"):
        assert each in found, each
    links = [note["/A"]["/URI"] for page in reader.pages for note in page.get("/Annots", []) if "/A" in note]
    assert "https://x.org/a" in links
    assert {"L", "LI", "BlockQuote", "Code", "Link", "Note", "Table"} <= {name for name, _ in tags_of(reader)}


def test_html_constructs() -> None:
    html = (
        "<div><p>a <b>b</b><i>c</i><em>d</em><strong>e</strong>H<sub>2</sub>x<sup>2</sup><br>f <q>g</q></p>"
        "<ul><li>h<ul><li>i</li></ul></li></ul><ol start=7><li>j</li></ol>k<span>l<div>m</div></span>"
        "<details><summary>More <b>n</b></summary>inside</details><h2>Head</h2></div>"
    )
    reader = export(text(html))
    found = words(reader, 1)
    for each in ("a bcdeH2x2 f “g”", "• h – i", "7. j", "More n inside", "kl m"):
        assert squeezed(each) in squeezed(found), each
    assert titles(reader.outline) == ["Head"]


def test_markup_in_text_comes_out_as_itself() -> None:
    from html import escape

    reader = export(
        code(display("text/plain", NASTY), new_output("stream", name="stdout", text=NASTY)),
        table(f"<table><tr><td>{escape(NASTY)}</td></tr></table>"),
    )
    assert squeezed(words(reader)).count(squeezed(NASTY)) == 3


def test_maths_is_drawn_with_its_source_as_words() -> None:
    reader = export(text("$x^2$ and $$\\frac{a}{b}$$ and $\\begin{cases}1\\end{cases}$ for $5 and $6"))
    assert {("Figure", "x^2"), ("Figure", "\\frac{a}{b}")} <= set(tags_of(reader))
    assert "\\begin{cases}" in words(reader)
    assert "for $5 and $6" in words(reader)


def test_formula_rows_are_drawn_one_below_another() -> None:
    reader = export(text("\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}"))
    assert [alt for name, alt in tags_of(reader) if name == "Figure"][::-1] == ["a = b", "c = d"]


def test_words_above_a_wide_table_turn_with_it() -> None:
    cells = "".join(f"<td class='num'>1 234 567,{n}</td>" for n in range(13))
    html = f"<table class='segbook'><tr>{cells}</tr></table>"
    reader = export(
        text("before"), text("## Wide\n\nwhy"), table(html), text("between"), table(html), text("after")
    )
    turned = [page.extract_text() for page in reader.pages if page.mediabox.width > page.mediabox.height]
    assert len(turned) == 1
    for each in ("Wide", "why", "between"):
        assert each in turned[0]
    assert "before" not in turned[0]
    assert "after" not in turned[0]


def test_dataframe_styler_and_spans() -> None:
    frame = pd.DataFrame(
        [[1, 2], [3, 4]],
        index=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")]),
        columns=pd.MultiIndex.from_tuples([("top", "q"), ("top", "r")]),
    )
    styler = pd.DataFrame({"v": [1.0, 9.0]}).style.background_gradient().set_caption("Styled")
    reader = export(table(frame.to_html()), table(styler.to_html()), table(frame.to_html(), caption="Named"))
    found = words(reader)
    for each in ("top", "q r x 1 2", "Styled", "Named"):
        assert each in found
    assert b"0.007843" in b"".join(page.get_contents().get_data() for page in reader.pages)


@pytest.mark.parametrize(
    "html",
    [
        "<table></table>",
        "<table><tr></tr></table>",
        "<table><thead><tr><th>a</th></tr></thead></table>",
        "<table><tr><td rowspan=9 colspan=9>a</td></tr><tr><td>b</td></tr></table>",
        "<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td colspan=3>c</td></tr></table>",
        "<table><tr><td rowspan=0 colspan=x>a</td></tr><tfoot><tr><td>sum</td></tr></tfoot></table>",
        "<table><tr><td><table><tr><td>in</td></tr></table></td><td><h2>h</h2><ul><li>l</li></ul></td></tr></table>",
        "<table><tbody><tr><td>a</td></tr></tbody><thead><tr><th>late</th></tr></thead></table>",
    ],
)
def test_odd_tables_are_set(html: str) -> None:
    assert len(export(table(html), table(html)).pages) <= 3


def test_long_table_is_cut_and_its_header_repeated() -> None:
    body = "".join(f"<tr><td>row {n}.</td><td class='num'>{n}</td></tr>" for n in range(1234))
    html = f"<table class='segbook'><thead><tr><th>Name</th><th class='num'>N</th></tr></thead>{body}</table>"
    reader = export(cover(lang="en"), table(html))
    found = words(reader)
    assert "row 59." in found
    assert "row 60." not in found
    assert "Rows shown: 60 of 1,234. The whole table is in the Excel workbook." in found
    assert found.count("Name N") == len(reader.pages) - 1 > 1
    assert "workbook" not in words(export(table(html)))


@pytest.mark.parametrize(
    ("columns", "turned", "cut"), [(4, False, False), (13, True, False), (60, True, True)]
)
def test_wide_table_turns_the_page_then_is_cut(columns: int, turned: bool, cut: bool) -> None:
    cells = "".join(f"<td class='num'>1 234 567,{n}</td>" for n in range(columns))
    reader = export(text("## Wide"), table(f"<table class='segbook'><tr>{cells}</tr></table>"))
    wide = [page for page in reader.pages if page.mediabox.width > page.mediabox.height]
    assert bool(wide) == turned
    assert ("Columns shown" in words(reader)) == cut
    if wide:
        assert "Wide" in wide[0].extract_text()


def test_nothing_stands_outside_the_page() -> None:
    long = "Слово" * 60
    url = "https://example.com/" + "a1" * 120
    reader = export(
        text(f"## {long}\n\n{long}\n\n{url} `{long}`\n\n- - - {long}\n\n```\n{long}\n```"),
        table(f"<table><tr><td>{long}</td><td>{url}</td><td>b</td></tr></table>"),
        code(display("text/plain", "x" * 900)),
    )
    edges: list[float] = []

    def note_place(part: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if part.strip():
            edges.append(matrix[4] + 0.3 * size * len(part.strip()))

    for page in reader.pages:
        edges.clear()
        page.extract_text(visitor_text=note_place)
        assert max(edges, default=0) < float(page.mediabox.width)
    assert squeezed(long) in squeezed(words(reader))


def test_huge_output_is_cut() -> None:
    reader = export(code(new_output("stream", name="stdout", text="line\n" * 5000)))
    assert "Lines of output not shown: 4,850." in words(reader)


def test_streams_errors_and_code() -> None:
    error = new_output("error", ename="E", evalue="v", traceback=["\x1b[31mValueError\x1b[0m: #bad"])
    cell = code(new_output("stream", name="stderr", text="careful"), error, source="secret = 1")
    found = words(export(cell))
    assert "careful ValueError: #bad" in found
    assert "secret" not in found
    assert "secret = 1" in words(export(cell, exclude_input=False))


def test_pictures_of_every_kind(tmp_path: Path) -> None:
    (tmp_path / "here.png").write_bytes(base64.b64decode(png()))
    reader = export(
        code(display("image/png", png(), alt="Png"), display("image/jpeg", png(form="JPEG"), caption="Jpeg")),
        code(display("image/svg+xml", svg("3000pt", "9000pt"))),
        text(
            "![Here](here.png) ![Att](attachment:a.gif)",
            attachments={"a.gif": {"image/gif": png(form="GIF")}},
        ),
        path=tmp_path,
    )
    alts = {alt for name, alt in tags_of(reader) if name == "Figure"}
    assert alts == {"Png", "Jpeg", "Figure", "Here", "Att"}
    assert "Jpeg" in words(reader)


@pytest.mark.parametrize(
    ("mime", "content"),
    [
        ("image/png", "not base64!"),
        ("image/png", base64.b64encode(b"\x89PNG\r\n\x1a\nbroken").decode()),
        ("image/svg+xml", "<svg"),
        ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>'),
        ("image/svg+xml", svg(inside='<image href="https://e.com/x.png" width="5" height="5"/>')),
        ("image/svg+xml", svg(inside="<script>alert(1)</script>")),
        ("image/svg+xml", '<svg width="5" height="5"/>'),
    ],
)
def test_broken_picture_does_not_stop_the_report(mime: str, content: str) -> None:
    assert "after" in words(export(code(display(mime, content, alt="Words")), text("after")))


def test_widgets_unknown_types_and_raw_cells() -> None:
    widget = new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}}, metadata={})
    found = words(export(code(widget, display("application/x-unknown", "zzz")), new_raw_cell("raw <b>")))
    assert "only in the notebook itself" in found
    assert "raw <b>" in found
    assert "zzz" not in found


def test_deep_nesting_is_set() -> None:
    reader = export(
        text("> " * 60 + "quoted"), text("<div>" * 200 + "<b>" * 200 + "deep"), text("- " * 40 + "item")
    )
    found = words(reader)
    assert "quoted" in found
    assert "deep" in found
    assert "item" in found


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    export(text("# A"), code(display("image/png", png())))
    assert list(tmp_path.iterdir()) == []


def test_only_bundled_fonts_are_used() -> None:
    from segbook.press.typst import _fonts

    folder = mpl.get_data_path()
    assert all(font.path and font.path.startswith(folder) for font in _fonts().fonts())


def test_failure_is_told_to_the_user(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import typst

    from segbook.errors import RunError

    def refuse(*_: object) -> bytes:
        raise typst.TypstError("cannot")  # type: ignore[call-arg]

    monkeypatch.setattr("segbook.press.typst.compile_report", refuse)
    with caplog.at_level(logging.CRITICAL), pytest.raises(RunError, match="PDF: found cannot"):
        export(text("a"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY_TEXT)
def test_any_text_can_be_set(anything: str) -> None:
    from html import escape

    reader = export(
        code(display("text/plain", anything)),
        table(f"<table><tr><td>{escape(anything)}</td><td>b</td></tr></table>"),
        cover(title=anything, client=anything, period=anything),
        text(anything),
        text(f"$${anything}$$"),
    )
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_object().get_data()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(
        st.characters(min_codepoint=33, max_codepoint=0x17F, blacklist_categories=("Cc", "Cf")), min_size=1
    )
)
def test_readable_text_can_be_read_back(anything: str) -> None:
    from html import escape

    reader = export(table(f"<table><tr><td>x{escape(anything)}x</td></tr></table>"))
    assert re.sub(r"\s", "", f"x{anything}x") in squeezed(words(reader, 1))


def test_word_longer_than_its_column_is_parted():
    """An id of 36 letters whose hyphens stand before figures, where Typst parts nothing by itself."""
    long = "1bf1f423-5c16-4e84-8400-2c76210b4bf3"
    cells = (Cell(0, 0, [long]), *(Cell(x, 0, ["word " * 30]) for x in range(1, 5)))
    node, _, _ = lay_out(Grid(cells, 5, 1, 0))
    assert {"k": "wbr"} in node["body"][0]["c"]
    assert "".join(each for each in node["body"][0]["c"] if isinstance(each, str)) == long

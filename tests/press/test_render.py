from __future__ import annotations

import base64
import copy
import io
import re
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbconvert.exporters import get_exporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from segbook.press.page.nodes import printable
from segbook.press.render import SegbookHTMLExporter

COVER = "application/vnd.segbook.cover+json"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><script>alert(1)</script></svg>'
NASTY = 'ООО «Ромашка» & <b>#1</b> *_$`~[x](y) <script>alert("1")</script> 🌼'
WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Zl", "Zp")), min_size=1, max_size=60)


def display(mime: str, content: object, **metadata: object) -> NotebookNode:
    return new_output("display_data", data={mime: content}, metadata=metadata)


def code(*outputs: NotebookNode, source: str = "x = 1", tags: tuple[str, ...] = ()) -> NotebookNode:
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def text(source: str, *tags: str, **more: object) -> NotebookNode:
    return new_markdown_cell(source, metadata={"tags": list(tags)}, **more)


def render(*cells: NotebookNode, path: Path | None = None, **traits: object) -> BeautifulSoup:
    notebook = new_notebook(cells=list(cells))
    resources = {"metadata": {"name": "my_notebook", "path": str(path or "")}}
    html, _ = SegbookHTMLExporter(**traits).from_notebook_node(notebook, resources)
    return BeautifulSoup(html, "html.parser")


def png(size: tuple[int, int] = (4, 2)) -> str:
    from PIL import Image

    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


def cover(**given: object) -> NotebookNode:
    return code(display(COVER, {"title": "Report", "client": "Acme", "lang": "en", **given}))


def test_entry_point_is_registered() -> None:
    assert get_exporter("segbook-html") is SegbookHTMLExporter


def test_empty_notebook_has_a_page_and_no_contents() -> None:
    page = render()
    assert page.title.string == page.h1.string == "my notebook"
    assert page.find(id="contents") is None
    assert page.html["lang"] == "en"
    assert page.find("meta", attrs={"name": "viewport"})


def test_notebook_is_not_changed() -> None:
    notebook = new_notebook(cells=[cover(), text("# A", "lang-ru"), text("B")])
    before = copy.deepcopy(notebook)
    SegbookHTMLExporter().from_notebook_node(notebook)
    assert notebook == before


@pytest.mark.parametrize(
    ("metadata", "lang"),
    [
        ({}, "en"),
        ({"segbook": {"lang": "ru"}, "papermill": {"parameters": {"lang": "en"}}}, "ru"),
        ({"papermill": {"parameters": {"lang": "ru"}}}, "ru"),
        ({"papermill": {"parameters": {"lang": ""}}}, "en"),
        ({"segbook": {"lang": "de"}}, "en"),
        ({"segbook": "ru"}, "en"),
    ],
)
def test_language_comes_from_metadata(metadata: dict[str, object], lang: str) -> None:
    notebook = new_notebook(
        cells=[text("по-русски", "lang-ru"), text("in English", "lang-en")], metadata=metadata
    )
    page = BeautifulSoup(SegbookHTMLExporter().from_notebook_node(notebook)[0], "html.parser")
    assert page.html["lang"] == lang
    assert page.main.get_text(strip=True) == {"ru": "по-русски", "en": "in English"}[lang]


def test_language_of_the_cover_wins() -> None:
    notebook = new_notebook(
        cells=[cover(lang="ru"), text("## Итог", "lang-ru"), text("end", "lang-en")],
        metadata={"segbook": {"lang": "en"}},
    )
    page = BeautifulSoup(SegbookHTMLExporter().from_notebook_node(notebook)[0], "html.parser")
    assert page.html["lang"] == "ru"
    assert page.find(id="contents").summary.string == "Содержание"
    assert "end" not in page.main.get_text()


def test_parameters_and_removed_cells_are_dropped() -> None:
    tags = ("parameters", "injected-parameters", "remove-cell")
    page = render(*(code(display("text/plain", tag), tags=(tag,)) for tag in tags), text("kept"))
    assert page.main.get_text(strip=True) == "kept"


def test_code_is_hidden_unless_asked_for() -> None:
    cell = code(source="answer = 42")
    assert "answer" not in render(cell).get_text()
    shown = render(cell, exclude_input=False)
    assert shown.select_one(".code .highlight").get_text().strip() == "answer = 42"


@pytest.mark.parametrize(
    ("lang", "period", "purpose", "date"),
    [("ru", "Период", "Задача", "Дата"), ("en", "Period", "Purpose", "Date")],
)
def test_cover_says_whose_report_it_is(lang: str, period: str, purpose: str, date: str) -> None:
    logo = "data:image/svg+xml;base64," + base64.b64encode(SVG.encode()).decode()
    page = render(
        cover(
            title=NASTY, client=NASTY, period="2026Q3", purpose="p", date="21.11.2026", logo=logo, lang=lang
        )
    )
    banner = page.find("header", class_="cover")
    assert banner.h1.string == NASTY
    assert banner.find(class_="client").string == NASTY
    assert banner.img["src"] == logo
    assert banner.img["alt"] == NASTY
    assert [term.string for term in banner.find_all("dt")] == [period, purpose, date]
    assert [term.string for term in banner.find_all("dd")] == ["2026Q3", "p", "21.11.2026"]
    assert COVER not in str(page)


@pytest.mark.parametrize("color", ["red;} body{display:none", "#12", "", None, 7, "#GGGGGG"])
def test_bad_colour_falls_back(color: object) -> None:
    assert "--brand: #0B6E4F;" in str(render(cover(color=color)))


def test_pale_brand_colour_is_darkened_for_text() -> None:
    page = str(render(cover(color="#ff0")))
    assert "--brand: #ff0;" in page
    assert "--accent: #797900;" in page


@pytest.mark.parametrize("logo", ["https://example.com/logo.png", "javascript:alert(1)", 5, ""])
def test_logo_that_would_load_is_left_out(logo: object) -> None:
    assert render(cover(logo=logo)).header.img is None


def test_title_is_the_first_heading_and_stands_once() -> None:
    page = render(text("# *Итоги* года\n\nтекст"))
    assert page.title.string == "Итоги года"
    assert [heading.get_text() for heading in page.find_all("h1")] == ["Итоги года"]


def test_cover_title_replaces_a_lone_first_heading_only() -> None:
    assert len(render(cover(), text("# Other words\n\n## A")).find_all("h1")) == 1
    assert len(render(cover(), text("# One"), text("# Two")).find_all("h1")) == 3


def test_heading_ids_are_ascii_unique_and_linked_from_contents() -> None:
    page = render(
        text("# Отчёт\n\n## Ценные клиенты\n\n[вниз](#Ценные-клиенты)"),
        text("## Ценные клиенты"),
        code(display("text/markdown", "### Из вывода\n\n#### глубже")),
        text("## 概要"),
    )
    ids = [heading["id"] for heading in page.main.find_all(re.compile("h[1-6]"))]
    assert ids == [
        "tsennye-klienty",
        "tsennye-klienty-2",
        "iz-vyvoda",
        "glubzhe",
        "section",
    ]
    links = [link["href"][1:] for link in page.find(id="contents").find_all("a")]
    assert links == ["tsennye-klienty", "tsennye-klienty-2", "iz-vyvoda", "section"]
    assert page.main.p.a["href"] == "#tsennye-klienty"
    assert "¶" not in page.get_text()


def test_contents_are_nested() -> None:
    page = render(text("# T\n\n## A\n\n### B\n\n## C"))
    top = page.find(id="contents").details.ul.find_all("li", recursive=False)
    assert [item.a.string for item in top] == ["A", "C"]
    assert top[0].ul.a.string == "B"


def test_nothing_is_loaded_from_anywhere(tmp_path: Path) -> None:
    hostile = (
        '<img src="https://e.com/a.png" alt="photo"><img srcset="https://e.com/b.png">'
        '<video src="//e.com/c"></video><link rel="stylesheet" href="https://e.com/d.css">'
        '<style>@import "https://e.com/e"; #T_1 {color: red; background: url(https://e.com/f)}</style>'
        '<iframe src="https://e.com"></iframe><object data="https://e.com"></object>'
        '<div style="background:url(//e.com/g)">x</div>'
        '<table background="https://e.com/h"><tr><td>1</td></tr></table>'
        '<svg><image href="https://e.com/i"/><use href="https://e.com/j"></use></svg>'
    )
    page = render(
        code(display("text/html", hostile)), text(hostile), text("![m](http://e.com/k.png)"), path=tmp_path
    )
    for tag in page.find_all(True):
        for name in ("src", "srcset", "data", "poster", "background", "style"):
            assert not re.search(r"https?:|//", str(tag.get(name, "")).replace("data:", "")) or tag.get(
                name, ""
            ).startswith("data:image/"), tag
        assert tag.name not in ("link", "iframe", "object", "embed", "base")
    assert not re.search(r"url\(\s*['\"]?(?:https?:)?//|@import", str(page))
    assert "default-src 'none'" in page.find("meta", attrs={"http-equiv": True})["content"]
    assert page.find("a", class_="missing", href="https://e.com/a.png").get_text() == "Image not shown: photo"


@pytest.mark.parametrize("wrap", [lambda html: code(display("text/html", html)), text])
def test_scripts_are_stripped(wrap: object) -> None:
    html = (
        "<p>safe<script>alert(1)</script></p><img src=x onerror=alert(1)>"
        "<a href=' java\tscript:alert(1)'>l</a><a href='https://ok.org' onclick='x()'>ok</a>"
        "<form action='javascript:x()'><button formaction='//x'>b</button></form>"
        "<svg onload='x()'><script>1</script></svg><a href='data:text/html,<script>1</script>'>d</a>"
    )
    page = render(wrap(html))  # type: ignore[operator]
    body = page.main
    assert body.find("script") is None
    assert not [tag for tag in body.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert [link.get("href") for link in body.find_all("a")] == [None, "https://ok.org", None]
    assert "safe" in body.get_text()


def test_own_script_is_the_only_one_the_page_lets_run() -> None:
    import hashlib

    page = render(text("a"))
    [script] = page.find_all("script")
    digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.find("meta", attrs={"http-equiv": True})["content"]


def test_unbalanced_output_does_not_break_the_page() -> None:
    page = render(code(display("text/html", "</div></main></body><b>bold")), text("after"))
    assert page.main.find_all("section")[-1].get_text(strip=True) == "after"


def test_figures_keep_words_and_caption() -> None:
    page = render(
        code(display("image/svg+xml", SVG, **{"image/svg+xml": {"alt": "Bars"}, "caption": "Fig. <1>"})),
        code(display("image/png", png(), alt="Dot", **{"image/png": {"width": 10}})),
        code(display("image/jpeg", png())),
    )
    first, second, third = page.main.find_all("figure")
    assert first.img["alt"] == "Bars"
    assert first.figcaption.string == "Fig. <1>"
    assert first.img["src"].startswith("data:image/svg+xml;base64,")
    assert (second.img["alt"], second.img["width"]) == ("Dot", "10")
    assert third.img["alt"] == ""
    assert "No description" not in page.get_text()


def test_richest_form_is_shown() -> None:
    both = new_output(
        "display_data",
        data={"image/png": png(), "text/html": "<b>no</b>", "text/plain": "<Figure>"},
        metadata={},
    )
    page = render(code(both))
    assert page.main.img
    assert page.main.get_text(strip=True) == ""


def test_markdown_constructs() -> None:
    source = (
        "**b** *i* ~~s~~ `c` [l](https://x.org) note[^1]  \nnext\n\n1. one\n   - two\n\n- [x] done\n\n"
        "> quote\n\n"
        "| a | b |\n|:--|--:|\n| 1 | 2 |\n\n---\n\n```python\nx = 1\n```\n\n[^1]: foot\n"
    )
    body = render(text(source)).main
    for selector in (
        "strong",
        "em",
        "del",
        "code",
        "a",
        "br",
        "ol ul",
        "input[checked]",
        "blockquote",
        "hr",
        "pre",
    ):
        assert body.select_one(selector), selector
    assert body.find("td", style="text-align:right")
    assert body.find("section", class_="footnotes").get_text(strip=True).startswith("foot")


def test_footnotes_of_two_cells_do_not_meet() -> None:
    page = render(text("a[^1]\n\n[^1]: one"), text("b[^1]\n\n[^1]: two"))
    ids = [tag["id"] for tag in page.main.find_all(id=True)]
    assert len(ids) == len(set(ids)) == 4


def test_money_is_not_maths() -> None:
    body = render(text("from $5 to $9, \\$3; $x_1$")).main
    assert body.p.get_text().startswith("from $5 to $9, $3; ")
    assert len(body.find_all("math")) == 1


def test_maths_is_mathml_or_source() -> None:
    body = render(text("$$\\frac{1}{2}$$ and ${$"), code(display("text/latex", "$\\displaystyle x^2$"))).main
    assert body.find("mfrac")
    assert body.find("math", display="block")
    assert body.find("msup")
    assert "MathJax" not in str(body)


@pytest.mark.parametrize(
    ("tex", "row"),
    [("\\begin{aligned}a&=b\\\\c&=d\\end{aligned}", True), ("\\nonsense x", False), ("x", False)],
)
def test_formula_environments_and_unknown_commands(tex: str, row: bool) -> None:
    body = render(text(f"$${tex}$$")).main
    assert bool(body.find("mtr")) == row
    assert bool(body.find("code")) == ("nonsense" in tex)
    assert "&" not in body.get_text()


def test_formula_cannot_smuggle_html() -> None:
    body = render(text("$\\text{<script>alert(1)</script><img src=x onerror=alert(1)>}$")).main
    assert body.find(["script", "img"]) is None


def test_dataframe_numbers_are_right_aligned() -> None:
    frame = pd.DataFrame({"name": ["a", "b"], "n": [1, 2.5]})
    body = render(code(display("text/html", frame.to_html()))).main
    assert [cell.get_text() for cell in body.find_all("td", class_="num")] == ["1.0", "2.5"]
    assert [cell.get_text() for cell in body.find_all("th", class_="num")] == ["n"]
    assert body.find(class_="table-box").table
    assert body.find("style") is None


def test_styler_keeps_its_colours() -> None:
    html = pd.DataFrame({"a": [1, 9]}).style.background_gradient().to_html()
    body = render(code(display("text/html", html))).main
    cell = body.find("td")
    assert f"#{cell['id']}" in body.style.string
    assert "background-color" in body.style.string


def test_table_caption_from_metadata() -> None:
    body = render(code(display("text/html", "<table><tr><td>1</td></tr></table>", caption="Top"))).main
    assert body.table.caption.string == "Top"


def test_streams_and_errors_keep_their_text_and_lose_escapes() -> None:
    error = new_output("error", ename="E", evalue="v", traceback=["\x1b[31mE\x1b[0m: <v>"])
    body = render(code(new_output("stream", name="stdout", text="1%\r2%\n<b>\n"), error)).main
    assert body.find("pre", class_="stdout").get_text() == "2%\n<b>"
    assert body.find("pre", class_="error").get_text() == "E: <v>"
    assert body.find("span", class_="ansi-red-fg")


def test_widgets_unknown_types_and_raw_cells() -> None:
    widget = new_output(
        "display_data",
        data={
            "application/vnd.jupyter.widget-view+json": {"model_id": "1"},
            "text/plain": "IntSlider()",
        },
    )
    body = render(
        code(widget, display("application/x-unknown", "zzz")),
        new_raw_cell("raw <b>"),
        new_raw_cell("\\LaTeX", metadata={"raw_mimetype": "text/latex"}),
        new_raw_cell("<em>raw</em>", metadata={"raw_mimetype": "text/html"}),
    ).main
    assert "IntSlider" not in body.get_text()
    assert "only in the notebook" in body.get_text()
    assert "zzz" not in body.get_text()
    assert body.find("pre", class_="raw").get_text() == "raw <b>"
    assert "LaTeX" not in body.get_text()
    assert body.em.string == "raw"


def test_pictures_beside_the_notebook_are_carried_inside(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "мой рис.png").write_bytes(base64.b64decode(png()))
    (tmp_path / "secret.png").write_bytes(base64.b64decode(png()))
    source = "![a](<мой рис.png>) ![b](../secret.png) ![c](attachment:x.png) ![d](attachment:none.png)"
    body = render(text(source, attachments={"x.png": {"image/png": png()}}), path=folder).main
    assert [image["alt"] for image in body.find_all("img")] == ["a", "c"]
    assert all(image["src"].startswith("data:image/png;base64,") for image in body.find_all("img"))
    assert "Image not shown: b" in body.get_text()


def test_details_stay_folded_and_open_in_print() -> None:
    page = render(text("<details><summary>How</summary>\n\n**so**\n\n</details>"))
    details = page.main.details
    assert "open" not in details.attrs
    assert details.strong.string == "so"
    assert "beforeprint" in page.script.string
    assert "@media print" in page.style.string


def visible(text: str) -> str:
    return " ".join(text.split())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS)
def test_any_text_comes_out_as_itself(words: str) -> None:
    from html import escape

    escaped = re.sub(r"([\\`*_{}\[\]()#+\-.!|~$<>&:@^=\"'])", r"\\\1", words.strip())
    page = render(
        code(display("text/plain", words)),
        code(display("text/html", f"<table><tr><td>{escape(words)}</td></tr></table>")),
        cover(title=words),
        text(f"x{escaped}x"),
    )
    plain = page.find("pre", class_="plain")
    assert (plain.get_text() if plain else "") == (words.rstrip() if words.strip() else "")
    cell = page.main.find("td")
    assert (cell.get_text() if cell else "") == (words if cell else "")
    assert visible(page.header.h1.get_text()) == (visible(printable(words)) or "my notebook")
    assert visible(page.main.find_all("section")[-1].get_text()) == visible(f"x{words.strip()}x")


def test_a_section_that_showed_nothing_has_no_heading() -> None:
    shown = code(display("text/plain", "42"))
    sections = [text("## Leads"), code(), text("## Money"), code(), shown, text("## Last words")]
    headings = [each.get_text() for each in render(cover(), *sections).find_all("h2")]
    assert headings == ["Money", "Last words"]
    assert len(render(*sections).find_all("h2")) == 3, "a notebook that is no report keeps its headings"


def test_what_is_folded_in_html_is_not_on_paper() -> None:
    from pypdf import PdfReader

    from segbook.press.typst import SegbookPDFExporter

    folded = '<details class="fold"><summary>More</summary><p>Hidden words</p></details>'
    cells = [cover(), code(display("text/html", f"<p>Seen words</p>{folded}"))]
    assert "Hidden words" in render(*cells).get_text()
    pdf, _ = SegbookPDFExporter().from_notebook_node(new_notebook(cells=cells))
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "Seen words" in words
    assert "Hidden words" not in words

"""One output of a cell as HTML: the richest form that can be shown on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from bs4 import BeautifulSoup
from nbconvert.filters.ansi import ansi2html

from segbook.press.page.clean import is_visible
from segbook.press.page.images import IMAGE_TYPES, data_uri
from segbook.press.page.maths import bare

INTERACTIVE = re.compile(
    r"application/(?:vnd\.jupyter\.widget-view|vnd\.plotly|vnd\.vega|vnd\.bokehjs_exec|vnd\.holoviews_exec)"
)
_colour: Callable[[str], str] = ansi2html


def output_html(output: Mapping[str, Any], rich: Callable[[str, str], str], interactive: str = "") -> str:
    """Give the HTML of what a cell displayed.

    Parameters
    ----------
    output
        A ``display_data`` or ``execute_result`` output.
    rich
        Turns the text of ``text/html`` or ``text/markdown``, named second, into safe HTML.
    interactive
        What to say instead of a widget.

    Examples
    --------
    >>> output_html({"data": {"text/plain": "3 < 5"}}, lambda text, mime: text)
    '<pre class="plain">3 &lt; 5</pre>'
    """
    data = {mime: _joined(content) for mime, content in output.get("data", {}).items()}
    for mime in IMAGE_TYPES:
        if data.get(mime):
            return _figure(output, mime, data[mime])
    for mime in ("text/html", "text/markdown"):
        html = rich(data[mime], mime) if data.get(mime) else ""
        if html and is_visible(html):
            return f'<div class="rich">{_captioned(output, mime, html)}</div>'
    if data.get("text/latex"):
        return (
            f'<div class="latex"><span class="math display">{escape(bare(data["text/latex"]))}</span></div>'
        )
    if any(INTERACTIVE.match(mime) for mime in data):
        return f'<p class="note">{escape(interactive)}</p>'
    plain = data.get("text/plain", "")
    scripted = "application/javascript" in data or "text/html" in data
    return "" if scripted or not plain.strip() else text_html(plain)


def text_html(text: str, kind: str = "plain") -> str:
    r"""Give preformatted text with its terminal colours as HTML.

    Parameters
    ----------
    text
        Text as a terminal would receive it: progress bars overwrite themselves, colours are escapes.
    kind
        The class of the element.

    Examples
    --------
    >>> text_html("10%\r100%\n\x1b[31mbad\x1b[0m")
    '<pre class="plain">100%\n<span class="ansi-red-fg">bad</span></pre>'
    """
    lines = (line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))
    coloured = _colour("\n".join(lines).rstrip())
    return f'<pre class="{kind}">{coloured}</pre>'


def _joined(content: object) -> str:
    return "".join(map(str, content)) if isinstance(content, list) else str(content)


def _about(output: Mapping[str, Any], mime: str, key: str) -> str:
    metadata = output.get("metadata", {})
    own = metadata.get(mime)
    value = own.get(key) if isinstance(own, Mapping) else None
    return str(value or metadata.get(key) or "").strip()


def _figure(output: Mapping[str, Any], mime: str, content: str) -> str:
    alt, caption = _about(output, mime, "alt"), _about(output, mime, "caption")
    sizes = ((key, _about(output, mime, key)) for key in ("width", "height"))
    size = "".join(f' {key}="{value}"' for key, value in sizes if value.isdigit())
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    words = escape(alt or caption)
    return f'<figure><img src="{escape(data_uri(mime, content))}" alt="{words}"{size}/>{below}</figure>'


def _captioned(output: Mapping[str, Any], mime: str, html: str) -> str:
    caption = _about(output, mime, "caption")
    soup = BeautifulSoup(html, "html.parser")
    table = soup.find("table")
    if not caption or table is None or table.find("caption"):
        return html
    made = soup.new_tag("caption")
    made.string = caption
    table.insert(0, made)
    return str(soup)

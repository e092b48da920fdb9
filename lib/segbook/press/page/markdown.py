"""Markdown as Jupyter writes it, turned into HTML both exporters read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from mistune.plugins import import_plugin
from nbconvert.filters.markdown_mistune import (
    IPythonRenderer,
    MarkdownWithMath,
    MathBlockParser,
    MathInlineParser,
)

PLUGINS = ("strikethrough", "table", "url", "task_lists", "footnotes", "def_list")

_FOOTNOTE = re.compile(r'((?:id="|href="#)fn(?:ref)?-)')


class _Inline(MathInlineParser):
    """Maths by Pandoc's rule, so that "from $5 to $9" stays money."""

    INLINE_MATH_TEX = r"(?<![$\\])\$(?P<math_inline_tex>(?![\s$])(?:[^$\\]|\\.)+?(?<!\s))\$(?![\d$])"
    SPECIFICATION = {**MathInlineParser.SPECIFICATION, "inline_math_tex": INLINE_MATH_TEX}  # noqa: RUF012


class _Renderer(IPythonRenderer):
    """Maths is marked, not drawn: HTML draws MathML, the PDF draws paths."""

    def inline_math(self, body: str) -> str:
        return f'<span class="math">{escape(body)}</span>'

    def block_math(self, body: str) -> str:
        return f'<span class="math display">{escape(body.strip())}</span>'

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def block_mermaidjs(self, code: str) -> str:
        return f"<pre><code>{escape(code)}</code></pre>\n"

    def _embed_image_or_attachment(self, src: str) -> str:
        name = src.removeprefix("attachment:")
        if name != src and name not in self.attachments:
            return ""
        return str(super()._embed_image_or_attachment(src))


def markdown_html(source: str, attachments: Mapping[str, Any] | None = None, prefix: str = "") -> str:
    """Turn Markdown into HTML, maths marked as ``<span class="math">``.

    Parameters
    ----------
    source
        Markdown with tables, footnotes, task lists, strikethrough, maths and HTML.
    attachments
        The cell's attachments, by name and then by MIME type.
    prefix
        What makes the ids of this cell's footnotes its own.

    Examples
    --------
    >>> print(markdown_html("**RFM** costs $5 or $9; $x^2$"))
    <p><strong>RFM</strong> costs $5 or $9; <span class="math">x^2</span></p>
    """
    renderer = _Renderer(escape=False, exclude_anchor_links=True, attachments=dict(attachments or {}))
    plugins = [import_plugin(plugin) for plugin in PLUGINS]
    parser = MarkdownWithMath(renderer, MathBlockParser(), _Inline(hard_wrap=False), plugins)
    return _FOOTNOTE.sub(rf"\g<1>{prefix}", parser.render(source))

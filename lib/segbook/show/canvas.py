"""Where charts are drawn: one style, one palette, and SVG that is the same for the same drawing."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from textwrap import wrap
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font

from segbook.show.color import readable
from segbook.show.tables import legal

WIDTH = 6.5
"""Inches; the text of the printed page is 6.7 wide, so letters keep their size."""

MIN_CONTRAST = 3.0
"""WCAG 2.2, 1.4.11: graphics against the white page."""

WHITE, INK, MUTED, FAINT = "#ffffff", "#1d2430", "#5a6573", "#c8d0d8"

_STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 9,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.unicode_minus": True,
    "grid.color": "#e6eaee",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "svg.fonttype": "path",
    "svg.hashsalt": "segbook",
}
_ID = re.compile(r'(\bid="|href="#|url\(#)')
_ASIDES = re.compile(r" *<!--.*?-->\n?| *<metadata>.*?</metadata>\n?", re.DOTALL)
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
_ELLIPSIS = "…"


@dataclass(frozen=True)
class Palette:
    """Colours of a report: they differ in lightness, so no colour vision is needed to tell them apart.

    Parameters
    ----------
    lead
        The client's colour, dark enough to be seen on white.
    pale
        The same, light: for what stands beside.
    """

    lead: str
    pale: str


def palette(color: str) -> Palette:
    """Derive the colours of a report from the client's own.

    Parameters
    ----------
    color
        ``#rgb`` or ``#rrggbb``.

    Examples
    --------
    >>> palette("#0B6E4F")
    Palette(lead='#0b6e4f', pale='#9dc5b9')
    """
    lead = readable(color, MIN_CONTRAST)
    red, green, blue = (1 - (1 - channel) * 0.4 for channel in to_rgb(lead))
    return Palette(lead, to_hex((red, green, blue)))


@contextmanager
def style() -> Iterator[None]:
    """Draw in the style of the reports, and leave the user's own settings as they were."""
    settings: dict[Any, Any] = {**sns.axes_style("white"), **_STYLE}
    with mpl.rc_context(settings):
        yield


def canvas(height: float) -> Figure:
    """Give an empty figure of the page's width that no other library holds on to.

    Parameters
    ----------
    height
        Inches.
    """
    return Figure(figsize=(WIDTH, height), layout="constrained")


def svg_of(figure: Figure, alt: str) -> str:
    """Give a figure as SVG: same drawing, same bytes; its ids are like no other chart's.

    Parameters
    ----------
    figure
        Drawn inside `style`.
    alt
        Said to those who cannot see it.

    Examples
    --------
    >>> with style():
    ...     drawn = svg_of(canvas(1), "nothing <yet>")
    >>> 'role="img" aria-label="nothing &lt;yet&gt;"' in drawn
    True
    """
    stream = io.StringIO()
    metadata: dict[str, Any] = {"Date": None, "Creator": None}
    figure.savefig(stream, format="svg", metadata=metadata)
    drawn = stream.getvalue()
    drawn = _ASIDES.sub("", drawn[drawn.index("<svg ") :])
    drawn = drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(legal(alt))}" ', 1)
    mark = "c" + hashlib.sha256(drawn.encode()).hexdigest()[:8]
    return _ID.sub(rf"\g<1>{mark}-", drawn)


def drawable(text: object, width: int = 22, lines: int = 2) -> str:
    r"""Give a label that fits: on few lines, without letters the font does not have.

    Parameters
    ----------
    text
        Any text, a client's own too.
    width
        Letters on a line.
    lines
        Lines at most.

    Examples
    --------
    >>> drawable("Потенциально лояльные покупатели опта")
    'Потенциально лояльные\nпокупатели опта'
    >>> drawable("🌲 x"), drawable("word " * 30, 10)
    ('□ x', 'word word\nword word…')
    """
    known = _letters()
    # A space that must not break stays, so that a number keeps its unit.
    spaced = _SPACES.sub(" ", str(text)).strip()
    plain = "".join(letter if ord(letter) in known else "□" for letter in spaced)
    parts = wrap(plain, width, max_lines=lines, placeholder=_ELLIPSIS)
    return "\n".join(parts)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    return frozenset(get_font(f"{mpl.get_data_path()}/fonts/ttf/DejaVuSans.ttf").get_charmap())

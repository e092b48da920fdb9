"""LaTeX formulas, as MathML for the browser and as vector paths for the PDF."""

from __future__ import annotations

import re
from functools import lru_cache

from segbook.press.page.images import Picture
from segbook.press.page.nodes import is_covered

_DELIMITERS = re.compile(r"\s*(?:\$\$(.*)\$\$|\$(.*)\$|\\\[(.*)\\\]|\\\((.*)\\\))\s*", re.DOTALL)
_ROWS = re.compile(
    r"\s*\\begin\{(equation|align|aligned|split|gather|gathered|multline)(\*?)\}(.*)\\end\{\1\2\}\s*",
    re.DOTALL,
)
_UNREAD = re.compile(r"<mi>(?:\\|&(?!#|\w+;))")
_FONT_SIZE = 10.0


def bare(tex: str) -> str:
    r"""Take the dollars or brackets off a formula.

    Examples
    --------
    >>> bare("$$ x^2 $$"), bare("x"), bare(r"$\\displaystyle y$")
    ('x^2', 'x', '\\\\displaystyle y')
    """
    matched = _DELIMITERS.fullmatch(tex)
    inner = next((group for group in matched.groups() if group is not None), tex) if matched else tex
    return inner.strip()


def rows(tex: str) -> list[str]:
    r"""Take an environment of several lines apart.

    Examples
    --------
    >>> rows(r"\begin{aligned} a &= b \\ c &= d \end{aligned}")
    ['a = b', 'c = d']
    >>> rows("x")
    ['x']
    """
    matched = _ROWS.fullmatch(tex)
    if matched is None:
        return [tex]
    lines = (re.sub(r"(?<!\\)&", "", line) for line in re.split(r"\\\\", matched[3]))
    return [" ".join(line.split()) for line in lines if line.strip()]


@lru_cache(maxsize=512)
def mathml(tex: str, *, display: bool = False) -> str | None:
    """Give a formula as MathML, or nothing when it cannot be read.

    Parameters
    ----------
    tex
        LaTeX without its dollars.
    display
        Whether it stands on a line of its own.

    Examples
    --------
    >>> "<msup>" in mathml("x^2")
    True
    >>> mathml("{") is None
    True
    """
    from latex2mathml import exceptions
    from latex2mathml.converter import convert

    own = [each for each in vars(exceptions).values() if isinstance(each, type)]
    failures: tuple[type[Exception], ...] = tuple(each for each in own if issubclass(each, Exception))
    failures += (LookupError, ValueError, TypeError, AttributeError, StopIteration, RecursionError)
    known = re.sub(r"\\(begin|end)\{aligned\}", r"\\\1{split}", tex)
    try:
        drawn = str(convert(known, display="block" if display else "inline"))
    except failures:
        return None
    return None if _UNREAD.search(drawn) else drawn


@lru_cache(maxsize=512)
def math_picture(tex: str) -> Picture | None:
    """Draw a formula as paths in the font of the report, or nothing when it cannot be drawn.

    Parameters
    ----------
    tex
        LaTeX without its dollars, as far as matplotlib's mathtext knows it.

    Examples
    --------
    >>> drawn = math_picture("x_1")
    >>> drawn.width > drawn.depth > 0
    True
    >>> math_picture(r"{") is None, math_picture("~") is None
    (True, True)
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font = FontProperties(family="DejaVu Sans", math_fontfamily="dejavusans")
    if not is_covered(tex):
        return None
    source = re.sub(r"\\(?:displaystyle|limits|nolimits)(?![a-zA-Z])", "", " ".join(tex.split()))
    try:
        path = TextPath((0, 0), f"${source}$", size=_FONT_SIZE, prop=font)
    except (ValueError, RuntimeError, RecursionError, AttributeError):
        # The last is what matplotlib says of a formula that is all blanks.
        return None
    if "$" in source.replace(r"\$", "") or not len(path.vertices):
        return None
    return _as_svg(path)


def _as_svg(path: object) -> Picture:
    from matplotlib.path import Path

    if not isinstance(path, Path):
        raise TypeError(path)
    box = path.get_extents()
    letters = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}
    drawn = []
    for points, code in path.iter_segments(curves=True, simplify=False):
        pairs = zip(points[::2], points[1::2], strict=True)
        where = " ".join(f"{x - box.x0:.3f} {box.y1 - y:.3f}" for x, y in pairs)
        drawn.append("Z" if code == Path.CLOSEPOLY else letters[code] + where)
    size = f'width="{box.width:.3f}pt" height="{box.height:.3f}pt"'
    view = f'viewBox="0 0 {box.width:.3f} {box.height:.3f}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view}><path d="{"".join(drawn)}"/></svg>'
    return Picture(svg, float(box.width), float(box.height), max(0.0, float(-box.y0)))

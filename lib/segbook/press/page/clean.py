"""HTML that a notebook brings along, made safe, self-contained and balanced."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup, Comment, Tag

from segbook.press.page.images import IMAGE_TYPES, SVG, data_uri, local_uri, svg_root

FORBIDDEN = ("script", "iframe", "frame", "frameset", "object", "embed", "applet", "link", "meta", "base",
             "noscript", "template", "portal", "title", "dialog")  # fmt: skip
LOADING = ("srcset", "poster", "background", "srcdoc", "formaction", "action", "ping", "data", "manifest")
MEDIA = ("img", "source", "video", "audio", "track", "input")
VISIBLE = ("img", "svg", "table", "hr", "math", "input", "progress", "meter", "video", "audio")

_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*)\s*:")
_LINKS = {"http", "https", "mailto", "tel", "ftp"}
_SVG = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL | re.IGNORECASE)
_LOADS = re.compile(r"(?:@import[^;]*;?|url\s*\(\s*[\"']?(?!data:|#)[^)]*\)|expression\s*\()", re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_NUMBER = re.compile(
    r"[-+−–]?[\s\u2060]*[$€£¥]?\s*\d[\d.,\s]*(?:e[-+]?\d+)?\s*[%₽$€£¥]?|—|–|-|NaN|nan|-?inf|"
)


def clean_html(html: str, folder: Path | None = None, missing: str = "{name}") -> str:
    """Give HTML without scripts, without anything to load, and with every tag closed.

    Parameters
    ----------
    html
        A fragment: an output, or Markdown already turned into HTML.
    folder
        The notebook's folder; pictures inside it are carried into the page.
    missing
        What to say instead of a picture that is not at hand, with ``{name}``.

    Examples
    --------
    >>> clean_html('<b onclick="x()">Ромашка<script>alert(1)</script></b><a href="javascript:x()">y')
    '<b>Ромашка</b><a>y</a>'
    """
    soup = BeautifulSoup(_SVG.sub(_svg_as_image, html), "html.parser")
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in soup.find_all(FORBIDDEN):
        tag.decompose()
    for style in soup.find_all("style"):
        _clean_style(style)
    for tag in soup.find_all(True):
        _clean_attributes(tag)
    for tag in soup.find_all([*MEDIA, "image", "use"]):
        _embed(tag, folder or Path(), missing)
    for table in soup.find_all("table"):
        _align_numbers(table)
    return str(soup)


def is_visible(html: str) -> bool:
    """Tell whether anything would be seen.

    Examples
    --------
    >>> is_visible("<div> <style>p {}</style></div>"), is_visible("<hr/>")
    (False, True)
    """
    soup = BeautifulSoup(html, "html.parser")
    for style in soup.find_all("style"):
        style.decompose()
    return bool(soup.get_text(strip=True)) or soup.find(VISIBLE) is not None


def _svg_as_image(matched: re.Match[str]) -> str:
    source = matched[0]
    if "xmlns=" not in source[: source.find(">")]:
        source = re.sub(r"^<svg", '<svg xmlns="http://www.w3.org/2000/svg"', source, flags=re.IGNORECASE)
    if "xlink:" in source and "xmlns:xlink" not in source:
        source = source.replace("<svg", '<svg xmlns:xlink="http://www.w3.org/1999/xlink"', 1)
    root = svg_root(source)
    if root is None:
        return matched[0]
    title = root.find("{http://www.w3.org/2000/svg}title")
    words = root.get("aria-label") or (title.text if title is not None else "") or ""
    image = BeautifulSoup("<img/>", "html.parser").img
    if image is None:
        return ""
    image.attrs.update({"src": data_uri(SVG, source), "alt": words.strip()})
    return str(image)


def _clean_style(style: Tag) -> None:
    """Keep the rules bound to one id, as Styler writes them; the rest would restyle the report."""
    rules = _RULE.findall(_LOADS.sub("", re.sub(r"/\*.*?\*/", "", style.get_text(), flags=re.DOTALL)))
    kept = [f"{where.strip()} {{{what}}}" for where, what in rules if _is_scoped(where)]
    if not kept:
        style.decompose()
        return
    style.attrs = {}
    style.string = "\n".join(kept)


def _is_scoped(selectors: str) -> bool:
    return all(selector.strip().startswith("#") for selector in selectors.split(","))


def _clean_attributes(tag: Tag) -> None:
    for name in list(tag.attrs):
        value = str(tag[name])
        plain = name.lower()
        if plain.startswith("on") or plain in LOADING or (tag.name == "table" and plain == "border"):
            del tag[name]
        elif plain == "style" and (_LOADS.search(value) or "position" in value):
            tag[name] = re.sub(r"position\s*:[^;]*;?", "", _LOADS.sub("", value))
        elif plain in ("href", "xlink:href") and tag.name in ("a", "area"):
            _clean_link(tag, name, value)
        elif plain in ("href", "xlink:href") or (plain == "src" and tag.name not in MEDIA):
            del tag[name]


def _clean_link(tag: Tag, name: str, value: str) -> None:
    scheme = _SCHEME.match(re.sub(r"[\x00-\x20]", "", value))
    if scheme and scheme[1].lower() not in _LINKS:
        del tag[name]
    elif scheme or value.startswith("//"):
        tag["rel"] = "noopener noreferrer"
    if "target" in tag.attrs:
        del tag["target"]


def _embed(tag: Tag, folder: Path, missing: str) -> None:
    src = str(tag.get("src", ""))
    if "src" not in tag.attrs:
        if tag.name in ("img", "image", "use"):
            tag.decompose()
        return
    if src.startswith(tuple(f"data:{mime}" for mime in IMAGE_TYPES)):
        tag.attrs.setdefault("alt", "")
        return
    uri = None if _SCHEME.match(src) or src.startswith("//") else local_uri(src, folder)
    if tag.name == "img" and uri:
        tag["src"] = uri
        tag.attrs.setdefault("alt", "")
    elif tag.name == "img":
        _say_missing(tag, src, missing)
    else:
        del tag["src"]


def _say_missing(tag: Tag, src: str, missing: str) -> None:
    name = str(tag.get("alt") or "") or unquote(src.rsplit("/", 1)[-1])[:80]
    external = src.lower().startswith(("http://", "https://"))
    tag.name = "a" if external else "span"
    tag.attrs = {"href": src, "rel": "noopener noreferrer"} if external else {}
    tag.attrs["class"] = "missing"
    tag.string = missing.replace("{name}", name)


def _align_numbers(table: Tag) -> None:
    """Mark number cells of tables that say nothing about alignment, headings with their column."""
    if "segbook" in table.get_attribute_list("class") or table.find(class_="num"):
        return
    rows = [row.find_all(["td", "th"], recursive=False) for row in table.find_all("tr")]
    body = [row for row in rows if any(cell.name == "td" for cell in row)]
    columns: dict[int, list[bool]] = {}
    for row in body:
        for place, cell in enumerate(row):
            if cell.name == "td" and not _aligned(cell):
                columns.setdefault(place - len(row), []).append(_is_number(cell))
    numeric = {place for place, found in columns.items() if all(found)}
    _each_cell(rows, numeric, _mark)


def _each_cell(rows: Sequence[Sequence[Tag]], places: set[int], act: Callable[[Tag], None]) -> None:
    for row in rows:
        for place, cell in enumerate(row):
            if place - len(row) in places and not _aligned(cell) and "colspan" not in cell.attrs:
                act(cell)


def _mark(cell: Tag) -> None:
    cell["class"] = " ".join([*(str(name) for name in cell.get_attribute_list("class") if name), "num"])


def _aligned(cell: Tag) -> bool:
    return "align" in cell.attrs or "text-align" in str(cell.get("style", ""))


def _is_number(cell: Tag) -> bool:
    return _NUMBER.fullmatch(cell.get_text(strip=True)) is not None

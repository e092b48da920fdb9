"""Pictures: found, read and wrapped so that both files carry them inside."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes
from xml.etree import ElementTree as ET

SVG = "image/svg+xml"
IMAGE_TYPES = (SVG, "image/png", "image/jpeg", "image/gif", "image/webp")

_URI = re.compile(r"data:(image/[\w.+-]+)((?:;[^,;]*)*),(.*)", re.DOTALL)
_POINTS = {"": 0.75, "px": 0.75, "pt": 1.0, "in": 72.0, "cm": 28.346, "mm": 2.8346, "pc": 12.0}
_LINKED = re.compile(r"\s(?:xlink:)?href\s*=\s*(?:\"(?!#|data:)[^\"]*\"|'(?!#|data:)[^']*')")


@dataclass(frozen=True)
class Picture:
    """A picture as SVG text, width, height and depth below the line in points."""

    svg: str
    width: float
    height: float
    depth: float = 0.0


def data_uri(mime: str, content: str | bytes) -> str:
    r"""Write a picture into its own address.

    Parameters
    ----------
    mime
        The MIME type.
    content
        Bytes, SVG text, or base64 text for every other type, as notebooks store it.

    Examples
    --------
    >>> data_uri("image/svg+xml", "<svg/>")
    'data:image/svg+xml;base64,PHN2Zy8+'
    >>> data_uri("image/png", "iVBO\nRw==")
    'data:image/png;base64,iVBORw=='
    """
    if isinstance(content, str) and mime != SVG:
        payload = "".join(content.split())
    else:
        payload = base64.b64encode(content.encode() if isinstance(content, str) else content).decode()
    return f"data:{mime};base64,{payload}"


def local_uri(src: str, folder: Path) -> str | None:
    """Read a picture beside the notebook; nothing outside its folder is ever read.

    Parameters
    ----------
    src
        The address as the notebook writes it.
    folder
        The notebook's folder.

    Examples
    --------
    >>> local_uri("../secret.png", Path()) is None
    True
    """
    base = folder.resolve()
    try:
        path = (base / unquote(src.split("?")[0])).resolve()
        if not path.is_relative_to(base) or not path.is_file():
            return None
        mime = mimetypes.guess_type(path.name)[0]
        return data_uri(mime, path.read_bytes()) if mime in IMAGE_TYPES else None
    except (OSError, ValueError):
        return None


def picture(uri: str) -> Picture | None:
    """Turn a ``data:`` address into SVG that Typst reads from memory, or nothing when it is broken.

    Parameters
    ----------
    uri
        The address of a picture of any of the types browsers show.

    Examples
    --------
    >>> svg = '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="1in"/>'
    >>> drawn = picture(data_uri("image/svg+xml", svg))
    >>> drawn.width, drawn.height
    (72.0, 72.0)
    >>> picture("data:image/png;base64,AAAA") is None
    True
    """
    matched = _URI.match(uri)
    if matched is None:
        return None
    mime, options, payload = matched.groups()
    try:
        coded = ";base64" in options
        content = base64.b64decode(unquote(payload)) if coded else unquote_to_bytes(payload)
    except (binascii.Error, ValueError):
        return None
    return _vector(content) if mime == SVG else _raster(content)


def svg_root(svg: str | bytes) -> ET.Element | None:
    """Parse SVG; nothing when it is not well-formed XML.

    Examples
    --------
    >>> svg_root("<svg>") is None
    True
    """
    try:
        return ET.fromstring(svg)  # noqa: S314 - the notebook's own output, entities are not expanded on disk
    except (ET.ParseError, ValueError):
        return None


def _vector(content: bytes) -> Picture | None:
    root = svg_root(content)
    if root is None or not root.tag.endswith("svg"):
        return None
    box = [float(part) for part in re.findall(r"-?[\d.]+(?:e-?\d+)?", root.get("viewBox", ""))]
    fallback = (box[2] * 0.75, box[3] * 0.75) if len(box) == 4 else (300.0, 150.0)
    width, height = _length(root.get("width")), _length(root.get("height"))
    width, height = width or fallback[0], height or fallback[1]
    if not (width > 0 and height > 0):
        return None
    return Picture(_LINKED.sub("", content.decode("utf-8", "replace")), width, height)


def _length(value: str | None) -> float | None:
    matched = re.fullmatch(r"\s*([\d.]+)\s*([a-z]*)\s*", value or "")
    if matched is None or matched[2] not in _POINTS:
        return None
    try:
        return float(matched[1]) * _POINTS[matched[2]]
    except ValueError:
        return None


def _raster(content: bytes) -> Picture | None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(content)) as image:
            image.load()
            width, height = image.size
            if image.format not in ("PNG", "JPEG"):
                written = BytesIO()
                image.convert("RGBA").save(written, "PNG")
                content = written.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    mime = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="{data_uri(mime, content)}"/></svg>'
    )
    return Picture(svg, width * 0.75, height * 0.75)

"""The little CSS that tables bring along: what a cell's own style says."""

from __future__ import annotations

import re

from bs4 import Tag

KEPT = ("background-color", "color", "font-weight", "font-style", "text-align")

_NAMED = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "green": "#008000", "blue": "#0000ff",
          "yellow": "#ffff00", "orange": "#ffa500", "gray": "#808080", "grey": "#808080",
          "lightgreen": "#90ee90", "lightgray": "#d3d3d3", "lightgrey": "#d3d3d3", "lightblue": "#add8e6",
          "pink": "#ffc0cb", "purple": "#800080", "darkgreen": "#006400", "darkred": "#8b0000",
          "gold": "#ffd700", "silver": "#c0c0c0", "brown": "#a52a2a", "teal": "#008080", "navy": "#000080",
          "salmon": "#fa8072", "coral": "#ff7f50", "tomato": "#ff6347", "khaki": "#f0e68c"}  # fmt: skip
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_RGB = re.compile(r"rgba?\(([^)]*)\)")


def declarations(style: str) -> dict[str, str]:
    """Read the declarations that matter on paper.

    Parameters
    ----------
    style
        A ``style`` attribute or the inside of a rule.

    Examples
    --------
    >>> declarations("color: RED; text-align:right !important; width: 3px; background: #ff0")
    {'color': 'red', 'text-align': 'right', 'background-color': '#ff0'}
    """
    found = {}
    for part in style.split(";"):
        name, _, value = part.partition(":")
        name = name.strip().lower().replace("background-color", "background")
        name = "background-color" if name == "background" else name
        if name in KEPT and value.strip():
            found[name] = value.replace("!important", "").strip().lower()
    return found


def rules_by_id(body: Tag) -> dict[str, dict[str, str]]:
    """Read what pandas' Styler says about single cells, by the cell's id.

    Examples
    --------
    >>> from bs4 import BeautifulSoup
    >>> soup = BeautifulSoup("<style>#T_1_row0, #T_1_row1 {color: red}</style>", "html.parser")
    >>> rules_by_id(soup)["T_1_row1"]
    {'color': 'red'}
    """
    found: dict[str, dict[str, str]] = {}
    for style in body.find_all("style"):
        for selectors, inside in _RULE.findall(style.get_text()):
            said = declarations(inside)
            for selector in selectors.split(","):
                if re.fullmatch(r"#[\w-]+", selector.strip()):
                    found.setdefault(selector.strip()[1:], {}).update(said)
    return found


def color(value: str | None) -> str | None:
    """Give a CSS colour as ``#rrggbb``, or nothing when it is none or see-through.

    Parameters
    ----------
    value
        A hexadecimal, ``rgb()`` or named colour.

    Examples
    --------
    >>> color("rgb(255, 0, 10)"), color("#abc"), color("var(--x)")
    ('#ff000a', '#aabbcc', None)
    """
    value = (value or "").strip().lower()
    if re.fullmatch(r"#[0-9a-f]{6}", value):
        return value
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        return "#" + "".join(digit * 2 for digit in value[1:])
    matched = _RGB.fullmatch(value)
    if matched is None:
        return _NAMED.get(value)
    channels = re.findall(r"[\d.]+%?", matched[1])
    if len(channels) < 3 or (len(channels) > 3 and channels[3] in ("0", "0.0", "0%")):
        return None
    scaled = [float(part.rstrip("%")) * (2.55 if part.endswith("%") else 1) for part in channels[:3]]
    return "#" + "".join(f"{min(255, round(part)):02x}" for part in scaled)

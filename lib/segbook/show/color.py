"""Colours that can be told apart and read on white."""

from __future__ import annotations

from collections.abc import Sequence


def readable(color: str, least: float = 4.5) -> str:
    """Darken a colour until it stands out from a white page.

    Parameters
    ----------
    color
        ``#rgb`` or ``#rrggbb``.
    least
        Contrast wanted: 4.5 for text (WCAG 2.2, 1.4.3), 3 for what is drawn (1.4.11).

    Examples
    --------
    >>> readable("#0B6E4F"), readable("#ff0")
    ('#0b6e4f', '#797900')
    """
    digits = color.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[place : place + 2], 16) for place in (0, 2, 4)]
    while contrast([channel / 255 for channel in channels], (1, 1, 1)) < least:
        channels = [int(channel * 0.96) for channel in channels]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def contrast(one: Sequence[float], other: Sequence[float]) -> float:
    """Give the contrast of two colours as WCAG counts it, from 1 to 21.

    Parameters
    ----------
    one, other
        Red, green and blue from 0 to 1.

    Examples
    --------
    >>> contrast((0, 0, 0), (1, 1, 1))
    21.0
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(channels: Sequence[float]) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

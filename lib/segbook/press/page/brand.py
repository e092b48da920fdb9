"""The client's colour, dark enough to be read on white."""

from __future__ import annotations

MIN_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: normal text."""


def readable(color: str) -> str:
    """Darken a colour until text in it can be read on a white page.

    Parameters
    ----------
    color
        ``#rgb`` or ``#rrggbb``.

    Examples
    --------
    >>> readable("#0B6E4F"), readable("#ff0")
    ('#0b6e4f', '#797900')
    """
    digits = color.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[place : place + 2], 16) for place in (0, 2, 4)]
    while _contrast_on_white(channels) < MIN_CONTRAST:
        channels = [int(channel * 0.96) for channel in channels]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _contrast_on_white(channels: list[int]) -> float:
    shares = [channel / 255 for channel in channels]
    linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)

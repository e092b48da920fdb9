"""What a text file is written in: encoding, delimiter, header row."""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

WHITESPACE = "whitespace"
DELIMITERS = (";", ",", "\t", "|")
HEADER_AMONG = 20
_SAMPLE_LINES = 200
_CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Layout:
    """Where the columns of a text file begin and end.

    Parameters
    ----------
    delimiter
        One character, or ``whitespace``.
    header_row
        Number of the header's record from 1; 0 when there is none.
    lines_before
        Physical lines up to the end of the header.
    headers
        The headers; ``column1``, ``column2``, … when there are none.
    """

    delimiter: str
    header_row: int
    lines_before: int
    headers: tuple[str, ...]


def plain(header: object) -> str:
    """Bring a header into the form in which headers are compared.

    Examples
    --------
    >>> plain("  Дата   заказа ")
    'дата заказа'
    """
    return " ".join(str(header).replace("\ufeff", "").split()).casefold()


def detect_encoding(path: Path) -> str:
    """Find the encoding of a text file.

    Parameters
    ----------
    path
        The file; it is read to its end, since the first Cyrillic name may stand on its last line.

    Returns
    -------
    str
        ``utf-8``, ``utf-8-sig``, ``utf-16``, ``utf-16-le``, ``utf-16-be``, ``cp1251``, ``cp866``,
        ``cp1252`` or ``latin-1``.
    """
    with path.open("rb") as file:
        head = file.read(_CHUNK)
        for bom, name in _BOMS:
            if head.startswith(bom):
                return name
        if (wide := _wide(head)) is not None:
            return wide
        decoder = codecs.getincrementaldecoder("utf-8")()
        for chunk in itertools.chain([head], iter(lambda: file.read(_CHUNK), b"")):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return single_byte(chunk)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return single_byte(head)
    return "utf-8"


def _wide(head: bytes) -> str | None:
    """Recognise UTF-16 without its mark by the zero byte beside every ASCII character."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 10 < len(head) or max(even, odd) < 4 * min(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def single_byte(chunk: bytes) -> str:
    """Tell the single-byte encodings apart by where their high bytes stand.

    Cyrillic letters come in words, or alone in codes such as К12; in western text a high byte stands
    alone beside ASCII letters. Lower-case letters are 0xE0 to 0xFF in cp1251 and mostly 0xA0 to
    0xAF in cp866.

    Examples
    --------
    >>> single_byte("Москва;Лента".encode("cp1251")), single_byte("café;Müller".encode("cp1252"))
    ('cp1251', 'cp1252')
    >>> single_byte("id;К12;К13".encode("cp1251"))
    'cp1251'
    """
    words = re.findall(rb"[\x80-\xff]+", chunk)
    high = b"".join(words)
    in_words = sum(len(word) for word in words if len(word) > 1)
    beside_latin = len(re.findall(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])", chunk))
    if in_words * 2 > len(high) or beside_latin * 2 < len(high):
        dos = sum(0x80 <= byte <= 0xAF for byte in high)
        return "cp866" if dos * 2 > len(high) else "cp1251"
    try:
        chunk.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def detect_layout(
    path: Path,
    encoding: str,
    wanted: Collection[str],
    *,
    delimiter: str | None = None,
    header: int | None = None,
) -> Layout | None:
    """Find delimiter and header row of a text file.

    Parameters
    ----------
    path, encoding
        The file.
    wanted
        Headers that are looked for.
    delimiter, header
        Given ones, which are not looked for.

    Returns
    -------
    Layout or None
        None when the file has no text at all.
    """
    with path.open(encoding=encoding, errors="replace") as file:
        lines = list(itertools.islice(file, _SAMPLE_LINES))
    if not any(line.strip() for line in lines):
        return None
    tried = [delimiter] if delimiter else [*DELIMITERS, WHITESPACE]
    return max((_layout(lines, each, wanted, header) for each in tried), key=lambda found: found[0])[1]


def _layout(
    lines: Sequence[str], delimiter: str, wanted: Collection[str], header: int | None
) -> tuple[tuple[float, ...], Layout]:
    records = split_sample(lines, delimiter)
    rows = [cells for _, cells in records]
    row = header if header is not None else find_header(rows, wanted)
    headers = rows[row - 1] if 0 < row <= len(rows) else []
    body = [cells for cells in rows[max(row, 0) :] if any(cells)]
    width = len(headers) or Counter(map(len, body)).most_common(1)[0][0] if headers or body else 0
    even = sum(len(cells) == width for cells in body) / len(body) if body else 1.0
    padded = delimiter != WHITESPACE or _is_padded(lines)
    found = len({plain(cell) for cell in headers} & set(wanted))
    score = (found if padded or found > 1 else 0, (even if width > 1 and padded else 0), width * padded)
    if row == 0:
        headers = [f"column{number}" for number in range(1, width + 1)]
    before = records[row - 1][0] if 0 < row <= len(records) else 0
    return score, Layout(delimiter, row, before, tuple(cell.strip() for cell in headers))


def _is_padded(lines: Sequence[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    return sum(bool(re.search(r"^[ \t]|[ \t]{2,}", line)) for line in filled) * 2 > len(filled)


def split_sample(lines: Sequence[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """Split lines into records: how many lines were used up to each, and its cells."""
    if delimiter == WHITESPACE:
        return [(number, line.split()) for number, line in enumerate(lines, start=1)]
    reader = csv.reader(lines, delimiter=delimiter)
    records = []
    try:
        for cells in reader:
            records.append((reader.line_num, [cell.strip() for cell in cells]))  # noqa: PERF401 - kept when a later line fails
    except csv.Error:
        return records or [(1, [lines[0].strip()])]
    return records


def find_header(rows: Sequence[Sequence[object]], wanted: Collection[str]) -> int:
    """Find the header row among the first ones.

    Parameters
    ----------
    rows
        Rows from the top.
    wanted
        Headers looked for, in the form of `plain`.

    Returns
    -------
    int
        Number from 1 of the row with most of the wanted headers, the first of equals; without any,
        of the first row that is as wide as the rows after it.

    Examples
    --------
    >>> find_header([["Отчёт", ""], ["", ""], ["Дата", "Сумма"], ["1.1.2020", "5"]], {"дата", "сумма"})
    3
    """
    top = rows[:HEADER_AMONG]
    found = [len({plain(cell) for cell in row} & set(wanted)) for row in top]
    if max(found, default=0) > 0:
        return found.index(max(found)) + 1
    filled = [sum(bool(plain(cell)) for cell in row) for row in top]
    widest = max(filled, default=0)
    return next((number for number, n in enumerate(filled, start=1) if n * 10 >= widest * 8), 1)

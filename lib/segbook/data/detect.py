"""What a text file is written in: encoding, delimiter, header row, decimal mark, order of day and month."""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from segbook.data.cells import FROM_WORKBOOK, Mark, literal

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
    >>> plain("  Дата\\u00a0 заказа ")
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

    Cyrillic letters come in words, so a high byte has high neighbours; in western text it stands
    alone between ASCII letters. Lower-case letters are 0xE0 to 0xFF in cp1251 and mostly 0xA0 to
    0xAF in cp866.

    Examples
    --------
    >>> single_byte("Москва;Лента".encode("cp1251")), single_byte("café;Müller".encode("cp1252"))
    ('cp1251', 'cp1252')
    """
    words = re.findall(rb"[\x80-\xff]+", chunk)
    high = b"".join(words)
    in_words = sum(len(word) for word in words if len(word) > 1)
    if in_words * 2 > len(high):
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
            records.append((reader.line_num, [cell.strip() for cell in cells]))  # noqa: PERF401 - keeps what came before an error
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
    >>> find_header([["Отчёт о продажах", ""], ["", ""], ["Дата", "Сумма"], ["1.1.2020", "5"]], {"дата", "сумма"})
    3
    """
    top = rows[:HEADER_AMONG]
    found = [len({plain(cell) for cell in row} & set(wanted)) for row in top]
    if max(found, default=0) > 0:
        return found.index(max(found)) + 1
    filled = [sum(bool(plain(cell)) for cell in row) for row in top]
    widest = max(filled, default=0)
    return next((number for number, n in enumerate(filled, start=1) if n * 10 >= widest * 8), 1)


def decimal_counts(n: str) -> dict[str, str]:
    """Give SQL aggregates over cleaned numbers that tell which mark is the decimal one.

    Parameters
    ----------
    n
        SQL of the cleaned number.

    Returns
    -------
    dict of str to str
        ``comma`` and ``point`` count proofs; ``doubt_comma`` and ``doubt_point`` give a value that could be
        read both ways, such as ``1,234``.
    """
    counts = {}
    for name, mark, group in (("comma", ",", "\\."), ("point", "\\.", ",")):
        sure = (
            rf"\d+{mark}(?:\d{{1,2}}|\d{{4,}})|(?:\d{{4,}}|0\d*|\d{{1,3}}(?: \d{{3}})+){mark}\d+|{mark}\d+"
            rf"|\d{{1,3}}(?:{group}\d{{3}})+{mark}\d+|\d{{1,3}}(?:{group}\d{{3}}){{2,}}|\d+{mark}\d+[eE][+-]?\d+"
        )
        pattern = rf"[-+( ]*(?:{sure})(?:[eE][+-]?\d+)?[-) ]*"
        proof = f"regexp_full_match({n}, {literal(pattern)}) AND NOT regexp_full_match({n}, {literal(FROM_WORKBOOK)})"
        counts[name] = f"count(*) FILTER ({proof})"
        doubt = literal(rf"[-+( ]*[1-9]\d{{0,2}}{mark}\d{{3}}[-) ]*")
        counts[f"doubt_{name}"] = f"min({n}) FILTER (regexp_full_match({n}, {doubt}))"
    return counts


def decide_decimal(comma: int, point: int) -> Mark | None:
    """Choose the decimal mark by its proofs; None when there is none, or as many against.

    Examples
    --------
    >>> decide_decimal(120, 0), decide_decimal(0, 0)
    (',', None)
    """
    if comma > 20 * point:
        return ","
    return "." if point > 20 * comma else None


def date_counts(p: str) -> dict[str, str]:
    """Give SQL aggregates over the parts of dates that tell whether the day comes first.

    Parameters
    ----------
    p
        SQL of the parts.

    Returns
    -------
    dict of str to str
        ``day_first`` and ``month_first`` count proofs (a number over 12), ``doubt`` the dates that have two
        readings, ``example`` is one of these, ``forms`` lists the patterns met.
    """
    a, b = f"try_cast({p}.a AS INTEGER)", f"try_cast({p}.b AS INTEGER)"
    doubt = f"{p}.a <> '' AND {a} <> {b} AND {a} <= 12 AND {b} <= 12"
    form = (
        f"CASE WHEN {p}.y <> '' THEN '%Y' || {p}.s1 || '%m' || {p}.s2 || '%d' WHEN {p}.cy <> '' THEN '%Y%m%d' "
        f"WHEN {p}.serial <> '' THEN 'serial' "
        f"WHEN {p}.a <> '' THEN 'A' || {p}.s3 || 'B' || {p}.s4 || CASE length({p}.y2) WHEN 4 THEN '%Y' ELSE '%y' END END"
    )
    return {
        "day_first": f"count(*) FILTER ({a} > 12 AND {b} <= 12)",
        "month_first": f"count(*) FILTER ({b} > 12 AND {a} <= 12)",
        "doubt": f"count(*) FILTER ({doubt})",
        "example": f"min({p}.a || {p}.s3 || {p}.b || {p}.s4 || {p}.y2) FILTER ({doubt})",
        "forms": f"list(DISTINCT {form})",
    }


def decide_order(day_first: int, month_first: int) -> Literal["day_first", "month_first"] | None:
    """Choose the order by its proofs; None when there is none, or as many against.

    Examples
    --------
    >>> decide_order(0, 3), decide_order(5, 5)
    ('month_first', None)
    """
    if day_first > 20 * month_first:
        return "day_first"
    return "month_first" if month_first > 20 * day_first else None

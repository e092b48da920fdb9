"""Text as people write it, to typed values: every rule is one SQL expression.

A cell goes through three steps, each a query around the one before, so that nothing is computed
twice: `trimmed` and `given` leave a text or NULL; `prepare` brings it into one form (a date into its
parts), so that what it could mean can be counted; `typed` reads it once the decimal mark and the
order of day and month are settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from segbook.schema import Kind

Mark = Literal[".", ","]

BLANKS = " \t\r\n\u00a0\u202f\u2007\u2009\ufeff\u200b"
NOTHING = ("", "null", "none", "nan", "nat", "n/a", "na", "\\n", "<na>", "#n/a", "#н/д", "н/д", "-", "–", "—")
"""How exports write "no value" where a number, a date, a yes/no or an id should stand."""
YES = ("1", "да", "д", "yes", "y", "true", "t", "истина", "+", "1.0")
NO = ("0", "нет", "н", "no", "n", "false", "f", "ложь", "-", "0.0")

FROM_WORKBOOK = r"-?\d\.\d{16}e[+-]\d+"
"""A number cell of a workbook, written so that nobody can have typed it: its point is a decimal point."""

_LONGEST = 60
"""Characters of the longest number: with exponents of two digits nothing becomes infinite."""

_CURRENCY = (
    r"₽|\$|€|£|¥|₸|₴|₺|руб(?:лей|ля|ль)?\.?|р\.?|rub|rur|usd|eur|gbp|kzt|byn|uah|cny|try|тенге|тг\.?|грн\.?"
)
_SPACES = r"[ \t\x{00A0}\x{202F}\x{2007}\x{2009}'`’]+"
_TIME = (
    r"(?:[T ,\x{00A0}\x{202F}]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"(?: ?([AaPp])\.?[Mm]\.?)?(?: ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?"
)
_DATE = (
    r"^(?:(\d{4})([./-])(\d{1,2})([./-])(\d{1,2})|(\d{1,2})([./-])(\d{1,2})([./-])(\d{4}|\d{2})(?: ?г\.?)?"
    r"|(\d{4})(\d{2})(\d{2})|(\d{5}(?:\.\d+)?))" + _TIME + "$"
)
_TIMES = (" %H:%M:%S", " %H:%M", "T%H:%M:%S", " %H:%M:%S.%f")
_PARTS = (
    *("y", "s1", "m", "s2", "d"),
    *("a", "s3", "b", "s4", "y2"),
    *("cy", "cm", "cd", "serial"),
    *("hour", "minute", "second", "fraction", "half", "zone"),
)


@dataclass(frozen=True)
class Reading:
    """How the cells of one column are read.

    Parameters
    ----------
    kind
        What they become.
    decimal
        Decimal mark of a number.
    dates
        ``day_first``, ``month_first`` or a strptime pattern.
    timezone
        Zone that times with an offset are brought to.
    workbook
        Whether whole days counted from 1899-12-30 are dates, as in Excel.
    whole
        Whether every text of the column is a whole number written as ``17850.0``.
    is_id
        Whether the column identifies something, so that ``NULL`` and ``nan`` are no value.
    """

    kind: Kind
    decimal: Mark = "."
    dates: str = "day_first"
    timezone: str = "UTC"
    workbook: bool = False
    whole: bool = False
    is_id: bool = False


def ident(name: str) -> str:
    """Quote a name for SQL.

    Examples
    --------
    >>> print(ident('the "best" price'))
    "the ""best"" price"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for SQL.

    Examples
    --------
    >>> literal("О'КЕЙ")
    "'О''КЕЙ'"
    """
    return "'" + text.replace("'", "''") + "'"


def one_of(values: tuple[str, ...]) -> str:
    """Give a bracketed SQL list of texts.

    Examples
    --------
    >>> one_of(("a", "b"))
    "('a', 'b')"
    """
    return "(" + ", ".join(map(literal, values)) + ")"


def trimmed(cell: str) -> str:
    """Give SQL for a cell without blanks around it, and NULL when nothing is left.

    Most cells begin and end with a printable letter of ASCII: they are let through, because looking
    for ten kinds of blanks takes longer than reading the file.
    """
    plain = " AND ".join(f"{end}({cell}, 1) BETWEEN '!' AND '~'" for end in ("left", "right"))
    return f"CASE WHEN {plain} THEN {cell} ELSE nullif(trim({cell}, {literal(BLANKS)}), '') END"


def matches(cell: str, pattern: str) -> str:
    """Give SQL that says whether a whole cell matches a pattern."""
    return f"regexp_full_match({cell}, {literal(pattern)})"


def given(text: str, kind: Kind, *, is_id: bool = False) -> str:
    """Give SQL that is NULL where a trimmed text only says that there is no value.

    Parameters
    ----------
    text
        SQL of the trimmed text.
    kind
        What the column becomes.
    is_id
        Whether a text identifies something; any other text is kept as it is.
    """
    if kind == "text" and not is_id:
        return text
    nothing = tuple(each for each in NOTHING if kind != "flag" or each not in NO)
    longest = max(map(len, nothing))
    return f"CASE WHEN length({text}) > {longest} OR lower({text}) NOT IN {one_of(nothing)} THEN {text} END"


def is_date(text: str) -> str:
    """Give SQL that says whether a trimmed text is written as a date and could not be a number."""
    return f"({matches(text, _DATE)} AND NOT {matches(text, '[0-9]+([.][0-9]+)?')})"


def prepare(text: str, kind: Kind) -> str:
    """Give SQL that brings a given text into the form `typed` reads.

    A number loses its currency and keeps one kind of blank; a date becomes a struct of its parts.
    """
    if kind == "number":
        return _cleaned(text)
    names = "[" + ", ".join(map(literal, _PARTS)) + "]"
    return f"regexp_extract({text}, {literal(_DATE)}, {names})" if kind == "date" else text


def _cleaned(text: str) -> str:
    one_blank = f"regexp_replace({text}, {literal(_SPACES)}, ' ', 'g')"
    no_money = f"trim(regexp_replace({one_blank}, {literal('(?i)' + _CURRENCY)}, '', 'g'))"
    same_minus = f"replace(replace({no_money}, '−', '-'), '–', '-')"
    return f"CASE WHEN {matches(text, r'[+-]?[0-9.,]+')} THEN {text} ELSE {same_minus} END"


def typed(text: str, prepared: str, reading: Reading) -> str:
    """Give SQL that reads a cell; NULL where it cannot be read.

    Parameters
    ----------
    text, prepared
        SQL of the given text, and of what `prepare` made of it.
    reading
        How to read it.
    """
    if reading.kind == "number":
        return number(prepared, reading.decimal)
    if reading.kind == "date":
        return _date(text, prepared, reading)
    if reading.kind == "flag":
        low = f"lower({text})"
        return f"CASE WHEN {low} IN {one_of(YES)} THEN true WHEN {low} IN {one_of(NO)} THEN false END"
    return f"regexp_replace({text}, '[.]0+$', '')" if reading.whole else text


def number(text: str, decimal: Mark) -> str:
    """Give SQL that reads a cleaned number written with a decimal mark."""
    group = "," if decimal == "." else "."
    whole = rf"\d{{1,3}}(?: \d{{3}})+|\d{{1,3}}(?:[{group}]\d{{3}})+|\d+"
    core = rf"(?:{whole})(?:[{decimal}]\d*)?(?:[eE][+-]?\d{{1,2}})?|[{decimal}]\d+"
    positive, negative = rf"[+]? ?(?:{core})", rf"- ?(?:{core})|(?:{core}) ?-|[(] ?(?:{core}) ?[)]"
    plain = r"[+-]?\d+" if decimal == "," else r"[+-]?\d+(?:[.]\d*)?(?:[eE][+-]?\d{1,2})?"
    digits = f"replace(replace(regexp_extract({text}, {literal(core)}), ' ', ''), '{group}', '')"
    value = f"try_cast(replace({digits}, '{decimal}', '.') AS DOUBLE)"
    return (
        f"CASE WHEN length({text}) > {_LONGEST} THEN NULL "
        f"WHEN {matches(text, f'{plain}|{FROM_WORKBOOK}')} THEN try_cast({text} AS DOUBLE) "
        f"WHEN {matches(text, positive)} THEN {value} WHEN {matches(text, negative)} THEN -{value} END"
    )


def _date(text: str, p: str, reading: Reading) -> str:
    if "%" not in reading.dates:
        return parts(p, reading)
    read = strptime(text, reading.dates, reading.timezone)
    return f"coalesce({read}, {parts(p, reading)})" if reading.workbook else read


def strptime(text: str, pattern: str, timezone: str) -> str:
    """Give SQL that reads a date by a strptime pattern, with and without its time."""
    if "%z" in pattern or "%Z" in pattern:
        return f"(try_strptime({text}, {literal(pattern)}) AT TIME ZONE {literal(timezone)})"
    day = pattern.split("%H")[0].rstrip(" T,")
    tried = [pattern, day] if day != pattern else [pattern, *(pattern + time for time in _TIMES)]
    return f"try_strptime({text}, [{', '.join(map(literal, tried))}])"


def parts(p: str, reading: Reading) -> str:
    """Give SQL that puts a date together from its parts; a day that does not exist is NULL.

    Two-digit years follow POSIX: 69 to 99 are of the twentieth century.
    """
    day, month = (f"{p}.a", f"{p}.b") if reading.dates != "month_first" else (f"{p}.b", f"{p}.a")
    century = f"CASE WHEN length({p}.y2) = 4 THEN '' WHEN {p}.y2 >= '69' THEN '19' ELSE '20' END"
    date = (
        f"CASE WHEN {p}.y <> '' AND {p}.s1 = {p}.s2 THEN {_iso(f'{p}.y', f'{p}.m', f'{p}.d')} "
        f"WHEN {p}.cy <> '' THEN {_iso(f'{p}.cy', f'{p}.cm', f'{p}.cd')} "
        f"WHEN {p}.a <> '' AND {p}.s3 = {p}.s4 THEN {_iso(f'({century}) || {p}.y2', month, day)} END"
    )
    read = _moment(f"({date})", p, reading.timezone)
    if not reading.workbook:
        return read
    milliseconds = f"cast(round(try_cast({p}.serial AS DOUBLE) * 86400000) AS BIGINT)"
    serial = f"TIMESTAMP '1899-12-30' + to_milliseconds({milliseconds})"
    return f"CASE WHEN {p}.serial <> '' THEN {serial} ELSE {read} END"


def _iso(year: str, month: str, day: str) -> str:
    return f"{year} || '-' || lpad({month}, 2, '0') || '-' || lpad({day}, 2, '0')"


def _moment(date: str, p: str, timezone: str) -> str:
    noon = f"CASE WHEN lower({p}.half) = 'p' THEN 12 ELSE 0 END"
    of_twelve = f"cast(try_cast({p}.hour AS INTEGER) % 12 + {noon} AS VARCHAR)"
    hour = f"lpad(CASE {p}.half WHEN '' THEN {p}.hour ELSE {of_twelve} END, 2, '0')"
    second = f"coalesce(nullif({p}.second, ''), '00') || '.' || rpad(left({p}.fraction, 6), 6, '0')"
    time = f"CASE {p}.hour WHEN '' THEN '00:00:00' ELSE {hour} || ':' || {p}.minute || ':' || {second} END"
    text = f"{date} || ' ' || {time}"
    offset = (
        f"CASE WHEN {p}.zone IN ('Z', 'UTC', 'GMT') THEN '+00:00' "
        f"WHEN length({p}.zone) = 5 THEN left({p}.zone, 3) || ':' || right({p}.zone, 2) ELSE {p}.zone END"
    )
    zoned = f"try_cast({text} || {offset} AS TIMESTAMPTZ) AT TIME ZONE {literal(timezone)}"
    return f"CASE {p}.zone WHEN '' THEN try_cast({text} AS TIMESTAMP) ELSE {zoned} END"

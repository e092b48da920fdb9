"""The workbook: every table in full, with real numbers and dates."""

from __future__ import annotations

import re
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from segbook.errors import Problem, RunError
from segbook.show.cells import Cells, cells_of
from segbook.show.tables import Table, legal
from segbook.words.i18n import Texts

HEADER = 2
"""Row of the headings; above it the title and the note."""

MAX_ROWS = 1_048_576 - HEADER - 1
MAX_NAME = 31
LINE = 15.5
"""Height of a line of text, in points."""
ASIDE = ".segbook-"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")


@dataclass(frozen=True)
class _Sheet:
    name: str
    table: Table


def write_workbook(path: Path, tables: Sequence[Table], texts: Texts, *, title: str, subtitle: str) -> None:
    """Write tables into one Excel file, a sheet each, after a sheet of contents.

    Parameters
    ----------
    path
        The file; it appears only when whole, in place of an older one.
    tables
        In order. One with more rows than a sheet can hold continues on the next sheet.
    texts
        Language and currency.
    title, subtitle
        Head of the contents.

    Raises
    ------
    RunError
        The file or its folder cannot be written; what stood there stays.

    Examples
    --------
    >>> import pandas as pd
    >>> from segbook.show.tables import Column
    >>> table = Table("abc", "ABC", pd.DataFrame({"n": [5]}), {"n": Column("Customers", "int")})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_workbook(Path(folder) / "a.xlsx", [table], Texts("en"), title="Acme", subtitle="2026Q3")
    ...     sorted(each.name for each in Path(folder).iterdir())
    ['a.xlsx']
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=ASIDE, dir=path.parent, ignore_cleanup_errors=True) as aside:
            made = Path(aside) / "workbook.xlsx"
            _write(made, tables, texts, (title, subtitle))
            made.replace(path)
    except (OSError, XlsxWriterException) as error:
        allowed = "a file that can be written and is not open elsewhere"
        raise RunError([Problem(str(path), str(error), allowed)]) from error


def _write(path: Path, tables: Sequence[Table], texts: Texts, head: tuple[str, str]) -> None:
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    sheets = list(_sheets(tables, texts))
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": legal(head[0]), "subject": legal(head[1])})
        formats = _Formats(book)
        _contents(book.add_worksheet(texts.t("workbook.contents")), sheets, head, texts, formats)
        for sheet in sheets:
            _fill(book.add_worksheet(sheet.name), sheet.table, texts, formats)


def _sheets(tables: Sequence[Table], texts: Texts) -> Iterator[_Sheet]:
    """Give each table its sheets, with names Excel allows and nobody else has."""
    taken = {texts.t("workbook.contents").casefold(), "history"}
    for table in tables:
        for start in range(0, max(len(table.frame), 1), MAX_ROWS):
            part = replace(table, frame=table.frame.iloc[start : start + MAX_ROWS])
            if start:
                title = texts.t("workbook.continued", title=table.title, part=start // MAX_ROWS + 1)
                part = replace(part, title=title)
            name = _name(table.title or table.key, taken)
            taken.add(name.casefold())
            yield _Sheet(name, part)


def _name(title: str, taken: set[str]) -> str:
    plain = " ".join(_FORBIDDEN.sub(" ", legal(title)).split()).strip("' ") or "—"
    for number in range(1, len(taken) + 2):
        tail = f" ({number})" if number > 1 else ""
        name = _shortened(plain, MAX_NAME - len(tail)) + tail
        if name.casefold() not in taken:
            return name
    return plain  # pragma: no cover - more tries than names


def _shortened(text: str, length: int) -> str:
    """Cut at a word, counting as Excel does, in halves of pairs."""
    if _units(text) <= length:
        return text
    cut = text
    while _units(cut) > length - 1:
        cut = cut[:-1]
    words = cut if text[len(cut)] == " " else cut.rpartition(" ")[0]
    return (words if len(words) > length // 2 else cut).rstrip(" ,;.-'") + "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class _Formats:
    """The formats of one book, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"italic": True, "font_color": "#5A6573"})
        self.link = book.add_format({"font_color": "#0B5394", "underline": 1, "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.count = book.add_format({"num_format": "#,##0", "valign": "top"})
        shape = {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 2, "bg_color": "#EEF2F4"}
        self.headers = {
            True: book.add_format({**shape, "align": "right"}),
            False: book.add_format({**shape, "align": "left", "indent": 1}),
        }

    def of(self, column: Cells) -> Format:
        """Give the format of a column: its number pattern, and lines that break where text is long."""
        key = f"{column.pattern}{column.wraps}{column.numeric}"
        if key not in self._made:
            shape = {"num_format": column.pattern, "valign": "top", "text_wrap": column.wraps}
            shape |= {"align": "right"} if column.numeric else {"align": "left", "indent": 1}
            self._made[key] = self._book.add_format(shape)
        return self._made[key]


def _contents(
    sheet: Worksheet, sheets: Sequence[_Sheet], head: tuple[str, str], texts: Texts, formats: _Formats
) -> None:
    sheet.hide_gridlines(2)
    for place, width in enumerate((44, 12, 80)):
        sheet.set_column(place, place, width)
    _text(sheet, (0, 0), legal(head[0]), formats.title)
    _text(sheet, (1, 0), legal(head[1]), formats.note)
    for place, key in enumerate(("table", "rows", "about")):
        _text(sheet, (3, place), texts.t(f"workbook.{key}"), formats.headers[key == "rows"])
    for row, each in enumerate(sheets, start=4):
        quoted = each.name.replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{quoted}'!A1", formats.link, legal(each.table.title) or each.name)
        sheet.write_number(row, 1, len(each.table.frame), formats.count)
        _text(sheet, (row, 2), legal(each.table.note), formats.wrapped)
    _print_setup(sheet, 3)


def _fill(sheet: Worksheet, table: Table, texts: Texts, formats: _Formats) -> None:
    columns = cells_of(table, texts)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    _text(sheet, (0, 0), legal(table.title), formats.title)
    _text(sheet, (1, 0), legal(table.note), formats.note)
    sheet.set_row(
        HEADER, LINE * max((_lines(column.header, column.width - 3) for column in columns), default=1)
    )
    for place, column in enumerate(columns):
        _text(sheet, (HEADER, place), column.header, formats.headers[column.numeric])
    _rows(sheet, columns, [formats.of(column) for column in columns])
    if columns:
        sheet.autofilter(HEADER, 0, HEADER + len(table.frame), len(columns) - 1)
        sheet.freeze_panes(HEADER + 1, 1 if columns[0].pattern == "@" else 0)
    _print_setup(sheet, HEADER)


def _lines(text: str, width: float) -> int:
    """Give how many lines a text takes in a column of so many letters."""
    return len(textwrap.wrap(text, max(int(width), 1), break_long_words=False)) or 1


def _rows(sheet: Worksheet, columns: Sequence[Cells], looks: Sequence[Format]) -> None:
    write_number = sheet.write_number
    rows = zip(*(column.values for column in columns), strict=True)
    wrapped = [(place, column.width * 0.9) for place, column in enumerate(columns) if column.wraps]
    for row, cells in enumerate(rows, start=HEADER + 1):
        if wrapped:
            # Not every program finds the height itself.
            sheet.set_row(row, LINE * max(_lines(cells[place] or "", width) for place, width in wrapped))
        for place, value in enumerate(cells):
            if value is None:
                continue
            if isinstance(value, str):
                _text(sheet, (row, place), value, looks[place])
            else:
                write_number(row, place, value, looks[place])


def _text(sheet: Worksheet, place: tuple[int, int], text: str, look: Format) -> None:
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter takes such a text for its own markup and would write it unescaped.
        sheet.write_rich_string(*place, *text[:2], text[2:], look)
    else:
        sheet.write_string(*place, text, look)


def _print_setup(sheet: Worksheet, header: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)
    sheet.set_footer("&R&P / &N")

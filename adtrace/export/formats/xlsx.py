"""XLSX: one workbook of the chosen tables, typed, with filters; nothing in it computes, links or calls out."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from adtrace.case.erasure import UNFINISHED
from adtrace.export.cells import show
from adtrace.export.formats.format import Format, one_file
from adtrace.export.formats.optional import need
from adtrace.export.limits import LIMITS
from adtrace.names import defang

if TYPE_CHECKING:
    from adtrace.export.source import Source
    from adtrace.export.table_rows import TableRows
    from adtrace.export.tables import Rewrite

# Of Excel (specifications and limits, support.microsoft.com, 2025): rows of a sheet, characters of a cell.
_MOST_ROWS, _MOST_CHARACTERS = 1 << 20, 32_767
_CUT = " [cut here; whole in CSV and JSONL]"
# Cells of these hold no text of a page and no name; the others are defanged, for people read this format.
_NO_NAMES: frozenset[Rewrite] = frozenset(("word", "record", "time", "number"))
_TIME = "yyyy-mm-dd hh:mm:ss"
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "use_zip64": True,
}


def write(what: tuple[Source, list[TableRows]], stream: BinaryIO) -> None:
    """A sheet `readme` with the marking, the limits and every column's meaning, then a sheet a table.

    A table longer than a sheet goes on in the next; a text longer than a cell is cut and says so.
    """
    xlsxwriter = need("xlsxwriter", "xlsx")
    # Its parts lie on the disk until it is closed: in the case's folder, for what it holds is to lie nowhere else.
    with tempfile.TemporaryDirectory(dir=what[0].case.path, prefix=UNFINISHED) as folder:
        made = Path(folder) / "book.xlsx"
        book = xlsxwriter.Workbook(str(made), {**_OPTIONS, "tmpdir": folder})
        _fill(book, *what)
        try:
            book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OSError(*error.args[0].args) from None
        with made.open("rb") as whole:
            shutil.copyfileobj(whole, stream)


def _fill(book: Any, source: Source, tables: list[TableRows]) -> None:
    marking = "; ".join(source.marking.lines)
    book.set_properties({"title": f"adtrace, for the {source.audience}", "comments": marking})
    bold = book.add_format({"bold": True})
    time = book.add_format({"num_format": _TIME})
    _write_readme(book.add_worksheet("readme"), source, tables, bold)
    for rows in tables:
        _write_table(book, rows, bold, time)


def _write_readme(sheet: Any, source: Source, tables: list[TableRows], bold: Any) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    reader = defang(f"{source.audience} {source.party}".strip())
    lines = [
        ("For", reader),
        *(("Marking", line) for line in source.marking.lines),
        *(("Limit", line) for line in LIMITS),
        *((f"{rows.name}.{column.name}", column.meaning) for rows in tables for column in rows.columns),
    ]
    for number, (name, text) in enumerate(lines):
        sheet.write_string(number, 0, name, bold)
        sheet.write_string(number, 1, text)


def _write_table(book: Any, rows: TableRows, bold: Any, time: Any) -> None:
    sheet, number, part = _new_sheet(book, rows, rows.name, bold), 0, 1
    kinds = [
        (type_, column.rewrite not in _NO_NAMES)
        for type_, column in zip(rows.types, rows.columns, strict=True)
    ]
    for row in rows.rows():
        number += 1
        if number == _MOST_ROWS:
            sheet.autofilter(0, 0, number - 1, len(rows.columns) - 1)
            part, number = part + 1, 1
            sheet = _new_sheet(book, rows, f"{rows.name} {part}", bold)
        for place, ((type_, is_named), value) in enumerate(zip(kinds, row, strict=True)):
            if value is None:
                continue
            if type_ == "integer":
                sheet.write_number(number, place, value)
            elif type_ == "flag":
                sheet.write_boolean(number, place, value)
            elif type_ == "time":
                sheet.write_datetime(number, place, datetime.fromisoformat(value).replace(tzinfo=None), time)
            else:
                sheet.write_string(number, place, _text(value, is_named=is_named))
    sheet.autofilter(0, 0, number, len(rows.columns) - 1)


def _new_sheet(book: Any, rows: TableRows, name: str, bold: Any) -> Any:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    # On each printed page, above and below (TLP 2.0, usage in documents).
    sheet.set_header(f"&R{rows.marking[0]}")
    sheet.set_footer(f"&L{rows.marking[1]}&R&P / &N")
    for place, column in enumerate(rows.columns):
        sheet.set_column(place, place, 20 if column.type in ("text", "list", "time") else 10)
        sheet.write_string(0, place, column.name, bold)
    return sheet


def _text(value: str | list[str], *, is_named: bool) -> str:
    text = show(" ".join(value) if isinstance(value, list) else value)
    text = defang(text) if is_named else text
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - len(_CUT)] + _CUT


XLSX = Format("xlsx", "tables", one_file("xlsx", write), extra="formats")

"""CSV: UTF-8, every cell quoted, nothing a spreadsheet would compute or obey (RFC 4180)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from adtrace.export.cells import spreadsheet_cell, spreadsheet_cells
from adtrace.export.formats.format import Format, one_file

if TYPE_CHECKING:
    from adtrace.export.table_rows import TableRows
    from adtrace.export.tables import Type


def write(rows: TableRows, stream: BinaryIO) -> None:
    """A header and one line a row; a list is written with spaces between, a missing value as an empty cell.

    cells.read_spreadsheet_cell gives each text back as it was.
    """
    stream.write(_lines([[name] for name in rows.names]))
    for columns in rows.batches:
        stream.write(
            _lines([_texts(type_, values) for type_, values in zip(rows.types, columns, strict=True)])
        )


def _lines(columns: list[list[str]]) -> bytes:
    """The lines of these columns of texts without line ends: joined, in a quarter of the time of csv.writer."""
    rows = zip(*map(_quotes_doubled, columns), strict=True)
    return "".join([f'"{row}"\r\n' for row in map('","'.join, rows)]).encode("utf-8")


def _quotes_doubled(texts: list[str]) -> list[str]:
    return [text.replace('"', '""') for text in texts] if '"' in "".join(texts) else texts


def _texts(type_: Type, values: list[Any]) -> list[str]:
    """A column's cells as texts."""
    first = values[0]
    if values.count(first) == len(values):  # most columns of most batches
        return [_text(type_, first)] * len(values)
    if type_ in ("integer", "flag"):
        return [_text(type_, value) for value in values]
    if type_ == "list":
        return spreadsheet_cells([" ".join(value or ()) for value in values])
    return spreadsheet_cells([value or "" for value in values] if None in values else values)


def _text(type_: Type, value: Any) -> str:
    if value is None:
        return ""
    if type_ == "integer":
        return str(value)
    if type_ == "flag":
        return str(value).lower()
    return spreadsheet_cell(" ".join(value) if type_ == "list" else value)


CSV = Format("csv", "table", one_file("csv", write))

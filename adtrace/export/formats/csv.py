"""CSV: UTF-8, every cell quoted, nothing a spreadsheet would compute or obey (RFC 4180)."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, BinaryIO

from adtrace.export.cells import spreadsheet_cells
from adtrace.export.formats.format import Format, one_file

if TYPE_CHECKING:
    from adtrace.export.table_rows import TableRows
    from adtrace.export.tables import Type


def write(rows: TableRows, stream: BinaryIO) -> None:
    """A header and one line a row; a list is written with spaces between, a missing value as an empty cell.

    cells.read_spreadsheet_cell gives each text back as it was.
    """
    lines = io.TextIOWrapper(stream, "utf-8", newline="", write_through=True)
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    writer.writerow(rows.names)
    for columns in rows.batches:
        cells = [_cells(type_, values) for type_, values in zip(rows.types, columns, strict=True)]
        writer.writerows(zip(*cells, strict=True))
    lines.detach()


def _cells(type_: Type, values: list[Any]) -> list[Any]:
    """A column's cells as csv.writer takes them, which writes None as an empty cell and numbers as they are."""
    if type_ == "integer":
        return values
    if type_ == "flag":
        return [None if value is None else str(value).lower() for value in values]
    if type_ == "list":
        values = [None if value is None else " ".join(value) for value in values]
    return spreadsheet_cells(values)


CSV = Format("csv", "table", one_file("csv", write))

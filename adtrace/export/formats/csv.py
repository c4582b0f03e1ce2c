"""CSV: UTF-8, every cell quoted, nothing a spreadsheet would compute or obey (RFC 4180)."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

from adtrace.export.cells import spreadsheet_cell
from adtrace.export.formats.format import Format
from adtrace.export.formats.plain_rows import Plain, plain_rows

if TYPE_CHECKING:
    import pandas as pd


def write(frame: pd.DataFrame, stream: BinaryIO) -> None:
    """A header and one line a row; a list is written with spaces between, a missing value as an empty cell.

    cells.read_spreadsheet_cell gives each text back as it was.
    """
    lines = io.TextIOWrapper(stream, "utf-8", newline="", write_through=True)
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    writer.writerow(frame.columns)
    for row in plain_rows(frame):
        writer.writerow([_cell(value) for value in row])
    lines.detach()


def _cell(value: Plain) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return spreadsheet_cell(" ".join(value) if isinstance(value, list) else str(value))


CSV = Format("csv", "table", write)

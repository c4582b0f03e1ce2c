"""Tables of the export layer and answers as rows with named cells, which is how all of this folder reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from adtrace.export.table_rows import TableRows
    from adtrace.relate.questions import Answer

Row = dict[str, Any]


class Rows(msgspec.Struct, frozen=True):
    """A table: the columns this audience may see, and its rows. left_out: rows that were read and not kept."""

    columns: list[str]
    rows: list[Row]
    left_out: int = 0


def read_rows(table: TableRows) -> Rows:
    """The rows of a table of the export layer; a missing value is None."""
    columns = table.names
    return Rows(columns, [dict(zip(columns, row, strict=True)) for row in table.rows()])


def read_some(table: TableRows, most: int, see: Callable[[Row], bool]) -> Rows:
    """All rows if there are no more than `most`; else the first of those that `see` asks for.

    see: called once with every row. However long the table is, this much of it is in memory.
    """
    columns = table.names
    first: list[Row] = []
    wanted: list[Row] = []
    number = 0
    for number, cells in enumerate(table.rows(), 1):
        row = dict(zip(columns, cells, strict=True))
        is_wanted = see(row)
        if number <= most:
            first.append(row)
        if is_wanted and len(wanted) < most:
            wanted.append(row)
    kept = first if number <= most else wanted
    return Rows(columns, kept, number - len(kept))


def answer_rows(answer: Answer) -> list[Row]:
    """The rows of an answer."""
    names = [column.name for column in answer.columns]
    return [dict(zip(names, row, strict=True)) for row in answer.rows]

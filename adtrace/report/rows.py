"""Tables of the export layer and answers as rows with named cells, which is how all of this folder reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from adtrace.export.table_rows import TableRows
    from adtrace.relate.questions import Answer

Row = dict[str, Any]


class Rows(msgspec.Struct, frozen=True):
    """A table: the columns this audience may see, and its rows."""

    columns: list[str]
    rows: list[Row]


def read_rows(table: TableRows) -> Rows:
    """The rows of a table of the export layer; a missing value is None."""
    columns = table.names
    return Rows(columns, [dict(zip(columns, row, strict=True)) for row in table.rows()])


def answer_rows(answer: Answer) -> list[Row]:
    """The rows of an answer."""
    names = [column.name for column in answer.columns]
    return [dict(zip(names, row, strict=True)) for row in answer.rows]

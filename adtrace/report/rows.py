"""Tables of the export layer and answers as rows with named cells, which is how all of this folder reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.export.formats.plain_rows import plain_rows

if TYPE_CHECKING:
    import pandas as pd

    from adtrace.relate.questions import Answer

Row = dict[str, Any]


class Rows(msgspec.Struct, frozen=True):
    """A table: the columns this audience may see, and its rows."""

    columns: list[str]
    rows: list[Row]


def read_rows(frame: pd.DataFrame) -> Rows:
    """The rows of a table of the export layer; a missing value is None."""
    columns = list(frame.columns)
    return Rows(columns, [dict(zip(columns, row, strict=True)) for row in plain_rows(frame)])


def answer_rows(answer: Answer) -> list[Row]:
    """The rows of an answer."""
    names = [column.name for column in answer.columns]
    return [dict(zip(names, row, strict=True)) for row in answer.rows]

"""A table as an audience reads it, a batch of rows at a time: what the formats of tables write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from adtrace.export.audience import Audience
from adtrace.export.tables import Column, Type

if TYPE_CHECKING:
    import pandas as pd

# A batch of rows: the cells of each column, in the order of the columns; all as long.
Columns = list[list[Any]]


class TableRows:
    """One table for one audience. batches: read once; a text or a time is a str, what is missing is None.

    count: how many rows have been read. marking: the lines of its labels, for formats with a place for them.
    """

    def __init__(
        self,
        name: str,
        columns: tuple[Column, ...],
        audience: Audience,
        batches: Iterator[Columns],
        marking: tuple[str, ...] = (),
    ) -> None:
        self.name, self.columns, self.audience, self.marking = name, columns, audience, marking
        self.count = 0
        self.batches = self._counted(batches)

    @property
    def names(self) -> list[str]:
        """Of the columns, in order."""
        return [column.name for column in self.columns]

    @property
    def types(self) -> list[Type]:
        """Of the columns, in order, as this audience gets them."""
        return [column.type_for(self.audience) for column in self.columns]

    def _counted(self, batches: Iterator[Columns]) -> Iterator[Columns]:
        for columns in batches:
            self.count += len(columns[0])
            yield columns

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Row by row."""
        for columns in self.batches:
            yield from zip(*columns, strict=True)


def as_frame(rows: TableRows) -> pd.DataFrame:
    """The whole table, each column with the dtype its type says: texts, times and lists are objects."""
    import pandas as pd

    dtypes: dict[Type, Any] = {"integer": "Int64", "flag": "boolean"}
    parts = list(rows.batches)
    data = {}
    for number, (name, type_) in enumerate(zip(rows.names, rows.types, strict=True)):
        cells = [cell for part in parts for cell in part[number]]
        data[name] = pd.Series(cells, dtype=object).astype(dtypes.get(type_, object))
    return pd.DataFrame(data, columns=rows.names)

"""Parquet: typed columns, a row group at a time; what pandas, DuckDB and Arrow read at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from adtrace.export.cells import show
from adtrace.export.formats.format import Format, one_file
from adtrace.export.formats.optional import need

if TYPE_CHECKING:
    from adtrace.export.table_rows import TableRows
    from adtrace.export.tables import Type

_ROWS_A_GROUP = 1 << 16


def write(rows: TableRows, stream: BinaryIO) -> None:
    """Integers, flags, lists of texts and times (UTC, microseconds) are typed; each column's meaning is in its field.

    Texts are as cells.show() writes them, for Parquet's are UTF-8, which holds no half of a pair.
    """
    arrow, parquet = need("pyarrow", "parquet"), need("pyarrow.parquet", "parquet")
    types = {
        "text": arrow.string(),
        "integer": arrow.int64(),
        "flag": arrow.bool_(),
        "list": arrow.list_(arrow.string()),
        "time": arrow.timestamp("us", tz="UTC"),
    }
    fields = [
        arrow.field(column.name, types[type_], metadata={"meaning": column.meaning})
        for column, type_ in zip(rows.columns, rows.types, strict=True)
    ]
    schema = arrow.schema(fields, metadata={"table": rows.name, "marking": "; ".join(rows.marking)})
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        for columns in _groups(rows):
            arrays = [
                _array(arrow, type_, types[type_], values)
                for type_, values in zip(rows.types, columns, strict=True)
            ]
            writer.write_batch(arrow.record_batch(arrays, schema=schema))


def _groups(rows: TableRows) -> Iterator[list[list[Any]]]:
    """The columns of many batches at a time: a row group is read as a whole."""
    group: list[list[Any]] = [[] for _ in rows.columns]
    for columns in rows.batches:
        for whole, part in zip(group, columns, strict=True):
            whole += part
        if len(group[0]) >= _ROWS_A_GROUP:
            yield group
            group = [[] for _ in rows.columns]
    if group[0]:
        yield group


def _array(arrow: Any, type_: Type, kind: Any, values: list[Any]) -> Any:
    first = values[0]
    if first is None and values.count(None) == len(values):  # many columns of a group
        return arrow.nulls(len(values), kind)
    if type_ == "time":
        return arrow.array(values, arrow.string()).cast(kind)
    if type_ == "text" and values.count(first) == len(values):
        return arrow.repeat(arrow.scalar(show(first), kind), len(values))
    if type_ == "text":
        values = _shown(values)
    elif type_ == "list":
        values = [value and _shown(value) for value in values]
    return arrow.array(values, kind)


def _shown(texts: list[Any]) -> list[Any]:
    """The texts as show() writes them; asked of all of them together, for nearly none needs it."""
    joined = "".join(text for text in texts if text)
    if joined.isascii() and joined.isprintable() and "\\u{" not in joined:
        return texts
    return [text and show(text) for text in texts]


PARQUET = Format("parquet", "table", one_file("parquet", write), extra="formats")

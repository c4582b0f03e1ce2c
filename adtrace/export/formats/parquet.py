"""Parquet: typed columns, a row group at a time; what pandas, DuckDB and Arrow read at once."""

from __future__ import annotations

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
    schema = arrow.schema(fields)
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        group: list[Any] = []
        size = 0
        for columns in rows.batches:
            arrays = [
                _array(arrow, type_, types[type_], values)
                for type_, values in zip(rows.types, columns, strict=True)
            ]
            group.append(arrow.record_batch(arrays, schema=schema))
            size += len(columns[0])
            if size >= _ROWS_A_GROUP:
                writer.write_table(arrow.Table.from_batches(group))
                group, size = [], 0
        if group:
            writer.write_table(arrow.Table.from_batches(group))


def _array(arrow: Any, type_: Type, kind: Any, values: list[Any]) -> Any:
    if type_ == "time":
        return arrow.array(values, arrow.string()).cast(kind)
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

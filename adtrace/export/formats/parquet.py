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
    is_constant = first == values[-1] and values.count(first) == len(values)
    if first is None and is_constant:  # many columns of a group
        return arrow.nulls(len(values), kind)
    if type_ == "time":
        return arrow.array(values, arrow.string()).cast(kind)
    if type_ == "text":
        if is_constant:
            return arrow.repeat(arrow.scalar(show(first), kind), len(values))
        return _texts(arrow, kind, values)
    if type_ == "list":
        values = [value and [show(text) for text in value] for value in values]
    return arrow.array(values, kind)


def _texts(arrow: Any, kind: Any, values: list[Any]) -> Any:
    """The texts as show() writes them; asked of all of them where they lie together, for nearly none needs it."""
    try:
        found = arrow.array(values, kind)
        together = found.buffers()[2].to_pybytes().decode("ascii")
    except UnicodeError:  # letters beyond ASCII, or half of a pair
        return arrow.array([text and show(text) for text in values], kind)
    if together.isprintable() and "\\u{" not in together:
        return found
    return arrow.array([text and show(text) for text in values], kind)


PARQUET = Format("parquet", "table", one_file("parquet", write), extra="formats")

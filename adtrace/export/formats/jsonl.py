"""JSON Lines: one object a row, ASCII, so that any text survives any reader (RFC 8259)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from adtrace.export.formats.format import Format, one_file

if TYPE_CHECKING:
    from adtrace.export.table_rows import TableRows


def write(rows: TableRows, stream: BinaryIO) -> None:
    r"""Keys in the order of the columns; a missing value is null, a control or unpaired character its \uXXXX."""
    names = rows.names
    for columns in rows.batches:
        objects = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        stream.write(_lines(objects))


def _lines(objects: list[dict[str, Any]]) -> bytes:
    try:
        lines = msgspec.json.Encoder().encode_lines(objects)
    except UnicodeEncodeError:
        lines = b"\xff"  # half of a pair, which UTF-8 cannot hold
    if lines.isascii():
        return lines
    texts = (json.dumps(one, ensure_ascii=True, separators=(",", ":")) for one in objects)
    return "".join(f"{text}\n" for text in texts).encode("ascii")


JSONL = Format("jsonl", "table", one_file("jsonl", write))

"""JSON Lines: one object a row, ASCII, so that any text survives any reader (RFC 8259)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

from adtrace.export.formats.format import Format
from adtrace.export.formats.plain_rows import plain_rows

if TYPE_CHECKING:
    import pandas as pd


def write(frame: pd.DataFrame, stream: BinaryIO) -> None:
    r"""Keys in the order of the columns; a missing value is null, a control or unpaired character its \uXXXX."""
    for row in plain_rows(frame):
        cells = dict(zip(frame.columns, row, strict=True))
        stream.write(json.dumps(cells, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n")


JSONL = Format("jsonl", "table", write)

"""JSON Lines: one object a row, ASCII, so that any text survives any reader (RFC 8259)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

from adtrace.export.formats.format import Format

if TYPE_CHECKING:
    import pandas as pd


def write(frame: pd.DataFrame, stream: BinaryIO) -> None:
    r"""Keys in the order of the columns; a missing value is null, a control or unpaired character its \uXXXX."""
    for row in frame.itertuples(index=False, name=None):
        cells = {name: _plain(value) for name, value in zip(frame.columns, row, strict=True)}
        stream.write(json.dumps(cells, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n")


def _plain(value: Any) -> str | int | bool | list[str] | None:
    import pandas as pd

    if isinstance(value, str | list | bool):
        return value
    return None if pd.isna(value) else int(value)


JSONL = Format("jsonl", "table", write)

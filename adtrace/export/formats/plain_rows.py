"""Rows of a table as plain Python values, for formats that know nothing of pandas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

Plain = str | int | bool | list[str] | None


def plain_rows(frame: pd.DataFrame) -> Iterator[list[Plain]]:
    """One list a row, in the order of the columns; a missing value is None."""
    import pandas as pd

    kinds = [{"boolean": bool, "Int64": int}.get(str(dtype)) for dtype in frame.dtypes]
    for row in frame.itertuples(index=False, name=None):
        yield [
            value if kind is None else None if pd.isna(value) else kind(value)
            for kind, value in zip(kinds, row, strict=True)
        ]

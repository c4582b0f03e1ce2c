"""What a format is: a name, an ending, what it holds, and a function that writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, Literal

import msgspec


class Format(msgspec.Struct, frozen=True):
    """holds: table (write takes a DataFrame of tables.table) or graph (write takes a graph of relate.graph)."""

    name: str
    holds: Literal["table", "graph"]
    write: Callable[[Any, BinaryIO], None]

    @property
    def ending(self) -> str:
        """Of the file's name."""
        return f".{self.name}"

"""What a format is: a name, what it holds, and the files it is written as, each with the function that does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, Literal

import msgspec

from adtrace.export.audience import AUDIENCES, Audience

# table: a file a table, written from table_rows.TableRows. tables: one file of several, from a list of them and the
# Source. graph: from a graph of relate.graph. case: from the Source.
Holds = Literal["table", "tables", "graph", "case"]


class FormatFile(msgspec.Struct, frozen=True):
    """One file of a format: how its name ends, and what writes it."""

    ending: str
    write: Callable[[Any, BinaryIO], None]


class Format(msgspec.Struct, frozen=True):
    """extra: the optional part of adtrace it needs, "" if none. audiences: for whom it may be written."""

    name: str
    holds: Holds
    files: tuple[FormatFile, ...]
    extra: str = ""
    audiences: tuple[Audience, ...] = AUDIENCES


def one_file(ending: str, write: Callable[[Any, BinaryIO], None]) -> tuple[FormatFile, ...]:
    """The files of a format that is one file."""
    return (FormatFile(f".{ending}", write),)

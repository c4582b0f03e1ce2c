"""What a connection of the web view may read of case.db: an allow-list, enforced by SQLite itself."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path

from adtrace.case.database import expected_schema

# Tables and views that are shown. Not payloads, where the case's secret and the nonces lie, and not the skeletons.
SHOWN = (
    "entries",
    "captures",
    "current_sightings",
    "sightings",
    "links",
    "link_sightings",
    "reviews",
    "decisions",
    "open_decisions",
    "outcomes",
    "extractions",
    "runs",
    "notes",
    "exports",
    "ledger",
)
# Never read at all: what makes a sealed payload impossible to guess, and the text of pages.
_NEVER = (("payloads", "nonce"), ("skeletons", "body"))
_PRAGMAS = (
    "table_info",
    "table_xinfo",
    "index_list",
    "index_info",
    "foreign_key_list",
    "schema_version",
    "database_list",
)
_HARMLESS = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
_FORBIDDEN_FUNCTIONS = ("load_extension", "readfile", "writefile", "edit", "fts3_tokenizer")


def is_live(case: Path) -> bool:
    """Whether somebody may write to the case while it is read: its folder, or a copy on a medium that cannot change.

    A WAL database wants a -shm file beside it, which a folder that cannot be written does not get.
    """
    return os.access(case, os.W_OK)


def restrict(connection: sqlite3.Connection, rewrite: Callable[[str], str]) -> None:
    """Let this connection read what is shown and no more; each text it gives passes through rewrite.

    Whatever asks, a page of Datasette's, a filter, a query of ours: SQLite refuses the rest while it prepares it.
    """
    connection.execute("PRAGMA query_only = ON")
    # As in case/database.py: no name of the list on another disk.
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.text_factory = lambda stored: rewrite(stored.decode("utf-8", "replace"))
    connection.set_authorizer(_may)


def _may(
    action: int, first: str | None, second: str | None, _database: str | None, within: str | None
) -> int:
    """SQLite's question: action, its two arguments, and the view or trigger that reads, if it is one."""
    if action == sqlite3.SQLITE_READ:
        allowed = _may_read(first or "", second or "", within)
    elif action == sqlite3.SQLITE_PRAGMA:
        allowed = first in _PRAGMAS
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = second not in _FORBIDDEN_FUNCTIONS
    else:
        allowed = action in _HARMLESS
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _may_read(table: str, column: str, within: str | None) -> bool:
    # SQL of the reader's own could put something like a view around it: that it is off is the first guard.
    # No column: rows are counted, and nothing of them is read.
    if (table, column) in _NEVER:
        return False
    return table in SHOWN or within is not None or not column or table not in _tables()


@cache
def _tables() -> frozenset[str]:
    """Every table and view a case has: what is not shown is read beneath a view alone, and never by name."""
    return frozenset(name for kind, name, _, _ in expected_schema() if kind in ("table", "view"))

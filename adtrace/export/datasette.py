"""What Datasette says beside the tables of case.db: words, units, hidden tables, and questions to begin with."""

from __future__ import annotations

import contextlib
import sqlite3
import tomllib
from importlib.resources import files
from typing import Any

from adtrace.case.database import schema
from adtrace.export.tables import TABLES


def datasette_metadata(database: str = "case") -> dict[str, Any]:
    """Metadata for Datasette 0.65, as its `--metadata` file holds it: `datasette -i case.db -m metadata.json`.

    database: the name Datasette knows the file by, which is the file's name without its ending.
    """
    known = tomllib.loads(files("adtrace.export").joinpath("datasette.toml").read_text("utf-8"))
    exported = {table.name: {column.name: column.meaning for column in table.columns} for table in TABLES}
    anywhere = {name: meaning for columns in exported.values() for name, meaning in columns.items()}
    tables = {}
    for name, columns in _columns().items():
        # What a table itself says of a column, what is said of any, and else what the like exported table says.
        said = dict(known["table"].get(name, {}))
        meanings = (
            anywhere | exported.get(said.pop("like", ""), {}) | known["columns"] | said.pop("columns", {})
        )
        described = {column: meanings[column] for column in columns if column in meanings}
        units = {column: known["unit"][column] for column in columns if column in known["unit"]}
        tables[name] = {**said, "columns": described, "units": units}
    queries = {query["name"]: {key: query[key] for key in query if key != "name"} for query in known["query"]}
    about = {"title": known["title"], "description": known["description"], "license": known["license"]}
    return {**about, "databases": {database: {**about, "tables": tables, "queries": queries}}}


def _columns() -> dict[str, list[str]]:
    """Every table and view of a case, with the names of its columns."""
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.executescript(schema())
        names = [
            row[0]
            for row in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        ]
        return {name: [row[1] for row in database.execute(f"PRAGMA table_info ({name})")] for name in names}

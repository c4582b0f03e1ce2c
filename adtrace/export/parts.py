"""What is written of a table, a graph or a case in one format: its files, each with the function that fills it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from adtrace.errors import UsageError
from adtrace.export.audience import Audience
from adtrace.export.formats import FORMATS, Format, FormatFile
from adtrace.export.tables import TABLES, find_table

if TYPE_CHECKING:
    from adtrace.export.source import Source

# The names, beside those of the tables, of what the other formats hold.
GRAPH, CASE = "graph", "case"
# A graph is in memory as a whole, at 3.3 KiB a link (measured at 997,000 links); tables and documents are streamed.
MAX_LINKS = 2_000_000


class Part(msgspec.Struct, frozen=True):
    """One file to be: its name, what is in it and in which format. write: fills it; the number of its rows."""

    file: str
    table: str
    format: str
    write: Callable[[Source, BinaryIO], int]


def find_format(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none.
    """
    for known in FORMATS:
        if known.name == name:
            return known
    raise UsageError(
        f'there is no format "{name}".', do=f"Use one of: {', '.join(known.name for known in FORMATS)}."
    )


def make_parts(pairs: Sequence[tuple[str, str]]) -> list[Part]:
    """The files of these (table, format) pairs; "graph" is the table of graph formats, "case" of whole documents.

    Tables of a format that holds several go into one file.

    Raises:
        UsageError: no such table or format, or the one does not hold the other.
    """
    parts, books = [], set()
    for table, form in pairs:
        known = find_format(form)
        holds = {"graph": (GRAPH,), "case": (CASE,)}.get(known.holds)
        if holds is None:
            find_table(table)
        elif table not in holds:
            raise UsageError(f"{form} holds the {known.holds}, not {table}.", do=f'Give "{holds[0]}" for it.')
        if known.holds == "tables":
            if form not in books:
                books.add(form)
                chosen = [table for table, other in pairs if other == form]
                parts += [Part(f"tables{one.ending}", CASE, form, _book(chosen, one)) for one in known.files]
        else:
            write = {"table": _table, "graph": _graph, "case": _case}[known.holds]
            parts += [Part(f"{table}{one.ending}", table, form, write(table, one)) for one in known.files]
    return parts


_Write = Callable[["Source", BinaryIO], int]


def _table(name: str, file: FormatFile) -> _Write:
    def write(source: Source, stream: BinaryIO) -> int:
        rows = source.rows(name)
        file.write(rows, stream)
        return rows.count

    return write


def _book(names: Sequence[str], file: FormatFile) -> _Write:
    def write(source: Source, stream: BinaryIO) -> int:
        file.write((source, [source.rows(name) for name in names]), stream)
        return 0

    return write


def _graph(_: str, file: FormatFile) -> _Write:
    def write(source: Source, stream: BinaryIO) -> int:
        _check_size(source)
        graph: Any = source.graph()
        file.write(graph, stream)
        return int(graph.number_of_edges())

    return write


def _check_size(source: Source) -> None:
    """Nothing, if the graph can be held.

    Raises:
        UsageError: it has more than MAX_LINKS links.
    """
    links = source.count_links()
    if links > MAX_LINKS:
        raise UsageError(
            f"a graph of {links:,} links is more than memory should hold ({MAX_LINKS:,}).",
            do='Take the table "links", which has the same as rows, or `adtrace report`, which holds its largest part.',
        )


def _case(_: str, file: FormatFile) -> _Write:
    def write(source: Source, stream: BinaryIO) -> int:
        file.write(source, stream)
        return 0

    return write


def choose(
    audience: Audience, tables: Sequence[str], formats: Sequence[str], *, everything: bool
) -> list[tuple[str, str]]:
    """The (table, format) pairs that are meant: each table in every format that can hold it, CSV or GEXF if none does.

    everything: all that this audience gets. Formats of whole documents need no table.

    Raises:
        UsageError: no table is named and none is needed, or a format holds none of those named.
    """
    holds = {form: find_format(form).holds for form in formats}
    pairs = [(CASE, form) for form in formats if holds[form] == "case"]
    if everything and tables:
        raise UsageError("either --all or --table.", do="Give one of them.")
    if everything:
        tables = [*(table.name for table in TABLES if table.columns_for(audience)), GRAPH]
    elif not tables and len(pairs) < max(len(formats), 1):
        raise UsageError("What shall be exported?", do="Give --table NAME, or --all.")
    if formats and len(pairs) == len(formats):
        return pairs
    for table in dict.fromkeys(tables):
        fitting = [
            form for form in formats if holds[form] != "case" and (holds[form] == "graph") == (table == GRAPH)
        ]
        if not fitting and formats and len(tables) == 1:
            raise UsageError(
                f"{formats[0]} cannot hold {table}.",
                do="Give csv, jsonl, parquet or xlsx for tables, graphml, gexf or gephi for the graph.",
            )
        pairs += [(table, form) for form in fitting or ["gexf" if table == GRAPH else "csv"]]
    return pairs

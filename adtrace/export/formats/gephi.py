"""The pair of tables that Gephi's spreadsheet import takes: nodes with Id and Label, edges with Source and Target."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO

from adtrace.export.cells import spreadsheet_cell
from adtrace.export.formats.format import Format, FormatFile
from adtrace.export.formats.plain_graph import plain_graph

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph


def write_nodes(graph: Graph, stream: BinaryIO) -> None:
    """One line a node: Id, Label, and its attributes; an attribute it lacks is empty."""
    nodes = [
        {"Id": node, "Label": data["label"], **_more(data)}
        for node, data in plain_graph(graph).nodes(data=True)
    ]
    _write(nodes, ("Id", "Label"), stream)


def write_edges(graph: Graph, stream: BinaryIO) -> None:
    """One line an edge: its ends by Id, Type, Weight (the number of sightings), and its attributes."""
    edges = [
        {
            "Source": source,
            "Target": target,
            "Type": "Directed",
            "Weight": data["weight"],
            "Label": data["label"],
            **_more(data),
        }
        for source, target, data in plain_graph(graph).edges(data=True)
    ]
    _write(edges, ("Source", "Target", "Type", "Weight", "Label"), stream)


def _more(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in ("label", "weight")}


def _write(rows: list[dict[str, Any]], first: Iterable[str], stream: BinaryIO) -> None:
    names = list(dict.fromkeys((*first, *(name for row in rows for name in row))))
    lines = io.TextIOWrapper(stream, "utf-8", newline="", write_through=True)
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name, "")) for name in names] for row in rows)
    lines.detach()


def _cell(value: Any) -> str:
    return spreadsheet_cell(str(value).lower() if isinstance(value, bool) else str(value))


GEPHI = Format(
    "gephi", "graph", (FormatFile(".nodes.csv", write_nodes), FormatFile(".edges.csv", write_edges))
)

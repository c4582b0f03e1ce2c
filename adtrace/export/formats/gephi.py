"""The pair of tables that Gephi's spreadsheet import takes: nodes with Id and Label, edges with Source and Target."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from adtrace.export.cells import spreadsheet_cell
from adtrace.export.formats.format import Format, FormatFile
from adtrace.export.formats.graph_xml import marking_of, plain
from adtrace.export.formats.plain_graph import Attributes, plain_edges, plain_nodes

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph


def write_nodes(graph: Graph, stream: BinaryIO) -> None:
    """One line a node: Id, Label, its attributes and the marking; an attribute it lacks is empty."""

    def rows() -> Iterator[Attributes]:
        for node, data in plain_nodes(graph):
            yield {"Id": node, "Label": data["label"], **_more(data), "Marking": marking_of(graph)}

    _write(rows, ("Id", "Label"), stream)


def write_edges(graph: Graph, stream: BinaryIO) -> None:
    """One line an edge: its ends by Id, Type, Weight (the number of sightings), its attributes and the marking."""

    def rows() -> Iterator[Attributes]:
        for source, target, _, data in plain_edges(graph):
            ends = {"Source": source, "Target": target, "Type": "Directed", "Weight": data["weight"]}
            yield {**ends, "Label": data["label"], **_more(data), "Marking": marking_of(graph)}

    _write(rows, ("Source", "Target", "Type", "Weight", "Label"), stream)


def _more(data: Attributes) -> Attributes:
    return {name: value for name, value in data.items() if name not in ("label", "weight")}


def _write(rows: Callable[[], Iterator[Attributes]], first: Iterable[str], stream: BinaryIO) -> None:
    """The rows under the names of all that they hold: read twice, so that none of them is kept."""
    names = list(dict.fromkeys((*first, *(name for row in rows() for name in row))))
    lines = io.TextIOWrapper(stream, "utf-8", newline="", write_through=True)
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name, "")) for name in names] for row in rows())
    lines.detach()


def _cell(value: Any) -> str:
    return spreadsheet_cell(plain(value))


GEPHI = Format(
    "gephi", "graph", (FormatFile(".nodes.csv", write_nodes), FormatFile(".edges.csv", write_edges))
)

"""GraphML 1.0, as Gephi, Cytoscape, yEd and NetworkX read it; one element after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from adtrace.export.formats.format import Format, one_file
from adtrace.export.formats.graph_xml import HEAD, element, marking_of, text, types_of
from adtrace.export.formats.plain_graph import plain_edges, plain_nodes

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph

_ROOT = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
_TYPES = {bool: "boolean", int: "long"}


def write(graph: Graph, stream: BinaryIO) -> None:
    """The graph with typed attributes, its marking as one of its own; networkx's read_graphml gives it back.

    However large the graph, nothing is copied: networkx's own writer wants one whose attributes are plain already.
    """

    def put(*parts: str) -> None:
        stream.write("".join(parts).encode("utf-8"))

    put(HEAD, _ROOT, _key("graph", "marking", "string"))
    for what, found in (
        ("node", (data for _, data in plain_nodes(graph))),
        ("edge", (data for *_, data in plain_edges(graph))),
    ):
        put(*(_key(what, name, type_) for name, type_ in types_of(found, _TYPES).items()))
    put('<graph edgedefault="directed">', *_data("graph", {"marking": marking_of(graph)}))
    for node, data in plain_nodes(graph):
        put(element("node", {"id": node}, *_data("node", data)))
    for source, target, key, data in plain_edges(graph):
        put(element("edge", {"source": source, "target": target, "id": key}, *_data("edge", data)))
    put("</graph></graphml>\n")


def _key(what: str, name: str, type_: str) -> str:
    return element("key", {"id": f"{what}-{name}", "for": what, "attr.name": name, "attr.type": type_})


def _data(what: str, data: Mapping[str, Any]) -> list[str]:
    return [element("data", {"key": f"{what}-{name}"}, text(value)) for name, value in data.items()]


GRAPHML = Format("graphml", "graph", one_file("graphml", write))

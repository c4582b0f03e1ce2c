"""A graph whose names and attributes every graph file can hold: text, whole numbers, yes and no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adtrace.export.cells import show

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph


def plain_graph(graph: Graph) -> Graph:
    """A copy with lists joined by spaces, nothing missing, control characters written out (cells.restore undoes it).

    networkx's writers raise on None and lists, and of a control character its GEXF writer makes an unreadable file.
    Nodes get a label, edges a label and a weight (the number of sightings), as Gephi reads them. GraphML has a place
    for the graph's own attributes, its marking.
    """
    import networkx as nx

    plain: Graph = nx.MultiDiGraph(**graph.graph)
    for node, data in graph.nodes(data=True):
        plain.add_node(show(node), label=show(data["name"]), **_plain(data))
    for source, target, key, data in graph.edges(keys=True, data=True):
        ends = (show(source), show(target))
        plain.add_edge(*ends, show(key), label=show(data["edge"]), weight=data["count"], **_plain(data))
    return plain


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, list):
            value = " ".join(value)
        found[key] = value if isinstance(value, int) else show(value or "")
    return found

"""Nodes and edges of a graph as every graph file can hold them: text, whole numbers, yes and no."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from adtrace.export.cells import show

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph

Attributes = dict[str, Any]


def plain_nodes(graph: Graph) -> Iterator[tuple[str, Attributes]]:
    """Each node by its id, with a label; one after the other, so that a large graph is in memory once.

    Lists are joined by spaces, nothing is missing, control characters are written out (cells.restore undoes it):
    readers refuse None and lists, and a control character makes an unreadable file of any XML.
    """
    for node, data in graph.nodes(data=True):
        yield show(node), {"label": show(data["name"]), **_plain(data)}


def plain_edges(graph: Graph) -> Iterator[tuple[str, str, str, Attributes]]:
    """(source, target, key, attributes) of each edge, with a label and a weight, which is the number of sightings."""
    for source, target, key, data in graph.edges(keys=True, data=True):
        more = {"label": show(data["edge"]), "weight": data["count"], **_plain(data)}
        yield show(source), show(target), show(key), more


def _plain(data: Attributes) -> Attributes:
    found: Attributes = {}
    for key, value in data.items():
        if isinstance(value, list):
            value = " ".join(value)
        found[key] = value if isinstance(value, int) else show(value or "")
    return found

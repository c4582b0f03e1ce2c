"""Which part of a large graph the report holds; small ones it holds whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph

MAX_NODES = 5000
# What stays when not all fits: few and central kinds whole, then by the number of neighbours.
_FIRST = ("network", "company")
_LAST = ("seller", "landing")


class Chosen(msgspec.Struct, frozen=True):
    """The nodes in the order their dossiers stand, and how many there are in all."""

    nodes: list[str]
    total: int

    @property
    def sentence(self) -> str:
        """Which part this is, for the reader."""
        if len(self.nodes) == self.total:
            return f"All {self.total:,} nodes of the graph are here."
        return (
            f"{len(self.nodes):,} of {self.total:,} nodes are here: every network and company, then the nodes with "
            "the most neighbours. The whole graph: adtrace export CASE --table graph."
        )


def choose(graph: Graph, most: int = MAX_NODES) -> Chosen:
    """At most so many nodes, the same for the same graph."""
    nodes = sorted(graph)
    if len(nodes) > most:
        nodes = sorted(nodes, key=lambda node: _rank(graph, node))[:most]
    return Chosen(sorted(nodes, key=lambda node: (_KIND_ORDER[graph.nodes[node]["kind"]], node)), len(graph))


_KIND_ORDER = {
    kind: number
    for number, kind in enumerate(("domain", "network", "account", "brand", "company", "seller", "landing"))
}


def _rank(graph: Graph, node: str) -> tuple[int, int, str]:
    kind = graph.nodes[node]["kind"]
    group = 0 if kind in _FIRST else 2 if kind in _LAST else 1
    return group, -len(set(graph.predecessors(node)) | set(graph.successors(node))), node

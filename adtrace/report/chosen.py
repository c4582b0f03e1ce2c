"""Which part of a large graph the report holds; small ones it holds whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph

MAX_NODES = 5000


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
            f"{len(self.nodes):,} of {self.total:,} nodes are here: networks and companies, then the nodes with the "
            "most ties. The whole graph: adtrace export CASE --table graph."
        )


def choose(graph: Graph) -> Chosen:
    """The nodes that have a dossier and are drawn: all, or those that the graph says were chosen."""
    nodes = graph.graph.get("chosen", graph)
    return Chosen(sorted(nodes, key=lambda node: (_KIND_ORDER[graph.nodes[node]["kind"]], node)), len(graph))


_KIND_ORDER = {
    kind: number
    for number, kind in enumerate(("domain", "network", "account", "brand", "company", "seller", "landing"))
}

"""GEXF 1.2, Gephi's own format."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from adtrace.export.formats.format import Format, one_file
from adtrace.export.formats.plain_graph import plain_graph

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph


def write(graph: Graph, stream: BinaryIO) -> None:
    """The graph with typed attributes; read_gexf gives it back."""
    import networkx as nx

    nx.write_gexf(plain_graph(graph), stream, prettyprint=False)


GEXF = Format("gexf", "graph", one_file("gexf", write))

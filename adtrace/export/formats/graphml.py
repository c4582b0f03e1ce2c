"""GraphML, as Gephi, Cytoscape, yEd and NetworkX read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from adtrace.export.formats.format import Format, one_file
from adtrace.export.formats.plain_graph import plain_graph

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph


def write(graph: Graph, stream: BinaryIO) -> None:
    """The graph with typed attributes; read_graphml gives it back."""
    import networkx as nx

    nx.write_graphml_xml(plain_graph(graph), stream, named_key_ids=True, prettyprint=False)


GRAPHML = Format("graphml", "graph", one_file("graphml", write))

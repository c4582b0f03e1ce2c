"""GEXF 1.2, Gephi's own format, each kind of node in its colour and shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from adtrace.export.formats.format import Format, one_file
from adtrace.export.formats.plain_graph import plain_graph
from adtrace.relate.styles import Style, load_styles

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph


# The shapes GEXF 1.2 knows (its viz module); the others are discs, told apart by colour and the attribute `kind`.
_SHAPES = {"circle": "disc", "diamond": "diamond", "square": "square", "triangle": "triangle"}


def write(graph: Graph, stream: BinaryIO) -> None:
    """The graph with typed attributes; read_gexf gives it back, and in `viz` how each node is drawn."""
    import networkx as nx

    plain, styles = plain_graph(graph), load_styles()
    for _, data in plain.nodes(data=True):
        data["viz"] = _drawn(styles[data["kind"]])
    nx.write_gexf(plain, stream, prettyprint=False)


def _drawn(style: Style) -> dict[str, Any]:
    red, green, blue = (int(style.colour[at : at + 2], 16) for at in (1, 3, 5))
    shape = _SHAPES.get(style.shape, "disc")
    return {"color": {"r": red, "g": green, "b": blue, "a": 1.0}, "size": 1.0, "shape": shape}


GEXF = Format("gexf", "graph", one_file("gexf", write))

"""GEXF 1.2, Gephi's own format, each kind of node in its colour and shape; one element after the other."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, BinaryIO

from adtrace.export.formats.format import Format, one_file
from adtrace.export.formats.graph_xml import HEAD, element, marking_of, plain, text, types_of
from adtrace.export.formats.plain_graph import plain_edges, plain_nodes
from adtrace.relate.styles import Style, load_styles

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph

_ROOT = (
    '<gexf xmlns="http://www.gexf.net/1.2draft" xmlns:viz="http://www.gexf.net/1.2draft/viz" version="1.2">'
)
_TYPES = {bool: "boolean", int: "integer"}
# What the elements themselves say, beside the attributes they are given.
_OWN = ("label", "weight")
# The shapes GEXF 1.2 knows (its viz module); the others are discs, told apart by colour and the attribute `kind`.
_SHAPES = {"circle": "disc", "diamond": "diamond", "square": "square", "triangle": "triangle"}


def write(graph: Graph, stream: BinaryIO) -> None:
    """The graph with typed attributes, its marking as the description; networkx's read_gexf gives it back.

    However large the graph, nothing is copied: networkx's own writer makes a tree of all of it.
    """

    def put(*parts: str) -> None:
        stream.write("".join(parts).encode("utf-8"))

    styles = load_styles()
    said = element("creator", {}, f"adtrace {version('adtrace')}")
    put(HEAD, _ROOT, element("meta", {}, said, element("description", {}, text(marking_of(graph)))))
    put('<graph defaultedgetype="directed" mode="static">')
    kinds = types_of((data for _, data in plain_nodes(graph)), _TYPES)
    put(_declared("node", kinds), "<nodes>")
    for node, data in plain_nodes(graph):
        about = {"id": node, "label": data["label"]}
        put(element("node", about, _values(data), *_drawn(styles[data["kind"]])))
    kinds = types_of((data for *_, data in plain_edges(graph)), _TYPES)
    put("</nodes>", _declared("edge", kinds), "<edges>")
    for number, (source, target, _, data) in enumerate(plain_edges(graph)):
        about = {"id": str(number), "source": source, "target": target}
        about |= {name: plain(data[name]) for name in _OWN}
        put(element("edge", about, _values(data)))
    put("</edges></graph></gexf>\n")


def _declared(what: str, types: Mapping[str, str]) -> str:
    """All attributes that nodes or edges have, with their types; each is its own name."""
    named = [
        element("attribute", {"id": name, "title": name, "type": type_})
        for name, type_ in types.items()
        if name not in _OWN
    ]
    return element("attributes", {"class": what, "mode": "static"}, *named)


def _values(data: Mapping[str, Any]) -> str:
    said = [
        element("attvalue", {"for": name, "value": plain(value)})
        for name, value in data.items()
        if name not in _OWN
    ]
    return element("attvalues", {}, *said)


def _drawn(style: Style) -> tuple[str, str, str]:
    red, green, blue = (str(int(style.colour[at : at + 2], 16)) for at in (1, 3, 5))
    return (
        element("viz:color", {"r": red, "g": green, "b": blue, "a": "1.0"}),
        element("viz:size", {"value": "1.0"}),
        element("viz:shape", {"value": _SHAPES.get(style.shape, "disc")}),
    )


GEXF = Format("gexf", "graph", one_file("gexf", write))

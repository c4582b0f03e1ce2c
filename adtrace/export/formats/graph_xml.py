"""What XML files of a graph are written with: elements as text, one after the other, and the types of attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from adtrace.export.cells import show

if TYPE_CHECKING:
    from adtrace.export.formats.plain_graph import Attributes
    from adtrace.relate.graph import Graph

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def element(name: str, attributes: Mapping[str, str], *inner: str) -> str:
    """The element; its attributes are escaped here, and inner is XML already.

    >>> element("node", {"id": 'a"b'}, element("size", {"value": "1"}))
    '<node id=\\'a"b\\'><size value="1"/></node>'
    """
    said = "".join([f" {key}={quoteattr(value)}" for key, value in attributes.items()])
    return f"<{name}{said}>{''.join(inner)}</{name}>" if inner else f"<{name}{said}/>"


def text(value: Any) -> str:
    """A text, number or flag as the content of an element."""
    return escape(plain(value))


def plain(value: Any) -> str:
    """A text, number or flag as these files write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def types_of(found: Iterable[Attributes], names: Mapping[type, str]) -> dict[str, str]:
    """Each attribute that occurs, in order, with the name of its type; names: of bool and int; the rest is string."""
    types: dict[str, str] = {}
    for data in found:
        for name, value in data.items():
            if name not in types:
                types[name] = names.get(type(value), "string")
    return types


def marking_of(graph: Graph) -> str:
    """The labels that the graph bears; "" if it was made by hand."""
    return show(graph.graph.get("marking", ""))

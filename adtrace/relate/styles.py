"""How the kinds of node are drawn, graphs/styles/, as types."""

from functools import cache
from typing import Literal

import msgspec

from adtrace.relate.schema import SchemaError, graphs_folder, load_schema, read_toml

Shape = Literal["circle", "diamond", "square", "triangle", "pentagon", "plus", "wedge"]


class Style(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind's colour (#rrggbb) and shape."""

    colour: str
    shape: Shape


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: dict[str, Style]


@cache
def load_styles(name: str = "light") -> dict[str, Style]:
    """The style of every kind of node of the schema.

    Raises:
        SchemaError: the file is not readable, leaves a kind out, or gives two kinds one shape.
    """
    file = graphs_folder() / "styles" / f"{name}.toml"
    styles = read_toml(file, _File).kind
    kinds = {node.kind for node in load_schema().node}
    if styles.keys() != kinds:
        raise SchemaError(
            f"it must style {', '.join(sorted(kinds))}.", where=file.name, do="Name each of them."
        )
    if len({style.shape for style in styles.values()}) < len(styles):
        raise SchemaError(
            "two kinds have one shape.", where=file.name, do="Give every kind a shape of its own."
        )
    return styles

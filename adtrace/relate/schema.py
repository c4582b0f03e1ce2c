"""The graph's schema, graphs/schema.toml, as types: node kinds, edges as sentences, and the merge rules."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

import adtrace
from adtrace.errors import AdtraceError
from adtrace.extract.sighting import Basis, Certainty, Scope, Sighting, State

T = TypeVar("T")
Whose = Literal["own", "enclosing", "nearest"]
# What `needs` may name beside declared.<key>; checked at load, so that a slip in the file is told.
_FIELDS = frozenset(field.name for field in msgspec.structs.fields(Sighting)) | {"part"}


class SchemaError(AdtraceError):
    """A schema or question file that does not say what it must."""


class Node(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of node; the first template of `name` whose fields are all present names it."""

    kind: str
    what: str
    name: list[str]


class Via(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which sighting names each end of an edge."""

    source: Whose = "own"
    target: Whose = "own"


class Edge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence, what a sighting must be for it to be true, and what it does not say."""

    id: str
    sentence: str
    what: str
    needs: dict[str, list[str | bool]]
    limits: str
    via: Via = Via()

    @property
    def source_kind(self) -> str:
        """The sentence's first word: the node kind the edge leaves."""
        return self.sentence.split()[0].lower()

    @property
    def target_kind(self) -> str:
        """The sentence's last word: the node kind the edge enters."""
        return self.sentence.split()[-1].lower()


class Merge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which evidence may say that two domains have one operator (design section 6)."""

    edge: str
    basis: list[Basis]
    state: list[State]
    certainty: list[Certainty]
    scope: list[Scope]
    site_role: list[str]
    holder_role: list[str]
    cap: int
    alike: float
    caps: dict[str, int] = {}

    def cap_of(self, account_kind: str) -> int:
        """The most domains an account of this kind may stand on and still merge them."""
        return self.caps.get(account_kind, self.cap)


class Schema(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    node: list[Node]
    edge: list[Edge]
    merge: Merge


def graphs_folder() -> Path:
    """Where graphs/ is: inside the installed package, or beside it in a source tree."""
    package = Path(adtrace.__file__).parent
    inside = package / "graphs"
    return inside if inside.is_dir() else package.parent / "graphs"


def read_toml(file: Path, shape: type[T]) -> T:
    """What a TOML file of the graph's folder says, in its shape.

    Raises:
        SchemaError: it cannot be read, or is of another shape.
    """
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), shape)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SchemaError(
            f"cannot be read ({error}).", where=file.name, do="Fix that place of the file."
        ) from None


@cache
def load_schema() -> Schema:
    """The shipped schema, read and checked once."""
    return read_schema(graphs_folder() / "schema.toml")


def read_schema(file: Path) -> Schema:
    """The schema in one TOML file.

    Raises:
        SchemaError: it is not readable, or an edge names a node kind or a field that does not exist.
    """
    where = file.name
    schema = read_toml(file, Schema)
    kinds = {node.kind for node in schema.node}
    edges: set[str] = set()
    for edge in schema.edge:
        if edge.id in edges:
            raise SchemaError(f'two edges are named "{edge.id}".', where=where, do="Give each its own id.")
        edges.add(edge.id)
        for kind in (edge.source_kind, edge.target_kind):
            if kind not in kinds:
                raise SchemaError(
                    f'edge "{edge.id}" begins or ends at "{kind}", which is no node kind.',
                    where=where,
                    do=f"Write the sentence as SOURCE … TARGET with one of: {', '.join(sorted(kinds))}.",
                )
        if "kind" not in edge.needs:
            raise SchemaError(
                f'edge "{edge.id}" needs no kind of sighting.', where=where, do="Add kind to its needs."
            )
        for field in edge.needs:
            if field not in _FIELDS and not field.startswith("declared."):
                raise SchemaError(
                    f'edge "{edge.id}" needs "{field}", which no sighting has.',
                    where=where,
                    do="Name a field of a sighting, part, or declared.<key>.",
                )
    if schema.merge.edge not in edges:
        raise SchemaError(f'merge names the edge "{schema.merge.edge}", which is not declared.', where=where)
    return schema

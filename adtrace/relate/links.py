"""From one sighting to the links it supports, by the sentences of graphs/schema.toml."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from string import Formatter
from types import MappingProxyType

import msgspec

from adtrace.extract.sighting import Basis, Certainty, Sighting, State
from adtrace.relate.schema import Edge, Whose, load_schema

_NONE: Mapping[str, Sighting] = MappingProxyType({})
# A nest deeper than this is a hostile page's loop, not an ad tag in an ad tag.
_DEEPEST = 16


class Link(msgspec.Struct, frozen=True):
    """One edge of the graph, as one sighting supports it; equal links are one line of the links table."""

    edge: str
    source_kind: str
    source: str
    target_kind: str
    target: str
    basis: Basis
    state: State
    certainty: Certainty


def links_of(sighting: Sighting, domain: str, nearby: Mapping[str, Sighting] = _NONE) -> list[Link]:
    """Every link the sighting supports, in the schema's order; [] if none.

    nearby: the sightings of the same document by id, for the edges that follow `via`.
    Pure: page_state, site_role and withdrawal are the caller's (a sighting knows nothing of them).
    """
    found = []
    for edge in _edges_by_kind().get(sighting.kind, ()):
        if not _meets(sighting, edge):
            continue
        source = _name(edge.source_kind, edge.via.source, sighting, domain, nearby)
        target = _name(edge.target_kind, edge.via.target, sighting, domain, nearby)
        if source and target and (edge.source_kind, source) != (edge.target_kind, target):
            kinds = (edge.source_kind, source, edge.target_kind, target)
            found.append(Link(edge.id, *kinds, sighting.basis, sighting.state, sighting.certainty))
    return found


@cache
def _edges_by_kind() -> dict[str, list[Edge]]:
    found: dict[str, list[Edge]] = {}
    for edge in load_schema().edge:
        for kind in edge.needs["kind"]:
            found.setdefault(str(kind), []).append(edge)
    return found


def _meets(sighting: Sighting, edge: Edge) -> bool:
    return all(_field(sighting, field) in allowed for field, allowed in edge.needs.items())


def _field(sighting: Sighting, field: str) -> object:
    if field == "part":
        return sighting.locator.part
    if field.startswith("declared."):
        return sighting.declared.get(field.removeprefix("declared."))
    return getattr(sighting, field)


def _name(
    kind: str, whose: Whose, sighting: Sighting, domain: str, nearby: Mapping[str, Sighting]
) -> str | None:
    makers = _templates()[kind]
    for candidate in _candidates(whose, sighting, nearby):
        for make in makers:
            name = make(candidate, domain)
            if name is not None:
                return name
    return None


def _candidates(whose: Whose, sighting: Sighting, nearby: Mapping[str, Sighting]) -> Iterator[Sighting]:
    if whose != "enclosing":
        yield sighting
    if whose == "own":
        return
    outer = sighting
    for _ in range(_DEEPEST):
        found = nearby.get(outer.via) if outer.via is not None else None
        if found is None:
            return
        yield found
        outer = found


@cache
def _templates() -> dict[str, list[Callable[[Sighting, str], str | None]]]:
    return {node.kind: [_maker(template) for template in node.name] for node in load_schema().node}


def _maker(template: str) -> Callable[[Sighting, str], str | None]:
    fields = [field for _, field, _, _ in Formatter().parse(template) if field]

    def make(sighting: Sighting, domain: str) -> str | None:
        parts = {field: domain if field == "domain" else getattr(sighting, field) for field in fields}
        return template.format_map(parts) if all(parts.values()) else None

    return make

"""From one sighting to the links it supports, by the sentences of graphs/schema.toml."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from string import Formatter
from types import MappingProxyType

import msgspec

from adtrace.extract.sighting import Basis, Certainty, Sighting, State
from adtrace.relate.schema import Edge, Whose, load_schema

_NONE: Mapping[str, Sighting] = MappingProxyType({})
# A nest deeper than this is a hostile page's loop, not an ad tag in an ad tag.
_DEEPEST = 16
_KNOWN = 4096


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
    found: list[Link] = []
    kind = _kinds().get(sighting.kind)
    for rule in kind.rules_for(sighting) if kind else ():
        source = _name(rule.source, rule.edge.via.source, sighting, domain, nearby)
        target = _name(rule.target, rule.edge.via.target, sighting, domain, nearby)
        if source and target and (rule.source_kind, source) != (rule.target_kind, target):
            ends = (rule.source_kind, source, rule.target_kind, target)
            found.append(Link(rule.edge.id, *ends, sighting.basis, sighting.state, sighting.certainty))
    return found


_Namer = Callable[[Sighting, str], str | None]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One edge of the schema, compiled: its needs beside the kind, and how each end is named."""

    edge: Edge
    source_kind: str
    target_kind: str
    needs: tuple[tuple[Callable[[Sighting], object], frozenset[str | bool]], ...]
    source: tuple[_Namer, ...]
    target: tuple[_Namer, ...]

    def holds(self, sighting: Sighting) -> bool:
        return all(read(sighting) in allowed for read, allowed in self.needs)


class _Kind:
    """The edges that one kind of sighting can support.

    Which of them one does follows from the few values that they need, and is worked out once for each such set.
    """

    def __init__(self, rules: list[_Rule]) -> None:
        self._rules = rules
        fields = sorted({field for rule in rules for field in rule.edge.needs} - {"kind"})
        self._readers = [_reader(field) for field in fields]
        self._known: dict[tuple[object, ...], list[_Rule]] = {}

    def rules_for(self, sighting: Sighting) -> list[_Rule]:
        values = tuple(read(sighting) for read in self._readers)
        found = self._known.get(values)
        if found is None:
            found = [rule for rule in self._rules if rule.holds(sighting)]
            if len(self._known) < _KNOWN:  # what a page declares has no end
                self._known[values] = found
        return found


@cache
def _kinds() -> dict[str, _Kind]:
    schema = load_schema()
    namers = {node.kind: tuple(_namer(template) for template in node.name) for node in schema.node}
    found: dict[str, list[_Rule]] = {}
    for edge in schema.edge:
        needs = tuple(
            (_reader(field), frozenset(values)) for field, values in edge.needs.items() if field != "kind"
        )
        kinds = (edge.source_kind, edge.target_kind)
        rule = _Rule(edge, *kinds, needs, *(namers[kind] for kind in kinds))
        for kind in edge.needs["kind"]:
            found.setdefault(str(kind), []).append(rule)
    return {kind: _Kind(rules) for kind, rules in found.items()}


def _reader(field: str) -> Callable[[Sighting], object]:
    if field == "part":
        return attrgetter("locator.part")
    if field.startswith("declared."):
        key = field.removeprefix("declared.")
        return lambda sighting: sighting.declared.get(key)
    return attrgetter(field)


def _namer(template: str) -> _Namer:
    parsed = [(before, field) for before, field, _, _ in Formatter().parse(template)]
    fields = [field for _, field in parsed if field]
    name = "".join(before.replace("%", "%%") + "%s" * bool(field) for before, field in parsed)

    def make(sighting: Sighting, domain: str) -> str | None:
        parts = [domain if field == "domain" else getattr(sighting, field) for field in fields]
        return name % tuple(parts) if all(parts) else None

    return make


def _name(
    namers: tuple[_Namer, ...], whose: Whose, sighting: Sighting, domain: str, nearby: Mapping[str, Sighting]
) -> str | None:
    for candidate in (sighting,) if whose == "own" else _candidates(whose, sighting, nearby):
        for make in namers:
            name = make(candidate, domain)
            if name is not None:
                return name
    return None


def _candidates(whose: Whose, sighting: Sighting, nearby: Mapping[str, Sighting]) -> Iterator[Sighting]:
    if whose == "nearest":
        yield sighting
    outer = sighting
    for _ in range(_DEEPEST):
        found = nearby.get(outer.via) if outer.via is not None else None
        if found is None:
            return
        yield found
        outer = found

"""The links cache of a case, read for the graph; and the sightings behind edges, where they are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, get_args

import msgspec

from adtrace.extract.sighting import Basis, Certainty, Role, Scope, State
from adtrace.relate.schema import load_schema

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.relate.graph import Graph

CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)  # the surest first


class Seen(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One link on one domain, and how often it was seen; times are UTC.

    role is said of a brand's edges and scope of an account's edge to a domain alone; so is advertising, and of a
    domain's to a network; elsewhere they are None. number: its line in the cache. sightings and captures: public ids,
    where they are known.
    """

    edge: str
    source_kind: str
    source: str
    target_kind: str
    target: str
    basis: Basis
    state: State
    certainty: Certainty
    domain: str
    first_seen: str
    last_seen: str
    count: int = 1
    role: Role | None = None
    scope: Scope | None = None
    advertising: bool | None = None
    sightings: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()
    number: int = 0

    @property
    def key(self) -> str:
        """The graph's key of the edge: what tells it from another between the same two nodes."""
        return edge_key(self.edge, self.basis, self.state, self.certainty, self.role, self.scope)


def read_seen(case: Case) -> Iterator[Seen]:
    """Every link of the cache, in the order it was first written; withdrawn entries have none there.

    Cost: the distinct links, and the sightings of those that have traits.
    """
    parts = _read_traits(case)
    for line in case.links():
        number, edge, source_kind, target_kind, basis, state, certainty = line[:7]
        source, target, domain, count, first, last = line[7:]
        whole = (None, None, _advertising(edge), count, None, None)
        for role, scope, advertising, times, begun, ended in parts.get(number, (whole,)):
            yield Seen(
                edge=edge,
                source_kind=source_kind,
                source=source,
                target_kind=target_kind,
                target=target,
                basis=basis,
                state=state,
                certainty=certainty,
                domain=domain,
                first_seen=begun or first,
                last_seen=ended or last,
                count=times,
                role=role,
                scope=scope,
                advertising=advertising,
                number=number,
            )


def with_evidence(case: Case, links: Iterable[Seen]) -> list[Seen]:
    """The same links, with the public ids of their sightings and captures in the order these were made.

    Within the snapshot the links were read in. Cost: their sightings.
    """
    links = list(links)
    found: dict[tuple[int, Role | None, Scope | None], tuple[list[int], set[int]]]
    found = defaultdict(lambda: ([], set()))
    for number, edge, row, capture, role, scope in case.rows(
        "SELECT l.rowid, l.edge, s.row, s.capture, s.role, s.scope FROM json_each(?) AS wanted"
        " CROSS JOIN links AS l ON l.rowid = wanted.value CROSS JOIN link_sightings ON link = l.id"
        " CROSS JOIN sightings AS s ON s.row = sighting",
        (str(sorted({link.number for link in links})),),
    ):
        sightings, captures = found[number, *_traits_of(edge, role, scope)]
        sightings.append(row)
        captures.add(capture)
    return [
        msgspec.structs.replace(
            link,
            sightings=tuple(case.public_id("sighting", row) for row in sorted(sightings)),
            captures=tuple(case.public_id("outcome", seq) for seq in sorted(captures)),
        )
        for link in links
        for sightings, captures in (found[link.number, link.role, link.scope],)
    ]


def add_sightings(case: Case, graph: Graph) -> None:
    """Give every edge of the graph its `sightings` and `captures`: public ids, in the order they were made.

    Within the snapshot the graph was read in. Cost: all sightings.
    """
    found: dict[tuple[str, str, str], tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    # CROSS JOIN: in the order the links were written, so that neighbours are read together.
    for row in case.rows(
        "SELECT l.edge, l.source_kind, l.source, l.target_kind, l.target, l.basis, l.state, l.certainty,"
        " s.row, s.capture, s.role, s.scope FROM links AS l CROSS JOIN link_sightings ON link = l.id"
        " CROSS JOIN sightings AS s ON s.row = sighting"
    ):
        traits = _traits_of(row["edge"], row["role"], row["scope"])
        key = edge_key(row["edge"], row["basis"], row["state"], row["certainty"], *traits)
        source, target = (f"{row[f'{end}_kind']}:{row[end]}" for end in ("source", "target"))
        sightings, captures = found[source, target, key]
        sightings.add(row["row"])
        captures.add(row["capture"])
    for ends, (sightings, captures) in found.items():
        data = graph.get_edge_data(*ends)
        if data is not None:
            data["sightings"] = [case.public_id("sighting", row) for row in sorted(sightings)]
            data["captures"] = [case.public_id("outcome", seq) for seq in sorted(captures)]


def edge_key(edge: str, basis: str, state: str, certainty: str, role: str | None, scope: str | None) -> str:
    """The graph's key of an edge: what tells it from another between the same two nodes."""
    return "/".join((edge, basis, state, certainty, role or "", scope or "")).rstrip("/")


def _traits_of(edge: str, role: Role | None, scope: Scope | None) -> tuple[Role | None, Scope | None]:
    """Of a sighting's role and scope, what this kind of edge is told apart by."""
    kinds = _kinds()[edge]
    return (
        role if "brand" in kinds else None,
        scope if kinds == {"domain", "account"} else None,
    )


# Role, scope, advertising; number of sightings; first and last time seen, where they differ from the link's.
Part = tuple[Role | None, Scope | None, bool | None, int, str | None, str | None]


def _read_traits(case: Case) -> dict[int, list[Part]]:
    """Link → the parts its sightings fall into by role and scope: nearly always one."""
    edges = [edge for edge in _kinds() if _has_traits(edge)]
    # CROSS JOIN: in the order of the links, so that nothing is sorted and neighbours are read together.
    joined = "FROM links AS l CROSS JOIN link_sightings ON link = l.id CROSS JOIN sightings AS s ON s.row = sighting"
    found: dict[int, list[Part]] = {}
    same: dict[Part, list[Part]] = {}
    mixed = []
    for number, role, last_role, scope, last_scope, advertising, count in case.rows(
        "SELECT l.rowid, min(coalesce(s.role, '')), max(coalesce(s.role, '')), min(coalesce(s.scope, '')),"
        f" max(coalesce(s.scope, '')), max(s.advertising), count(*) {joined}"
        f" WHERE l.edge IN ({', '.join('?' * len(edges))}) GROUP BY l.rowid",
        edges,
    ):
        if role == last_role and scope == last_scope:
            part = (role or None, scope or None, bool(advertising), count, None, None)
            found[number] = same.setdefault(part, [part])
        else:
            mixed.append(number)
    for number in mixed:
        parts = case.rows(
            f"SELECT s.role, s.scope, max(s.advertising), count(*), min(ledger.time), max(ledger.time) {joined}"
            " JOIN ledger ON ledger.seq = s.capture WHERE l.rowid = ? GROUP BY s.role, s.scope",
            (number,),
        )
        found[number] = [(role, scope, bool(advertising), *rest) for role, scope, advertising, *rest in parts]
    return found


@cache
def _advertising(edge: str) -> bool | None:
    """Whether the kind of edge alone says that it is advertising."""
    allowed = {edge.id: edge.needs.get("advertising", []) for edge in load_schema().edge}[edge]
    return bool(allowed[0]) if len(allowed) == 1 else None


def _has_traits(edge: str) -> bool:
    kinds = _kinds()[edge]
    return "brand" in kinds or kinds == {"domain", "account"}


@cache
def _kinds() -> dict[str, set[str]]:
    return {edge.id: {edge.source_kind, edge.target_kind} for edge in load_schema().edge}

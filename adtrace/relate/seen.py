"""The links cache of a case, read for the graph; and the sightings behind edges, where they are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from adtrace.extract.sighting import Basis, Certainty, Role, Scope, State
from adtrace.relate.schema import load_schema

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.relate.graph import Graph


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One link on one domain, and how often it was seen; times are UTC.

    role is said of a brand's edges and scope of an account's edge to a domain alone; so is advertising, and of a
    domain's to a network; elsewhere they are None. sightings and captures: public ids, where they are known.
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


def read_seen(case: Case) -> Iterator[Seen]:
    """Every link of the cache, in the order it was first written; withdrawn entries have none there.

    Cost: the distinct links, and the sightings of those that have traits.
    """
    parts = _read_traits(case)
    again: dict[str, str] = {}  # one text for equal texts: a million links name few times and domains
    for number, edge, *ends, basis, state, certainty, domain, count, first, last in case.rows(
        "SELECT rowid, edge, source_kind, source, target_kind, target, basis, state, certainty, domain, count,"
        " first_seen, last_seen FROM links ORDER BY rowid"
    ):
        whole = (None, None, _advertising(edge), count, None, None)
        for role, scope, advertising, times, begun, ended in parts.get(number, (whole,)):
            yield Seen(
                edge=edge,
                source_kind=ends[0],
                source=ends[1],
                target_kind=ends[2],
                target=ends[3],
                basis=basis,
                state=state,
                certainty=certainty,
                domain=again.setdefault(domain, domain),
                first_seen=begun or again.setdefault(first, first),
                last_seen=ended or again.setdefault(last, last),
                count=times,
                role=role,
                scope=scope,
                advertising=advertising,
            )


def add_sightings(
    case: Case, graph: Graph, edges: Collection[str] | None = None, targets: Collection[str] | None = None
) -> None:
    """Give edges of the graph their `sightings` and `captures`: public ids, in the order they were made.

    edges: of these kinds alone, by default of all; targets: and into nodes of these names alone. Within the snapshot
    the graph was read in. Cost: the sightings of those edges; for some targets, also the links of that kind.
    """
    kinds = sorted(_kinds() if edges is None else edges)
    # CROSS JOIN: in the order the links were written, so that neighbours are read together.
    sql = (
        "SELECT l.edge, l.source_kind, l.source, l.target_kind, l.target, l.basis, l.state, l.certainty,"
        " s.row, s.capture, s.role, s.scope FROM links AS l CROSS JOIN link_sightings ON link = l.id"
        f" CROSS JOIN sightings AS s ON s.row = sighting WHERE l.edge IN ({', '.join('?' * len(kinds))})"
    )
    if targets is None:
        rows = case.rows(sql, kinds)
    else:
        links = case.rows(
            f"SELECT rowid, target FROM links WHERE edge IN ({', '.join('?' * len(kinds))})", kinds
        )
        wanted = [number for number, target in links if target in targets]
        rows = chain.from_iterable(case.rows(f"{sql} AND l.rowid = ?", (*kinds, one)) for one in wanted)
    found: dict[tuple[str, str, str], tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for row in rows:
        traits = traits_of(row["edge"], row["role"], row["scope"])
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


def traits_of(edge: str, role: Role | None, scope: Scope | None) -> tuple[Role | None, Scope | None]:
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

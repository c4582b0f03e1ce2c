"""The NetworkX graph of a case: typed nodes, and edges that list every sighting they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import msgspec

from adtrace.extract.sighting import Basis, Certainty, Role, Scope, State
from adtrace.relate.schema import load_schema

if TYPE_CHECKING:
    import networkx as nx

    from adtrace.case import Case

    Graph = nx.MultiDiGraph[str]

View = Literal["all", "observed", "declared"]
Observability = Literal["observable", "not_operator", "unobservable"]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One link as one sighting supports it; sighting and capture are public ids, at is UTC."""

    edge: str
    source_kind: str
    source: str
    target_kind: str
    target: str
    basis: Basis
    state: State
    certainty: Certainty
    domain: str
    sighting: str
    capture: str
    at: str
    role: Role | None = None
    scope: Scope | None = None
    advertising: bool = True


def node_id(kind: str, name: str) -> str:
    """The graph's name of a node: unique across kinds."""
    return f"{kind}:{name}"


def build_graph(case: Case, view: View = "all") -> Graph:
    """The graph of a case: every domain that is not withdrawn, and the links its sightings support.

    From the links cache, so its cost follows the links; documents of the newest generation, pages of the
    operator.
    """
    from adtrace.relate.denominators import observe

    return graph_of(read_seen(case), observe(case), view)


def read_seen(case: Case) -> Iterator[Seen]:
    """Every link with each of its sightings, in the order they were seen, without withdrawn entries."""
    rows = case.rows(
        "SELECT l.edge, l.source_kind, l.source, l.target_kind, l.target, l.basis, l.state, l.certainty,"
        " s.domain, s.row, s.capture, s.role, s.scope, s.advertising, ledger.time"
        " FROM link_sightings JOIN links AS l ON l.id = link JOIN sightings AS s ON s.row = sighting"
        " JOIN ledger ON ledger.seq = s.capture"
        " WHERE s.entry NOT IN (SELECT seq FROM entries WHERE status = 'withdrawn') ORDER BY s.row, l.edge"
    )
    for row in rows:
        yield Seen(
            edge=row["edge"],
            source_kind=row["source_kind"],
            source=row["source"],
            target_kind=row["target_kind"],
            target=row["target"],
            basis=row["basis"],
            state=row["state"],
            certainty=row["certainty"],
            domain=row["domain"],
            sighting=case.public_id("sighting", row["row"]),
            capture=case.public_id("outcome", row["capture"]),
            at=row["time"],
            role=row["role"],
            scope=row["scope"],
            advertising=bool(row["advertising"]),
        )


def graph_of(
    seen: Iterable[Seen], domains: Mapping[str, Observability] | None = None, view: View = "all"
) -> Graph:
    """The graph of these links; every domain given is a node, with or without an edge.

    Nodes are "kind:name" with kind and name; domain nodes also have `seen` (observable, not_operator,
    unobservable). Edges are keyed by edge, basis, state, certainty, role and scope, and hold these, and:
    sentence, count (of sightings), domains, sightings, captures (sorted lists), first_seen, last_seen,
    observed (False for declared). view: observed leaves declared edges out, declared the others; a path never
    needs both to be told apart.
    """
    import networkx as nx

    graph: Graph = nx.MultiDiGraph()
    for domain in sorted(domains or {}):
        graph.add_node(node_id("domain", domain), kind="domain", name=domain, seen=(domains or {})[domain])
    sentences = {edge.id: edge.sentence for edge in load_schema().edge}
    for link in seen:
        observed = link.basis != "declared"
        if view != "all" and observed != (view == "observed"):
            continue
        source, target = node_id(link.source_kind, link.source), node_id(link.target_kind, link.target)
        for node, kind, name in (
            (source, link.source_kind, link.source),
            (target, link.target_kind, link.target),
        ):
            if node not in graph:
                graph.add_node(node, kind=kind, name=name)
        kept = (link.edge, link.basis, link.state, link.certainty, link.role or "", link.scope or "")
        key = "/".join(kept).rstrip("/")
        if not graph.has_edge(source, target, key):
            words = ("edge", "basis", "state", "certainty", "role", "scope")
            graph.add_edge(
                source,
                target,
                key,
                **dict(zip(words, kept, strict=True)),
                sentence=sentences[link.edge],
                advertising=link.advertising,
                observed=observed,
                count=0,
                domains=set(),
                sightings=set(),
                captures=set(),
                first_seen=link.at,
                last_seen=link.at,
            )
        edge = graph.edges[source, target, key]
        edge["domains"].add(link.domain)
        edge["sightings"].add(link.sighting)
        edge["captures"].add(link.capture)
        edge["first_seen"] = min(edge["first_seen"], link.at)
        edge["last_seen"] = max(edge["last_seen"], link.at)
    for _, _, data in graph.edges(data=True):
        data["count"] = len(data["sightings"])
        for name in ("domains", "sightings", "captures"):
            data[name] = sorted(data[name])
    return graph

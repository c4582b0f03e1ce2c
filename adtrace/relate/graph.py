"""The NetworkX graph of a case: typed nodes, and edges that list every sighting they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from adtrace.relate.collection import no_collection
from adtrace.relate.schema import load_schema
from adtrace.relate.seen import Seen, add_sightings, read_seen

if TYPE_CHECKING:
    import networkx as nx

    from adtrace.case import Case

    Graph = nx.MultiDiGraph[str]

View = Literal["all", "observed", "declared"]
Observability = Literal["observable", "not_operator", "unobservable"]


def node_id(kind: str, name: str) -> str:
    """The graph's name of a node: unique across kinds."""
    return f"{kind}:{name}"


def build_graph(case: Case, view: View = "all", *, evidence: bool = True) -> Graph:
    """The graph of a case as an analyst works with it in a notebook; in clear, for the investigator's eyes.

    Every domain that is not withdrawn is a node; every edge is a sentence of graphs/schema.toml, on documents of the
    newest generation, pages of the operator or no page at all. view: observed leaves declared edges out, declared the
    others. evidence: give each edge the lists of its sightings and captures; without them the cost follows the number
    of distinct links alone, and `adtrace.relate.seen.add_sightings` fetches them later.

    >>> import tempfile
    >>> from adtrace import Case, build_graph
    >>> case = Case.create(tempfile.mkdtemp(), operator="analyst 7", purpose="an example")
    >>> len(build_graph(case))
    0
    >>> case.close()

    With a case that holds something (see graph_of for the attributes):

        graph = build_graph(case, "observed")
        for domain, network, edge in graph.edges(data=True):
            if edge["edge"] == "places":
                print(graph.nodes[domain]["name"], graph.nodes[network]["name"], edge["count"], edge["sightings"])
    """
    from adtrace.relate.denominators import observe

    with case.snapshot(), no_collection():
        graph = graph_of(read_seen(case), observe(case), view)
        if evidence:
            add_sightings(case, graph)
    return graph


def graph_of(
    seen: Iterable[Seen], domains: Mapping[str, Observability] | None = None, view: View = "all"
) -> Graph:
    """The graph of these links; every domain given is a node, with or without an edge.

    Nodes are "kind:name" with kind and name; domain nodes also have `seen` (observable, not_operator, unobservable).
    Edges are keyed by edge, basis, state, certainty, role and scope, and hold these (role and scope "" where they
    do not apply), and: sentence, observed (False for declared), count (of sightings, the edge's weight), domains
    (sorted), first_seen, last_seen; where they are known also advertising, sightings and captures.
    """
    import networkx as nx

    graph: Graph = nx.MultiDiGraph()
    for domain in sorted(domains or {}):
        graph.add_node(node_id("domain", domain), kind="domain", name=domain, seen=(domains or {})[domain])
    with no_collection():
        _add_edges(graph, seen, view)
    return graph


def _add_edges(graph: Graph, seen: Iterable[Seen], view: View) -> None:
    sentences = {edge.id: edge.sentence for edge in load_schema().edge}
    same: dict[str, str] = {}  # one text for equal keys
    several: dict[int, dict[str, Any]] = {}  # edges seen on more than one domain, each once
    for link in seen:
        if view != "all" and (link.basis != "declared") != (view == "observed"):
            continue
        source, target = node_id(link.source_kind, link.source), node_id(link.target_kind, link.target)
        if source not in graph:
            graph.add_node(source, kind=link.source_kind, name=link.source)
        if target not in graph:
            graph.add_node(target, kind=link.target_kind, name=link.target)
        key = same.setdefault(link.key, link.key)
        edge = graph.get_edge_data(source, target, key)
        if edge is None:
            graph.add_edge(source, target, key, **_attributes(link, sentences[link.edge]))
        else:
            several[id(edge)] = edge
            edge["count"] += link.count
            edge["domains"].append(link.domain)
            edge["first_seen"] = min(edge["first_seen"], link.first_seen)
            edge["last_seen"] = max(edge["last_seen"], link.last_seen)
            if link.sightings:
                edge.setdefault("sightings", []).extend(link.sightings)
                edge.setdefault("captures", []).extend(link.captures)
    # Once, at the end: an edge between a network and its owner is seen on thousands of domains.
    for edge in several.values():
        edge |= {
            name: sorted(set(edge[name])) for name in ("domains", "sightings", "captures") if name in edge
        }


def _attributes(link: Seen, sentence: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "edge": link.edge,
        "basis": link.basis,
        "state": link.state,
        "certainty": link.certainty,
        "role": link.role or "",
        "scope": link.scope or "",
        "sentence": sentence,
        "observed": link.basis != "declared",
        "count": link.count,
        "domains": [link.domain],
        "first_seen": link.first_seen,
        "last_seen": link.last_seen,
    }
    if link.advertising is not None:
        found["advertising"] = link.advertising
    if link.sightings:
        found |= {"sightings": list(link.sightings), "captures": list(link.captures)}
    return found

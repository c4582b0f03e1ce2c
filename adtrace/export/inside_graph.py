"""The graph of a reader inside: all of the case's, its nodes renamed, and no list of domains in clear."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from adtrace.export.rows import MAKERS
from adtrace.relate.graph import graph_of, node_id
from adtrace.relate.part import choose_part
from adtrace.relate.seen import add_sightings, with_evidence

if TYPE_CHECKING:
    from adtrace.export.source import Source
    from adtrace.relate.graph import Graph


def inside_graph(source: Source, most: int | None = None) -> Graph:
    """The graph as Source.graph says."""
    import networkx as nx

    names = source.names
    clear = _clear_graph(source, most)
    about = {row["domain"]: row for row in MAKERS["domains"](source.facts)}
    graph: Graph = nx.MultiDiGraph(marking="; ".join(source.marking.lines))
    renamed = {
        node: node_id(data["kind"], names.node(data["kind"], data["name"]))
        for node, data in clear.nodes(data=True)
    }
    if "chosen" in clear.graph:
        graph.graph["chosen"] = sorted(renamed[node] for node in clear.graph["chosen"])
    for node in sorted(renamed, key=renamed.__getitem__):
        data = clear.nodes[node]
        kept = {**data, "name": renamed[node].split(":", 1)[1]}
        if row := about.get(data["name"]) if data["kind"] == "domain" else None:
            kept |= {key: names.text(row[key]) for key in ("authority", "reference", "site_role")}
            kept["operator"] = names.operator(row["operator"]) if row["operator"] else ""
        graph.add_node(renamed[node], **kept)
    for start, end, key, data in clear.edges(keys=True, data=True):
        domains = sorted(map(names.domain, data["domains"]))
        graph.add_edge(renamed[start], renamed[end], key, **{**data, "domains": domains})
    return graph


def _clear_graph(source: Source, most: int | None) -> Graph:
    """The same before anything is renamed."""
    findings, names = source.findings, source.names

    def by_what_is_shown(node: str) -> str:
        # The order of the clear names would say something about them.
        kind, name = node.split(":", 1)
        return names.node(kind, name)

    part = most and choose_part(findings.links, findings.domains, most, by_what_is_shown)
    if not part:
        add_sightings(source.case, findings.graph)
        return findings.graph
    every = [link for seen in findings.links.values() for link in seen]
    held = [link for link in every if part.holds(link)]
    beside = (
        link
        for link in every
        if {link.source_kind, link.target_kind} == {"domain", "network"} and not part.holds(link)
    )
    clear = graph_of(chain(with_evidence(source.case, held), beside), findings.domains)
    for node, (kind, name) in part.nodes.items():
        if node not in clear:
            clear.add_node(node, kind=kind, name=name)
    for (node, edge, leaves), times in part.ties.items():
        if node in part.chosen:
            clear.nodes[node].setdefault("ties", {})[edge, leaves] = times
    clear.graph["chosen"] = part.chosen
    return clear

"""The graph of an outside reader: its own rows and nothing else, made of what its tables show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adtrace.export.statements import Statement, make_statements
from adtrace.relate.graph import node_id
from adtrace.relate.schema import load_schema

if TYPE_CHECKING:
    from adtrace.export.source import Source
    from adtrace.relate.graph import Graph


def own_graph(source: Source) -> Graph:
    """Domains, and the reader's own network, accounts or brand on them; edges as graphs/schema.toml names them."""
    import networkx as nx

    sentences = {edge.id: edge.sentence for edge in load_schema().edge}
    graph: Graph = nx.MultiDiGraph(marking="; ".join(source.marking.lines))
    for statement in make_statements(source):
        domain = node_id("domain", statement.domain)
        what = f"{statement.network}/{statement.account_kind}/" if statement.kind == "account" else ""
        other = node_id(statement.kind, f"{what}{statement.what}")
        graph.add_node(domain, kind="domain", name=statement.domain)
        graph.add_node(other, kind=statement.kind, name=other.partition(":")[2])
        edge = edge_of(statement)
        ends = (other, domain) if statement.kind == "brand" else (domain, other)
        graph.add_edge(
            *ends,
            statement.row,
            edge=edge,
            sentence=sentences[edge],
            basis=statement.basis,
            state=statement.state,
            certainty=statement.certainty,
            count=statement.sightings,
            first_seen=statement.first_seen,
            last_seen=statement.last_seen,
        )
    return graph


def edge_of(statement: Statement) -> str:
    """The edge of the schema that says what the statement says."""
    if statement.kind == "brand":
        return "offered_on"
    is_account = statement.kind == "account"
    if statement.basis == "declared":
        return "claims" if not is_account else "declares" if statement.is_seller else "claims_account"
    if statement.state != "live":
        return "keeps_account" if is_account else "keeps"
    return "carries" if is_account else "places" if statement.advertising else "uses"

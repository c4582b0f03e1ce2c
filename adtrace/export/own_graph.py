"""The graph of an outside reader: its own rows and nothing else, made of what its tables show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adtrace.export.statements import Statement, make_statements
from adtrace.relate.graph import node_id
from adtrace.relate.schema import Edge, load_schema

if TYPE_CHECKING:
    from adtrace.export.source import Source
    from adtrace.relate.graph import Graph


def own_graph(source: Source) -> Graph:
    """Domains, and the reader's own network, accounts or brand on them; edges as graphs/schema.toml names them.

    A row that supports no sentence of the schema (an id in a click URL, a link in the text) is in the tables alone.
    """
    import networkx as nx

    graph: Graph = nx.MultiDiGraph(marking="; ".join(source.marking.lines))
    for statement in make_statements(source):
        edge = edge_of(statement)
        if edge is None:
            continue
        for kind in (edge.source_kind, edge.target_kind):
            graph.add_node(_node(kind, statement), kind=kind, name=_name(kind, statement))
        graph.add_edge(
            _node(edge.source_kind, statement),
            _node(edge.target_kind, statement),
            statement.row,
            edge=edge.id,
            sentence=edge.sentence,
            basis=statement.basis,
            state=statement.state,
            certainty=statement.certainty,
            count=statement.sightings,
            first_seen=statement.first_seen,
            last_seen=statement.last_seen,
        )
    return graph


def edge_of(statement: Statement) -> Edge | None:
    """The edge of the schema that says what the statement says; None if none does."""
    said = {
        "kind": "declaration" if statement.is_seller else statement.kind,
        "basis": statement.basis,
        "state": statement.state,
        "advertising": statement.advertising,
        "role": statement.role,
        "account_kind": statement.account_kind,
    }
    for edge in load_schema().edge:
        is_met = all(said[field] in allowed for field, allowed in edge.needs.items() if field in said)
        if is_met and "domain" in (edge.source_kind, edge.target_kind):
            return edge
    return None


def _node(kind: str, statement: Statement) -> str:
    return node_id(kind, _name(kind, statement))


def _name(kind: str, statement: Statement) -> str:
    """The name of that end, as the schema's templates make it of what is shown."""
    if kind == "domain":
        return statement.domain
    if kind == "network":
        return statement.network or ""
    if kind == "account":
        return f"{statement.network}/{statement.account_kind}/{statement.what}"
    return f"{statement.network}/{statement.what}" if kind == "seller" else statement.what

"""The placements as a grid: networks against domains, where a drawing of lines would be a knot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph
    from adtrace.report.labels import Label, Labels

MAX_DOMAINS = 40
MAX_NETWORKS = 44
# What an edge of the graph says of a cell; the first that holds is drawn.
_MARKS = {"places": "live", "keeps": "idle", "claims": "declared"}


class Mark(msgspec.Struct, frozen=True):
    """One cell: column and row from 0, and what was seen there: live, idle or declared."""

    column: int
    row: int
    what: str


class Side(msgspec.Struct, frozen=True):
    """A row or column: its label, and its number of live marks in the whole case."""

    label: Label
    live: int


class Matrix(msgspec.Struct, frozen=True):
    """Networks across, domains down, both with the most live marks first; sentence: which part this is."""

    networks: list[Side]
    domains: list[Side]
    marks: list[Mark]
    sentence: str


def make_matrix(graph: Graph, labels: Labels) -> Matrix:
    """The most placed networks and the domains that place most; domains of one hypothesis stand together."""
    seen: dict[tuple[str, str], str] = {}
    for source, target, data in graph.edges(data=True):
        what = _MARKS.get(data["edge"])
        if what and _rank(what) < _rank(seen.get((source, target), "")):
            seen[source, target] = what
    live_on: dict[str, int] = {}
    for (domain, network), what in seen.items():
        for node in (domain, network):
            live_on[node] = live_on.get(node, 0) + (what == "live")
    domains = sorted({domain for domain, _ in seen}, key=lambda node: (-live_on[node], node))
    networks = sorted({network for _, network in seen}, key=lambda node: (-live_on[node], node))
    shown, across = domains[:MAX_DOMAINS], networks[:MAX_NETWORKS]
    first: dict[str, int] = {}
    for place, domain in enumerate(shown):
        first.setdefault(graph.nodes[domain].get("operator") or domain, place)
    shown.sort(key=lambda node: (first[graph.nodes[node].get("operator") or node], -live_on[node], node))
    rows = {node: place for place, node in enumerate(shown)}
    columns = {node: place for place, node in enumerate(across)}
    marks = [
        Mark(columns[network], rows[domain], what)
        for (domain, network), what in sorted(seen.items())
        if domain in rows and network in columns
    ]
    return Matrix(
        [Side(labels.of(node), live_on[node]) for node in across],
        [Side(labels.of(node), live_on[node]) for node in shown],
        marks,
        _sentence(len(shown), len(domains), len(across), len(networks)),
    )


def _rank(what: str) -> int:
    return [*_MARKS.values(), ""].index(what)


def _sentence(domains: int, of_domains: int, networks: int, of_networks: int) -> str:
    if domains == of_domains and networks == of_networks:
        return f"All {count(domains, 'domain')} and {count(networks, 'network')} with a tag or a token are drawn."
    return (
        f"Drawn: the {networks} of {count(of_networks, 'network')} placed most often, and the {domains} of "
        f"{count(of_domains, 'domain')} that place most."
    )

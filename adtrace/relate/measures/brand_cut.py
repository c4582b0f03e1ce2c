"""The fewest letters, to networks or brands, after which no observed offer is left."""

from collections import defaultdict
from typing import Any

from adtrace.relate.findings import Findings, Offer
from adtrace.relate.measures.measure import Column, Measure, Result


def _find(findings: Findings) -> Result:
    """One row a letter: a minimum vertex cut between all domains and all brands, networks and brands may be cut.

    Every path is domain → network → brand, and domains cannot be cut, so the cut is a minimum vertex cover of the
    networks and brands that an offer joins; by König's theorem (1931) its size is that of a maximum matching (Hopcroft
    and Karp, SIAM Journal on Computing 2, 1973). Of several minimum cuts, the one with the most brands of its own is
    taken: the vertices that alternating paths from unmatched networks reach. An offer whose network is not known can be
    cut at its brand alone. Cost: joins times the root of their ends.
    """
    import networkx as nx

    joined: nx.Graph[tuple[str, str]] = nx.Graph()
    cuts: dict[tuple[str, str], list[Offer]] = defaultdict(list)
    observable = [offer for offer in findings.offers if offer.domain in findings.observable]
    for offer in sorted(observable, key=_named):
        # What came through no known network stands for a network of its own that nobody can write to.
        joined.add_edge(("network", offer.network or f" {offer.brand}"), ("brand", offer.brand))
        for end in (("network", offer.network), ("brand", offer.brand)):
            cuts[end].append(offer)
    networks = {node for node in joined if node[0] == "network"}
    matching = nx.bipartite.hopcroft_karp_matching(joined, networks)
    reached = _reached(joined, networks, matching)
    cut = [node for node in joined if (node in networks) != (node in reached)]
    # A brand behind an unknown network is cut at the brand.
    cut = sorted(("brand", name[1:]) if name.startswith(" ") else (kind, name) for kind, name in cut)
    rows: list[list[Any]] = [
        [
            kind,
            name if kind == "network" else "",
            name if kind == "brand" else "",
            len({offer.domain for offer in cuts[kind, name]}),
            len(set(map(_named, cuts[kind, name]))),
        ]
        for kind, name in cut
    ]
    rows.sort(key=lambda row: (-row[4], *row[:3]))
    return Result(
        rows,
        {
            "letters": len(rows),
            "to_networks": sum(row[0] == "network" for row in rows),
            "to_brands": sum(row[0] == "brand" for row in rows),
            "brands": sum(node[0] == "brand" for node in joined),
            "offers": len(set(map(_named, observable))),
        },
        [cuts[row[0], row[1] or row[2]] for row in rows],
    )


def _named(offer: Offer) -> tuple[str, str, str]:
    """An offer whichever way it was shown."""
    return offer.network, offer.brand, offer.domain


def _reached(joined: Any, networks: set[tuple[str, str]], matching: dict[Any, Any]) -> set[Any]:
    """What paths from unmatched networks reach, leaving networks by any edge and brands by the matched one."""
    waiting = [node for node in networks if node not in matching]
    found = set(waiting)
    while waiting:
        node = waiting.pop()
        nexts = joined[node] if node in networks else [matching[node]]
        for other in nexts:
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


BRAND_CUT = Measure(
    "brand_cut",
    (
        Column("letter_to", "word", "network or brand."),
        Column("network", "network", "The network to write to, or empty."),
        Column("brand", "brand", "The brand to write to, or empty."),
        Column("domains", "count", "Observable domains of its offers.", "observable"),
        Column("offers", "count", "Offers it stands on: one a network, brand and domain."),
    ),
    _find,
)

"""Networks that stand together on the same domains: cores and communities."""

from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.letters import placements
from adtrace.relate.measures.measure import Column, Measure, Result


def _find(findings: Findings, *, least_domains: int) -> Result:
    """One row a network, innermost core first. Two are joined if they stand together on `least_domains` domains.

    core = the largest k such that the network is in a part where all have k neighbours (Seidman, Social Networks 5,
    1983; Batagelj and Zaversnik 2003, linear). community: numbered by size; Louvain's modularity (Blondel et al.,
    Journal of Statistical Mechanics 2008), weights the common domains, seed 1: a hint, other parts may be as good. A
    common page layout or one ad manager makes such groups; it says nothing of operators. Cost: the pairs of networks on
    each domain, quadratic in networks a domain.
    """
    import networkx as nx

    on: dict[str, set[str]] = defaultdict(set)
    placed = placements(findings)
    for network, domains in placed.items():
        for domain in domains:
            on[domain].add(network)
    together = Counter(pair for networks in on.values() for pair in combinations(sorted(networks), 2))
    joined: nx.Graph[str] = nx.Graph()
    joined.add_nodes_from(sorted(placed))
    joined.add_edges_from(
        (one, other, {"weight": n}) for (one, other), n in sorted(together.items()) if n >= least_domains
    )
    core = nx.core_number(joined)
    parts = nx.community.louvain_communities(joined, seed=1) if joined.number_of_edges() else []
    groups = sorted((sorted(part) for part in parts if len(part) > 1), key=lambda part: (-len(part), part))
    community = {network: number for number, part in enumerate(groups, 1) for network in part}
    rows: list[list[Any]] = [
        [
            network,
            core[network],
            joined.degree[network],
            community.get(network, 0),
            len(placed[network]),
        ]
        for network in sorted(joined, key=lambda name: (-core[name], -len(placed[name]), name))
    ]
    return Result(
        rows,
        {
            "networks": len(rows),
            "core": max(core.values(), default=0),
            "in_core": sum(number == max(core.values()) for number in core.values()),
            "communities": len(groups),
        },
        [findings.placed[row[0]] for row in rows],
    )


CORES = Measure(
    "cores",
    (
        Column("network", "network", "The network."),
        Column("core", "count", "How deep it lies: 0 stands with no other often enough."),
        Column("neighbours", "count", "Networks it stands together with."),
        Column("community", "count", "Number of its group, the largest first; 0 for none."),
        Column("domains", "count", "Observable domains it is placed on.", "observable"),
    ),
    _find,
    {"least_domains": 2},
)

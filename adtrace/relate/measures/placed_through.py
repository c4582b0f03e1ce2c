"""Networks that come in through another network's tag or URL."""

from collections import defaultdict
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result, edges_of


def _find(findings: Findings) -> Result:
    """One row a pair (through, network), most domains first.

    direct = of the pair's domains, those where the network is also placed outside any other's tag.
    Cost: linear in the `brings` and `places` edges.
    """
    pairs: dict[tuple[str, str], set[str]] = defaultdict(set)
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    inside: dict[str, set[str]] = defaultdict(set)
    for through, network, edge in edges_of(findings, "brings"):
        pairs[through, network].update(edge["domains"])
        places[through, network].update(edge["sightings"])
        inside[network].update(edge["sightings"])
    direct: dict[str, set[str]] = defaultdict(set)
    for domain, network, edge in edges_of(findings, "places"):
        if not inside[network].issuperset(edge["sightings"]):
            direct[network].add(domain)
    rows: list[list[Any]] = [
        [
            through,
            network,
            len(domains),
            sorted(domains),
            len(domains & direct[network]),
            len(places[through, network]),
        ]
        for (through, network), domains in pairs.items()
    ]
    rows.sort(key=lambda row: (-row[2], *row[:2]))
    domains_all = {domain for row in rows for domain in row[3]}
    return Result(
        rows,
        {
            "pairs": len(rows),
            "domains": len(domains_all & findings.observable),
            "only_through": sum(not direct[network] for network in {row[1] for row in rows}),
        },
    )


PLACED_THROUGH = Measure(
    "placed_through",
    (
        Column("through", "network", "The network whose tag or URL holds the other."),
        Column("network", "network", "The network that was found inside."),
        Column("domains", "count", "Domains the pair was seen on."),
        Column("on", "domains", "Which."),
        Column("direct", "count", "Of these, domains where the inner network is also placed by itself."),
        Column("sightings", "count", "Places the pair was seen at."),
    ),
    _find,
)

"""Networks by the number of domains they are placed on."""

from collections import defaultdict
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result, edges_of


def _find(findings: Findings, *, first: int) -> Result:
    """One row a network, most domains first, ties by name.

    alone(n) = domains where n is the only network placed; reach(n) = domains on which n or a network above it
    in the list is placed. Cost: linear in the `places` edges, plus sorting.
    """
    on: dict[str, set[str]] = defaultdict(set)
    placed: dict[str, set[str]] = defaultdict(set)
    sightings: dict[str, int] = defaultdict(int)
    for domain, network, edge in edges_of(findings, "places"):
        on[network].add(domain)
        placed[domain].add(network)
        sightings[network] += edge["count"]
    companies = {network: company for network, company, _ in edges_of(findings, "owned_by")}
    reached: set[str] = set()
    rows: list[list[Any]] = []
    for network in sorted(on, key=lambda name: (-len(on[name]), name)):
        domains = on[network]
        reached |= domains
        alone = sum(len(placed[domain]) == 1 for domain in domains)
        row = [network, companies.get(network, ""), len(domains), alone, len(reached), sorted(domains)]
        rows.append([*row, sightings[network]])
    covered = {domain for row in rows[:first] for domain in row[5]}
    return Result(
        rows,
        {
            "networks": len(rows),
            "domains": len(reached & findings.observable),
            "first": first,
            "covered": len(covered & findings.observable),
        },
    )


HUB_NETWORKS = Measure(
    "hub_networks",
    (
        Column("network", "network", "The ad system."),
        Column("company", "company", "Who owns it, by its card; empty if not known."),
        Column("domains", "count", "Domains it is placed on."),
        Column("alone", "count", "Domains where it is the only network placed."),
        Column("reach", "count", "Domains reached by this network and those above it."),
        Column("on", "domains", "Which domains it is placed on."),
        Column("sightings", "count", "Places it was seen live at."),
    ),
    _find,
    {"first": 3},
)

"""Networks by the number of domains they are placed on."""

from collections import defaultdict
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result
from adtrace.relate.seen import Seen


def _find(findings: Findings, *, first: int) -> Result:
    """One row a network, most observable domains first, ties by name.

    alone(n) = observable domains where n is the only network placed; reach(n) = observable domains on which n or a
    network above it in the list is placed. A domain that is not observable may still keep a worker with a tag in
    it: it is counted in `elsewhere` alone. Cost: linear in the `places` edges, plus sorting.
    """
    observable = findings.observable
    on: dict[str, set[str]] = defaultdict(set)
    placed: dict[str, set[str]] = defaultdict(set)
    links: dict[str, list[Seen]] = defaultdict(list)
    for link in findings.of("places"):
        on[link.target].add(link.source)
        placed[link.source].add(link.target)
        links[link.target].append(link)
    companies = {link.source: link.target for link in findings.of("owned_by")}
    reached: set[str] = set()
    covered = 0
    rows: list[list[Any]] = []
    for network in sorted(on, key=lambda name: (-len(on[name] & observable), -len(on[name]), name)):
        domains = on[network] & observable
        reached |= domains
        if len(rows) < first:
            covered = len(reached)
        alone = sum(len(placed[domain]) == 1 for domain in domains)
        row = [network, companies.get(network, ""), len(domains), alone, len(reached), sorted(domains)]
        rows.append([*row, len(on[network] - observable), sum(link.count for link in links[network])])
    numbers: dict[str, int | str] = {
        "networks": len(rows), "domains": len(reached), "first": first, "covered": covered,
    }  # fmt: skip
    return Result(rows, numbers, [links[row[0]] for row in rows])


HUB_NETWORKS = Measure(
    "hub_networks",
    (
        Column("network", "network", "The ad system."),
        Column("company", "company", "Who owns it, by its card; empty if not known."),
        Column("domains", "count", "Observable domains it is placed on.", "observable"),
        Column("alone", "count", "Observable domains where it is the only network placed.", "observable"),
        Column("reach", "count", "Observable domains reached by it and those above it.", "observable"),
        Column("on", "domains", "Which observable domains it is placed on.", "observable"),
        Column("elsewhere", "count", "Domains, not observable, where a file that is no page holds its tag."),
        Column("sightings", "count", "Places it was seen live at, everywhere."),
    ),
    _find,
    {"first": 3},
)

"""What remains after one network acts."""

from collections import Counter, defaultdict
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result


def _find(findings: Findings) -> Result:
    """One row a network, most domains freed first: the domains if all its live tags go, and what is inside them.

    On one domain x falls with n if every live tag of x there was found inside a tag that falls (to a fixed point).
    freed = observable domains on which nothing is left placed; left = on which something is; with_it = networks that
    fall with n on some domain; cut = (domain, brand) pairs whose every known network is n. Assumes that the network
    acts everywhere and nobody moves to another: what was moved, the next run shows. Cost: placements times those
    nested on the same domain.
    """
    placed: dict[str, dict[str, int]] = defaultdict(Counter)
    for network, links in findings.placed.items():
        for link in links:
            placed[link.source][network] += link.count
    inside: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for (domain, outer, inner), times in findings.nested.items():
        inside[domain][outer, inner] = times
    on: dict[str, int] = Counter()
    freed: dict[str, int] = Counter()
    with_it: dict[str, set[str]] = defaultdict(set)
    for domain, networks in placed.items():
        for network in networks:
            fallen = _fallen(network, networks, inside.get(domain, {}))
            on[network] += 1
            freed[network] += len(fallen & networks.keys()) == len(networks)
            with_it[network] |= fallen - {network}
    accounts: dict[str, set[str]] = defaultdict(set)
    for link in findings.of("carries"):
        if link.source in findings.observable:
            accounts[link.target.split("/", 1)[0]].add(link.target)
    through: dict[tuple[str, str], set[str]] = defaultdict(set)
    for offer in findings.offers:
        if offer.domain in findings.observable:
            through[offer.domain, offer.brand].add(offer.network)
    cut = Counter(next(iter(networks)) for networks in through.values() if len(networks) == 1)
    rows: list[list[Any]] = [
        [
            network,
            on[network],
            freed[network],
            on[network] - freed[network],
            sorted(with_it[network]),
            len(accounts[network]),
            cut[network],
        ]
        for network in on
    ]
    rows.sort(key=lambda row: (-row[2], -row[1], row[0]))
    return Result(
        rows,
        {
            "networks": len(rows),
            "with_advertising": len(placed),
            "most_freed": max(freed.values(), default=0),
            "freeing": sum(number > 0 for number in freed.values()),
        },
        [findings.placed[row[0]] for row in rows],
    )


def _fallen(network: str, placed: dict[str, int], inside: dict[tuple[str, str], int]) -> set[str]:
    fallen = {network}
    if all(outer != network for outer, _ in inside):
        return fallen
    while True:
        more = {
            inner
            for (_, inner) in inside
            if inner not in fallen
            and placed.get(inner, 0)
            <= sum(times for (outer, other), times in inside.items() if other == inner and outer in fallen)
        }
        if not more:
            return fallen
        fallen |= more


WHAT_IF = Measure(
    "what_if",
    (
        Column("network", "network", "The network that acts."),
        Column("domains", "count", "Observable domains it is placed on.", "observable"),
        Column("freed", "count", "Of these, domains on which nothing else is placed.", "observable"),
        Column("left", "count", "Of these, domains on which something remains.", "observable"),
        Column("with_it", "networks", "Networks that on some domain stand only inside its tags."),
        Column("accounts", "count", "Its accounts that are live on observable domains."),
        Column("cut", "count", "Pairs of a domain and a brand offered there through it alone."),
    ),
    _find,
)

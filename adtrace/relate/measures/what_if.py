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
    effects = _effects(findings)
    accounts = _live_accounts(findings)
    cut = _sole_ways(findings)
    rows: list[list[Any]] = [
        [
            network,
            effect.domains,
            effect.freed,
            effect.domains - effect.freed,
            sorted(effect.with_it),
            accounts[network],
            cut[network],
        ]
        for network, effect in effects.items()
    ]
    rows.sort(key=lambda row: (-row[2], -row[1], row[0]))
    freed = [row[2] for row in rows]
    return Result(
        rows,
        {
            "networks": len(rows),
            "with_advertising": len({link.source for links in findings.placed.values() for link in links}),
            "most_freed": max(freed, default=0),
            "freeing": sum(number > 0 for number in freed),
        },
        [findings.placed[row[0]] for row in rows],
    )


class _Effect:
    """What falls with one network: it stands on domains, freed of which carry nothing else."""

    def __init__(self) -> None:
        self.domains = self.freed = 0
        self.with_it: set[str] = set()


def _effects(findings: Findings) -> dict[str, _Effect]:
    placed: dict[str, dict[str, int]] = defaultdict(Counter)
    for network, links in findings.placed.items():
        for link in links:
            placed[link.source][network] += link.count
    inside: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for (domain, outer, inner), times in findings.nested.items():
        inside[domain][outer, inner] = times
    effects: dict[str, _Effect] = defaultdict(_Effect)
    for domain, networks in placed.items():
        for network in networks:
            fallen = _fallen(network, networks, inside.get(domain, {}))
            effect = effects[network]
            effect.domains += 1
            effect.freed += fallen >= networks.keys()
            effect.with_it |= fallen - {network}
    return effects


def _live_accounts(findings: Findings) -> Counter[str]:
    """Network → its accounts on observable domains."""
    carried = {link.target for link in findings.of("carries") if link.source in findings.observable}
    return Counter(account.split("/", 1)[0] for account in carried)


def _sole_ways(findings: Findings) -> Counter[str]:
    """Network → the pairs of an observable domain and a brand that is offered there through it alone."""
    through: dict[tuple[str, str], set[str]] = defaultdict(set)
    for offer in findings.offers:
        if offer.domain in findings.observable:
            through[offer.domain, offer.brand].add(offer.network)
    return Counter(next(iter(networks)) for networks in through.values() if len(networks) == 1)


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

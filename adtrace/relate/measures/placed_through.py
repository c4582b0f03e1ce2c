"""Networks that come in through another network's tag or URL."""

from collections import Counter, defaultdict
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result
from adtrace.relate.seen import Seen


def _find(findings: Findings) -> Result:
    """One row a pair (through, network), most domains first.

    direct = of the pair's domains, those where the network is also placed outside any other's tag: more live tags of
    it than were found inside another's. Cost: linear in the `brings` and `places` edges.
    """
    pairs: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    inside: Counter[tuple[str, str]] = Counter()
    for (domain, through, network), times in findings.nested.items():
        pairs[through, network][domain] += times
        inside[domain, network] += times
    links: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for link in findings.of("brings"):
        links[link.source, link.target].append(link)
    placed: Counter[tuple[str, str]] = Counter()
    for link in findings.of("places"):
        placed[link.source, link.target] += link.count
    direct: dict[str, set[str]] = defaultdict(set)
    for (domain, network), times in placed.items():
        if times > inside[domain, network]:
            direct[network].add(domain)
    rows: list[list[Any]] = [
        [through, network, len(on), sorted(on), len(on.keys() & direct[network]), on.total()]
        for (through, network), on in pairs.items()
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
        [links[row[0], row[1]] for row in rows],
    )


PLACED_THROUGH = Measure(
    "placed_through",
    (
        Column("through", "network", "The network whose tag or URL holds the other."),
        Column("network", "network", "The network that was found inside."),
        Column("domains", "count", "Domains the pair was seen on.", "domains"),
        Column("on", "domains", "Which.", "domains"),
        Column(
            "direct",
            "count",
            "Of these, domains where the inner network is also placed by itself.",
            "domains",
        ),
        Column("sightings", "count", "Places the pair was seen at."),
    ),
    _find,
)

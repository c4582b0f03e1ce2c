"""How concentrated the placements are on few networks."""

from collections import defaultdict
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result, share
from adtrace.relate.seen import Seen


def _find(findings: Findings, *, by: str) -> Result:
    """One row a network, or a company, largest share first: s = its placements / all; a placement is one on one domain.

    HHI = sum of s², from 1/n to 1, in points of 10,000 (Herfindahl 1950; Hirschman, American Economic Review 54, 1964);
    effective = 1 / HHI, the number of equal networks as concentrated. It measures how advertising is spread over these
    domains, not a market. Cost: linear in the `places` edges, plus sorting.
    """
    companies = {link.source: link.target for link in findings.of("owned_by")}
    links: dict[str, list[Seen]] = defaultdict(list)
    for network, placed in findings.placed.items():
        links[companies.get(network, "") if by == "company" else network] += placed
    on = {name: {link.source for link in placed} for name, placed in links.items()}
    total = sum(map(len, on.values()))
    rows: list[list[Any]] = []
    running = 0
    for name in sorted(on, key=lambda name: (-len(on[name]), name)):
        running += len(on[name])
        cells = [name, ""] if by == "network" else ["", name]
        rows.append([*cells, len(on[name]), share(len(on[name]), total), share(running, total)])
    squares = sum(len(domains) ** 2 for domains in on.values())
    return Result(
        rows,
        {
            "holders": len(rows),
            "placements": total,
            "hhi": round(10_000 * squares / total**2) if total else 0,
            "effective": f"{total**2 / squares:.1f}" if squares else "0.0",
            "first_four": share(sum(row[2] for row in rows[:4]), total),
        },
        [links[row[0] or row[1]] for row in rows],
    )


CONCENTRATION = Measure(
    "concentration",
    (
        Column("network", "network", "The network, if counted by network."),
        Column("company", "company", "The company, if counted by company; empty if no card names it."),
        Column("domains", "count", "Observable domains it is placed on.", "observable"),
        Column("share", "share", "Of all placements: each network on each domain is one."),
        Column("cumulated", "share", "Its share and those above it."),
    ),
    _find,
    {"by": "network"},
)

"""What files of a site declare beside what was seen placed."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.letters import placements
from adtrace.relate.measures.measure import Column, Measure, Result
from adtrace.relate.seen import Seen


def _find(findings: Findings, *, by: str) -> Result:
    """One row a network that an observable domain's file names, most domains first.

    by: the edge that says so: declares, of the sellers of an ads.txt, or authorises, of the agents of an adagents.json.
    both = declared and placed live on the same domain; declared_only, placed_only = one without the other, on the
    observable domains that keep such a file naming any known network. Cost: linear in the edges.
    """
    systems = {link.source: link.target for link in findings.of("declared_at")}
    declared: dict[str, set[str]] = defaultdict(set)
    lines: dict[str, list[Seen]] = defaultdict(list)
    for link in findings.of(by):
        network = link.target if link.target_kind == "network" else systems.get(link.target)
        if network and link.source in findings.observable:
            declared[network].add(link.source)
            lines[network].append(link)
    keeping = set().union(*declared.values()) if declared else set()
    placed = placements(findings)
    rows: list[list[Any]] = []
    for network in sorted(declared, key=lambda name: (-len(declared[name]), name)):
        seen = placed.get(network, set()) & keeping
        both = declared[network] & seen
        rows.append(
            [
                network,
                len(declared[network]),
                len(both),
                len(declared[network] - seen),
                len(seen - declared[network]),
            ]
        )
    return Result(
        rows,
        {
            "networks": len(rows),
            "keeping": len(keeping),
            "never_placed": sum(row[2] == 0 for row in rows),
        },
        [[*lines[row[0]], *_on(keeping, findings.placed.get(row[0], ()))] for row in rows],
    )


def _on(domains: Collection[str], links: Iterable[Seen]) -> list[Seen]:
    return [link for link in links if link.source in domains]


DECLARED = Measure(
    "declared",
    (
        Column("network", "network", "The selling system that is declared."),
        Column("declared", "count", "Observable domains whose file names it.", "observable"),
        Column("both", "count", "Of these, domains where it was also seen placed.", "observable"),
        Column("declared_only", "count", "Of these, domains where it was not.", "observable"),
        Column(
            "placed_only", "count", "Others with such a file, where it is placed and not named.", "observable"
        ),
    ),
    _find,
    {"by": "declares"},
)

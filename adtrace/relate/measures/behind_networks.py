"""Networks that stand behind another network's answer."""

from collections import defaultdict
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.hops import Hop
from adtrace.relate.measures.measure import Column, Measure, Result


def _find(findings: Findings) -> Result:
    """One row a network that was asked, a network its documents name live, and their kind; most domains first.

    An address is asked once a day and counts for the domain it was first asked for: a lower bound. Cost: linear in the
    hops.
    """
    hops: dict[tuple[str, str, str], list[Hop]] = defaultdict(list)
    for hop in findings.hops:
        hops[hop.through, hop.network, hop.document].append(hop)
    rows: list[list[Any]] = [
        [
            *key,
            len({hop.domain for hop in found}),
            sorted({hop.domain for hop in found}),
            sum(len(hop.sightings) for hop in found),
        ]
        for key, found in hops.items()
    ]
    rows.sort(key=lambda row: (-row[3], *row[:3]))
    answered = {row[0] for row in rows}
    return Result(
        rows,
        {
            "pairs": len({(row[0], row[1]) for row in rows}),
            "answering": len(answered),
            "domains": len({domain for row in rows for domain in row[4]} & findings.observable),
            "both": len(answered & {row[1] for row in rows}),
        },
        [[one for hop in hops[row[0], row[1], row[2]] for one in hop.sightings] for row in rows],
    )


BEHIND_NETWORKS = Measure(
    "behind_networks",
    (
        Column("through", "network", "The network that was asked and answered."),
        Column("network", "network", "The network that its answer names live."),
        Column("document", "word", "frame, vast: the answer; script: code, which places nothing by itself."),
        Column("domains", "count", "Domains for which it was asked.", "domains"),
        Column("on", "domains", "Which.", "domains"),
        Column("sightings", "count", "Places in its answers."),
    ),
    _find,
)

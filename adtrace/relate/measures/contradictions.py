"""Where declarations and tags do not fit together, each with what else may be behind it."""

from typing import Any

from adtrace.relate.contradiction_kinds import KINDS
from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result


def _find(findings: Findings, *, kinds: list[str]) -> Result:
    """One row a kind, system and seller, in the order of the kinds, most domains first.

    Cost: that of find_contradictions.
    """
    groups: dict[tuple[str, str, str], list[Any]] = {}
    for one in findings.contradictions:
        if one.kind in kinds:
            groups.setdefault((one.kind, one.system, one.account), []).append(one)
    rows: list[list[Any]] = []
    for (kind, system, account), found in groups.items():
        domains = sorted({one.domain for one in found})
        copied = len({one.domain for one in found if one.copied})
        says = {(one.says, one.against) for one in found}
        rows.append(
            [
                kind,
                system,
                f"{system}/{account}" if account else "",
                len(domains),
                domains,
                copied,
                "; ".join(sorted(f"{one}, but {other}" for one, other in says)[:3]),
                KINDS[kind].suggests,
                "; ".join(KINDS[kind].innocent),
            ]
        )
    order = list(KINDS)
    rows.sort(key=lambda row: (order.index(row[0]), -row[3], *row[1:3]))
    domains_all = {domain for row in rows for domain in row[4]}
    return Result(
        rows,
        {
            "contradictions": len(rows),
            "contradicted": len(domains_all),
            "copied": len({one.domain for one in findings.contradictions if one.copied}),
        },
    )


CONTRADICTIONS = Measure(
    "contradictions",
    (
        Column("kind", "word", "Which statements do not fit together."),
        Column("system", "network", "The selling system it is about."),
        Column("seller", "seller", "The seller it is about; empty if it is about the system."),
        Column("domains", "count", "Domains it was found on.", "domains"),
        Column("on", "domains", "Which."),
        Column("copied", "count", "Of these, domains whose file is near-identical to another's.", "domains"),
        Column("what", "text", "What each of the two says."),
        Column("suggests", "text", "What it may mean."),
        Column("innocent", "text", "How else it comes about."),
    ),
    _find,
    {"kinds": list(KINDS)},
)

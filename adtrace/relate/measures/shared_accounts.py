"""Accounts that are live on several domains."""

from collections import defaultdict
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result


def _find(findings: Findings, *, least_domains: int) -> Result:
    """One row an account, most domains first. Cost: linear in the `carries` edges."""
    marks = defaultdict(list)
    for link in findings.of("carries"):
        marks[link.target].append(link)
    rows: list[list[Any]] = []
    for account, found in marks.items():
        domains = sorted({link.source for link in found})
        if len(domains) >= least_domains:
            network, kind, number = account.split("/", 2)
            scopes = sorted({link.scope or "unknown" for link in found})
            sightings = sum(link.count for link in found)
            verdict = findings.verdicts.get(account, "no: on one domain")
            rows.append([network, kind, number, ", ".join(scopes), len(domains), domains, sightings, verdict])
    rows.sort(key=lambda row: (-row[4], *row[:3]))
    tied = {domain for row in rows for domain in row[5]}
    return Result(
        rows,
        {
            "accounts": len(rows),
            "tied": len(tied & findings.observable),
            "merging": sum(row[7].startswith("yes") for row in rows),
            "operators": len(findings.operators),
        },
        [marks["/".join(row[:3])] for row in rows],
    )


SHARED_ACCOUNTS = Measure(
    "shared_accounts",
    (
        Column("network", "network", "Network whose form the id has."),
        Column("account_kind", "word", "What the network calls the id."),
        Column("account", "account", "The id."),
        Column("scope", "word", "What the id identifies: account, site, slot, platform, unknown."),
        Column("domains", "count", "Domains it was seen live on.", "domains"),
        Column("on", "domains", "Which.", "domains"),
        Column("sightings", "count", "Places it was seen live at."),
        Column("bears_operator", "text", "Whether it can bear an operator hypothesis, and if not, why."),
    ),
    _find,
    {"least_domains": 2},
)

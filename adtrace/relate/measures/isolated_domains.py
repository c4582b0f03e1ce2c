"""Observable domains that no live account ties to another."""

from collections import defaultdict
from itertools import chain
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result
from adtrace.relate.seen import Seen


def _find(findings: Findings) -> Result:
    """One row a domain, in order of name. An account of any scope counts as a tie: isolated claims more.

    Cost: linear in the `carries` and `places` edges.
    """
    on: dict[str, set[str]] = defaultdict(set)
    for link in findings.of("carries"):
        on[link.target].add(link.source)
    tied = {domain for domains in on.values() if len(domains) > 1 for domain in domains}
    accounts: dict[str, int] = defaultdict(int)
    for domains in on.values():
        for domain in domains:
            accounts[domain] += 1
    networks: dict[str, set[str]] = defaultdict(set)
    for link in findings.of("places"):
        networks[link.source].add(link.target)
    seen: dict[str, list[Seen]] = defaultdict(list)
    for link in chain(findings.of("places"), findings.of("carries")):
        seen[link.source].append(link)
    isolated = sorted(findings.observable - tied)
    rows: list[list[Any]] = [
        [domain, len(networks[domain]), sorted(networks[domain]), accounts[domain]] for domain in isolated
    ]
    return Result(
        rows,
        {"isolated": len(rows), "bare": sum(not row[1] for row in rows)},
        [seen[row[0]] for row in rows],
    )


ISOLATED_DOMAINS = Measure(
    "isolated_domains",
    (
        Column("domain", "domain", "An observable domain without a shared live account."),
        Column("networks", "count", "Networks placed on it."),
        Column("placed", "networks", "Which."),
        Column("accounts", "count", "Accounts live on it, all seen nowhere else."),
    ),
    _find,
)

"""Operator hypotheses with the evidence for and against each."""

from collections import defaultdict
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Behind, Column, Measure, Result
from adtrace.relate.seen import Seen


def _find(findings: Findings) -> Result:
    """One row a hypothesis, largest first: connected components of domains under accounts that may bear a merge.

    What may bear one: graphs/schema.toml, [merge]. For it: the accounts, their networks, the sightings. Against it:
    needed = accounts without which a domain falls away (articulation points; Tarjan, SIAM Journal on Computing 1,
    1972): if all are, each tie hangs by one id; others = domains of it that also carry another account of a kind that
    ties it: two holders may share a page. Cost: linear in the accounts' edges.
    """
    import networkx as nx

    carried: dict[str, list[Seen]] = defaultdict(list)
    by_kind: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in findings.of("carries"):
        carried[link.target].append(link)
        if link.scope == "account":
            network, kind, _ = link.target.split("/", 2)
            by_kind[link.source, f"{network}/{kind}"].add(link.target)
    rows: list[list[Any]] = []
    behind: list[Behind] = []
    for operator in findings.operators:
        within = set(operator.domains)
        tied = [link for name in operator.accounts for link in carried[name] if link.source in within]
        behind.append(tied)
        ties: nx.Graph[tuple[str, str]] = nx.Graph(
            (("domain", link.source), ("account", link.target)) for link in tied
        )
        needed = sum(kind == "account" for kind, _ in nx.articulation_points(ties))
        kinds = {"/".join(account.split("/", 2)[:2]) for account in operator.accounts}
        others = sum(any(len(by_kind[domain, kind]) > 1 for kind in kinds) for domain in operator.domains)
        rows.append(
            [
                operator.id,
                len(operator.domains),
                list(operator.domains),
                sorted(operator.accounts),
                len({account.split("/", 1)[0] for account in operator.accounts}),
                operator.sightings,
                needed,
                others,
                _against(len(operator.accounts), needed, others, len(operator.domains)),
            ]
        )
    domains = {domain for operator in findings.operators for domain in operator.domains}
    return Result(
        rows,
        {
            "operators": len(rows),
            "domains": len(domains & findings.observable),
            "by_one": sum(len(row[3]) == 1 for row in rows),
        },
        behind,
    )


def _against(accounts: int, needed: int, others: int, domains: int) -> str:
    found = []
    if accounts == 1:
        found.append("one account alone ties it")
    elif needed == accounts:
        found.append("every account is needed to hold it together")
    if others:
        found.append(f"{others} of {domains} domains also carry another account of such a kind")
    return "; ".join(found) or "nothing seen"


HYPOTHESES = Measure(
    "hypotheses",
    (
        Column("operator", "operator", "The hypothesis."),
        Column("domains", "count", "Domains it ties together.", "domains"),
        Column("on", "domains", "Which.", "domains"),
        Column("accounts", "accounts", "Accounts that tie them."),
        Column("networks", "count", "Networks of these accounts."),
        Column("sightings", "count", "Places the accounts were seen live at."),
        Column("needed", "count", "Accounts without which a domain falls away."),
        Column("others", "count", "Domains that carry another account of a kind that ties it.", "domains"),
        Column("against", "text", "What speaks against it, in words."),
    ),
    _find,
)

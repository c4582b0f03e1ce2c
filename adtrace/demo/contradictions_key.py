"""Where the invented web's files, systems and chains do not fit together, worked out from its facts alone.

Of the kinds that need no card: what is published, placed or known of a system is the cards' knowledge.
"""

from collections import defaultdict
from itertools import combinations
from typing import Any

from adtrace.demo.declarations import SYSTEMS
from adtrace.demo.facts import Fact
from adtrace.demo.found import Found, is_live

KINDS = (
    "direct_intermediary", "unknown_seller", "other_domain", "confidential_seller", "dark_pooling", "short_chain",
    "broken_chain",
)  # fmt: skip
_FILES = ("ads_txt", "app_ads_txt")
_HOSTS = {system.network: host for host, system in SYSTEMS.items()}
# (kind, system, account) → domains.
_Where = dict[tuple[str, str, str], set[str]]


def write_contradictions(found: Found) -> list[list[Any]]:
    """kind, system, seller, domains, on, and how many of these have a file that is another's copy."""
    on: _Where = defaultdict(set)
    lines: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    related: dict[str, set[str]] = defaultdict(set)
    for document in found.documents:
        if document.counts:
            domain = document.part.host
            related[domain] |= {document.part.domain, *document.told.owners}
            for fact in document.told.facts:
                if fact.source in _FILES:
                    lines[domain].add((fact.system, str(fact.account), fact.relation))
    for document in found.documents:
        if document.counts:
            for kind, fact in _of_facts(document.told.facts, found, related[document.part.host]):
                on[kind, str(fact.network), str(fact.account)].add(document.part.host)
    _add_pools(on, lines, related)
    copied = _copied(lines)
    return [
        [kind, system, f"{system}/{account}", len(domains), sorted(domains), len(domains & copied)]
        for (kind, system, account), domains in on.items()
    ]


def _of_facts(facts: tuple[Fact, ...], found: Found, related: set[str]) -> list[tuple[str, Fact]]:
    told = []
    before = ""
    for fact in facts:
        rows = found.lists.get(str(fact.network))
        row = rows.get(str(fact.account)) if rows is not None and fact.account else None
        is_line = fact.source in (*_FILES, "chain")
        if is_line and rows is not None and row is None:
            told.append(("unknown_seller", fact))
        if row is not None:
            told += [(kind, fact) for kind in _of_row(fact, row, related, before)]
        before = _HOSTS.get(fact.network, "") if fact.source == "chain" else ""
    return told


def _of_row(fact: Fact, row: dict[str, Any], related: set[str], before: str) -> list[str]:
    """What a system's row says against a line of a file, a node of a chain, or a live tag's account."""
    is_another = row["seller_type"] == "PUBLISHER" and row.get("domain") and row["domain"] not in related
    is_first = fact.source == "chain" and not before
    kinds = []
    if fact.source in _FILES and fact.relation == "DIRECT":
        if row["seller_type"] == "INTERMEDIARY":
            kinds.append("direct_intermediary")
        if row["is_confidential"]:
            kinds.append("confidential_seller")
        elif is_another:
            kinds.append("other_domain")
    elif is_first and row["seller_type"] == "INTERMEDIARY":
        kinds.append("short_chain")
    elif is_another and (is_first or (not fact.source and fact.basis == "embedded" and is_live(fact))):
        kinds.append("other_domain")
    if before and row.get("domain") not in (None, before):
        kinds.append("broken_chain")
    return kinds


def _add_pools(on: _Where, lines: dict[str, set[tuple[str, str, str]]], related: dict[str, set[str]]) -> None:
    sellers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for domain, records in lines.items():
        for system, account, relation in records:
            if relation == "DIRECT":
                sellers[SYSTEMS[system].network or system, account].add(domain)
    for (system, account), domains in sellers.items():
        for domain in domains:
            if any(not related[domain] & related[other] for other in domains):
                on["dark_pooling", system, account].add(domain)


def _copied(lines: dict[str, set[tuple[str, str, str]]]) -> set[str]:
    """Domains whose files share at least nine tenths of all their records with another's, of five or more."""
    alike = set()
    for one, other in combinations(sorted(lines), 2):
        shared, whole = len(lines[one] & lines[other]), len(lines[one] | lines[other])
        if min(len(lines[one]), len(lines[other])) >= 5 and 10 * shared >= 9 * whole:
            alike |= {one, other}
    return alike

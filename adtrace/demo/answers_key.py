"""The answers to the questions of graphs/questions, worked out from the facts alone.

Each is a list of rows in no particular order; columns as the measures name them, without the company.
"""

from collections import Counter, defaultdict
from typing import Any

from adtrace.demo.found import Found, account_name, find_operators, is_live
from adtrace.demo.graph import NOT_ADVERTISING


def write_answers(found: Found) -> dict[str, list[list[Any]]]:
    """The rows of every question."""
    return {
        "shared-account": _shared_accounts(found),
        "brand-exposure": _brand_exposure(found),
        "hub-networks": _hub_networks(found),
        "placed-through": _placed_through(found),
        "isolated-domains": _isolated_domains(found),
    }


def _carried(found: Found) -> dict[tuple[str, str], Counter[str]]:
    """(account, scope) → domain → how often it is live there."""
    on: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for domain, fact in found.facts():
        if fact.account and is_live(fact) and not fact.source:
            on[account_name(fact), str(fact.scope)][domain] += 1
    return on


def _placed(found: Found) -> dict[str, Counter[str]]:
    """Network → domain → how often a live tag of it stands there."""
    on: dict[str, Counter[str]] = defaultdict(Counter)
    for domain, fact in found.facts():
        if not fact.account and is_live(fact) and fact.network and fact.network not in NOT_ADVERTISING:
            on[fact.network][domain] += 1
    return on


def _shared_accounts(found: Found) -> list[list[Any]]:
    """network, account_kind, account, scope, domains, on, sightings, whether it ties operators."""
    merged = find_operators(found)
    rows = []
    for (account, scope), on in _carried(found).items():
        if len(on) > 1:
            ties = scope == "account" and account not in found.not_operators
            bearing = _bearing_domains(found, account) if ties else set()
            yes = len(bearing) > 1 and any(bearing <= set(group) for group in merged)
            rows.append([*account.split("/", 2), scope, len(on), sorted(on), on.total(), yes])
    return rows


def _bearing_domains(found: Found, account: str) -> set[str]:
    return {
        document.part.host
        for document in found.documents
        if document.counts and document.keeps_skeleton and document.part.is_dedicated
        for fact in document.told.facts
        if fact.account and is_live(fact) and account_name(fact) == account
    }


def _brand_exposure(found: Found) -> list[list[Any]]:
    """brand, role, basis, through, domains, on, sightings."""
    on: dict[tuple[str, str, str, str], Counter[str]] = defaultdict(Counter)
    for document in found.documents:
        if document.counts:
            for offer in document.told.offers:
                on[offer.brand, offer.role, offer.basis, offer.network or ""][document.part.host] += 1
    return [[*row, len(domains), sorted(domains), domains.total()] for row, domains in on.items()]


def _hub_networks(found: Found) -> list[list[Any]]:
    """network, domains, alone, reach, on, elsewhere, sightings; of the observable domains but for the last two."""
    on, observable = _placed(found), found.observable()
    networks: Counter[str] = Counter(domain for domains in on.values() for domain in domains)
    reached: set[str] = set()
    rows = []
    for network in sorted(on, key=lambda name: (-len(set(on[name]) & observable), -len(on[name]), name)):
        seen = set(on[network]) & observable
        reached |= seen
        alone = sum(networks[domain] == 1 for domain in seen)
        elsewhere = len(set(on[network]) - seen)
        rows.append([network, len(seen), alone, len(reached), sorted(seen), elsewhere, on[network].total()])
    return rows


def _placed_through(found: Found) -> list[list[Any]]:
    """through, network, domains, on, direct, sightings."""
    pairs: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for document in found.documents:
        if document.counts:
            for pair in document.told.nested:
                pairs[pair][document.part.host] += 1
    placed = _placed(found)
    rows = []
    for (through, network), on in pairs.items():
        inside: Counter[str] = sum((c for (_, inner), c in pairs.items() if inner == network), Counter())
        direct = sum(placed[network][domain] > inside[domain] for domain in on)
        rows.append([through, network, len(on), sorted(on), direct, on.total()])
    return rows


def _isolated_domains(found: Found) -> list[list[Any]]:
    """domain, networks, placed, accounts."""
    on: dict[str, set[str]] = defaultdict(set)
    for (account, _), domains in _carried(found).items():
        on[account] |= set(domains)
    tied = {domain for domains in on.values() if len(domains) > 1 for domain in domains}
    placed = _placed(found)
    rows = []
    for domain in sorted(found.observable() - tied):
        networks = sorted(network for network, domains in placed.items() if domain in domains)
        rows.append([domain, len(networks), networks, sum(domain in domains for domains in on.values())])
    return rows

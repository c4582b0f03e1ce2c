"""Where the invented web's files, systems, chains and tags do not fit together, worked out from its facts alone."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from adtrace.demo.declarations import SELLER_FILES, SYSTEMS
from adtrace.demo.facts import Fact
from adtrace.demo.found import Document, Found, is_live
from adtrace.demo.graph import NOT_ADVERTISING

_FILES = ("ads_txt", "app_ads_txt")
_HOSTS = {system.network: host for host, system in SYSTEMS.items()}
# Kinds of which a copied file may be the innocent cause, and what of the others only a page says.
_OF_COPIES = frozenset(
    {"direct_intermediary", "unknown_seller", "other_domain", "dark_pooling", "other_site", "not_observed"}
)


class _Site:
    """All that the documents of one domain say that count."""

    def __init__(self, domain: str, documents: list[Document]) -> None:
        self.domain = domain
        self.documents = documents
        told = [document.told for document in documents]
        self.related = {documents[0].part.domain, *(owner for one in told for owner in one.owners)}
        facts = [fact for one in told for fact in one.facts]
        self.lines = [fact for fact in facts if fact.source in _FILES]
        self.agents = [fact for fact in facts if fact.is_agent]
        # A file that says that nobody may sell speaks too.
        self.speaks = any(document.path == "/ads.txt" for document in documents)
        self.placed = {
            str(fact.network) for fact in facts if _is_tag(fact) and is_live(fact) and not fact.account
        }

    def has(self, other: str) -> bool:
        """Whether another site is this one, or belongs to whom the file calls owner."""
        return any(f".{other}".endswith(f".{one}") for one in self.related)

    @property
    def records(self) -> set[tuple[str, str, str]]:
        """The file's lines, as far as they tell it from another's."""
        return {(line.system, str(line.account), line.relation) for line in self.lines}


def _is_tag(fact: Fact) -> bool:
    return not fact.source and fact.basis in ("embedded", "served") and fact.network not in NOT_ADVERTISING


# Kind, system, account ("" if none), other site ("" if none), and whether a page says so.
_One = tuple[str, str, str, str, bool]


def write_contradictions(found: Found) -> list[list[Any]]:
    """kind, system, seller, domains, on, and how many of these have a file or page that is another's copy."""
    by_domain: dict[str, list[Document]] = defaultdict(list)
    for document in found.documents:
        if document.counts:
            by_domain[document.part.host].append(document)
    sites = [_Site(domain, documents) for domain, documents in by_domain.items()]
    pools = _pools(sites)
    told = {site.domain: {*_of_site(site, found), *pools[site.domain]} for site in sites}
    files, pages = _copied_files(sites), _copied_pages(by_domain, told)
    on: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    copied: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for domain, ones in told.items():
        for kind, system, account, _, is_of_page in ones:
            on[kind, system, account].add(domain)
            if kind in _OF_COPIES and (domain in files or (is_of_page and domain in pages)):
                copied[kind, system, account].add(domain)
    return [
        [
            *what[:2],
            f"{what[1]}/{what[2]}" if what[2] else "",
            len(domains),
            sorted(domains),
            len(copied[what]),
        ]
        for what, domains in on.items()
    ]


def _of_site(site: _Site, found: Found) -> Iterator[_One]:
    for document in site.documents:
        before = ""
        for fact in document.told.facts:
            for kind, other in _of_fact(fact, found, site.related, before):
                yield kind, str(fact.network), str(fact.account), other, fact.source not in _FILES
            before = _HOSTS.get(fact.network, "") if fact.source == "chain" else ""
        for network, other in document.told.declared_sites:
            if not site.has(other):
                yield "other_site", network, "", other, True
    direct = {fact.network for fact in site.lines if fact.relation == "DIRECT" and fact.network}
    named = {fact.network for fact in site.lines if fact.source == "ads_txt"}
    for network in direct - site.placed if site.placed else ():
        yield "not_observed", str(network), "", "", False
    yield from _of_agents(site, {fact.network for fact in site.lines} - direct)
    if site.speaks:
        for network in (site.placed & SELLER_FILES.keys()) - named:
            yield "not_declared", network, "", "", True
    for networks, is_of_page in ((direct, False), (site.placed, True)):
        for network in networks:
            if SELLER_FILES.get(str(network)) in found.missing:
                yield "no_list", str(network), "", "", is_of_page


def _of_agents(site: _Site, resold: set[str | None]) -> Iterator[_One]:
    """resold: networks that the ads.txt calls resellers alone."""
    sold = [other for agent in site.agents for other in agent.sites]
    if sold and not any(map(site.has, sold)):
        yield "agent_elsewhere", "", "", sold[0], False
    for agent in site.agents:
        system, account = agent.network or agent.system, str(agent.account)
        if agent.relation == "direct" and agent.network and agent.network in resold:
            yield "agent_not_direct", system, account, "", False
        if agent.is_exclusive and any(map(site.has, agent.sites)):
            if any(set(agent.sites) & set(other.sites) for other in site.agents if other is not agent):
                yield "agent_not_alone", system, account, "", False
            if site.placed - {agent.network}:
                yield "agent_not_alone", system, account, "", True


def _of_fact(fact: Fact, found: Found, related: set[str], before: str) -> Iterator[tuple[str, str]]:
    """(kind, other site) of what a system's row says against a line, a node of a chain, or a live tag's account."""
    rows = found.lists.get(str(fact.network))
    if rows is None or not fact.account or fact.is_agent:
        return
    row = rows.get(fact.account)
    if row is None:
        if fact.source:
            yield "unknown_seller", ""
        return
    listed = row.get("domain") or ""
    is_another = row["seller_type"] == "PUBLISHER" and listed and listed not in related
    is_first = fact.source == "chain" and not before
    if fact.source in _FILES and fact.relation == "DIRECT":
        if row["seller_type"] == "INTERMEDIARY":
            yield "direct_intermediary", ""
        if row["is_confidential"]:
            yield "confidential_seller", ""
        elif is_another:
            yield "other_domain", listed
    elif is_first and row["seller_type"] == "INTERMEDIARY":
        yield "short_chain", ""
    elif is_another and (is_first or (not fact.source and fact.basis == "embedded" and is_live(fact))):
        yield "other_domain", listed
    if before and listed not in ("", before):
        yield "broken_chain", listed


def _pools(sites: list[_Site]) -> dict[str, set[_One]]:
    """Domain → the sellers it declares DIRECT as another does with which it has nobody in common."""
    declaring: dict[tuple[str, str], list[_Site]] = defaultdict(list)
    for site in sites:
        for system, account in {
            (one, account) for one, account, relation in site.records if relation == "DIRECT"
        }:
            declaring[SYSTEMS[system].network or system, account].append(site)
    pooled: dict[str, set[_One]] = defaultdict(set)
    for (system, account), group in declaring.items():
        for site in group:
            if any(not site.related & other.related for other in group):
                pooled[site.domain].add(("dark_pooling", system, account, "", False))
    return pooled


def _copied_files(sites: list[_Site]) -> set[str]:
    """Domains whose files share at least nine tenths of all their records with another's, of five or more."""
    alike = set()
    for one, other in combinations((site for site in sites if len(site.records) >= 5), 2):
        shared, whole = len(one.records & other.records), len(one.records | other.records)
        if 10 * shared >= 9 * whole:
            alike |= {one.domain, other.domain}
    return alike


def _copied_pages(by_domain: dict[str, list[Document]], told: dict[str, set[_One]]) -> set[str]:
    """Clones of one victim's page of which the same is said."""
    clones = [domain for domain, documents in by_domain.items() if documents[0].part.role == "clone"]
    alike = set()
    for one, other in combinations(clones, 2):
        if any(is_of_page and (*rest, is_of_page) in told[other] for *rest, is_of_page in told[one]):
            alike |= {one, other}
    return alike

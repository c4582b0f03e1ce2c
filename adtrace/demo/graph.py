"""The graph a correct run draws of the invented web, by the sentences of graphs/schema.toml.

Companies are left out: they are the cards' knowledge, which the generator does not have.
"""

from adtrace.demo.facts import Fact
from adtrace.demo.found import Found, account_name, is_live

Edge = tuple[str, str, str, str, str]
# Networks whose tags measure, manage tags or share: used, not placed.
NOT_ADVERTISING = frozenset(
    {
        "google-analytics",
        "google-tag-manager",
        "yandex-metrica",
        "quantcast",
        "facebook",
        "cloudflare",
        "prebid",
        "comscore",
        "didomi",
    }
)


def draw_edges(found: Found) -> list[Edge]:
    """(edge, kind of source, source, kind of target, target), each once, sorted."""
    edges: set[Edge] = set()
    for domain, fact in found.facts():
        edges |= _edges_of(domain, fact)
    for fact in found.sellers:
        edges.add(("lists", "network", str(fact.network), "seller", f"{fact.network}/{fact.account}"))
    for document in found.documents:
        if document.counts:
            domain = document.part.host
            for outer, inner in document.told.nested:
                edges.add(("brings", "network", outer, "network", inner))
            for offer in document.told.offers:
                edges.add(("offered_on", "brand", offer.brand, "domain", domain))
                if offer.network:
                    edges.add(("offered_through", "brand", offer.brand, "network", offer.network))
            edges |= {
                ("routes_through", "domain", domain, "network", network)
                for _, network in document.told.trackers
                if network
            }
            edges |= {
                ("leads_to", "domain", domain, "landing", landing) for landing in document.told.landings
            }
    return sorted(edges)


def _edges_of(domain: str, fact: Fact) -> set[Edge]:
    if fact.source:
        return _declared(domain, fact)
    network = ("network", str(fact.network))
    if fact.account:
        account = ("account", account_name(fact))
        if fact.basis == "landing":
            return {("belongs_to", *account, *network)}
        edge = (
            "claims_account" if fact.basis == "declared" else "carries" if is_live(fact) else "keeps_account"
        )
        return {(edge, "domain", domain, *account), ("belongs_to", *account, *network)}
    if fact.basis == "landing":
        return set()  # a link is no placement; the brand it offers has edges of its own
    if fact.basis == "declared":
        return {("claims", "domain", domain, *network)}
    if not is_live(fact):
        return {("keeps", "domain", domain, *network)}
    return {("uses" if fact.network in NOT_ADVERTISING else "places", "domain", domain, *network)}


def _declared(domain: str, fact: Fact) -> set[Edge]:
    if fact.is_agent:
        return {("authorises", "domain", domain, "network", fact.network)} if fact.network else set()
    seller = ("seller", f"{fact.network or fact.system}/{fact.account}")
    edges: set[Edge] = {("chains" if fact.source == "chain" else "declares", "domain", domain, *seller)}
    if fact.network:
        edges.add(("declared_at", *seller, "network", fact.network))
        if fact.relation == "RESELLER" and fact.source != "chain":
            edges.add(("resells", "network", fact.network, "domain", domain))
    return edges


def list_nodes(found: Found, edges: list[Edge]) -> list[tuple[str, str]]:
    """(kind, name): every domain of the list, and the ends of every edge."""
    nodes = {("domain", part.host) for part in found.parts}
    for _, source_kind, source, target_kind, target in edges:
        nodes |= {(source_kind, source), (target_kind, target)}
    return sorted(nodes)

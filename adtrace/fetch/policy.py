"""May this URL be requested? Pure: no network, no clock.

Used wherever a request could begin: by the writer for its decision, by the fetcher on the final request.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from adtrace.extract.sighting import Effect
from adtrace.extract.unwrap import unwrap
from adtrace.fetch.messages import ScopeRule
from adtrace.fetch.parts import DECLARATIONS, Parts, canonical_url
from adtrace.fetch.response import CONTENT_TYPES
from adtrace.fetch.verdict import Verdict, guard
from adtrace.names import display, registrable_domain

# How many documents of ad networks may follow each other from a page on: its tag, and five wrappers or fallbacks.
MAX_CHAIN_DEPTH = 6

REACHES = ("page", "tags", "ads")

_ALLOWED_AT_ADTECH: dict[str, frozenset[str]] = {
    "page": frozenset(),
    "tags": frozenset({"script", "worker", "sellers_json"}) | DECLARATIONS,
    "ads": frozenset({"script", "worker", "frame", "vast", "sellers_json"}) | DECLARATIONS,
}
# What an ad network's host serves to be run or shown on a page: asked by reach and effect, also where the host is
# an entry.
_LOADED = frozenset({"script", "frame", "vast"})
# Hosts that pay for each visit to a link: whoever follows one of theirs pays its holder.
_PAYS_PER_VISIT = frozenset({"shortener", "content_locker"})
# Networks that answer with ads. What analytics, verification, data and consent systems serve is no ad, and asking
# for it is a visit in somebody's statistics.
_SERVES_ADS = frozenset(
    """ad_network exchange ssp dsp ad_server native video pop push adult crypto header_bidding platform
    management""".split()
)
# Networks of which an address may itself be the visit that is paid: only what a card calls a loader is asked of them.
_PAID_VISITS = frozenset({"affiliate", "content_locker", "direct_link", "shortener", "tracker"})


class AdCard(Protocol):
    """What the policy must know of one card."""

    @property
    def roles(self) -> Sequence[str]:
        """What the network is."""

    @property
    def advertising(self) -> bool:
        """Whether its tags place ads; false of those that measure, manage tags, chat or share."""


class AdHosts(Protocol):
    """What the policy must know of the cards; the loaded knowledge is one."""

    def card_of_host(self, host: str, /) -> AdCard | None:
        """The card whose host this is (or its subdomain), None if no card's."""

    def card_of_sellers_json(self, url: str, /) -> object | None:
        """The card whose sellers.json stands at exactly this URL, which may be on nobody's host."""

    def effect_of(self, url: str, /) -> Effect:
        """What requesting this URL does, as the card's shapes say; "unknown" where none matches."""


class Scope:
    """What the entries of the case let us contact, looked up by address and host.

    A rule whose host is a public suffix, which no list holds but a case from elsewhere may, covers nothing.
    """

    def __init__(self, rules: Iterable[ScopeRule]) -> None:
        self._by_url: dict[str | None, ScopeRule] = {}
        self._by_host: dict[str, ScopeRule] = {}
        self._by_parent: dict[str, ScopeRule] = {}
        for rule in rules:
            if rule.unit == "url":
                self._by_url.setdefault(canonical_url(rule.url or ""), rule)
            else:
                self._by_host.setdefault(rule.host, rule)
                if rule.include_subdomains:
                    self._by_parent.setdefault(rule.host, rule)

    def rule_for(self, url: str, host: str, document: str) -> ScopeRule | None:
        """The nearest rule that covers this document, None if none does.

        A page's own address (unit=url, which covers no other); else the host; its www form, both ways; the nearest
        domain of those whose entries include their subdomains.
        """
        labels = host.split(".")
        parents = (".".join(labels[n:]) for n in range(1, len(labels)))
        found = (
            self._by_url.get(url) if document == "page" else None,
            *(self._by_host.get(name) for name in (host, *_www_twin(host))),
            *(self._by_parent.get(parent) for parent in parents),
        )
        return next((rule for rule in found if rule and registrable_domain(rule.host)), None)


def _www_twin(host: str) -> tuple[str, ...]:
    """The host without the www. it has, or with the one it has not; () if it has two, or is nobody's without it."""
    bare = host.removeprefix("www.")
    if bare.startswith("www.") or registrable_domain(bare) is None:
        return ()
    return (bare,) if bare != host else (f"www.{host}",)


@guard
def may_request(
    url: str,
    document: str,
    *,
    scope: Scope,
    reach: str,
    knowledge: AdHosts,
    named_by: str | None = None,
    origin: str | None = None,
    depth: int = 1,
) -> Verdict:
    """Whether this URL may be asked for as this kind of document.

    url: in canonical_url form; anything else is refused.
    named_by: the URL of the document that named an ad-tech URL: one in scope, or at reach ads an ad network's, to
    which origin, a document in scope, led over no more than MAX_CHAIN_DEPTH documents; depth: how many, this one too.
    """
    if reach not in REACHES or document not in CONTENT_TYPES:
        return Verdict(
            False, "request/kind", f'"{display(document)}" at reach "{display(reach)}" is never requested.'
        )
    parts = Parts(url)
    if parts.refusal:
        return parts.refusal
    if suffix := parts.media_suffix:
        return Verdict(False, "request/media", f"The address ends in .{suffix}.")
    if document == "sellers_json":
        return _may_request_sellers(url, reach, knowledge, is_named=_is_in_scope(named_by, scope))
    if document == "vast" and document not in _ALLOWED_AT_ADTECH[reach]:
        return _beyond_reach(document, reach)
    card = knowledge.card_of_host(parts.host)
    if card is not None and (word := parts.role_word(document)):
        return Verdict(False, "request/role", f'"{word}" in the address of an ad network.')
    rule = scope.rule_for(url, parts.host, document)
    if rule and (card is None or document not in _LOADED):
        return _may_ask_entry(document, parts, rule, card)
    if card is None:
        return Verdict(
            False, "request/out_of_scope", f"{parts.host} is no entry of this case and no ad network's."
        )
    if document not in _ALLOWED_AT_ADTECH[reach]:
        return _beyond_reach(document, reach)
    if not _is_in_scope(named_by, scope):
        if reach != "ads" or document not in _LOADED:
            return _UNNAMED
        if refusal := _chain_refusal(named_by, origin, depth, scope, knowledge):
            return refusal
    effect = knowledge.effect_of(url)
    if document in DECLARATIONS:
        return _may_declare(document, parts, card, effect)
    return _may_load(url, card, reach, effect)


_UNNAMED = Verdict(False, "request/unnamed", "No in-scope document named this ad network's address.")


def _beyond_reach(document: str, reach: str) -> Verdict:
    return Verdict(False, "request/reach", f"An ad network's {document} is not requested at reach {reach}.")


def _may_ask_entry(document: str, parts: Parts, rule: ScopeRule, card: AdCard | None) -> Verdict:
    """Whether this may be asked of a host in scope: all but the pages of one that pays for each visit to them."""
    pays = rule.root_only or (card is not None and not _PAYS_PER_VISIT.isdisjoint(card.roles))
    if pays and document in ("page", "frame") and not parts.is_root:
        return Verdict(False, "request/root", "A host that may pay for each visit is asked for its root.")
    return Verdict(True, f"scope/{rule.unit}/{rule.entry}")


def _chain_refusal(
    named_by: str | None, origin: str | None, depth: int, scope: Scope, knowledge: AdHosts
) -> Verdict | None:
    """Why an ad network's document may not have named this address, None if it may."""
    namer = Parts(named_by or "")
    if namer.refusal or knowledge.card_of_host(namer.host) is None or not _is_in_scope(origin, scope):
        return _UNNAMED
    if not 1 < depth <= MAX_CHAIN_DEPTH:
        reason = f"{depth} documents from the page; {MAX_CHAIN_DEPTH} are followed."
        return Verdict(False, "request/depth", reason)
    return None


def _may_load(url: str, card: AdCard, reach: str, effect: Effect) -> Verdict:
    """Whether what this network serves there may be read: no click, no paid visit, nobody's statistics."""
    if effect == "generic":
        return Verdict(True, "adtech/generic")
    if reach == "tags":
        return Verdict(
            False, "request/effect", f"Its effect is {effect}; reach tags requests generic loaders only."
        )
    if refusal := _visit_refusal(url, card, effect):
        return refusal
    if not card.advertising or (_SERVES_ADS.isdisjoint(card.roles) and _PAID_VISITS.isdisjoint(card.roles)):
        return Verdict(False, "request/effect", f"Its effect is {effect}; what this system serves is no ad.")
    return Verdict(True, f"adtech/{effect}")


def _visit_refusal(url: str, card: AdCard, effect: Effect) -> Verdict | None:
    """Why asking for this is a click, or a visit that may be paid; None if it is neither."""
    if unwrap(url).hops:
        return Verdict(False, "request/click", "The address is a click's: it leads on to what is advertised.")
    if effect != "per_account" and not _PAID_VISITS.isdisjoint(card.roles):
        return Verdict(
            False, "request/visit", f"Its effect is {effect}; to this network a visit may be paid."
        )
    return None


def _may_declare(document: str, parts: Parts, card: AdCard, effect: Effect) -> Verdict:
    """Whether a network is asked there for what it keeps of a site.

    The site alone says where that is, and a hostile one may say its own click, ad request or paid link.
    """
    if effect != "unknown" or not parts.is_file_of(document):
        return Verdict(
            False, "request/declaration", "The address is not that of a declaration kept as a file."
        )
    return _visit_refusal(parts.url, card, effect) or Verdict(True, f"adtech/{document}")


def _may_request_sellers(url: str, reach: str, knowledge: AdHosts, *, is_named: bool) -> Verdict:
    """Only at the very address that a card gives as its own."""
    if knowledge.card_of_sellers_json(url) is None:
        return Verdict(False, "request/sellers_json", "Not the address of a card's own sellers.json.")
    if "sellers_json" not in _ALLOWED_AT_ADTECH[reach]:
        return _beyond_reach("sellers_json", reach)
    return Verdict(True, "adtech/sellers_json") if is_named else _UNNAMED


def _is_in_scope(named_by: str | None, scope: Scope) -> bool:
    if named_by is None:
        return False
    parts = Parts(named_by)
    return parts.refusal is None and scope.rule_for(named_by, parts.host, "page") is not None

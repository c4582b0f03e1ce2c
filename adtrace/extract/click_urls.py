"""Click URLs on the page, unwrapped offline: where they lead, for which site they were made, through whom."""

import re
from collections.abc import Mapping

from adtrace.extract.addresses import Address
from adtrace.extract.finder import Finder, is_consistent
from adtrace.extract.sighting import Decoded, Role, Sighting
from adtrace.extract.unwrap import (
    Unwrapped,
    could_unwrap,
    has_wrapper_form,
    role_of,
    unwrap_with_rules,
    unwrap_wrapped,
)
from adtrace.knowledge.brand import app_of, load_brands
from adtrace.knowledge.card import Card
from adtrace.knowledge.wrappers import Grammar

# What a wrapper's own role lets a brand be called. Redirectors lead to content: their landing is no brand at all.
_ROLES: dict[str | None, Role] = {
    "affiliate_merchant": "affiliate_merchant",
    "fallback": "fallback",
    "ad_click": "unknown",
}
MAX_LINKS = 500  # click URLs unwrapped in one document


def find(finder: Finder) -> None:
    """For each wrapped address: its landing; the brand or tracker there; the site, seller or zone it declares."""
    seen: set[str] = set()
    for address in finder.addresses:
        if address.basis == "served":
            continue  # an ad's own detector knows whether it is a click
        if not could_unwrap(address.host):
            tail = address.url.partition("//")[2].partition("/")[2]
            if "?" not in tail or not has_wrapper_form("/" + tail):
                continue
        if len(seen) >= MAX_LINKS:
            finder.cut(f"more than {MAX_LINKS} click URLs")
            return
        seen.add(address.url)
        _find_one(finder, address)


def _find_one(finder: Finder, address: Address) -> None:
    url = address.url if not address.url.startswith("//") else f"https:{address.url}"
    wrapped = unwrap_wrapped(url, page=finder.url)
    if wrapped is None or wrapped[0].kind in ("self", "invalid", "plain"):
        return
    found, grammars = wrapped
    rule, start, end = grammars[0].rule, address.start, address.end
    via = finder.network_at(start) or _wrapper_network(finder, address, grammars[0].network, rule)
    steps = tuple(Decoded(hop.encoding or "none", hop.url) for hop in found.hops if hop.url)
    via_id = via.id if via else None
    if found.landing and found.landing_domain:
        host = _host(found.landing)
        tracker, is_tracker = _tracker_at(finder, found, grammars, host)
        finder.add(
            "tracker" if is_tracker else "landing", rule, start, end, card=tracker, value=found.landing, host=host,
            basis="landing",
            decoded=steps, via=via_id, url=found.landing, declared=dict(found.declared),
        )  # fmt: skip
        brand, role = _brand_at(found), None if _is_guessed(grammars) else _ROLES.get(role_of(grammars))
        if found.kind == "landing" and not is_tracker and brand and role:
            finder.add(
                "brand", rule, start, end, value=brand, host=host, basis="landing", decoded=steps, via=via_id,
                url=found.landing, brand=brand, role=role,
                declared=dict(found.declared) if "store" in found.declared else {},
            )  # fmt: skip
    _declared(finder, found, rule, start, end, via_id)
    for at, hop in enumerate(found.hops, 1):
        if hop.url:
            _accounts_in(finder, hop.url, start, end, steps[:at], via_id)


def _accounts_in(
    finder: Finder, url: str, start: int, end: int, steps: tuple[Decoded, ...], via: str | None
) -> None:
    """The accounts in an address that a click leads on to: an affiliate's tag at a shop, behind another's link."""
    data, host = url.encode("utf-8", "replace"), _host(url)
    own = finder.knowledge.card_of_host(host, finder.at) if host else None
    for rule in finder.knowledge.places["url"].candidates(data):
        is_sure = rule.card is own or (rule.shape.certainty == "proven" and not rule.shape.host_bound)
        if not (rule.ids and is_sure):
            continue
        match = rule.pattern.search(data)
        if match is None or not is_consistent(rule, match.groups()):
            continue
        network = finder.add(
            "network", rule.name, start, end, card=rule.card, value=url, url=url, basis="landing",
            certainty=rule.shape.certainty, decoded=steps, via=via,
        )  # fmt: skip
        if network is None:
            continue
        for kind in rule.ids:
            if account := match.groups().get(kind.group):
                finder.add_account(rule, kind, account, start, end, network, steps)


def find_served(
    finder: Finder,
    url: str,
    start: int,
    end: int,
    *,
    rule: str,
    via: str | None,
    declared: Mapping[str, str],
    names_brand: bool = True,
) -> None:
    """Where a click on a served ad leads: a landing or a tracker, and the brand there if the click names one.

    An ad answer's click needs no wrapper: its own address is the landing. declared: what the ad states beside it.
    """
    found, grammars = unwrap_with_rules(url if not url.startswith("//") else f"https:{url}", page=finder.url)
    if found.kind in ("self", "invalid", "opaque") or not found.landing or not found.landing_domain:
        return
    rule = grammars[0].rule if grammars else rule
    steps = tuple(Decoded(hop.encoding or "none", hop.url) for hop in found.hops if hop.url)
    host, stated = _host(found.landing), {**declared, **found.declared}
    tracker, is_tracker = _tracker_at(finder, found, grammars, host)
    finder.add(
        "tracker" if is_tracker else "landing", rule, start, end, card=tracker, value=found.landing, host=host,
        basis="served",
        decoded=steps, via=via, url=found.landing, declared=stated,
    )  # fmt: skip
    brand = _brand_at(found)
    if is_tracker or _is_guessed(grammars) or brand is None or not names_brand:
        return
    # A served ad may still be an affiliate's or a fallback: the least that any step claims.
    claimed = _ROLES.get(role_of(grammars))
    finder.add(
        "brand", rule, start, end, value=brand, host=host, basis="served", decoded=steps, via=via,
        url=found.landing, brand=brand, declared=stated,
        role=claimed if claimed in ("affiliate_merchant", "fallback") else "served",
    )  # fmt: skip


def _tracker_at(
    finder: Finder, found: Unwrapped, grammars: tuple[Grammar, ...], host: str | None
) -> tuple[Card | None, bool]:
    """Whose tracking platform or ad system's host the way ends at, if a card knows it, and whether it ends at one.

    Nobody is advertised there.
    """
    card = finder.knowledge.card_of_host(host, finder.at) if host else None
    if found.kind == "tracker":
        return card or finder.knowledge.cards.get(grammars[-1].network or ""), True
    is_system = card is not None and card.advertising and load_brands().of_host(host) is None
    return (card, True) if is_system else (None, False)


def _is_guessed(grammars: tuple[Grammar, ...]) -> bool:
    """Whether a step of the way is nobody's card's: then whoever stands at its end is not named."""
    return any(grammar.form.guess for grammar in grammars)


def _brand_at(found: Unwrapped) -> str | None:
    """Who is advertised at a landing: its registrable domain; in a store the app or seller, or nobody."""
    return app_of(found.declared) if "store" in found.declared else found.landing_domain


def _wrapper_network(finder: Finder, address: Address, card_id: str | None, rule: str) -> Sighting | None:
    """The network of a click that no shape knows: its host's, or else whose grammar read it."""
    card = finder.knowledge.card_of_host(address.host, finder.at)
    if card:
        rule = finder.knowledge.rule_name(card.id, "host")
    elif (card := finder.knowledge.cards.get(card_id or "")) is None:
        return None
    return finder.add(
        "network", rule, address.start, address.end, card=card, host=address.host, value=address.url,
        url=address.url, basis=address.basis or "embedded",
    )  # fmt: skip


def _declared(finder: Finder, found: Unwrapped, rule: str, start: int, end: int, via: str | None) -> None:
    """The site a click URL says it was made for, with everything else it states beside it."""
    site = next(
        (found.declared[k] for k in ("site", "publisher_domain", "domain") if k in found.declared), None
    )
    if site and (host := _host(site)):
        finder.add(
            "declared_site", rule, start, end, value=site, host=host, basis="landing", via=via,
            declared=dict(found.declared),
        )  # fmt: skip


def _host(url: str) -> str | None:
    match = re.match(r"(?:[a-z]+:)?(?://)?(?:[^/?#@]*@)?([A-Za-z0-9.-]+\.[A-Za-z0-9-]+)", url)
    return match[1].lower() if match else None

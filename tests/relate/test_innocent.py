"""Contradictions whose innocent explanation is the true one: silent where the case shows it, else said beside it."""

import json
from collections.abc import Callable

import pytest

from adtrace.relate.contradiction_kinds import KINDS
from adtrace.relate.contradictions import find_contradictions
from tests.relate.small_case import PUBLISHER, SmallCase, adsense
from tests.relate.test_contradictions import SELLERS

# What is found of it: (kind, domain) → the explanations that the case bears out.
Found = dict[tuple[str, str], set[str]]


def ads_txt(small: SmallCase, domain: str, *lines: str) -> None:
    small.read(domain, "\n".join(lines), kind="ads_txt", path="/ads.txt")


def sellers(small: SmallCase, *rows: tuple[str, str, str], at: str = SELLERS) -> None:
    listed = [{"seller_id": id_, "seller_type": kind, "domain": domain} for id_, kind, domain in rows]
    small.read("a.example", json.dumps({"sellers": listed}), kind="sellers_json", path=at)


def chain(*nodes: tuple[str, str]) -> str:
    listed = [{"asi": asi, "sid": sid, "hp": 1} for asi, sid in nodes]
    return f"<script>var s = {json.dumps({'ver': '1.0', 'complete': 1, 'nodes': listed})};</script>"


def an_ad_management_firm(small: SmallCase) -> Found:
    """It sells for the site, and the site says so."""
    small.entry("a.example")
    ads_txt(small, "a.example", "MANAGERDOMAIN=firm.example", "pubmatic.com, 1, DIRECT")
    sellers(small, ("1", "INTERMEDIARY", "firm.example"))
    return {("direct_intermediary", "a.example"): {"manager"}}


def a_firm_that_nobody_names(small: SmallCase) -> Found:
    """The case cannot tell it from a borrowed account."""
    small.entry("a.example")
    ads_txt(small, "a.example", "pubmatic.com, 1, DIRECT")
    sellers(small, ("1", "INTERMEDIARY", "firm.example"))
    return {("direct_intermediary", "a.example"): set()}


def a_list_that_is_late(small: SmallCase) -> Found:
    """The id was given out after the list was read; the next reading has it."""
    small.entry("a.example")
    ads_txt(small, "a.example", "pubmatic.com, 1, DIRECT")
    sellers(small)
    assert {one.kind for one in find_contradictions(small.case)} == {"unknown_seller"}
    sellers(small, ("1", "PUBLISHER", "a.example"))
    return {}


def one_owner_of_two_sites(small: SmallCase) -> Found:
    """The system names the owner's other site, and the file names the owner."""
    for domain in ("a.example", "b.example"):
        small.entry(domain)
        ads_txt(small, domain, "OWNERDOMAIN=group.example", "pubmatic.com, 1, DIRECT")
    sellers(small, ("1", "PUBLISHER", "group.example"))
    return {}


def a_private_person(small: SmallCase) -> Found:
    """Nothing shows why a seller is not named."""
    small.entry("a.example")
    ads_txt(small, "a.example", "pubmatic.com, 1, DIRECT")
    row = {"seller_id": "1", "seller_type": "PUBLISHER", "is_confidential": 1}
    small.read("a.example", json.dumps({"sellers": [row]}), kind="sellers_json", path=SELLERS)
    return {("confidential_seller", "a.example"): set()}


def a_firm_with_many_customers(small: SmallCase) -> Found:
    """One account for all of them, which its system calls an intermediary's."""
    for domain in ("a.example", "b.example"):
        small.entry(domain)
        ads_txt(small, domain, "pubmatic.com, 1, DIRECT", f"#{domain}")
    sellers(small, ("1", "INTERMEDIARY", "firm.example"))
    found: Found = {("dark_pooling", domain): {"manager"} for domain in ("a.example", "b.example")}
    return found | {("direct_intermediary", domain): set() for domain in ("a.example", "b.example")}


def a_stolen_file(small: SmallCase) -> Found:
    """An honest publisher's ads.txt, taken by two sites word by word."""
    lines = [f"ssp{n}.example, {n}, DIRECT" for n in range(4)]
    for domain in ("a.example", "b.example"):
        small.entry(domain)
        ads_txt(small, domain, "pubmatic.com, 1, DIRECT", *lines)
    sellers(small, ("1", "PUBLISHER", "victim.example"))
    return {
        (kind, domain): {"copied"}
        for kind in ("dark_pooling", "other_domain")
        for domain in ("a.example", "b.example")
    }


def a_stolen_page(small: SmallCase) -> Found:
    """An honest publisher's page with its tags, on two sites; a third names the same site on a page of its own."""
    tag = '<script src="https://jsc.mgid.com/v/i/victim.example.1234567.js"></script>'
    rest = "".join(f'<section id="s{n}"><p class="c{n}">words</p></section>' for n in range(20))
    for domain in ("a.example", "b.example"):
        small.entry(domain)
        small.read(
            domain, f"<html><body>{tag}{adsense()}<a href='https://{domain}/x'>x</a>{rest}</body></html>"
        )
    small.site("c.example", tag, adsense())
    sellers(small, (PUBLISHER, "PUBLISHER", "victim.example"), at=GOOGLE)
    found: Found = {
        (kind, domain): {"copied"}
        for kind in ("other_domain", "other_site")
        for domain in ("a.example", "b.example")
    }
    return found | {("other_domain", "c.example"): set(), ("other_site", "c.example"): set()}


GOOGLE = "https://storage.googleapis.com/adx-rtb-dictionaries/sellers.json"


def an_intermediary_with_sites(small: SmallCase) -> Found:
    """It owns the site it sells, as the site says, and its system knows it by its main trade."""
    small.site("a.example", chain(("pubmatic.com", "1")))
    ads_txt(small, "a.example", "OWNERDOMAIN=firm.example")
    sellers(small, ("1", "INTERMEDIARY", "firm.example"))
    return {("short_chain", "a.example"): {"owner"}}


def a_system_of_two_names(small: SmallCase) -> Found:
    """The chain and the file write one, the list and the tag another."""
    tag = '<script src="https://www8.smartadserver.com/config.js?nwid=1234"></script>'
    small.site("a.example", chain(("appnexus.com", "7"), ("pubmatic.com", "1")), tag)
    ads_txt(small, "a.example", "equativ.com, 5, DIRECT")
    sellers(small, ("1", "INTERMEDIARY", "xandr.com"))
    return {}


def a_blog_on_a_platform(small: SmallCase) -> Found:
    """Its tag was made for the platform, which nothing shows."""
    small.site("a.example", '<script src="https://jsc.mgid.com/v/i/blogger.com.1234567.js"></script>')
    return {("other_site", "a.example"): set()}


def a_list_at_another_place(small: SmallCase) -> Found:
    """The standard place redirects to it."""
    small.entry("a.example")
    ads_txt(small, "a.example", "sonobi.com, 1, DIRECT")
    place = "https://sonobi.com/sellers.json"
    parent = small.end("a.example", "redirected", place, kind="sellers_json", status=301)
    row = {"seller_id": "1", "seller_type": "PUBLISHER", "domain": "a.example"}
    to = "https://www.sonobi.com/sellers.json"
    small.read("a.example", json.dumps({"sellers": [row]}), kind="sellers_json", path=to, parent=parent)
    return {}


def a_network_that_buys_for_itself(small: SmallCase) -> Found:
    """Its tag needs no line, which nothing shows."""
    small.site("a.example", adsense())
    ads_txt(small, "a.example", "some-exchange.test, 1, DIRECT")
    return {("not_declared", "a.example"): set()}


def a_tag_that_waits_for_consent(small: SmallCase) -> Found:
    """The system is declared, and its tag stands there and has not run."""
    gated = '<script type="text/plain" data-cookieconsent="marketing" src="https://cdn.taboola.com/libtrc/x-network/loader.js"></script>'
    small.site("a.example", adsense(), gated)
    ads_txt(small, "a.example", f"google.com, {PUBLISHER}, DIRECT", "taboola.com, 1, DIRECT")
    return {("not_observed", "a.example"): {"not_run"}}


TRUE = (
    an_ad_management_firm, a_firm_that_nobody_names, a_list_that_is_late, one_owner_of_two_sites, a_private_person,
    a_firm_with_many_customers, a_stolen_file, a_stolen_page, an_intermediary_with_sites, a_system_of_two_names,
    a_blog_on_a_platform, a_list_at_another_place, a_network_that_buys_for_itself, a_tag_that_waits_for_consent,
)  # fmt: skip


@pytest.mark.parametrize("story", TRUE, ids=lambda story: story.__name__)
def test_the_innocent_explanation_stands_beside(
    small: SmallCase, story: Callable[[SmallCase], Found]
) -> None:
    """What the case bears out is marked, what it cannot show is still said, and nothing else is found."""
    wanted = story(small)
    found = find_contradictions(small.case)
    assert {(one.kind, one.domain): set(one.shown) for one in found} == wanted
    assert all(one.shown <= one.innocent.keys() for one in found)


def test_every_explanation_that_can_be_shown_is_one_of_its_kind() -> None:
    """A word that a kind does not know would vanish from the answer."""
    words = {(kind, word) for kind, meaning in KINDS.items() for word in meaning.innocent}
    assert words >= {
        ("direct_intermediary", "manager"), ("dark_pooling", "manager"), ("short_chain", "owner"),
        ("not_observed", "not_run"), ("other_site", "copied"), ("other_domain", "copied"),
    }  # fmt: skip

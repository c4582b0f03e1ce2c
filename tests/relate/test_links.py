"""One sighting supports exactly the sentences that are true of it."""

from typing import Any

import pytest

from adtrace.extract.sighting import Locator
from adtrace.relate.links import links_of
from tests.relate.small_case import a_sighting

ACCOUNT = {"kind": "account", "account": "77", "account_kind": "login", "scope": "account"}
DECLARED = {"kind": "declaration", "basis": "declared", "account": "77", "account_kind": "seller_id"}
ADS_TXT = {**DECLARED, "locator": Locator("ads_txt", "line 1", 0, 2)}
AGENT = {"account_kind": "agent", "locator": Locator("adagents_json", "line 1", 0, 2)}
BRAND = {"kind": "brand", "brand": "shop.test", "ad_domain": "shop.test", "basis": "landing", "network": None}


def said(**fields: Any) -> set[tuple[str, str, str]]:
    return {(link.edge, link.source, link.target) for link in links_of(a_sighting(**fields), "a.example")}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {("places", "a.example", "exoclick")}),
        ({"advertising": False}, {("uses", "a.example", "exoclick")}),
        ({"company": "Co"}, {("places", "a.example", "exoclick"), ("owned_by", "exoclick", "Co")}),
        ({"state": "commented"}, {("keeps", "a.example", "exoclick")}),
        ({"state": "injected", "advertising": False}, {("keeps", "a.example", "exoclick")}),
        ({"basis": "declared", "state": "id_only"}, {("claims", "a.example", "exoclick")}),
        ({"basis": "inferred"}, set()),
        (
            ACCOUNT,
            {("carries", "a.example", "exoclick/login/77"), ("belongs_to", "exoclick/login/77", "exoclick")},
        ),
        (
            {**ACCOUNT, "state": "dormant"},
            {
                ("keeps_account", "a.example", "exoclick/login/77"),
                ("belongs_to", "exoclick/login/77", "exoclick"),
            },
        ),
        (
            {**ACCOUNT, "basis": "declared", "state": "id_only"},
            {
                ("claims_account", "a.example", "exoclick/login/77"),
                ("belongs_to", "exoclick/login/77", "exoclick"),
            },
        ),
        (
            {**ADS_TXT, "declared": {"relation": "DIRECT"}},
            {("declares", "a.example", "exoclick/77"), ("declared_at", "exoclick/77", "exoclick")},
        ),
        (
            {**ADS_TXT, "declared": {"relation": "RESELLER"}},
            {
                ("declares", "a.example", "exoclick/77"),
                ("declared_at", "exoclick/77", "exoclick"),
                ("resells", "exoclick", "a.example"),
            },
        ),
        ({**ADS_TXT, "network": None, "ad_domain": "ssp.test"}, {("declares", "a.example", "ssp.test/77")}),
        ({**DECLARED, **AGENT}, {("authorises", "a.example", "exoclick")}),
        ({**DECLARED, **AGENT, "network": None, "ad_domain": "ssp.test"}, set()),
        (
            {**DECLARED, "declared": {"position": 2}},
            {("chains", "a.example", "exoclick/77"), ("declared_at", "exoclick/77", "exoclick")},
        ),
        (
            {**DECLARED, "locator": Locator("sellers_json", "seller 1", 0, 2)},
            {("lists", "exoclick", "exoclick/77")},
        ),
        ({**BRAND, "role": "affiliate_merchant"}, {("offered_on", "shop.test", "a.example")}),
        (
            {**BRAND, "role": "unknown", "network": "awin"},
            {("offered_on", "shop.test", "a.example"), ("offered_through", "shop.test", "awin")},
        ),
        ({**BRAND, "role": "content_link"}, set()),
        ({**BRAND, "role": "look_alike"}, set()),
        (
            {"kind": "landing", "basis": "landing", "network": None, "ad_domain": "shop.test"},
            {("leads_to", "a.example", "shop.test")},
        ),
        ({"kind": "tracker", "basis": "landing"}, {("routes_through", "a.example", "exoclick")}),
        ({"kind": "tracker", "basis": "landing", "network": None}, set()),
        ({"kind": "unidentified", "network": None, "host": "x.test"}, set()),
        ({"kind": "declared_site", "network": None, "host": "x.test", "basis": "declared"}, set()),
    ],
)
def test_a_sighting_supports_the_sentences_that_are_true_of_it(
    fields: dict[str, Any], expected: set[tuple[str, str, str]]
) -> None:
    """Words say no more than was seen: placed, kept, claimed, declared, offered."""
    assert said(**fields) == expected


def test_a_tag_inside_anothers_value_was_brought_by_it() -> None:
    """Edges follow via, through lines that cannot name the end."""
    outer = a_sighting(network="popads")
    between = a_sighting(kind="landing", network=None, basis="landing", via=outer.id)
    inner = a_sighting(network="adcash", via=between.id)
    nearby = {one.id: one for one in (outer, between, inner)}
    found = {(link.edge, link.source, link.target) for link in links_of(inner, "a.example", nearby)}
    assert found == {("places", "a.example", "adcash"), ("brings", "popads", "adcash")}


def test_a_network_does_not_bring_itself() -> None:
    """An edge joins two nodes."""
    outer = a_sighting()
    inner = a_sighting(via=outer.id)
    found = {link.edge for link in links_of(inner, "a.example", {outer.id: outer})}
    assert found == {"places"}


def test_a_brand_is_offered_through_the_network_whose_url_names_it() -> None:
    """The wrapper's line is the brand's via."""
    click = a_sighting(network="awin", state="id_only")
    brand = a_sighting(**BRAND, role="affiliate_merchant", via=click.id)
    found = {(link.edge, link.target) for link in links_of(brand, "a.example", {click.id: click})}
    assert ("offered_through", "awin") in found


def test_a_loop_of_via_ends() -> None:
    """Pages are hostile: a line that is inside itself stops nothing."""
    one = a_sighting(kind="landing", network=None, basis="landing", id="a", via="b")
    other = a_sighting(kind="landing", network=None, basis="landing", id="b", via="a")
    brand = a_sighting(**BRAND, role="unknown", via="a")
    assert {link.edge for link in links_of(brand, "a.example", {"a": one, "b": other})} == {"offered_on"}


def test_the_links_grade_is_the_sightings() -> None:
    """Distinct edges are distinct by basis, state and certainty too."""
    (link,) = links_of(a_sighting(certainty="weak"), "a.example")
    assert (link.basis, link.state, link.certainty) == ("embedded", "live", "weak")

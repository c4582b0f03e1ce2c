"""OpenRTB bid responses: for whom an ad was bid."""

import json
from typing import Any

import pytest

from adtrace.extract import extract_page
from adtrace.extract.openrtb import read_seatbids
from adtrace.extract.sighting import Sighting

BID: dict[str, Any] = {
    "id": "1", "impid": "1", "price": 0.3, "adomain": ["www.Brand.example", "https://other.example/x"], "cid": "c7",
    "crid": "r9", "cat": ["IAB1", "IAB2-3"], "dealid": "d1", "nurl": "https://win.example/n?p=${AUCTION_PRICE}",
    "ext": {"dsa": {"behalf": "Harbour", "paid": "Quay"}},
}  # fmt: skip
RESPONSE = {"id": "r", "seatbid": [{"seat": "77", "bid": [BID]}]}
NEW = {
    "openrtb": {"ver": "3.0", "response": {"id": "r", "seatbid": [{"seat": "77", "bid": [{
        "id": "1", "item": "1", "price": 1, "deal": "d1", "cid": "c7",
        "media": {"ad": {"id": "r9", "adomain": ["brand.example"], "cat": ["1"]}},
    }]}]}}
}  # fmt: skip


def brands(body: str, kind: Any = "page") -> list[Sighting]:
    return [
        s for s in extract_page(body, kind=kind, url="https://clip.example/").sightings if s.kind == "brand"
    ]


def test_a_bid_names_its_advertisers() -> None:
    """adomain becomes the registrable domain; campaign, creative, deal, seat and the DSA claims stand beside it."""
    found = brands(f"<script>render({json.dumps(RESPONSE)});</script>")
    assert [(s.brand, s.role, s.basis) for s in found] == [
        ("brand.example", "served", "served"),
        ("other.example", "served", "served"),
    ]
    assert found[0].declared == {
        "seat": "77", "campaign": "c7", "creative": "r9", "category": "IAB1, IAB2-3", "deal": "d1",
        "dsa_behalf": "Harbour", "dsa_paid": "Quay",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["script", "frame"])
def test_openrtb_3(kind: str) -> None:
    """The same in OpenRTB 3.0, whose ad stands in media, as a whole document."""
    (found,) = brands(json.dumps(NEW), kind)
    assert (found.brand, found.declared["creative"], found.declared["deal"]) == ("brand.example", "r9", "d1")


def test_a_response_within_a_string_is_located() -> None:
    """Escaped JSON is read where it stands."""
    html = f"<script>var r = {json.dumps(json.dumps(RESPONSE))};</script>"
    result = extract_page(html)
    found = [s for s in result.sightings if s.kind == "brand"]
    assert next(result.skeleton[s.locator.start : s.locator.end] for s in found) == "www.Brand.example"


def test_addresses_of_a_bid_are_not_the_pages() -> None:
    """nurl, burl and markup are never recognised, let alone proposed."""
    bid = {
        **BID,
        "nurl": "https://ads.pubmatic.com/AdServer/js/x.js",
        "adm": "<script src='https://ads.pubmatic.com/a.js'>",
    }
    result = extract_page(
        f"<script>r({json.dumps({'seatbid': [{'bid': [bid]}]})});</script>", url="https://clip.example/"
    )
    assert {s.kind for s in result.sightings} == {"brand"}
    assert result.proposals == []


def test_who_an_ad_is_shown_for_is_a_claim() -> None:
    """Without adomain the name given as `behalf` stands, and is said to be one."""
    bid = {**BID, "adomain": ["not a domain"]}
    (found,) = brands(f"<script>r({json.dumps({'seatbid': [{'bid': [bid]}]})});</script>")
    assert (found.brand, found.rule, found.declared["dsa_behalf"]) == (
        "Harbour",
        "openrtb/dsa_behalf",
        "Harbour",
    )


def test_adomain_outside_a_bid_is_no_brand() -> None:
    """A list of blocked or wanted advertisers names nobody who advertises."""
    assert brands("<script>var c = {badv: ['x.example'], adomain: ['brand.example']};</script>") == []


def test_what_a_response_lacks_is_said() -> None:
    """Each fault is in the specification's words."""
    bids, faults = read_seatbids([{}, {"bid": [{"adomain": ["a.example"]}]}])
    assert len(bids) == 1
    assert faults[0] == "seatbid 1 has no bid"

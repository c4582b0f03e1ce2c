"""Prebid objects in page code."""

import json
from urllib.parse import quote

import pytest

from adtrace.extract import extract_page

BID = {
    "bidderCode": "pubmatic", "cpm": 0.4, "ad": "<a href=https://shop.example/a>quokka</a>" + "x" * 9_000,
    "meta": {"advertiserDomains": ["brand.example"]},
}  # fmt: skip

RESPONSE = (
    "pbjs.onBid({bidderCode: 'harbour', cpm: 0.4, creativeId: '77', dealId: 'd9',"
    " meta: {advertiserDomains: ['www.brand.example'], brandName: 'Brand'}, ad: x});"
)


def test_a_bid_response_names_its_advertiser() -> None:
    """advertiserDomains of a bid are the brand, served; creative and deal stand beside it."""
    (found,) = [s for s in extract_page(f"<script>{RESPONSE}</script>").sightings if s.kind == "brand"]
    assert (found.brand, found.role, found.basis) == ("brand.example", "served", "served")
    assert found.declared == {"bidder": "harbour", "creative": "77", "deal": "d9", "advertiser": "Brand"}


def test_a_bid_response_says_who_paid() -> None:
    """meta.dsa is the bid's own DSA object."""
    code = RESPONSE.replace("brandName:", "dsa: {behalf: 'Harbour', paid: 'Quay'}, brandName:")
    (found,) = [s for s in extract_page(f"<script>{code}</script>").sightings if s.kind == "brand"]
    assert (found.declared["dsa_behalf"], found.declared["dsa_paid"]) == ("Harbour", "Quay")


def test_advertisers_outside_a_bid_are_nobodys() -> None:
    """A filter that lists advertisers, without a price, is no bid."""
    code = "var filter = {meta: {advertiserDomains: ['brand.example']}};"
    assert [s for s in extract_page(f"<script>{code}</script>").sightings if s.kind == "brand"] == []


def test_a_configured_bidder_is_a_network() -> None:
    """A bidder code that is a card's is its network where no shape has read the parameters."""
    code = "var adUnits = [{code: 'top', bids: [{bidder: 'pubmatic', params: {unknown: '1'}}]}];"
    found = [s for s in extract_page(f"<script>{code}</script>").sightings if s.network == "pubmatic"]
    assert [(s.kind, s.state) for s in found] == [("network", "live")]


def test_a_bidder_a_shape_has_read_is_counted_once() -> None:
    """The shape's network line stands alone."""
    code = "var adUnits = [{code: 'top', bids: [{bidder: 'pubmatic', params: {publisherId: '271830'}}]}];"
    found = [s for s in extract_page(f"<script>{code}</script>").sightings if s.kind == "network"]
    assert len(found) == 1


@pytest.mark.parametrize(
    "bid",
    [
        "{bidder: 'rubicon', accountId: 27183, siteId: '418027', zoneId: 2730184}",
        '{"bidder": "rubicon", "floor": 1, "zoneId": "2730184", "siteId": 418027, "accountId": "27183"}',
    ],
)
def test_a_bidder_whose_parameters_stand_beside_it(bid: str) -> None:
    """They are read as if they stood in params, each id at its place in the page."""
    result = extract_page(f"<script>var bids = [{bid}];</script>", url="https://clip.example/")
    found = {s.account: s for s in result.sightings if s.kind == "account"}
    assert found.keys() == {"27183", "418027", "2730184"}
    for account, seen in found.items():
        assert result.skeleton[seen.locator.start : seen.locator.end] == account
    assert [s.network for s in result.sightings if s.kind == "network"] == ["rubicon"]


@pytest.mark.parametrize(
    ("bid", "networks"),
    [
        ("{bidder: 'pubmatic', adSlot: 'top'}", ["pubmatic"]),
        ("{bidder: 'pubmatic', cpm: 1, width: 300}", []),
        ("{bidder: 'harbourbid', accountId: 27183}", []),
    ],
)
def test_a_bidder_beside_what_names_no_place(bid: str, networks: list[str]) -> None:
    """A place that no shape knows is the bidder's; a price and a size configure nothing."""
    found = extract_page(f"<script>var bids = [{bid}];</script>").sightings
    assert [s.network for s in found if s.kind == "network"] == networks


@pytest.mark.parametrize(
    "data",
    [
        {"bids": [{"bidder": "rubicon", "params": {"accountId": 27183, "siteId": 418027}}]},
        {
            "a": 'It\'s "quokka"',
            "bids": [{"bidder": "rubicon", "params": {"siteId": "418027", "accountId": "27183"}}],
        },
    ],
)
def test_bidders_in_a_data_block(data: dict[str, object]) -> None:
    """What a framework hands to its player is kept as far as a shape reads it, and no words beside it."""
    page = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'
    result = extract_page(page, url="https://clip.example/")
    assert {s.account for s in result.sightings if s.kind == "account"} == {"27183", "418027"}
    assert "quokka" not in result.skeleton


def test_code_within_a_text_of_a_data_block_is_no_tag() -> None:
    """An article about ad code, as JSON-LD carries it whole."""
    text = 'Write var ads = [{"bidder": "rubicon", "params": {"accountId": 27183}}]; google_ad_client = \'ca-pub-1\';'
    for body in (text, text.replace('"', "'")):
        page = f'<script type="application/ld+json">{json.dumps({"articleBody": body})}</script>'
        assert extract_page(page, url="https://clip.example/").sightings == []


def test_half_a_character_does_not_reach_the_output() -> None:
    """Half of a surrogate pair is replaced: no UTF-8 can carry it."""
    code = RESPONSE.replace("brandName: 'Brand'", r"brandName: 'x\udfffy'")
    (found,) = [s for s in extract_page(f"<script>{code}</script>").sightings if s.kind == "brand"]
    assert found.declared["advertiser"] == "x\N{REPLACEMENT CHARACTER}y"


@pytest.mark.parametrize(
    "page",
    [
        f'<script type="application/json">{json.dumps({"props": {"bids": [BID]}})}</script>',
        f"<script>self.f.push([1, {json.dumps(json.dumps({'bids': [BID]}))}])</script>",
        f"<div data-bids='{json.dumps([BID])}'>",
        f'<div data-bids="{quote(json.dumps([BID]))}">',
        f"<script>var bids = [{json.dumps(BID)}, {{meta: {{advertiserDomains: []}}}}], re = /[\"'{{]/;</script>",
    ],
    ids=range(5),
)
def test_a_response_wherever_a_page_holds_it(page: str) -> None:
    """Data blocks, strings of hydration data, attributes; of its markup only where a click leads is kept."""
    result = extract_page(page, url="https://clip.example/")
    assert [s.brand for s in result.sightings if s.kind == "brand"] == ["brand.example"]
    assert [s.url for s in result.sightings if s.kind == "landing"] == ["https://shop.example/a"]
    assert [(s.network, s.basis) for s in result.sightings if s.kind == "network"] == [("pubmatic", "served")]
    assert "quokka" not in result.skeleton


def test_a_brand_in_another_script_reads_as_written() -> None:
    """The skeleton is ASCII; a name is not."""
    code = RESPONSE.replace(
        "brandName: 'Brand'", r"brandName: 'M\u00fcller \\ S\u00f6hne \ud83d\ude00 &quot;'"
    )
    (found,) = [s for s in extract_page(f"<script>{code}</script>").sightings if s.kind == "brand"]
    assert found.declared["advertiser"] == "Müller \\ Söhne \N{GRINNING FACE} &quot;"


@pytest.mark.parametrize(
    "code",
    [
        "var x = {" + "//{\n" * 60 + "//advertiserDomains:[\n" * 250 + "a:1," * 40_000,
        "{meta:{advertiserDomains:['a.example']," * 20_000,
        "{a:" * 20_000 + "{meta:{advertiserDomains:[]}}" + "}" * 20_000,
        "{bidder:'pubmatic',params:{" * 20_000,
        "{bidder:'pubmatic',params:{" * 10_000 + "}}" * 10_000,
        "{bidder:'pubmatic',a:/*" * 20_000 + "*/params:{}}",
    ],
    ids=range(6),
)
def test_objects_that_never_end_cost_their_length(code: str) -> None:
    """Neither responses nor configured bids keep a worker busy (the suite's time limit decides)."""
    assert [s for s in extract_page(f"<script>{code}</script>").sightings if s.kind == "brand"] == []


def test_bidders_within_bidders_are_read_up_to_a_bound() -> None:
    """Each would be read with all that it holds: parse_status says where that stopped."""
    within = extract_page("<script>" + "{bidder:'pubmatic',a:" * 12 + "0" + "}" * 12 + "</script>")
    assert within.parse_status == "bidders in objects within objects"
    beside = extract_page("<script>" + "{bidder:'pubmatic',a:0}" * 100 + "</script>")
    assert beside.parse_status == "complete"


def test_a_bid_that_a_shape_reads_is_asked_as_the_others() -> None:
    """The adapter in Prebid is its loader, whatever the card says of its shape."""
    page = """<script>pbjs.addAdUnits([{code: "a", bids: [
        {bidder: "33across", params: {siteId: "dRw7qWkzar6OPVaKlId8sQ", productId: "siab"}}]}]);</script>"""
    found = extract_page(page, url="https://page.example/").sightings
    assert {s.state for s in found if s.network == "33across"} == {"live"}

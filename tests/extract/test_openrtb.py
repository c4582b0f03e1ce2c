"""OpenRTB bid responses: for whom an ad was bid."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from adtrace.extract import extract_page
from adtrace.extract.sighting import Sighting

BID: dict[str, Any] = {
    "id": "1", "impid": "1", "price": 0.3, "adomain": ["www.Brand.example", "https://other.example/x"], "cid": "c7",
    "crid": "r9", "cat": ["IAB1", "IAB2-3"], "dealid": "d1", "nurl": "https://win.example/n?p=${AUCTION_PRICE}",
    "ext": {"dsa": {"behalf": "Harbour", "paid": "Quay", "transparency": [{"domain": "dsp.example", "params": [1]}]}},
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
        "dsa_behalf": "Harbour", "dsa_paid": "Quay", "dsa_domains": "dsp.example",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["script", "frame"])
def test_openrtb_3(kind: str) -> None:
    """The same in OpenRTB 3.0, whose ad stands in media, as a whole document."""
    (found,) = brands(json.dumps(NEW), kind)
    assert (found.brand, found.declared["creative"], found.declared["deal"]) == ("brand.example", "r9", "d1")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_response_within_a_string_is_located(times: int) -> None:
    """JSON in a string in a string is read, and its values stand where the record says."""
    text: Any = RESPONSE
    for _ in range(times):
        text = json.dumps(text)
    result = extract_page(f"<script>var r = {json.dumps(text)};</script>")
    found = [s for s in result.sightings if s.kind == "brand"]
    assert next(result.skeleton[s.locator.start : s.locator.end] for s in found) == "www.Brand.example"


@pytest.mark.parametrize("times", [1, 2])
def test_a_response_that_is_percent_encoded(times: int) -> None:
    """In an attribute or a string, where it may be encoded twice; nothing else of it is kept."""
    bid = {**BID, "adm": "<p>quokka</p>"}
    text = json.dumps({"seatbid": [{"bid": [bid]}]})
    for _ in range(times):
        text = quote(text, safe="")
    for page in (f'<div data-bid="{text}">', f"<script>show('{text}')</script>"):
        result = extract_page(page)
        assert [s.brand for s in result.sightings if s.kind == "brand"] == ["brand.example", "other.example"]
        assert "quokka" not in result.skeleton


@pytest.mark.parametrize("before", ["", " ", "  "])
def test_a_response_in_base64(before: str) -> None:
    """Whichever of a group's three letters its words begin at; what stands around it stays."""
    text = before + json.dumps(
        {"seatbid": [{"bid": [BID]}], "tag": "https://ads.pubmatic.com/AdServer/js/x.js"}
    )
    found = extract_page(
        f"<script>render(atob('{base64.b64encode(text.encode()).decode()}'))</script>"
    ).sightings
    assert [s.brand for s in found if s.kind == "brand"] == ["brand.example", "other.example"]
    assert [s.basis for s in found if s.network == "pubmatic"] == ["embedded"]


def test_values_that_are_computed_hide_no_others() -> None:
    """A list in code is read where some of its values are calls, names or sums, and where others are spread into it."""
    code = """r({seatbid: [{seat: SEAT, bid: [{...base, id: next(), impid: a.b, price: p * 1.1,
        adm: "<i>" + x(",") + `${y}`, get cur() { return 1; }, adomain: ["brand.example"]}]}]});"""
    assert [s.brand for s in brands(f"<script>{code}</script>")] == ["brand.example"]


@pytest.mark.parametrize("kind", ["application/json", "application/ld+json", "text/javascript", "text/plain"])
def test_a_response_in_a_data_block(kind: str) -> None:
    """What a page hands over as data is read as what it computes is; what no browser runs is as dormant."""
    found = brands(f'<script type="{kind}">{json.dumps(RESPONSE)}</script>')
    assert [s.brand for s in found] == ["brand.example", "other.example"]
    assert {s.state for s in found} == {"dormant" if kind == "text/plain" else "live"}


def test_addresses_of_a_bid_are_not_the_pages() -> None:
    """nurl, burl and what the markup loads are never recognised or proposed, and are nowhere in the skeleton."""
    bid = {
        **BID,
        "nurl": "https://ads.pubmatic.com/AdServer/js/x.js",
        "adm": "<script src='https://ads.pubmatic.com/a.js'></script><img src='https://pixel.example/quokka.gif'>",
    }
    code = json.dumps({"seatbid": [{"bid": [bid]}]}).replace("</", "<\\/")
    result = extract_page(f"<script>r({code});</script>", url="https://clip.example/")
    assert {s.kind for s in result.sightings} == {"brand"}
    assert result.proposals == []
    assert "pubmatic" not in result.skeleton
    assert "quokka" not in result.skeleton


NATIVE = {
    "link": {"url": "https://shop.example/sale", "clicktrackers": ["https://t.example/c"]},
    "assets": [
        {"id": 3, "data": {"type": 1, "value": "Harbour"}},
        {"id": 1, "title": {"text": "Quokka"}, "link": {"url": "https://shop.example/two"}},
        {"id": 2, "img": {"url": "https://media.example/quokka.png"}},
    ],
    "imptrackers": ["https://t.example/i"],
}


@pytest.mark.parametrize(
    ("bid", "landings"),
    [
        (
            {"adm": '<a href="https://shop.example/?a=1&amp;b=2"><img src="https://t.example/i"></a>'},
            ["?a=1&b=2"],
        ),
        ({"adm": "<a class=x href='${CLICK_URL}https%3A%2F%2Fshop.example%2Fa'>x</a>"}, ["a"]),
        ({"adm": '<area href=https://shop.example/b><a href="mailto:x@y.example"><a href="#">'}, ["b"]),
        (
            {"adm": 'var clickTAG = "https://shop.example/c"; window.open("https://shop.example/d")'},
            ["c", "d"],
        ),
        ({"adm": "%3Ca%20href%3D%22https%3A%2F%2Fshop.example%2Fe%22%3E"}, ["e"]),
        ({"adm": "&lt;a href=&quot;https://shop.example/f&quot;&gt;"}, ["f"]),
        ({"adm": '<iframe src="https://ads.example/x"></iframe><img src="//t.example/i">'}, []),
        ({"adm": base64.b64encode(b'<p><a href="https://shop.example/g2">').decode()}, ["g2"]),
        ({"adm": json.dumps(NATIVE).replace("/", r"\/")}, ["sale", "two"]),
        ({"adm": json.dumps(NATIVE)}, ["sale", "two"]),
        ({"adm": json.dumps({"native": NATIVE})}, ["sale", "two"]),
        ({"adm": {"native": NATIVE}}, ["sale", "two"]),
        ({"native": NATIVE}, ["sale", "two"]),
        ({"media": {"ad": {"display": {"adm": '<a href="https://shop.example/g">'}}}}, ["g"]),
        ({"media": {"ad": {"display": {"native": NATIVE}}}}, ["sale", "two"]),
        (
            {
                "media": {
                    "ad": {"display": {"banner": {"img": "x", "link": {"url": "https://shop.example/h"}}}}
                }
            },
            ["h"],
        ),
    ],
)
def test_where_a_click_on_a_bid_leads(bid: dict[str, Any], landings: list[str]) -> None:
    """Links in markup and a native ad's links are landings, served; trackers, images and frames are nothing."""
    code = f"r({json.dumps({'seatbid': [{'seat': '1', 'bid': [{**bid, 'adomain': ['brand.example']}]}]})});"
    result = extract_page(f"<script>{code}</script>", url="https://clip.example/")
    found = [s for s in result.sightings if s.kind == "landing"]
    assert [s.url for s in found] == [f"https://shop.example/{landing}" for landing in landings]
    assert {s.basis for s in found} <= {"served"}
    assert [s.brand for s in result.sightings if s.kind == "brand"] == ["brand.example"]
    assert "t.example" not in result.skeleton
    assert "uokka" not in result.skeleton
    assert result.proposals == []


def test_a_landing_names_a_brand_only_where_the_standard_calls_it_one() -> None:
    """Without adomain a native ad's link and sponsor say whom it is for; a link in markup may be anybody's redirect."""
    for adm, named in (
        (json.dumps(NATIVE), ["Harbour", "shop.example"]),
        ('<a href="https://shop.example/a">', []),
    ):
        found = brands(f"<script>r({json.dumps({'seatbid': [{'bid': [{'adm': adm}]}]})});</script>")
        assert sorted({s.brand or "" for s in found}) == named


@pytest.mark.parametrize(
    ("seat", "network"), [("pubmatic", "pubmatic"), ("PubMatic", "pubmatic"), ("512", None)]
)
def test_a_seat_that_is_a_bidders_code_is_its_network(seat: str, network: str | None) -> None:
    """A server of header bidding names the bidder as the seat; a number is an exchange's own."""
    code = json.dumps({"seatbid": [{"seat": seat, "bid": [{"price": 1}]}]})
    found = extract_page(f"<script>r({code});</script>").sightings
    assert [(s.network, s.basis) for s in found] == ([(network, "served")] if network else [])


@pytest.mark.parametrize(
    "code",
    [
        "seatbid:[{" * 20_000,
        '"a%2522seatbid%2522%253A%255B' * 20_000,
        'seatbid:[{"bid":[' * 10_000,
        '"' + '\\"seatbid\\":[{' * 30_000 + '"',
        'seatbid:[{bid:[{adm:"' + '<a href=\\"' * 20_000 + '"}]}]',
        "seatbid:[{bid:[" + "{a:{b:" * 30_000,
        "seatbid:[{bid:[" + "{}," * 10_000 + "]}]",
        "//seatbid:[{\na:1}," * 20_000,
        'seatbid:[{bid:[{adm:"' + "<a " * 90_000 + '"}]}]',
        "x=" + "{adomain:[],x:" * 100_000 + "0" + "}" * 100_000,
    ],
)
def test_bids_that_never_end_cost_their_length(code: str) -> None:
    """No response keeps a worker busy (the suite's time limit decides), and none names anybody."""
    assert brands(f"<script>{code}</script>") == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("seatbid:[{;}]," * 21, "bids of a script: no further lists read after 20 that hold none"),
        ("seatbid:[{bid:[" + "{id:1,impid:1,price:1}," * 501 + "]}]", "bids of a script cut at 500"),
        ("seatbid:[{;}]," * 20, "complete"),
        ("seatbid:[]," * 21, "complete"),
        (
            "x=" + "{adomain:[],x:" * 5 + "0" + "}" * 5,
            "bids of a script: objects within objects that hold none",
        ),
        ("x={a:{adomain:[],b:{adomain:[]}}}", "complete"),
    ],
)
def test_what_a_bound_left_unread_is_said(code: str, said: str) -> None:
    """parse_status names the bound, and is silent where nothing lay behind it."""
    assert extract_page(f"<script>{code}</script>").parse_status == said


def test_who_an_ad_is_shown_for_is_a_claim() -> None:
    """Without adomain the name given as `behalf` stands, and is said to be one."""
    bid = {**BID, "adomain": ["not a domain"]}
    (found,) = brands(f"<script>r({json.dumps({'seatbid': [{'bid': [bid]}]})});</script>")
    assert (found.brand, found.rule, found.declared["dsa_behalf"]) == (
        "Harbour",
        "openrtb/dsa_behalf",
        "Harbour",
    )


def test_an_element_of_the_page_is_no_bid() -> None:
    """A page that calls its elements as a skeleton calls an ad's lines names no brand, and hides no tag in them."""
    tag = '<script src="https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js"></script>'
    page = f'<rtb-ad seat="adform"><rtb-domain name="brand.example">{tag}<vast-ad id="1">{tag}<rtb-x><vast-x>'
    found = extract_page(page, url="https://clip.example/").sightings
    assert {(s.network, s.basis, s.state) for s in found} == {("adsense", "embedded", "live")}


@pytest.mark.parametrize(
    "code",
    [
        "r({bids: [{bidId: 1, price: 0.2, adomain: ['brand.example'], ad: '<a href=//shop.example/a>quokka</a>'}]})",
        "r([{cpm: 1, advertiserDomains: ['brand.example'], adm: '<a href=//shop.example/a>quokka</a>'}])",
    ],
)
def test_a_bid_that_stands_alone(code: str) -> None:
    """Bidders answer in lists of their own: what has a price and advertisers is a bid."""
    result = extract_page(f"<script>{code}</script>", url="https://clip.example/")
    assert [(s.kind, s.brand or s.url) for s in result.sightings] == [
        ("brand", "brand.example"),
        ("landing", "https://shop.example/a"),
    ]
    assert "quokka" not in result.skeleton


def test_adomain_outside_a_bid_is_no_brand() -> None:
    """A list of blocked or wanted advertisers names nobody who advertises."""
    assert brands("<script>var c = {badv: ['x.example'], adomain: ['brand.example']};</script>") == []


def test_what_a_response_lacks_is_said() -> None:
    """parse_status names the fields, and how often each is absent."""
    bid = {"id": "1", "adomain": ["a.example"]}
    code = json.dumps({"seatbid": [{}, {"bid": [bid, bid, 7]}]})
    said = extract_page(f"<script>r({code});</script>").parse_status
    assert said == "openrtb: absent, and required: 2 bid.impid, 2 bid.price, 1 seatbid.bid, 1 bid"


@pytest.mark.parametrize("kind", ["page", "script"])
@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        ("// ", "", "commented"),
        ("/* ", " */", "commented"),
        ("if (false) { ", " }", "dormant"),
        ("if (0) { /* ", " */ }", "commented"),
        ("x = 'https://a.example/'; ", "", "live"),
    ],
)
@pytest.mark.parametrize(
    "ad",
    [
        "r({seatbid:[{bid:[{adomain:['shop.example'],id:1,impid:1,price:1}]}]});",
        "r({cpm:1,bidder:'x',meta:{advertiserDomains:['shop.example']}});",
        "r('<VAST version=\"3.0\"><Ad><InLine><Advertiser>shop.example</Advertiser></InLine></Ad></VAST>');",
    ],
    ids=["seatbid", "response", "vast"],
)
def test_an_answer_that_no_visitor_is_shown_is_not_live(
    ad: str, before: str, after: str, state: str, kind: Any
) -> None:
    """A comment or a dead branch of a script serves nobody; an address before an answer is no comment."""
    code = f"{before}{ad}{after}\nrun();"
    (found,) = brands(f"<script>{code}</script>" if kind == "page" else code, kind)
    assert (found.brand, found.state) == ("shop.example", state)


def test_an_answer_with_comments_within_is_one() -> None:
    """What serves has comments too."""
    code = "r({seatbid: [{ // seats\n bid: [{/* whose */ adomain: ['shop.example'], price: 1}]}]});"
    assert [found.state for found in brands(f"<script>{code}</script>")] == ["live"]


def test_what_is_said_of_many_scripts_is_said_once() -> None:
    """A page of thousands that lack the same makes no status of thousands of lines."""
    page = "<script>r({seatbid:[{bid:[{adomain:['shop.example'],price:1}]}]})</script>" * 3
    assert extract_page(page).parse_status == "openrtb: absent, and required: 1 bid.id, 1 bid.impid"

"""Prebid objects in page code."""

from adtrace.extract import extract_page

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


def test_half_a_character_does_not_reach_the_output() -> None:
    """Half of a surrogate pair is replaced: no UTF-8 can carry it."""
    code = RESPONSE.replace("brandName: 'Brand'", r"brandName: 'x\udfffy'")
    (found,) = [s for s in extract_page(f"<script>{code}</script>").sightings if s.kind == "brand"]
    assert found.declared["advertiser"] == "x\N{REPLACEMENT CHARACTER}y"


def test_responses_that_never_end_cost_their_length() -> None:
    """Objects that may hold a bid are read a bounded number of times (the suite's time limit decides)."""
    code = "var x = {" + "//{\n" * 60 + "//advertiserDomains:[\n" * 250 + "a:1," * 40_000
    found = extract_page(f"<script>{code}</script>")
    assert found.sightings == []
    assert "Prebid: bid responses cut at 5000000 characters of literals" in found.parse_status

"""DemandChain objects by IAB Tech Lab's specification 1.0: what a bid says of who pays, as its claim."""

import json
from typing import Any

import pytest

from adtrace.extract import extract_page
from adtrace.extract.demand_chain import chain_of
from adtrace.extract.literals import read_literal

# The specification's own example, section 10.
NODES = [
    {"asi": None, "name": "FamousBrand", "domain": "famousbrand.example"},
    {"asi": None, "name": "RespectedAdAgency", "domain": "respectedadagency.example"},
    {"asi": "populardsp.example", "bsid": "12345"},
]
CHAIN = {"ver": "1.0", "complete": 1, "nodes": NODES}
SAID = {
    "dchain": "FamousBrand (famousbrand.example) > RespectedAdAgency (respectedadagency.example) >"
    " populardsp.example/12345",
    "dchain_complete": "1",
}


def stated(holder: Any) -> dict[str, str]:
    found = read_literal(json.dumps(holder), 0)
    assert found
    return chain_of(found[0])


def test_nodes_stand_in_the_order_of_payment() -> None:
    """The first payer first; who stands before the first system is known by name and domain."""
    assert stated({"dchain": CHAIN}) == SAID


@pytest.mark.parametrize(
    "holder",
    [
        None,
        [],
        {},
        {"dchain": None},
        {"dchain": {"nodes": []}},
        {"dchain": {"nodes": [{}, 7, {"bsid": "1"}]}},
    ],
)
def test_no_node_is_no_claim(holder: Any) -> None:
    """Whatever stands there instead."""
    assert stated(holder) == {}


def test_what_is_not_said_is_left_out_and_what_is_cut_is_said() -> None:
    """A seat without a system is nobody's; more nodes than are read are counted."""
    assert stated({"dchain": {"complete": 7, "nodes": [{"domain": "a.example"}] * 22}}) == {
        "dchain": " > ".join(["a.example"] * 20 + ["2 more"])
    }


@pytest.mark.parametrize(
    "code",
    [
        {
            "seatbid": [
                {"bid": [{"id": 1, "price": 1, "adomain": ["brand.example"], "ext": {"dchain": CHAIN}}]}
            ]
        },
        {"bidderCode": "x", "cpm": 1, "meta": {"advertiserDomains": ["brand.example"], "dchain": CHAIN}},
    ],
)
def test_a_bid_carries_its_chain_as_a_claim(code: dict[str, Any]) -> None:
    """Beside the advertiser it names; the chain itself makes nobody a brand, a seller or a network."""
    found = extract_page(f"<script>r({json.dumps(code)});</script>", url="https://clip.example/").sightings
    (brand,) = (one for one in found if one.kind == "brand")
    assert brand.brand == "brand.example"
    assert {name: brand.declared[name] for name in SAID} == SAID
    assert {one.kind for one in found} == {"brand"}

"""ads.txt, sellers.json and supply chains by their specifications."""

import json

import pytest

from adtrace.extract import extract_page
from adtrace.extract.sighting import Sighting

CHAIN = "{ver:'1.0', complete:1, nodes:[{asi:'first.example', sid:'1001', hp:1},{asi:'second.example', sid:'77', hp:1, domain:'x.example'}]}"


def declarations(body: str, kind: str = "ads_txt", **options: object) -> list[Sighting]:
    found = extract_page(body, kind=kind, url="https://clip.example/ads.txt", **options).sightings  # type: ignore[arg-type]
    return [s for s in found if s.kind == "declaration"]


def test_records_of_ads_txt() -> None:
    """A record gives system, seller id, relation and certification; a comment says nothing."""
    body = "\ufeffGoogle.com , pub-7031845296418273 , direct, f08c47fec0942fa0 # our own quokka account\n#x, y, DIRECT\nnet.example,7,RESELLER;ext\n"
    found = declarations(body)
    assert [(s.network, s.account, s.declared) for s in found] == [
        ("adsense", "pub-7031845296418273", {"relation": "DIRECT", "certification": "f08c47fec0942fa0"}),
        (None, "7", {"relation": "RESELLER"}),
    ]
    assert {(s.basis, s.scope, s.account_kind) for s in found} == {("declared", "account", "seller_id")}
    assert "quokka" not in extract_page(body, kind="ads_txt").skeleton


@pytest.mark.parametrize(
    "line",
    [
        "placeholder.example.com, placeholder, DIRECT, placeholder",
        "google.com, pub-1",
        "google.com, pub-1, OWNER",
        "not a domain, 1, DIRECT",
        "<html><body>google.com, pub-1, DIRECT</body>",
        "contact=quokka@clip.example",
    ],
)
def test_lines_that_declare_nothing(line: str) -> None:
    """The placeholder record, broken records, pages and contacts are no declarations, and no address is kept."""
    assert declarations(line) == []
    assert "quokka" not in extract_page(line, kind="ads_txt").skeleton


def test_owner_and_manager_are_declared_sites() -> None:
    """OWNERDOMAIN and MANAGERDOMAIN name other parties, as declared."""
    found = extract_page(
        "OWNERDOMAIN=Owner.example\nmanagerdomain = manager.example, DE\n", kind="ads_txt"
    ).sightings
    assert [(s.kind, s.host, s.declared) for s in found] == [
        ("declared_site", "owner.example", {"variable": "OWNERDOMAIN"}),
        ("declared_site", "manager.example", {"variable": "MANAGERDOMAIN"}),
    ]


def test_a_page_in_place_of_ads_txt_is_said() -> None:
    """A soft 404 is not an empty declaration."""
    assert "page" in extract_page("<!doctype html><p>hello</p>", kind="ads_txt").parse_status


def test_sellers_of_the_case_only() -> None:
    """Of a sellers.json only the asked ids are kept, without comments and contact details."""
    rows = [
        {
            "seller_id": "77",
            "seller_type": "INTERMEDIARY",
            "name": "Firm",
            "domain": "firm.example",
            "comment": "quokka",
        },
        {"seller_id": 78, "seller_type": "PUBLISHER", "is_confidential": 1},
        {"seller_id": "79", "name": "quokka"},
    ]
    body = json.dumps({"contact_email": "quokka@firm.example", "sellers": rows})
    result = extract_page(body, kind="sellers_json", keep=frozenset({"77", "78"}))
    assert [(s.account, s.declared) for s in result.sightings] == [
        ("77", {"seller_type": "INTERMEDIARY", "name": "Firm", "domain": "firm.example"}),
        ("78", {"seller_type": "PUBLISHER", "is_confidential": 1}),
    ]
    assert "quokka" not in result.skeleton


def test_broken_sellers_json_is_said() -> None:
    """What was read before the break is kept, the break is named."""
    result = extract_page('{"sellers": [{"seller_id": "1"}, {"sel', kind="sellers_json")
    assert [s.account for s in result.sightings] == ["1"]
    assert "not read to its end" in result.parse_status


@pytest.mark.parametrize(
    "code",
    [
        f"pbjs.setConfig({{schain: {{config: {CHAIN}}}}});",
        f"var s = {json.dumps({'schain': {'complete': 1, 'nodes': [{'asi': 'first.example', 'sid': '1001', 'hp': 1}, {'asi': 'second.example', 'sid': '77', 'hp': 1}]}})};",
    ],
)
def test_supply_chain_in_code(code: str) -> None:
    """Each node is a declaration with its position; `complete` is what the chain says of itself."""
    found = [s for s in extract_page(f"<script>{code}</script>").sightings if s.kind == "declaration"]
    assert [(s.host, s.account, s.declared["position"], s.declared["complete"]) for s in found] == [
        ("first.example", "1001", 1, 1),
        ("second.example", "77", 2, 1),
    ]


def test_supply_chain_in_an_address() -> None:
    """The serialised form is read as well."""
    html = '<script src="https://tag.net.example/t.js?schain=1.0,1!first.example,1001,1!second.example,77,1"></script>'
    found = [s for s in extract_page(html).sightings if s.kind == "declaration"]
    assert [(s.host, s.account, s.declared["position"]) for s in found] == [
        ("first.example", "1001", 1),
        ("second.example", "77", 2),
    ]

"""ads.txt, sellers.json and supply chains by their specifications."""

import json
import tracemalloc
from io import BytesIO
from urllib.parse import quote

import pytest

from adtrace.extract import extract_page, find_sightings
from adtrace.extract.sellers_json import Wanted, is_whole, write_skeleton
from adtrace.extract.sighting import Sighting

CHAIN = (
    "{ver:'1.0', complete:1, nodes:[{asi:'first.example', sid:'1001', hp:1},"
    "{asi:'second.example', sid:'77', hp:1, domain:'x.example'}]}"
)
NODES = [{"asi": "first.example", "sid": "1001", "hp": 1}, {"asi": "second.example", "sid": "77", "hp": 1}]


def declarations(body: str, kind: str = "ads_txt", **options: object) -> list[Sighting]:
    found = extract_page(body, kind=kind, url="https://clip.example/ads.txt", **options).sightings  # type: ignore[arg-type]
    return [s for s in found if s.kind == "declaration"]


def test_records_of_ads_txt() -> None:
    """A record gives system, seller id, relation and certification; a comment says nothing."""
    body = (
        "\ufeffGoogle.com , pub-7031845296418273 , direct, f08c47fec0942fa0 # our own quokka account\n"
        "#x, y, DIRECT\nnet.example,7,RESELLER;ext\n"
    )
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
        ("declared_site", "manager.example", {"variable": "MANAGERDOMAIN", "country": "DE"}),
    ]


def test_a_site_has_one_owner_and_managers_by_country() -> None:
    """Of several OWNERDOMAIN the first holds; a MANAGERDOMAIN without a country is for all (ads.txt 1.1, 3.5.1)."""
    found = extract_page(
        "OWNERDOMAIN=one.example\nOWNERDOMAIN=two.example\nMANAGERDOMAIN=m.example,\nMANAGERDOMAIN=n.example,fr",
        kind="ads_txt",
    )
    assert [(s.host, s.declared.get("country")) for s in found.sightings] == [
        ("one.example", None),
        ("m.example", None),
        ("n.example", "FR"),
    ]
    assert found.parse_status == (
        "ads_txt: 1 lines refused (1 with a second OWNERDOMAIN, of which the first holds)"
    )


def test_a_page_in_place_of_ads_txt_is_said() -> None:
    """A soft 404 is not an empty declaration."""
    assert "page" in extract_page("<!doctype html><p>hello</p>", kind="ads_txt").parse_status


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_another_encoding_is_read_and_said(encoding: str) -> None:
    """The standard wants UTF-8: what a shell saved in UTF-16 says the same, and that it is in UTF-16."""
    found = extract_page("net.example, 7, DIRECT\n".encode(encoding), kind="ads_txt")
    assert [s.account for s in found.sightings] == ["7"]
    assert found.parse_status == f"ads_txt: {encoding} in place of UTF-8"


def test_refused_lines_are_counted_by_the_reason() -> None:
    """A line that is no declaration is told apart from no line: how many, and what each lacks."""
    body = (
        "net.example, 7\nhttps://net.example/, 7, DIRECT\nnet.example, a b, DIRECT\nnet.example, 7, OWNER\n"
        "SELLER=x.example\nOWNERDOMAIN=owner\nMANAGERDOMAIN=m.example, Germany\nnet.example, 8, RESELLER\n"
    )
    found = extract_page(body, kind="ads_txt")
    assert [s.account for s in found.sightings] == ["8"]
    assert found.parse_status.startswith("ads_txt: 7 lines refused (")
    for reason in (
        "fewer than three", "field 1", "field 2", "field 3", "unknown variable", "OWNERDOMAIN is no", "no country",
    ):  # fmt: skip
        assert reason in found.parse_status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", "no record"),
        ("# nothing yet\nCONTACT=x@clip.example\n", "no record"),
        ("placeholder.example.com, placeholder, DIRECT, placeholder\n", "complete"),
    ],
)
def test_absence_is_no_declaration(body: str, status: str) -> None:
    """An empty file declares nothing; the placeholder record declares that nobody may sell."""
    found = extract_page(body, kind="ads_txt")
    assert found.sightings == []
    assert status in found.parse_status


def test_lines_end_as_the_standard_says() -> None:
    """CR, LF and both end a line, as does the file; a comma inside a field is written %2C; marks are no text."""
    body = "\ufeffa.example,1%2C2,DIRECT\rb.example,2,RESELLER\r\n\ufeffc.example,3,DIRECT,cafe,extra\x0b"
    found = declarations(body)
    assert [(s.host, s.account) for s in found] == [
        ("a.example", "1,2"),
        ("b.example", "2"),
        ("c.example", "3"),
    ]
    assert found[2].declared == {"relation": "DIRECT", "certification": "cafe"}


def test_variables_that_name_sites() -> None:
    """SUBDOMAIN and INVENTORYPARTNERDOMAIN are declared sites as well; CONTACT is nobody's business."""
    found = extract_page(
        "SUBDOMAIN=A.clip.example\ninventorypartnerdomain=p.example\nCONTACT=quokka", kind="ads_txt"
    )
    assert [(s.host, s.declared["variable"]) for s in found.sightings] == [
        ("a.clip.example", "SUBDOMAIN"),
        ("p.example", "INVENTORYPARTNERDOMAIN"),
    ]
    assert "quokka" not in found.skeleton


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
    result = extract_page(body, kind="sellers_json", keep=Wanted(frozenset({"77", "78"})))
    assert [(s.account, s.declared) for s in result.sightings] == [
        ("77", {"seller_type": "INTERMEDIARY", "name": "Firm", "domain": "firm.example"}),
        ("78", {"seller_type": "PUBLISHER", "is_confidential": 1}),
    ]
    assert "quokka" not in result.skeleton


def test_broken_sellers_json_is_said() -> None:
    """What was read before the break is kept, the break is named."""
    result = extract_page('{"sellers": [{"seller_id": "1"}, {"sel', kind="sellers_json")
    assert [s.account for s in result.sightings] == ["1"]
    assert "not JSON after row 1" in result.parse_status


@pytest.mark.parametrize(
    ("body", "accounts", "status"),
    [
        (
            '{"sellers":[{"seller_id":7,"domain":null},{"seller_id":true},{"name":"x"},5]}',
            ["7"],
            "rows refused: 3 of 4 (2 without a seller_id",
        ),
        ('\ufeff{"sellers":[],"sellers":[{"seller_id":"1","seller_id":"2"}]}', ["2"], "complete"),
        ('{"sellers":[]}', [], "complete"),
        ("[]", [], "no list of sellers"),
        ("<html></html>", [], "the answer is a page"),
        (
            '{"sellers":[{"seller_id":123456789012345678901234567890},{"seller_id":1.0}]}',
            ["123456789012345678901234567890", "1.0"],
            "complete",
        ),
        ('{"sellers":[{"seller_id":' + "9" * 5_000 + "}]}", [], "1 without a seller_id"),
        ('{"sellers":[{"seller_id":"1"},]}', ["1"], "whole, mended: 1 a comma too many"),
        ('{"sellers":[{"seller_id":"1"},' + " " * 200_000 + '{"seller_id":"2"}]}', ["1", "2"], "complete"),
        (
            f'{{"sellers"{" " * 70_000}:[{{"seller_id":1}},/*{"*" * 200_000}*///{"x" * 200_000}\n{{"seller_id":3}}]}}',
            ["1", "3"],
            "whole, mended: 2 a comment",
        ),
        ('{"sellers":[{"seller_id":"1"}, /* {"seller_id":"2"}]}', ["1"], "ends within the list"),
        (
            "{'sellers':[{'seller_id':'1'},\xa0{'seller_id':'2'}]}",
            ["1", "2"],
            "2 a row that is no strict JSON",
        ),
        ("{ sellers : [{seller_id: 1},\n# ours\n{seller_id: 2}]}", ["1", "2"], "1 a comment"),
        (
            '{"sellers":[{"a" oops},/**/{"seller_id":"2"}]}',
            ["2"],
            "rows refused: 1 of 2 (1 that are no JSON)",
        ),
        ('{"bestsellers":[{"seller_id":"1"}],"best sellers":[{"seller_id":"1"}]}', [], "no list of sellers"),
        ('{"sellers":[{"seller_id":"1"}{"seller_id":"2"}]}', ["1", "2"], "whole, mended: 1 a comma too few"),
        ('{"Sellers":[{"SellerId":"1"}]}', ["1"], "1 a list by another name, 1 a seller_id in other letters"),
        ('{"sellers":{"1":{"ext":{}},"b":{"seller_id":"2"}}}', ["1", "2"], "1 an object in place of a list"),
        ('{"sellers":{"seller_id":"1"}}', ["1"], "1 an object in place of a list"),
        ('[{"seller_id":"1"}]', ["1"], "1 a list by another name"),
        ('// ours\n{"sellers":[{"seller_id":"1"}]}', ["1"], "1 a beginning that is no JSON"),
        (
            '{"sellers":[/* one */{"seller_id":"1"},// x\n{"seller_id":"2", // y\n}]}',
            ["1", "2"],
            "2 a comment",
        ),
        (
            '{"sellers":[{"seller_id":"1","ext":NaN},{"seller_id":"2"}]}',
            ["1", "2"],
            "1 a row that is no strict JSON",
        ),
        ('{"sellers":[{"seller_id":"1","ext":"a\nb"},{"seller_id":"2"}]}', ["1", "2"], "no strict JSON"),
        ('{"sellers":[{"seller_id":"1\u201d\n},{"seller_id":"2"}]}', ["1", "2"], "no strict JSON"),
        (
            '{"sellers":[{"seller_id":"1","ext":"5" wide"},{"seller_id":"2"}]}',
            ["2"],
            "refused: 1 of 2 (1 that are no JSON)",
        ),
        ('{"sellers":[{"seller_id":"1","ext":{"a":{"b":"}"}}},{"seller_id":"2"}]}', ["1", "2"], "complete"),
        (
            '{"ext":[{"seller_id":"0"}],"sellers":[{"seller_id":"1"}],"identifiers":[{"name":"x"}]}',
            ["1"],
            "complete",
        ),
        ('{"sellers":[[{"seller_id":"1"}]]}', ["1"], "1 that are no object"),
        ('{"sellers":[{"seller_id":"1\\ud800"}]}', ["1\ufffd"], "complete"),
        (
            b'{"sellers":[{"seller_id":"1","name":[1]},{"seller_id":"\xff2","domain":[7]}]}',
            ["1", "\xff2"],
            "whole, mended: 1 a row that is no UTF-8",
        ),
        ('{"sellers":null}', [], "no list of sellers"),
        ("", [], "not JSON"),
        ("\x1f\x8b\x08", [], "compressed, not JSON"),
        (
            '{"sellers":[{"seller_id":"1"}]}'.encode("utf-16"),
            ["1"],
            "whole, mended: 1 utf-16 in place of UTF-8",
        ),
        ('{"sellers":[{"seller_id":"☃"}]}'.encode("utf-32-le"), ["☃"], "utf-32-le in place"),
        (b'{"sellers"\0:[]}', [], "not UTF-8, which JSON requires"),
        (
            '{"sellers":[{"seller_id":"1"},' + "[" * 100_000,
            ["1"],
            "not JSON after row 3 (ends within the list)",
        ),
        ('{"sellers":[{"seller_id":"1"},{"seller_id":"2', ["1"], "not JSON after row 1 (ends within a row)"),
    ],
)
def test_malformed_sellers_json(body: str | bytes, accounts: list[str], status: str) -> None:
    """Slips are read over and said, row by row; what is no list of sellers is refused by the reason."""
    result = extract_page(body, kind="sellers_json")
    assert [s.account for s in result.sightings] == accounts
    assert status in result.parse_status
    assert all(s.declared == {} for s in result.sightings)


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ('{"sellers":[{"name":"x"}]}', True),
        ('{"sellers":[{"seller_id":"1"},]}', True),
        ('{"sellers":[{"seller_id":"1" "name":"x"}]}', True),
        ('{"sellers":[{"seller_id":1 2, "name":"x"}]}', False),
        ('{"sellers":[{"seller_id":"1"}', False),
    ],
)
def test_a_list_is_whole_if_no_id_can_be_missing(body: str, *, whole: bool) -> None:
    """Who is not in a list that was read whole is not listed; a row nobody could read might be theirs."""
    assert is_whole(extract_page(body, kind="sellers_json").parse_status) is whole


def test_what_arrives_byte_by_byte_is_the_same() -> None:
    """However a file is cut on its way, its rows and its faults are those of the whole."""
    body = (
        b'{"version":"1.0","sellers" : [{"seller_id":"1","ext":{"a":"}"}}, /* x */\xc2\xa0{"seller_id":"2",}, // y\n'
        b'{"seller_id":"3" oops},\n{"seller_id":"4","name":"5" wide"},{"seller_id":"5"}],"ext":{}}'
    )
    whole = write_skeleton(BytesIO(body), None)
    assert [line for line in whole[0].splitlines() if '"5"' in line]

    class Slow:
        def __init__(self) -> None:
            self.file = BytesIO(body)

        def read(self, size: int) -> bytes:
            return self.file.read(min(size, 1))

    assert write_skeleton(Slow(), None) == whole


@pytest.mark.parametrize("filling", [b"/*%s*/", b"//%s\n", b"%s,"])
def test_what_stands_between_rows_is_not_kept(filling: bytes) -> None:
    """However long it is, no more than some pieces of it are in memory."""
    before, after = filling.split(b"%s")
    space = b" " if filling == b"%s," else b"x"
    pieces = iter([b'{"sellers":[' + before, *[space * 65_536] * 100, after + b'{"seller_id":"1"}]}'])

    class Long:
        def read(self, size: int) -> bytes:
            return next(pieces, b"")

    tracemalloc.start()
    text, _ = write_skeleton(Long(), None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert '"1"' in text
    assert peak < 1_000_000


@pytest.mark.parametrize(
    "rows",
    [
        b"{" * 100_000,
        b"{}" + b"/" * 400_000,
        b"{}" + b"/**/" * 200_000,
        b'{"a":' * 20_000 + b"}" * 20_000,
        b'{"' + b'"\\' * 50_000,
        b'{"\n' * 30_000,
        b'"' * 100_001,
        b"/*" * 50_000,
        b'{"seller_id":"x",' * 20_000,
        b'{"seller_id":"1",},' * 3_000 + b'{"seller_id":' * 3_000,
    ],
)
def test_rows_that_never_end_cost_their_length(rows: bytes) -> None:
    """No unfinished row keeps a worker busy (the suite's time limit decides), and none is made up."""
    text, limits = write_skeleton(BytesIO(b'{"sellers":[' + rows), None)
    assert limits
    assert '"x"' not in text


@pytest.mark.parametrize(
    "code",
    [
        f"pbjs.setConfig({{schain: {{config: {CHAIN}}}}});",
        f"var s = {json.dumps({'schain': {'complete': 1, 'nodes': NODES}})};",
    ],
)
def test_supply_chain_in_code(code: str) -> None:
    """Each node is a declaration with its position; `complete` is what the chain says of itself."""
    found = [s for s in extract_page(f"<script>{code}</script>").sightings if s.kind == "declaration"]
    assert [(s.host, s.account, s.declared["position"], s.declared["complete"]) for s in found] == [
        ("first.example", "1001", 1, 1),
        ("second.example", "77", 2, 1),
    ]


def test_supply_chain_nodes_with_extensions() -> None:
    """A node may carry extensions before and behind its fields; a system is a domain, also where its address stands."""
    code = (
        '{"nodes":[{"ext":{"a":{"b":1}},"sid":1001,"asi":"https://First.example/","hp":1},'
        '{"asi":"second.example","sid":"77","ext":{"a":{"b":{}}}}],"complete":1}'
    )
    found = [
        s for s in extract_page(f"<script>var s = {code};</script>").sightings if s.kind == "declaration"
    ]
    assert [(s.host, s.account, s.declared["position"]) for s in found] == [
        ("first.example", "1001", 1),
        ("second.example", "77", 2),
    ]


def test_a_separator_within_a_value_is_encoded() -> None:
    """A comma or an exclamation mark of a seller's own is written %2C or %21 (SupplyChain object 1.0)."""
    html = '<script src="https://tag.net.example/t.js?schain=1.0,1!first.example,10%2C01%21,1"></script>'
    assert [s.account for s in extract_page(html).sightings if s.kind == "declaration"] == ["10,01!"]


def test_supply_chain_in_an_address() -> None:
    """The serialised form is read as well."""
    html = '<script src="https://tag.net.example/t.js?schain=1.0,1!first.example,1001,1!second.example,77,1"></script>'
    found = [s for s in extract_page(html).sightings if s.kind == "declaration"]
    assert [(s.host, s.account, s.declared["position"]) for s in found] == [
        ("first.example", "1001", 1),
        ("second.example", "77", 2),
    ]


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_supply_chain_encoded_in_an_address(layers: int) -> None:
    """However often an address was encoded on its way, serialised or as JSON, the nodes are those of the chain."""
    serial = "1.0,1!first.example,10%3A01,1!second.example,77,1"
    whole = json.dumps(
        {"complete": 1, "nodes": [{"asi": "first.example", "sid": "1001", "hp": 1, "ext": {"a": 1}}]}
    )
    for _ in range(layers):
        serial, whole = quote(serial, safe=""), quote(whole, safe="")
    html = f'<script src="https://tag.net.example/t.js?schain={serial}&s={whole}"></script>'
    found = [s for s in extract_page(html).sightings if s.kind == "declaration"]
    assert [(s.host, s.account, s.declared["complete"]) for s in found] == [
        ("first.example", "10:01", 1),
        ("second.example", "77", 1),
        ("first.example", "1001", 1),
    ]


def test_supply_chain_in_a_string_and_an_attribute() -> None:
    """JSON within a JavaScript string or an attribute is read where it stands."""
    chain = json.dumps({"nodes": [{"asi": "first.example", "sid": "1001", "hp": 1}]})
    html = f"<script>var s = {json.dumps(chain)};</script><div data-schain='{chain}'></div>"
    result = extract_page(html)
    found = [s for s in result.sightings if s.kind == "declaration"]
    assert [s.account for s in found] == ["1001", "1001"]
    assert all(result.skeleton[s.locator.start : s.locator.end] == "1001" for s in found)


@pytest.mark.parametrize(
    "code",
    [
        "{" + '"asi":"x",' * 26_000,
        '{"asi":"x",{a}{b}' * 15_000,
        '{"asi":"x"' + "{}" * 100_000,
        '{"asi":"x"{{}' * 15_000,
        "{" + "{}" * 40_000 + "asi:'x'",
        "asi%22" * 40_000,
        "schain=1.0,1!" + "%25" * 30_000,
        "schain=1.0%" + "25" * 100_000 + "2C1!net.example,7,1",
    ],
)
def test_a_chain_that_never_ends_costs_its_length(code: str) -> None:
    """No unfinished chain keeps a worker busy (the suite's time limit decides)."""
    skeleton = f"skeleton-1 page 12\n<script #1>\n#script 1 {len(code)}\n{code}\n"
    assert [s for s in find_sightings(skeleton) if s.kind == "declaration"] == []

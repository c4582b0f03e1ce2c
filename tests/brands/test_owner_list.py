"""A brand owner's own list."""

import msgspec
import pytest

from adtrace.brands import read_owner_list
from adtrace.errors import ListError
from adtrace.knowledge.brand import Brands, load_brands

CSV = b"""\xef\xbb\xbfbrand,domain,app,name,company
Harbour,www.Harbour.example,,Harbour Ltd,Quay
harbour,harbour.test,google-play/com.harbour.app,,
Tide,tide.example,,,Quay
"""


def test_a_list_is_read_whole() -> None:
    """Rows of one brand are one; domains become registrable; a company is a family."""
    found = read_owner_list(CSV, name="own.csv")
    assert [(b.name, b.domains, b.apps, b.names, b.company) for b in found] == [
        (
            "Harbour",
            ["harbour.example", "harbour.test"],
            ["google-play/com.harbour.app"],
            ["Harbour Ltd"],
            "Quay",
        ),
        ("Tide", ["tide.example"], [], [], "Quay"),
    ]
    index = Brands(found)
    assert [b.name for b in index.family(found[1])] == ["Tide", "Harbour"]
    assert index.of_host("cdn.harbour.test") is found[0]


def test_a_list_is_read_as_owners_write_it() -> None:
    """Addresses for domains and apps, wildcards, other alphabets, semicolons: what they say is taken."""
    written = """brand;domain;app
Bücher;https://www.bücher.example/;https://play.google.com/store/apps/details?id=com.buecher
Bücher;*.buecher.test;https://apps.apple.com/de/app/buecher/id123456789?mt=8
Bücher;БУХ.test.;app-store/id987654321
Bücher;xn--bcher-kva.example;https://www.etsy.com/shop/BuecherShop
"""
    [found] = read_owner_list(written.encode(), name="own.csv")
    assert found.domains == ["xn--bcher-kva.example", "buecher.test", "xn--90a0bg.test"]
    assert found.apps == [
        "google-play/com.buecher",
        "app-store/123456789",
        "app-store/987654321",
        "etsy/BuecherShop",
    ]


def test_a_host_below_a_domain_is_not_widened() -> None:
    """A shop among others' has one host of a domain; what the others have there is not this brand's."""
    written = b"brand,domain\nHarbour,harbour.etsy.com\nHarbour,shop.tide.example\n"
    index = Brands(found := read_owner_list(written, name="own.csv"))
    assert found[0].domains == ["harbour.etsy.com", "shop.tide.example"]
    assert index.of_host("www.harbour.etsy.com") is found[0]
    assert [index.of_host(host) for host in ("etsy.com", "tide.etsy.com", "tide.example", None)] == [None] * 4


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ("harbour.example/", "harbour.example"),
        ("*.harbour.example/", "harbour.example"),
        ("//WWW.Harbour.example.", "harbour.example"),
        ("http://harbour.example:8080/", "harbour.example"),
        ("mu\u0308nchen.example", "xn--mnchen-3ya.example"),
        ("brand.myshopify.com", "brand.myshopify.com"),
    ],
)
def test_a_domain_is_read_however_it_is_written(domain: str, found: str) -> None:
    """The host alone counts, in its canonical form; accents may be letters of their own."""
    [brand] = read_owner_list(f"brand\tdomain\t\nA\t{domain}\t\t\n".encode(), name="own.tsv")
    assert brand.domains == [found]


@pytest.mark.parametrize(
    ("app", "found"),
    [
        ("com.brand.app", "google-play/com.brand.app"),
        ("id123456789", "app-store/123456789"),
        ("123456789", "app-store/123456789"),
        ("market://details?id=com.brand.app", "google-play/com.brand.app"),
        ("itms-apps://itunes.apple.com/app/id123456789", "app-store/123456789"),
        ("apps.apple.com/de/app/x/id123456789", "app-store/123456789"),
        ("play.google.com/store/apps/details?id=com.brand.app&hl=de", "google-play/com.brand.app"),
        ("https://www.amazon.de/sp?seller=A1B2C3D4E5F6G7", "amazon/A1B2C3D4E5F6G7"),
        ("https://www.facebook.com/harbour.page/", "facebook/harbour.page"),
    ],
)
def test_an_app_is_read_however_it_is_written(app: str, found: str) -> None:
    """Packages, numbers, links of stores, accounts: store/id, as click URLs state it."""
    [brand] = read_owner_list(f"brand,app\nA,{app}\n".encode(), name="own.csv")
    assert brand.apps == [found]


def test_names_are_compared_as_read() -> None:
    """Case, spaces and the encoding of accents do not count."""
    [brand] = read_owner_list("brand,name\nCafe\u0301  Harbour,\uff28arbour\n".encode(), name="own.csv")
    index = Brands([brand])
    assert index.of_name("CAF\u00c9 harbour") is index.of_name("harbour") is brand


def test_what_import_prints_is_read_again() -> None:
    """The JSON lines are the same list."""
    found = read_owner_list(CSV, name="own.csv")
    assert read_owner_list(b"\n".join(map(msgspec.json.encode, found)), name="own.jsonl") == found


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "names no brand"),
        (b"domain\nx.example\n", "no header"),
        (b"brand,domain\nA,co.uk\n", "line 2: co.uk"),
        (b"brand,domain\nA,https://www.facebook.com/brand\n", "line 2: .* is a page"),
        (b"brand,app\nA,google-play/com.a\nB,google-play/com.A\n", "line 3: .* is A's"),
        (b"brand,app\nA,https://shop.example/app\n", "no app"),
        (b"brand,app\nA,playstore/com.brand.app\n", "no store"),
        (b"brand,domain\nA,x.example\nB,x.example\n", "line 3: x.example is A's"),
        (b"brand,app\nA,harbour.example\n", "no app"),
        (b"brand,app\nA,https://www.youtube.com/watch?v=AbCdEfGhIjK\n", "no app"),
        (b"brand,domain\nA,x.example,y\n", "has 3 cells"),
        (b"brand,domain\n,x.example\n", "names no brand"),
        (b'{"id": 1}\n', "line 1"),
        (b'{"id": "a", "name": "A", "domains": ["facebook.com/a"]}\n', "line 1: .* is a page"),
        (
            b'{"id":"a","name":"A","domains":["x.example"]}\n{"id":"b","name":"B","domains":["X.example"]}',
            "line 2",
        ),
        (b'{"id":"a","name":"A"}\n{"id":"a","name":"A"}', "line 2: a is on the list"),
    ],
)
def test_a_wrong_line_is_named(body: bytes, message: str) -> None:
    """Nothing of a list with a wrong line is taken."""
    with pytest.raises(ListError, match=message):
        read_owner_list(body, name="own.csv")


def test_every_shipped_card_is_valid() -> None:
    """Loading checks them all; a company's brands are one family."""
    brands = load_brands()
    booking = brands.of_host("www.booking.com")
    assert booking is not None
    assert {b.id for b in brands.family(booking)} >= {"booking", "agoda"}

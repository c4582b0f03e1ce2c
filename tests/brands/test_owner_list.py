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
        (b"brand,app\nA,com.brand.app\n", "no app"),
        (b"brand,domain\nA,x.example,y\n", "has 3 cells"),
        (b"brand,domain\n,x.example\n", "names no brand"),
        (b'{"id": 1}\n', "line 1"),
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

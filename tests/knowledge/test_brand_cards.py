"""Brand cards: what a card must hold, and that those that ship hold it."""

import pytest

from adtrace.errors import CardError
from adtrace.knowledge.brand import load_brands, read_brand
from adtrace.knowledge.folder import read_folder

CARD = """
id = "shop"
name = "Shop"
domains = ["shop.example"]
source = ["https://shop.example/ (2026-11-22)"]
limits = "None."
"""


@pytest.mark.parametrize("domain", ["www.shop.example", "Shop.example", "example", "shop example", ""])
def test_a_domain_that_is_not_whole_is_refused(domain: str) -> None:
    """A host below one, another writing, a suffix: nothing that is looked up would ever be it."""
    with pytest.raises(
        CardError, match=r"brands/shop\.toml: .* is no registrable domain\. Give it as shop\.example"
    ):
        read_brand("shop", CARD.replace('["shop.example"]', f'["{domain}"]').encode())


def test_a_domain_is_one_brands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else which card counts would be the alphabet's to say."""
    other = CARD.replace('"shop"', '"other"').encode()
    monkeypatch.setattr(
        "adtrace.knowledge.brand.read_folder", lambda _: [("shop", CARD.encode()), ("other", other)]
    )
    load_brands.cache_clear()
    try:
        with pytest.raises(CardError, match=r"other: shop\.example is on shop too\."):
            load_brands()
    finally:
        load_brands.cache_clear()


def test_those_that_ship_are_read() -> None:
    """Every file of the folder is one."""
    assert {card.id for card in load_brands().brands} == {name for name, _ in read_folder("brands")}

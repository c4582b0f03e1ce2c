"""Ids that are nobody's: the stop-list takes them, and takes no invented account with them."""

import pytest

from adtrace.extract import extract_page
from adtrace.knowledge import load_knowledge
from adtrace.knowledge.proof import read_example

NOBODYS = [
    ("adsense", "pub-1234567891234567"),
    ("adsense", "pub-1234567890123456"),
    ("adsense", "pub-0000000000000000"),
    ("adsense", "pub-3940256099942544"),
    ("google-ad-manager", "6355419"),
    ("google-tag-manager", "GTM-XXXXXX"),
    ("google-tag-manager", "GTM-XXXX"),
    ("google-analytics", "UA-00000000-1"),
    ("google-analytics", "G-XXXXXXXXXX"),
    ("google-ads", "AW-123456789"),
    ("amazon-associates", "yourtag-20"),
    ("rubicon", "4934"),
    ("pubmatic", "32572"),
    ("index-exchange", "9999990"),
    ("sovrn", "315045"),
    ("seedtag", "0000-0000-01"),
    ("monetag", "12345678"),
    ("exoclick", "1234567"),
    ("adsterra", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    ("adsterra", "0123456789abcdef0123456789abcdef"),
    ("popcash", "55555"),
    ("adcash", "YOUR_ZONE_ID"),
]


@pytest.mark.parametrize(("card", "account"), NOBODYS)
def test_documentation_and_fill_in_ids_are_stopped(card: str, account: str) -> None:
    """A manual's example, a test account and a fill-in are no account of anybody."""
    assert load_knowledge().is_placeholder(card, account)


def test_no_account_of_a_hit_is_stopped() -> None:
    """The list is no wider than it must be: every invented id of every card's own proof passes it."""
    knowledge = load_knowledge()
    for card in knowledge.cards.values():
        for shape in card.shape:
            if not shape.kind:
                continue
            for hit in shape.hits:
                found = read_example(hit, shape, knowledge)
                rules = {s.rule.partition("@")[0] for s in found if s.kind == "account"}
                assert f"{card.id}/{shape.name}" in rules, f"{card.id}/{shape.name}: its hit gives no account"


def test_a_placeholder_still_names_its_network() -> None:
    """The tag stands on the page, so its network is seen; the fill-in id is not."""
    page = (
        '<ins class="adsbygoogle" data-ad-client="ca-pub-1234567891234567" data-ad-slot="6620184935"></ins>'
    )
    found = extract_page(page, url="https://page.example/").sightings
    assert {s.network for s in found if s.kind == "network"} == {"adsense"}
    assert "pub-1234567891234567" not in {s.account for s in found}

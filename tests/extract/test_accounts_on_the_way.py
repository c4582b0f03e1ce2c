"""click_urls.py: ids in the addresses that a click URL leads on to."""

from urllib.parse import quote

from adtrace.extract import extract_page
from adtrace.extract.sighting import Sighting

URL = "https://page.example/"
SHOP = "https://www.amazon.de/dp/B0C4K1Z7QX?tag="


def accounts(link: str) -> list[Sighting]:
    """The account lines of a page that holds nothing but this link."""
    found = extract_page(f'<a href="{link}">a</a>', url=URL).sightings
    return [sighting for sighting in found if sighting.kind == "account"]


def test_an_affiliates_tag_behind_anothers_link_is_read() -> None:
    """A landing is no wrapper of its own, but says whose commission it is; the way to it stands beside."""
    link = f"https://go.skimresources.com/?id=829364X1582936&url={quote(SHOP + 'harbourpicks-21', '')}"
    found = [s for s in accounts(link) if s.network == "amazon-associates"]
    assert [(s.account, s.basis, s.scope) for s in found] == [("harbourpicks-21", "landing", "account")]
    assert [step.text for step in found[0].decoded] == [SHOP + "harbourpicks-21"]


def test_a_tag_that_is_nobodys_is_no_account() -> None:
    """Fill-ins of manuals stand in links too."""
    link = f"https://go.skimresources.com/?id=829364X1582936&url={quote(SHOP + 'yourtag-20', '')}"
    assert {s.network for s in accounts(link)} == {"skimlinks"}


def test_a_platforms_id_stays_the_platforms() -> None:
    """What a blog host puts into every blog's links ties no two blogs together, however far on it stands."""
    skimmed = f"https://go.skimresources.com/?id=725X584219&url={quote('https://shop.example/', '')}"
    link = f"https://www.awin1.com/cread.php?awinmid=1&awinaffid=829364&ued={quote(skimmed, '')}"
    assert {s.scope for s in accounts(link) if s.network == "skimlinks"} == {"platform"}


def test_a_tag_that_stands_in_the_link_itself_is_said_once() -> None:
    """What the address's own shapes read is not read again."""
    assert [s.account for s in accounts(SHOP + "harbourpicks-21")] == ["harbourpicks-21"]

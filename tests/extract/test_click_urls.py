"""Click URLs on a page: where they lead, and whom they may be called a brand of."""

import html
import tomllib
from pathlib import Path
from urllib.parse import quote

import pytest

from adtrace.extract import extract_page
from adtrace.extract.sighting import Sighting
from adtrace.extract.unwrap import unwrap, unwrap_with_rules
from adtrace.knowledge.wrappers import load_wrappers

# URL → what it leads to, each in the form its system writes; the file says how.
_FAMILIES = tomllib.loads(Path(__file__).with_name("click_urls.toml").read_text("utf-8"))
# Addresses that carry a page's or another's address and lead nobody there: doors, share buttons, syncs, statistics,
# ad requests, image proxies; clip.example is the page they stand on.
NO_CLICKS = Path(__file__).with_name("no_click_urls.txt").read_text("utf-8").splitlines()
CASES = {url: told for family in _FAMILIES.values() for url, told in family.items()}
_WITHOUT_LANDING = ("opaque", "plain")


def told(case: str | dict[str, str]) -> dict[str, str]:
    """A case's value in full: kind, landing, and brand where it is not the landing's domain."""
    if isinstance(case, dict):
        return {"kind": "landing", **case}
    return {"kind": case} if case in _WITHOUT_LANDING else {"kind": "landing", "landing": case}


@pytest.mark.parametrize(
    ("url", "case"),
    CASES.items(),
    ids=[f"{family}-{n}" for family, urls in _FAMILIES.items() for n, _ in enumerate(urls)],
)
def test_a_click_url_leads_where_it_says(url: str, case: str | dict[str, str]) -> None:
    """The landing a browser would come to, or the word for why it is not in the URL; never another."""
    found, wanted = unwrap(url), told(case)
    assert found.kind == wanted["kind"]
    if wanted["kind"] != "plain":
        assert found.landing == wanted.get("landing")


def test_the_click_urls_show_every_wrapper() -> None:
    """No grammar stands without a URL of its own here, besides its card's examples."""
    shown = {grammar.card.id for url in CASES for grammar in unwrap_with_rules(url)[1]}
    ends = {"stores", "platforms"}  # no wrappers, and tested by their brands
    assert set(load_wrappers().cards) - shown == ends
    assert len(CASES) >= 300


@pytest.mark.parametrize("family", _FAMILIES)
def test_no_click_url_names_a_wrong_brand(family: str) -> None:
    """On a page, each names its landing's domain, app or seller, or nobody: 0 wrong of all."""
    links = "".join(f'<a href="{html.escape(url)}">x</a>' for url in _FAMILIES[family])
    allowed: dict[str | None, str | None] = {}
    for url, case in _FAMILIES[family].items():
        way = unwrap(url)
        if way.kind == "landing":
            allowed[way.landing] = told(case).get("brand", way.landing_domain)
    for seen in extract_page(links, url="https://clip.example/").sightings:
        if seen.kind == "brand":
            assert seen.brand == allowed[seen.url]
            assert "generic-click" not in seen.rule


@pytest.mark.parametrize("url", NO_CLICKS, ids=range(len(NO_CLICKS)))
def test_an_address_in_a_url_is_not_yet_where_it_leads(url: str) -> None:
    """The page's own address, a referrer, the way back after a login: stated, never the landing."""
    assert unwrap(url).kind not in ("landing", "self")


@pytest.mark.parametrize(
    "tag", ['<a href="{}">x</a>', '<iframe src="{}"></iframe>', '<script src="{}"></script>']
)
def test_no_such_address_names_a_brand(tag: str) -> None:
    """However it stands on the page: 0 brands of all, so below 2 % at 95 % (rule of three)."""
    page = "".join(tag.format(html.escape(url)) for url in NO_CLICKS)
    seen = extract_page(page, url="https://www.clip.example/a").sightings
    assert len(NO_CLICKS) > 150
    assert [s.value for s in seen if s.kind == "brand"] == []


def found(landing: str) -> list[Sighting]:
    page = f'<a href="https://www.awin1.com/cread.php?awinmid=1&ued={quote(landing, safe="")}">x</a>'
    return extract_page(page, url="https://clip.example/").sightings


@pytest.mark.parametrize(
    ("landing", "brand"),
    [
        ("https://www.shop.example/a", "shop.example"),
        ("https://play.google.com/store/apps/details?id=com.harbour.app", "google-play/com.harbour.app"),
        ("https://apps.apple.com/us/app/harbour/id123456789", "app-store/123456789"),
        ("https://www.amazon.de/dp/B012345678?m=A1B2C3D4E5F6G7", "amazon/A1B2C3D4E5F6G7"),
        ("https://www.amazon.de/dp/B012345678", None),
        ("https://www.facebook.com/harbour.page/?ref=ad", "facebook/harbour.page"),
        ("https://t.me/harbour_bot?start=1", "telegram/harbour_bot"),
        ("https://www.youtube.com/watch?v=AbCdEfGhIjK", None),
        ("https://forms.gle/AbCdEfGhIjKlMnOp7", None),
        ("https://linktr.ee/harbour", None),
        ("https://harbour-shop.weebly.com/sale", None),
        ("https://www.weebly.com/pricing", "weebly.com"),
    ],
)
def test_a_store_is_not_the_brand(landing: str, brand: str | None) -> None:
    """In a store or on a platform the app, seller or account is advertised; where none is known, nobody is named."""
    brands = [s.brand for s in found(landing) if s.kind == "brand"]
    assert brands == ([brand] if brand else [])
    assert [s.kind for s in found(landing) if s.kind == "landing"] == ["landing"]


def test_an_ad_systems_own_host_is_nobodys_brand() -> None:
    """A click that ends at a network's host has not come to the advertiser yet: a tracker, no brand."""
    seen = found("https://www.criteo.com/landing?x=1")
    ends = [s for s in seen if s.kind in ("landing", "tracker", "brand")]
    assert [(s.kind, s.network) for s in ends] == [("tracker", "criteo")]


@pytest.mark.parametrize(
    ("landing", "network"),
    [
        ("https://x.voluumtrk.com/click", "voluum"),
        ("https://go.lander.test/aff_c?offer_id=1&aff_id=2", "hasoffers"),
        ("https://trk.offers.test/click", None),
    ],
)
def test_a_tracker_is_its_platforms(landing: str, network: str | None) -> None:
    """By the host's card, or by the form of its links; null where neither knows the platform."""
    [tracker] = [s for s in found(landing) if s.kind == "tracker"]
    assert tracker.network == network


def test_a_wrappers_host_lends_a_guess_nothing() -> None:
    """Of a page's own links only what a card's form takes is kept: another path on its host is read by no guess."""
    link = "https://www.facebook.com/click.php?url=https%3A%2F%2Fshop.example%2F"
    assert unwrap(link).landing == "https://shop.example/"
    seen = extract_page(f'<a href="{link}">x</a>', url="https://clip.example/").sightings
    assert [s for s in seen if s.kind in ("landing", "brand")] == []

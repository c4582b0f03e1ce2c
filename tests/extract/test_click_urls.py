"""Click URLs on a page: where they lead, and whom they may be called a brand of."""

from urllib.parse import quote

import pytest

from adtrace.extract import extract_page
from adtrace.extract.sighting import Sighting


def found(landing: str) -> list[Sighting]:
    html = f'<a href="https://www.awin1.com/cread.php?awinmid=1&ued={quote(landing, safe="")}">x</a>'
    return extract_page(html, url="https://clip.example/").sightings


@pytest.mark.parametrize(
    ("landing", "brand"),
    [
        ("https://www.shop.example/a", "shop.example"),
        ("https://play.google.com/store/apps/details?id=com.harbour.app", "google-play/com.harbour.app"),
        ("https://apps.apple.com/us/app/harbour/id123456789", "app-store/123456789"),
        ("https://www.amazon.de/dp/B012345678?m=A1B2C3D4E5F6G7", "amazon/A1B2C3D4E5F6G7"),
        ("https://www.amazon.de/dp/B012345678", None),
    ],
)
def test_a_store_is_not_the_brand(landing: str, brand: str | None) -> None:
    """In a store the app or the seller is advertised; where neither is known, nobody is named."""
    brands = [s.brand for s in found(landing) if s.kind == "brand"]
    assert brands == ([brand] if brand else [])
    assert [s.kind for s in found(landing) if s.kind == "landing"] == ["landing"]

"""Hosts that behave like ad tech are said to the investigator; those that only look foreign are not."""

import pytest

from adtrace.extract import extract_page

HOST = "quietferry.example"


def unidentified(html: str) -> list[str | None]:
    found = extract_page(html, url="https://page.example/").sightings
    return [s.host for s in found if s.kind == "unidentified"]


@pytest.mark.parametrize(
    "html",
    [
        f'<script src="//{HOST}/load.js?zone_id=173820"></script>',
        f'<iframe src="https://{HOST}/wall?placement_id=kd72mx"></iframe>',
        f'<iframe src="https://{HOST}/offerwall/173/7"></iframe>',
        f'<script data-cfasync="false" async src="//{HOST}/pop/173820/go.js"></script>',
        f'<script data-cfasync="false" src="//{HOST}/x/7c41e09b2d5f8a36c0/y.js"></script>',
    ],
    ids=["zone", "placement", "offer wall", "number", "key"],
)
def test_what_behaves_like_ad_tech_is_unidentified(html: str) -> None:
    """By the names of its parameters and paths, or as tags of low-tier networks are written."""
    assert unidentified(html) == [HOST]


@pytest.mark.parametrize(
    "html",
    [
        f'<script data-cfasync="false" src="//{HOST}/js/jquery.min.js"></script>',
        f'<script src="//{HOST}/pop/173820/go.js"></script>',
        f'<a data-cfasync="false" href="//{HOST}/pop/173820/go.js">x</a>',
        '<script data-cfasync="false" src="/pop/173820/go.js"></script>',
    ],
    ids=["no key", "touched", "a link", "own site"],
)
def test_what_does_not_is_not_named(html: str) -> None:
    """A number in a path is no sign, nor that a script is left alone."""
    assert unidentified(html) == []

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
        f'<script async src="//{HOST}/z.js" data-kd-zone="173820"></script>',
        f'<iframe src="https://{HOST}/if?k=7&amp;w=300&amp;h=250"></iframe>',
        f"<script>s.src = 'https://{HOST}/lib.js?v=2&zid=173820';</script>",
    ],
    ids=["zone", "placement", "offer wall", "number", "key", "place", "size", "by code"],
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
        f"<script>fetch('https://{HOST}/news?zone=north');</script>",
        f'<script src="//{HOST}/z.js" data-team="173820"></script>',
        f'<iframe src="https://{HOST}/map?w=300"></iframe>',
    ],
    ids=["no key", "touched", "a link", "own site", "no script", "no place", "no size"],
)
def test_what_does_not_is_not_named(html: str) -> None:
    """A number in a path is no sign, nor that a script is left alone."""
    assert unidentified(html) == []


def test_a_worker_that_fetches_its_code_elsewhere() -> None:
    """A push network's worker is a line of its own; a library's host is everybody's."""
    code = f"importScripts('https://{HOST}/w.js');\nimportScripts('https://cdn.jsdelivr.net/npm/w.js');\nfetch('https://b.example/x')"
    found = extract_page(code, kind="worker", url="https://page.example/sw.js").sightings
    assert [(s.kind, s.host, s.rule) for s in found] == [("unidentified", HOST, "unidentified/worker")]


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ('<ins class="kd" data-kd="173820"></ins>', 1),
        ('<ins datetime="2026-01-10">the garden</ins>', 0),
        ('<ins data-cfasync="false">the garden</ins>', 0),
        ('<ins class="kd" data-kd="XXXXXXXX"></ins>', 0),
        ('<div data-kd="173820"></div>', 0),
    ],
)
def test_an_element_that_marks_a_place_for_an_ad(html: str, count: int) -> None:
    """An <ins> with data of its own is no editor's insertion."""
    assert len(unidentified(html)) == count


@pytest.mark.parametrize(
    ("name", "content", "count"),
    [
        ("kd-ads-verification", "7c41e09b2d5f8a36", 1),
        ("pushkd_verify", "k3x9z1q7m", 1),
        ("kd-ads-verification", "see our ad policy", 0),
        ("garden-site-verification", "7c41e09b2d5f8a36", 0),
        ("monetag", "7c41e09b2d5f8a36c0e7b1498f2d50a3", 0),
    ],
)
def test_a_token_that_no_card_knows(name: str, content: str, count: int) -> None:
    """By an ad system's word in its name and one value; what a card knows is that card's."""
    assert len(unidentified(f'<meta name="{name}" content="{content}">')) == count

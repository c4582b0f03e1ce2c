"""Data that a page holds as a text is read as the code it comes to."""

import json

import pytest

from adtrace.extract import extract_page
from adtrace.extract.serialised import MAX_TEXTS
from adtrace.extract.sighting import Extraction

BIDS = [{"bidder": "rubicon", "params": {"accountId": "27183", "siteId": 418027, "zoneId": "2730184"}}]
DATA = json.dumps({"ads": {"adUnits": [{"code": "top", "bids": BIDS}]}})
INLINE = 'var uid = "281904"; var wid = "730184";'


def _read(html: str) -> Extraction:
    return extract_page(html, url="https://page.example/")


def _accounts(result: Extraction) -> set[str | None]:
    return {s.account for s in result.sightings if s.kind == "account"}


def _string(text: str) -> str:
    return json.dumps(text)


def _single(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
    return f"'{escaped}'"


@pytest.mark.parametrize(
    "html",
    [
        f"<script>self.__next_f.push([1,{_string('5:' + DATA)}])</script>",
        f"<script>window.__reactRouterContext.streamController.enqueue({_string(DATA)});</script>",
        f"<script>window.__STATE__ = JSON.parse({_string(DATA)});</script>",
        f"<script>window.__STATE__ = JSON.parse({_single(DATA)});</script>",
        f"<div data-page='{DATA}'></div>",
        f"<div data-config='[{DATA}]'></div>",
        f'<div data-page="{DATA.replace(chr(34), "&quot;")}"></div>',
        f'<div x-data="rotator({DATA.replace(chr(34), "&quot;")})"></div>',
    ],
    ids=["flight", "stream", "double", "single", "attribute", "list", "entities", "handed on"],
)
def test_a_bidder_in_data_that_is_a_text(html: str) -> None:
    """However it is carried: the bidder and its three ids, live, each at its place in the page."""
    result = _read(html)
    found = {s.account: s for s in result.sightings if s.kind == "account"}
    assert found.keys() == {"27183", "418027", "2730184"}
    for account, seen in found.items():
        assert seen.network == "rubicon"
        assert seen.state == "live"
        assert seen.decoded[-1].encoding == "json"
        assert result.skeleton[seen.locator.start : seen.locator.end] == account


def test_code_in_a_string_of_the_data() -> None:
    """A script that a framework will place has its quotes escaped once more."""
    data = json.dumps({"id": "ad", "dangerouslySetInnerHTML": {"__html": INLINE}})
    result = _read(f"<script>self.__next_f.push([1,{_string(data)}])</script>")
    (seen,) = [s for s in result.sightings if s.account == "281904"]
    assert seen.network == "popcash"
    assert seen.decoded[-1].encoding == "json,json"
    assert result.skeleton[seen.locator.start : seen.locator.end] == "281904"


def test_what_the_script_has_told_is_not_told_again() -> None:
    """An address is read with its escapes too: its network and account are lines of the script alone."""
    data = json.dumps(
        {"src": "https://s.host.example/splash.php?idzone=5182736", "id": "ca-pub-7031845296418273"}
    )
    found = _read(f"<script>x = JSON.parse({_string(data)})</script>").sightings
    assert len({(s.kind, s.network, s.account) for s in found}) == len(found) > 0


@pytest.mark.parametrize(
    ("html", "state"),
    [
        (f"<script>/* x = JSON.parse({_string(DATA)}) */</script>", "commented"),
        (f'<script type="text/plain" data-category="ads">x = JSON.parse({_string(DATA)})</script>', "gated"),
        (f"<template><div data-page='{DATA}'></div></template>", "dormant"),
    ],
)
def test_data_has_the_state_of_its_place(html: str, state: str) -> None:
    """What is commented out, waits or is a template stays so."""
    assert {s.state for s in _read(html).sightings} == {state}


def test_escapes_within_escapes_end() -> None:
    """A text in a text in a text in a text is left, and said to be."""
    text = INLINE
    for _ in range(4):
        text = json.dumps({"a": text})
    result = _read(f"<script>x = JSON.parse({_string(text)})</script>")
    assert _accounts(result) == set()
    assert "texts escaped more than 3 times" in result.parse_status


def test_texts_are_bounded() -> None:
    """A page may hold any number of them; what is left unread is said."""
    texts = "".join(
        f"<div data-page='{DATA.replace('27183', str(30_000 + number))}'></div>"
        for number in range(MAX_TEXTS + 5)
    )
    result = _read(texts)
    assert len(_accounts(result) - {"418027", "2730184"}) == MAX_TEXTS
    assert f"more than {MAX_TEXTS} texts of data" in result.parse_status


def test_letters_of_any_script_move_no_place() -> None:
    """One that is escaped becomes one sign: what stands behind it is located by signs, not by bytes."""
    text = json.dumps({"title": "\u00e9\u5b57", **json.loads(DATA)}, ensure_ascii=False)
    result = _read(f"<script>x = JSON.parse({_string(text)})</script>")
    found = [s for s in result.sightings if s.kind == "account"]
    assert {s.account for s in found} == {"27183", "418027", "2730184"}
    assert all(result.skeleton[s.locator.start : s.locator.end] == s.account for s in found)


@pytest.mark.parametrize(
    "piece", ['JSON.parse("', 'JSON.parse("\\"', "JSON.parse('\\\\\"", '__next_f.push([1,"x"])']
)
def test_a_string_without_an_end_is_read_once(piece: str) -> None:
    """Any number of them takes time by the characters: else each would look through all that follow."""
    assert _read(f"<script>{piece * 40_000}</script>").sightings == []


@pytest.mark.parametrize(
    "html",
    [
        f"<p>JSON.parse({_string(DATA)})</p>",
        '<div data-partners=\'["rubicon", "pubmatic"]\'></div>',
        f"<script>var text = {_string('Ask for ' + DATA)};</script>",
    ],
    ids=["prose", "names", "string"],
)
def test_what_is_no_data_is_not_read(html: str) -> None:
    """Words of the page, names alone, and a string that nothing is said to parse."""
    assert _accounts(_read(html)) == set()


@pytest.mark.parametrize("key", ["adUnit", "adunit", "ad_unit", "adUnitPath", "path", "slot", "unit"])
def test_an_ad_unit_in_data_is_read_by_the_shapes_of_code(key: str) -> None:
    """Its network's code, at its place in the attribute; under any other key it is nobody's."""
    unit = '/21968413/harbour/top"}'
    result = _read(f'<div data-options=\'{{"{key}":"{unit}\'></div>')
    (seen,) = [s for s in result.sightings if s.account]
    assert (seen.network, seen.account, seen.account_kind) == (
        "google-ad-manager",
        "21968413",
        "network_code",
    )
    assert result.skeleton[seen.locator.start : seen.locator.end] == "21968413"
    assert not _accounts(_read(f'<div data-options=\'{{"page":"{unit}\'></div>'))

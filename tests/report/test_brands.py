"""Which brands reach a headline: a false accusation is the worst error of a report."""

from typing import Any

import pytest

from adtrace.report.brands import find_brands

SEEN: dict[str, Any] = {
    "domain": "a",
    "brand": "shoes.test",
    "role": "unknown",
    "through": "awin",
    "basis": "landing",
    "state": "live",
    "captures": ["o1"],
}


def standing(rows: list[dict[str, Any]], **sure: str) -> list[tuple[str, bool, str]]:
    """(name, is_headline, why) of rows that are SEEN but for what is given; sure: brand → what its evidence is."""
    evidence = [{"brand": f"{brand}.test", "sure": word} for brand, word in sure.items()]
    found = find_brands([{**SEEN, **row} for row in rows], evidence)
    return [(brand.name, brand.is_headline, brand.why) for brand in found]


def test_one_capture_is_a_lead() -> None:
    """However many places it has there, and whatever network it came through."""
    rows = [{}, {"through": "admitad"}]
    assert standing(rows, shoes="once") == [("shoes.test", False, "one look at one domain alone")]


def test_an_ad_response_is_enough() -> None:
    """The ad itself names the advertiser."""
    rows = [{"role": "served", "basis": "served"}]
    assert standing(rows, shoes="served") == [("shoes.test", True, "an ad response names it")]


def test_several_captures_are_enough() -> None:
    """And the reader is told of how many."""
    rows = [{}, {"domain": "b", "captures": ["o2"]}]
    assert standing(rows, shoes="repeated") == [("shoes.test", True, "captures of 2 domains")]
    assert standing([{"captures": ["o1", "o2"]}], shoes="repeated") == [("shoes.test", True, "2 captures")]


@pytest.mark.parametrize("role", ["content_link", "look_alike"])
def test_what_is_no_offer_is_never_more_than_a_lead(role: str) -> None:
    """A link in the text, a domain that looks like a brand's: the graph has no edge for it."""
    rows = [{"role": role}, {"role": role, "domain": "b"}]
    assert standing(rows) == [("shoes.test", False, "no advertiser's place, or not live")]


def test_headlines_stand_before_leads() -> None:
    """And then those on more domains."""
    rows = [
        {"brand": "lead.test"},
        {"brand": "one.test"},
        {"brand": "two.test"},
        {"brand": "two.test", "domain": "b"},
    ]
    found = standing(rows, lead="once", one="repeated", two="repeated")
    assert [name for name, *_ in found] == ["two.test", "one.test", "lead.test"]

"""Which brands reach a headline: a false accusation is the worst error of a report."""

from typing import Any

import pytest

from adtrace.report.brands import find_brands

PLAIN: dict[str, Any] = {
    "domain": "a",
    "brand": "shoes.test",
    "role": "unknown",
    "through": "awin",
    "basis": "landing",
    "state": "live",
    "captures": ["o1"],
}


def standing(*rows: dict[str, Any], runs: dict[str, str] | None = None) -> list[tuple[str, bool]]:
    """(name, is_headline) of the brands of these rows, each PLAIN but for what is given."""
    captures = [{"id": capture, "run": run} for capture, run in (runs or {}).items()]
    found = find_brands([{**PLAIN, **row} for row in rows], captures)
    return [(brand.name, brand.is_headline) for brand in found]


def test_one_capture_is_a_lead() -> None:
    """However many places it has on that page, and whatever network it came through."""
    assert standing({}, {"through": "admitad"}) == [("shoes.test", False)]


def test_an_ad_response_is_enough() -> None:
    """Role served: the ad itself names the advertiser."""
    assert standing({"role": "served", "basis": "served"}) == [("shoes.test", True)]


def test_two_domains_are_two_captures() -> None:
    """Two pages that do not know of each other."""
    assert standing({}, {"domain": "b", "captures": ["o2"]}) == [("shoes.test", True)]


@pytest.mark.parametrize(("second", "expected"), [("run-2", True), ("run-1", False)])
def test_two_pages_of_one_domain_need_two_runs(second: str, expected: bool) -> None:
    """Pages of one site in one run say the same thing twice."""
    runs = {"o1": "run-1", "o2": second}
    assert standing({"captures": ["o1", "o2"]}, runs=runs) == [("shoes.test", expected)]


@pytest.mark.parametrize("role", ["content_link", "look_alike"])
def test_a_link_in_the_text_is_never_more_than_a_lead(role: str) -> None:
    """Nor a domain that looks like a brand's."""
    assert standing({"role": role}, {"role": role, "domain": "b"}) == [("shoes.test", False)]


@pytest.mark.parametrize("state", ["commented", "dormant"])
def test_what_is_not_live_makes_no_headline(state: str) -> None:
    """Only live counts in headlines (design section 2)."""
    assert standing({"state": state}, {"state": state, "domain": "b"}) == [("shoes.test", False)]


def test_headlines_stand_before_leads() -> None:
    """And then those on more domains."""
    rows = [{"brand": "lead.test"}, {"brand": "two.test"}, {"brand": "two.test", "domain": "b"}]
    assert standing(*rows) == [("two.test", True), ("lead.test", False)]

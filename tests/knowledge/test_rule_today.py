"""A rule beside the card of today."""

import pytest

from adtrace.knowledge import load_knowledge
from adtrace.knowledge.rule_today import rule_today


def test_a_rule_of_todays_card_is_the_same() -> None:
    """With what the card says of itself."""
    knowledge = load_knowledge()
    found = rule_today(knowledge.rule_name("adsense", "unit"))
    assert (found.card, found.name, found.is_same) == ("adsense", "unit", True)
    assert found.sources
    assert found.limits


@pytest.mark.parametrize(
    ("rule", "is_same", "about"),
    [
        ("adsense/unit@000000000000", False, "network card"),
        ("nobody/unit@000000000000", False, "no card of that name today"),
        ("../networks/adsense/unit@000000000000", None, "decided by the program itself"),
        ("ads_txt/record", None, "the published format itself, no card"),
        ("default", None, "decided by the program itself"),
        ("", None, "decided by the program itself"),
    ],
)
def test_any_rule_is_answered(rule: str, is_same: bool | None, about: str) -> None:
    """Changed, gone, or never a card's."""
    found = rule_today(rule)
    assert (found.is_same, found.about) == (is_same, about)

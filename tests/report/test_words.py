"""What people read in place of a rule's name."""

import re
from importlib.resources import files

from adtrace.report.words import RULES, rules_in_words


def test_every_rule_by_which_nothing_is_asked_has_words() -> None:
    """And words are of no rule that there is not: who reads why an address was left alone reads no code."""
    source = "".join(
        (files("adtrace.fetch") / f"{name}.py").read_text() for name in ("policy", "parts", "planner")
    )
    denied = set(re.findall(r"Verdict\(\s*False, \"((?:request|redirect|adtech)/\w+)\"", source))
    assert denied == RULES.keys()
    assert len(denied) > 10


def test_one_rule_is_not_taken_for_another_that_begins_alike() -> None:
    """Each is said in its own words, also within a sentence."""
    for rule, words in RULES.items():
        assert rules_in_words(f"redirect denied: {rule} 2") == f"redirect denied: {words} 2"

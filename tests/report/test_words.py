"""What people read in place of a rule's name."""

import re
from importlib.resources import files

from adtrace.report.words import LAYERS, RULES, in_words

_DENYING = "policy", "parts", "planner", "writer"
_RULE = re.compile(r'Verdict\(\s*False, "((?:request|redirect|adtech|case)/\w+)"')
# A layer is the first part of a verdict's rule, or is given with the end itself.
_LAYER = re.compile(r'Verdict\(\s*False, "(\w+)/|Ending\("\w+", "(\w+)"|layer="(\w+)"')
_NEVER_ASKED = {"redirect", "adtech", "case"}  # their rules deny alone


def _sources(names: tuple[str, ...] = ()) -> str:
    folder = files("adtrace.fetch")
    return "".join(
        one.read_text()
        for one in folder.iterdir()
        if one.name.endswith(".py") and (not names or one.name.removesuffix(".py") in names)
    )


def test_every_rule_by_which_nothing_is_asked_has_words() -> None:
    """And words are of no rule that there is not: who reads why an address was left alone reads no code."""
    denied = set(_RULE.findall(_sources(_DENYING)))
    assert denied == RULES.keys()
    assert len(denied) > 10


def test_every_layer_at_which_an_answer_ends_has_words() -> None:
    """Of those that are asked for: refused, failed or interrupted."""
    layers = {next(filter(None, found)) for found in _LAYER.findall(_sources())}
    assert layers - _NEVER_ASKED == LAYERS.keys()


def test_words_stand_before_the_rule_they_are_of() -> None:
    """Also behind an outcome; what is no rule stays as it is."""
    for rule, words in (RULES | LAYERS).items():
        assert in_words(f"redirect denied: {rule}") == f"redirect denied: {words} ({rule})"
        assert in_words(rule) == f"{words} ({rule})"
    assert in_words("not asked") == "not asked"

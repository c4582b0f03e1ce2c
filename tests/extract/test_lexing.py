"""lexing.py: which strings and comments code holds, in one leap over what does not matter."""

import re

import pytest

from adtrace.extract.lexing import COMMENTS, STRINGS


def found(pattern: re.Pattern[str], code: str) -> list[str]:
    """The wanted lexemes of the code."""
    return [m[1] for m in pattern.finditer(code) if m[1]]


def test_strings_with_a_space_or_an_escape_are_found_and_no_others() -> None:
    """Strings in comments and regular expressions are none."""
    code = """var a = 'plain', b = "two words", c = `x\ny z`; // 'not a string'
    /* "nor this" */ d=/'"x y"/g; e = "es\\"caped"; f = 'ab"c d"e';"""
    assert found(STRINGS, code) == ['"two words"', "`x\ny z`", '"es\\"caped"', "'ab\"c d\"e'"]


def test_comments_are_found_where_no_string_or_expression_holds_them() -> None:
    """An address in a string opens none, an open comment runs to the end."""
    code = """go("http://a.example/*"); x=/[/*]/; // line
    y = 'it\\'s // not'; /* block */ z = 1; /* open"""
    assert found(COMMENTS, code) == ["// line", "/* block */", "/* open"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", ["(/[", '\\"', "'\\'", "`\\`", "/*/", "(/a", "\\", '"', "//"])
def test_what_never_closes_costs_no_more_than_its_length(unit: str) -> None:
    """Some 100,000 characters: were each start searched to the end, this would take many minutes."""
    code = unit * (120_000 // len(unit))
    for pattern in (STRINGS, COMMENTS):
        assert sum(len(m[0]) for m in pattern.finditer(code)) == len(code)

"""linear.py: the same answers as RE2's public face gives, on bytes."""

import re2
from hypothesis import given
from hypothesis import strategies as st

from adtrace.linear import Linear, join_lines, matches_in_parts

PATTERNS = (r"a+b", r"(?P<key>[a-c]+)=(?P<value>[0-9]*)?", r"(?m:^b|c$)", r"x*", r"(a)|(?P<other>b)")
TEXTS = st.text("abcx=01\n", max_size=30).map(str.encode)


@given(st.sampled_from(PATTERNS), TEXTS, st.integers(0, 10))
def test_matches_are_those_of_the_public_engine(pattern: str, data: bytes, start: int) -> None:
    """Spans and groups of every match are RE2's own; so is the step over an empty match."""
    known = list(re2.compile(pattern.encode()).finditer(data, min(start, len(data))))
    linear = Linear(pattern)
    found = list(linear.finditer(data, min(start, len(data))))
    assert [m.span() for m in found] == [m.span() for m in known]
    assert list(linear.spans(data, min(start, len(data)))) == [m.span() for m in known]
    assert [m.groups() for m in found] == [
        {k.decode(): v.decode() if v is not None else None for k, v in m.groupdict().items()} for m in known
    ]
    assert linear.holds(data) == bool(re2.search(pattern.encode(), data))
    assert linear.fullmatch(data) == bool(re2.fullmatch(pattern.encode(), data))


def test_a_group_that_took_no_part_is_none() -> None:
    """A number or a name; the text is the group's alone."""
    match = Linear(r"(a)|(?P<other>b)").search(b"cab")
    assert match is not None
    assert (match.text, match[1], match["other"], match.span("other")) == ("a", "a", None, (-1, -1))


def test_lines_are_searched_at_once_and_each_alone() -> None:
    """A match that runs over a line's end is asked of each line: what stands in none of them alone is none."""
    joined, parts = join_lines(["a=1", "b=\u00e9", "", "a=2"])
    assert [joined[start:end].decode() for start, end in parts] == ["a=1", "b=\u00e9", "", "a=2"]
    for pattern in (r"(?m:^a=(\d)$)", r"a=([^b]+)"):
        found = [(number, match[1]) for number, match in matches_in_parts(Linear(pattern), joined, parts)]
        assert found == [(0, "1"), (3, "2")]
    assert list(matches_in_parts(Linear(r"1\nb"), joined, parts)) == []

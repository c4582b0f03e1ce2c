"""The stored form: no live link, nothing SQLite cannot hold, and always the way back."""

import re
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.case.canonical import canonical, read_json, storable
from adtrace.case.stored_text import original_text, stored_text
from adtrace.errors import CaseError

# Every character, lone surrogates and NUL among them, and the pieces that the form itself is made of.
TEXTS = st.lists(
    st.one_of(
        st.text(st.characters(), max_size=5),
        st.sampled_from(
            [
                "://",
                "[:]//",
                "[[:]]//",
                "\x1a",
                "\x1a0041",
                "\0",
                "\ud800",
                "\udfff",
                "[",
                "]",
                ":",
                "//",
                "\\u001a",
            ]
        ),
    ),
    max_size=8,
).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=6,
)


def asked(question: str, value: str) -> object:
    """What SQLite answers to a question about one value."""
    with closing(sqlite3.connect(":memory:")) as database:
        return database.execute(question, (value,)).fetchone()[0]


@given(TEXTS)
def test_every_text_comes_back(text: str) -> None:
    """stored_text loses nothing, whatever a page holds."""
    assert original_text(stored_text(text)) == text


@given(TEXTS, TEXTS)
def test_two_texts_are_never_stored_alike(one: str, other: str) -> None:
    """The stored form is one to one: what is equal in the case was equal on the page."""
    assert (stored_text(one) == stored_text(other)) == (one == other)


@given(TEXTS)
def test_no_stored_text_is_a_link(text: str) -> None:
    """No `scheme://` stays, so that no tool finds an address; and SQLite takes the text."""
    stored = stored_text(text)
    assert "://" not in stored
    assert asked("SELECT ?", stored) == stored


@pytest.mark.parametrize(
    "url", ["https://clip.example/a", "HTTP://CLIP.example", "  http://a.test", "ws://a.test/"]
)
def test_datasette_makes_no_link_of_a_stored_url(url: str) -> None:
    """Datasette links a value that is http:// or https:// and has no white space (datasette.utils.is_url)."""
    stored = stored_text(url).strip()
    assert not (re.match(r"(?i)https?://", stored) and not re.search(r"\s", stored))


@given(JSON)
def test_every_payload_comes_back_from_its_column(value: object) -> None:
    """canonical(storable(x)), read as Case.rows reads every text, is x again for read_json."""
    column = canonical(storable(value)).decode("ascii")
    assert read_json(original_text(column)) == value


@given(TEXTS)
def test_sql_reads_the_stored_form_out_of_a_payload(text: str) -> None:
    """json_extract, of which the views are made, neither fails on a text nor cuts it short."""
    column = canonical(storable({"text": text})).decode("ascii")
    assert asked("SELECT json_extract(?, '$.text')", column) == stored_text(text)


@given(JSON)
def test_canonical_json_is_ascii_and_has_one_form(value: object) -> None:
    """The same value gives the same bytes, in whatever order its keys were written."""
    text = canonical(storable(value))
    assert text.isascii()
    turned = dict(reversed(value.items())) if isinstance(value, dict) else value
    assert canonical(storable(turned)) == text


@pytest.mark.parametrize("value", [1.5, float("nan"), float("inf"), b"x", {1: "x"}, {"a": {2.0}}, object()])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    """Floats above all: two programs write one number in two ways."""
    with pytest.raises(CaseError, match="cannot be sealed"):
        storable({"value": [value]})


@pytest.mark.parametrize("piece", ["[", ":", "]", ":]", "[:", "[:]", "\x1a"])
def test_hostile_text_is_stored_in_linear_time(piece: str) -> None:
    """Half a megabyte of what the patterns look for would take hours if they went over it again and again."""
    text = piece * (500_000 // len(piece)) + "//"
    assert original_text(stored_text(text)) == text

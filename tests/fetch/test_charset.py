"""Bytes become text as a browser would read them, and never raise."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.fetch.charset import decode_text


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"\xef\xbb\xbfa", "text/html; charset=latin-1", ("utf-8", "a")),
        (b"<meta charset=windows-1251>\xe0", None, ("cp1251", "<meta charset=windows-1251>\u0430")),
        (
            b"<meta charset=windows-1251>\xe0",
            "text/html; charset=latin-1",
            ("cp1252", "<meta charset=windows-1251>\xe0"),
        ),
        (b"caf\xe9", "text/html", ("utf-8", "caf\ufffd")),
        (b"<p>ascii", "text/html; charset=utf-16", ("utf-8", "<p>ascii")),
        (b"+ADw-", "text/html; charset=utf-7", ("utf-8", "+ADw-")),
        (b"\\u003c", "text/html; charset=unicode_escape", ("utf-8", "\\u003c")),
        (b"a", "text/html; charset=no-such-thing", ("utf-8", "a")),
    ],
)
def test_mark_then_header_then_meta_then_utf8(body, content_type, expected):
    """In this order; a name browsers do not know, or one that would hide or make up markup, counts as not given."""
    assert decode_text(body, content_type) == expected


def test_scripts_have_no_meta_element():
    """Outside markup the words of a meta element mean nothing."""
    assert decode_text(b'"<meta charset=windows-1251>\xe0"', None, markup=False)[0] == "utf-8"


@given(st.binary(), st.text(max_size=40))
def test_no_bytes_raise(body, charset):
    """Whatever the bytes and whatever the header says."""
    encoding, text = decode_text(body, f"text/html; charset={charset}")
    assert codecs.lookup(encoding)
    assert text.encode("utf-8").decode("utf-8") == text

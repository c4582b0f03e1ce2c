"""Documents in UTF-16 and UTF-32 are read as the UTF-8 they would be."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.extract.wide import Narrow, wide_encoding

ENCODINGS = ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


@given(st.text(), st.sampled_from(ENCODINGS), st.integers(1, 9))
def test_however_it_is_read_it_is_the_text(text: str, encoding: str, size: int) -> None:
    """Pieces end anywhere in a character; none is longer than was asked for, but for one character."""
    narrow = Narrow(BytesIO(("{ab" + text).encode(encoding)))
    pieces = list(iter(lambda: narrow.read(size), b""))
    assert b"".join(pieces).decode() == "{ab" + text
    assert max(map(len, pieces)) <= max(size, 4)


@pytest.mark.parametrize("head", [b"", b"\xff", b"\x89PNG", b"\xef\xbb\xbf{", b"\0\0\0\0", b"ab\0\0"])
def test_what_is_no_wide_text(head: bytes) -> None:
    """Zero bytes elsewhere are no text's."""
    assert wide_encoding(head) is None

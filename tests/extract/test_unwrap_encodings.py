"""The encodings of click URLs are undone within bounds, and done again without loss."""

import base64
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.extract.unwrapping.encodings import (
    CODECS,
    MAX_DECODED_BYTES,
    redo,
    redo_percent,
    undo,
    undo_percent,
)
from adtrace.knowledge.wrapper import Encoding

URL = "https://shop.example/p?a=1&b=%2F"
# Proofpoint's escapes cannot tell their own marks from the text's; CJ's letters are found by an address alone.
ROUND_TRIP = [name for name in CODECS if not name.startswith(("proofpoint", "cj"))]


@pytest.mark.parametrize(
    ("steps", "written"),
    [
        (("base64",), base64.b64encode(URL.encode()).decode()),
        (("base64",), base64.urlsafe_b64encode(URL.encode()).decode().rstrip("=")),
        (
            ("base64dot", "gzip"),
            base64.b64encode(gzip.compress(URL.encode(), mtime=0))
            .decode()
            .replace("+", ".")
            .replace("/", "_"),
        ),
        (("base64", "zlib"), base64.b64encode(zlib.compress(URL.encode())).decode()),
        (("hex",), URL.encode().hex()),
        (("rot13",), "uggcf://fubc.rknzcyr/c?n=1&o=%2S"),
        (("reverse",), URL[::-1]),
        (("underscore",), "https_3A//shop.example/p_3Fa_3D1_26b_3D_252F"),
        (("proofpoint",), "https-3A__shop.example_p-3Fa-3D1-26b-3D-252F"),
    ],
)
def test_each_encoding_is_undone(steps: tuple[Encoding, ...], written: str) -> None:
    """Every encoding a card may name leads back to the URL; Proofpoint's and Xiuno's to its percent-encoded form."""
    assert undo(written, steps) in (URL, "https%3A//shop.example/p%3Fa%3D1%26b%3D%252F")


@pytest.mark.parametrize(
    "written",
    [
        "xvsm=iuuqt%4B%3G%3Gtipq.fybnqmf<H<",
        "TROI=EQQMP%ah%Zm%ZmPELM.BU7JMIB<n<",
        redo("wurl=https%3A%2F%2Fshop.example<G<", ("cj",)),
    ],
)
def test_moved_letters_are_found_by_the_address_they_hold(written: str) -> None:
    """However many places on, and whatever was moved once more; a record without an address is none."""
    assert undo(written, ("cj",)) == "wurl=https%3A%2F%2Fshop.example<G<"
    assert undo(written.replace("=", ""), ("cj",)) is None


@given(st.text(), st.lists(st.sampled_from(ROUND_TRIP), max_size=3))
def test_what_is_done_is_undone(text: str, inner: list[Encoding]) -> None:
    """Any text survives any chain of encodings that ends as text, so a redacted record can be read again."""
    steps: tuple[Encoding, ...] = ("base64", *inner)
    assert undo(redo(text, steps), steps) == text


@given(st.text())
def test_percent_encoding_survives(text: str) -> None:
    """Percent-encoding everything and undoing it changes nothing."""
    assert undo_percent(redo_percent(text, 1)) == text


@given(st.text(), st.sampled_from(list(CODECS)))
def test_garbage_is_none_or_text(text: str, step: Encoding) -> None:
    """What is not so encoded gives None, never an error."""
    assert isinstance(undo(text, (step,)), str | None)


def test_inflating_past_the_bound_is_refused() -> None:
    """A kilobyte that would grow to megabytes is not a click URL."""
    bomb = base64.b64encode(gzip.compress(b"a" * (MAX_DECODED_BYTES + 1))).decode()
    assert undo(bomb, ("base64", "gzip")) is None


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("https://a.test/*b__;Iw", "https://a.test/#b"),
        ("https://a.test/**Db__;IyMjIyM", "https://a.test/#####b"),
        ("https://a.test/*b*__;w6Pigqw", "https://a.test/ãb€"),
        ("https://a.test/b__;", "https://a.test/b"),
        ("https://a.test/*b*__;Iw", None),
        ("https://a.test/**Eb__;Iw", None),
        ("https://a.test/*b__;I", None),
    ],
)
def test_signs_kept_apart_are_put_back(written: str, text: str | None) -> None:
    """Proofpoint's third version lists what it took out of the URL; a list too short is no such URL."""
    assert undo(written, ("proofpoint3",)) == text


def test_bytes_that_are_no_text_stay_percent_encoded() -> None:
    """Nothing is lost and nothing invented: %FF stays %FF."""
    assert undo_percent("a%FFb%C3%A9") == "a%FFbé"

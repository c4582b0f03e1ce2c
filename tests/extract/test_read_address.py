"""unwrapping/address.py: the quick look at an address and the parser of the URL standard agree."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adtrace.extract.unwrapping import address
from adtrace.extract.unwrapping.address import read_address


@given(st.from_regex(r"\Ahttps?://[a-z0-9_.-]{1,30}[/?#:]?[ -~]{0,20}\Z"))
@example("https://a.example/\\b")
@example("https://xn--a.example/")
@example("https://a.xn--a/")
@example("https://1.2.3.example?a b ")
def test_what_is_taken_at_a_look_is_what_the_standard_says(url: str) -> None:
    """Host, and where the path begins, of addresses that need no parser and of those that do."""
    quick = read_address(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(address, "_PLAIN", re.compile(r"(?!)"))
        assert read_address(url) == quick


def test_what_is_longer_than_a_host_is_none() -> None:
    """RFC 1035: 253 characters; each label of more would be looked up with all behind it."""
    label = "a" * 61 + "."
    longest = label * 4 + "ab.co"
    assert len(longest) == 253
    assert read_address(f"https://{longest}/") is not None
    assert read_address(f"https://b{longest}/") is None
    assert read_address(f"https://b{longest}/\u00e9") is None

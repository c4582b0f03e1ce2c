"""hints.py: nothing a detector of rare things looks for goes by unseen."""

import pytest

from adtrace.extract.bait import _BLOCKER
from adtrace.extract.hints import find_hints
from adtrace.extract.supply_chain import _ENCODED_HINT, _HINT


@pytest.mark.parametrize("space", ["", " ", "\n", "\t", "\x0b", "\x1c"])
@pytest.mark.parametrize("name", ['"asi"', "'asi'", "asi"])
def test_a_supply_chain_is_hinted_at_however_it_is_spaced(name: str, space: str) -> None:
    """Python counts more as white space than RE2 does."""
    code = f'{{{name}{space}:{space}"exchange.example"'
    assert _HINT.search(code)
    assert find_hints(code.encode()) == {"system"}


@pytest.mark.parametrize(
    "code", ['asi\\"', "asi\\\\'", "asi\\u0022", "asi&quot;", "asi&#34;", "asi%22", "asi%252522"]
)
def test_an_encoded_chain_is_hinted_at(code: str) -> None:
    """In every encoding that the detector undoes."""
    assert _ENCODED_HINT.search(code)
    assert find_hints(code.encode()) == {"encoded_system"}


@pytest.mark.parametrize(
    "code",
    [
        "adblock",
        "adsBlock",
        "AD-BLOCK",
        "blockDetect",
        "blocking_detect",
        "isBlocked",
        "is_blocked",
        "blocked\x0b=!0",
    ],
)
def test_a_word_of_blockers_is_hinted_at(code: str) -> None:
    """In every form by which bait is told."""
    assert _BLOCKER.search(code)
    assert find_hints(code.encode()) == {"blocker"}


def test_words_alone_are_hints() -> None:
    """A text without them has none."""
    assert find_hints(b"a basic easing bidder") == {"bidder"}
    assert find_hints(b"schain bidder") == {"chain", "bidder"}
    assert find_hints(b"") == frozenset()

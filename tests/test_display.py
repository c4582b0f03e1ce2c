"""display(): what a page writes reaches a terminal, a log or a table as signs one sees."""

import unicodedata

from adtrace.names import display

# Of category Cf all the same: signs that stand before or under numbers and words of Arabic, Syriac, Kaithi, and
# what joins Egyptian ones.
_SEEN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
_KINDS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def test_nothing_that_controls_or_hides_is_left() -> None:
    """Each control, format character, half of a surrogate pair and separator of lines is written out."""
    unseen = [chr(code) for code in range(0x110000) if code not in _SEEN]
    left = [hex(ord(one)) for one in unseen if unicodedata.category(one) in _KINDS and display(one) == one]
    assert left == []


def test_what_is_seen_stays() -> None:
    """Letters of any script, and pictures."""
    assert display("añ\u0430\u5b57 ♥ \U0001f600") == "añ\u0430\u5b57 ♥ \U0001f600"

"""Dean Edwards' packer undone: `eval(function(p,a,c,k,e,d){…}('text', base, count, 'word|word'.split('|'), 0, {}))`."""

import re
from collections.abc import Sequence

MAX_UNPACKED = 1 << 19  # characters
_WORD = re.compile(r"\b\w+\b", re.ASCII)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def unpack(text: str, base: int, count: int, words: Sequence[str]) -> str | None:
    """The code the packer packed; None if the numbers cannot be the packer's or it becomes too long.

    Each word of the text that is a number in the base is replaced by the word of that number; where that is empty,
    or the number too high, the word stays as it is. Base 95, whose digits are not ASCII, is not undone.

    >>> unpack("0 1=2;", 62, 3, ["var", "zone", ""])
    'var zone=2;'
    """
    if not (2 <= base <= len(_DIGITS) and 0 <= count <= 100_000):
        return None
    names = {_number(i, base): words[i] for i in range(min(count, len(words))) if words[i]}
    parts: list[str] = []
    at = length = 0
    for match in _WORD.finditer(text):
        word = names.get(match[0])
        if word is None:
            continue
        parts += (text[at : match.start()], word)
        length += match.start() - at + len(word)
        at = match.end()
        if length > MAX_UNPACKED:
            return None
    return "".join((*parts, text[at:]))


def _number(value: int, base: int) -> str:
    """The number in the base, as the packer writes it."""
    digits = ""
    while True:
        value, digit = divmod(value, base)
        digits = _DIGITS[digit] + digits
        if not value:
            return digits

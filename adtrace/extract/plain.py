"""Text as it was before somebody put it into a string, an address or base64."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import unquote

# Of what is encoded more often than this, undoing it once for each layer would cost the square of its length.
MAX_PERCENT_LAYERS = 20
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([\s\S]))")
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " ", "v": " ", "0": " ", "\n": ""}
_TO_STANDARD = str.maketrans("-_", "+/")
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


def unescape(text: str) -> str:
    r"""The text of a string of JavaScript or JSON, as what stands between its quotes means it.

    A control that is no line break or tab becomes a space; half of a surrogate pair stays half of one.

    >>> unescape(r"a\/\x62\u0063\"")
    'a/bc"'
    """
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _CONTROLS.get(escape[3], escape[3])


def undo_percent(text: str, times: int) -> str:
    """The text with percent-encoding undone so many times, MAX_PERCENT_LAYERS at most.

    >>> undo_percent("%253Ca%25253E", 2)
    '<a%3E'
    """
    for _ in range(min(times, MAX_PERCENT_LAYERS)):
        text = unquote(text)
    return text


def from_base64(text: str) -> str:
    """The text that stands in base64 of either alphabet, whatever else stands in between; U+FFFD for what is no UTF-8.

    >>> from_base64("PGE-\\nPC9hPg")
    '<a></a>'
    """
    letters = _NO_BASE64.sub("", text.translate(_TO_STANDARD))
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]  # one letter more is no byte
    return base64.b64decode(whole + "=" * (-len(whole) % 4)).decode("utf-8", "replace")


def base64_signs(words: Iterable[str]) -> tuple[str, ...]:
    """How each word reads in base64, whichever of a group's three letters it begins at: one is in each that holds it.

    >>> base64_signs(["<VAST"])
    ('PFZBU1', 'xWQVNU', '8VkFTV')
    """
    return tuple(
        base64.b64encode(b"..."[:before] + word.encode())[
            -(-before * 4 // 3) : (before + len(word)) * 4 // 3
        ].decode()
        for word in words
        for before in range(3)
    )

"""The escapes of JavaScript's and JSON's strings, undone once."""

import re

ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([\s\S]))")
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " ", "v": " ", "0": " ", "\n": ""}


def unescape(text: str) -> str:
    r"""A string's text, as the characters between its quotes mean it; a surrogate stays half a pair.

    >>> unescape(r"a\/\x62\u0063\"")
    'a/bc"'
    """
    return ESCAPE.sub(character, text) if "\\" in text else text


def character(escape: re.Match[str]) -> str:
    """What one escape stands for: a space for a control that is no line break or tab, nothing for a line's end."""
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _CONTROLS.get(escape[3], escape[3])

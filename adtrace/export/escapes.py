"""Escapes of any language a page is written in, undone layer by layer, with where each character came from."""

import binascii
import html
import re
from collections.abc import Iterator
from functools import cache

import ada_url

# Deeper than any seen on pages, where percent-encoding comes up to three times; what needs more is withheld.
LAYERS = 5

_ESCAPE = re.compile(
    r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)|%u(?P<pu>[0-9A-Fa-f]{4})"
    r"|\\x(?P<x>[0-9A-Fa-f]{2})|\\u(?P<u>[0-9A-Fa-f]{4})|\\u\{(?P<b>[0-9A-Fa-f]{1,6})\}"
    r"|\\(?P<css6>00[0-9A-Fa-f]{4})[ ]?|\\(?P<o>[0-3][0-7]{2})"
    r"|\\(?P<css>[0-9A-Fa-f]{2,6}[ ]?)|=(?P<qp>[0-9A-F]{2})"
    r"|&#(?P<d>\d{1,7});?|&#[xX](?P<h>[0-9A-Fa-f]{1,6});?|&(?P<name>period|colon|sol|hyphen|dash|amp);"
    r"|(?P<dot>\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|(?<!\s)\s++(?:\[?dot\]?)\s+|(?<=\w)\s++\.\s++(?=\w))|(?P<slash>\\/)"
    # What a browser leaves out of an address, tabs and line ends among it (WHATWG URL, basic parser), or out of a name:
    # what is ignored by default (DerivedCoreProperties.txt of Unicode 16.0).
    "|(?P<mute>[\\x00-\\x0a\\x0d\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff])"
    # Signs that a browser reads as letters within a name: circled, squared, outlined ones, units (UTS #46).
    "|(?P<sign>[\u20a8\u2116-\u213b\u24b6-\u24e9\u3250\u32cc-\u32cf\u3371-\u33ff\ua7f1\ufe33-\ufe34\ufe4d-\ufe4f"
    "\ufe63\uff3f\U0001ccd6-\U0001ccf9\U0001f12a-\U0001f190])"
)
_NUMBERS = {"d": 10, "o": 8}
_FIXED = {"dot": ".", "slash": "/", "mute": ""}
# Where each character of a layer stands in the text as given; None: where it stands in the layer.
Places = list[tuple[int, int]] | None


def layers(text: str) -> Iterator[tuple[str, Places]]:
    """The text, then with one more layer of escapes undone each time, and where its characters came from."""
    places: Places = None
    for _ in range(LAYERS):
        yield text, places
        undone: list[str] = []
        origins: list[tuple[int, int]] = []
        last = 0
        for match in _ESCAPE.finditer(text):
            undone.append(text[last : match.start()])
            origins += (origin(places, i, i + 1) for i in range(last, match.start()))
            undone.append(_unescaped(match))
            origins += [origin(places, match.start(), match.end())] * len(undone[-1])
            last = match.end()
        if not last:
            return
        undone.append(text[last:])
        origins += (origin(places, i, i + 1) for i in range(last, len(text)))
        text, places = "".join(undone), origins


def origin(places: Places, start: int, end: int) -> tuple[int, int]:
    """Where the characters start to end of a layer stand in the text as given."""
    return (start, end) if places is None else (places[start][0], places[end - 1][1])


def _unescaped(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    written = match[kind]
    if kind in _FIXED:
        return _FIXED[kind]
    if kind == "sign":
        return _in_a_name(written)
    if kind == "percent":
        raw = binascii.unhexlify(written.replace("%", ""))
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("latin-1")
    if kind == "name":
        return "-" if written in ("hyphen", "dash") else html.unescape(match[0])
    number = int(written, _NUMBERS.get(kind, 16))
    return chr(number) if number < 0x110000 else ""


@cache
def _in_a_name(sign: str) -> str:
    """What a browser reads this as within a host's name; itself where it may not stand in one."""
    try:
        return ada_url.URL(f"https://a{sign}a.test/").hostname[1 : -len("a.test")]
    except ValueError:
        return sign

"""Encodings found in click URLs, undone within bounds, and done again where a record had to be changed."""

import base64
import binascii
import codecs
import re
import string
import zlib
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from adtrace.knowledge.wrapper import Encoding

# A click URL is a few kilobytes; what grows past this is no click URL but a decompression bomb.
MAX_DECODED_BYTES = 65_536
# An address in an address is covered once a wrapper, and each wrapper is undone by itself: more is no click URL seen.
MAX_PERCENT_LAYERS = 4

# Bytes that are no UTF-8 stay as they are written in a URL: %XX.
codecs.register_error(
    "adtrace_percent",
    lambda error: (
        ("".join(f"%{byte:02X}" for byte in error.object[error.start : error.end]), error.end)
        if isinstance(error, UnicodeDecodeError)
        else ("", 0)
    ),
)


class Codec(NamedTuple):
    """Both directions, over bytes; decode raises ValueError (or zlib.error) on what is not that encoding."""

    decode: Callable[[bytes], bytes]
    encode: Callable[[bytes], bytes]


def _from_base64(data: bytes) -> bytes:
    data = data.translate(_TO_STANDARD).rstrip(b"=")
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4), strict_mode=True)


def _from_dotted(data: bytes) -> bytes:
    return _from_base64(data.replace(b".", b"+"))


def _to_dotted(data: bytes) -> bytes:
    return base64.b64encode(data).replace(b"+", b".").replace(b"/", b"_")


def _inflate(data: bytes, window: int) -> bytes:
    machine = zlib.decompressobj(window)
    text = machine.decompress(data, MAX_DECODED_BYTES)
    if machine.unconsumed_tail:
        raise ValueError("more than a click URL holds")
    return text


def _rot13(data: bytes) -> bytes:
    return codecs.encode(data.decode("latin-1"), "rot13").encode("latin-1")


def _from_marks(data: bytes) -> bytes:
    """Proofpoint URL Defense version 3, text__;signs: each * is the next sign, **A the next two bytes, **B three."""
    text, mark, listed = data.rpartition(b"__;")
    signs = _from_base64(listed)
    pieces, at, taken = [], 0, 0
    for found in _MARK.finditer(text):
        size = _LENGTHS.index(found[1]) + 2 if found[1] else _sign_size(signs[taken:])
        if not mark or not size or taken + size > len(signs):
            raise ValueError("fewer signs than marks")
        pieces += [text[at : found.start()], signs[taken : taken + size]]
        at, taken = found.end(), taken + size
    return b"".join([*pieces, text[at:]])


def _from_moved(data: bytes) -> bytes:
    """CJ: letters and digits are all the same number of places further on; found by what a record must hold."""
    for places in range(1, len(_MOVED)):
        plain = data.translate(bytes.maketrans(_MOVED[places:] + _MOVED[:places], _MOVED))
        if b"url=http" in plain:
            return plain
    raise ValueError("no address however far it is moved")


def _sign_size(signs: bytes) -> int:
    """How many bytes the first sign has in UTF-8; 0 of none."""
    return next((n for n in range(1, 5) if signs and (signs[n : n + 1] or b"a")[0] & 0xC0 != 0x80), 0)


_MARK = re.compile(rb"\*(?:\*([A-Za-z0-9_-]))?")
_MOVED = (string.ascii_lowercase + string.digits + string.ascii_uppercase).encode()
_LENGTHS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_SWAPPED = bytes.maketrans(b"_%", b"%_")
_TO_STANDARD = bytes.maketrans(b"-_ ", b"+/+")
CODECS: dict[Encoding, Codec] = {
    "base64": Codec(_from_base64, base64.b64encode),
    # ExoClick and EXADS write + as . and / as _ (seen in public click URLs, 2026-11-22).
    "base64dot": Codec(_from_dotted, _to_dotted),
    # By zlib, for gzip.compress() writes another header in each Python, and an address is to be the same in all.
    "gzip": Codec(lambda data: _inflate(data, 31), lambda data: zlib.compress(data, 9, 31)),
    "zlib": Codec(lambda data: _inflate(data, 15), zlib.compress),
    "hex": Codec(binascii.unhexlify, binascii.hexlify),
    "rot13": Codec(_rot13, _rot13),
    "reverse": Codec(lambda data: data[::-1], lambda data: data[::-1]),
    # Xiuno BBS writes % as _, and _ itself as %5f so written.
    "underscore": Codec(lambda data: data.translate(_SWAPPED), lambda data: data.translate(_SWAPPED)),
    # Proofpoint URL Defense version 2: % written as -, / as _.
    "proofpoint": Codec(
        lambda data: data.translate(bytes.maketrans(b"-_", b"%/")),
        lambda data: data.translate(bytes.maketrans(b"%/", b"-_")),
    ),
    "proofpoint3": Codec(_from_marks, lambda data: data + b"__;"),
    "cj": Codec(_from_moved, lambda data: data.translate(bytes.maketrans(_MOVED, _MOVED[1:] + _MOVED[:1]))),
}


def undo(text: str, steps: tuple[Encoding, ...]) -> str | None:
    """The text with the encodings undone in order; None if not so encoded, or more than the bound."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        for step in steps:
            data = CODECS[step].decode(data)
    except (ValueError, zlib.error):
        return None
    return data.decode("utf-8", "adtrace_percent")


def redo(text: str, steps: tuple[Encoding, ...]) -> str:
    """The text encoded again: undo(redo(text, steps), steps) == text."""
    data = text.encode("utf-8", "surrogatepass")
    for step in reversed(steps):
        data = CODECS[step].encode(data)
    return data.decode("utf-8", "adtrace_percent")


def undo_percent(text: str) -> str:
    """One layer of percent-encoding undone; + stays +, and bytes that are no UTF-8 stay percent-encoded.

    >>> undo_percent("https%3A%2F%2Fa.example%2F%25 %ff+")
    'https://a.example/% %FF+'
    """
    if "%" not in text:
        return text
    return unquote_to_bytes(text).decode("utf-8", "adtrace_percent")


def redo_percent(text: str, layers: int) -> str:
    """The text percent-encoded so many times, everything but letters, digits and -._~."""
    for _ in range(layers):
        text = quote(text, safe="")
    return text

"""Codes that bytes are written in, and how they are read: base64, base32, numbers, and what was packed in them."""

import base64
import binascii
import contextlib
import re
import zlib
from collections.abc import Callable, Iterator

_MAX_INFLATED = 1 << 16


def alignments(run: str, number: int, *, also_turned: bool = False) -> Iterator[str]:
    """The run from each alignment a code may begin at, and from its end."""
    for offset in range(number):
        yield run[offset:]
        if also_turned:
            yield run[::-1][offset:]


def from_base64(text: str) -> bytes:
    """What a run of base64 says; a character too many at its end is left out."""
    whole = text[:-1] if len(text) % 4 == 1 else text
    return binascii.a2b_base64(whole + "=" * (-len(whole) % 4))


def from_base32(text: str) -> bytes:
    """What a run of base32 says, in either case; characters too many at its end are left out."""
    whole = text[: len(text) - len(text) % 8].upper()
    rest = text[len(whole) :].upper() if len(text) % 8 in (2, 4, 5, 7) else ""
    return base64.b32decode(whole + rest + "=" * (-len(whole + rest) % 8))


def number_patterns(shortest: int) -> list[tuple[re.Pattern[str], Callable[[str], bytes]]]:
    """How numbers for at least so many characters may be written, and how they are read; plain hexadecimal first."""
    more = shortest - 1
    return [
        (re.compile(f"(?:[0-9A-Fa-f]{{2}}){{{shortest},}}"), binascii.unhexlify),
        (
            re.compile(rf"(?:(?:0x)?[0-9A-Fa-f]{{2}}[\s:,;-]{{1,2}}){{{more},}}(?:0x)?[0-9A-Fa-f]{{2}}"),
            _hex_apart,
        ),
        (re.compile(rf"(?:\d{{2,3}}[\s,;]{{1,2}}){{{more},}}\d{{2,3}}"), _decimal),
    ]


def _hex_apart(text: str) -> bytes:
    return binascii.unhexlify("".join(re.findall("(?:0x)?([0-9A-Fa-f]{2})", text)))


def _decimal(text: str) -> bytes:
    return bytes(number for number in map(int, re.findall(r"\d+", text)) if number < 256)


def readings(data: bytes) -> Iterator[bytes]:
    """These bytes as they are, without the NULs of UTF-16, and inflated within bounds."""
    yield data.replace(b"\0", b"")
    if data[:2] == b"\x1f\x8b" or data[:1] == b"\x78":
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj(wbits=47).decompress(data, _MAX_INFLATED)

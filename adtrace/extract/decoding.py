"""The bytes that a run of letters, escapes or numbers stands for, by each way in which pages write bytes."""

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u\{?0{0,4}([0-9A-Fa-f]{2,4})\}?|([0-7]{1,3})|([\s\S]))"
    r"|&#(?:[xX]([0-9A-Fa-f]{1,6})|(\d{1,7}));?"
)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_NUMBER = re.compile(r"-?(?:0[xX]([0-9A-Fa-f]{1,2})\b|(\d{1,3})\b)")
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_HEX = re.compile(r"(?:0[xX])?((?:[0-9A-Fa-f]{2}){8,})[0-9A-Fa-f]?")

_B85 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
_Z85 = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
_BEGINNING = 120  # characters of base85 that are decoded: a medium is known by its first bytes
_TO_Z85 = bytes.maketrans(_B85, _Z85)
_TO_B85 = bytes.maketrans(_Z85, _B85)


def unescaped(run: str) -> str:
    """The run with its JavaScript escapes, character references and percent escapes taken back, each once."""
    if "%" in run:
        run = unquote_to_bytes(run).decode("latin-1")
    return _ESCAPE.sub(_character, run) if "\\" in run or "&#" in run else run


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[5]
    if code:
        return chr(int(code, 16) & 0x1FFFF)
    if escape[3]:
        return chr(int(escape[3], 8))
    if escape[6]:
        return chr(int(escape[6]) & 0x1FFFF)
    return _NAMED.get(escape[4], escape[4])


def from_letters(run: str) -> Iterator[bytes]:
    """What the run is without escapes, in hexadecimal and in base64, whichever letter it really begins at."""
    body = unescaped(run)
    if body != run:
        yield body.encode("latin-1", "replace")
    plain = body.replace("-", "+").replace("_", "/")
    if found := _HEX.fullmatch(plain.rstrip("=")):
        yield binascii.unhexlify(found[1])
    letters = _NO_BASE64.sub("", plain)
    for start in range(4):
        yield base64.b64decode(letters[start : start + (len(letters) - start) // 4 * 4])


def from_escapes(run: str) -> Iterator[bytes]:
    """What a run of escapes is; a character above 255 stands for no byte and is left out."""
    yield unescaped(run).encode("latin-1", "ignore")


def from_numbers(run: str) -> Iterator[bytes]:
    """What a list of numbers is; nothing if one of them is no byte."""
    values = [
        int(n[1], 16) if n[1] else int(n[2]) * (-1 if n[0][0] == "-" else 1) for n in _NUMBER.finditer(run)
    ]
    if all(-128 <= value < 256 for value in values):
        yield bytes(value % 256 for value in values)


def from_base85(run: str) -> Iterator[bytes]:
    """How the run begins in the three base85 alphabets (RFC 1924, ZeroMQ, Ascii85), wherever its string begins.

    One reading too many costs nothing: only a medium that is recognised in one counts.
    """
    data = run[:_BEGINNING].encode("latin-1", "replace")
    marks = (data.find(mark, 0, 64) for mark in (b'"', b"'", b"~"))
    for body in (data, *(data[at + 1 :] for at in marks if at >= 0)):
        for start in range(5):
            cut = body[start : start + max((len(body) - start) // 5 - 2, 0) * 5]
            for decode in (base64.b85decode, _from_z85, base64.a85decode, _from_string85):
                try:
                    yield decode(cut)
                except ValueError:
                    continue


def to_base85(raw: bytes) -> set[str]:
    """The bytes in the three alphabets, and as Ascii85 stands in a string of code."""
    plain = base64.b85encode(raw)
    ascii85 = base64.a85encode(raw).decode()
    in_code = ascii85.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'")
    return {plain.decode(), plain.translate(_TO_Z85).decode(), ascii85, in_code}


def _from_z85(data: bytes) -> bytes:
    return base64.b85decode(data.translate(_TO_B85, _NOT_Z85))


def _from_string85(data: bytes) -> bytes:
    return base64.a85decode(data.replace(b"\\\\", b"\\").replace(b'\\"', b'"').replace(b"\\'", b"'"))


_NOT_Z85 = bytes(set(range(256)) - set(_Z85))

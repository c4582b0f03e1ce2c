"""Embedded media is taken out of text before anything is kept (shared facts: door 2.4); linear time throughout."""

import base64
import binascii
import bz2
import re
import zlib
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

import re2

from adtrace.extract.sighting import Scrubbed

RUN = 512  # characters: shorter runs hold no picture worth the name, and ids and keys are shorter
_UNITS = 128  # escapes in a row (%NN, \xNN, &#N;, N,) that make a run
_LINES = 6  # wrapped lines of base64 that make a run
_JUDGED = 4096  # characters of a run that are decoded to judge it

_COLON = r"(?::|&colon;|&#58;|&#x3a;|%3a|\\x3a|\\u003a)"
_DATA_URI = re2.compile(
    rf"(?i)data{_COLON}\s*(?:image|video|audio|font"
    r"|application(?:\\?/|%2f)(?:octet-stream|x?-?font|font|vnd|pdf|zip))[^\"'`)\s<>]*"
)
_DATA_HINT = re2.compile(rf"(?i)data{_COLON}\s*(?:image|video|audio|font|application)".encode())
_MAGIC = (
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"GIF8",
    b"RIFF",
    b"OggS",
    b"ID3",
    b"fLaC",
    b"\x1aE\xdf\xa3",
    b"%PDF",
    b"wOF",
    b"\x00\x01\x00\x00",
    b"OTTO",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"\x00\x00\x01\x00",
    b"FLV",
    b"\xff\xfb",
    b"\xff\xf3",
    b"PK\x03\x04",
    b"\x00asm",
)


def _from_base64(run: str) -> bytes:
    body = re.sub(r"\\[nr]|[^A-Za-z0-9+/_-]", "", run).replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(body[: len(body) // 4 * 4])
    except (binascii.Error, ValueError):
        return b""


def _from_hex(run: str) -> bytes:
    return binascii.unhexlify(run[: len(run) // 2 * 2]) if re.fullmatch(r"[0-9A-Fa-f]+", run) else b""


def _from_units(run: str) -> bytes:
    hexed = re.findall(r"(?:\\x|\\u00|&#x)([0-9A-Fa-f]{2})", run)
    decimal = re.findall(r"&#(\d{1,4});", run)
    return bytes(int(h, 16) for h in hexed) or bytes(int(d) % 256 for d in decimal) or unquote_to_bytes(run)


def _from_numbers(run: str) -> bytes:
    return bytes(int(d) % 256 for d in re.findall(r"\d+", run))


class _Encoding(NamedTuple):
    pattern: Any  # one encoding each, so that RE2's automaton stays small
    hint: Callable[[bytes], bool]  # a table look-up a byte, so that clean text costs next to nothing
    decoders: tuple[Callable[[str], bytes], ...]


def _table(inside: bytes) -> bytes:
    return bytes(ord("a") if b in inside else ord(" ") for b in range(256))


_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_RUN_TABLE, _LINE_TABLE, _NUMBER_TABLE = (
    _table(_LETTERS + b"_-\\"),
    _table(_LETTERS),
    _table(b"0123456789, \n"),
)
_ENCODINGS = (
    _Encoding(
        re2.compile(rf"(?:[A-Za-z0-9+/]{{40,}}=*[\"'\s+,\\nr]{{1,12}}){{{_LINES},}}[A-Za-z0-9+/=]*"),
        lambda data: data.translate(_LINE_TABLE).count(b"a" * 40) >= _LINES,
        (_from_base64,),
    ),
    _Encoding(
        re2.compile(rf"[A-Za-z0-9+/_=\\-]{{{RUN},}}"),
        lambda data: b"a" * RUN in data.translate(_RUN_TABLE),
        (_from_base64, _from_hex, _from_units),
    ),
    _Encoding(
        re2.compile(
            rf"(?:%[0-9A-Fa-f]{{2}}){{{_UNITS},}}|(?:\\x[0-9A-Fa-f]{{2}}){{{_UNITS},}}"
            rf"|(?:\\u00[0-9A-Fa-f]{{2}}){{{_UNITS},}}|(?:&#x?[0-9A-Fa-f]{{1,4}};){{{_UNITS},}}"
        ),
        lambda data: any(data.count(mark) >= _UNITS for mark in (b"%", b"\\x", b"\\u", b"&#")),
        (_from_units,),
    ),
    _Encoding(
        re2.compile(rf"(?:\d{{1,3}},\s?){{{_UNITS},}}"),
        lambda data: b"a" * (2 * _UNITS) in data.translate(_NUMBER_TABLE),
        (_from_numbers,),
    ),
)


def scrub(text: str, place: str) -> tuple[str, list[Scrubbed]]:
    """The text without embedded media, each run replaced by `[[scrubbed kind length]]`, and what was taken.

    A long encoded run is decoded within bounds and kept only if it is text or a known compression of text:
    packed ad scripts and long ids survive. What cannot be recognised (split, encrypted, custom alphabets) stays.
    """
    data = text.encode("ascii", "replace")
    encodings = [encoding for encoding in _ENCODINGS if encoding.hint(data)]
    if not encodings and not _DATA_HINT.search(data):
        return text, []
    taken: list[Scrubbed] = []

    def cut(kind: str, run: str) -> str:
        taken.append(Scrubbed(kind, len(run), place))
        return f"[[scrubbed {kind} {len(run)}]]"

    text = _DATA_URI.sub(lambda m: cut("data-uri", m[0]), text)
    for encoding in encodings:
        text = encoding.pattern.sub(
            lambda m, decoders=encoding.decoders: m[0] if _is_text(m[0], decoders) else cut("encoded", m[0]),
            text,
        )
    return text, taken


def _is_text(run: str, decoders: Iterable[Callable[[str], bytes]]) -> bool:
    """Whether the run is a path or a word, or some decoding of its beginning is text and none is media."""
    found = run.isalpha() or run.count("/") > len(run) // 24 or run.count("-") > len(run) // 24
    for decode in decoders:
        raw = decode(run[:_JUDGED])
        if raw.startswith(_MAGIC) or raw[4:8] in (b"ftyp", b"styp", b"moov"):
            return False
        found = found or _reads(raw) or _reads(_inflate(raw))
    return found


def _reads(raw: bytes) -> bool:
    printable = sum(32 <= b < 127 or b in b"\t\n\r" for b in raw)
    return len(raw) >= 64 and printable >= 0.95 * len(raw)


def _inflate(raw: bytes) -> bytes:
    """The first 4 KiB that gzip, zlib or bzip2 make of it; empty if none does."""
    try:
        if raw.startswith((b"\x1f\x8b", b"\x78")):
            return zlib.decompressobj(47).decompress(raw, _JUDGED)
        if raw.startswith(b"BZh"):
            return bz2.BZ2Decompressor().decompress(raw, _JUDGED)
    except (zlib.error, OSError):
        return b""
    return b""

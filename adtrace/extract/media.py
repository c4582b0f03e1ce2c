"""Is this media? Asked of bytes that an encoded run in a text decodes to."""

import bz2
import lzma
import re
import zlib
from typing import Any

MAX_INFLATED = 1 << 20  # bytes that one compressed run may become; what is longer is not judged to be text

# At the beginning alone, and with what must follow where two or three bytes could be chance.
_BEGINS = re.compile(
    rb"\xff\xd8\xff|\x89PNG|GIF8[79]a|RIFF....(?:WEBP|WAVE|AVI )|OggS|ID3[\x02-\x04]|fLaC|\x1a\x45\xdf\xa3"
    rb"|....(?:ftyp|styp|moof|moov|sidx|mdat|jP  |JXL )|%PDF|wOF[F2]|\x00\x01\x00\x00\x00|OTTO\x00|true\x00"
    rb"|BM(?=.{0,9}\x00)|II[*+]\x00|MM\x00[*+]|\x00\x00[\x01\x02]\x00|FLV\x01|[FCZ]WS[\x01-\x30]|\xff[\xe2\xe3\xf1-\xf3\xf9-\xfb]"
    rb"|FORM....(?:AIF[FC]|8SVX)|#!AMR|MThd|8BPS|\xff\x0a|\x00asm|PK\x03\x04|\x0b\x77|G.{187}G|\x00\x00\x01[\xb3\xba]"
    rb"|\x30\x26\xb2\x75|Rar!|7z\xbc\xaf",
    re.DOTALL,
)
# Long enough to be no chance wherever they stand: a picture behind a few other bytes is one still.
_INSIDE = re.compile(
    rb"\xff\xd8\xff[\xc0-\xfe]|\x89PNG\r\n|GIF8[79]a|RIFF....(?:WEBP|WAVE|AVI )|OggS\x00|\x1a\x45\xdf\xa3"
    rb"|ftyp(?:isom|iso[2-9]|mp4|avi[fs]|mif1|msf1|hei[cx]|M4[AV]|qt  |3gp|dash|crx)|fLaC\x00|wOF[F2]\x00|%PDF-1",
    re.DOTALL,
)
# Media that is written in letters.
_LETTERS = re.compile(
    rb"(?>(?:(?s:<\?xml(?>.{0,200}?\?>))|(?s:<!--(?>.{0,500}?-->))|<!DOCTYPE[^<>\[]{0,300}+>|\s++)*)"
    rb"<(?:svg|mpd|smil|vast)[\s>]"
    rb"|#EXTM3U|P[1-6]\s+(?:#[^\n]*\n)?\d+\s+\d+\s|/\* XPM \*/|#define \w{1,60}_width |%!PS",
    re.IGNORECASE,
)
_BINARY = bytes((*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F))


def is_media(raw: bytes) -> bool:
    """Whether the bytes begin as a medium, in bytes or in letters, or hold the long mark of one."""
    return bool(_BEGINS.match(raw) or _LETTERS.match(raw) or _INSIDE.search(raw))


def text_of(raw: bytes) -> str | None:
    """The bytes as text, if they are text from beginning to end; None otherwise.

    Text is UTF-8, or nearly all printable ASCII, without one binary data byte (WHATWG mimesniff).
    """
    if len(raw) != len(raw.translate(None, _BINARY)):
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(raw) - 3:  # the run was cut within a character
            return raw[: error.start].decode("utf-8")
    printable = sum(32 <= byte < 127 or byte in b"\t\n\r" for byte in raw)
    return raw.decode("latin-1") if printable >= 0.95 * len(raw) else None


def inflated(raw: bytes) -> bytes | None:
    """What a known compression makes of the bytes, None if none does or it is longer than MAX_INFLATED."""
    try:
        if raw.startswith((b"\x1f\x8b", b"\x78")):
            whole: Any = zlib.decompressobj(47)
        elif raw.startswith(b"BZh"):
            whole = bz2.BZ2Decompressor()
        elif raw.startswith((b"\xfd7zXZ", b"\x5d\x00\x00")):
            whole = lzma.LZMADecompressor(memlimit=1 << 26)
        else:
            return None
        found = bytes(whole.decompress(raw, MAX_INFLATED + 1))
    except (zlib.error, lzma.LZMAError, OSError, EOFError):
        return None
    return found if len(found) <= MAX_INFLATED else None

"""Invented media in every encoding a page may hold it in, the places for it, and a decoder of its own to find it.

Nothing here is a picture: each kind is the first bytes of a format and noise. The decoder shares no code with the
scrubber: it takes every window of a text apart by itself.
"""

import base64
import binascii
import gzip
import html
import json
import random
import re
import zlib
from collections.abc import Callable, Iterator
from urllib.parse import quote

HEADS = {
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "gif": b"GIF89a\x01\x00\x01\x00\x80\x00",
    "webp": b"RIFF\x24\x10\x00\x00WEBPVP8 ",
    "avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00",
    "mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00",
    "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01",
    "ogg": b"OggS\x00\x02\x00\x00\x00\x00\x00\x00",
    "mp3": b"ID3\x03\x00\x00\x00\x00\x00\x21",
    "pdf": b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n",
    "woff2": b"wOF2\x00\x01\x00\x00\x00\x00\x20\x00",
    "ico": b"\x00\x00\x01\x00\x01\x00\x10\x10\x00\x00",
}


def media(kind: str, dice: random.Random, size: int = 1500) -> bytes:
    """The kind's first bytes, then noise or, as often, zeros."""
    return HEADS[kind] + (dice.randbytes(size) if dice.random() < 0.5 else bytes(size))


def _lines(text: str, width: int, glue: str) -> str:
    return glue.join(text[i : i + width] for i in range(0, len(text), width))


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


# Each gives text without a double quote or a line break of its own, so that it fits every place.
ENCODINGS: dict[str, Callable[[bytes], str]] = {
    "base64": _b64,
    "base64url": lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("="),
    "base64-json-slashes": lambda raw: _b64(raw).replace("/", "\\/"),
    "base64-percent": lambda raw: quote(_b64(raw), safe=""),
    "base64-unicode-plus": lambda raw: _b64(raw).replace("+", "\\u002B"),
    "base64-wrapped-76": lambda raw: _lines(_b64(raw), 76, "\\n"),
    "base64-wrapped-64-crlf": lambda raw: _lines(_b64(raw), 64, "\\r\\n"),
    "base64-concatenated": lambda raw: _lines(_b64(raw), 60, "' + '"),
    "base64-pieces-of-20": lambda raw: _lines(_b64(raw), 20, "',\n   '"),
    "base64-prefixed": lambda raw: "v1" + _b64(raw),
    "hex": lambda raw: raw.hex(),
    "hex-upper": lambda raw: raw.hex().upper(),
    "js-x": lambda raw: "".join(f"\\x{byte:02x}" for byte in raw),
    "js-u": lambda raw: "".join(f"\\u00{byte:02x}" for byte in raw),
    "js-mixed": lambda raw: repr(raw)[2:-1].replace('"', "\\x22").replace("'", "\\x27"),
    "js-octal": lambda raw: "".join(f"\\{byte:03o}" for byte in raw),
    "html-decimal": lambda raw: "".join(f"&#{byte};" for byte in raw),
    "html-hex": lambda raw: "".join(f"&#x{byte:x};" for byte in raw),
    "percent-all": lambda raw: "".join(f"%{byte:02X}" for byte in raw),
    "percent": quote,
    "decimals": lambda raw: ",".join(map(str, raw)),
    "decimals-signed": lambda raw: ", ".join(str(byte - 256 if byte > 127 else byte) for byte in raw),
    "hex-numbers": lambda raw: ",".join(f"0x{byte:02x}" for byte in raw),
    "gzip-base64": lambda raw: _b64(gzip.compress(raw, mtime=0)),
    "zlib-base64": lambda raw: _b64(zlib.compress(raw)),
    "base64-twice": lambda raw: _b64(_b64(raw).encode()),
    "base64-of-json": lambda raw: _b64(
        json.dumps({"thumb": _b64(raw), "kind": "preview of the film"}).encode()
    ),
    "base85": lambda raw: base64.b85encode(raw).decode(),
    "ascii85": lambda raw: (
        base64.a85encode(raw).decode().replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'")
    ),
    "ascii85-framed": lambda raw: (
        "<~" + base64.a85encode(raw).decode().replace("\\", "\\\\").replace('"', '\\"') + "~>"
    ),
    "data-uri": lambda raw: "data:image/jpeg;base64," + _b64(raw),
    "data-uri-entity": lambda raw: "data&colon;image/png;base64," + _b64(raw),
    "data-uri-number": lambda raw: "data&#58;video/mp4;base64," + _b64(raw),
    "data-uri-percent": lambda raw: "data%3Aimage%2Fgif%3Bbase64%2C" + quote(_b64(raw), safe=""),
    "data-uri-escaped": lambda raw: "data\\x3aimage\\/jpeg;base64," + _b64(raw).replace("/", "\\/"),
    "data-uri-bytes": lambda raw: "data:image/png," + quote(raw),
    "data-uri-untyped": lambda raw: "data:;base64," + _b64(raw),
    "data-uri-lying": lambda raw: "data:text/plain;charset=utf-8;base64," + _b64(raw),
}

# Where a page may hold it. {a}: escaped for an attribute, {j}: as it is, for code.
PLACES = {
    "img-src": '<img src="{a}">',
    "img-data-src": '<img data-src="{a}" class=lazy>',
    "frame-src": '<iframe src="{a}"></iframe>',
    "object-data": '<object data="{a}"></object>',
    "any-attribute": '<div data-p="{a}"></div>',
    "class": '<div class="{a}"></div>',
    "style-attribute": '<div style="background:url({a})"></div>',
    "style": "<style>.a{{background:url({j})}}</style>",
    "onclick": "<p onclick=\"show('{a}')\">x</p>",
    "meta": '<meta name="x-data" content="{a}">',
    "json": '<script type="application/json">{{"thumb": "{j}", "n": 1}}</script>',
    "json-ld": '<script type="application/ld+json">{{"@type": "VideoObject", "thumbnailUrl": "{j}"}}</script>',
    "js-string": '<script>var zone = 7; var p = "{j}"; load(zone);</script>',
    "js-single": "<script>var p = '{j}';</script>",
    "template-literal": "<script>var p = `{j}`;</script>",
    "js-array": "<script>var p = [{j}];</script>",
    "atob": '<script>show(atob("{j}"))</script>',
    "noscript": '<noscript><img src="{a}"></noscript>',
    "comment": '<!-- <img src="{a}"> -->',
    "srcdoc": "<iframe srcdoc=\"<img src='{a}'>\"></iframe>",
    "template": '<template><img src="{a}"></template>',
    "svg": '<svg><image href="{a}"/></svg>',
    "written": "<script>document.write('<img src=\"{j}\">')</script>",
}


def page(place: str, run: str) -> str:
    """A page with the run at this place."""
    return PLACES[place].format(
        a=html.escape(run).replace("&amp;#", "&#").replace("&amp;colon", "&colon"), j=run
    )


_LONG = re.compile(r"[^\s\"'<>()`]{24,}")


def find_media(text: str) -> str | None:
    """The kind of a medium that some reading of the text holds, None if none: slow, thorough, on its own.

    Readings: the text, its escapes and numbers taken back, every long run in hexadecimal, base64 and base85 from
    each letter it may begin at, joined over quotes and breaks, and what gzip makes of them; twice over.
    """
    for raw in _readings(text, 2):
        for kind, head in HEADS.items():
            if head[:8] in raw and len(raw) - raw.find(head[:8]) > 24:
                return kind
    return None


def _readings(text: str, depth: int) -> Iterator[bytes]:
    plain = _plain(text)
    for version in {text, plain, re.sub(r"[\s\"'+,;\\`\[\]()]|\\[nr]", "", plain)}:
        yield version.encode("latin-1", "replace")
        for run in _LONG.findall(version):
            for raw in _decoded(run):
                yield raw
                with_inflated = _inflated(raw)
                yield with_inflated
                inner = (with_inflated or raw).decode("latin-1")
                if depth and sum(32 <= ord(c) < 127 for c in inner) > 0.9 * len(inner):
                    yield from _readings(inner, depth - 1)
    for run in re.findall(r"[!-~]{24,}", text):
        for start in {0, run.find('"') + 1, run.find("'") + 1, run.find("`") + 1, run.find("~") + 1}:
            yield from _base85(run[start : start + 60])
    numbers = [
        int(n, 0) if "x" in n.lower() else int(n)
        for n in re.findall(r"-?\b(?:0x[0-9a-f]{1,2}|[0-9]{1,3})\b", text, re.I)
    ]
    yield bytes(number % 256 for number in numbers)


def _plain(text: str) -> str:
    text = re.sub(r"%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), text)
    text = re.sub(r"&#(\d+);?", lambda m: chr(int(m[1]) % 0x110000), text)
    text = re.sub(r"&#x([0-9a-f]+);?", lambda m: chr(int(m[1], 16) % 0x110000), text, flags=re.I)
    text = re.sub(r"\\(?:x|u00)([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), text)
    text = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8) % 256), text)
    return (
        text.replace("\\/", "/")
        .replace("\\n", "\n")
        .replace("\\r", "\r")
        .replace("\\t", "\t")
        .replace("\\\\", "\\")
    )


def _decoded(run: str) -> Iterator[bytes]:
    normal = run.replace("-", "+").replace("_", "/")
    for piece in re.findall(r"[A-Za-z0-9+/]{24,}", normal):
        for start in range(4):
            cut = piece[start:]
            yield base64.b64decode(cut[: len(cut) // 4 * 4])
    for piece in re.findall(r"(?:[0-9A-Fa-f]{2}){16,}", run):
        yield binascii.unhexlify(piece)
        yield binascii.unhexlify(piece[1:-1])


def _base85(run: str) -> Iterator[bytes]:
    run = run.replace("\\\\", "\\").replace('\\"', '"').replace("\\'", "'")
    for end in range(len(run) // 5 * 5, 19, -5):
        for decode in (base64.b85decode, base64.a85decode):
            try:
                yield decode(run[:end].encode("latin-1", "replace"))
            except ValueError:
                continue


def _inflated(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj(47).decompress(raw, 100_000) if raw[:1] in (b"\x1f", b"\x78") else b""
    except zlib.error:
        return b""

"""Media in disguise, as invented sites serve it on loopback; the shared facts (door 2.2) name each trick.

Nothing here is media: first bytes of formats, the trial's canary, and zeros.
"""

import base64
import gzip
from typing import NamedTuple

from adtrace.demo.answers import Answer, Site

_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
_HTML = b"<!doctype html><title>x</title><p>" + b"some text " * 60
_PAGE = "text/html; charset=utf-8"
# The first bytes of formats.
_HEADS = {
    "jpeg": _JPEG,
    "png": b"\x89PNG\r\n\x1a\n",
    "gif": b"GIF89a\x01\x00\x01\x00",
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00",
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
    "mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00",
    "fragment": b"\x00\x00\x00\x18styp\x6d\x73\x64\x68",
    "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01",
    "ogg": b"OggS\x00\x02\x00\x00",
    "mp3": b"ID3\x03\x00\x00\x00\x00",
    "flac": b"fLaC\x00\x00\x00\x22",
    "wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "avi": b"RIFF\x24\x00\x00\x00AVI LIST",
    "flv": b"FLV\x01\x05\x00\x00\x00\x09",
    "mpeg-ts": b"G\x40\x00\x10" + bytes(184) + b"G",
    "bmp": b"BM\x36\x00\x00\x00\x00\x00",
    "tiff": b"II*\x00\x08\x00\x00\x00",
    "ico": b"\x00\x00\x01\x00\x01\x00",
    "jxl": b"\xff\x0a\xfa\x00",
    "pdf": b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n",
    "zip": b"PK\x03\x04\x14\x00",
    "gzip": gzip.compress(_JPEG, mtime=0)[:12],
    "woff2": b"wOF2\x00\x01\x00\x00",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'>",
    "hls": b"#EXTM3U\n#EXT-X-VERSION:3\n",
    "dash": b"<?xml version='1.0'?><MPD>",
    "mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
    "byte-order-mark": b"\xef\xbb\xbf  " + _JPEG,
    "utf-16": b"\xff\xfe<\x00h\x00t\x00m\x00l\x00",
}


class Disguise(NamedTuple):
    """What a site answers, and the layers of the door of which one must refuse it."""

    name: str
    answer: Answer
    layers: tuple[str, ...]


def _typed(
    name: str, content_type: str | None, body: bytes, *headers: tuple[str, str], status: int = 200
) -> Disguise:
    answer = Answer(body=body, content_type=content_type, headers=headers, status=status)
    # A length beside a transfer coding is no HTTP/1.1, and is the protocol's to refuse.
    is_mixed = any(header == "Transfer-Encoding" for header, _ in headers)
    return Disguise(name, answer, ("headers", "protocol") if is_mixed else ("headers",))


def _as_page(name: str, body: bytes) -> Disguise:
    return Disguise(name, Answer(body=body, content_type=_PAGE), ("body",))


def _written(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def disguises(canary: bytes) -> list[Disguise]:
    """Every trick, each body with the canary in it."""
    jpeg = _JPEG + canary + bytes(2000)
    return [
        *(_as_page(f"{kind} as a page", head + canary + bytes(2000)) for kind, head in _HEADS.items()),
        _as_page("jpeg behind a page", _HTML + b" " * 3000 + jpeg),
        Disguise(
            "media without end", Answer(body=jpeg, content_type=_PAGE, manner="endless_body"), ("body",)
        ),
        *_told_by_headers(jpeg),
    ]


def _told_by_headers(jpeg: bytes) -> list[Disguise]:
    """What says itself that it is no text, or cannot be told to be one."""
    return [
        _typed("image type", "image/jpeg", jpeg),
        _typed("no type", None, jpeg),
        _typed("empty type", "", jpeg),
        _typed("two types in one", "text/html, image/jpeg", jpeg),
        _typed("binary type", "application/octet-stream", jpeg),
        _typed("type with stray bytes", "text/html\u00ff\u00fe", jpeg),
        _typed("video stream", "multipart/x-mixed-replace; boundary=x", jpeg),
        _typed("second type", "text/html", jpeg, ("Content-Type", "image/jpeg")),
        _typed("gzip coding", "text/html", gzip.compress(jpeg, mtime=0), ("Content-Encoding", "gzip")),
        _typed("chained codings", "text/html", gzip.compress(jpeg, mtime=0), ("Content-Encoding", "gzip, gzip")),
        _typed("unknown coding", "text/html", jpeg, ("Content-Encoding", "\u00ff")),
        _typed("part of a file", "text/html", jpeg, ("Content-Range", "bytes 0-1999/4000"), status=206),
        _typed("attachment", "text/html", jpeg, ("Content-Disposition", 'attachment; filename="../../x.jpg"')),
        _typed("picture in a redirect", None, jpeg, ("Location", f"/?{_written(jpeg[:300])}"), status=302),
        _typed("error page of media", "image/png", jpeg, status=404),
        _typed("length and coding", "text/html", jpeg, ("Transfer-Encoding", "chunked")),
        _typed("unknown transfer coding", "text/html", jpeg, ("Transfer-Encoding", "gzip, chunked")),
    ]  # fmt: skip


def sites(found: list[Disguise], honest: bytes, canary: bytes) -> list[Site]:
    """A site for each disguise, trick-0.example and so on, and honest.example with a page that is one.

    Of the honest page's headers, one that is kept holds a picture.
    """
    tricks = [Site(host=f"trick-{n}.example", answers={"/": one.answer}) for n, one in enumerate(found)]
    page = Answer(
        body=honest, content_type=_PAGE, headers=(("Server", _written(_JPEG + canary + bytes(300))),)
    )
    return [*tricks, Site(host="honest.example", answers={"/": page})]

"""What a server says to pass media for a page, by the ids of our threat table (door_rows.py), and how it sends it.

Headers and beginnings only, made here: nothing of these is a picture, a sound or a film.
"""

import bz2
import gzip
import lzma
import select
from collections.abc import Iterator
from typing import NamedTuple

from tests.fetch.hostile_server import Behaviour, Conversation

PAGE = b"<!doctype html><title>x</title><p>" + b"text " * 400
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(3000)
HTML = "text/html; charset=utf-8"
_BR_BOMB = (
    b"\xcf\xff\xff\x7f\xf8" + b"\x27\x00\xe2\xb1\x40\x20\xf7\xfe" * 55
)  # as long as the measured one: 455 bytes

# Media that needs no disguise to be told: name, first bytes.
CONTAINERS = {
    **{
        f"MP1 {brand}": b"\x00\x00\x00\x20ftyp" + brand.encode() + b"\x00\x00\x02\x00"
        for brand in ("isom", "mp42", "avif", "heic", "3gp5", "M4V ", "qt  ")
    },
    **{
        f"MP1 {box}": b"\x00\x00\x00\x18" + box.encode() + bytes(8)
        for box in ("styp", "moof", "moov", "sidx", "mdat")
    },
    "MP1 printable size": b"    ftypisom" + b" " * 40,
    "SG1 ico": b"\x00\x00\x01\x00\x01\x00",
    "SG1 cur": b"\x00\x00\x02\x00\x01\x00",
    "SG1 bmp": b"BM\x36\x00\x0c\x00\x00\x00\x00\x00",
    "SG1 tiff II": b"II*\x00\x08\x00",
    "SG1 tiff MM": b"MM\x00*\x00\x00",
    "SG1 jxl": b"\xff\x0a\xfa\x1f",
    "SG1 jxl box": b"\x00\x00\x00\x0cJXL \r\n\x87\n",
    "SG1 jp2": b"\x00\x00\x00\x0cjP  \r\n\x87\n",
    "SG1 psd": b"8BPS\x00\x01",
    "SG1 png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "SG1 gif": b"GIF89a\x01\x00",
    "SG1 webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "SG1 webm": b"\x1aE\xdf\xa3\x01\x00",
    "SG1 mpeg-ts": b"G@\x00\x10\x00" + b"\xff" * 183 + b"G",
    "SG1 flv": b"FLV\x01\x05\x00",
    "SG1 avi": b"RIFF\x00\x00\x00\x00AVI LIST",
    "SG1 asf": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    "SG1 mpeg-ps": b"\x00\x00\x01\xba",
    "SG1 mpeg-es": b"\x00\x00\x01\xb3",
    "SG1 ogg": b"OggS\x00\x02",
    "SG1 mp3 ID3": b"ID3\x03\x00\x00",
    "SG1 mp3 raw": b"\xff\xfb\x90\x64",
    "SG1 aac": b"\xff\xf1\x50\x80",
    "SG1 wav": b"RIFF\x24\x08\x00\x00WAVEfmt ",
    "SG1 flac": b"fLaC\x00\x00\x00\x22",
    "SG1 amr": b"#!AMR\n",
    "SG1 midi": b"MThd\x00\x00\x00\x06",
    "SG1 pdf": b"%PDF-1.7\n",
    "SG1 zip": b"PK\x03\x04\x14\x00",
    "SG1 ooxml": b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml",
    "SG1 rar": b"Rar!\x1a\x07",
    "SG1 7z": b"7z\xbc\xaf\x27\x1c",
    "SG1 ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "SG1 swf": b"FWS\x0a\x00",
    "SG1 woff": b"wOFF\x00\x01",
    "SG1 woff2": b"wOF2\x00\x01",
    "SG1 ttf": b"\x00\x01\x00\x00\x00",
    "SG1 otf": b"OTTO\x00\x0b",
    "JS3 wasm": b"\x00asm\x01\x00\x00\x00",
    "ENC4 gzip": gzip.compress(JPEG),
    "ENC4 zstd": b"\x28\xb5\x2f\xfd\x04\x00",
    "ENC4 xz": lzma.compress(JPEG),
    "ENC4 bzip2": bz2.compress(JPEG),
}
# Textual containers and pictures: no control byte gives them away.
TEXTUAL = {
    "PG4 xpm": b"/* XPM */\nstatic char * a[] = {",
    "PG4 xbm": b"#define a_width 16\n#define a_height 16\n",
    "PG4 ppm": b"P3\n# c\n3 2\n255\n255 0 0\n",
    "PG4 mvg": b"push graphic-context\nviewbox 0 0 1 1",
    "PG4 svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">',
    "PG6 jpeg of printable bytes": b"\xff\xd8\xff\xe0  JFIF",
    "ML3 mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related",
    "MF1 hls": b"#EXTM3U\n#EXTINF:9,\na.ts\n",
    "MF2 dash": b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">',
    "MF2 smooth streaming": b'<SmoothStreamingMedia MajorVersion="2">',
    "MF2 f4m": b'<manifest xmlns="http://ns.adobe.com/f4m/1.0">',
    "MF3 vast": b'<VAST version="4.2"><Ad><Wrapper><VASTAdTagURI>',
    "MF3 vmap": b'<vmap:VMAP xmlns:vmap="http://www.iab.net/videosuite/vmap" version="1.0">',
    "MF4 webvtt": b"WEBVTT\n\n00:00.000 --> 00:05.000\nthumb.jpg#xywh=0,0,160,90",
}


class Disguise(NamedTuple):
    """One lie. place: how many bytes of the body it takes to see it; 0 if the headers tell."""

    name: str  # begins with the id of its row
    body: bytes
    layer: str
    reason: str
    type_: str | None = HTML
    headers: tuple[str, ...] = ()
    status: str = "200 OK"
    document: str = "page"
    place: int = 0

    def head(self, *framing: str) -> bytes:
        """The header block of the answer, with these further lines."""
        types = [] if self.type_ is None else [f"Content-Type: {self.type_}"]
        lines = [f"HTTP/1.1 {self.status}", *self.headers, *types, *framing]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


def _by_headers() -> Iterator[Disguise]:
    def lie(name: str, reason: str, body: bytes = JPEG, layer: str = "headers", **more) -> Disguise:
        return Disguise(name, body, layer, reason, **more)

    yield lie("CT1 jpeg", "image/jpeg for a page", type_="image/jpeg")
    yield lie("CT1 mp4", "video/mp4 for a page", type_="video/mp4")
    yield lie("CT1 for a script", "image/gif for a script", type_="image/gif", document="script")
    yield lie("CT3 no type", "0 Content-Type", type_=None)
    yield lie("CT4 no type, a page", "0 Content-Type", PAGE, type_=None)
    yield lie("CT5 empty type", "type:", type_="")
    yield lie(
        "CT6 html and image", "2 Content-Type", headers=("Content-Type: text/html",), type_="image/jpeg"
    )
    yield lie("CT7 image and html", "2 Content-Type", headers=("Content-Type: image/jpeg",))
    yield lie("CT8 list of types", "type:", type_="text/html, image/jpeg")
    yield lie("CT9 octets", "octet-stream for a page", type_="application/octet-stream")
    yield lie("CT9 plain text", "text/plain for a page", type_="text/plain")
    yield lie("CT10 no token", "type:", type_="text/html\xff\xfe")
    yield lie("PG5 utf-16 by charset", "charset", PAGE, type_="text/html; charset=utf-16")
    yield lie("PG5 utf-7 by charset", "charset", PAGE, type_='text/html; charset="UTF-7"')
    yield lie("PG5 utf-32 by charset", "charset", PAGE, type_="text/html; charset=utf-32le")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/png;base64,iVBORw0KGgo="/></svg>'
    yield lie("SVG1 svg", "svg+xml for a page", svg, type_="image/svg+xml")
    for encoding in (
        "gzip",
        "zstd",
        "br",
        "deflate",
        "gzip, gzip",
        "identity, br",
        ", ".join(["gzip"] * 300),
    ):
        row = "ENC1" if "," not in encoding else "ENC2"
        yield lie(
            f"{row} {encoding[:16]}{len(encoding)}", "encoding", headers=(f"Content-Encoding: {encoding}",)
        )
    yield lie("ENC3 br bomb", "encoding", _BR_BOMB, headers=("Content-Encoding: br",))
    yield lie("ENC5 odd encoding", "encoding", headers=("Content-Encoding: \xff\x1b[31m",))
    yield lie("RD3 404", "image/jpeg", type_="image/jpeg", status="404 Not Found")
    yield lie("RD3 500", "image/jpeg", type_="image/jpeg", status="500 Oops")
    yield lie("RD3 302 without a place", "0 Location", status="302 Found")
    yield lie("RG1 206", "206", status="206 Partial Content", headers=("Content-Range: bytes 0-9/10",))
    yield lie("RG1 range in a 200", "range", headers=("Content-Range: bytes 0-9/10",))
    yield lie("RG2 byteranges", "206", type_="multipart/byteranges; boundary=a", status="206 Partial")
    yield lie("RG2 byteranges in a 200", "multipart", type_="multipart/byteranges; boundary=a")
    yield lie("ML1 replace", "multipart", type_="multipart/x-mixed-replace; boundary=a")
    yield lie("ML2 mhtml", "multipart", type_="multipart/related; type=text/html")
    yield lie("MF1 hls", "mpegurl", TEXTUAL["MF1 hls"], type_="application/vnd.apple.mpegurl")
    yield lie("MF2 dash", "application/xml", TEXTUAL["MF2 dash"], type_="application/xml")
    yield lie("MF3 vast", "text/xml", TEXTUAL["MF3 vast"], type_="text/xml")
    yield lie("MF4 feed", "rss", b'<rss><enclosure url="a.mp3"/></rss>', type_="application/rss+xml")
    yield lie(
        "ST7 attachment", "attachment", headers=("Content-Disposition: attachment; filename=../../x.jpg",)
    )
    yield lie("ST2 announced too long", "announced", headers=("Content-Length: 209715200",))
    yield lie("SG1 wasm by type", "wasm", type_="application/wasm", document="script")


def _by_body() -> Iterator[Disguise]:
    def lie(name: str, body: bytes, reason: str, place: int, **more) -> Disguise:
        return Disguise(name, body, "body", reason, place=place, **more)

    yield lie("CT2 jpeg as html", JPEG, "jpeg", 3)
    yield lie("CT9 jpeg as text", JPEG, "jpeg", 3, type_="text/plain", document="ads_txt")
    yield lie("CT2 jpeg as json", JPEG, "jpeg", 3, type_="application/json", document="sellers_json")
    yield lie("CT2 jpeg as frame", JPEG, "jpeg", 3, document="frame")
    yield lie("PG1 behind a page", PAGE + b" " * 3000 + JPEG, "binary", len(PAGE) + 3005)
    yield lie("PG1 behind much of a page", PAGE * 60 + JPEG, "binary", len(PAGE) * 60 + 5)
    yield lie("PG2 gif and script", b"GIF89a=1;/*..*/", "gif", 6, type_="text/javascript", document="script")
    yield lie("PG2 gif and worker", b"GIF87a=1;/*..*/", "gif", 6, type_="text/javascript", document="worker")
    yield lie("PG3 behind a mark", b"\xef\xbb\xbf" + JPEG, "jpeg", 6)
    yield lie("PG3 behind spaces", b" \r\n\t" * 300 + JPEG, "jpeg", 1203)
    yield lie("PG3 behind many spaces", b" " * 3000 + JPEG, "jpeg", 3003)
    yield lie("PG5 utf-16 with mark", "<p>page".encode("utf-16"), "utf-16", 2)
    yield lie("PG5 utf-16 without", "<p>page".encode("utf-16-be"), "binary", 1)
    yield lie("PG5 utf-32", "<p>page".encode("utf-32-le"), "binary", 4)
    yield lie("PG7 latin-1 as utf-8", JPEG.decode("latin-1").encode(), "binary", 12)
    yield lie("RD3 404 as html", JPEG, "jpeg", 3, status="404 Not Found")
    yield lie("RD3 500 as html", JPEG, "jpeg", 3, status="500 Oops")
    for name, body in CONTAINERS.items():
        whole = body + bytes(max(0, 64 - len(body)))
        yield lie(f"{name} as html", whole, "", len(body) + 1)
        behind = b"<html><body>" + b"x" * 2000 + whole
        yield lie(f"{name} behind a page", behind, "binary", 2012 + len(body) + 1)
    for name, body in TEXTUAL.items():
        yield lie(f"{name} as html", body + b" " * 64, "", len(body) + 1)


DISGUISES = {disguise.name: disguise for disguise in (*_by_headers(), *_by_body())}

FRAMINGS = ("length", "chunked", "close")
CUTS = ("whole", "headers first", "bytes", "halves")
_WAIT_S = 5.0


def sent(disguise: Disguise, framing: str = "length", cut: str = "whole") -> Behaviour:
    """The behaviour that sends it in this form, the canary behind it.

    headers first: where the headers tell, the body follows only if the other end has not gone for a while.
    bytes: its first 64 bytes one by one.
    """

    def behave(talk: Conversation) -> int:
        body = disguise.body + talk.canary
        has_length = any(line.startswith("Content-Length") for line in disguise.headers)
        lines = {"length": f"Content-Length: {len(body)}", "chunked": "Transfer-Encoding: chunked"}
        head = disguise.head(*([lines[framing]] if framing in lines and not has_length else []))
        pieces = list(_cut(body, cut))
        if framing == "chunked" and not has_length:
            pieces = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces] + [b"0\r\n\r\n"]
        if cut == "whole":
            return talk.send(head + b"".join(pieces))
        done = talk.send(head)
        if cut == "headers first" and not disguise.place and select.select([talk.sock], [], [], _WAIT_S)[0]:
            return done
        return done + talk.send(*pieces)

    return behave


def _cut(body: bytes, cut: str) -> Iterator[bytes]:
    if cut == "bytes":
        first, rest = body[:64], body[64:]
        yield from (first[place : place + 1] for place in range(len(first)))
        if rest:
            yield rest
    elif cut == "halves":
        middle = len(body) // 2
        yield from (body[:middle], body[middle:])
    else:
        yield body

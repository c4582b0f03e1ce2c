"""sniff.py: media is seen whatever it calls itself and however it is cut; text passes."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.fetch.sniff import HEAD_BYTES, Sniffer

# Headers only, made here: nothing of these is a picture, a sound or a film.
MEDIA = {
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "jpeg without a control byte": b"\xff\xd8\xff\xe0  JFIF",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "gif": b"GIF89a\x01\x00",
    "gif as script": b"GIF89a=1;/*..*/",
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "webp with a printable size": b"RIFF    WEBPVP8 ",
    "bmp": b"BM\x36\x00\x0c\x00\x00\x00\x00\x00",
    "ico": b"\x00\x00\x01\x00\x01\x00",
    "tiff little endian": b"II*\x00\x08\x00",
    "tiff big endian": b"MM\x00*\x00\x00",
    "jpeg xl": b"\xff\x0a\xfa\x1f",
    "jpeg 2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n",
    "psd": b"8BPS\x00\x01",
    "mp4 isom": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00",
    "avif": b"\x00\x00\x00\x1cftypavif",
    "fragment": b"\x00\x00\x00\x18styp",
    "webm": b"\x1aE\xdf\xa3\x01\x00",
    "mpeg-ts": b"G@\x00\x10\x00",
    "mpeg-ps": b"\x00\x00\x01\xba",
    "flv": b"FLV\x01\x05\x00",
    "avi": b"RIFF\x00\x00\x00\x00AVI LIST",
    "asf": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    "ogg": b"OggS\x00\x02",
    "mp3 with tag": b"ID3\x03\x00\x00",
    "mp3": b"\xff\xfb\x90\x64",
    "aac": b"\xff\xf1\x50\x80",
    "wav": b"RIFF\x24\x08\x00\x00WAVEfmt ",
    "flac": b"fLaC\x00\x00\x00\x22",
    "amr": b"#!AMR\n",
    "midi": b"MThd\x00\x00\x00\x06",
    "pdf": b"%PDF-1.7\n",
    "zip": b"PK\x03\x04\x14\x00",
    "gzip": b"\x1f\x8b\x08\x00",
    "zstd": b"\x28\xb5\x2f\xfd",
    "xz": b"\xfd7zXZ\x00",
    "bzip2": b"BZh91AY&SY",
    "rar": b"Rar!\x1a\x07",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "swf": b"CWS\x0a",
    "woff": b"wOFF\x00\x01",
    "otf": b"OTTO\x00\x0b",
    "ttf": b"\x00\x01\x00\x00\x00",
    "wasm": b"\x00asm\x01\x00\x00\x00",
    "utf-16": "<html>".encode("utf-16"),
    "utf-16 without mark": "<html>".encode("utf-16-le"),
    "utf-32": "<html>".encode("utf-32-be"),
    "hls": b"#EXTM3U\n#EXT-X-VERSION:3\n",
    "dash": b'<?xml version="1.0"?>\n<!-- x -->\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">',
    "smooth streaming": b'<SmoothStreamingMedia MajorVersion="2">',
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg">',
    "svg with doctype": b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n<svg\n>',
    "svg with entities": b'<!DOCTYPE svg [ <!ENTITY a "b"> ]><svg >',
    "vast": b'<VAST version="4.2"><Ad>',
    "webvtt": b"WEBVTT\n\n00:00.000 --> 00:05.000\nthumb.jpg#xywh=0,0,160,90",
    "mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related",
    "multipart": b"--frame\r\nContent-Type: image/x\r\n",
    "xbm": b"#define a_width 16\n",
    "xpm": b"/* XPM */\nstatic char",
    "ppm": b"P3\n# c\n3 2\n255\n",
    "magick vectors": b"push graphic-context\nviewbox 0 0 1 1",
    "base64 of jpeg": b"/9j/4AAQSkZJRg",
    "data url": b"data:image/png;base64,iVBO",
    "uuencode": b"begin 644 a.jpg\nM",
}
TEXT = {
    "html": b"<!DOCTYPE html>\n<html><head><title>x</title>",
    "html with an svg inside": b"<!doctype html><body><svg viewBox='0 0 1 1'><path d=''/></svg>",
    "html behind comments": b"<!-- a --><!-- <svg> --><html>",
    "xhtml": b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C" "x"><html>',
    "script named as a picture": b"GIFplayer.init()",
    "script BM": b"BMAds.init();",
    "script ID3": b"ID3=1;",
    "script II": b"II*2;MM*3;",
    "script moov": b"var moov = 1; let ftyp;",
    "script define": b"define(['a'], function () {});",
    "ads.txt": b"# ads.txt\nexample.example, pub-1, DIRECT, f08c47fec0942fa0\r\n",
    "json": b'{"sellers": []}',
    "latin-1": "déjà vu à la carte".encode("latin-1"),
    "shift_jis": "広告のページ".encode("shift_jis"),
    "gbk": "广告页面".encode("gbk"),
    "iso-2022-jp": "広告".encode("iso-2022-jp"),
    "utf-8 with mark": b"\xef\xbb\xbf<html>",
    "P-word": b"P3 is a fine product",
    "empty": b"",
}


def verdict_of(body: bytes, *, chunk: int = 1 << 16):
    sniffer = Sniffer()
    verdict = sniffer.may_keep(b"")
    for start in range(0, len(body), chunk):
        verdict = sniffer.may_keep(body[start : start + chunk])
    return verdict


@pytest.mark.parametrize("name", MEDIA)
@pytest.mark.parametrize("lead", [b"", b"\xef\xbb\xbf", b" \r\n\t" * 1000], ids=["plain", "mark", "spaces"])
def test_media_is_refused_behind_marks_and_spaces(name, lead):
    """The head begins after byte order mark and white space, however much there is."""
    assert not verdict_of(lead + MEDIA[name]).allow


@pytest.mark.parametrize("name", TEXT)
def test_text_is_kept(name):
    """No signature and no byte rule hits text in any ASCII-compatible encoding."""
    assert verdict_of(TEXT[name]).allow


@pytest.mark.parametrize("name", MEDIA)
def test_media_is_refused_behind_a_page_if_it_has_a_control_byte(name):
    """After the head the byte rule goes on for ever."""
    page = b"<html>" + b"x" * 5000
    assert verdict_of(page + MEDIA[name] + b"\x00").rule == "body/binary"


def test_refusal_of_a_jpeg_needs_three_bytes():
    """Sent byte by byte, the third byte refuses."""
    sniffer = Sniffer()
    assert [sniffer.may_keep(bytes([byte])).allow for byte in b"\xff\xd8\xff\xe0"] == [
        True,
        True,
        False,
        False,
    ]


def test_refusal_is_for_ever():
    """What comes after a refusal cannot make it good."""
    sniffer = Sniffer()
    refused = sniffer.may_keep(b"\x00")
    assert sniffer.may_keep(b"<html>") is refused


def test_head_settles_after_leading_space():
    """Only bytes after mark and white space fill the head."""
    sniffer = Sniffer()
    sniffer.may_keep(b" " * 5000 + b"<")
    assert not sniffer.settled
    sniffer.may_keep(b"p" * HEAD_BYTES)
    assert sniffer.settled


def test_what_is_no_bytes_is_refused():
    """A guard that fails refuses."""
    assert Sniffer().may_keep("text").rule == "guard/error"  # type: ignore[arg-type]


_PIECES = st.lists(
    st.one_of(
        st.sampled_from([*MEDIA.values(), *TEXT.values(), b" ", b"\xef\xbb\xbf", b"x" * 1500]),
        st.binary(max_size=6),
    ),
    max_size=5,
).map(b"".join)


@given(body=_PIECES, cuts=st.lists(st.integers(0, 4000), max_size=8))
def test_verdict_does_not_depend_on_the_chunks(body, cuts):
    """Every way of cutting a stream gives the same verdict, rule and reason."""
    sniffer, edges = Sniffer(), sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    verdict = sniffer.may_keep(b"")
    for start, end in itertools.pairwise(edges):
        verdict = sniffer.may_keep(body[start:end])
    assert verdict == verdict_of(body) == verdict_of(body, chunk=1)

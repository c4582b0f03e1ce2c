"""May this chunk be kept? What the first bytes say, and the binary-data-byte rule on every byte.

The stream is judged as if its bytes came one by one: the refusal is the one that is complete first, so it is
the same for every way of cutting the stream into chunks. Media with any control byte needs no signature: the byte
rule (WHATWG mimesniff, "binary data byte") sees it. The signatures are for what can be written without a control
byte, and for textual containers of media.
"""

import re

from adtrace.fetch.verdict import ALLOWED, Verdict, guard

# A signature is looked for in this many bytes after byte order mark and white space (mimesniff: 1445).
HEAD_BYTES = 1445
_LEADING = b"\xef\xbb\xbf\t\n\x0c\r "
_BINARY = bytes((*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)))
_TEXT = bytes(set(range(256)) - set(_BINARY))
_FIRST_BINARY = re.compile(b"[" + re.escape(_BINARY) + b"]")

# Declarations, comments, doctype and white space.
_BEFORE_ROOT = rb"(?>(?:\s+|<\?(?>.*?\?>)|<!--(?>.*?-->)|<!doctype(?>[^<>\[]*)(?:\[(?>.*?\]))?\s*>)*)"
# Each pattern ends where the shortest beginning that shows it ends; groups are atomic, so matching is linear.
_SIGNATURES = {
    "jpeg": rb"\xff\xd8\xff",
    "png": rb"\x89PNG",
    "gif": rb"GIF8[79]a",
    "jpeg xl": rb"\xff\x0a",
    "mpeg audio": rb"\xff[\xe2\xe3\xf0-\xf3\xf8-\xfb]",
    "isobmff": rb"[^A-Za-z<]...(?:ftyp|styp|moof|moov|sidx|mdat)",
    "riff": rb"RIFF....(?:WEBP|WAVE|AVI )",
    "aiff": rb"FORM....(?:AIF[FC]|8SVX)",
    "flash": rb"[CFZ]WS[\t\n\x0c\r]",
    "amr": rb"#!AMR",
    "pdf": rb"%PDF-",
    "postscript": rb"%!PS",
    "zstd": rb"\x28\xb5\x2f\xfd",
    "bzip2": rb"BZh[1-9]1AY&SY",
    "utf-16": rb"\xff\xfe|\xfe\xff",
    "hls": rb"#EXTM3U",
    "playlist": rb"\[playlist\]",
    "webvtt": rb"WEBVTT",
    "mhtml": rb"(?i:MIME-Version:)",
    "multipart": rb"--(?>[^\r\n]{1,70})\r?\n(?i:Content-)",
    "uuencode": rb"begin [0-7]{3} |=ybegin ",
    "base64 of media": rb"/9j/|iVBORw0KGgo|R0lGOD[dl]h|UklGR",
    "data url": rb"(?i:data:(?:image|video|audio|font)/)",
    "x bitmap": rb"(?>#define\s+\w{1,60}_(?:width|height)\s)",
    "x pixmap": rb"/\*\s*XPM|! XPM2",
    "portable anymap": rb"P[1-7](?>(?:\s+|#[^\n]{0,200}\n)+)[0-9]+\s",
    "magick vectors": rb"(?i:push graphic-context)",
    "markup of media": (
        rb"(?is:" + _BEFORE_ROOT + rb"<(?:svg|mpd|smil|smoothstreamingmedia|asx|playlist|manifest)[\s/>])"
    ),
    "vast": rb"(?is:" + _BEFORE_ROOT + rb"<(?:vast|vmap:vmap)[\s/>])",
}
_PATTERNS = {name: re.compile(pattern, re.DOTALL) for name, pattern in _SIGNATURES.items()}
_ANY = re.compile(b"|".join(b"(?:" + pattern + b")" for pattern in _SIGNATURES.values()), re.DOTALL)


class Sniffer:
    """Judges one body, chunk by chunk. document: what was asked for; an ad answer may begin as what it is."""

    __slots__ = ("_expected", "_head", "_lead", "_refusal", "_seen")

    def __init__(self, document: str = "page") -> None:
        self._expected = document if document == "vast" else None
        self._head = b""
        self._lead = 0  # bytes of mark and white space before the head
        self._seen = 0
        self._refusal: Verdict | None = None

    @property
    def settled(self) -> bool:
        """Whether the head is whole: from then on only the byte rule can refuse."""
        return len(self._head) >= HEAD_BYTES

    @guard
    def may_keep(self, chunk: bytes) -> Verdict:
        """Whether the body may go on with this chunk; after a refusal, that refusal for ever."""
        if self._refusal is None:
            self._refusal = self._judge(chunk)
            self._seen += len(chunk)
        return self._refusal or ALLOWED

    def _judge(self, chunk: bytes) -> Verdict | None:
        signature = None if self.settled else self._signature(chunk)
        # Deleting every text byte is 8 times as fast as searching for a binary one.
        if chunk.translate(None, _TEXT) and (found := _FIRST_BINARY.search(chunk)):
            place = self._seen + found.start()
            if signature is None or signature[0] > place:
                return Verdict(False, "body/binary", f"A binary data byte at {place}.")
        return Verdict(False, "body/signature", f"Begins as {signature[1]}.") if signature else None

    def _signature(self, chunk: bytes) -> tuple[int, str] | None:
        """How many bytes of the stream it takes to see a signature, and its name; None if none is seen."""
        if not self._head:
            stripped = chunk.lstrip(_LEADING)
            self._lead += len(chunk) - len(stripped)
            chunk = stripped
        self._head = (self._head + chunk)[:HEAD_BYTES]
        if not _ANY.match(self._head):
            return None
        found = [
            (match.end(), name)
            for name, pattern in _PATTERNS.items()
            if name != self._expected and (match := pattern.match(self._head))
        ]
        return (self._lead + min(found)[0], min(found)[1]) if found else None

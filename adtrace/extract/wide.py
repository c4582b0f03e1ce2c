"""Text in UTF-16 or UTF-32: XML may be written so, and some shells write so whatever they save.

Known by the byte-order mark, or by where the zero bytes of its first characters stand (RFC 4627, section 3).
"""

import codecs
import re
from typing import Protocol

_ENCODINGS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(head, re.DOTALL), name)
    for head, name in (
        (rb"\xff\xfe\0\0|\0\0\xfe\xff", "utf-32"),
        (rb"\xff\xfe|\xfe\xff", "utf-16"),
        (rb"[^\0]\0\0\0", "utf-32-le"),
        (rb"\0\0\0[^\0]", "utf-32-be"),
        (rb"[^\0]\0[^\0]\0", "utf-16-le"),
        (rb"\0[^\0]\0[^\0]", "utf-16-be"),
    )
)


class Source(Protocol):
    """Bytes to be read in order: a file, or what arrives."""

    def read(self, size: int, /) -> bytes:
        """At most size bytes; b"" at the end, and for size 0."""


def wide_encoding(head: bytes) -> str | None:
    """The encoding of a document that begins so, by its first four bytes; None for any whose ASCII is ASCII.

    >>> wide_encoding("<a>".encode("utf-16-be")), wide_encoding(b"<a>")
    ('utf-16-be', None)
    """
    return next((name for pattern, name in _ENCODINGS if pattern.match(head)), None)


class Narrow:
    """A document as UTF-8, read in order; encoding is the wide one it is written in, None for any other."""

    def __init__(self, source: Source) -> None:
        self._source, self._head = source, source.read(4)
        self.encoding = wide_encoding(self._head)
        self._decode = codecs.getincrementaldecoder(self.encoding or "utf-8")("replace").decode

    def read(self, size: int, /) -> bytes:
        """At most size bytes; b"" at the end, and for size 0."""
        text = ""
        while size and not text:
            # A character of two bytes has at most three in UTF-8.
            piece = self._take(size // 2 or 1) if self.encoding else self._take(size)
            if self.encoding is None or not piece:
                return piece
            text = self._decode(piece)
        return text.encode("utf-8", "replace")

    def _take(self, size: int) -> bytes:
        """The next bytes as they stand."""
        head, self._head = self._head[:size], self._head[size:]
        return head or self._source.read(size)

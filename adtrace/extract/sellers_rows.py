"""The rows of a sellers.json, each read on its own: a mistake in one row costs that row, not the file.

Real files lack commas, have some too many, hold comments or end in the middle. Only where a row begins and ends is
found here; what it says is read by json, or as a literal of JavaScript where that fails. However long the file is,
one row is in memory.
"""

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from adtrace.extract.literals import read_literal
from adtrace.extract.server_page import is_server_page
from adtrace.extract.wide import Narrow, Source

MAX_ROW = 262_144  # bytes
_PIECE = 65_536  # bytes read at a time
_AHEAD = 4_096  # bytes that are looked at together between two rows
# A text ends in its line, as JSON wants it, so that a quote too many costs one row.
_TEXT = rb'"(?>[^"\\\n]++|\\.)*+"'
_LONE = rb'"(?=(?>[^"\\\n]++|\\.)*+\n)'
_INNER = rb'\{(?>[^{}"]++|' + _TEXT + rb")*+\}"
_FLAT = rb'\{(?>[^{}"]++|' + _TEXT + rb"|" + _INNER + rb")*+\}"
_ROW = re.compile(_FLAT)
# Rows with a comma between them, as many as there are: read at once.
_RUN = re.compile(_FLAT + rb"(?>\s*+,\s*+" + _FLAT + rb")*+")
_MARK = re.compile(_TEXT + rb"|" + _LONE + rb'|(?P<unended>")|(?P<open>\{)|(?P<close>\})')
_QUOTE = rb"(?:[\"']|\xe2\x80[\x9c\x9d])"
_NAME = (
    rb"(?:"
    + _QUOTE
    + rb"\s*(?P<quoted>(?i:sellers))\s*"
    + _QUOTE
    + rb"|(?<![\w\"'-])(?P<bare>(?i:sellers)))\s*"
)
_LIST = re.compile(_NAME + rb":\s*(?=[\[{])")
_BEGUN = re.compile(_NAME + rb"(?::\s*)?\Z")  # a list whose name is the last that has arrived
_UNNAMED = re.compile(rb"\s*(?=\[\s*\{)")
_BY_KEY = re.compile(rb'\{\s*"[^"\\\n]*"\s*:\s*\{')
_NEXT = re.compile(rb'\{\s*"seller_id"')
_BETWEEN = re.compile(rb"(?>[\s,]++|\xc2\xa0)*+")  # a space that does not break is one
_COMMENT = re.compile(rb"(?P<block>/\*)|//|#")
_KEY = re.compile(rb'"([^"\\\n]*+)"\s*+:\s*+(?=\{)')
_ODD = re.compile(rb"[^,{}\]\n]++")
_QUOTES = str.maketrans("\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}", '""')

Row = dict[str, Any]


def _no_json(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


# Numbers as they are written: an id of thirty digits is a text that somebody forgot to quote.
_decode = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_json).decode
_decode_loosely = json.JSONDecoder(parse_int=str, parse_float=str, strict=False).decode


class Rows:
    """The rows of a file in order, for one pass; what was wrong with it stands here afterwards.

    number: rows and what stood in their place. refused: how many could not be read, by reason. mended: how many slips
    were read over, by name. broken: why the file is not a list of sellers to its end; "" if it is.
    """

    def __init__(self, source: Source) -> None:
        self._source, self._buffer, self._at = Narrow(source), b"", 0
        self.number = 0
        self.refused: Counter[str] = Counter()
        self.mended: Counter[str] = Counter()
        if self._source.encoding:
            self.mended[f"{self._source.encoding} in place of UTF-8"] = 1
        self.broken = ""

    def __iter__(self) -> Iterator[Row]:
        self._look_ahead()
        self._buffer = head = self._buffer.removeprefix(b"\xef\xbb\xbf")
        if is_server_page(head.decode("utf-8", "replace")):
            self.broken = "the answer is a page"
            return
        name: bytes | None = None
        if unnamed := _UNNAMED.match(head):
            self._at, name = unnamed.end(), b""
        else:
            name = self._next_list()
            if name is None:
                self.broken = _reason(head)
            elif not head.lstrip().startswith(b"{"):
                self.mended["a beginning that is no JSON"] += 1
        while name is not None:
            if name != b"sellers":
                self.mended["a list by another name"] += 1
            yield from self._list()
            name = None if self.broken else self._next_list()

    def _fill(self) -> bool:
        """Take in another piece, and let go of what was read; False at the end."""
        piece = self._source.read(_PIECE)
        self._buffer, self._at = self._buffer[self._at :] + piece, 0
        return bool(piece)

    def _next_list(self) -> bytes | None:
        """Go to where the next list of sellers opens, and say how it is called; None if there is none."""
        while (found := _LIST.search(self._buffer, self._at)) is None:
            begun = _BEGUN.search(self._buffer, max(self._at, len(self._buffer) - MAX_ROW))
            self._at = begun.start() if begun else max(self._at, len(self._buffer) - len('"sellers'))
            if not self._fill():
                return None
        self._at = found.end()
        return found["quoted"] or found["bare"]

    def _open(self) -> bytes:
        """Go into the list that begins here; what closes it, b"" for a row that stands alone."""
        self._look_ahead()
        if self._buffer[self._at] == ord("["):
            self._at += 1
            return b"]"
        self.mended["an object in place of a list"] += 1
        if _BY_KEY.match(self._buffer, self._at):
            self._at += 1
            return b"}"
        return b""

    def _list(self) -> Iterator[Row]:
        """The rows up to the end of the list."""
        closing, key = self._open(), None
        for count in itertools.count():
            self._look_ahead()
            commas = self._gap()
            here = self._buffer[self._at : self._at + 1]
            if here == closing or (not closing and count):
                self.mended["a comma too many"] += commas > 0
                self._at += len(closing)
                return
            if not here:
                self._break("the list")
                return
            if count and not commas and key is None:
                self.mended["a comma too few"] += 1
            if here != b"{":
                key = self._odd()
            elif key is None and (rows := self._run()) is not None:
                yield from rows
            elif (row := self._row()) is not None:
                if key is not None:
                    row.setdefault("seller_id", key)
                    key = None
                yield row
            elif self.broken:
                return

    def _break(self, place: str) -> None:
        self.broken = f"not JSON after row {self.number} (ends within {place})"

    def _look_ahead(self) -> None:
        while len(self._buffer) - self._at < _AHEAD and self._fill():
            pass

    def _gap(self) -> int:
        """Go over what stands between two rows, and say how many commas there were."""
        commas = 0
        while True:
            found = _BETWEEN.match(self._buffer, self._at)
            if found:
                commas += found[0].count(b",")
                self._at = found.end()
            if len(self._buffer) - self._at < 2 and self._fill():
                continue
            comment = _COMMENT.match(self._buffer, self._at)
            if comment is None:
                break
            self._at = comment.end()
            self._skip_to(b"*/" if comment["block"] else b"\n")
            self.mended["a comment"] += 1
        self.mended["a comma too many"] += max(commas - 1, 0)
        return commas

    def _skip_to(self, closing: bytes) -> None:
        """Go behind what closes a comment, or to the end."""
        while (end := self._buffer.find(closing, self._at)) < 0:
            self._at = max(self._at, len(self._buffer) - len(closing) + 1)
            if not self._fill():
                self._at = len(self._buffer)
                return
        self._at = end + len(closing)

    def _odd(self) -> str | None:
        """Go over what is no row: the key of one that follows, or what is refused."""
        if named := _KEY.match(self._buffer, self._at):
            self._at = named.end()
            return named[1].decode("utf-8", "replace")
        found = _ODD.match(self._buffer, self._at)
        self._at = found.end() if found else self._at + 1
        self.number += 1
        self.refused["that are no object"] += 1
        return None

    def _run(self) -> list[Row] | None:
        """What the rows say that are whole and follow one another from here on; None if the next is not whole."""
        found = _RUN.match(self._buffer, self._at)
        if found is None:
            return None
        self._at = found.end()
        try:
            rows: list[Row] = _decode(f"[{found[0].decode()}]")
        except (ValueError, RecursionError):
            return [row for one in _ROW.finditer(found[0]) if (row := self._read(one[0])) is not None]
        self.number += len(rows)
        return rows

    def _row(self) -> Row | None:
        """The row that begins here; None if it cannot be read or the file ends in it.

        One that does not end before the next begins is taken to its last brace.
        """
        while True:
            start = self._at
            following = _NEXT.search(self._buffer, start + 1, start + _AHEAD)
            end = _row_end(self._buffer, start, following.start() if following else len(self._buffer))
            if end < 0:  # a long row, or one without an end
                following = following or _NEXT.search(self._buffer, start + _AHEAD)
            stop = following.start() if following else len(self._buffer)
            if end < 0 and following:
                end = self._buffer.rfind(b"}", start, stop) + 1
            if end > start:
                self._at = end
                return self._read(self._buffer[start:end])
            if following or stop - start > MAX_ROW:
                self._at = stop
                self.number += 1
                self.refused["without an end" if following else f"longer than {MAX_ROW} bytes"] += 1
                return None
            if not self._fill():
                self._break("a row")
                return None

    def _read(self, raw: bytes) -> Row | None:
        """What a row says; None, counted, if it cannot be read."""
        self.number += 1
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("cp1252", "replace")
            self.mended["a row that is no UTF-8"] += 1
        try:
            return _decode(text)  # type: ignore[no-any-return]
        except (ValueError, RecursionError):
            row = _read_loosely(text)
        if row is None:
            self.refused["that are no JSON"] += 1
        else:
            self.mended["a row that is no strict JSON"] += 1
        return row


def _read_loosely(text: str) -> Row | None:
    """A row with line breaks in its texts, or written as JavaScript: comments, commas too many, other quotes."""
    try:
        return _decode_loosely(text)  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        found = read_literal(text.translate(_QUOTES), 0)
    # What reads over a slip must not read over whose row it is.
    return found[0] if found and isinstance(found[0], dict) and found[0].get("seller_id") else None


def _row_end(buffer: bytes, at: int, stop: int) -> int:
    """Where the row that begins at `at` ends; -1 if it does not before stop."""
    depth = 0
    for mark in _MARK.finditer(buffer, at, stop):
        if mark.lastgroup == "unended":
            return -1
        depth += (mark.lastgroup == "open") - (mark.lastgroup == "close")
        if depth == 0:
            return mark.end()
    return -1


def _reason(head: bytes) -> str:
    """Why a file that begins so has no list of sellers."""
    if head.startswith(b"\x1f"):
        return "compressed, not JSON"
    if b"\0" in head:
        return "not UTF-8, which JSON requires"
    if not head.lstrip().startswith((b"{", b"[")):
        return "not JSON"
    return "no list of sellers, which the specification requires"

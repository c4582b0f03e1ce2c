"""Where a grammar's words stand in one URL: query parameters, named groups, fields of records."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from adtrace.extract.literals import with_whole_characters
from adtrace.extract.unwrapping.address import Address
from adtrace.extract.unwrapping.encodings import undo, undo_percent
from adtrace.knowledge.wrapper import Where, compiled_pick
from adtrace.knowledge.wrappers import NOT_THE_WAY, Grammar

_QUERY = re.compile(r"[?#]")
_PARAMETER = re.compile(r"([^=&#?]+)(?:=([^&#]*))?")
_COVERED = re.compile(r"(?i)\?[^=&%]+%(?:25)*3D[^=&]*$")
# An address that is percent-encoded as a whole ends before the first & that is not.
_COVERED_ADDRESS = re.compile(r"(?i)https?%(?:25)*3A[^&?]*(?=&)")
_RAW_URL = re.compile(r"(?i)https?://")


class Span(NamedTuple):
    """A stretch of the URL as written: url[start:end] is raw."""

    start: int
    end: int
    raw: str


class Piece(NamedTuple):
    """What a place holds: the text after its own encodings, and their names (`percent` first, if there)."""

    span: Span
    text: str
    encodings: tuple[str, ...]


class Read:
    """One URL read by one grammar that takes it."""

    def __init__(
        self, address: Address, grammar: Grammar, groups: dict[str, Span], query: dict[str, Span]
    ) -> None:
        self.address, self.grammar = address, grammar
        self._groups, self._query = groups, query

    def span(self, place: Where) -> Span | None:
        """The raw stretch of the place, None if it is absent or empty."""
        span = self._groups.get(place.group) if place.group else self._query.get(place.query or "")
        if span and place.group and (covered := _COVERED_ADDRESS.match(span.raw)):
            span = Span(span.start, span.start + covered.end(), covered[0])
        span = self._to_end(span, place) if span else None
        return span if span and span.raw else None

    def _to_end(self, span: Span, place: Where) -> Span:
        if not place.rest or not _RAW_URL.match(span.raw):
            return span
        # Without a query of its own, or with one whose signs are covered, the URL cannot own what follows the next &.
        if "?" not in span.raw or _COVERED.search(span.raw):
            return span
        return Span(span.start, len(self.address.url), self.address.url[span.start :])

    def pieces(self, place: Where) -> Iterator[Piece]:
        """What the place may hold: its text, or of a place that may be any parameter the text of each."""
        if place.query != "*":
            if piece := self.text(place):
                yield piece
            return
        for name, span in self._query.items():
            if span.raw and name not in NOT_THE_WAY:
                span = self._to_end(span, place)
                yield Piece(span, span.raw, ())

    def whole(self, place: Where) -> Piece | None:
        """The decoded text of the place, before a field of it is picked; None if absent or not so encoded."""
        span = self.span(place)
        if span is None:
            return None
        if not (place.decode or place.separator or place.pick or place.json):
            return Piece(span, span.raw, ())
        text = undo_percent(span.raw)
        layers = ("percent",) if text != span.raw else ()
        decoded = undo(text, place.decode)
        return None if decoded is None else Piece(span, decoded, (*layers, *place.decode))

    def text(self, place: Where) -> Piece | None:
        """The text of the place: the field or JSON string it names, else the whole."""
        piece = self.whole(place)
        if piece is None:
            return None
        if place.separator is not None and place.field is not None:
            fields = piece.text.split(place.separator)
            if not -len(fields) <= place.field < len(fields):
                return None
            return piece._replace(text=fields[place.field])
        if place.pick is not None:
            picked = compiled_pick(place.pick).search(piece.text)
            return piece._replace(text=picked[1]) if picked and picked[1] else None
        if place.json is not None:
            found = _point(piece.text, place.json)
            return None if found is None else piece._replace(text=found, encodings=(*piece.encodings, "json"))
        return piece


def read(address: Address, grammar: Grammar) -> Read | None:
    """The URL as this grammar reads it; None if it has not the grammar's form. The host is not looked at."""
    groups: dict[str, Span] = {}
    if grammar.tail:
        found = grammar.tail.search(address.request)
        if not found:
            return None
        begin = len(address.url) - len(address.request)
        for name, number in grammar.tail.groupindex.items():
            if found[number] is not None:
                start, end = found.span(number)
                groups[name] = Span(begin + start, begin + end, found[number])
    if grammar.unless and grammar.unless.search(address.host + address.request):
        return None
    query = parameters(address)
    if not grammar.query <= query.keys():
        return None
    return Read(address, grammar, groups, query)


def parameters(address: Address) -> dict[str, Span]:
    """The parameters of query and fragment by lower-case name; of several with one name, the first not empty."""
    tail = address.tail
    found: dict[str, Span] = {}
    if not (mark := _QUERY.search(tail)):
        return found
    for parameter in _PARAMETER.finditer(tail, mark.end()):
        name = undo_percent(parameter[1]).lower()
        part = 2 if parameter[2] is not None else 1
        start, end = parameter.span(part)
        start = start if part == 2 else end
        if name and not (name in found and found[name].raw):
            span = Span(address.tail_at + start, address.tail_at + end, tail[start:end])
            found[name] = span
    return found


def _point(text: str, pointer: str) -> str | None:
    """The string an RFC 6901 pointer leads to, also through strings that are JSON; None if there is none."""
    value: Any = _json(text)
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        value = _json(value) if isinstance(value, str) else value
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return with_whole_characters(str(value))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None

"""Patterns that match in time linear in the text, asked many times a page.

The engine is RE2. Its public Python face makes a generator, a match object and, for str, two passes over the text at
each call: 1.3 to 3.1 µs, of which the engine itself takes 0.5 (measured on 24 characters; a page asks some 2,000
times). So the engine is called directly, and on bytes alone: offsets in ASCII are the same in both.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter

import re2

Span = tuple[int, int]
_ANYWHERE, _BOTH_ENDS = re2._Anchor.UNANCHORED, re2._Anchor.ANCHOR_BOTH
_ABSENT: Span = (-1, -1)
_first = itemgetter(0)


class Match:
    """One match: its stretch and those of its groups, by number or name; a group that took no part is None."""

    __slots__ = ("_begin", "_data", "_names", "_spans")

    def __init__(self, data: bytes, spans: list[Span], names: dict[str, int], begin: int = 0) -> None:
        self._data, self._spans, self._names, self._begin = data, spans, names, begin

    def __getitem__(self, group: int | str) -> str | None:
        start, end = self._spans[self._names[group] if isinstance(group, str) else group]
        return self._data[start:end].decode() if start >= 0 else None

    def span(self, group: int | str = 0) -> Span:
        """Where the group stands in the data; (-1, -1) if it took no part."""
        start, end = self._spans[self._names[group] if isinstance(group, str) else group]
        return (start - self._begin, end - self._begin) if start >= 0 else _ABSENT

    def after(self, begin: int) -> "Match":
        """The same match, with places counted from begin: as in data[begin:] alone."""
        return Match(self._data, self._spans, self._names, begin)

    @property
    def text(self) -> str:
        """The whole match."""
        start, end = self._spans[0]
        return self._data[start:end].decode()

    def groups(self) -> dict[str, str | None]:
        """The named groups."""
        return {name: self[number] for name, number in self._names.items()}


class Linear:
    """A compiled pattern.

    Raises:
        re2.error: RE2 cannot take the pattern.
    """

    __slots__ = ("_match", "names")

    def __init__(self, pattern: str) -> None:
        compiled = re2.compile(pattern.encode())
        self._match = compiled._regexp.Match
        self.names: dict[str, int] = {name.decode(): n for name, n in compiled.groupindex.items()}

    def holds(self, data: bytes) -> bool:
        """Whether it matches anywhere in the data."""
        return bool(self._match(_ANYWHERE, data, 0, len(data))[0] != _ABSENT)

    def search(self, data: bytes, start: int = 0) -> Match | None:
        """The first match that begins at start or later."""
        spans = self._match(_ANYWHERE, data, start, len(data))
        return Match(data, spans, self.names) if spans[0] != _ABSENT else None

    def fullmatch(self, data: bytes) -> bool:
        """Whether it matches the data from end to end."""
        return bool(self._match(_BOTH_ENDS, data, 0, len(data))[0] != _ABSENT)

    def finditer(self, data: bytes, start: int = 0) -> Iterator[Match]:
        """The matches that do not overlap, in order."""
        for spans in self._all(data, start):
            yield Match(data, spans, self.names)

    def spans(self, data: bytes, start: int = 0) -> Iterator[Span]:
        """The stretches of the matches that do not overlap, in order."""
        for spans in self._all(data, start):
            yield spans[0]

    def sub(self, replace: Callable[[Match], str], text: str) -> str:
        """The text with each match replaced by what is returned for it; letters beyond ASCII are ? to the pattern."""
        data = text.encode("ascii", "replace")
        parts: list[str] = []
        at = 0
        for match in self.finditer(data):
            start, end = match.span()
            parts += (text[at:start], replace(match))
            at = end
        return "".join((*parts, text[at:])) if parts else text

    def _all(self, data: bytes, at: int) -> Iterator[list[Span]]:
        find, end = self._match, len(data)
        while at <= end:
            spans = find(_ANYWHERE, data, at, end)
            start, stop = spans[0]
            if start < 0:
                return
            yield spans
            at = stop if stop > at else at + 1


def join_lines(texts: Iterable[str]) -> tuple[bytes, list[Span]]:
    """The texts as lines, to be searched at once, and where each begins and ends in them."""
    lines = [text.encode("utf-8", "replace") for text in texts]
    parts: list[Span] = []
    at = 0
    for line in lines:
        parts.append((at, at + len(line)))
        at += len(line) + 1
    return b"\n".join(lines), parts


def matches_in_parts(pattern: Linear, joined: bytes, parts: Sequence[Span]) -> Iterator[tuple[int, Match]]:
    """(number of the part, match in that part's text alone) for each match of a pattern, in order.

    parts: where each begins and ends, ascending. A class such as [^"] also takes the line breaks between parts, so
    a match may begin in one part and end in another: the pattern is then asked of each of them alone, and may tell
    the same match twice. ^ and $ must mean a line's ends: (?m:…).
    """
    for match in pattern.finditer(joined):
        start, end = match.span()
        first = max(bisect_right(parts, start, key=_first) - 1, 0)
        after = max(bisect_right(parts, max(end - 1, start), key=_first), first + 1)
        for number in range(first, after):
            begin, stop = parts[number]
            if begin <= start and end <= stop:
                yield number, match.after(begin)
            else:
                for alone in pattern.finditer(joined[begin:stop]):
                    yield number, alone

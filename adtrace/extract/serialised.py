"""Data that a page holds as a text: JSON in an attribute, or in a string that a script parses or hands on.

What a framework takes its page up again from stands so: `self.__next_f.push([1, "…"])` of Next.js,
`streamController.enqueue("…")` of React Router, `data-page` of Inertia, `JSON.parse("…")` anywhere; ad configurations
stand in `data-` attributes too. With their escapes undone the shapes for code hold there. A string in it may be code
whose quotes are escaped once more: so each layer is read.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from adtrace.extract.finder import Finder
from adtrace.extract.plain import unescape
from adtrace.extract.reading import Script
from adtrace.extract.within import add_within, read_code
from adtrace.knowledge import Knowledge
from adtrace.linear import Linear, join_lines, matches_in_parts

MAX_LAYERS = 3  # of escapes within escapes
MAX_TEXTS = 500  # of one layer that tell something
_SHORTEST = 30  # characters of a text that could hold an id and what says whose it is
_TAKING = Linear(r"(?:__next_f\.push\(\s*\[\s*1\s*,|\bstreamController\.enqueue\(|\bJSON\.parse\()\s*[\"']")
# A string without an end is taken up to the code's: each character is looked at once.
_STRING = re.compile(r"\"(?>[^\"\\]++|\\[\s\S])*+|'(?>[^'\\]++|\\[\s\S])*+")
# From where it begins; a framework hands it to a function: x-data="rotator({&quot;zone&quot;: …})".
_ATTRIBUTE = Linear(r"=\"(?:[\w$.]+\()?(\s*[\[{]\s*[\[{]?\s*&quot;[^\"]*)\"")
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[\s\S])")
_ENTITY = re.compile(r"&quot;|&amp;(?=quot;)")
_ESCAPED_QUOTE = re.compile(r"\\[\"']")


class _Layer(NamedTuple):
    """A text, and where its characters stand in the text it was written as.

    ends: in this text, behind each escape that was undone, ascending; places: there, the same.
    """

    text: str
    ends: list[int]
    places: list[int]

    def place(self, at: int) -> int:
        """Where in the written text the character at `at` begins."""
        number = bisect_right(self.ends, at) - 1
        return at if number < 0 else self.places[number] + at - self.ends[number]


class _Text(NamedTuple):
    """A stretch of the skeleton, and what it comes to: layer by layer, the last is read."""

    start: int
    end: int
    layers: tuple[_Layer, ...]

    @property
    def plain(self) -> str:
        return self.layers[-1].text

    def origin(self, start: int, end: int) -> tuple[int, int, tuple[str, ...]]:
        """Where plain[start:end] stands in the stretch, and how often its escapes were undone."""
        first, last = start, max(end - 1, start)
        for layer in reversed(self.layers):
            first, last = layer.place(first), layer.place(last)
        return first, last + 1, ("json",) * len(self.layers)


def find(finder: Finder) -> None:
    """The lines of the detectors of code, for data in attributes and in strings of scripts."""
    if "serialised" not in finder.skeleton.hints:
        return
    texts = [*_in_attributes(finder), *_in_scripts(finder)]
    for _ in range(MAX_LAYERS):
        telling = _telling(finder.knowledge, texts)
        if len(telling) > MAX_TEXTS:
            finder.cut(f"more than {MAX_TEXTS} texts of data")
        for text in telling[:MAX_TEXTS]:
            _read(finder, text)
        texts = [
            text._replace(layers=(*text.layers, _undo(text.plain, _ESCAPE, unescape)))
            for text in texts
            if _ESCAPED_QUOTE.search(text.plain)
        ]
    if texts:
        finder.cut(f"texts escaped more than {MAX_LAYERS} times")


def _in_attributes(finder: Finder) -> Iterator[_Text]:
    skeleton = finder.skeleton
    if skeleton.kind not in ("page", "frame"):
        return
    for match in _ATTRIBUTE.finditer(skeleton.data[: skeleton.end], skeleton.start):
        start, end = match.span(1)
        yield _Text(start, end, (_undo(skeleton.text[start:end], _ENTITY, _character_of),))


def _in_scripts(finder: Finder) -> Iterator[_Text]:
    skeleton = finder.skeleton
    end = skeleton.end
    for _, start in _TAKING.spans(skeleton.data, skeleton.end):
        script = skeleton.script_at(start)
        if script is None or start < end:
            continue
        found = _STRING.match(skeleton.text, start - 1, script.end)
        end = found.end() if found else start
        if end - start >= _SHORTEST:
            yield _Text(start, end, (_undo(skeleton.text[start:end], _ESCAPE, unescape),))


def _character_of(entity: str) -> str:
    return '"' if entity == "&quot;" else "&"


def _undo(written: str, escape: re.Pattern[str], plain: Callable[[str], str]) -> _Layer:
    """The text without its escapes, in ASCII as a skeleton is."""
    parts: list[str] = []
    ends: list[int] = []
    places: list[int] = []
    at = length = 0
    for found in escape.finditer(written):
        before, character = written[at : found.start()], plain(found[0])
        parts += (before, character)
        length += len(before) + len(character)
        at = found.end()
        ends.append(length)
        places.append(at)
    parts.append(written[at:])
    return _Layer("".join(parts).encode("ascii", "replace").decode(), ends, places)


def _telling(knowledge: Knowledge, texts: Sequence[_Text]) -> list[_Text]:
    """Those in which a shape for code fits, or a bidder is configured: the others are not worth a reader each."""
    data, parts = join_lines(text.plain for text in texts)
    told = {number for number, text in enumerate(texts) if "bidder" in text.plain}
    for rule in knowledge.places["script"].candidates(data):
        told.update(number for number, _ in matches_in_parts(rule.joined, data, parts))
    return [texts[number] for number in sorted(told)]


def _read(finder: Finder, text: _Text) -> None:
    """Add what the detectors of code find in the text."""
    read, begin = read_code(finder, text.plain)
    span = Script(0, text.start, text.end, text.start)
    add_within(finder, span, read, lambda start, end: text.origin(start - begin, end - begin))

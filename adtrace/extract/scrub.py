"""Embedded media is taken out of text before anything is kept (shared facts: door 2.4); linear time throughout.

A run is judged as a whole: it stays only if some reading of it is text that holds no media itself, or if it is
words or a path. Whatever begins as a medium goes, however short. What cannot be recognised stays: runs split by
code, encrypted ones, alphabets of one's own.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from adtrace.extract.decoding import from_base85, from_escapes, from_letters, from_numbers
from adtrace.extract.media import inflated, is_media, text_of
from adtrace.extract.sighting import Scrubbed
from adtrace.extract.signs import (
    COLON,
    LINE,
    LINES,
    RUN,
    RUN_TABLE,
    SIGNED,
    SIGNED_85,
    TABLES_85,
    UNITS,
    Suspicion,
    runs,
    suspicions,
)
from adtrace.linear import Linear, Span

_SHORTEST = 24  # characters of escapes or numbers that are looked at if they begin as a medium
_DEPTH = 3  # texts within texts that are looked into
_ROUNDS = 4  # looks at a text by which it has settled; after them lines are taken whole, then the text

Find = Callable[[bytes], Iterator[Span]]

_SLASH = r"(?:\\?/|%2f|&sol;?|&#47;?|&#x2f;?|\\x2f|\\u002f)"
_DATA_URI = Linear(
    rf"(?i)data{COLON}\s*(?:(?:image|video|audio|font){_SLASH}"
    rf"|application{_SLASH}(?:octet-stream|x?-?font|font|vnd|pdf|zip|x-shockwave|ogg|mp4|dash|x-mpegurl|wasm))"
    r"(?:[^\"'`)\s<>]|;\s|,\s)*"
)
_SVG = Linear(r"(?i)(?:<|%3c|\\x3c|\\u003c)svg")
_SVG_END = Linear(r"(?i)(?:<|%3c|\\x3c|\\u003c)\\?(?:/|%2f)svg\s*(?:>|%3e|\\x3e|\\u003e)")

_SIGNED = Linear(SIGNED)
_PIECE = 16  # letters of a piece, where something begins as a medium
_STRICT = re.compile(rf"[A-Za-z0-9+/]{{{LINE},}}=*|[A-Za-z0-9_-]{{{LINE},}}=*")
_GLUE = Linear(
    r"(?:[\s\"'`+,;:()\[\]\\.]|\\[nrt]|%0[AaDd]|&#(?:1[03]|x[AaDd]);?|concat|push|join|[A-Za-z_$][\w$.]{0,30}\s*\+=)*"
)
_MAX_GLUE = 96  # characters between two pieces of one run
_UNIT: dict[Suspicion, str] = {
    "percent": r"%[0-9A-Fa-f]{2}[A-Za-z0-9_.~!*()'+/@:,;=?$ -]{0,12}",
    "backslash": r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,4}\}|[0-7]{1,3}|[abfnrtv\\/\"'])[^\\\n]{0,12}",
    "reference": r"&#[xX]?[0-9A-Fa-f]{1,6};?[^&<>\n]{0,12}",
}
_ESCAPES = {name: Linear(rf"[\w%. \n-]{{0,12}}(?:{unit}){{6,}}") for name, unit in _UNIT.items()}
_NUMBERS = Linear(
    r"(?:-?(?:0[xX][0-9A-Fa-f]{1,2}|\d{1,3})(?:\s*,\s*|\s+)){15,}(?:0[xX][0-9A-Fa-f]{1,2}|\d{1,3}\b)?"
)
# Up to the last escape or number and the letters after it, not the code that a pattern may run into.
_LAST = re.compile(r"(?s).*(?:%..|\\(?:x..|u\{\w+\}|u....|[0-7]{1,3}|.)|&#\w+;?|\d)[\w+/=~.@!-]*")
_BASE85: dict[Suspicion, Find] = {
    **{name: partial(runs, length=RUN, table=table) for name, table in TABLES_85.items()},
    "signed85": Linear(SIGNED_85).spans,
    "framed85": Linear(r"<~[!-uz\s]{24,}~>").spans,
}
_DRAWING = Linear(r"[Mm]\s*-?[\d.]+[\s,]*-?[\d.]+[\s,\d.eMLHVCSQTAZmlhvcsqtaz-]{100,}")
_WORD = re.compile(r"[a-z]{3,}|[A-Z][a-z]{2,}|\d{3,}", re.ASCII)
_MAX_WORD = 32
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


class _Cut(NamedTuple):
    start: int
    end: int
    kind: str


Pass = Callable[[str, bytes, int], Iterator[_Cut]]


def scrub(text: str, place: str) -> tuple[str, list[Scrubbed]]:
    """The text without embedded media, each run replaced by `[[scrubbed kind length]]`, and what was taken.

    Scrubbing what comes out changes nothing: what a cut lets stand side by side is looked at again. Lines, and in the
    end a text, that do not settle in some rounds are taken whole, as kind `unsettled`.
    """
    taken: list[Scrubbed] = []
    for turn in range(2 * _ROUNDS):
        text, cuts = _scrub(text, place, whole_lines=turn >= _ROUNDS)
        if not cuts:
            return text, taken
        taken += cuts
    return f"[[scrubbed unsettled {len(text)}]]", [*taken, Scrubbed("unsettled", len(text), place)]


def _scrub(text: str, place: str, depth: int = 0, *, whole_lines: bool = False) -> tuple[str, list[Scrubbed]]:
    data = _as_bytes(text)
    found = suspicions(data)
    taken: list[Scrubbed] = []
    for name, find in _PASSES if found else ():
        if name not in found:
            continue
        parts: list[str] = []
        at = 0
        for cut in find(text, data, depth):
            if cut.start < at:
                continue
            start, end, kind = _lines_around(text, cut) if whole_lines else cut
            taken.append(Scrubbed(kind, end - start, place))
            parts += (text[at:start], f"[[scrubbed {kind} {end - start}]]")
            at = end
        if parts:
            text = "".join((*parts, text[at:]))
            data = _as_bytes(text)
    return text, taken


def _lines_around(text: str, cut: _Cut) -> _Cut:
    end = text.find("\n", cut.end)
    return _Cut(text.rfind("\n", 0, cut.start) + 1, end if end >= 0 else len(text), "unsettled")


def _as_bytes(text: str) -> bytes:
    """The text, a byte a character; one that no encoding uses for what is beyond ASCII."""
    return text.encode("ascii") if text.isascii() else _BEYOND_ASCII.sub("\x7f", text).encode("ascii")


def _data_uris(text: str, data: bytes, _depth: int) -> Iterator[_Cut]:
    at = 0
    for start, end in _DATA_URI.spans(data):
        if start < at:
            continue
        at = end
        if _SVG.holds(data[start : end + 12]) and not _SVG_END.holds(data[start:end]):
            # A picture in markup holds quotes and spaces.
            closed = _SVG_END.search(data, at)
            at = closed.span()[1] if closed else len(text)
        yield _Cut(start, at, "data-uri")


def _drawings(_text: str, data: bytes, _depth: int) -> Iterator[_Cut]:
    for start, end in _DRAWING.spans(data):
        yield _Cut(start, end, "drawing")


def _judged(
    text: str, data: bytes, depth: int, *, pattern: Linear, decode: Callable[[str], Iterable[bytes]]
) -> Iterator[_Cut]:
    """Runs of escapes or numbers that are media, or if they are long no text."""
    for start, stop in pattern.spans(data):
        run = text[start:stop]
        if len(run) < _SHORTEST:
            continue
        readings = list(decode(run))
        is_long = len(run) >= 3 * UNITS
        if _holds_media(readings, depth) or (is_long and readings and not _reads(readings)):
            end = _LAST.match(run)
            yield _Cut(start, start + (end.end() if end else len(run)), "encoded")


def _recognised(text: str, data: bytes, depth: int, *, find: Find) -> Iterator[_Cut]:
    """Runs that are media in base85; that code decodes to something is no proof, its letters are of one alphabet."""
    for start, end in find(data):
        if _holds_media(from_base85(text[start:end]), depth):
            yield _Cut(start, end, "encoded")


def _letter_runs(text: str, data: bytes, depth: int, *, shortest: int, is_signed: bool) -> Iterator[_Cut]:
    """Runs of base64 or hexadecimal, whole or in pieces that only quotes, breaks and plus signs keep apart."""
    # Most groups are an address or two: neither long, nor many lines, nor begun as a medium.
    signs = [start for start, _ in _SIGNED.spans(data)] if is_signed else []
    group: list[Span] = []
    could_be = False
    for start, end in runs(data, shortest, RUN_TABLE):
        if group and not _is_glue(data, group[-1][1], start):
            if could_be or len(group) >= LINES:
                yield from _group(text, data, group, depth)
            group, could_be = [], False
        group.append((start, end))
        could_be = could_be or end - start >= RUN or bisect_left(signs, start) < bisect_left(signs, end)
    if could_be or len(group) >= LINES:
        yield from _group(text, data, group, depth)


def _is_glue(data: bytes, start: int, end: int) -> bool:
    return end - start <= _MAX_GLUE and _GLUE.fullmatch(data[start:end])


def _group(text: str, data: bytes, group: list[Span], depth: int) -> Iterator[_Cut]:
    for index, (start, end) in enumerate(group):
        run = text[start:end]
        signed = _SIGNED.search(data[start : end if end - start >= RUN else min(end, start + 96)])
        if signed:
            at = signed.span()[0]
            if _is_bad(run[at:], depth, signed=True):
                # From the first bytes of a picture to the end of its pieces.
                yield _Cut(start + at, group[-1][1], "encoded")
                return
        if len(run) >= RUN and _is_bad(run, depth):
            yield _Cut(start, group[-1][1] if index + 1 < len(group) else end, "encoded")
            return
    lines = [(start, end) for start, end in group if _STRICT.match(text, start, end)]
    if len(lines) >= LINES and sum(end - start for start, end in lines) >= RUN:
        joined = "".join(text[start:end] for start, end in lines)
        if _is_bad(joined, depth):
            yield _Cut(lines[0][0], lines[-1][1], "encoded")


def _is_bad(run: str, depth: int, *, signed: bool = False) -> bool:
    readings = list(from_letters(run))
    if _holds_media(readings, depth):
        return True
    return not signed and not _is_words(run) and not _reads(readings)


def _holds_media(readings: Iterable[bytes], depth: int) -> bool:
    """Whether a reading is a medium, compresses one, or is a text with one in it."""
    for raw in readings:
        if is_media(raw):
            return True
        if (whole := inflated(raw)) is not None:
            if _holds_media([whole], depth + 1):
                return True
        elif depth < _DEPTH and len(raw) >= 64 and (text := text_of(raw)) and _scrub(text, "", depth + 1)[1]:
            return True
    return False


def _reads(readings: Iterable[bytes]) -> bool:
    """Whether a reading is text, at once or after a known compression."""
    for raw in readings:
        whole = inflated(raw)
        raw = raw if whole is None else whole
        if len(raw) >= 16 and text_of(raw):
            return True
    return False


def _is_words(run: str) -> bool:
    """Whether most of the run is words and numbers, as in a path or a list of names: letters of one case, short."""
    words = sum(len(word) for word in _WORD.findall(run) if len(word) <= _MAX_WORD)
    return words >= 0.7 * len(run)


_PASSES: tuple[tuple[Suspicion, Pass], ...] = (
    ("data_uri", _data_uris),
    *((name, partial(_judged, pattern=_ESCAPES[name], decode=from_escapes)) for name in _ESCAPES),
    ("numbers", partial(_judged, pattern=_NUMBERS, decode=from_numbers)),
    *((name, partial(_recognised, find=_BASE85[name])) for name in _BASE85),
    ("pieces", partial(_letter_runs, shortest=_PIECE, is_signed=True)),
    ("lines", partial(_letter_runs, shortest=LINE, is_signed=False)),
    ("runs", partial(_letter_runs, shortest=RUN, is_signed=False)),
    ("drawing", _drawings),
)

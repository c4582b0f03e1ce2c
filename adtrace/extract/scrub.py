"""Embedded media is taken out of text before anything is kept (shared facts: door 2.4); linear time throughout.

A run is judged as a whole: it stays only if some reading of it is text that holds no media itself, or if it is
words or a path. Whatever begins as a medium goes, however short. What cannot be recognised stays: runs split by
code, encrypted ones, alphabets of one's own.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

import re2

from adtrace.extract.decoding import from_base85, from_escapes, from_letters, from_numbers, to_base85
from adtrace.extract.media import inflated, is_media, text_of
from adtrace.extract.sighting import Scrubbed

RUN = 512  # characters: what is shorter and begins as no medium is an id or a key
_SHORTEST = 24  # characters of escapes or numbers that are looked at if they begin as a medium
_UNITS = 64  # escapes or numbers that make a run
_LINE, _LINES = 40, 6  # characters of a wrapped line, and lines, that make a run
_WINDOW = 4096  # characters in which the end of a picture in markup is looked for at a time
_DEPTH = 3  # texts within texts that are looked into

_COLON = r"(?::|&colon;?|&#58;?|&#x3a;?|%3a|\\x3a|\\u003a|\\72)"
_SLASH = r"(?:\\?/|%2f|&sol;?|&#47;?|&#x2f;?|\\x2f|\\u002f)"
_DATA_URI = re2.compile(
    rf"(?i)data{_COLON}\s*(?:(?:image|video|audio|font){_SLASH}"
    rf"|application{_SLASH}(?:octet-stream|x?-?font|font|vnd|pdf|zip|x-shockwave|ogg|mp4|dash|x-mpegurl|wasm))"
    r"(?:[^\"'`)\s<>]|;\s|,\s)*"
)
_SVG = re2.compile(r"(?i)(?:<|%3c|\\x3c|\\u003c)svg")
_SVG_END = re2.compile(r"(?i)(?:<|%3c|\\x3c|\\u003c)\\?(?:/|%2f)svg\s*(?:>|%3e|\\x3e|\\u003e)")
_DATA_HINT = re2.compile(rf"(?i)data{_COLON}\s*(?:image|video|audio|font|application)".encode())

# How the first bytes of media look in each encoding: enough to find what is shorter than a run.
_SIGNED = re2.compile(
    r"(?:(?:\\?/|%2[Ff]|_)9j(?:\\?/|%2[Ff]|_)[24567wx]|iVBORw0KGg|R0lGOD[dl]h|UklGR[A-Za-z0-9+/_-]{5}|T2dnUw[AB]|SUQz[AB]|ZkxhQw"
    r"|GkXfo|AAAA[A-Za-z0-9+/_-]{2}Z0eX|AAAA[A-Za-z0-9+/_-]{2}ZzdHlw|JVBERi0|d09G[Mm]g|AAABAA[EI]|SUkqAA|TU0AKg|PHN2Zy|I0VYVE0zVQ"
    r"|(?i:ffd8ff[c-f]|89504e470d|474946383[79]61|52494646[0-9a-f]{8}5745|4f67675300|1a45dfa3|000000[0-9a-f]{2}66747970"
    r"|255044462d|774f46[34]|664c6143|4944330[2-4])|H4sI|\be[AFJN][A-Za-z0-9+/_-]{10})[A-Za-z0-9+/_=%\\-]{8,}"
)
_ESCAPED_SIGN = re2.compile(
    r"(?i)(?:%FF%D8%FF|%89PNG|%89%50%4E|GIF89a(?:%|\\)|%47%49%46%38|%1AE%DF|%00%00%00(?:%..|.)ftyp|%52%49%46%46|%4f%67%67"
    r"|\\xff\\xd8\\xff|\\x89PNG|\\x89\\x50\\x4e|\\x47\\x49\\x46\\x38|\\x1aE\\xdf|\\x52\\x49\\x46\\x46|\\x4f\\x67\\x67"
    r"|\\u00ff\\u00d8|\\u0089PNG|\\u0089\\u0050|\\u0047\\u0049\\u0046|\\377\\330\\377|\\211PNG"
    r"|&#255;?&#216|&#xff;?&#xd8|&#137;?(?:PNG|&#80)|&#x89;?(?:PNG|&#x50)|&#71;?&#73;?&#70|&#x47;?&#x49)"
)
_NUMBERED_SIGN = re2.compile(
    r"\b(?:255\s*,\s*216\s*,\s*255|137\s*,\s*80\s*,\s*78|71\s*,\s*73\s*,\s*70|-1\s*,\s*-40\s*,\s*-1|-119\s*,\s*80\s*,\s*78"
    r"|(?i:0xff\s*,\s*0xd8\s*,\s*0xff|0x89\s*,\s*0x50|0x47\s*,\s*0x49\s*,\s*0x46))"
)

_LETTER = r"[A-Za-z0-9+/_=%\\-]"
_PIECES = re2.compile(_LETTER + "{16,}")  # where something begins as a medium
_LINES_OR_RUNS = re2.compile(_LETTER + f"{{{_LINE},}}")
_RUNS = re2.compile(_LETTER + f"{{{RUN},}}")
_STRICT = re2.compile(rf"[A-Za-z0-9+/]{{{_LINE},}}=*|[A-Za-z0-9_-]{{{_LINE},}}=*")
_GLUE = re2.compile(
    r"(?:[\s\"'`+,;:()\[\]\\.]|\\[nrt]|%0[AaDd]|&#(?:1[03]|x[AaDd]);?|concat|push|join|[A-Za-z_$][\w$.]{0,30}\s*\+=)*"
)
_MAX_GLUE = 96  # characters between two pieces of one run
_ESCAPES = tuple(
    re2.compile(rf"[\w%. \n-]{{0,12}}(?:{unit}){{6,}}")
    for unit in (
        r"%[0-9A-Fa-f]{2}[A-Za-z0-9_.~!*()'+/@:,;=?$ -]{0,12}",
        r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,4}\}|[0-7]{1,3}|[abfnrtv\\/\"'])[^\\\n]{0,12}",
        r"&#[xX]?[0-9A-Fa-f]{1,6};?[^&<>\n]{0,12}",
    )
)
_NUMBERS = re2.compile(
    r"(?:-?(?:0[xX][0-9A-Fa-f]{1,2}|\d{1,3})(?:\s*,\s*|\s+)){15,}(?:0[xX][0-9A-Fa-f]{1,2}|\d{1,3}\b)?"
)
# Up to the last escape or number and the letters after it, not the code that a pattern may run into.
_LAST = re.compile(r"(?s).*(?:%..|\\(?:x..|u\{\w+\}|u....|[0-7]{1,3}|.)|&#\w+;?|\d)[\w+/=~.@!-]*")
_ALPHABETS_85 = (
    r"0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-",
    r"!-uz",
    r"0-9A-Za-z.:+=^!/*?&<>()\[\]{}@%$#-",
)
_BASE85 = tuple(re2.compile(f"[{letters}]{{{RUN},}}") for letters in _ALPHABETS_85)
_HEADS = (
    *(b"\xff\xd8\xff" + bytes([mark]) for mark in (0xC0, 0xDB, 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE)),
    *(
        b"\x89PNG",
        b"GIF8",
        b"RIFF",
        b"\x1a\x45\xdf\xa3",
        b"OggS",
        b"%PDF",
        b"wOFF",
        b"wOF2",
        b"fLaC",
        b"ftyp",
    ),
    *(b"ID3\x02", b"ID3\x03", b"ID3\x04", b"\x00\x00\x01\x00"),
)
_SIGNED_85 = re2.compile(
    "(?:0000.|!!!.)?(?:"
    + "|".join(re.escape(sign) for head in _HEADS for sign in to_base85(head))
    + ")[!-~]{24,}"
)
_FRAMED_85 = re2.compile(r"<~[!-uz\s]{24,}~>")
_DRAWING = re2.compile(r"[Mm]\s*-?[\d.]+[\s,]*-?[\d.]+[\s,\d.eMLHVCSQTAZmlhvcsqtaz-]{100,}")
_WORD = re2.compile(r"[a-z]+|[A-Z][a-z]*|[A-Z]+|\d+")
_MAX_WORD = 32


def _table(inside: bytes) -> bytes:
    return bytes(ord("a") if byte in inside else ord(" ") for byte in range(256))


_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_RUN_TABLE = _table(_LETTERS + b"+/=_-\\%")
_LINE_TABLE = _table(_LETTERS + b"+/=")
_NUMBER_TABLE = _table(b"0123456789, \n-xabcdefABCDEF")
_TABLES_85 = (
    _table(_LETTERS + b"!#$%&()*+-;<=>?@^_`{|}~"),
    _table(bytes(range(33, 118)) + b"z"),
    _table(_LETTERS + b".-:+=^!/*?&<>()[]{}@%$#"),
)
_PATH_TABLE = _table(b"0123456789 .,-MLHVCSQTAZmlhvcsqtaz\n")


class _Cut(NamedTuple):
    start: int
    end: int
    kind: str


Pass = Callable[[str], Iterator[_Cut]]


def scrub(text: str, place: str) -> tuple[str, list[Scrubbed]]:
    """The text without embedded media, each run replaced by `[[scrubbed kind length]]`, and what was taken."""
    return _scrub(text, place, 0)


def _scrub(text: str, place: str, depth: int) -> tuple[str, list[Scrubbed]]:
    taken: list[Scrubbed] = []
    for find in _passes(text, depth):
        parts: list[str] = []
        at = 0
        for cut in find(text):
            if cut.start < at:
                continue
            length = cut.end - cut.start
            taken.append(Scrubbed(cut.kind, length, place))
            parts += (text[at : cut.start], f"[[scrubbed {cut.kind} {length}]]")
            at = cut.end
        if parts:
            text = "".join((*parts, text[at:]))
    return text, taken


def _passes(text: str, depth: int) -> list[Pass]:
    """What must be looked for in this text: table look-ups and automata decide, so that clean text costs little."""
    data = text.encode("ascii", "replace")
    found: list[Pass] = []
    if _DATA_HINT.search(data):
        found.append(_data_uris)
    signed = _ESCAPED_SIGN.search(text) is not None
    for mark, pattern in zip((b"%", b"\\", b"&#"), _ESCAPES, strict=True):
        if signed or data.count(mark) >= _UNITS:
            found.append(partial(_judged, pattern=pattern, decode=from_escapes, units=_UNITS, depth=depth))
    if b"a" * (2 * _UNITS) in data.translate(_NUMBER_TABLE) or _NUMBERED_SIGN.search(text):
        found.append(partial(_judged, pattern=_NUMBERS, decode=from_numbers, units=_UNITS, depth=depth))
    for table, pattern in zip(_TABLES_85, _BASE85, strict=True):
        if b"a" * RUN in data.translate(table):
            found.append(partial(_recognised, pattern=pattern, decode=from_base85, depth=depth))
    if _SIGNED_85.search(text):
        found.append(partial(_recognised, pattern=_SIGNED_85, decode=from_base85, depth=depth))
    if b"<~" in data:
        found.append(partial(_recognised, pattern=_FRAMED_85, decode=from_base85, depth=depth))
    if _SIGNED.search(text):
        found.append(partial(_letter_runs, pattern=_PIECES, depth=depth))
    elif data.translate(_LINE_TABLE).count(b"a" * _LINE) >= _LINES:
        found.append(partial(_letter_runs, pattern=_LINES_OR_RUNS, depth=depth))
    elif b"a" * RUN in data.translate(_RUN_TABLE):
        found.append(partial(_letter_runs, pattern=_RUNS, depth=depth))
    if b"a" * 128 in data.translate(_PATH_TABLE):
        found.append(lambda t: (_Cut(m.start(), m.end(), "drawing") for m in _DRAWING.finditer(t)))
    return found


def _data_uris(text: str) -> Iterator[_Cut]:
    at = 0
    for match in _DATA_URI.finditer(text):
        if match.start() < at:
            continue
        at = match.end()
        if _SVG.search(match[0] + text[at : at + 12]) and not _SVG_END.search(match[0]):
            # A picture in markup holds quotes and spaces.
            at = _end_of_svg(text, at)
        yield _Cut(match.start(), at, "data-uri")


def _end_of_svg(text: str, at: int) -> int:
    # In windows: a search encodes all it is given, and a page may hold a picture every few letters.
    while at < len(text):
        if closed := _SVG_END.search(text[at : at + _WINDOW]):
            return at + int(closed.end())
        at += _WINDOW - 24
    return len(text)


def _judged(
    text: str, *, pattern: Any, decode: Callable[[str], Iterable[bytes]], units: int, depth: int
) -> Iterator[_Cut]:
    for match in pattern.finditer(text):
        run = match[0]
        if len(run) < _SHORTEST:
            continue
        readings = list(decode(run))
        is_long = len(run) >= 3 * units
        if _holds_media(readings, depth) or (is_long and readings and not _reads(readings)):
            end = _LAST.search(run)
            yield _Cut(match.start(), match.start() + (end.end() if end else len(run)), "encoded")


def _recognised(
    text: str, *, pattern: Any, decode: Callable[[str], Iterable[bytes]], depth: int
) -> Iterator[_Cut]:
    """Runs that are media; that code decodes to something is no proof, its letters are of one of these alphabets."""
    for match in pattern.finditer(text):
        if _holds_media(decode(match[0]), depth):
            yield _Cut(match.start(), match.end(), "encoded")


def _letter_runs(text: str, *, pattern: Any, depth: int) -> Iterator[_Cut]:
    """Runs of base64 or hexadecimal, whole or in pieces that only quotes, breaks and plus signs keep apart."""
    group: list[tuple[int, int]] = []
    for match in pattern.finditer(text):
        if group and not _is_glue(text, group[-1][1], match.start()):
            yield from _group(text, group, depth)
            group = []
        group.append((match.start(), match.end()))
    if group:
        yield from _group(text, group, depth)


def _is_glue(text: str, start: int, end: int) -> bool:
    return end - start <= _MAX_GLUE and _GLUE.fullmatch(text[start:end]) is not None


def _group(text: str, group: list[tuple[int, int]], depth: int) -> Iterator[_Cut]:
    for index, (start, end) in enumerate(group):
        run = text[start:end]
        signed = _SIGNED.search(run[:96] if len(run) < RUN else run)
        if signed and _is_bad(run[signed.start() :], depth, signed=True):
            # From the first bytes of a picture to the end of its pieces.
            yield _Cut(start + signed.start(), group[-1][1], "encoded")
            return
        if len(run) >= RUN and _is_bad(run, depth):
            yield _Cut(start, group[-1][1] if index + 1 < len(group) else end, "encoded")
            return
    lines = [(start, end) for start, end in group if _STRICT.match(text[start:end])]
    if len(lines) >= _LINES and sum(end - start for start, end in lines) >= RUN:
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
    words = sum(len(word) for word in _WORD.findall(run) if 3 <= len(word) <= _MAX_WORD)
    return words >= 0.7 * len(run)

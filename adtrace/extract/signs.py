"""Which kinds of embedded media a text could hold: cheap questions, so that clean text costs little.

A yes only means that the pass for that kind must look; a no must be sure. All signs are asked in one search, and runs
are looked for in samples first: a run of 512 letters has 32 of them at every 16th place, wherever it begins. Both
together cost 2 ns a character (six tables over the whole text and five searches cost 17).
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

import re2

from adtrace.extract.decoding import to_base85
from adtrace.linear import Span

RUN = 512  # characters: what is shorter and begins as no medium is an id or a key
UNITS = 64  # escapes or numbers that make a run
LINE, LINES = 40, 6  # characters of a wrapped line, and lines, that make a run
DRAWING = 128  # characters of a path's coordinates

Suspicion = Literal[
    "data_uri",
    "percent",
    "backslash",
    "reference",
    "numbers",
    "rfc1924",
    "ascii85",
    "z85",
    "signed85",
    "framed85",
    "pieces",
    "lines",
    "runs",
    "drawing",
]
COLON = r"(?::|&colon;?|&#58;?|&#x3a;?|%3a|\\x3a|\\u003a|\\72)"

# How the first bytes of media look in each encoding: enough to find what is shorter than a run.
SIGNED = (
    r"(?:(?:\\?/|%2[Ff]|_)9j(?:\\?/|%2[Ff]|_)[24567wx]|iVBORw0KGg|R0lGOD[dl]h|UklGR[A-Za-z0-9+/_-]{5}|T2dnUw[AB]|SUQz[AB]|ZkxhQw"
    r"|GkXfo|AAAA[A-Za-z0-9+/_-]{2}Z0eX|AAAA[A-Za-z0-9+/_-]{2}ZzdHlw|JVBERi0|d09G[Mm]g|AAABAA[EI]|SUkqAA|TU0AKg|PHN2Zy|I0VYVE0zVQ"
    r"|(?i:ffd8ff[c-f]|89504e470d|474946383[79]61|52494646[0-9a-f]{8}5745|4f67675300|1a45dfa3|000000[0-9a-f]{2}66747970"
    r"|255044462d|774f46[34]|664c6143|4944330[2-4])|H4sI|\be[AFJN][A-Za-z0-9+/_-]{10})[A-Za-z0-9+/_=%\\-]{8,}"
)
_ESCAPED = (
    r"(?i:%FF%D8%FF|%89PNG|%89%50%4E|GIF89a(?:%|\\)|%47%49%46%38|%1AE%DF|%00%00%00(?:%..|.)ftyp|%52%49%46%46|%4f%67%67"
    r"|\\xff\\xd8\\xff|\\x89PNG|\\x89\\x50\\x4e|\\x47\\x49\\x46\\x38|\\x1aE\\xdf|\\x52\\x49\\x46\\x46|\\x4f\\x67\\x67"
    r"|\\u00ff\\u00d8|\\u0089PNG|\\u0089\\u0050|\\u0047\\u0049\\u0046|\\377\\330\\377|\\211PNG"
    r"|&#255;?&#216|&#xff;?&#xd8|&#137;?(?:PNG|&#80)|&#x89;?(?:PNG|&#x50)|&#71;?&#73;?&#70|&#x47;?&#x49)"
)
_NUMBERED = (
    r"\b(?:255\s*,\s*216\s*,\s*255|137\s*,\s*80\s*,\s*78|71\s*,\s*73\s*,\s*70|-1\s*,\s*-40\s*,\s*-1|-119\s*,\s*80\s*,\s*78"
    r"|(?i:0xff\s*,\s*0xd8\s*,\s*0xff|0x89\s*,\s*0x50|0x47\s*,\s*0x49\s*,\s*0x46))"
)
_HEADS = (
    *(b"\xff\xd8\xff" + bytes([mark]) for mark in (0xC0, 0xDB, 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE)),
    *(b"\x89PNG", b"GIF8", b"RIFF", b"\x1a\x45\xdf\xa3", b"OggS", b"%PDF", b"wOFF", b"wOF2", b"fLaC", b"ftyp"),
    *(b"ID3\x02", b"ID3\x03", b"ID3\x04", b"\x00\x00\x01\x00"),
)  # fmt: skip
SIGNED_85 = (
    "(?:0000.|!!!.)?(?:"
    + "|".join(re.escape(sign) for head in _HEADS for sign in to_base85(head))
    + ")[!-~]{24,}"
)
_SIGNS: tuple[tuple[str, str], ...] = (
    ("data_uri", rf"(?i:data{COLON}\s*(?:image|video|audio|font|application))"),
    ("escaped", _ESCAPED),
    ("numbers", _NUMBERED),
    ("signed85", SIGNED_85),
    ("framed85", "<~"),
    ("pieces", SIGNED),
)
# How each kind of escape begins; the first byte alone is counted sooner.
_MARKS: tuple[tuple[Suspicion, bytes], ...] = (("percent", b"%"), ("backslash", b"\\"), ("reference", b"&#"))


def _table(inside: bytes) -> bytes:
    return bytes(ord("a") if byte in inside else ord(" ") for byte in range(256))


_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_LINE_TABLE = _table(_LETTERS + b"+/=")
RUN_TABLE = _table(_LETTERS + b"+/=_-\\%")
_Runs = tuple[tuple[Suspicion, int, bytes], ...]
# What a run of its length is made of: with white space in it, or without any, which many a text has no run of.
_SPACED: _Runs = (
    ("numbers", 2 * UNITS, _table(b"0123456789, \n-xabcdefABCDEF")),
    ("drawing", DRAWING, _table(b"0123456789 .,-MLHVCSQTAZmlhvcsqtaz\n")),
)
TABLES_85: dict[Suspicion, bytes] = {
    "rfc1924": _table(_LETTERS + b"!#$%&()*+-;<=>?@^_`{|}~"),
    "ascii85": _table(bytes(range(33, 118)) + b"z"),
    "z85": _table(_LETTERS + b".-:+=^!/*?&<>()[]{}@%$#"),
}
_UNSPACED: _Runs = tuple((name, RUN, table) for name, table in TABLES_85.items())
_VISIBLE = _table(bytes(range(33, 127)))
_SHORTEST_RUN = min(length for _, length, _ in (*_SPACED, *_UNSPACED))


def _one_search() -> Any:
    options = re2.Options()
    options.max_mem = 64 << 20
    found = re2.Set.SearchSet(options)
    for _, pattern in _SIGNS:
        found.Add(pattern)
    found.Compile()
    return found


_SEARCH = _one_search()


def suspicions(data: bytes) -> set[str]:
    """The kinds that may be in the text, a byte a character; an empty set for most."""
    found = {_SIGNS[number][0] for number in _SEARCH.Match(data) or ()}
    for name, mark in _MARKS:
        if "escaped" in found or (data.count(mark[:1]) >= UNITS and data.count(mark) >= UNITS):
            found.add(name)
    if len(data) >= _SHORTEST_RUN:
        kinds = (*_SPACED, *_UNSPACED) if has_run(data, RUN, _VISIBLE) else _SPACED
        found.update(name for name, length, table in kinds if has_run(data, length, table))
    if "pieces" not in found and len(data) >= LINES * LINE:
        if data.translate(_LINE_TABLE).count(b"a" * LINE) >= LINES:
            found.add("lines")
        elif has_run(data, RUN, RUN_TABLE):
            found.add("runs")
    return found


def runs(data: bytes, length: int, table: bytes) -> Iterator[Span]:
    """Where bytes that the table maps to `a` stand so many or more in a row, in order."""
    marked = data.translate(table)
    shortest = b"a" * length
    at = marked.find(shortest)
    while at >= 0:
        end = marked.find(b" ", at)
        end = end if end >= 0 else len(marked)
        yield at, end
        at = marked.find(shortest, end)


def has_run(data: bytes, length: int, table: bytes) -> bool:
    """Whether so many bytes in a row are among those that the table maps to `a`."""
    if len(data) < length:
        return False
    step = length // 32
    sampled = data[::step].translate(table)
    return b"a" * 32 in sampled and b"a" * length in data.translate(table)

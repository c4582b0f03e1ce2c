"""Values that a script makes of its parts: concatenated, joined, decoded or packed, then read like the rest.

A cheap search decides which scripts are parsed at all; there, what can be known without running it is put in its
place, and the script is read again by the detectors of code. What they find in a value that was made is located
at the expression that makes it, and says how. Bounded in bytes, rounds and expressions.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property

from adtrace.extract.finder import Finder
from adtrace.extract.reading import Script, Skeleton
from adtrace.extract.rewriting import Rewriting, with_values
from adtrace.extract.within import add_within, read_code, read_within
from adtrace.knowledge import Knowledge
from adtrace.linear import Linear, Match

MAX_PARSED = 160_000  # characters of one script that is parsed
MAX_PARSED_IN_ALL = 640_000  # of one document
MAX_ROUNDS = 3  # code within code

_NAME = r"[A-Za-z_$][\w$]*"
# What makes values in ways that the patterns for code cannot see through. name…: worth it if the script sets it;
# decoded: not if several functions take it.
# A packer, a decoder, a list joined or turned round, text in escapes.
_ENCODED = (
    r"eval\s*\(\s*function\s*\(\s*p\s*,\s*a\s*,\s*c\s*,\s*k"
    rf"|\batob\s*\(\s*(?P<decoded>{_NAME})?"
    r"|\bfromCharCode\s*(?:\.apply)?\s*\(\s*(?:null\s*,\s*\[|\d[\da-fA-FxX\s+]*[,)])|\bunescape\s*\(\s*[\"'`][^\"'`]{12}"
    r"|decodeURI(?:Component)?\s*\(\s*[\"'`][^\"'`]*%[0-9A-Fa-f]{2}[^\"'`]{8}"
    r"|[\"'`]\s*,?\s*\]\s*\.\s*(?:join|reverse)\s*\(\s*(?:[\"'`][./-]?[\"'`]\s*)?\)"
    r"|\.split\(\s*[\"'`][\"'`]\s*\)\s*\.\s*reverse|(?:\\\\?x[0-9A-Fa-f]{2}){5}|(?:\\\\?u00[0-9A-Fa-f]{2}){5}"
)
# An address put together where it is used.
_ADDRESS = (
    r"(?:\.src\s*=|setAttribute\(\s*[\"']src[\"']\s*,)\s*(?:"
    rf"[\"'`](?:https?:)?//(?:[\w-]+[.-])?[\"'`]\s*\+\s*(?P<name1>{_NAME})"
    rf"|(?P<name2>{_NAME})\s*\+\s*(?:[\"'`](?:/[^/]|[.?])|[A-Za-z_$]\w*\s*[;,+)])|`[^`]{{0,9}}\$\{{(?P<name3>{_NAME}))"
)
# The same in markup that is written; the site before a path may be set anywhere.
_WRITTEN = (
    r"\bsrc=\\?[\"']?(?:"
    rf"(?:https?:)?//(?:[\w-]+[.-])?(?:[\"']\s*\+\s*(?P<name6>{_NAME})|\$\{{(?P<name7>{_NAME}))"
    r"|(?:[\"']\s*\+\s*[\w$.]+\s*\+\s*[\"']|\$\{[\w$.]+\})/[^/\"'])"
)
# An id put together where it is used.
_ID = (
    rf"define(?:OutOfPage)?Slot\(\s*(?:[\"'`][^\"'`]*[\"'`]\s*\+\s*)?(?:`[^`]*?\$\{{)?(?P<name4>{_NAME})"
    r"|(?:google_ad_client|data-ad-client|(?:zone|pub|publisher|site|placement)_?[iI]d)[\"']?\s*[:=]\s*"
    r"(?:[\"'`][^\"'`\n]*[\"'`]\s*\+|(?P<name5>[A-Z_$][A-Z0-9_$]{2,})\s*[,;})\n])"
)
# An address on a card's host that is known up to an id, which the script sets.
_ON_HOST = (
    r"[\"'`](?:https?:)?//(?P<host>[\w-]+(?:\.[\w-]+)+)/(?:[^\s\"'`${}]{0,200}[/=_-])?(?:[\"']\s*\+\s*|\$\{)"
    rf"(?P<literal>(?:{_NAME}\.){{0,3}}{_NAME})\s*(?:[+;,)}}]|$)"
)
# The same in an attribute of an element that is made: any other may hold anything.
_ATTRIBUTE = (
    r"(?:setAttribute\(\s*[\"'`]data-[\w-]{0,40}(?:zone|pub|site|slot|placement|key|id)[\w-]{0,40}[\"'`]\s*,"
    r"|\.dataset\.\w{0,40}(?:[zZ]one|[pP]ub|[sS]ite|[sS]lot|[pP]lacement|[kK]ey|[iI]d)\w{0,40}\s*=)\s*"
    rf"(?P<set>(?:{_NAME}\.){{0,3}}{_NAME})\s*(?:[;,)}}\n]|$)"
)
# An id set in an address by the functions for its query.
_QUERY = (
    r"(?:\.(?:set|append)\(|URLSearchParams\(\s*\{)\s*[\"'`]?"
    r"(?:key|z|zid|id_?zone|zone(?:_?id)?|pub(?:_?id|lisher_?id)?|client|site_?id|spot(?:_?id)?|placement_?id|slot_?id"
    r"|aff(?:iliate)?_?id|marker)[\"'`]?\s*[,:]\s*[\"'`\d]"
)
_MAKES = Linear("|".join((_ENCODED, _ADDRESS, _WRITTEN, _ID, _ON_HOST, _ATTRIBUTE, _QUERY)))
# A text that was read, and of each stretch of it what stretch of the script it comes from, and how it was made.
_Read = tuple[Finder, Callable[[int, int], tuple[int, int, tuple[str, ...]]]]
_MARKUP = re.compile(r"<[A-Za-z]")
_MEMBER = re.compile(rb"(?<![\w$])([A-Za-z_$][\w$]*)[\"']?\s*[:=]\s*[\"'`\d]")
_CONSTANT = re.compile(rb"(?<![\w$.])(?:(?:window|self|top|globalThis)\.)*([A-Za-z_$][\w$]*)\s*=\s*[\"'`\d]")
_ASSIGNED = re.compile(rb"(?<![\w$.])([A-Za-z_$][\w$]*)\s*=(?!=)\s*([^,;\n]{0,60})")
_SET = re.compile(
    rb"(?<![\w$.])([A-Za-z_$][\w$]*)\s*=(?!=)|function\b\s*([A-Za-z_$][\w$]*)?\s*\(([^()]{0,200})"
)
_WORD = re.compile(rb"[\w$]+")


def find(finder: Finder) -> None:
    """The lines of other detectors of code, for what scripts make of their parts."""
    left = MAX_PARSED_IN_ALL
    for script in scripts_that_make_values(finder.skeleton, finder.knowledge):
        length = script.end - script.start
        if length > min(MAX_PARSED, left):
            finder.cut(
                f"scripts that make values parsed up to {MAX_PARSED} characters each, {MAX_PARSED_IN_ALL} in all"
            )
            continue
        left -= length
        _find_in(finder, script)


def scripts_that_make_values(skeleton: Skeleton, knowledge: Knowledge) -> Iterator[Script]:
    """The scripts that are worth the parser."""
    data, at = skeleton.data, skeleton.end
    scripts = skeleton.scripts
    starts = [script.start for script in scripts]
    names: dict[int, _Names] = {}
    while match := _MAKES.search(data, at):
        start, at = match.span()
        script = scripts[max(bisect_right(starts, start) - 1, 0)]
        if script.start > start:
            continue
        if script.start not in names:
            names[script.start] = _Names(data[script.start : script.end])
        if _is_known(match, names[script.start], knowledge):
            yield script
            at = script.end


class _Names:
    """The names that a script sets, each found in one pass when first asked for: a page may ask of any number."""

    def __init__(self, code: bytes) -> None:
        self._code = code

    def are_literal(self, path: str) -> bool:
        """Whether the name, or the last of a path of them, is set to a literal string or number and nothing else."""
        owner, _, name = path.encode().rpartition(b".")
        return name in (self._members if owner else self._constants) and name not in self._several

    @cached_property
    def _members(self) -> frozenset[bytes]:
        return frozenset(_MEMBER.findall(self._code))

    @cached_property
    def _constants(self) -> frozenset[bytes]:
        return frozenset(_CONSTANT.findall(self._code))

    @cached_property
    def _several(self) -> frozenset[bytes]:
        values: dict[bytes, set[bytes]] = {}
        for name, value in _ASSIGNED.findall(self._code):
            values.setdefault(name, set()).add(value)
        return frozenset(name for name, found in values.items() if len(found) > 1)

    @cached_property
    def any(self) -> frozenset[bytes]:
        """Names that are set to anything, are parameters or functions; and Math, of which random parts come."""
        found = {b"Math"}
        for name, function, parameters in self._set:
            found.update((name, function, *_WORD.findall(parameters)))
        return frozenset(found)

    @cached_property
    def shared(self) -> frozenset[bytes]:
        """Names that several functions take: what they stand for is known of none (evaluate.py)."""
        taken = Counter(name for *_, parameters in self._set for name in set(_WORD.findall(parameters)))
        return frozenset(name for name, times in taken.items() if times > 1)

    @cached_property
    def _set(self) -> list[tuple[bytes, ...]]:
        return _SET.findall(self._code)


def _is_known(match: Match, names: _Names, knowledge: Knowledge) -> bool:
    """Whether the name that a value is made of, if it is made of one, is set in the same script."""
    groups = match.groups()
    host, literal, decoded = groups.pop("host"), groups.pop("literal"), groups.pop("decoded")
    if decoded:
        return decoded.encode() not in names.shared
    if attribute := groups.pop("set"):
        return names.are_literal(attribute)
    if host and literal:
        return knowledge.card_of_host(host.lower()) is not None and names.are_literal(literal)
    name = next(filter(None, groups.values()), None)
    return name is None or name.encode() in names.any


def _find_in(finder: Finder, script: Script) -> None:
    text = finder.skeleton.text[script.start : script.end]
    for read, origin in read_values(finder, text):
        add_within(finder, script, read, origin)


def read_values(finder: Finder, text: str, made: Rewriting | None = None) -> Iterator[_Read]:
    """What the detectors find in the code with its values in place, and where that comes from (add_within).

    made: how the text itself came of a script, if it is none.
    """
    for _ in range(MAX_ROUNDS):
        rewritten = with_values(text, made)
        if rewritten is None:
            break
        made, text = rewritten, rewritten.text
        yield from _read_markup(finder, made)
        if not any(
            piece.steps and _MAKES.holds(piece.value.encode("ascii", "replace")) for piece in made.pieces
        ):
            break
    if made is not None:
        yield _read_code(finder, made)


def _read_markup(finder: Finder, made: Rewriting) -> Iterator[_Read]:
    """What stands in the markup among the values: each is a document of its own."""
    from adtrace.extract.skeleton import SkeletonWriter

    for piece in made.pieces:
        if piece.steps and _MARKUP.search(piece.value):
            writer = SkeletonWriter("frame", b"", finder.knowledge)
            at = made.origin(piece.start, piece.end)
            yield read_within(finder, writer.page(piece.value)), lambda _s, _e, at=at: at  # type: ignore[misc]


def _read_code(finder: Finder, made: Rewriting) -> _Read:
    """What the detectors of code find in the script with its values in place, also where it touches none of them."""
    read, begin = read_code(finder, made.text)
    return read, lambda start, end: made.origin(start - begin, end - begin)

"""Values that a script makes of its parts: concatenated, joined, decoded or packed, then read like the rest.

A cheap search decides which scripts are parsed at all; there, what can be known without running it is put in its
place, and the script is read again by the detectors of code. What they find in a value that was made is located
at the expression that makes it, and says how. Bounded in bytes, rounds and expressions.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from adtrace.extract.finder import Finder
from adtrace.extract.reading import Script as InlineScript
from adtrace.extract.reading import Skeleton
from adtrace.extract.sighting import Decoded, Sighting
from adtrace.knowledge import Knowledge
from adtrace.linear import Linear, Match

if TYPE_CHECKING:
    from tree_sitter import Node

    from adtrace.extract.evaluate import Script

MAX_PARSED = 160_000  # bytes of one script that is parsed
MAX_PARSED_IN_ALL = 640_000  # of one document
MAX_ROUNDS = 3  # code within code
MAX_READ = 1 << 19  # characters of a script with its values in place
_SHORTEST = 4  # characters of a value that could be an address, an id or code

# What makes values in ways that the patterns for code cannot see through. name: worth it if the script sets it.
_NAME = r"(?P<name%d>[A-Za-z_$][\w$]*)"
_MAKES = Linear(
    r"eval\s*\(\s*function\s*\(\s*p\s*,\s*a\s*,\s*c\s*,\s*k"
    r"|\batob\s*\(|\bfromCharCode\s*(?:\.apply)?\s*\(\s*(?:null\s*,\s*\[|\d)|\bunescape\s*\(\s*[\"'`][^\"'`]{12}"
    r"|decodeURI(?:Component)?\s*\(\s*[\"'`][^\"'`]*%[0-9A-Fa-f]{2}[^\"'`]{8}"
    r"|[\"'`]\s*,?\s*\]\s*\.\s*(?:join|reverse)\s*\(\s*(?:[\"'`][./-]?[\"'`]\s*)?\)|\.split\(\s*[\"'`][\"'`]\s*\)\s*\.\s*reverse"
    r"|(?:\\\\?x[0-9A-Fa-f]{2}){5}|(?:\\\\?u00[0-9A-Fa-f]{2}){5}"
    # an address or an id put together where it is used
    r"|(?:\.src\s*=|setAttribute\(\s*[\"']src[\"']\s*,)\s*(?:[\"'`](?:https?:)?//[\"'`]\s*\+\s*" + _NAME % 1
    + r"|" + _NAME % 2 + r"\s*\+\s*(?:[\"'`](?:/[^/]|[.?])|[A-Za-z_$]\w*\s*[;,+)])|`[^`]{0,9}\$\{" + _NAME % 3
    + r")|define(?:OutOfPage)?Slot\(\s*(?:[\"'`][^\"'`]*[\"'`]\s*\+\s*)?(?:`[^`]*\$\{)?" + _NAME % 4
    + r"|(?:google_ad_client|data-ad-client|zone_?[iI]d|pub(?:lisher)?_?[iI]d|site_?[iI]d|placement_?[iI]d)[\"']?"
    r"\s*[:=]\s*(?:[\"'`][^\"'`\n]*[\"'`]\s*\+|(?P<name5>[A-Z_$][A-Z0-9_$]{2,})\s*[,;})\n])"
    # an address on a card's host that is known up to an id, which the script sets
    r"|[\"'`](?:https?:)?//(?P<host>[\w-]+(?:\.[\w-]+)+)/(?:[^\s\"'`${}]{0,200}[/=_-])?(?:[\"']\s*\+\s*|\$\{)(?:[A-Za-z_$][\w$]*\.){0,3}"
    r"(?P<literal>[A-Za-z_$][\w$]*)\s*(?:[+;,)}]|$)"
)  # fmt: skip
_QUOTE = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_CODE_CALLS = frozenset(("eval", "Function", "setTimeout", "setInterval", "execScript"))
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_MARKUP = re.compile(r"<[A-Za-z]")
_LITERAL = re.compile(rb"(?<![\w$])([A-Za-z_$][\w$]*)[\"']?\s*[:=]\s*[\"'`\d]")
_SET = re.compile(rb"(?<![\w$.])([A-Za-z_$][\w$]*)\s*=(?!=)|function[^()]{0,40}\(([^()]{1,200})")
_WORD = re.compile(rb"[\w$]+")
_LAST_NAME = re.compile(r"(\w+)\Z")


class Piece(NamedTuple):
    """A stretch of a rewritten text, and the stretch of the text before that it stands for.

    steps: how it was made, () where it is as it was; value: the made text without its quotes.
    """

    start: int
    end: int
    of_start: int
    of_end: int
    steps: tuple[str, ...]
    value: str


class Rewriting:
    """A script with values in place of the expressions that make them."""

    def __init__(self, text: str, pieces: Sequence[Piece], before: "Rewriting | None" = None) -> None:
        self.text, self.pieces, self._before = text, pieces, before
        self._starts = [piece.start for piece in pieces]

    def origin(self, start: int, end: int) -> tuple[int, int, tuple[str, ...]]:
        """Where text[start:end] comes from in the script as the skeleton holds it, and how it was made; () if as is."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = max(bisect_right(self._starts, max(end - 1, start)) - 1, first)
        found = self.pieces[first : last + 1]
        if not found:
            return start, end, ()
        of_start = found[0].of_start if found[0].steps else found[0].of_start + start - found[0].start
        of_end = found[-1].of_end if found[-1].steps else found[-1].of_start + end - found[-1].start
        steps = tuple(dict.fromkeys(step for piece in found for step in piece.steps))
        if self._before is None:
            return of_start, of_end, steps
        of_start, of_end, earlier = self._before.origin(of_start, of_end)
        return of_start, of_end, tuple(dict.fromkeys((*earlier, *steps)))


def find(finder: Finder) -> None:
    """The lines of other detectors of code, for what scripts make of their parts."""
    left = MAX_PARSED_IN_ALL
    for script in scripts_that_make_values(finder.skeleton, finder.knowledge):
        length = script.end - script.start
        if length <= MAX_PARSED and length <= left:
            left -= length
            _find_in(finder, script)


def scripts_that_make_values(skeleton: Skeleton, knowledge: Knowledge) -> Iterator[InlineScript]:
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

    @cached_property
    def literal(self) -> frozenset[bytes]:
        """Names, also of members, that are set to a literal string or number."""
        return frozenset(_LITERAL.findall(self._code))

    @cached_property
    def any(self) -> frozenset[bytes]:
        """Names that are set to anything, or are parameters."""
        found: set[bytes] = set()
        for name, parameters in _SET.findall(self._code):
            found.update(_WORD.findall(parameters) if parameters else (name,))
        return frozenset(found)


def _is_known(match: Match, names: _Names, knowledge: Knowledge) -> bool:
    """Whether the name that a value is made of, if it is made of one, is set in the same script."""
    groups = match.groups()
    host, literal = groups.pop("host"), groups.pop("literal")
    if host and literal:
        return knowledge.card_of_host(host.lower()) is not None and literal.encode() in names.literal
    name = next(filter(None, groups.values()), None)
    return name is None or name.encode() in names.any


def _find_in(finder: Finder, script: InlineScript) -> None:
    text = finder.skeleton.text[script.start : script.end]
    made: Rewriting | None = None
    for _ in range(MAX_ROUNDS):
        rewritten = _with_values(text, made)
        if rewritten is None:
            break
        made, text = rewritten, rewritten.text
        _read_markup(finder, script, made)
        if not any(
            piece.steps and _MAKES.holds(piece.value.encode("ascii", "replace")) for piece in made.pieces
        ):
            break
    if made is not None:
        _read_code(finder, script, made)


def _with_values(text: str, before: Rewriting | None) -> Rewriting | None:
    """The script with each value in place of what makes it; None if nothing could be known, or it grows too long."""
    from adtrace.extract.evaluate import Script  # the parser is loaded with the first script that needs it

    parts: list[str] = []
    pieces: list[Piece] = []
    at = length = 0
    for made in sorted(_made(Script(text.encode("ascii", "replace")))):
        if made.start > at:
            pieces.append(Piece(length, length + made.start - at, at, made.start, (), ""))
        shown = f"\n{made.text}\n" if made.is_code else _quoted(made.text)
        parts += (text[at : made.start], shown)
        length += made.start - at
        pieces.append(Piece(length, length + len(shown), made.start, made.end, made.steps, made.text))
        length += len(shown)
        at = made.end
        if length > MAX_READ:
            return None
    if not pieces:
        return None
    pieces.append(Piece(length, length + len(text) - at, at, len(text), (), ""))
    return Rewriting("".join((*parts, text[at:])), pieces, before)


class _Made(NamedTuple):
    start: int
    end: int
    text: str
    steps: tuple[str, ...]
    is_code: bool


def _made(script: "Script") -> Iterator[_Made]:
    """Each outermost expression, or run of known operands of one, that comes to a text; none within another."""
    stack = [(script.root, "")]
    while stack:
        node, role = stack.pop()
        if role and node.type in _MAKING:
            if operands := script.operands(node):
                for run in _runs(script, operands):
                    if isinstance(run, _Made):
                        yield run
                    else:
                        stack.append((run, "value"))
                continue
            if found := _one(script, [node], role):
                yield found
                continue
        stack.extend(_within(node, role))


def _runs(script: "Script", operands: list["Node"]) -> Iterator["_Made | Node"]:
    """Of a + b + …, each run of operands that are known as one text; the others as they are."""
    run: list[Node] = []
    for operand in (*operands, None):
        if operand is not None and script.text(operand) is not None:
            run.append(operand)
            continue
        found = _one(script, run, "value") if run else None
        if found:
            yield found
        else:
            yield from run
        run = []
        if operand is not None:
            yield operand


def _one(script: "Script", nodes: list["Node"], role: str) -> _Made | None:
    script.steps.clear()
    texts = [script.text(node) for node in nodes]
    if len(nodes) > 1:
        script.steps["concat"] = None
    if None in texts or not script.steps:
        return None
    text = "".join(filter(None, texts))
    if len(text) < _SHORTEST or _UNPRINTED.search(text):
        return None
    shown = text.encode("ascii", "backslashreplace").decode()
    is_code = role == "code" or "packer" in script.steps
    return _Made(nodes[0].start_byte, nodes[-1].end_byte, shown, tuple(script.steps), is_code)


def _within(node: "Node", role: str) -> list[tuple["Node", str]]:
    """The expressions in this one, each with its role: code (for eval), value, or "" where a name is none."""
    if node.type in ("call_expression", "new_expression"):
        callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        name = _LAST_NAME.search((callee.text or b"")[-40:].decode("ascii", "replace")) if callee else None
        takes = "code" if name and name[1] in _CODE_CALLS else "value"
        return [(child, takes if child.type == "arguments" else "") for child in node.named_children]
    found = []
    kind = node.type
    passed_on = (role if kind in _PASSING else "") or "value"
    for i, child in enumerate(node.named_children):
        # What could not be parsed holds its parts in one row, unnamed: to ask for each name would count up to each.
        field = node.field_name_for_named_child(i) if kind != "ERROR" else None
        if field in _NAMING:
            continue
        is_value = field in ("right", "value") or kind in _HOLDING
        if is_value or child.type not in ("identifier", "member_expression"):
            found.append((child, passed_on))
        elif child.type != "identifier":
            found.append((child, ""))
    return found


# What can come to a text, where a text is expected; what holds values; what hands its role on; what names something.
_MAKING = frozenset(
    "binary_expression call_expression template_string subscript_expression string identifier member_expression".split()
)
_HOLDING = frozenset(
    "arguments array parenthesized_expression template_substitution ternary_expression".split()
)
_PASSING = frozenset(("arguments", "parenthesized_expression"))
_NAMING = frozenset(("left", "name", "key", "property", "parameters", "parameter"))


def _quoted(text: str) -> str:
    return '"' + re.sub(r'["\\\n\r]', lambda m: _QUOTE[m[0]], text) + '"'


def _read_markup(finder: Finder, script: InlineScript, made: Rewriting) -> None:
    """Add what stands in the markup among the values: each is a document of its own."""
    from adtrace.extract.skeleton import SkeletonWriter

    for piece in made.pieces:
        if piece.steps and _MARKUP.search(piece.value):
            writer = SkeletonWriter("frame", b"", finder.knowledge)
            read = read_within(finder, writer.page(piece.value))
            start, end, steps = made.origin(piece.start, piece.end)
            add_within(finder, script, read, lambda _s, _e, at=(start, end, steps): at)  # type: ignore[misc]


def _read_code(finder: Finder, script: InlineScript, made: Rewriting) -> None:
    """Add what the detectors of code find in the script with its values in place, where it touches one of them."""
    elements = "<script #1>\n"
    head = f"skeleton-1 script {len(elements)}\n{elements}#script 1 {len(made.text)}\n"
    read = read_within(finder, f"{head}{made.text}\n")
    add_within(finder, script, read, lambda start, end: made.origin(start - len(head), end - len(head)))


def read_within(finder: Finder, skeleton: str) -> Finder:
    """What the detectors find in a text within the document, given as a skeleton of its own."""
    from adtrace.extract.document import DETECTORS  # which names this detector

    read = Finder(Skeleton(skeleton), "", finder.knowledge, url=finder.url, at=finder.at, source=None)
    for detect in DETECTORS[read.skeleton.kind]:
        if detect is not find:
            detect(read)
    return read


def add_within(
    finder: Finder,
    script: InlineScript,
    read: Finder,
    origin: Callable[[int, int], tuple[int, int, tuple[str, ...]]],
) -> None:
    """Add the sightings of a rewritten text at what they were made by in the script; what is literal is known already.

    origin: of a stretch of the rewritten text, the stretch of the script, and how it was made.
    """
    own = [s for s in finder.sightings if script.start <= s.locator.start < script.end]
    ids: dict[str | None, str | None] = {None: None}
    for seen in read.sightings:
        start, end, steps = origin(seen.locator.start, seen.locator.end)
        start, end = start + script.start, end + script.start
        same = next((s for s in own if _says_the_same(s, seen, start, end)), None)
        if not steps or same:
            ids[seen.id] = same.id if same else None
            continue
        here = finder.skeleton.state_at(start)
        fields = {name: getattr(seen, name) for name in _COPIED}
        decoded = (*seen.decoded, Decoded(",".join(steps), seen.value))
        added = finder.add(
            seen.kind, seen.rule, start, end, card=finder.knowledge.cards.get(seen.network or ""),
            state=seen.state if here == "live" else here, via=ids.get(seen.via), decoded=decoded, **fields,
        )  # fmt: skip
        ids[seen.id] = added.id if added else None
        if added and added.state == "live" and seen.network in read.loaders:
            finder.loaders.add(seen.network)


def _says_the_same(known: Sighting, seen: Sighting, start: int, end: int) -> bool:
    """Whether the script said as much before: the same id anywhere, or the same network by a shape where this is made.

    That a host is a network's says less than a shape does.
    """
    if known.kind != seen.kind or known.network != seen.network:
        return False
    if seen.kind == "account":
        return known.account == seen.account
    overlaps = known.locator.start < end and start < known.locator.end
    return overlaps and ("/host@" in seen.rule or "/host@" not in known.rule)


_COPIED = "value host basis certainty account account_kind scope brand role url declared".split()

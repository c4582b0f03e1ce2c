"""A script with values in place of the expressions that make them, and where each of its stretches comes from.

What a sum or template joins is known in part as well: UNKNOWN stands where the rest is, so that an address whose host
is drawn from a list, or that carries the time, is still the address it is.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from adtrace.extract.written import PATH, behind_unknown, ends_before_source

if TYPE_CHECKING:
    from tree_sitter import Node

    from adtrace.extract.evaluate import Script

MAX_READ = 1 << 19  # characters of a script with its values in place
# For what is not known in a text: it can be (part of) a host, a path's segment or a value, and is nobody's (RFC 6761).
UNKNOWN = "unknown.invalid"
_SHORTEST = 4  # characters of a value that could be an address, an id or code
_QUOTE = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_CODE_CALLS = frozenset(("eval", "Function", "setTimeout", "setInterval", "execScript"))
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_QUOTES = re.compile(rb"[\"'`]")
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


def with_values(text: str, before: Rewriting | None) -> Rewriting | None:
    """The script with each value in place of what makes it; None if nothing could be known, or it grows too long."""
    found = _remembered(text) if len(text) <= _MAX_REMEMBERED else _rewritten(text)
    return found and Rewriting(*found, before)


def _rewritten(text: str) -> tuple[str, list[Piece]] | None:
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
    return "".join((*parts, text[at:])), pieces


# Pages of one site, and of all that use one service, hold the same scripts: of 118 on 228 pages 41 differ.
_remembered = lru_cache(maxsize=32)(_rewritten)
_MAX_REMEMBERED = 4_000  # characters of a script: what is made of it may be a hundred times as long


class _Made(NamedTuple):
    start: int
    end: int
    text: str
    steps: tuple[str, ...]
    is_code: bool


def _made(script: "Script") -> Iterator[_Made]:
    """Each outermost expression, or run of operands of one, that comes to a text; none within another."""
    stack = [(script.root, "")]
    while stack:
        node, role = stack.pop()
        kind = node.type if role else ""
        if kind == "binary_expression" and (operands := script.operands(node)):
            for run in _runs(script, operands):
                if isinstance(run, _Made):
                    yield run
                else:
                    stack.append((run, "value"))
            continue
        if kind in _MAKING:
            if found := _of_nodes(script, [node], role):
                yield found
                continue
            if kind == "template_string" and (found := _of_template(script, node)):
                yield found
                continue
        stack.extend(_within(node, role))


def _runs(script: "Script", operands: list["Node"]) -> Iterator["_Made | Node"]:
    """Of a + b + …, each run of operands that are one text, known or known in part; the others as they are."""
    run: list[Node] = []
    before: str | None = None
    for operand in (*operands, None):
        text = None if operand is None else script.text(operand)
        # Behind a digit an id may end: what comes before is read alone.
        if operand and (text is not None or (_is_plain(operand) and not (before or "")[-1:].isdigit())):
            run.append(operand)
            before = text
            continue
        found = _of_nodes(script, run, "value") if run else None
        if found:
            yield found
        else:
            yield from run
        run, before = [], None
        if operand is not None:
            yield operand


def _is_plain(node: "Node") -> bool:
    """Whether nothing within the expression is a text: unknown, it may be passed over as a whole."""
    return not _QUOTES.search(node.text or b"")


def _of_nodes(script: "Script", nodes: list["Node"], role: str) -> _Made | None:
    """The text that the operands, or the one expression, come to; None if nothing is made of them."""
    script.steps.clear()
    texts = [script.text(node) for node in nodes]
    # What the text ends with, or begins with, says nothing; but before a path it is a site.
    known = [i for i, text in enumerate(texts) if text is not None]
    if not known:
        return None
    first, last = known[0], known[-1]
    texts = texts[first : last + 1]
    start, end = nodes[first].start_byte, nodes[last].end_byte
    if first and PATH.match(texts[0] or ""):
        start = nodes[0].start_byte
        texts = ["//", None, *texts]
    if len(texts) > 1:
        script.steps["concat"] = None
    return _as_made(script, start, end, texts, role)


def _of_template(script: "Script", node: "Node") -> _Made | None:
    """The text of a template that is known in part."""
    parts = script.template(node)
    if not all(isinstance(part, str) or _is_plain(part) for part in parts):
        return None
    script.steps.clear()
    script.steps["template"] = None
    texts = [part if isinstance(part, str) else script.text(part) for part in parts]
    return _as_made(script, node.start_byte, node.end_byte, texts, "value")


def _as_made(script: "Script", start: int, end: int, texts: list[str | None], role: str) -> _Made | None:
    if not script.steps:
        return None
    if None in texts:
        script.steps["partly"] = None
    text = _joined(texts)
    if len(text) < _SHORTEST or _UNPRINTED.search(text):
        return None
    shown = text.encode("ascii", "backslashreplace").decode()
    is_code = role == "code" or "packer" in script.steps
    return _Made(start, end, shown, tuple(script.steps), is_code)


def _joined(texts: list[str | None]) -> str:
    """What the texts come to, UNKNOWN in each gap; an address with an unknown beginning is no path of the page's."""
    shown: list[str] = []
    lacks_start = False
    for text in texts:
        if text is None:
            lacks_start = bool(shown) and ends_before_source(shown[-1])
            shown += [] if lacks_start else [UNKNOWN]
        elif text:
            if lacks_start:
                text = f"//{UNKNOWN}{text}" if PATH.match(text) else behind_unknown(text)
            shown.append(text)
            lacks_start = False
    return "".join(shown)


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
    "call_expression template_string subscript_expression string identifier member_expression".split()
)
_HOLDING = frozenset(
    "arguments array parenthesized_expression template_substitution ternary_expression".split()
)
_PASSING = frozenset(("arguments", "parenthesized_expression"))
_NAMING = frozenset(("left", "name", "key", "property", "parameters", "parameter"))


def _quoted(text: str) -> str:
    return '"' + re.sub(r'["\\\n\r]', lambda m: _QUOTE[m[0]], text) + '"'

"""Functions that a script calls with an id of its own: each call is read as the function with the id in its place.

A page with several places for ads writes the tag once, in a function, and calls it for each. Only calls by name, of a
function that the same script defines once, with an id as a literal; bounded in calls and in the function's length.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from adtrace.extract.finder import Finder
from adtrace.extract.reading import Script
from adtrace.extract.rewriting import Piece, Rewriting
from adtrace.extract.values import read_values
from adtrace.extract.within import add_within
from adtrace.linear import Linear

MAX_CALLS = 50  # of one document
MAX_FUNCTIONS = 300  # of one document that are called so
_MAX_FUNCTION = 4_000  # characters
_MAX_ARGUMENTS = 400  # characters
_MAX_UNENDED = 200  # calls of one script that go on for longer
_MAX_NAME = 80  # characters, with the white space behind it
# An argument that could be an id: a number, a key, a publisher's or a slot's.
_ARGUMENT = Linear(
    r"[(,]\s*(?:\d{5,12}|[\"'`](?:\d{5,12}|[0-9a-f]{24,40}|ca-pub-\d{10,20}|/\d{5,12}/[^\"'`\s]*)[\"'`])\s*[,)]"
)
_NAME_BEFORE = re.compile(r"(?<![\w$.])(?<!function )([A-Za-z_$][\w$]{0,60})\s*\Z")
# Group 1 is the name; without it the name stands before: to try each name of a script costs ten times as much. That no
# word goes on before `function` is asked behind it: a pattern that begins with letters is found by them.
_FUNCTION = re.compile(
    r"function(?<!\wfunction)\s+([A-Za-z_$][\w$]{0,60})\s*(?=\()"
    r"|=\s*(?:async\s+)?(?=function\b|\([^()]{0,200}\)\s*=>|[A-Za-z_$][\w$]{0,60}\s*=>)"
)
_PARAMETERS = re.compile(
    r"(?:function\s*[\w$]{0,60}\s*)?\(?\s*(?P<names>[^(){}]{1,200}?)\s*\)?\s*(?:=>\s*)?\{"
)
_STRINGS = r"\"(?:[^\"\\\n]++|\\.)*+\"|'(?:[^'\\\n]++|\\.)*+'|`(?:[^`\\]++|\\[\s\S])*+`"
_BRACE = re.compile(rf"{_STRINGS}|[{{}}]")
_PARENTHESIS = re.compile(rf"{_STRINGS}|[()]")
# What a function does that makes a tag.
_MAKES_TAG = re.compile(
    r"createElement|document\s*\.\s*write|innerHTML|insertAdjacentHTML|defineSlot|\.push\(|\.src\b"
)


class _Call(NamedTuple):
    """Where a function is called by name in a script, and the arguments with their parentheses."""

    start: int
    end: int
    name: str
    arguments: str


def find(finder: Finder) -> None:
    """The lines of the detectors of code, for what functions do with the ids they are called with."""
    skeleton = finder.skeleton
    places: dict[Script, list[int]] = {}
    for start, _ in _ARGUMENT.spans(skeleton.data, skeleton.end):
        if script := skeleton.script_at(start):
            places.setdefault(script, []).append(start - script.start)
    left, budget = MAX_CALLS, iter(range(MAX_FUNCTIONS + 1))
    for script, starts in places.items():
        code = skeleton.text[script.start : script.end]
        openings = dict(_openings(code, starts))
        functions = _functions_in(code, set(openings.values()), budget)
        calls = list(islice(_calls(code, openings, functions), left + 1))
        if len(calls) > left:
            finder.cut(f"calls of functions with a number or key read up to {MAX_CALLS}")
        for call in calls[:left]:
            _read(finder, script, call, functions[call.name])
            left -= 1
    if next(budget, None) is None:
        finder.cut(f"functions called with a number or key read up to {MAX_FUNCTIONS}")


def _read(finder: Finder, script: Script, call: _Call, function: str) -> None:
    """Add what the call does with its ids; a tag without any is the function's own, and known."""
    text = f"{function}{call.arguments};"
    whole = Rewriting(text, [Piece(0, len(text), call.start, call.end, ("call",), text)])
    for read, origin in read_values(finder, text, whole):
        if any(seen.kind == "account" for seen in read.sightings):
            add_within(finder, script, read, origin)


def _openings(code: str, starts: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Where the parentheses of calls open in which an argument begins at each of the places, and who is called."""
    last = -1
    for start in starts:
        opened = code.rfind("(", max(last + 1, start - _MAX_ARGUMENTS), start + 1)
        if opened < 0 or ")" in code[opened:start]:
            continue
        last = opened
        if name := _name_before(code, opened):
            yield opened, name


def _name_before(code: str, at: int) -> str:
    """The name that ends there; "" if none does, or only a member's."""
    named = _NAME_BEFORE.search(code[max(0, at - _MAX_NAME) : at])
    return named[1] if named else ""


def _calls(code: str, openings: dict[int, str], functions: Iterable[str]) -> Iterator[_Call]:
    """The calls of these functions; none within another."""
    end, unended = 0, 0
    for opened, name in openings.items():
        if name not in functions or opened < end or unended > _MAX_UNENDED:
            continue
        closed = _closing(code, opened, _PARENTHESIS, _MAX_ARGUMENTS)
        if closed < 0:
            unended += 1
            continue
        end = closed
        yield _Call(code.rfind(name, 0, opened), end, name, code[opened:end])


def _functions_in(code: str, names: set[str], budget: Iterator[int]) -> dict[str, str]:
    """Each of the functions that is defined once and makes a tag, as an expression that can be called.

    budget: one is taken for each that is read, and the last for the first that is not.
    """
    found: dict[str, str] = {}
    defined: set[str] = set()
    for definition in _FUNCTION.finditer(code) if names else ():
        name = definition[1] or _name_before(code, definition.start())
        if name not in names:
            continue
        if name in defined:
            found.pop(name, None)
            continue
        defined.add(name)
        if next(budget, MAX_FUNCTIONS) == MAX_FUNCTIONS:
            break
        head = _PARAMETERS.match(code, definition.end())
        end = _closing(code, head.end() - 1, _BRACE, _MAX_FUNCTION) if head else -1
        if head and end > 0 and _MAKES_TAG.search(code, head.end(), end):
            found[name] = f"(function ({head['names']}) {code[head.end() - 1 : end]})"
    return found


def _closing(code: str, start: int, bracket: re.Pattern[str], most: int) -> int:
    """Behind the bracket that closes the one at `start`; -1 if none does in so many characters."""
    open_ = 0
    for found in bracket.finditer(code, start, start + most):
        if found[0] in "({":
            open_ += 1
        elif found[0] in ")}":
            open_ -= 1
            if not open_:
                return found.end()
    return -1

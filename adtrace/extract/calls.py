"""Functions that a script calls with an id of its own: each call is read as the function with the id in its place.

A page with several places for ads writes the tag once, in a function, and calls it for each. Only calls by name, of a
function that the same script defines once, with an id as a literal; bounded in calls and in the function's length.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from adtrace.extract.finder import Finder
from adtrace.extract.functions import MAX_FUNCTIONS, PARENTHESES, closing, functions_in, name_before
from adtrace.extract.reading import Script
from adtrace.extract.rewriting import Piece, Rewriting
from adtrace.extract.values import read_values
from adtrace.extract.within import add_within
from adtrace.linear import Linear

MAX_CALLS = 50  # of one document
_MAX_ARGUMENTS = 400  # characters
_MAX_UNENDED = 200  # calls of one script that go on for longer
# An argument that could be an id: a number, a key, a publisher's or a slot's.
_ARGUMENT = Linear(
    r"[(,]\s*(?:\d{5,12}|[\"'`](?:\d{5,12}|[0-9a-f]{24,40}|ca-pub-\d{10,20}|/\d{5,12}/[^\"'`\s]*)[\"'`])\s*[,)]"
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
        functions = functions_in(code, set(openings.values()), budget)
        calls = list(islice(_calls(code, openings, functions), left + 1))
        if len(calls) > left:
            finder.cut(f"calls of functions with a number or key read up to {MAX_CALLS}")
        for call in calls[:left]:
            text = f"{functions[call.name]}{call.arguments};"
            read_call(finder, script, call.start, call.end, text, "call")
            left -= 1
    if next(budget, None) is None:
        finder.cut(f"functions called with a number or key read up to {MAX_FUNCTIONS}")


def read_call(finder: Finder, script: Script, start: int, end: int, text: str, step: str) -> None:
    """Add the ids that a call is given and their networks; what it does without them is the function's own, and known.

    text: the call with its function in place of the name. step: how it came of the script's text[start:end].
    """
    whole = Rewriting(text, [Piece(0, len(text), start, end, (step,), text)])
    for read, origin in read_values(finder, text, whole):
        named = {seen.via for seen in read.sightings if seen.kind == "account"}
        read.sightings = [seen for seen in read.sightings if seen.kind == "account" or seen.id in named]
        add_within(finder, script, read, origin)


def _openings(code: str, starts: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Where the parentheses of calls open in which an argument begins at each of the places, and who is called."""
    last = -1
    for start in starts:
        opened = code.rfind("(", max(last + 1, start - _MAX_ARGUMENTS), start + 1)
        if opened < 0 or ")" in code[opened:start]:
            continue
        last = opened
        if name := name_before(code, opened):
            yield opened, name


def _calls(code: str, openings: dict[int, str], functions: Iterable[str]) -> Iterator[_Call]:
    """The calls of these functions; none within another."""
    end, unended = 0, 0
    for opened, name in openings.items():
        if name not in functions or opened < end or unended > _MAX_UNENDED:
            continue
        closed = closing(code, opened, PARENTHESES, _MAX_ARGUMENTS)
        if closed < 0:
            unended += 1
            continue
        end = closed
        yield _Call(code.rfind(name, 0, opened), end, name, code[opened:end])

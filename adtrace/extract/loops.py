"""Lists that a script goes through: what it does with each item is read as a call with that item.

A page with several places for ads keeps their ids in a list: `zones.forEach(z => …)`, `zones.map(load)`,
`for (const z of zones)`, `for (i = 0; i < zones.length; i++)`; also the values and entries of an object. Only lists of
literals that the script sets once, with ids among their items; bounded in lists, items and length.
"""

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from adtrace.extract.calls import read_call
from adtrace.extract.finder import Finder
from adtrace.extract.functions import (
    BRACES,
    BRACKETS,
    MAKES_TAG,
    MAX_FUNCTION,
    MAX_FUNCTIONS,
    NAME,
    PARENTHESES,
    chooses,
    closing,
    functions_in,
)
from adtrace.extract.hints import IDS_GONE_THROUGH, LIST_OF_IDS
from adtrace.extract.reading import Script
from adtrace.linear import Linear

MAX_LISTS = 20  # of one document
MAX_ITEMS = 50  # of one document
MAX_LOOPS = 40  # of one script
_MAX_LIST = 6_000  # characters
_LIST = Linear(rf"(?P<name>{NAME})\s*{LIST_OF_IDS}|{IDS_GONE_THROUGH}")
_OPEN = re.compile(r"[\[{]")
_EACH = r"\s*\)?\s*\.(?:forEach|map)\s*\(\s*"
# Begins with what is rare: what is gone through stands before.
_LOOP = re.compile(
    rf"\.(?P<each>forEach|map)\s*\(\s*"
    rf"|\bfor\s*\(\s*(?:const|let|var)\s+(?:"
    rf"(?P<taken>{NAME}|\{{[^{{}}]{{1,200}}\}}|\[[^\[\]]{{1,200}}\])\s+of\s+(?P<of>(?:Object\.\w+\(\s*)?{NAME}\s*\)?)"
    rf"|(?P<index>{NAME})\s*=\s*0\s*;\s*(?P=index)\s*<\s*(?P<counted>{NAME})\.length\s*;[^()]{{0,40}}"
    rf")\s*\)\s*(?=\{{)"
)
_GONE_THROUGH = re.compile(rf"(?:\bObject\.(values|entries)\(\s*)?(?<![\w$.])({NAME})\s*\)?\s*\Z")
_MAX_BEFORE = 120  # characters before .forEach that may name what it goes through
_EACH_OF_IT = re.compile(_EACH)
_FUNCTION = re.compile(
    rf"(?:async\s+)?(?:function\b[^()]{{0,80}}\(([^()]{{0,200}})\)|\(([^()]{{0,200}})\)\s*=>|({NAME})\s*=>)"
)
_HANDED_ON = re.compile(
    rf"\(?\s*(?P<taken>{NAME})\s*\)?\s*=>\s*\{{?\s*(?P<name>{NAME})\(\s*(?P=taken)\s*\)\s*;?\s*\}}?"
)
_MARKUP = re.compile(r"<(?:script|ins|iframe|div)\s")
_KEY = re.compile(r"\s*(?:(?P<name>[\w$]+)|[\"'](?P<text>[^\"'\\\n]*)[\"'])\s*:\s*")
_SET = re.compile(
    rf"(?<![\w$.])({NAME})\s*=(?![=>])"
    rf"|\bfunction\b[^()]{{0,80}}\(([^()]{{0,200}})\)|\(([^()]{{0,200}})\)\s*=>|(?<![\w$.])({NAME})\s*=>"
)
_WORD = re.compile(r"[\w$]+")


class _Items(NamedTuple):
    """A literal list, or object, in a script, and the key ("" in a list) and stretch of each of its items."""

    start: int
    end: int
    items: list[tuple[str, int, int]]


class _Loop(NamedTuple):
    """What is done with each item of a list.

    part: values or entries of an object; "" for a list. function: the expression that takes an item, or name: that of
    one; counted: the list's name, where the function takes the number of an item.
    """

    items: _Items
    part: str
    function: str = ""
    name: str = ""
    counted: str = ""


def find(finder: Finder) -> None:
    """The lines of the detectors of code, for what scripts do with the items of their lists."""
    skeleton = finder.skeleton
    if "listed" not in skeleton.hints:
        return
    places: dict[Script, list[tuple[str, int]]] = {}
    matches = list(islice(_LIST.finditer(skeleton.data, skeleton.end), MAX_LISTS + 1))
    if len(matches) > MAX_LISTS:
        finder.cut(f"lists of ids read up to {MAX_LISTS}")
    for match in matches[:MAX_LISTS]:
        start = match.span(0)[0]
        script, opened = skeleton.script_at(start), _OPEN.search(skeleton.text, start)
        if script and opened:
            places.setdefault(script, []).append((match["name"] or "", opened.start() - script.start))
    left, budget = MAX_ITEMS, iter(range(MAX_FUNCTIONS + 1))
    for script, lists in places.items():
        code = skeleton.text[script.start : script.end]
        for text, start, end in islice(_calls_in(code, lists, budget), left + 1):
            left -= 1
            if left < 0:
                finder.cut(f"items of lists read up to {MAX_ITEMS}")
                return
            read_call(finder, script, start, end, text, "each")


def _calls_in(
    code: str, places: list[tuple[str, int]], budget: Iterator[int]
) -> Iterator[tuple[str, int, int]]:
    """Each call that the code's loops come to, and the stretch of the item it is called with."""
    named: dict[str, _Items] = {}
    loops: list[_Loop] = []
    for name, at in places:
        if items := _items_at(code, at):
            named[name] = items
            if each := _EACH_OF_IT.match(code, items.end):
                loops += _loop_over(code, items, "", each.end())
    if named.keys() - {""}:
        loops += _loops_by_name(code, named)
    functions = functions_in(code, {loop.name for loop in loops if loop.name}, budget)
    for loop in loops:
        if function := loop.function or functions.get(loop.name):
            yield from _calls_of(code, loop, function)


def _calls_of(code: str, loop: _Loop, function: str) -> Iterator[tuple[str, int, int]]:
    """The function called with each item, and the item's stretch."""
    set_before = f"var {loop.counted} = {code[loop.items.start : loop.items.end]};" if loop.counted else ""
    for number, (key, start, end) in enumerate(loop.items.items):
        item = str(number) if loop.counted else code[start:end]
        if loop.part == "entries":
            item = f'["{key}", {item}]'
        yield f"{set_before}{function}({item});", start, end


def _loops_by_name(code: str, named: dict[str, _Items]) -> Iterator[_Loop]:
    """The loops over lists that have a name, which stands for nothing else in the code."""
    loops = []
    for found in _LOOP.finditer(code):
        before = code[max(0, found.start() - _MAX_BEFORE) : found.start()]
        through = _GONE_THROUGH.search(found["of"] or found["counted"] or before)
        if through and through[2] in named:
            loops.append((found, through[1] or "", through[2]))
            if len(loops) == MAX_LOOPS:
                break
    other = _set_otherwise(code) if loops else ()
    for found, part, name in loops:
        if name in other:
            continue
        if found["each"]:
            yield from _loop_over(code, named[name], part, found.end())
            continue
        body, taken = _closed(code, found.end(), BRACES), found["taken"] or found["index"]
        if _makes_tag(taken, body):
            loop = _Loop(named[name], part, f"(function ({taken}) {body})", counted=found["counted"] or "")
            yield from _of_its_kind(code, loop)


def _loop_over(code: str, items: _Items, part: str, at: int) -> Iterator[_Loop]:
    """The loop whose function is handed over at the place, if it is one that can make a tag."""
    handed = _closed(code, code.rindex("(", 0, at), PARENTHESES)[1:-1].strip()
    if found := re.fullmatch(NAME, handed) or _HANDED_ON.fullmatch(handed):
        loop = _Loop(items, part, name=found[found.lastgroup or 0])
    elif (head := _FUNCTION.match(handed)) and _makes_tag(head[head.lastindex or 0], handed[head.end() :]):
        loop = _Loop(items, part, f"({handed})")
    else:
        return
    yield from _of_its_kind(code, loop)


def _of_its_kind(code: str, loop: _Loop) -> Iterator[_Loop]:
    """The loop, if it goes through a list as a list and through an object as one."""
    if (code[loop.items.start] == "{") == bool(loop.part):
        yield loop


def _closed(code: str, start: int, bracket: re.Pattern[str]) -> str:
    """What stands from the bracket there to the one that closes it; "" if none does."""
    return code[start : max(closing(code, start, bracket, MAX_FUNCTION), start)]


def _makes_tag(taken: str, body: str) -> bool:
    """Whether a function does something with what it takes that makes a tag, the same with all."""
    return bool(MAKES_TAG.search(body) or _MARKUP.search(body)) and not chooses(taken, body)


def _set_otherwise(code: str) -> frozenset[str]:
    """The names that are set more than once, or are parameters."""
    once: set[str] = set()
    found: set[str] = set()
    for name, *taken in _SET.findall(code):
        if name:
            (found if name in once else once).add(name)
        found.update(_WORD.findall(" ".join(taken)))
    return frozenset(found)


def _items_at(code: str, start: int) -> _Items | None:
    """The list or object that begins there; None if it is not closed in so many characters."""
    end = closing(code, start, BRACKETS, _MAX_LIST)
    if end < 0:
        return None
    cuts = [start]
    depth = 0
    for found in BRACKETS.finditer(code, start, end):
        depth += (found[0] in "([{") - (found[0] in ")]}")
        if (depth == 1 and found[0] == ",") or depth == 0:
            cuts.append(found.start())
    items = []
    for at, until in pairwise(cuts):
        key = _KEY.match(code, at + 1, until) if code[start] == "{" else None
        begin = key.end() if key else at + 1
        text = code[begin:until]
        if text.strip():
            begin += len(text) - len(text.lstrip())
            items.append(((key["name"] or key["text"]) if key else "", begin, begin + len(text.strip())))
    return _Items(start, end, items)

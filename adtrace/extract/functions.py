"""Functions of a script as text: those that make a tag, as expressions that can be called, and where brackets close."""

import re
from collections.abc import Iterator

MAX_FUNCTIONS = 300  # of one document that are looked up
MAX_FUNCTION = 4_000  # characters
_MAX_NAME = 80  # characters, with the white space behind it
NAME = r"[A-Za-z_$][\w$]{0,60}"
_NAME_BEFORE = re.compile(rf"(?<![\w$.])(?<!function )({NAME})\s*\Z")
# Group 1 is the name; without it the name stands before: to try each name of a script costs ten times as much. That no
# word goes on before `function` is asked behind it: a pattern that begins with letters is found by them.
_FUNCTION = re.compile(
    rf"function(?<!\wfunction)\s+({NAME})\s*(?=\()"
    rf"|=\s*(?:async\s+)?(?=function\b|\([^()]{{0,200}}\)\s*=>|{NAME}\s*=>)"
)
_PARAMETERS = re.compile(
    r"(?:function\s*[\w$]{0,60}\s*)?\(?\s*(?P<names>[^(){}]{1,200}?)\s*\)?\s*(?:=>\s*)?\{"
)
_STRINGS = r"\"(?>[^\"\\\n]++|\\.)*+\"|'(?>[^'\\\n]++|\\.)*+'|`(?>[^`\\]++|\\[\s\S])*+`"
BRACES = re.compile(rf"{_STRINGS}|[{{}}]")
PARENTHESES = re.compile(rf"{_STRINGS}|[()]")
BRACKETS = re.compile(rf"{_STRINGS}|[\[\](){{}},]")
# What a function does that makes a tag.
MAKES_TAG = re.compile(
    r"createElement|document\s*\.\s*write|innerHTML|insertAdjacentHTML|defineSlot|\.push\(|\.src\b"
)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_COMPARED = re.compile(
    rf"(?<![\w$.])({NAME})(?:\.[\w$]+)*\s*[=!]==?+(?!\s*(?:null|undefined|void)\b)|[=!]==?\s*({NAME})"
    rf"|\bswitch\s*\(\s*({NAME})"
)


def name_before(code: str, at: int) -> str:
    """The name that ends there; "" if none does, or only a member's."""
    named = _NAME_BEFORE.search(code[max(0, at - _MAX_NAME) : at])
    return named[1] if named else ""


def functions_in(code: str, names: set[str], budget: Iterator[int]) -> dict[str, str]:
    """Each of the functions that is defined once and makes one tag, as an expression that can be called.

    budget: one is taken for each that is read, and the last for the first that is not.
    """
    found: dict[str, str] = {}
    defined: set[str] = set()
    for definition in _FUNCTION.finditer(code) if names else ():
        name = definition[1] or name_before(code, definition.start())
        if name not in names:
            continue
        if name in defined:
            found.pop(name, None)
            continue
        defined.add(name)
        if next(budget, MAX_FUNCTIONS) == MAX_FUNCTIONS:
            break
        head = _PARAMETERS.match(code, definition.end())
        end = closing(code, head.end() - 1, BRACES, MAX_FUNCTION) if head else -1
        body = code[head.end() - 1 : end] if head and end > 0 else ""
        if head and MAKES_TAG.search(body) and not chooses(head["names"], body):
            found[name] = f"(function ({head['names']}) {body})"
    return found


def chooses(names: str, body: str) -> bool:
    """Whether a function does one thing or another by what its parameters are: which of them, is not known.

    >>> chooses("zone, kind", "if (kind === 'pop') pop(zone)"), chooses("zone", "if (zone !== null) pop(zone)")
    (True, False)
    """
    given = set(_WORD.findall(names))
    return any(given.intersection(found) for found in _COMPARED.findall(body))


def closing(code: str, start: int, bracket: re.Pattern[str], most: int) -> int:
    """Behind the bracket that closes the one at `start`; -1 if none does in so many characters."""
    open_ = 0
    for found in bracket.finditer(code, start, start + most):
        if found[0] in "({[":
            open_ += 1
        elif found[0] in ")}]":
            open_ -= 1
            if not open_:
                return found.end()
    return -1

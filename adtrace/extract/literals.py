"""JavaScript and JSON literals in code, read without running anything: values that know where they stand."""

import re
from typing import Any, Union

_TOKEN = re.compile(
    r"""\s+|//[^\n]*|/\*[\s\S]*?\*/|(?P<string>"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`(?:[^`\\$]|\\[\s\S])*`)"""
    r"""|(?P<word>[\w$.+-]+)|(?P<mark>[{}\[\]:,])"""
)
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([\s\S]))")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
MAX_DEPTH = 24
MAX_CHARACTERS = 300_000  # of one literal


class Text(str):
    """A string or number of a literal; start and end are where it stands in the code, without its quotes."""

    __slots__ = ("end", "start")
    start: int
    end: int

    def __new__(cls, value: str, start: int, end: int) -> "Text":
        """The value at its place."""
        made = super().__new__(cls, value)
        made.start, made.end = start, end
        return made


Value = Union["Text", list["Value"], dict[str, "Value"], None]


def read_literal(code: str, at: int) -> tuple[Value, int] | None:
    """The object, list, string or number that begins at `at`, and where it ends; None if there is no whole literal.

    Keys may stand without quotes, commas may trail. A value that is computed (a name, a call) is None where it is
    one word, else the literal is none. Numbers are Text; true is Text("1"), false Text("0").

    >>> read_literal("x = {a: ['b', 7,], c: other};", 4)
    ({'a': ['b', '7'], 'c': None}, 28)
    """
    try:
        return _Reader(code, at).read(0)
    except _NoLiteralError:
        return None


class _NoLiteralError(Exception):
    pass


class _Reader:
    def __init__(self, code: str, at: int) -> None:
        self._code, self._at, self._last = code, at, at + MAX_CHARACTERS
        self._tokens = _TOKEN.match

    def _next(self) -> re.Match[str]:
        while self._at < self._last:
            found = self._tokens(self._code, self._at)
            if found is None or found.end() == self._at:
                raise _NoLiteralError
            self._at = found.end()
            if found.lastgroup:
                return found
        raise _NoLiteralError

    def read(self, depth: int) -> tuple[Value, int]:
        value = self._value(self._next(), depth)
        return value, self._at

    def _value(self, token: re.Match[str], depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise _NoLiteralError
        if token.lastgroup == "string":
            return Text(_unescape(token[0][1:-1]), token.start() + 1, token.end() - 1)
        if token.lastgroup == "word":
            return _word(token)
        if token[0] == "[":
            return self._list(depth)
        if token[0] == "{":
            return self._object(depth)
        raise _NoLiteralError

    def _list(self, depth: int) -> list[Value]:
        found: list[Value] = []
        while (token := self._next())[0] != "]" or token.lastgroup != "mark":
            found.append(self._value(token, depth + 1))
            token = self._next()
            if token[0] == "]":
                return found
            if token[0] != ",":
                raise _NoLiteralError
        return found

    def _object(self, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while (token := self._next())[0] != "}" or token.lastgroup != "mark":
            if token.lastgroup == "mark":
                raise _NoLiteralError
            key = _unescape(token[0][1:-1]) if token.lastgroup == "string" else token[0]
            if self._next()[0] != ":":
                raise _NoLiteralError
            found[key] = self._value(self._next(), depth + 1)
            token = self._next()
            if token[0] == "}":
                return found
            if token[0] != ",":
                raise _NoLiteralError
        return found


def _word(token: re.Match[str]) -> Text | None:
    word = {"true": "1", "!0": "1", "false": "0"}.get(token[0], token[0])
    return Text(word, token.start(), token.end()) if _NUMBER.fullmatch(word) else None


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return with_whole_characters(
        _ESCAPE.sub(
            lambda m: (
                chr(int(m[1] or m[2], 16))
                if m[1] or m[2]
                else {"n": "\n", "t": "\t", "\n": ""}.get(m[3], m[3])
            ),
            text,
        )
    )


def with_whole_characters(text: str) -> str:
    """The text with surrogate pairs joined; a half alone, which no output can carry, becomes U+FFFD."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def texts(value: Any) -> list[Text]:
    """The texts of a list, or a text alone as a list; [] for anything else."""
    if isinstance(value, Text):
        return [value]
    return [item for item in value if isinstance(item, Text)] if isinstance(value, list) else []


def text_of(value: Any, *keys: str) -> str:
    """The text at the first of the keys (`a.b` goes down) that holds one that is not empty; "" if none does."""
    for key in keys:
        at = value
        for part in key.split("."):
            at = at.get(part) if isinstance(at, dict) else None
        if isinstance(at, Text) and at:
            return str(at)
    return ""

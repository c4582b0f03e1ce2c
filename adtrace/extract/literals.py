"""JavaScript and JSON literals in code, read without running anything: values that know where they stand."""

import re
import sys
from typing import Any, Union

from adtrace.extract.plain import unescape

_TOKEN = re.compile(
    r"""\s+|//[^\n]*|/\*[\s\S]*?\*/|(?P<string>"(?>[^"\\\n]|\\[\s\S])*+"|'(?>[^'\\\n]|\\[\s\S])*+'|`(?>[^`\\$]|\\[\s\S])*+`)"""
    r"""|(?P<template>`(?>[^`\\]|\\[\s\S])*+`)|(?P<word>[\w$.+-]+|!0|!1)|(?P<mark>[^"'`\\/]|/(?!\*))"""
)
_ENDS = (",", "}", "]")
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


def read_literal(code: str, at: int, end: int = sys.maxsize) -> tuple[Value, int] | None:
    """The object, list, string or number that begins at `at`, and where it ends; None if no whole one does before end.

    Keys may stand without quotes, commas may be too many or too few. A value that is computed is None; what is no key
    with a value (a method, a spread) is not in the object. Numbers are Text; true is Text("1"), false Text("0").

    >>> read_literal("x = {a: ['b', 7,], ...d, c: e(',') + 1};", 4)
    ({'a': ['b', '7'], 'c': None}, 39)
    """
    try:
        return _Reader(code, at, end).read()
    except _NoLiteralError:
        return None


class _NoLiteralError(Exception):
    pass


class _Reader:
    def __init__(self, code: str, at: int, end: int) -> None:
        self._code, self._at, self._last = code, at, min(at + MAX_CHARACTERS, end)
        self._tokens = _TOKEN.match

    def _next(self) -> re.Match[str]:
        while self._at < self._last and (found := self._tokens(self._code, self._at)):
            self._at = found.end()
            if found.lastgroup:
                return found
        raise _NoLiteralError

    def read(self) -> tuple[Value, int]:
        """The literal alone: what follows it is the code's."""
        value = self._literal(self._next(), 0)
        return value, self._at

    def _literal(self, token: re.Match[str], depth: int) -> Value:
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
        if token.lastgroup == "template":
            return None
        raise _NoLiteralError

    def _value(self, token: re.Match[str], depth: int) -> tuple[Value, re.Match[str]]:
        """A value and the token behind it; None for one that is computed."""
        if token.lastgroup == "mark" and token[0] not in "[{":
            return None, self._behind(token)
        value = self._literal(token, depth)
        token = self._next()
        if token[0] in _ENDS or token.lastgroup == "string":  # a comma is lacking
            return value, token
        return None, self._behind(token)

    def _behind(self, token: re.Match[str]) -> re.Match[str]:
        """Go over what is left of an expression: the comma or bracket behind it."""
        depth = 0
        while depth or token.lastgroup != "mark" or token[0] not in _ENDS:
            if token.lastgroup == "mark":
                depth += (token[0] in "[{(") - (token[0] in "]})")
                if depth < 0 or (not depth and token[0] == ";"):
                    raise _NoLiteralError
            token = self._next()
        return token

    def _list(self, depth: int) -> list[Value]:
        found: list[Value] = []
        token = self._next()
        while not _is(token, "]"):
            if _is(token, ","):
                token = self._next()
                continue
            value, token = self._value(token, depth + 1)
            found.append(value)
            if _is(token, "}"):
                raise _NoLiteralError
        return found

    def _object(self, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        token = self._next()
        while not _is(token, "}"):
            if _is(token, ","):
                token = self._next()
                continue
            if token.lastgroup not in ("string", "word"):
                raise _NoLiteralError
            key = _unescape(token[0][1:-1]) if token.lastgroup == "string" else token[0]
            token = self._next()
            if _is(token, ":"):
                found[key], token = self._value(self._next(), depth + 1)
            else:  # a method, a name alone, a spread
                token = self._behind(token)
            if _is(token, "]"):
                raise _NoLiteralError
        return found


def _is(token: re.Match[str], mark: str) -> bool:
    return token.lastgroup == "mark" and token[0] == mark


def _word(token: re.Match[str]) -> Text | None:
    word = {"true": "1", "!0": "1", "false": "0"}.get(token[0], token[0])
    return Text(word, token.start(), token.end()) if _NUMBER.fullmatch(word) else None


def _unescape(text: str) -> str:
    return with_whole_characters(unescape(text))


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

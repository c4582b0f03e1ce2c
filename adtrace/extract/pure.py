"""The functions of JavaScript that make text of text alone, each bounded before it makes anything."""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias
from urllib.parse import unquote, urlencode

Value: TypeAlias = "str | int | list[Value] | dict[str, Value] | None"

MAX_TEXT = 1 << 18  # characters of one text, items of one list
_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|([0-7]{1,3})|(\r?\n)|(.))", re.DOTALL
)
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_PLAIN_PATTERN = re.compile(r"[\w ,;:%@#~!-]+")
# What a function raises where its arguments are none it takes.
REFUSED = (ValueError, TypeError, IndexError, AttributeError, binascii.Error, OverflowError)


def unescaped(text: str) -> str:
    """A string literal's characters, escapes undone.

    >>> unescaped(r"\\x68\\u0074\\164p")
    'http'
    """
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    if code := match[1] or match[2] or match[3]:
        return chr(min(int(code, 16), 0x10FFFF))
    if match[4]:
        return chr(int(match[4], 8))
    return "" if match[5] else _CONTROLS.get(match[6], match[6])


def _atob(text: str) -> str:
    return base64.b64decode("".join(text.split()) + "=" * (-len(text) % 4), validate=True).decode("latin-1")


def _from_codes(*codes: int) -> str:
    return "".join(chr(code & 0xFFFF) for code in codes)


def _unescape(text: str) -> str:
    return unquote(re.sub(r"%u([0-9A-Fa-f]{4})", lambda m: chr(int(m[1], 16)), text), "latin-1")


def joined(parts: Sequence[str], between: str = "") -> str | None:
    """The parts as one text; None where it would be too long, before it is made."""
    if sum(map(len, parts)) + len(between) * len(parts) > MAX_TEXT:
        return None
    return between.join(parts)


def _join(items: list[Value], between: str = ",") -> str | None:
    return None if None in items else joined([str(item) for item in items], between)


def _split(text: str, at: str) -> list[Value]:
    return list(text.split(at)) if at else list(text)


def _concat(target: Value, *more: Value) -> Value:
    if isinstance(target, list):
        return [*target, *(item for part in more for item in (part if isinstance(part, list) else [part]))]
    return _join([target, *more], "")


def _replace(text: str, old: str, new: str) -> str | None:
    """Text for text; of regular expressions only those that are plain text, everywhere with the flag g."""
    times = 1
    if old.startswith("/") and len(old) > 2:
        old, _, flags = old[1:].rpartition("/")
        if not _PLAIN_PATTERN.fullmatch(old) or flags not in ("", "g"):
            return None
        times = -1 if flags else 1
    if not old or len(text) + text.count(old) * len(new) > MAX_TEXT:
        return None
    return text.replace(old, new, times)


def _substr(text: str, start: int, length: int | None = None) -> str:
    start = max(len(text) + start, 0) if start < 0 else start
    return text[start:] if length is None else text[start : start + max(length, 0)]


def _substring(text: str, start: int, end: int | None = None) -> str:
    first, last = max(start, 0), len(text) if end is None else max(end, 0)
    return text[min(first, last) : max(first, last)]


def _slice(target: str | list[Value], start: int = 0, end: int | None = None) -> Value:
    return target[start:end]


def _reverse(items: list[Value]) -> list[Value]:
    return items[::-1] if isinstance(items, list) else []


def query_of(value: Value) -> str | None:
    """The query that URLSearchParams makes of a text or an object; what is not known of it is left out.

    >>> query_of({"key": "a b", "page": None})
    'key=a+b'
    """
    if isinstance(value, dict):
        return urlencode({key: part for key, part in value.items() if isinstance(part, (str, int))})
    return value.removeprefix("?") if isinstance(value, str) else None


def with_parameter(address: str, key: str, value: str) -> str | None:
    """The address, or the query alone, with one parameter more.

    >>> with_parameter("//a.example/b", "zone", "7"), with_parameter("", "zone", "7")
    ('//a.example/b?zone=7', 'zone=7')
    """
    mark = "?" if "//" in address and "?" not in address else "&" if address else ""
    return joined((address, mark, urlencode({key: value})))


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "atob": _atob,
    "unescape": _unescape,
    "decodeURIComponent": unquote,
    "decodeURI": unquote,
    "String.fromCharCode": _from_codes,
    "String": lambda value: str(value) if isinstance(value, (str, int)) else None,
    "parseInt": lambda text, base=10: int(str(text), base),
}
METHODS: dict[str, Callable[..., Value]] = {
    "join": _join,
    "reverse": _reverse,
    "split": _split,
    "concat": _concat,
    "replace": _replace,
    "substr": _substr,
    "substring": _substring,
    "slice": _slice,
    "charAt": lambda text, at=0: text[at],
    "toLowerCase": lambda text: text.lower(),
    "toUpperCase": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "toString": lambda value: str(value) if isinstance(value, (str, int)) else None,
}

"""Our own network address, as ad systems write it into their click URLs, taken out of them again.

An ad that we asked for carries the address that asked. Kept, it would tell every reader of a table
where the investigator sits.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable

import re2

from adtrace.extract.unwrapping.address import Address, read_address
from adtrace.extract.unwrapping.encodings import MAX_PERCENT_LAYERS, redo, redo_percent, undo_percent
from adtrace.extract.unwrapping.places import Piece, read
from adtrace.knowledge.wrappers import Grammar

REDACTED = "redacted"
Readings = Callable[[Address], Iterable[Grammar]]
# Parameters that state an address, at any depth of percent-encoding: ip=, user_ip=, remote_addr%3D, …
_NAMED = re2.compile(
    r"(?i)((?:^|[?&;,/|{\"]|%(?:25)*(?:3F|26|3B|7C|22|7B))(?:amp;)?[a-z0-9_.-]*(?:ip|ip_?addr(?:ess)?|ipv[46]|"
    r"remote_?addr(?:ess)?|forwarded[_-]?for|xff)(?:\"?[=:]|%(?:25)*(?:22)?%?(?:25)*(?:3D|3A))\"?)"
    r"((?:[0-9a-f.:\[\]]|%(?:25)*(?:3A|5B|5D)){2,120})"
)
# A field of a decoded record that is nothing but an address.
_FIELD = re.compile(r"(?i)(?<![^|;,\"\s])[0-9a-f.:]{2,45}(?![^|;,\"\s])")


def redact_named(text: str) -> str:
    """The text with the value of each parameter that states an IP address written as `redacted`.

    >>> redact_named("https://a.example/?user_ip=192.0.2.7&v=1.2.3.4")
    'https://a.example/?user_ip=redacted&v=1.2.3.4'
    """
    parts, at = [], 0
    for found in _NAMED.finditer(text):
        if _is_ip(found[2]):
            start, end = found.span(2)
            parts += [text[at:start], REDACTED]
            at = end
    return "".join([*parts, text[at:]])


def redact_fields(text: str) -> str:
    """A record with every field that is an IP address written as `redacted`."""
    return _FIELD.sub(lambda found: REDACTED if _is_ip(found[0]) else found[0], text)


def redact(text: str, readings: Readings, depth: int = 8) -> str:
    """The text, a URL or part of one, with every address of a requester taken out, in all encodings known."""
    address = read_address(text) if depth else None
    if address is None:
        return redact_named(text)
    clean = redact_address(address, readings, depth)
    return text if clean == address.url else clean  # what names nobody stays as it is written


def redact_address(address: Address, readings: Readings, depth: int = 8) -> str:
    """The URL with every address of a requester taken out, also inside the encodings its grammars know.

    A place that a grammar says holds the address, and that cannot be read, is reduced to a word as a whole.
    """
    url = redact_named(address.url)
    seen: dict[str, str] = {}  # many grammars read one place: each text is looked into once
    for grammar in readings(address):
        found = read(address._replace(url=url), grammar)
        for place in dict.fromkeys((*grammar.redact, *grammar.landing)):
            span = found.span(place) if found else None
            if found is None or span is None:
                continue
            before, piece = url, found.whole(place)
            if piece is None:
                url = url[: span.start] + REDACTED + url[span.end :] if place in grammar.redact else url
            elif piece.encodings:
                clean = seen.get(piece.text)
                if clean is None:
                    clean = seen[piece.text] = redact(redact_fields(piece.text), readings, depth - 1)
                url = url if clean == piece.text else splice(url, piece, clean)
            if url != before:
                found = read(address._replace(url=url), grammar)
    return url


def splice(url: str, piece: Piece, text: str) -> str:
    """The URL with the piece's text replaced, in the piece's own encodings."""
    layers = piece.encodings.count("percent")
    codecs = tuple(name for name in piece.encodings if name != "percent")
    written = redo_percent(redo(text, codecs), layers)  # type: ignore[arg-type]  # names come from the place's codecs
    return url[: piece.span.start] + written + url[piece.span.end :]


def _is_ip(text: str) -> bool:
    for _ in range(MAX_PERCENT_LAYERS):
        text = undo_percent(text)
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True

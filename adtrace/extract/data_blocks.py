"""What is kept of a block of data (JSON-LD, hydration): addresses and ids of ad systems, and no words of the page.

A string that is an address on a card's host or an id by itself; and an id with the key that makes it one, a configured
bidder with its parameters: the stretch that a card's shape for code reads. What stands within a text is the page's.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator

from adtrace.extract.attributes import host_of
from adtrace.extract.plain import unescape
from adtrace.knowledge import Knowledge
from adtrace.linear import Span

# A string, or what a quote begins that does not end in its line: that has no group 2. Each character is looked at
# once: a page of quotes without an end would else stop its own reading.
_STRING = re.compile(r'"((?>[^"\\\n]++|\\.)*+)(?:(")|[\s\S]|\Z)')
MAX_STRING = 2_000  # characters of one that may be an address or an id
MAX_KEYED = 1_000  # characters of a stretch that a shape reads
_MAX_ID = 200


def strings_of(data: str, longest: int) -> Iterator[str]:
    """The strings of a data block as written, without those that are longer."""
    return (found[1] for found in _STRING.finditer(data) if found[2] and len(found[1]) <= longest)


def kept_of(data: str, knowledge: Knowledge) -> str:
    """What is kept, one stretch a line; "" if nothing is.

    >>> from adtrace.knowledge import load_knowledge
    >>> kept_of('{"title": "A day", "google_ad_client": "ca-pub-7031845296418273"}', load_knowledge())
    '"google_ad_client": "ca-pub-7031845296418273"'
    """
    strings = [found for found in _STRING.finditer(data) if found[2]]
    keyed = _keyed(data, [found.span() for found in strings], knowledge)
    lines = [data[start:end] for start, end in keyed]
    for found in strings:
        if len(found[1]) <= MAX_STRING and not _is_within(keyed, *found.span(1)):
            value = unescape(found[1])
            host = host_of(value)
            if (host and knowledge.card_of_host(host)) or _is_known_id(value, knowledge):
                lines.append(json.dumps(value))
    return "\n".join(lines)


def _keyed(data: str, strings: list[Span], knowledge: Knowledge) -> list[Span]:
    """The stretches that shapes of code read, apart from each other and in order; none lies within a string."""
    code = data.encode("ascii", "replace")
    found: list[Span] = []
    for rule in knowledge.places["script"].candidates(code):
        for start, end in rule.joined.spans(code):
            if end - start <= MAX_KEYED and not _is_within(strings, start, end):
                # A string whose quotes the shape leaves out is taken with them.
                found.append((start - (data[start - 1 : start] == '"'), end + (data[end : end + 1] == '"')))
    apart: list[Span] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _is_within(spans: list[Span], start: int, end: int) -> bool:
    """Whether a stretch lies in one of these spans, which are ascending and apart from each other."""
    at = bisect_right(spans, (start, len(spans) and spans[-1][1])) - 1
    return at >= 0 and end <= spans[at][1]


def _is_known_id(value: str, knowledge: Knowledge) -> bool:
    if len(value) >= _MAX_ID or " " in value:
        return False
    quoted = f'"{value}"'.encode("utf-8", "replace")
    return any(
        rule.shape.certainty == "proven"
        and (rule.pattern.fullmatch(quoted) or rule.pattern.fullmatch(quoted[1:-1]))
        for rule in knowledge.places["script"].candidates(quoted)
    )

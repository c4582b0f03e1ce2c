"""Addresses in tags and scripts: a card's host, or a shape that holds on any host."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from adtrace.extract.finder import Finder
from adtrace.extract.reading import unquote

_IN_TAG = re.compile(r'="((?:https?:)?//([^/?#"@:]+)[^"]*)"')
_IN_CODE = re.compile(
    r"((?:https?:)?\\?/\\?/)((?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9])"
    r"(?![A-Za-z0-9.-]*\.[A-Za-z])((?::\d+)?(?:\\?/|\?)(?:[^\s\"'`<>()\\]|\\/)*)?"
)
_QUOTED_HOST = re.compile(
    r"""["'`]\.?((?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9])(?=["'`/:])(/[^\s"'`<>()\\]*)?"""
)
_LINKING = ("<a ", "<area ", "<link ", "<form ", "<meta ")


class Address(NamedTuple):
    """One address as written (`\\/` undone), its host in lower case, and where it stands."""

    url: str
    host: str
    start: int
    end: int
    loads: bool  # by its place it is fetched as the page loads, not only when somebody clicks


def find(finder: Finder) -> None:
    """A network line for each address on a card's host or of a shape; account lines for the ids in it."""
    addresses = list(in_tags(finder)) + list(in_scripts(finder))
    joined = "\n".join({a.url: None for a in addresses})
    rules = finder.knowledge.places["url"].candidates(joined)
    for address in addresses:
        card = finder.knowledge.card_of_host(address.host, finder.at)
        is_found = False
        for rule in rules:
            if rule.shape.host_bound and rule.card is not card:
                continue
            if card is not None and rule.card is not card and rule.shape.certainty != "proven":
                continue
            if match := rule.pattern.search(address.url):
                is_found |= finder.apply(rule, match, _place(finder, address), address=address[:4])
        if card is not None and not is_found:
            seen = finder.add(
                "network", finder.knowledge.rule_name(card.id, "host"), address.start, address.end, card=card,
                host=address.host, value=address.url, url=address.url,
            )  # fmt: skip
            if seen and seen.state == "live" and address.loads:
                finder.loaders.add(card.id)


def in_tags(finder: Finder) -> Iterator[Address]:
    """The whole addresses that the skeleton kept in attributes, in page order."""
    elements, start = finder.skeleton.elements, finder.skeleton.start
    for match in _IN_TAG.finditer(elements):
        line = elements.rfind("\n", 0, match.start()) + 1
        loads = not elements.startswith(_LINKING, line) or elements.startswith("<link ", line)
        yield Address(
            unquote(match[1]), match[2].lower(), match.start(1) + start, match.end(1) + start, loads
        )


def in_scripts(finder: Finder) -> Iterator[Address]:
    """Addresses and quoted hosts in inline code, in order; escaped slashes are undone."""
    text, end = finder.skeleton.text, finder.skeleton.end
    for match in _IN_CODE.finditer(text, end):
        url = match[0].replace("\\/", "/")
        yield Address(url, match[2].lower(), match.start(), match.end(), True)
    for match in _QUOTED_HOST.finditer(text, end):
        if finder.knowledge.card_of_host(match[1].lower(), finder.at) is not None:
            yield Address(
                "//" + match[1] + (match[2] or ""), match[1].lower(), match.start(1), match.end(), True
            )


def _place(finder: Finder, address: Address) -> int | list[int]:
    """Where the address stands: its start, or each character's offset where the skeleton holds it escaped."""
    raw = finder.skeleton.text[address.start : address.end]
    if raw == address.url or "\\" not in raw:
        return address.start - (len(address.url) - len(raw))
    return [address.start + i for i, c in enumerate(raw) if not (c == "\\" and raw[i + 1 : i + 2] == "/")]

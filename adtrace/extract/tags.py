"""Start tags, single attributes, meta elements and comments: the shapes that need no address."""

import re

from adtrace.extract.finder import Finder
from adtrace.extract.reading import read_attributes, unquote

_META = re.compile(r"^<meta [^\n]*>$", re.M)
_COMMENT = re.compile(r"^<!--(.*)-->$", re.M)


def find(finder: Finder) -> None:
    """Network and account lines for every shape at tag, attr:NAME, meta and comment."""
    elements, start = finder.skeleton.elements, finder.skeleton.start
    for rule in finder.knowledge.places["tag"].candidates(elements):
        for line in _lines_with(rule, elements):
            if match := rule.pattern.search(elements[line[0] + 1 : line[1] - 1]):
                finder.apply(rule, match, line[0] + 1 + start)
    for name in finder.knowledge.attributes:
        if f' {name}="' in elements:
            _find_attribute(finder, name)
    _find_meta(finder)
    for comment in _COMMENT.finditer(elements):
        for rule in finder.knowledge.places["comment"].candidates(comment[1]):
            if match := rule.pattern.search(comment[1]):
                finder.apply(rule, match, comment.start(1) + start)


def _lines_with(rule, elements: str) -> list[tuple[int, int]]:  # type: ignore[no-untyped-def]
    """The lines in which the rule's joined search finds something, each once, in order."""
    found: dict[int, int] = {}
    for match in rule.joined.finditer(elements):
        line = elements.rfind("\n", 0, match.start() + 1) + 1
        found.setdefault(line, elements.find("\n", line))
    return list(found.items())


def _find_attribute(finder: Finder, name: str) -> None:
    elements, start = finder.skeleton.elements, finder.skeleton.start
    values = [(m[1], m.start(1)) for m in re.finditer(rf' {re.escape(name)}="([^"]*)"', elements)]
    place = finder.knowledge.places[f"attr:{name}"]
    for rule in place.candidates("\n".join({v: None for v, _ in values})):
        for value, at in values:
            if match := rule.pattern.search(unquote(value)):
                finder.apply(rule, match, at + start)


def _find_meta(finder: Finder) -> None:
    elements, start = finder.skeleton.elements, finder.skeleton.start
    place = finder.knowledge.places["meta"]
    for line in _META.finditer(elements):
        attributes = read_attributes(line[0])
        name = (attributes.get("name") or attributes.get("property") or "").lower()
        content = attributes.get("content", "")
        if not name or not content:
            continue
        pair = f"{name}={content}"
        at = (
            line.start() + line[0].index(f'content="{content}"') + len('content="')
            if '"' not in content
            else line.start()
        )
        for rule in place.candidates(pair):
            if match := rule.pattern.search(pair):
                # The name stands elsewhere in the line: only the content's own offsets are exact.
                finder.apply(
                    rule,
                    match,
                    [*([at + start] * (len(name) + 1)), *range(at + start, at + start + len(content))],
                )

"""Start tags, single attributes, meta elements and comments: the shapes that need no address."""

import re
from collections.abc import Iterable

from adtrace.extract.finder import Finder
from adtrace.extract.reading import unquote
from adtrace.knowledge.cards import Rule
from adtrace.linear import Span

_META = re.compile(r'<meta (?:charset="[^"\n]*" )?content="([^"\n]*)"[^\n]*? (?:name|property)="([^"\n]*)"')
# Some ask for their token in an attribute of its own (impact.com's instructions, 2026-11-23).
_META_VALUE = re.compile(r'<meta name="([^"\n]*)"[^\n]*? value="([^"\n]+)"')
_COMMENT = re.compile(r"<!--(.*)-->\n")


def find(finder: Finder) -> None:
    """Network and account lines for every shape at meta, attr:NAME, tag and comment: the narrower place first."""
    _find_meta(finder)
    for name in finder.knowledge.attributes:
        if f' {name}="' in finder.skeleton.elements:
            _find_attribute(finder, name)
    elements, start = finder.skeleton.elements, finder.skeleton.start
    data = finder.skeleton.data[start : finder.skeleton.end]
    for rule in finder.knowledge.places["tag"].candidates(data):
        for line, end in _lines_hit(rule, data):
            if match := rule.pattern.search(data[line + 1 : end - 1]):  # between its < and >
                finder.apply(rule, match, line + 1 + start)
    for comment in _COMMENT.finditer(elements):
        text = comment[1].encode()
        for rule in finder.knowledge.places["comment"].candidates(text):
            if match := rule.pattern.search(text):
                finder.apply(rule, match, comment.start(1) + start)


def _lines_hit(rule: Rule, data: bytes) -> Iterable[Span]:
    """Where each line begins and ends that a rule may match in, in order: a match may run over several."""
    found: dict[Span, None] = {}
    for start, end in rule.joined.spans(data):
        at = data.rfind(b"\n", 0, start) + 1
        while at < max(end, start + 1):
            stop = data.index(b"\n", at)
            found[at, stop] = None
            at = stop + 1
    return found


def _find_attribute(finder: Finder, name: str) -> None:
    elements, start = finder.skeleton.elements, finder.skeleton.start
    values = [(m[1], m.start(1)) for m in re.finditer(rf' {re.escape(name)}="([^"]*)"', elements)]
    place = finder.knowledge.places[f"attr:{name}"]
    for rule in place.candidates("\n".join({v: None for v, _ in values}).encode()):
        for value, at in values:
            if match := rule.pattern.search(unquote(value).encode()):
                finder.apply(rule, match, at + start)


def metas(finder: Finder) -> list[tuple[str, str, int, int]]:
    """(content, name in lower case, start, end of the content in the elements section) of each meta element."""
    elements = finder.skeleton.elements
    found = [(unquote(m[1]), m[2].lower(), m.start(1), m.end(1)) for m in _META.finditer(elements) if m[1]]
    if '<meta name="' in elements:
        found += ((unquote(m[2]), m[1].lower(), m.start(2), m.end(2)) for m in _META_VALUE.finditer(elements))
    return found


def _find_meta(finder: Finder) -> None:
    found = metas(finder)
    for rule in finder.knowledge.places["meta"].candidates(
        "\n".join(f"{name}={content}" for content, name, *_ in found).encode()
    ):
        for content, name, start, _ in found:
            if match := rule.pattern.search(f"{name}={content}".encode()):
                # The name stands elsewhere in the line: only the content's own offsets are exact.
                at = start + finder.skeleton.start
                finder.apply(rule, match, [*([at] * (len(name) + 1)), *range(at, at + len(content))])

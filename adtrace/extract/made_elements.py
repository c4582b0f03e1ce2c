"""Elements that code makes, read as the start tags they come to: the shapes of tags and metas hold for them too.

Made by statements (`s = createElement('script'); s.src = …; s.dataset.zone = …`), of an object with their attributes
(a helper's `load('…', {'data-zone': …})`, what a framework renders), or of markup in a string. Only what is literal:
values that are computed are put in their place first (values.py), and the code is read again.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from adtrace.extract.finder import Finder
from adtrace.extract.within import add_within, read_within
from adtrace.knowledge import Knowledge
from adtrace.linear import Linear

MAX_ELEMENTS = 200  # of one script
_NEAR = 600  # characters of an object before and after one of its attributes

_HINT = Linear(
    r"[\"'`]data-[\w-]+\\*[\"'`]\s*[,:]|setAttribute\([\"'`]site[\"'`]|\.dataset(?:\.\w+|\[[\"'`]\w+[\"'`]\])\s*=|<(?:script|ins|iframe|div|meta)\s|createElement\([\"'`]meta"
)
_NAME = r"(?P<quote_{0}>[\"'`])(?P<{0}>[A-Za-z-]{{1,60}})(?P=quote_{0})"
_LITERAL = (
    r"(?:(?P<quote_{0}>[\"'`])(?P<{0}>[^\"'`\n<>]{{0,300}})(?P=quote_{0})|(?P<{0}_number>\d{{1,12}})\b)"
)
# What a statement does, found by its own signs; the name that it does it to stands before them.
_STATEMENT = re.compile(
    rf"=\s*(?:[\w$]{{1,40}}\.){{0,3}}createElement\(\s*{_NAME.format('tag')}"
    rf"|\.(?:setAttribute\(\s*{_NAME.format('attribute')}\s*,\s*{_LITERAL.format('set')}"
    rf"|dataset(?:\.|\[[\"'`])(?P<key>\w{{1,60}})(?:[\"'`]\])?\s*=\s*{_LITERAL.format('data')}"
    rf"|(?P<property>src|id|className|type|name|content)\s*=\s*{_LITERAL.format('value')})"
)
_NAME_BEFORE = re.compile(r"(?<![\w$.])[A-Za-z_$][\w$.]{0,60}\s*\Z")
_MAX_BEFORE = 100  # characters of a name and the white space behind it
_DATA_KEY = re.compile(r"[\"'`]data-[\w-]{1,60}\\*[\"'`]\s*:")
_PAIR = re.compile(
    r"(\\*[\"'`]|\b)(?P<name>[A-Za-z][\w-]{0,60})\1\s*:\s*(?:(\\*[\"'`])(?P<value>[^\"'`\\\n]{0,300})\3|(?P<number>\d{1,12})\b)"
)
# What stands before an object of attributes: the element's name, or the address that a helper loads.
_NAMED = re.compile(r"[\"'`](script|ins|iframe|div|a)\\*[\"'`]\s*,\s*(?:null\s*,\s*)?\Z")
_LOADED = re.compile(r"[\"'`]((?:https?:)?//[^\"'`\s\\]{4,300})[\"'`]\s*,\s*\Z")
_MARKUP = re.compile(r"<(script|ins|iframe|div|meta)\s([^<>]{1,1500})>")
_ATTRIBUTE = re.compile(r"([A-Za-z][\w-]{0,60})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_ESCAPE = re.compile(r"\\+([\"'/`ntr])")
_CAPITAL = re.compile(r"[A-Z]")


class Element(NamedTuple):
    """An element as code makes it, and the stretch of the code that does."""

    start: int
    end: int
    tag: str
    attributes: dict[str, str]

    @property
    def line(self) -> str:
        """Its start tag, as a skeleton holds one."""
        shown = (f' {name}="{value}"' for name, value in sorted(self.attributes.items()))
        return f"<{self.tag}{''.join(shown)}>"


def find(finder: Finder) -> None:
    """The lines of the detectors of tags, for the elements that scripts make."""
    skeleton = finder.skeleton
    hints = _HINT.spans(skeleton.data, skeleton.end)
    for script in dict.fromkeys(skeleton.script_at(start) for start, _ in hints):
        if script is None:
            continue
        made = list(islice(elements_made_by(skeleton.text[script.start : script.end]), MAX_ELEMENTS))
        lines = "".join(f"{element.line}\n" for element in made)
        if not any(
            _holds(finder.knowledge, place, text) for place, text in (("tag", lines), ("meta", _metas(made)))
        ):
            continue
        head = f"skeleton-1 frame {len(lines)}\n"
        read = read_within(finder, head + lines)
        add_within(finder, script, read, _origin(made, len(head)))


def _holds(knowledge: Knowledge, place: str, text: str) -> bool:
    """Whether a shape at that place fits anywhere in the text."""
    data = text.encode()
    return any(rule.joined.holds(data) for rule in knowledge.places[place].candidates(data))


def _metas(made: Iterable[Element]) -> str:
    """name=content of each meta element, a line each."""
    metas = (element.attributes for element in made if element.tag == "meta")
    return "\n".join(
        f"{meta.get('name', '').lower()}={meta.get('content') or meta.get('value', '')}" for meta in metas
    )


def _origin(made: Iterable[Element], start: int) -> Callable[[int, int], tuple[int, int, tuple[str, ...]]]:
    """Where what stands in one of the elements' lines comes from in their code."""
    ends: list[tuple[int, Element]] = []
    for element in made:
        start += len(element.line) + 1
        ends.append((start, element))

    def origin(at: int, _end: int) -> tuple[int, int, tuple[str, ...]]:
        element = next(element for end, element in ends if at < end)
        return element.start, element.end, ("element",)

    return origin


def elements_made_by(code: str) -> Iterator[Element]:
    """The elements the code makes that have attributes known by their text alone.

    >>> code = "s=document.createElement('script');s.src='//a.example/t.js';s.dataset.zone=7"
    >>> [element.line for element in elements_made_by(code)]
    ['<script data-zone="7" src="//a.example/t.js">']
    """
    yield from _by_statements(code)
    yield from _of_objects(code)
    yield from _in_markup(code)


def _by_statements(code: str) -> Iterator[Element]:
    if "createElement" not in code and ".dataset" not in code and "setAttribute" not in code:
        return
    open_: dict[str, Element] = {}
    for found in _STATEMENT.finditer(code):
        before = max(0, found.start() - _MAX_BEFORE)
        named = _NAME_BEFORE.search(code[before : found.start()])
        if named is None:
            continue
        name, start = named[0].rstrip(), before + named.start()
        if found["tag"]:
            if name in open_:
                yield from _whole(open_.pop(name))
            open_[name] = Element(start, found.end(), found["tag"], {})
            continue
        made = open_.setdefault(name, Element(start, found.end(), "script", {}))
        key, value = _set_by(found)
        made.attributes[key] = value
        open_[name] = made._replace(end=found.end())
    for made in open_.values():
        yield from _whole(made)


def _set_by(found: re.Match[str]) -> tuple[str, str]:
    """The attribute that a statement sets, and its value."""
    if attribute := found["attribute"]:
        return attribute.lower(), found["set"] or found["set_number"] or ""
    if key := found["key"]:
        name = _CAPITAL.sub(lambda m: f"-{m[0].lower()}", key)
        return f"data-{name}", found["data"] or found["data_number"] or ""
    return _attribute_of(found["property"]), found["value"] or found["value_number"] or ""


def _attribute_of(name: str) -> str:
    return "class" if name == "className" else name.lower()


def _whole(made: Element) -> Iterator[Element]:
    """The element, if a shape could hold for it: one attribute alone may be anything's."""
    if len(made.attributes) > 1 or any(name.startswith("data-") for name in made.attributes):
        yield made


def _of_objects(code: str) -> Iterator[Element]:
    end = -1
    for key in _DATA_KEY.finditer(code):
        if key.start() < end:
            continue
        start = code.rfind("{", max(0, key.start() - _NEAR), key.start())
        end = code.find("}", key.end(), key.end() + _NEAR)
        if start < 0 or end < 0:
            continue
        pairs = _PAIR.finditer(code, start + 1, end)
        attributes = {_attribute_of(m["name"]): m["value"] or m["number"] or "" for m in pairs}
        before = code[max(0, start - _NEAR) : start]
        if loaded := _LOADED.search(before):
            attributes.setdefault("src", loaded[1])
        named = _NAMED.search(before)
        tag = named[1] if named else "script" if "src" in attributes else "div"
        yield Element(start, end, tag, attributes)


def _in_markup(code: str) -> Iterator[Element]:
    for found in _MARKUP.finditer(code):
        plain = _ESCAPE.sub(lambda m: " " if m[1] in "ntr" else m[1], found[2])
        attributes = {
            m[1].lower(): " ".join((m[2] or m[3] or m[4] or "").split()).replace('"', "&quot;")
            for m in _ATTRIBUTE.finditer(plain)
        }
        if attributes:
            yield Element(found.start(), found.end(), found[1], attributes)

"""A skeleton opened for reading: its two sections, what stands at an offset, and in which state."""

import re
from bisect import bisect_right
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from adtrace.extract.hints import SPACE, Hint, find_hints
from adtrace.extract.lexing import COMMENTS
from adtrace.extract.script_types import is_data, is_delayed, is_run
from adtrace.extract.sighting import Locator, State
from adtrace.linear import Linear

# Without ^, so that the search can leap from # to #: a line break before the tag is looked at afterwards.
_CONTAINER = re.compile(r"#([a-z]+)>\n")
_SCRIPT_LINE = re.compile(r"<script #(\d+)[ >]")
_ATTRIBUTE = re.compile(r' ([^\s=">]+)(?:="([^"]*)")?')
_TAG_NAME = re.compile(r"<[^\s>]+")
_CONSENT = re.compile(
    r"(?i) (?:data-(?:cookie|consent|category|usercentrics|service|purposes?|cmp|gdpr|type|src-?blocked"
    r"|suppressedsrc|borlabs)[a-z-]*"
    r"|class=\"[^\"]*(?:cmplz|consent|optanon|cookie|_iub_cs|iubenda|borlabs|cky-|didomi))"
)
# Where a script's address waits for the script that will load it: its own, too, where its type is plain text.
_WAITING = re.compile(r' data-[\w-]*src[\w-]*="| src="[^\n]* type="text/plain"')
# The browser is asked to make ready for what nothing on the page need use.
_MADE_READY = re.compile(
    r' rel="[^"]*\b(?i:dns-prefetch|preconnect|preload|modulepreload|prefetch|prerender)\b'
)
MAX_CONTAINERS = 32  # documents within documents that a path names; a page may nest templates without end
# A line comment longer than this is an address or a misread quote in a minified script: a comment would end the script.
MAX_LINE_COMMENT = 500
# Begins with its slash: else each place is tried, 17 times slower.
_COMMENT_HINT = re.compile(r"/(?:\*|(?<![:\\]/)/)")
_DEAD_BRANCH = re.compile(r"if\s*\(\s*(?:false|0|!1|!true)\s*\)\s*\{")
_BRACE = re.compile(r"[{}]")
# A request that only asks whether a host answers or is blocked. That no word goes on before `fetch` is asked behind it:
# a pattern that begins with letters is found by them.
_PROBE = re.compile(
    r"""fetch\((?<!\wfetch\()\s*(?:new\s+Request\(\s*)?(?:(["'`](?:https?:)?//[^"'`\s]{4,300}["'`])\s*,\s*\{[^{}]{0,200}?\bmethod["']?\s*:\s*["']HEAD"""
    r"""|(["'`](?:https?:)?//[^"'`\s?]{4,300}\.(?:js|css|ico)["'`])\s*,\s*\{[^{}]{0,200}?\bmode["']?\s*:\s*["']no-cors)"""
)
# An origin that something is compared with: a message's sender, a link's target.
_COMPARED = Linear(
    rf"""(?:\.(?:indexOf|includes|match|search|startsWith|endsWith){SPACE}\(|[!=]==?|\bcase\b){SPACE}(["'`](?:https?:)?//[A-Za-z0-9.-]+/?["'`])"""
)
# What a page leaves to its consent tool, which loads it for who agreed (OneTrust, "Client-Side Cookie Management",
# 2026-11-23).
_LEFT_TO_CONSENT = Linear(
    rf"""(?:OneTrust|Optanon)\.Insert(?:Script|Html){SPACE}\({SPACE}("[^"\n]{{4,500}}"|'[^'\n]{{4,500}}')"""
)


_Span = tuple[int, int, State]


class Script(NamedTuple):
    """One inline script: where its body stands, and its start tag."""

    number: int
    start: int
    end: int
    tag_start: int


class Line(NamedTuple):
    """One line of the elements section as it is looked at: where it begins, its text and its tag's state.

    is_delayed: whether it is a script or frame without an address of its own, which data attributes may hold.
    """

    start: int
    text: str
    state: State
    is_delayed: bool


class Skeleton:
    """Offsets count characters of text, which is ASCII: bytes are characters."""

    def __init__(self, text: str) -> None:
        version, kind, length = text[: text.index("\n")].split(" ")
        if version != "skeleton-1":
            raise ValueError(f"skeleton of version {version[:20]} is not one this reader knows")
        self.text, self.kind = text, kind
        self.start = text.index("\n") + 1
        self.end = self.start + int(length)
        # What has been looked at once: lines, how many begin with a tag up to one of them, paths, dead code.
        self._lines: dict[int, Line] = {}
        self._counts: dict[str, tuple[int, int]] = {}
        self._paths: dict[int, str] = {}
        self._unlive: dict[int, list[list[_Span]]] = {}

    @cached_property
    def data(self) -> bytes:
        """The text as bytes: what RE2 searches without counting characters."""
        return self.text.encode("ascii")

    @cached_property
    def hints(self) -> frozenset[Hint]:
        """Which rare things the document could hold."""
        return find_hints(self.data)

    @cached_property
    def elements(self) -> str:
        """The elements section; an offset in it is `start` less than in text."""
        return self.text[self.start : self.end]

    @cached_property
    def scripts(self) -> list[Script]:
        """The inline scripts in document order."""
        elements = self.elements
        tags = {
            int(m[1]): m.start() + self.start
            for m in _SCRIPT_LINE.finditer(elements)
            if m.start() == 0 or elements[m.start() - 1] == "\n"
        }
        found, at = [], self.end
        while at < len(self.text):
            eol = self.text.index("\n", at)
            _, number, length = self.text[at:eol].split(" ")
            start, tag_start = eol + 1, tags.get(int(number), self.start)
            found.append(Script(int(number), start, start + int(length), tag_start))
            at = start + int(length) + 1
        return found

    @cached_property
    def _script_starts(self) -> list[int]:
        return [s.start for s in self.scripts]

    def script_at(self, offset: int) -> Script | None:
        """The script whose body holds the offset; None in the elements section or between bodies."""
        i = bisect_right(self._script_starts, offset) - 1
        return self.scripts[i] if i >= 0 and offset < self.scripts[i].end else None

    @cached_property
    def _containers(self) -> tuple[list[int], list[tuple[str, ...]]]:
        """Offsets at which the stack of nested documents changes, and the stack from there on, its outermost ones."""
        offsets: list[int] = [0]
        stacks: list[tuple[str, ...]] = [()]
        stack: tuple[str, ...] = ()
        deeper = 0  # how many are open within the innermost of the stack
        elements = self.elements
        for match in _CONTAINER.finditer(elements):
            line = elements.rfind("\n", 0, match.start()) + 1
            before, name = elements[line : match.start()], match[1]
            if before == "<" and len(stack) == MAX_CONTAINERS:
                deeper += 1
                continue
            if before == "</" and deeper:
                deeper -= 1
                continue
            if before == "<":
                stack = (*stack, name)
            elif before == "</" and name in stack:
                last = len(stack) - 1 - stack[::-1].index(name)
                stack = stack[:last] + stack[last + 1 :]
            else:
                continue
            offsets.append(line + self.start)
            stacks.append(stack)
        return offsets, stacks

    def containers_at(self, offset: int) -> tuple[str, ...]:
        """The nested documents around an offset of the elements section, outermost first."""
        offsets, stacks = self._containers
        return stacks[bisect_right(offsets, offset) - 1]

    def line_at(self, offset: int) -> Line:
        """The line that holds the offset."""
        start = self.text.rfind("\n", 0, offset) + 1
        line = self._lines.get(start)
        if line is None:
            text = self.text[start : self.text.index("\n", offset)]
            state = _state_of_line(text, self.containers_at(start))
            is_delayed = text.startswith(("<script", "<iframe")) and ' src="' not in text
            line = self._lines[start] = Line(start, text, state, is_delayed)
        return line

    def locator(self, start: int, end: int) -> Locator:
        """The place for a record: `script[3]@src`, `script[2]#text`, `comment/ins[1]@data-zoneid`, `line[4]`."""
        if start >= self.end and (script := self.script_at(start)):
            return Locator(self.kind, self._path_of_script(script), start, end)
        if self.kind not in ("page", "frame"):
            return Locator(self.kind, f"line[{self._number_of(chr(10), start) + 1}]", start, end)
        line = self.line_at(start)
        if attribute := _attribute_at(line.text, start - line.start):
            return Locator(self.kind, f"{self._path_of(line)}@{attribute}", start, end)
        return Locator(self.kind, self._path_of(line), start, end)

    def _path_of(self, line: Line) -> str:
        path = self._paths.get(line.start)
        if path is None:
            opening = "<!--" if line.text.startswith("<!--") else _tag_opening(line.text)
            named = "comment" if opening == "<!--" else opening[1:] or "text"
            last = f"{named}[{max(self._number_of(opening, line.start + 1), 1)}]"
            path = self._paths[line.start] = "/".join((*self.containers_at(line.start), last))
        return path

    def _path_of_script(self, script: Script) -> str:
        path = self._paths.get(script.start)
        if path is None:
            last = f"script[{script.number}]#text"
            path = self._paths[script.start] = "/".join((*self.containers_at(script.tag_start), last))
        return path

    def _number_of(self, mark: str, offset: int) -> int:
        """How many lines of the elements section begin with the tag `<…`, or how many end, before the offset.

        Counted on from where it was asked last: detectors go through a page from its beginning to its end.
        """
        at, number = self._counts.get(mark, (self.start, 0))
        if offset >= at:
            number += self._count(mark, at, offset)
        else:
            number -= self._count(mark, offset, at)
        self._counts[mark] = offset, number
        return number

    def _count(self, mark: str, start: int, end: int) -> int:
        count = self.text.count
        if mark == "\n":
            return count(mark, start, end)
        # A line's beginning is the break before it; what follows the mark may lie behind the end.
        start, end = start - 1, end + len(mark)
        if mark == "<!--":
            return count("\n<!--", start, end - 1)
        return count(f"\n{mark} ", start, end) + count(f"\n{mark}>", start, end)

    def state_at(self, offset: int) -> State:
        """The tag state of what stands at the offset, as far as its place tells (design section 2)."""
        script = self.script_at(offset) if offset >= self.end else None
        if self.kind not in ("page", "frame"):
            return (
                self._state_in_code(script, offset) if script else _state_within(self.containers_at(offset))
            )
        if script:
            state = self.line_at(script.tag_start).state
            return state if state != "live" else self._state_in_code(script, offset)
        line = self.line_at(offset)
        if line.state == "live" and line.is_delayed:
            name = _attribute_at(line.text, offset - line.start)
            holds_back = "src" in name or "url" in name or is_delayed(name)
            if name.startswith("data-") and holds_back and "rocketsrc" not in name:
                return "gated"
        return line.state

    def _state_in_code(self, script: Script, offset: int) -> State:
        if script.number not in self._unlive:
            body = self.text[script.start : script.end]
            self._unlive[script.number] = [comments_in(body), dead_branches_in(body), *_not_asked_for(body)]
        found = (span_at(spans, offset - script.start) for spans in self._unlive[script.number])
        return next((span[2] for span in found if span), "live")


def _tag_opening(line: str) -> str:
    """`<name` of a start tag's line."""
    name = _TAG_NAME.match(line)
    return name[0] if name else "<"


def _attribute_at(line: str, column: int) -> str:
    """The name of the attribute whose value holds the column; "" if none does."""
    start = line.rfind(" ", 0, max(line.rfind('="', 0, column + 1), 0)) + 1
    return line[start : line.find("=", start)] if start else ""


def _state_within(around: tuple[str, ...]) -> State:
    """Of what stands in these nested documents, as far as they tell."""
    return "commented" if "comment" in around else "dormant" if "template" in around else "live"


def _state_of_line(line: str, around: tuple[str, ...]) -> State:
    if line.startswith("<!--"):
        return "commented"
    if (state := _state_within(around)) != "live":
        return state
    if line.startswith("<link ") and _MADE_READY.search(line):
        return "id_only"
    kind = read_attributes(line).get("type", "").lower() if line.startswith("<script") else ""
    if is_run(kind) or is_data(kind):
        return "live"
    return "gated" if is_delayed(kind) or _CONSENT.search(line) or _WAITING.search(line) else "dormant"


_S = TypeVar("_S", bound=tuple[Any, ...])


def span_at(spans: list[_S], at: int) -> _S | None:
    """Of spans (start, end, …), ascending and apart from each other, the one that holds the offset; None if none."""
    last = bisect_right(spans, at, key=itemgetter(0)) - 1
    return spans[last] if last >= 0 and at < spans[last][1] else None


def comments_in(code: str) -> list[_Span]:
    """Where the comments stand, in order."""
    if not _COMMENT_HINT.search(code):
        return []
    return [
        (*m.span(1), "commented")
        for m in COMMENTS.finditer(code)
        if m[1] and (m[1].startswith("/*") or len(m[1]) <= MAX_LINE_COMMENT)
    ]


def dead_branches_in(code: str) -> list[_Span]:
    """Where the outermost dead branches stand, in order: what is dead within one is so already."""
    found: list[_Span] = []
    end = 0
    while branch := _DEAD_BRANCH.search(code, end):
        end = _block_end(code, branch.end())
        found.append((branch.end(), end, "dormant"))
    return found


def _not_asked_for(code: str) -> tuple[list[_Span], list[_Span], list[_Span]]:
    """Addresses that are asked for to no end, those asked about, and those that wait for consent."""
    probes = _PROBE.finditer(code) if "fetch" in code else ()
    data = code.encode("ascii")
    left = _LEFT_TO_CONSENT.finditer(data) if ".Insert" in code else ()
    return (
        [(*m.span(m.lastindex or 0), "id_only") for m in probes],
        [(*m.span(1), "id_only") for m in _COMPARED.finditer(data)],
        [(*m.span(1), "gated") for m in left],
    )


def _block_end(code: str, at: int) -> int:
    """Where the block that is open at `at` closes, by counting braces; the end of the code if it never does."""
    depth = 1
    for brace in _BRACE.finditer(code, at):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    return len(code)


def read_attributes(line: str) -> dict[str, str]:
    """A start tag's attributes as the page wrote them; a name alone has the empty value."""
    return {m[1]: unquote(m[2] or "") for m in _ATTRIBUTE.finditer(line)}


def unquote(value: str) -> str:
    """An attribute value with the skeleton's two escapes undone."""
    if "&" not in value:
        return value
    return value.replace("&quot;", '"').replace("&amp;quot;", "&quot;")

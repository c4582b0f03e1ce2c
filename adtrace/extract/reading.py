"""A skeleton opened for reading: its two sections, what stands at an offset, and in which state."""

import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from adtrace.extract.sighting import Locator, State

# Without ^, so that the search can leap from # to #: a line break before the tag is looked at afterwards.
_CONTAINER = re.compile(r"#([a-z]+)>\n")
_SCRIPT_LINE = re.compile(r"<script #(\d+)[ >]")
_ATTRIBUTE = re.compile(r' ([^\s=">]+)(?:="([^"]*)")?')
_CONSENT = re.compile(
    r"(?i) (?:data-(?:cookie|consent|category|usercentrics|service|purposes?|cmp|gdpr|type|src-?blocked"
    r"|suppressedsrc)[a-z-]*"
    r"|class=\"[^\"]*(?:cmplz|consent|optanon|cookie|_iub_cs|iubenda|borlabs|cky-|didomi))"
)
# Strings and regular expressions are lexemes too, so that a // or /* inside one opens no comment.
_LEXEME = re.compile(
    r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|(?<![:\\])//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)"""
    r"""|(?<=[(,=:\[!&|?{};\n])/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/"""
)
# A line comment longer than this is an address or a misread quote in a minified script: a comment would end the script.
MAX_LINE_COMMENT = 500
_DEAD_BRANCH = re.compile(r"\bif\s*\(\s*(?:false|0|!1|!true)\s*\)\s*\{")


class Script(NamedTuple):
    """One inline script: where its body stands, and its start tag's line."""

    number: int
    start: int
    end: int
    tag: str
    tag_start: int


class Skeleton:
    """Offsets count characters of text, which is ASCII: bytes are characters."""

    def __init__(self, text: str) -> None:
        version, kind, length = text[: text.index("\n")].split(" ")
        if version != "skeleton-1":
            raise ValueError(f"skeleton of version {version[:20]} is not one this reader knows")
        self.text, self.kind = text, kind
        self.start = text.index("\n") + 1
        self.end = self.start + int(length)
        self._comments: dict[int, list[tuple[int, int]]] = {}
        self._dead: dict[int, list[tuple[int, int]]] = {}

    @cached_property
    def data(self) -> bytes:
        """The text as bytes: what RE2 searches without counting characters."""
        return self.text.encode("ascii")

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
            line = self.text[tag_start : self.text.index("\n", tag_start)]
            found.append(Script(int(number), start, start + int(length), line, tag_start))
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
        """Offsets at which the stack of nested documents changes, and the stack from there on."""
        offsets: list[int] = [0]
        stacks: list[tuple[str, ...]] = [()]
        stack: tuple[str, ...] = ()
        elements = self.elements
        for match in _CONTAINER.finditer(elements):
            line = elements.rfind("\n", 0, match.start()) + 1
            before, name = elements[line : match.start()], match[1]
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

    def line_at(self, offset: int) -> tuple[int, str]:
        """The start of the line that holds the offset, and the line."""
        start = self.text.rfind("\n", 0, offset) + 1
        return start, self.text[start : self.text.index("\n", offset)]

    def locator(self, start: int, end: int) -> Locator:
        """The place for a record: `script[3]@src`, `script[2]#text`, `comment/ins[1]@data-zoneid`, `line[4]`."""
        if script := self.script_at(start):
            nest = "/".join((*self.containers_at(script.tag_start), f"script[{script.number}]#text"))
            return Locator(self.kind, nest, start, end)
        if self.kind not in ("page", "frame"):
            return Locator(self.kind, f"line[{self.text.count(chr(10), self.start, start) + 1}]", start, end)
        at, line = self.line_at(start)
        tag = re.match(r"<([^\s>]+)", line)
        name = tag[1] if tag else "text"
        number = self.elements.count(f"\n<{name}", 0, at - self.start) + self.elements.startswith(f"<{name}")
        attribute = ""
        for match in _ATTRIBUTE.finditer(line):
            if match.start() + at <= start < match.end() + at:
                attribute = f"@{match[1]}"
        return Locator(
            self.kind, "/".join((*self.containers_at(at), f"{name}[{max(number, 1)}]{attribute}")), start, end
        )

    def state_at(self, offset: int) -> State:
        """The tag state of what stands at the offset, as far as its place tells (design section 2)."""
        if self.kind not in ("page", "frame"):
            script = self.script_at(offset)
            return self._state_in_code(script, offset) if script else "live"
        script = self.script_at(offset)
        if script:
            state = self._state_of_tag(script.tag_start, script.tag, None)
            return state if state != "live" else self._state_in_code(script, offset)
        at, line = self.line_at(offset)
        return self._state_of_tag(at, line, offset - at)

    def _state_of_tag(self, at: int, line: str, column: int | None) -> State:
        around = self.containers_at(at)
        if "comment" in around or line.startswith("<!--"):
            return "commented"
        if "template" in around:
            return "dormant"
        attributes = read_attributes(line)
        kind = attributes.get("type", "").strip().lower()
        if line.startswith("<script") and kind == "text/plain":
            return "gated" if _CONSENT.search(line) else "dormant"
        if line.startswith(("<script", "<iframe")) and "src" not in attributes and column is not None:
            name = next((m[1] for m in _ATTRIBUTE.finditer(line) if m.start() <= column < m.end()), "")
            if name.startswith("data-") and ("src" in name or "url" in name):
                return "gated"
        return "live"

    def _state_in_code(self, script: Script, offset: int) -> State:
        if any(start <= offset < end for start, end in self._comments_of(script)):
            return "commented"
        if any(start <= offset < end for start, end in self._dead_branches_of(script)):
            return "dormant"
        return "live"

    def _comments_of(self, script: Script) -> list[tuple[int, int]]:
        if script.number not in self._comments:
            body = self.text[script.start : script.end]
            self._comments[script.number] = [
                (m.start() + script.start, m.end() + script.start)
                for m in _LEXEME.finditer(body)
                if m[0].startswith("/*") or (m[0].startswith("//") and len(m[0]) <= MAX_LINE_COMMENT)
            ]
        return self._comments[script.number]

    def _dead_branches_of(self, script: Script) -> list[tuple[int, int]]:
        if script.number not in self._dead:
            body = self.text[script.start : script.end]
            self._dead[script.number] = [
                (m.end() + script.start, _block_end(body, m.end()) + script.start)
                for m in _DEAD_BRANCH.finditer(body)
            ]
        return self._dead[script.number]


def _block_end(code: str, at: int) -> int:
    """Where the block that is open at `at` closes, by counting braces; the end of the code if it never does."""
    depth = 1
    for brace in re.finditer(r"[{}]", code[at:]):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return at + brace.start()
    return len(code)


def read_attributes(line: str) -> dict[str, str]:
    """A start tag's attributes as the page wrote them; a name alone has the empty value."""
    return {m[1]: unquote(m[2] or "") for m in _ATTRIBUTE.finditer(line)}


def unquote(value: str) -> str:
    """An attribute value with the skeleton's two escapes undone."""
    if "&" not in value:
        return value
    return value.replace("&quot;", '"').replace("&amp;quot;", "&quot;")

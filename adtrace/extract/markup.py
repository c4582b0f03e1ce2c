"""The elements of a document as skeleton lines, as the tokenizer finds them.

A page has some 600 start tags and 1,300 attributes, each of which costs what is done here: the tokenizer calls the
handlers itself (a third less than making an object of each token), and names are judged once a process.
"""

import re
from typing import Protocol

import turbohtml

from adtrace.extract.ad_lines import TAGS
from adtrace.extract.ads_in_code import take_ads
from adtrace.extract.attribute_names import CLASS, NAMES
from adtrace.extract.attributes import REFRESH, ValueRules, is_later
from adtrace.extract.vast_in_code import split_markup

MAX_NAME = 100  # characters of a tag's name
TEXT_SAMPLE = 20_000  # characters of visible text the page_state cards may look at, never kept
# Characters of a structural value; what is longer is a name alone, or may hold an ad answer.
_MAX_STRUCTURE = 200

Attributes = list[tuple[str, str]]

# What a blog says a page is about, among its classes.
_TOPIC = re.compile(r"(?<!\S)(?:tag|category|cat|term|genre|author|topic|post_tag)-\S+")
_LOADING = frozenset(("script", "iframe", "frame", "embed", "object"))
_WATCHED = frozenset(("a", "input", "base", "meta", "iframe"))
_HIDDEN_TEXT = frozenset(
    "script noscript style title textarea xmp noembed noframes iframe select option svg math plaintext".split()
)


class Facts:
    """What the walk saw of the raw document besides the skeleton: for page_state and proposals, never kept."""

    def __init__(self) -> None:
        self.title = ""
        self.text: list[str] = []
        self.text_chars = 0
        self.elements = self.scripts = self.links = 0
        self.has_password = False
        self.refresh: str | None = None
        self.base: str | None = None
        self.hrefs: list[str] = []
        self.workers: list[str] = []


class Document(Protocol):
    """What holds the lines and what bounds left unread, and takes what is no element."""

    facts: Facts
    lines: list[str]
    limits: list[str]
    values: ValueRules

    def take_script(self, code: str, attributes: Attributes, depth: int) -> None:
        """The code of the script whose start tag is the last line."""

    def take_nested(self, name: str, html: str, depth: int) -> None:
        """A document within."""

    def take_comment(self, data: str, depth: int) -> None:
        """A comment."""

    def take_address(self, address: str, depth: int, *, waits: bool) -> None:
        """A data: address that is loaded; waits: once somebody moves or agrees."""


def read_markup(html: str, document: Document, depth: int) -> None:
    """Hand all tokens of the markup to the document; depth 0 is the page itself."""
    tokenizer = turbohtml.Tokenizer()
    tokens = _Tokens(document, depth)
    for markup, ads in split_markup(html, document.limits):
        tokenizer.feed(markup)
        tokenizer.dispatch(tokens)
        document.lines += ads
    tokenizer.close()
    tokenizer.dispatch(tokens)


class _Tokens:
    """The handlers, under the names of the standard library's html.parser."""

    def __init__(self, document: Document, depth: int) -> None:
        self._document, self._depth = document, depth
        self._lines, self._facts, self._shown = document.lines, document.facts, document.values.shown
        self._raw = ""  # the element whose text is not visible text
        self._attributes: Attributes = []

    def handle_starttag(self, tag: str, attributes: Attributes) -> None:
        self._facts.elements += 1
        self._raw = tag if tag in _HIDDEN_TEXT else ""
        self._attributes = attributes
        if "-" in tag and tag.startswith(TAGS):
            tag = f"own-{tag}"  # a page could else write an ad answer of its own, and hide its tags in it
        if tag == "template":
            self._lines.append("<#template>")
            return
        if not attributes:
            if tag != "noscript":
                self._lines.append(f"<{tag[:MAX_NAME]}>")
            return
        line = f"<{tag[:MAX_NAME]}"
        ads: list[str] = []
        for name, value in sorted(attributes) if len(attributes) > 1 else attributes:
            rule, written = NAMES[name]
            if len(value) > _MAX_STRUCTURE and value[:5].lower() != "data:":
                value, held = take_ads(value, self._document.limits)
                ads += held
            if rule <= CLASS:  # two attributes of three: no call for them
                if rule == CLASS and "-" in value and _TOPIC.search(value):
                    value = _TOPIC.sub("", value)
                is_shown = value and len(value) < _MAX_STRUCTURE and '"' not in value
                line += f' {written}="{value}"' if is_shown else f" {written}"
            elif value and (shown := self._shown(rule, tag, name, value, attributes)):
                line += f' {written}="{shown}"'
            else:
                line += f" {written}"
        self._lines.append(line + ">")
        self._lines += ads
        if tag in _WATCHED:
            self._watch(tag, attributes)
        if tag in _LOADING:
            for name, value in attributes:
                if value[:5].lower() == "data:" and (name in ("src", "data") or is_later(name)):
                    self._document.take_address(value, self._depth, waits=name not in ("src", "data"))

    handle_startendtag = handle_starttag  # HTML knows no self-closing tag outside of SVG and MathML

    def handle_endtag(self, tag: str) -> None:
        self._raw = ""
        if tag == "template":
            self._lines.append("</#template>")

    def handle_data(self, data: str) -> None:
        raw, facts = self._raw, self._facts
        if not raw:
            if self._depth == 0 and facts.text_chars < TEXT_SAMPLE and not data.isspace():
                facts.text_chars += len(data)
                facts.text.append(data)
        elif raw == "script":
            facts.scripts += 1
            self._document.take_script(data, self._attributes, self._depth)
        elif raw == "noscript":
            self._document.take_nested(raw, data, self._depth)
        elif raw == "title":
            facts.title = facts.title or data[:300]

    def handle_comment(self, data: str) -> None:
        self._document.take_comment(data, self._depth)

    def handle_decl(self, data: str) -> None:
        """A doctype says nothing of advertising."""

    handle_pi = unknown_decl = handle_entityref = handle_charref = handle_decl

    def _watch(self, tag: str, attributes: Attributes) -> None:
        """Note what only the raw document can tell: links, forms, a refresh, a base, a document within."""
        facts, depth = self._facts, self._depth
        if tag == "a":
            facts.links += 1
            if depth == 0:
                facts.hrefs += [value for name, value in attributes if name == "href" and value]
            return
        found = dict(attributes)
        if tag == "input":
            facts.has_password |= found.get("type") == "password"
        elif tag == "base":
            facts.base = facts.base or found.get("href")
        elif tag == "meta":
            if depth == 0 and found.get("http-equiv", "").lower() == "refresh" and facts.refresh is None:
                match = REFRESH.match(found.get("content", ""))
                facts.refresh = match[1] if match else None
        elif srcdoc := found.get("srcdoc"):
            self._document.take_nested("srcdoc", srcdoc, depth)

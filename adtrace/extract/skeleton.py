"""skeleton-1: what is kept of a document, and the only text detectors read.

Layout, all ASCII (other characters are written \\xNN, \\uNNNN):

    skeleton-1 KIND N          N: characters of the elements section that follows
    <tag name="value" name>    one line a start tag, attributes sorted; a name alone: no value, or its value was prose
    <#header> … </#header>     response headers that name ad systems (see extract/headers.py), first of all
    <#noscript> … </#noscript> nested documents: srcdoc, noscript, template, comment (only with tags), written
    <!--text-->                a comment that a card's shape recognises: the recognised text alone
    <script #2>                its inline code is the second script below
    #script 2 LENGTH           the scripts section: each body, LENGTH characters, language masked
    …

An address whose host is no card's and that fits no shape is `~host/keyed-hash` (`~/keyed-hash` when relative):
it can be compared within a case, not read. No prose, no media, no embedded data.
"""

import base64
import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

import turbohtml

from adtrace.extract.attributes import AS_IS, MAX_VALUE, REFRESH, ValueRules, host_of
from adtrace.extract.prose import mask_script
from adtrace.extract.scrub import scrub
from adtrace.extract.sighting import Proposal, Scrubbed
from adtrace.knowledge import Knowledge
from adtrace.names import join_url

VERSION = "skeleton-1"
MAX_SCRIPT = 262_144  # characters of one inline script
MAX_DOCUMENT_SCRIPT = 1_048_576  # characters of a script document
MAX_NAME = 100  # characters of a tag's or attribute's name
MAX_NESTED = 3  # documents within documents
TEXT_SAMPLE = 20_000  # characters of visible text the page_state cards may look at, never kept

_DATA_TYPES = ("json", "importmap", "speculationrules")
_TEMPLATE_TYPES = (
    "template",
    "text/html",
    "handlebars",
    "mustache",
    "tmpl",
    "text/x-",
    "text/ng",
    "text/vue",
    "babel",
)
_CODE_TYPE = re.compile(
    r"(?i)\s*(?:|module|text/plain|(?:[0-9a-f]+-)?(?:text|application)/(?:x-)?(?:java|ecma|live|j)script[\d.]*)\s*(?:;.*)?"
)
_DATA_STRING = re.compile(r'"((?:[^"\\]|\\.){0,2000})"')
_WRITE = re.compile(
    r"""document\s*\.\s*write(?:ln)?\s*\(\s*((?:unescape\s*\(\s*)?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)"""
    r"""(?:\s*\+\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w$.]+(?:\([^()]*\))?))*)"""
)
_STRING = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`""")
_WORKER = re.compile(r"""serviceWorker\s*\.\s*register\s*\(\s*["'`]([^"'`\s]{1,300})["'`]""")
_COMMENT_TAG = re.compile(r"<[A-Za-z]")


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


class SkeletonWriter:
    """Builds the skeleton of one document."""

    def __init__(self, kind: str, key: bytes, knowledge: Knowledge) -> None:
        self.kind, self._knowledge = kind, knowledge
        self.facts = Facts()
        self._values = ValueRules(key, knowledge)
        self.scrubbed: list[Scrubbed] = self._values.scrubbed
        self.limits: list[str] = self._values.limits
        self._lines: list[str] = []
        self._codes: list[str] = []

    def begin(self, lines: Iterable[str]) -> None:
        """Put lines before the document's own: what came with it."""
        self._lines.extend(lines)

    def page(self, html: str) -> str:
        """The skeleton of an HTML page or frame."""
        self._walk(html, 0)
        return self._join()

    def script(self, code: str) -> str:
        """The skeleton of a script document or service worker."""
        if len(code) > MAX_DOCUMENT_SCRIPT:
            self.limits.append(f"script cut at {MAX_DOCUMENT_SCRIPT} of {len(code)} characters")
        self._codes.append(code[:MAX_DOCUMENT_SCRIPT])
        self._lines.append("<script #1>")
        return self._join()

    def _join(self) -> str:
        # NUL cannot stand in a token (the tokenizer makes it U+FFFD), so it can separate lines until controls are gone.
        raw = "".join(f"{line}\0" for line in self._lines).encode("ascii", "backslashreplace")
        elements = self._values.restore_shaped(raw.translate(_PRINTABLE).decode())
        # Once more over all of it: names, short values and restored addresses were looked at by nobody yet.
        elements, taken = scrub(elements, "elements")
        self.scrubbed.extend(taken)
        parts = [f"{VERSION} {self.kind} {len(elements)}\n", elements]
        for number, code in enumerate(self._clean(self._codes), 1):
            parts.append(f"#script {number} {len(code)}\n{code}\n")
        return "".join(parts)

    def _clean(self, codes: list[str]) -> list[str]:
        """The scripts scrubbed and masked, in one pass over all of them: calls cost more than bytes."""
        if not codes:
            return []
        whole = "\n\0\n".join(code.replace("\0", "\\x00") for code in codes)
        whole = whole.encode("ascii", "backslashreplace").decode()
        whole, taken = scrub(whole, "script")
        self.scrubbed.extend(taken)
        whole = mask_script(self._values.mask_slugs(whole))
        return whole.split("\n\0\n")

    def _walk(self, html: str, depth: int) -> None:
        facts, lines = self.facts, self._lines
        start, text, end, comment = (
            turbohtml.TokenType.START_TAG,
            turbohtml.TokenType.TEXT,
            turbohtml.TokenType.END_TAG,
            turbohtml.TokenType.COMMENT,
        )
        raw = ""  # the element whose text is not visible text
        attributes: list[tuple[str, str]] = []
        for token in turbohtml.tokenize(html):
            kind = token.type
            if kind is start:
                tag, attributes = token.tag or "", token.attrs or []
                facts.elements += 1
                raw = tag if tag in _HIDDEN_TEXT else ""
                if tag == "template":
                    lines.append("<#template>")
                elif attributes:
                    self._element(tag, attributes, depth)
                elif tag != "noscript":
                    lines.append(f"<{tag[:MAX_NAME]}>")
            elif kind is text:
                if not raw:
                    data = token.data or ""
                    if depth == 0 and facts.text_chars < TEXT_SAMPLE and not data.isspace():
                        facts.text_chars += len(data)
                        facts.text.append(data)
                elif raw == "script":
                    facts.scripts += 1
                    self._script(token.data or "", attributes, depth)
                elif raw == "noscript":
                    self._nested(raw, token.data or "", depth)
                elif raw == "title":
                    facts.title = facts.title or (token.data or "")[:300]
            elif kind is end:
                raw = ""
                if token.tag == "template":
                    lines.append("</#template>")
            elif kind is comment:
                self._comment(token.data or "", depth)

    def _element(self, tag: str, attributes: list[tuple[str, str]], depth: int) -> None:
        parts = [f"<{tag[:MAX_NAME]}"]
        for name, value in sorted(attributes) if len(attributes) > 1 else attributes:
            if name in AS_IS:  # two attributes of three: no call for them
                if name == "class" and "-" in value and _TOPIC.search(value):
                    value = _TOPIC.sub("", value)
                parts.append(f'{name}="{value}"' if value and '"' not in value and len(value) < 200 else name)
                continue
            shown = self._values.shown(tag, name, value, attributes) if value else ""
            if not name.isidentifier():
                name = _UNNAMED.sub("", name)
            name = name[:MAX_NAME]
            parts.append(f'{name}="{shown}"' if shown else name)
        self._lines.append(" ".join(parts) + ">")
        if tag in _WATCHED:
            self._watch(tag, dict(attributes), depth)
        if tag in _LOADING:
            for name, value in attributes:
                if name in ("src", "data") and value[:5].lower() == "data:":
                    self._data_document(value, depth)

    def _watch(self, tag: str, attributes: dict[str, str], depth: int) -> None:
        """Note what only the raw document can tell: links, forms, a refresh, a base, a document within."""
        facts = self.facts
        if tag == "a":
            facts.links += 1
            if depth == 0 and (href := attributes.get("href")):
                facts.hrefs.append(href)
        elif tag == "input":
            facts.has_password |= attributes.get("type") == "password"
        elif tag == "base":
            facts.base = facts.base or attributes.get("href")
        elif tag == "meta":
            if depth == 0 and attributes.get("http-equiv", "").lower() == "refresh" and facts.refresh is None:
                match = REFRESH.match(attributes.get("content", ""))
                facts.refresh = match[1] if match else None
        elif srcdoc := attributes.get("srcdoc"):
            self._nested("srcdoc", srcdoc, depth)

    def _data_document(self, address: str, depth: int) -> None:
        """A page or script within an address becomes the nested document it is."""
        header, _, payload = address.partition(",")
        text = unquote(payload)
        if header.lower().endswith("base64"):
            letters = _NO_BASE64.sub("", text)
            text = base64.b64decode(letters[: len(letters) // 4 * 4]).decode("utf-8", "replace")
        if "html" in header.lower():
            self._nested("srcdoc", text, depth)
        elif "javascript" in header.lower():
            self._codes.append(text[:MAX_SCRIPT])
            self._lines.append(f"<script #{len(self._codes)}>")

    def _nested(self, name: str, html: str, depth: int) -> None:
        if depth >= MAX_NESTED:
            self.limits.append(f"{name} nested deeper than {MAX_NESTED}")
            return
        self._lines.append(f"<#{name}>")
        self._walk(html, depth + 1)
        self._lines.append(f"</#{name}>")

    def _comment(self, data: str, depth: int) -> None:
        text = data[:MAX_VALUE].encode("utf-8", "replace")
        for rule in self._knowledge.places["comment"].candidates(text):
            if found := rule.pattern.search(text):
                self._lines.append(f"<!--{_UNNAMED.sub(' ', found.text)}-->")
        if _COMMENT_TAG.search(data):
            self._nested("comment", data, depth)

    def _script(self, code: str, attributes: list[tuple[str, str]], depth: int) -> None:
        kind = next((v for n, v in attributes if n == "type"), "").lower()
        if any(word in kind for word in _DATA_TYPES):
            kept = self._data_strings(code)
        elif not _CODE_TYPE.fullmatch(kind):
            self._nested("template", code, depth)
            return
        else:
            kept = code
            if depth == 0 and "serviceWorker" in code:
                self.facts.workers.extend(m[1] for m in _WORKER.finditer(code))
        if not kept.strip():
            return
        at = len(self._lines) - 1
        if kept is code and "document" in code and "write" in code:
            kept = self._written(code[:MAX_SCRIPT], depth)
        if len(kept) > MAX_SCRIPT:
            self.limits.append(f"script {len(self._codes) + 1} cut at {MAX_SCRIPT} of {len(kept)} characters")
        self._codes.append(kept[:MAX_SCRIPT])
        if self._lines[at].startswith("<script"):
            self._lines[at] = f"<script #{len(self._codes)}{self._lines[at][7:]}"

    def _written(self, code: str, depth: int) -> str:
        """Markup a script writes as it loads becomes the nested document it is; the code without it.

        Of what is computed in between only its place is known: a tag it would end is ended there.
        """

        def nest(call: re.Match[str]) -> str:
            text = "".join(_unescape(m[1] or m[2] or m[3] or "") for m in _STRING.finditer(call[1]))
            if "unescape" in call[0]:
                text = _percent(text)
            if not _COMMENT_TAG.search(text):
                return call[0]
            self._nested("written", text + _tag_end(text), depth)
            return "document.write()"

        return _WRITE.sub(nest, code)

    def _data_strings(self, data: str) -> str:
        """Of a data block, the strings that are addresses on a card's host or fit a shape: one a line."""
        kept = []
        for match in _DATA_STRING.finditer(data):
            value = match[1].replace("\\/", "/")
            host = host_of(value)
            if (host and self._knowledge.card_of_host(host)) or self._is_known_id(value):
                kept.append(f'"{value}"')
        return "\n".join(kept)

    def _is_known_id(self, value: str) -> bool:
        if len(value) >= 200 or " " in value:
            return False
        quoted = f'"{value}"'.encode("utf-8", "replace")
        return any(
            rule.shape.certainty == "proven"
            and (rule.pattern.fullmatch(quoted) or rule.pattern.fullmatch(quoted[1:-1]))
            for rule in self._knowledge.places["script"].candidates(quoted)
        )


_PRINTABLE = bytes(10 if b == 0 else 32 if b < 32 or b == 127 else b for b in range(256))
_UNNAMED = re.compile(r'[\x00-\x20\x7f"=<>]+')
# What a blog says a page is about, among its classes.
_TOPIC = re.compile(r"(?<!\S)(?:tag|category|cat|term|genre|author|topic|post_tag)-\S+")
_LOADING = frozenset(("script", "iframe", "frame", "embed", "object"))
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_WATCHED = frozenset(("a", "input", "base", "meta", "iframe"))
_HIDDEN_TEXT = frozenset(
    (
        "script",
        "noscript",
        "style",
        "title",
        "textarea",
        "xmp",
        "noembed",
        "noframes",
        "iframe",
        "select",
        "option",
        "svg",
        "math",
        "plaintext",
    )
)


def _unescape(literal: str) -> str:
    """A JavaScript string literal's text; escapes it does not know stay as written."""
    return re.sub(
        r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([\s\S]))",
        lambda m: (
            chr(int(m[1] or m[2], 16)) if m[1] or m[2] else {"n": "\n", "t": "\t", "r": "\r"}.get(m[3], m[3])
        ),
        literal,
    )


def _tag_end(markup: str) -> str:
    """What ends the tag that is open at the end of the markup; "" if none is."""
    tag = markup[markup.rfind("<") :]
    if ">" in tag or not tag.startswith("<"):
        return ""
    return next((quote for quote in "\"'" if tag.count(quote) % 2), "") + ">"


def _percent(text: str) -> str:
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), text)


def same_site_links(facts: Facts, url: str, is_same: Callable[[str], bool], limit: int) -> list[Proposal]:
    """The first `limit` distinct links of the page for which is_same holds, absolute, in document order."""
    found: dict[str, None] = {}
    base = join_url(url, facts.base) if facts.base else url
    for href in facts.hrefs:
        if len(found) >= limit:
            break
        absolute = join_url(base, href.strip())
        if absolute and absolute.startswith("http") and is_same(absolute):
            found.setdefault(absolute.partition("#")[0])
    return [Proposal(link, "page") for link in found]

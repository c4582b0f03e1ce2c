"""skeleton-1: what is kept of a document, and the only text detectors read.

Layout, all ASCII (other characters are written \\xNN, \\uNNNN):

    skeleton-1 KIND N          N: characters of the elements section that follows
    <tag name="value" name>    one line a start tag, attributes sorted; a name alone: no value, or its value was prose
    <#noscript> … </#noscript> nested documents: srcdoc, noscript, template, comment (only with tags), written
    <!--text-->                a comment that a card's shape recognises: the recognised text alone
    <script #2>                its inline code is the second script below
    #script 2 LENGTH           the scripts section: each body, LENGTH characters, language masked
    …

An address whose host is no card's and that fits no shape is `~host/keyed-hash` (`~/keyed-hash` when relative):
it can be compared within a case, not read. No prose, no media, no embedded data.
"""

import hashlib
import re
from collections.abc import Callable, Iterable

import turbohtml

from adtrace.extract.prose import mask_script, reads_as_language
from adtrace.extract.scrub import scrub
from adtrace.extract.sighting import Proposal, Scrubbed
from adtrace.extract.unwrap import could_unwrap
from adtrace.knowledge import Knowledge

VERSION = "skeleton-1"
MAX_VALUE = 4096  # characters of one attribute value
MAX_SCRIPT = 262_144  # characters of one inline script
MAX_DOCUMENT_SCRIPT = 1_048_576  # characters of a script document
MAX_NESTED = 3  # documents within documents
TEXT_SAMPLE = 20_000  # characters of visible text the page_state cards may look at, never kept

_PROSE = frozenset(
    ("alt", "title", "placeholder", "value", "style", "summary", "label", "abbr", "srcset", "imagesrcset", "data-srcset")
    + ("data-title", "data-caption", "data-description", "data-alt", "prompt", "standby")
)
_ADDRESS = frozenset(
    ("href", "src", "action", "formaction", "poster", "cite", "background", "longdesc", "ping", "manifest", "data")
    + ("data-src", "data-href", "data-url", "data-link", "data-lazy-src", "data-original", "data-lazy", "xlink:href")
    + ("lowsrc", "dynsrc", "archive", "codebase", "profile", "usemap", "icon")
)
_LOADING_TAGS = frozenset(("script", "iframe", "frame", "embed", "object"))
_PROSE_META = ("og:", "twitter:", "article:", "dc.", "dcterms", "book:", "video:", "music:", "profile:", "al:")
_TOKEN = re.compile(r"(?=.*[0-9])[A-Za-z0-9_.:+/=|-]{6,200}")
_PAIR_PATTERN = re.compile(r"[A-Za-z_][\w.:-]*=[^\s,;]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_SCHEME_HOST = re.compile(r"(?i)\s*(?:https?:)?[\\/]{2}(?:[^/?#@\\]*@)?([a-z0-9._-]+)")
_OTHER_SCHEME = re.compile(r"(?i)\s*([a-z][a-z0-9+.-]*):(?![\\/]{2})")
_DATA_TYPES = ("json", "importmap", "speculationrules")
_TEMPLATE_TYPES = ("template", "text/html", "handlebars", "mustache", "tmpl", "text/x-", "text/ng", "text/vue", "babel")
_CODE_TYPE = re.compile(r"(?i)\s*(?:|module|text/plain|(?:[0-9a-f]+-)?(?:text|application)/(?:x-)?(?:java|ecma|live|j)script[\d.]*)\s*(?:;.*)?")
_DATA_STRING = re.compile(r'"((?:[^"\\]|\\.){3,2000})"')
_LITERAL = r"""(?:"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`(?:[^`\\$]|\\[\s\S])*`)"""
_WRITE = re.compile(
    rf"document\s*\.\s*write(?:ln)?\s*\(\s*(?:(?:window\.)?unescape\s*\(\s*)?({_LITERAL}(?:\s*\+\s*{_LITERAL})*)\s*\)+"
)
_STRING = re.compile(r'"((?:[^"\\]|\\.){3,2000})"')
_WRITE = re.compile(
    r"""document\s*\.\s*write(?:ln)?\s*\(\s*((?:unescape\s*\(\s*)?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)"""
    r"""(?:\s*\+\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w$.]+(?:\([^()]*\))?))*)"""
)
_STRING = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`""")
_WORKER = re.compile(r"""serviceWorker\s*\.\s*register\s*\(\s*["'`]([^"'`\s]{1,300})["'`]""")
_REFRESH = re.compile(r"(?i)\s*[\d.]*\s*[;,]?\s*(?:url\s*=)?\s*['\"]?([^'\"\s>]+)")
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
        self.kind, self._key, self._knowledge = kind, key, knowledge
        self.facts = Facts()
        self.scrubbed: list[Scrubbed] = []
        self.limits: list[str] = []
        self._lines: list[str] = []
        self._pending: list[tuple[int, str, list[tuple[str, str | None]], int]] = []
        self._codes: list[str] = []
        self._addresses: dict[str, bool] = {}

    def page(self, html: str) -> str:
        """The skeleton of an HTML page or frame."""
        self._walk(html, 0)
        self._settle_addresses()
        for at, tag, attributes, code in self._pending:
            self._lines[at] = self._line(tag, attributes, code)
        return self._join()

    def script(self, code: str) -> str:
        """The skeleton of a script document or service worker."""
        if len(code) > MAX_DOCUMENT_SCRIPT:
            self.limits.append(f"script cut at {MAX_DOCUMENT_SCRIPT} of {len(code)} characters")
        self._codes.append(code[:MAX_DOCUMENT_SCRIPT])
        self._lines.append("<script #1>")
        return self._join()

    def _join(self) -> str:
        elements = "".join(line + "\n" for line in self._lines if line).encode("ascii", "backslashreplace").decode()
        parts = [f"{VERSION} {self.kind} {len(elements)}\n", elements]
        for number, code in enumerate(self._clean(self._codes), 1):
            parts.append(f"#script {number} {len(code)}\n{code}\n")
        return "".join(parts)

    def _clean(self, codes: list[str]) -> list[str]:
        """Scripts scrubbed and masked in one pass over all of them: most need nothing, and calls cost more than bytes."""
        if not codes:
            return []
        whole = "\n\0\n".join(code.replace("\0", "\\x00") for code in codes)
        whole = whole.encode("ascii", "backslashreplace").decode()
        whole, taken = scrub(whole, "script")
        self.scrubbed.extend(taken)
        return mask_script(whole).split("\n\0\n")

    def _walk(self, html: str, depth: int) -> None:
        facts, lines = self.facts, self._lines
        start, text, end, comment = (
            turbohtml.TokenType.START_TAG,
            turbohtml.TokenType.TEXT,
            turbohtml.TokenType.END_TAG,
            turbohtml.TokenType.COMMENT,
        )
        raw = ""  # the element whose text is not visible text
        attributes: list[tuple[str, str | None]] = []
        for token in turbohtml.tokenize(html):
            kind = token.type
            if kind is start:
                tag = token.tag
                attributes = token.attrs
                facts.elements += 1
                if tag == "template":
                    lines.append("<#template>")
                elif tag == "noscript":
                    raw = tag
                elif tag == "script":
                    raw = tag
                    facts.scripts += 1
                    self._pending.append((len(lines), tag, attributes, 0))
                    lines.append("")
                else:
                    raw = tag if tag in _HIDDEN_TEXT else ""
                    if attributes:
                        self._element(tag, attributes, depth)
                    else:
                        lines.append(f"<{tag}>")
            elif kind is text:
                if raw == "script":
                    self._script(token.data, attributes, depth)
                elif raw == "noscript":
                    self._nested(raw, token.data, depth)
                elif raw == "title":
                    facts.title = facts.title or token.data[:300]
                elif not raw and depth == 0:
                    data = token.data
                    if not data.isspace():
                        facts.text_chars += len(data)
                        if facts.text_chars < TEXT_SAMPLE:
                            facts.text.append(data)
            elif kind is end:
                tag = token.tag
                raw = ""
                if tag == "template":
                    lines.append("</#template>")
            elif kind is comment:
                self._comment(token.data, depth)

    def _element(self, tag: str, attributes: list[tuple[str, str | None]], depth: int) -> None:
        srcdoc = None
        for name, value in attributes:
            if value:
                if name in _ADDRESS or value.startswith(("http", "//")):
                    self._note_address(value)
                elif name == "srcdoc":
                    srcdoc = value
        facts = self.facts
        if tag == "a":
            facts.links += 1
            if depth == 0:
                facts.hrefs.extend(v for n, v in attributes if n == "href" and v)
        elif tag == "input":
            facts.has_password |= ("type", "password") in attributes
        elif tag == "base" and facts.base is None:
            facts.base = next((v for n, v in attributes if n == "href"), None)
        elif tag == "meta" and depth == 0 and facts.refresh is None:
            found = dict(attributes)
            if (found.get("http-equiv") or "").lower() == "refresh" and found.get("content"):
                match = _REFRESH.match(found["content"] or "")
                facts.refresh = match[1] if match else None
        self._pending.append((len(self._lines), tag, attributes, 0))
        self._lines.append("")
        if srcdoc is not None:
            self._nested("srcdoc", srcdoc, depth)

    def _nested(self, name: str, html: str, depth: int) -> None:
        if depth >= MAX_NESTED:
            self.limits.append(f"{name} nested deeper than {MAX_NESTED}")
            return
        self._lines.append(f"<#{name}>")
        self._walk(html, depth + 1)
        self._lines.append(f"</#{name}>")

    def _comment(self, data: str, depth: int) -> None:
        rules = self._knowledge.places["comment"].candidates(data[:MAX_VALUE])
        for rule in rules:
            if found := rule.pattern.search(data[:MAX_VALUE]):
                self._lines.append(f"<!--{_CONTROL.sub(' ', found[0])}-->")
        if _COMMENT_TAG.search(data):
            self._nested("comment", data, depth)

    def _script(self, code: str, attributes: list[tuple[str, str | None]], depth: int) -> None:
        kind = next((v or "" for n, v in attributes if n == "type"), "").lower()
        at, tag, _, _ = self._pending[-1]
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
        if kept is code and "document" in code and "write" in code:
            kept = self._written(code[:MAX_SCRIPT], depth)
        if len(kept) > MAX_SCRIPT:
            self.limits.append(f"script {len(self._codes) + 1} cut at {MAX_SCRIPT} of {len(kept)} characters")
        self._codes.append(kept[:MAX_SCRIPT])
        self._pending[-1] = (at, tag, attributes, len(self._codes))

    def _written(self, code: str, depth: int) -> str:
        """Markup a script writes as it loads becomes the nested document it is; the code without it.

        Only calls whose argument is literal text alone: anything computed stays code.
        """

        def nest(call: re.Match[str]) -> str:
            text = "".join(_unescape(m[1] or m[2] or m[3] or "") for m in _STRING.finditer(call[1]))
            if "unescape" in call[0]:
                text = _percent(text)
            if not _COMMENT_TAG.search(text):
                return call[0]
            self._nested("written", text, depth)
            return "document.write()"

        return _WRITE.sub(nest, code)

    def _data_strings(self, data: str) -> str:
        """Of a data block, the strings that are addresses on a card's host or fit a shape: one a line."""
        kept = []
        for match in _DATA_STRING.finditer(data):
            value = match[1].replace("\\/", "/")
            host = _SCHEME_HOST.match(value)
            if (host and self._knowledge.card_of_host(host[1].lower())) or self._is_known_id(value):
                kept.append(f'"{value}"')
        return "\n".join(kept)

    def _is_known_id(self, value: str) -> bool:
        return len(value) < 200 and " " not in value and any(
            rule.shape.certainty == "proven" and rule.pattern.fullmatch(value)
            for rule in self._knowledge.places["script"].candidates(value)
        )

    def _note_address(self, value: str) -> None:
        if value not in self._addresses:
            host = _SCHEME_HOST.match(value)
            self._addresses[value] = bool(
                host and (self._knowledge.card_of_host(host[1].lower()) or could_unwrap(host[1].lower()))
            )

    def _settle_addresses(self) -> None:
        """One joined search finds the addresses that fit a shape on a host no card has."""
        unknown = [a for a, kept in self._addresses.items() if not kept and len(a) <= MAX_VALUE]
        joined = "\n".join(_CONTROL.sub("", a) for a in unknown)
        for rule in self._knowledge.places["url"].candidates(joined):
            if not rule.shape.host_bound:
                for address in unknown:
                    if not self._addresses[address] and rule.pattern.search(address):
                        self._addresses[address] = True

    def _line(self, tag: str, attributes: Iterable[tuple[str, str | None]], code: int) -> str:
        found: dict[str, str | None] = {}
        for name, value in attributes:
            found.setdefault(name, value)
        parts = [f"<{tag}"]
        if code:
            parts.append(f" #{code}")
        for name in sorted(found):
            value = found[name]
            shown = self._value(tag, name, value, found) if value else ""
            name = _CONTROL.sub("", name)[:100].replace('"', "").replace("=", "")
            parts.append(f' {name}="{shown}"' if shown else f" {name}")
        parts.append(">")
        return "".join(parts)

    def _value(self, tag: str, name: str, value: str, attributes: dict[str, str | None]) -> str:
        if name in _PROSE or name.startswith("aria-"):
            return ""
        if name == "content" and tag == "meta":
            value = self._meta_content(value, attributes)
        elif name in self._addresses_of(tag) or value in self._addresses:
            value = self._address(tag, name, value)
        elif name == "srcdoc":
            return ""
        elif name.startswith("on"):
            value = self._snippet(value)
        elif name != "class" and (not value.isascii() or " " in value) and self._is_language(value):
            return ""
        if len(value) >= 64:
            value, taken = scrub(value, f"{tag}@{name}")
            self.scrubbed.extend(taken)
        if len(value) > MAX_VALUE:
            value = value[:MAX_VALUE]
            self.limits.append(f"{tag}@{name} cut at {MAX_VALUE} characters")
        if '"' in value or "&" in value:
            value = value.replace("&quot;", "&amp;quot;").replace('"', "&quot;")
        return _CONTROL.sub(" ", value)

    @staticmethod
    def _addresses_of(tag: str) -> frozenset[str]:
        return _ADDRESS if tag != "object" else _ADDRESS | {"data"}

    @staticmethod
    def _is_language(value: str) -> bool:
        return (not value.isascii() and " " in value) or reads_as_language(value)

    @staticmethod
    def _snippet(code: str) -> str:
        return mask_script(code[:MAX_VALUE].encode("ascii", "backslashreplace").decode())

    def _meta_content(self, content: str, attributes: dict[str, str | None]) -> str:
        name = (attributes.get("name") or attributes.get("property") or attributes.get("http-equiv") or "").lower()
        if name == "refresh":
            match = _REFRESH.match(content)
            return self._address("meta", "content", match[1]) if match else ""
        if name in ("content-security-policy", "content-security-policy-report-only", "viewport", "robots", "referrer"):
            return content
        pair = f"{name}={content}"
        if any(rule.pattern.search(pair) for rule in self._knowledge.places["meta"].candidates(pair)):
            return content
        if name.startswith(_PROSE_META) or not _TOKEN.fullmatch(content):
            return ""
        return self._address("meta", "content", content) if _SCHEME_HOST.match(content) else content

    def _address(self, tag: str, name: str, value: str) -> str:
        value = _CONTROL.sub("", value.strip())
        if value.startswith("#"):
            return "#"
        if scheme := _OTHER_SCHEME.match(value):
            if scheme[1].lower() == "javascript":
                return self._snippet(value)
            return value if scheme[1].lower() == "data" else f"{scheme[1].lower()}:"
        if self._addresses.get(value) or (tag in _LOADING_TAGS and name in ("src", "data", "data-src", "href")):
            return value
        if tag == "link" and "data-href" not in name and value.endswith((".js", ".mjs")):
            return value
        host = _SCHEME_HOST.match(value)
        digest = hashlib.blake2b(value.encode("utf-8", "surrogatepass"), key=self._key[:64], digest_size=8).hexdigest()
        return f"~{host[1].lower() if host else ''}/{digest}"


_HIDDEN_TEXT = frozenset(
    ("style", "title", "textarea", "xmp", "noembed", "noframes", "iframe", "select", "option", "svg", "math", "plaintext")
)


def _unescape(literal: str) -> str:
    """A JavaScript string literal's text; escapes it does not know stay as written."""
    return re.sub(
        r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([\s\S]))",
        lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else {"n": "\n", "t": "\t", "r": "\r"}.get(m[3], m[3]),
        literal,
    )


def _percent(text: str) -> str:
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), text)


def same_site_links(facts: Facts, url: str, is_same: Callable[[str], bool], limit: int) -> list[Proposal]:
    """The first `limit` distinct links of the page for which is_same holds, absolute, in document order."""
    from adtrace.names import join_url

    found: dict[str, None] = {}
    base = join_url(url, facts.base) if facts.base else url
    for href in facts.hrefs:
        if len(found) >= limit:
            break
        absolute = join_url(base, href.strip())
        if absolute and absolute.startswith("http") and is_same(absolute):
            found.setdefault(absolute.partition("#")[0])
    return [Proposal(link, "page") for link in found]

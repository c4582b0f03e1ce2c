"""skeleton-1: what is kept of a document, and the only text detectors read.

Layout, all ASCII (other characters are written \\xNN, \\uNNNN):

    skeleton-1 KIND N          N: characters of the elements section that follows
    <tag name="value" name>    one line a start tag, attributes sorted; a name alone: no value, or its value was prose
    <#header> … </#header>     response headers that name ad systems (see extract/headers.py), first of all
    <#noscript> … </#noscript> nested documents: srcdoc, noscript, template, comment (only with tags), written; last
                               of all encoded, what plugins hold back as base64 in attributes and strings
    <!--text-->                a comment that a card's shape recognises: the recognised text alone
    <vast-ad …> <rtb-ad …>     an ad of an answer that stood in the element before it (see extract/ad_lines.py)
    <script #2>                its inline code is the second script below
    #script 2 LENGTH           the scripts section: each body, LENGTH characters, language masked
    …

An address whose host is no card's and that fits no shape is `~host/keyed-hash` (`~/keyed-hash` when relative):
it can be compared within a case, not read. One whose beginning a script computes is `*` and what follows (written.py).
No prose, no media, no embedded data.
"""

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from urllib.parse import unquote

from adtrace.extract.ads_in_code import take_ads
from adtrace.extract.attribute_names import UNNAMED
from adtrace.extract.attributes import MAX_VALUE, ValueRules
from adtrace.extract.data_blocks import kept_of, strings_of
from adtrace.extract.markup import Attributes, Facts, read_markup
from adtrace.extract.plain import from_base64, unescape
from adtrace.extract.prose import mask_script
from adtrace.extract.script_types import is_code, is_data, is_run
from adtrace.extract.scrub import scrub
from adtrace.extract.sighting import Proposal, Scrubbed
from adtrace.extract.written import written_in
from adtrace.knowledge import Knowledge
from adtrace.names import join_url

VERSION = "skeleton-1"
# Characters of one script, in a page or alone. Pages of large news sites carry inline bundles of 1.7 million whose tags
# stand at their end (2026-11-22).
MAX_SCRIPT = 2_097_152
MAX_NESTED = 3  # documents within documents

MAX_DATA_MARKUP = 20_000
_PLACED = re.compile(r"(?i)<(?:script|ins|iframe|div)[\s>]")
_TAG_SIGNS = ("<script", "<ins", "<iframe", "<div", "\\u003c", "\\u003C", "\\x3c", "\\x3C")
_WORKER = re.compile(r"""serviceWorker\s*\.\s*register\s*\(\s*["'`]([^"'`\s]{1,300})["'`]""")
_COMMENT_TAG = re.compile(r"<[A-Za-z]")
# <!--script src="…"></script-->: a tag commented out within its own brackets. Words without a value would be kept as
# names of attributes: only those of such tags may stand there, else it is a sentence.
_SHORT_COMMENT = re.compile(
    r"(?ai)(?:script|ins|iframe|div|meta|img|a|amp-ad)"
    r"(?>\s+(?:[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=`]+)"
    r"|(?:async|defer|nomodule|crossorigin|hidden|allowfullscreen|data-[\w-]+)(?![\w:-]|\s*=)))++\s*/?(?:>|\Z)"
)


class SkeletonWriter:
    """Builds the skeleton of one document."""

    def __init__(self, kind: str, key: bytes, knowledge: Knowledge) -> None:
        self.kind, self._knowledge = kind, knowledge
        self.facts = Facts()
        self.values = ValueRules(key, knowledge)
        self.scrubbed: list[Scrubbed] = self.values.scrubbed
        self.limits: list[str] = self.values.limits
        self.lines: list[str] = []
        self._codes: list[str] = []

    def begin(self, lines: Iterable[str]) -> None:
        """Put lines before the document's own: what came with it."""
        self.lines.extend(lines)

    def page(self, html: str) -> str:
        """The skeleton of an HTML page or frame."""
        read_markup(html, self, 0)
        for markup in _encoded_markup(html):
            self.take_nested("encoded", markup, 0)
        return self._join()

    def script(self, code: str) -> str:
        """The skeleton of a script document or service worker."""
        if len(code) > MAX_SCRIPT:
            self.limits.append(f"script cut at {MAX_SCRIPT} of {len(code)} characters")
        code, ads = take_ads(code[:MAX_SCRIPT], self.limits)
        self._codes.append(code)
        self.lines += ("<script #1>", *ads)
        return self._join()

    def _join(self) -> str:
        # NUL cannot stand in a token (the tokenizer makes it U+FFFD), so it can separate lines until controls are gone.
        raw = self.values.restore_shaped("\0".join((*self.lines, "")))
        elements = raw.encode("ascii", "backslashreplace").translate(_PRINTABLE).decode()
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
        whole = mask_script(self.values.mask_slugs(whole))
        return whole.split("\n\0\n")

    def take_address(self, address: str, depth: int, *, waits: bool) -> None:
        """A page or script within an address becomes the nested document it is; waits: it is loaded later, if ever."""
        header, _, payload = address.partition(",")
        text = unquote(payload)
        if header.lower().endswith("base64"):
            text = from_base64(text)
        if "html" in header.lower():
            self.take_nested("srcdoc", text, depth)
        elif "xml" in header.lower():
            self.lines += take_ads(text, self.limits)[1]
        elif "javascript" in header.lower():
            self._codes.append(text[:MAX_SCRIPT])
            kind = ' type="delayed"' if waits else ""
            self.lines.append(f"<script #{len(self._codes)}{kind}>")

    def take_nested(self, name: str, html: str, depth: int) -> None:
        if depth >= MAX_NESTED:
            self.limits.append(f"{name} nested deeper than {MAX_NESTED}")
            return
        self.lines.append(f"<#{name}>")
        read_markup(html, self, depth + 1)
        self.lines.append(f"</#{name}>")

    def take_comment(self, data: str, depth: int) -> None:
        text = data[:MAX_VALUE].encode("utf-8", "replace")
        for rule in self._knowledge.places["comment"].candidates(text):
            if found := rule.pattern.search(text):
                self.lines.append(f"<!--{UNNAMED.sub(' ', found.text)}-->")
        if _SHORT_COMMENT.match(data):
            self.take_nested("comment", f"<{data}>", depth)
        elif _COMMENT_TAG.search(data):
            self.take_nested("comment", data, depth)

    def take_script(self, code: str, attributes: Attributes, depth: int) -> None:
        kind = next((v for n, v in attributes if n == "type"), "").lower()
        at = len(self.lines) - 1
        code, ads = take_ads(code, self.limits)
        # What no browser runs is handed to nobody yet.
        self.lines += (
            ads if not ads or is_run(kind) or is_data(kind) else ("<#template>", *ads, "</#template>")
        )
        if is_data(kind):
            self._nest_markup(code, depth)
            kept = kept_of(code, self._knowledge)
        elif not is_code(kind, code):
            self.take_nested("template", code, depth)
            return
        else:
            kept = code
            if depth == 0 and "serviceWorker" in code:
                self.facts.workers.extend(m[1] for m in _WORKER.finditer(code))
        if not kept.strip():
            return
        is_writing = kept is code and "document" in code and "write" in code
        length, kept = len(kept), kept[:MAX_SCRIPT]
        if is_writing:
            kept = self._written(kept, depth)
        self._codes.append(kept)
        if length > MAX_SCRIPT:
            self.limits.append(f"script {len(self._codes)} cut at {MAX_SCRIPT} of {length} characters")
        if self.lines[at].startswith("<script"):
            self.lines[at] = f"<script #{len(self._codes)}{self.lines[at][7:]}"

    def _written(self, code: str, depth: int) -> str:
        """Markup a script writes as it loads becomes the nested document it is; the code without it.

        Where a host is computed or chosen the call stays: what the script knows of it is read there (values.py).
        """
        kept: list[str] = []
        at = 0
        for call in written_in(code):
            self.take_nested("written", call.markup, depth)
            if call.is_whole:
                kept += (code[at : call.start], "document.write()")
                at = call.end
        return "".join((*kept, code[at:]))

    def _nest_markup(self, data: str, depth: int) -> None:
        """The markup among a data block's strings that could place an ad: a template until a script takes it."""
        if not any(sign in data for sign in _TAG_SIGNS):
            return
        held = (unescape(text) for text in strings_of(data, MAX_DATA_MARKUP))
        for text in islice(filter(_PLACED.search, held), MAX_ENCODED):
            self.take_nested("template", text, depth)


_PRINTABLE = bytes(10 if b == 0 else 32 if b < 32 or b == 127 else b for b in range(256))
# How markup begins in base64: a script, a frame, an ins, a division or a comment.
_MARKUP_SIGNS = tuple(
    base64.b64encode(tag)[: len(tag) * 4 // 3].decode()
    for tag in (b"<script", b"<iframe", b"<ins ", b"<div", b"<!--")
)
_MARKUP_SIGN = re.compile("|".join(_MARKUP_SIGNS))
# In a data attribute or under a key. What a call is given, or a card's shape reads, is decoded there.
_ENCODED = re.compile(
    rf"(?:\bdata-[\w-]{{1,60}}=|\w[\"']?\s*:\s*)[\"']((?:{'|'.join(_MARKUP_SIGNS)})[A-Za-z0-9+/]{{20,40000}})"
)
MAX_ENCODED = 40  # runs of one document that are read


def _encoded_markup(html: str) -> Iterator[str]:
    """The markup that stands in the document as base64 (Ad Inserter, Advanced Ads: 2026-11-22), each once."""
    if not _MARKUP_SIGN.search(html):
        return
    for run in islice(dict.fromkeys(m[1] for m in _ENCODED.finditer(html)), MAX_ENCODED):
        yield from_base64(run)


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

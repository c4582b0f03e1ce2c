"""May this URL be requested, and may this response be read on? Pure: no network, no clock, no own cards.

Used wherever a request could begin: by the writer for its decision, by the fetcher on the final request.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol
from urllib.parse import unquote

import ada_url
import msgspec

from adtrace.errors import HostError
from adtrace.extract.sighting import DocumentKind, Effect
from adtrace.fetch.messages import ScopeRule
from adtrace.fetch.verdict import Verdict, guard
from adtrace.names import canonical_host, display, registrable_domain

__all__ = [
    "MAX_BODY_BYTES",
    "MAX_SELLERS_BYTES",
    "AdHosts",
    "Scope",
    "Verdict",
    "canonical_url",
    "max_body_bytes",
    "may_read",
    "may_request",
]

MAX_BODY_BYTES = 4 * 1024 * 1024
# A sellers.json is read by the worker as a stream, one at a time in the fetcher's memory. Of the public ones only
# Google's is longer (110 MB): it is refused, not cut.
MAX_SELLERS_BYTES = 32 * 1024 * 1024
MAX_HEADER_BYTES = 64 * 1024
MAX_URL_CHARS = 2083

REACHES = ("page", "tags", "ads")

# Types by the kind of document asked for: what a server says it sends must be what was asked.
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_JAVASCRIPT = frozenset(
    # WHATWG mimesniff, "JavaScript MIME type".
    {
        "application/ecmascript",
        "application/javascript",
        "application/x-ecmascript",
        "application/x-javascript",
    }
    | {"text/ecmascript", "text/javascript", "text/jscript", "text/livescript"}
    | {"text/x-ecmascript", "text/x-javascript"}
    | {f"text/javascript1.{minor}" for minor in range(6)}
)
CONTENT_TYPES: dict[DocumentKind, frozenset[str]] = {
    "page": _HTML,
    "frame": _HTML,
    "script": _JAVASCRIPT,
    "worker": _JAVASCRIPT,
    "ads_txt": frozenset({"text/plain"}),
    "app_ads_txt": frozenset({"text/plain"}),
    "sellers_json": frozenset({"application/json"}),
}

# Last path suffix of what is media, a manifest of media, a font, an archive or a program.
_SUFFIXES = """
    apng avif bmp cur gif heic heif ico jfif jp2 jpe jpeg jpg jxl png psd svg svgz tif tiff webp
    3g2 3gp aac ac3 aiff amr asf avi f4m f4v flac flv ism isml m2ts m3u m3u8 m4a m4p m4s m4v mid mka mkv mov
    mp2 mp3 mp4 mpd mpe mpeg mpg mpv mts oga ogg ogv opus rm rmvb ts vob vtt srt wav weba webm wma wmv
    eot otf ttf woff woff2
    7z apk bin bz2 cab dmg doc docx exe gz iso jar msi pdf ppt pptx rar swf tar torrent wasm xls xlsx
    xz zip zst
"""
_MEDIA_SUFFIXES = frozenset(_SUFFIXES.split())
# Requests that count as an impression, a bid, a click or a sync somewhere, or that answer with video (VAST):
# never made at any reach. Words of subdomain, path and query, split where neither letter nor digit stands.
_ROLES = """
    pixel pixels px beacon beacons impression impressions imp imps collect hit ping log event events
    click clicks clk clck aclk redir redirect ghits track tracking tracker
    bid bids bidder bidrequest rtb openrtb auction winnotice nurl burl lurl
    sync usersync cookiesync syncuser cksync usync getuid setuid match pixelsync cmf cm pug spug
    conversion conversions conv convert postback vast vmap vpaid gampad viewability viewable
    adview view views visible vimp vregister cdb fastlane translator trk
"""
_ROLE_WORDS = frozenset(_ROLES.split())
# What says it in any compound: trackimp, hbopenbid, impressiontracker, activeview.
_ROLE_STEMS = re.compile(
    r"pixel|beacon|impression|trackimp|imptrack|trackcl|clicktrack|usersync|cookieset|cookiesync|syncuser|openrtb"
    r"|openbid|postback|conversion|activeview|viewabil|vasttag|bidrequest|eventtrack"
)
_WORD = re.compile(r"[a-z0-9]*[a-z]")  # without the number of a server or version behind it
_ALLOWED_AT_ADTECH: dict[str, frozenset[str]] = {
    "page": frozenset(),
    "tags": frozenset({"script", "worker", "sellers_json", "ads_txt", "app_ads_txt"}),
    "ads": frozenset({"script", "worker", "frame", "sellers_json", "ads_txt", "app_ads_txt"}),
}
_DECLARATIONS = frozenset({"ads_txt", "app_ads_txt"})
# What an ad network's host serves to be run or shown on a page: asked by reach and effect, also where the host is
# an entry.
_LOADED = frozenset({"script", "frame"})
# Hosts that pay for each visit to a link: whoever follows one of theirs pays its holder.
_PAYS_PER_VISIT = frozenset({"shortener", "content_locker"})


class AdCard(Protocol):
    """What the policy must know of one card."""

    @property
    def roles(self) -> Sequence[str]:
        """What the network is."""


class AdHosts(Protocol):
    """What the policy must know of the cards; the loaded knowledge is one."""

    def card_of_host(self, host: str, /) -> AdCard | None:
        """The card whose host this is (or its subdomain), None if no card's."""

    def card_of_sellers_json(self, url: str, /) -> object | None:
        """The card whose sellers.json stands at exactly this URL, which may be on nobody's host."""

    def effect_of(self, url: str, /) -> Effect:
        """What requesting this URL does, as the card's shapes say; "unknown" where none matches."""


class Scope:
    """What the entries of the case let us contact, looked up by host."""

    def __init__(self, rules: Iterable[ScopeRule]) -> None:
        self._hosts: dict[str, list[ScopeRule]] = {}
        for rule in rules:
            exact = canonical_url(rule.url) if rule.url else None
            self._hosts.setdefault(rule.host, []).append(msgspec.structs.replace(rule, url=exact))

    def __bool__(self) -> bool:
        return bool(self._hosts)

    def rule_for(self, url: str, host: str, document: str) -> ScopeRule | None:
        """The first rule that covers this document, None if none does.

        unit=url: that URL alone, as a page. Else the host, its www form both ways, and its subdomains if the
        entry includes them.
        """
        for name in _forms(host):
            for rule in self._hosts.get(name, ()):
                if rule.unit == "url":
                    if url == rule.url and document == "page":
                        return rule
                elif name in (host, _www_twin(host)) or rule.include_subdomains:
                    return rule
        return None


def _www_twin(host: str) -> str:
    return host[4:] if host.startswith("www.") else f"www.{host}"


def _forms(host: str) -> list[str]:
    """The host, its www twin, and every parent, nearest first."""
    labels = host.split(".")
    return [host, _www_twin(host), *(".".join(labels[n:]) for n in range(1, len(labels)))]


def canonical_url(url: str, base: str | None = None) -> str | None:
    """The URL as the policy wants it (absolute, normalised, without fragment); None if there is none.

    >>> canonical_url("HTTP://Clip.Example:80/a b#c")
    'http://clip.example/a%20b'
    """
    try:
        parsed = ada_url.URL(url, base) if base else ada_url.URL(url)
    except ValueError:
        return None
    parsed.hash = ""
    return str(parsed.href)


@guard
def may_request(
    url: str, document: str, *, scope: Scope, reach: str, knowledge: AdHosts, named_by: str | None = None
) -> Verdict:
    """Whether this URL may be asked for as this kind of document.

    url: in canonical_url form; anything else is refused.
    named_by: the URL of the in-scope document that named an ad-tech URL.
    """
    if reach not in REACHES or document not in CONTENT_TYPES:
        return Verdict(
            False, "request/kind", f'"{display(document)}" at reach "{display(reach)}" is never requested.'
        )
    parts = _Parts(url)
    if parts.refusal:
        return parts.refusal
    if parts.suffix in _MEDIA_SUFFIXES:
        return Verdict(False, "request/media", f"The address ends in .{parts.suffix}.")
    if document == "sellers_json":
        return _may_request_sellers(url, reach, knowledge, is_named=_is_in_scope(named_by, scope))
    card = knowledge.card_of_host(parts.host)
    if card is not None and (word := parts.role_word(hosts=document not in _DECLARATIONS)):
        return Verdict(False, "request/role", f'"{word}" in the address of an ad network.')
    rule = scope.rule_for(url, parts.host, document)
    if rule and (card is None or document not in _LOADED):
        pays = rule.root_only or (card is not None and not _PAYS_PER_VISIT.isdisjoint(card.roles))
        if pays and document in ("page", "frame") and not parts.is_root:
            return Verdict(False, "request/root", "A host that may pay for each visit is asked for its root.")
        return Verdict(True, f"scope/{rule.unit}/{rule.entry}")
    if card is None:
        return Verdict(
            False, "request/out_of_scope", f"{parts.host} is no entry of this case and no ad network's."
        )
    if document not in _ALLOWED_AT_ADTECH[reach]:
        return _beyond_reach(document, reach)
    if not _is_in_scope(named_by, scope):
        return _UNNAMED
    if document in _DECLARATIONS:
        return Verdict(True, f"adtech/{document}")
    effect = knowledge.effect_of(url)
    if reach == "tags" and effect != "generic":
        return Verdict(
            False, "request/effect", f"Its effect is {effect}; reach tags requests generic loaders only."
        )
    return Verdict(True, f"adtech/{effect}")


_UNNAMED = Verdict(False, "request/unnamed", "No in-scope document named this ad network's address.")


def _beyond_reach(document: str, reach: str) -> Verdict:
    return Verdict(False, "request/reach", f"An ad network's {document} is not requested at reach {reach}.")


def _may_request_sellers(url: str, reach: str, knowledge: AdHosts, *, is_named: bool) -> Verdict:
    """Only at the very address that a card gives as its own."""
    if knowledge.card_of_sellers_json(url) is None:
        return Verdict(False, "request/sellers_json", "Not the address of a card's own sellers.json.")
    if "sellers_json" not in _ALLOWED_AT_ADTECH[reach]:
        return _beyond_reach("sellers_json", reach)
    return Verdict(True, "adtech/sellers_json") if is_named else _UNNAMED


def _is_in_scope(named_by: str | None, scope: Scope) -> bool:
    if named_by is None:
        return False
    parts = _Parts(named_by)
    return parts.refusal is None and scope.rule_for(named_by, parts.host, "page") is not None


# A URL that ada wrote itself, of the only form that is requested: no user, no port, no fragment.
_CANONICAL = re.compile(r"https?://([a-z0-9._-]+)(/[!-\"$->@-~]*)(\?[!-\"$-~]*)?")


class _Parts:
    """A URL taken apart once. refusal: why it is not exactly what a WHATWG parser makes of it, else None."""

    def __init__(self, url: str) -> None:
        match = _CANONICAL.fullmatch(url)
        self.refusal: Verdict | None = None
        self.host, self.path, self._search = match.groups("") if match else ("", "", "")
        if len(url) > MAX_URL_CHARS:
            self.refusal = _form(f"The address has {len(url)} characters; {MAX_URL_CHARS} is the limit.")
        elif not match or not _is_canonical(self.host) or ada_url.normalize_url(url) != url:
            self.refusal = _form(_oddity(url))

    @property
    def is_root(self) -> bool:
        """Whether the address is that of the host's front page, without any parameter."""
        return self.path == "/" and not self._search

    @property
    def suffix(self) -> str:
        """The suffix a server would see: of the last segment, decoded, before any ;parameter; "" if none."""
        name = unquote(self.path).rstrip("/").rpartition("/")[2].partition(";")[0]
        return name.rpartition(".")[2].strip().lower() if "." in name else ""

    def role_word(self, *, hosts: bool) -> str | None:
        """The first word of path, query or (hosts) subdomain that says the request counts; None if none."""
        text = unquote(f"{self.path} {self._search}")
        if hosts:
            text = self.host.removesuffix(registrable_domain(self.host) or "") + " " + text
        words = _WORD.findall(text.lower())
        return next((word for word in words if word in _ROLE_WORDS or _ROLE_STEMS.search(word)), None)


def _form(reason: str) -> Verdict:
    return Verdict(False, "request/form", reason)


@lru_cache(maxsize=4096)
def _is_canonical(host: str) -> bool:
    try:
        return canonical_host(host) == host
    except HostError:
        return False


def _oddity(url: str) -> str:
    """What is odd about this URL, in a sentence."""
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        return "It is no absolute address."
    if parsed.protocol not in ("http:", "https:"):
        return f'Scheme "{display(parsed.protocol)}" is not http or https.'
    if parsed.username or parsed.password:
        return "The address holds a user name or password."
    if parsed.port:
        return f"Port {parsed.port} is not the scheme's own."
    if not _is_canonical(parsed.hostname):
        return "The host is not in its canonical form."
    return "The address is not in its canonical form."


# int() of more than 4300 digits raises; no body of more than 15 digits is read anyway.
_LENGTH_DIGITS = 15
_ESSENCE = re.compile(rb"([a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+)[ \t]*(;[\x20-\x7e\t]*)?", re.IGNORECASE)
# Not ASCII-compatible, or hiding ASCII: the byte rules of sniff.py would see nothing.
_WIDE_CHARSET = re.compile(
    rb"charset\s*=\s*[\"']?\s*(utf-?(16|32|7)|ucs|unicode|csunicode|hz|iso-2022-cn)", re.IGNORECASE
)


def max_body_bytes(document: str) -> int:
    """How much of a document of this kind is read; a longer one is refused whole."""
    return MAX_SELLERS_BYTES if document == "sellers_json" else MAX_BODY_BYTES


@guard
def may_read(document: DocumentKind, status: int, headers: Sequence[tuple[bytes, bytes]]) -> Verdict:
    """Whether the body that follows these headers may be read at all.

    A redirect (300 to 399) never has its body read: with one Location, its verdict is a refusal with rule
    "redirect". A refusal with rule "status" is a failure of the site, not a refusal of ours.
    """
    if sum(len(name) + len(value) + 4 for name, value in headers) > MAX_HEADER_BYTES:
        return Verdict(False, "headers/budget", f"More than {MAX_HEADER_BYTES} bytes of headers.")
    if 300 <= status <= 399:
        locations = _values(headers, b"location")
        if len(locations) != 1:
            return Verdict(
                False, "headers/redirect", f"Status {status} with {len(locations)} Location headers."
            )
        return Verdict(False, "redirect")
    if not 200 <= status <= 599 or status == 206:
        return Verdict(False, "headers/status", f"Status {status} answers no plain request.")
    if status != 200 and CONTENT_TYPES[document] is not _HTML:
        return Verdict(False, "status", f"Status {status}.")
    return _type_refusal(document, headers) or _form_refusal(document, headers) or Verdict(True, "headers/ok")


def _values(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for key, value in headers if key.lower() == name]


def _type_refusal(document: DocumentKind, headers: Sequence[tuple[bytes, bytes]]) -> Verdict | None:
    types = _values(headers, b"content-type")
    if len(types) != 1:
        return Verdict(False, "headers/type", f"{len(types)} Content-Type headers; exactly one is read.")
    match = _ESSENCE.fullmatch(types[0].strip())
    if not match:
        return Verdict(False, "headers/type", "Content-Type is not of the form type/subtype.")
    essence = match[1].decode("ascii").lower()
    if essence not in CONTENT_TYPES[document]:
        return Verdict(False, "headers/type", f"{essence} for a {document}.")
    if _WIDE_CHARSET.search(types[0]):
        return Verdict(False, "headers/charset", "A charset that is not ASCII-compatible.")
    return None


def _form_refusal(document: DocumentKind, headers: Sequence[tuple[bytes, bytes]]) -> Verdict | None:
    limit = max_body_bytes(document)
    for name, value in headers:
        key, text = name.lower(), value.strip().lower()
        if key == b"content-encoding" and text not in (b"", b"identity"):
            return Verdict(False, "headers/encoding", "A Content-Encoding although none was asked for.")
        if key == b"transfer-encoding" and text != b"chunked":
            return Verdict(False, "headers/transfer", "A Transfer-Encoding other than chunked.")
        if key == b"content-range":
            return Verdict(False, "headers/range", "A Content-Range although no range was asked for.")
        if key == b"content-disposition" and not text.startswith(b"inline"):
            return Verdict(False, "headers/attachment", "Sent as an attachment.")
        if key == b"content-length" and not text.isdigit():
            return Verdict(False, "headers/length", "Content-Length is no number.")
        if key == b"content-length" and (len(text) > _LENGTH_DIGITS or int(text) > limit):
            announced = text[:_LENGTH_DIGITS].decode("ascii")
            return Verdict(False, "headers/length", f"{announced} bytes announced; {limit} is the limit.")
    lengths = _values(headers, b"content-length")
    transfers = _values(headers, b"transfer-encoding")
    if len(lengths) > 1 or len(transfers) > 1 or (lengths and transfers):
        return Verdict(False, "headers/length", "Two contradictory lengths of the body.")
    return None

"""A URL taken apart for the policy: its canonical form, and what its words say of asking for it. Pure."""

import re
from functools import lru_cache
from urllib.parse import unquote

import ada_url

from adtrace.errors import HostError
from adtrace.extract.scrub import scrub
from adtrace.fetch.verdict import Verdict
from adtrace.names import canonical_host, display, registrable_domain

MAX_URL_CHARS = 2083
# What a site declares of who sells its space; one may be kept at a network for it.
DECLARATIONS = frozenset({"ads_txt", "app_ads_txt", "adagents_json"})

# Last path suffix of what is media, a manifest of media, a font, an archive or a program.
_SUFFIXES = """
    apng avif bmp cur gif heic heif ico jfif jp2 jpe jpeg jpg jxl png psd svg svgz tif tiff webp
    3g2 3gp aac ac3 aiff amr asf avi f4m f4v flac flv ism isml m2ts m3u m3u8 m4a m4p m4s m4v mid mka mkv mov
    mp2 mp3 mp4 mpd mpe mpeg mpg mpv mts oga ogg ogv opus rm rmvb ts vob vtt srt wav weba webm wma wmv
    eot otf ttf woff woff2
    7z apk bin bz2 cab dmg doc docx exe gz iso jar msi pdf ppt pptx rar swf tar torrent wasm xls xlsx
    xz zip zst
"""
MEDIA_SUFFIXES = frozenset(_SUFFIXES.split())
# Requests that count as an impression, a bid, a click or a sync somewhere: never made at any reach. VAST and its
# kin only as what they are, an ad answer at reach ads. Words of subdomain, path and query, split where neither letter
# nor digit stands.
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
_SAYS_VAST = re.compile(r"vast|vmap")
_AD_ANSWER = re.compile(r"vast|vmap|gampad")
_NAME_END = re.compile("[;\0]")
# Behind the suffix of a picture, the size in which a service is to hand it out: a.jpg!w200, a.jpg:large, a.webp~tplv.
_SIZED = re.compile(r"\.([a-z0-9]+)(?=[!@:~,&])")
_WORD = re.compile(r"[a-z0-9]*[a-z]")  # without the number of a server or version behind it


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


def recorded_url(url: str, base: str | None = None) -> str | None:
    """The canonical URL of what a site names, None if there is none or it may not be written down as it is.

    A picture fits into an address, or a page; and one out of which either was taken is no longer the site's.
    """
    found = canonical_url(url, base)
    if found is None or found.startswith("data:") or "[[scrubbed" in found or scrub(found, "address")[1]:
        return None
    return found


# A URL that ada wrote itself, of the only form that is requested: no user, no port, no fragment.
_CANONICAL = re.compile(r"https?://([a-z0-9._-]+)(/[!-\"$->@-~]*)(\?[!-\"$-~]*)?")


class Parts:
    """A URL taken apart once. refusal: why it is not exactly what a WHATWG parser makes of it, else None."""

    def __init__(self, url: str) -> None:
        self.url = url
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
    def _name(self) -> str:
        """The last segment, decoded, in lower case, before any ;parameter or NUL."""
        return _NAME_END.split(unquote(self.path).rstrip("/").rpartition("/")[2])[0].rstrip(". ").lower()

    @property
    def suffix(self) -> str:
        """The suffix a server may see; "" if none."""
        return self._name.rpartition(".")[2] if "." in self._name else ""

    @property
    def media_suffix(self) -> str:
        """The suffix by which a server may see media there; "" if none."""
        found = (self.suffix, *_SIZED.findall(self._name))
        return next((suffix for suffix in found if suffix in MEDIA_SUFFIXES), "")

    def is_file_of(self, document: str) -> bool:
        """Whether a declaration may be kept here: a file of its kind, or one said to be, without any parameter."""
        kind = "json" if document == "adagents_json" else "txt"
        is_said = "adstxt" in self.host or "adstxt" in self.path.lower()
        return not self._search and (is_said or self.suffix == kind)

    def role_word(self, document: str) -> str | None:
        """The first word of subdomain (but for a declaration's), path or query that says it counts; None if none."""
        text = unquote(f"{self.path} {self._search}")
        if document not in DECLARATIONS:
            text = self.host.removesuffix(registrable_domain(self.host) or "") + " " + text
        text = text.lower()
        if document == "vast" and _SAYS_VAST.search(text):
            text = _AD_ANSWER.sub("", text)
        words = _WORD.findall(text)
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

"""What counts as a web address inside a wrapper, and its parts as written."""

import re
from typing import NamedTuple
from urllib.parse import quote

import ada_url

from adtrace.extract.unwrapping.encodings import MAX_PERCENT_LAYERS, undo_percent
from adtrace.names import MAX_HOST, is_address, registrable_domain

# What links become on the way, too: //host, https:/host (a path normaliser took a slash), https:\/\/host.
_ABSOLUTE = re.compile(r"(?i)(https?):(?:\\?/){1,2}(?=[^/\\\s])|(?:\\?/){2}(?=[^/\\\s])")
_AUTHORITY = re.compile(r"(?i)https?:[/\\]*[^/\\?#]*")
_BARE = re.compile(
    r"(?i)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9](?::\d+)?(?:[/?#]|$)"
)
_PATH = re.compile(r"/(?![/\\])")
_STORE_SCHEME = re.compile(r"(?i)(?:market|itms-appss?|itms|intent):")
_INTENT = re.compile(r"(?i)^intent:(?P<address>[^#]*)#Intent;(?P<fields>.*)$", re.S)
_ESCAPED = re.compile(r"(?i)\\+(?:/|u00(26|2f|3a|3d|3f))")
# A path does not hold a question mark of its own, but within a covered address; nor a query nothing but covered signs:
# one more layer lies over all that follows the scheme and host, or the question mark.
_COVERED_QUERY = re.compile(r"(?i)^(?:(?!https?%(?:25)*3A)[^?])*%(?:25)*3F|^[^?]*\?[^=&%]+%(?:25)*3D[^=&]*$")
# What nearly all addresses are: nothing a parser of the standard would change or refuse, at a tenth of its time.
_PLAIN = re.compile(
    r"https?://(?!(?:[^/]*\.)?xn--)((?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z]{2,63})(?=[/?#][!-[\]-~]*\Z|\Z)"
)
# As copied out of markup: a reference to a sign that a URL writes as itself.
_REFERENCE = re.compile(r"(?i)&(?:amp|#(\d{2,4})|#x([0-9a-f]{2,3}));")
# The URL standard drops these wherever they stand.
_IGNORED = re.compile(r"^[\x00-\x20]+|[\x00-\x20]+$|[\t\n\r]")


class Address(NamedTuple):
    """An absolute http(s) URL: as written, its host in canonical form, and where its path begins."""

    url: str
    host: str
    tail_at: int

    @property
    def tail(self) -> str:
        """/path?query#fragment, as written."""
        return self.url[self.tail_at :]

    @property
    def request(self) -> str:
        """The tail as a browser asks for it: with the path's slash, where the address leaves it out."""
        return self.tail if self.tail.startswith("/") else f"/{self.tail}"

    @property
    def domain(self) -> str | None:
        """The registrable domain; None for an IP address or a bare suffix."""
        looks_numeric = self.host[-1].isdigit() or self.host[-1] == "]"
        return None if looks_numeric and is_address(self.host) else registrable_domain(self.host)


def read_address(text: str) -> Address | None:
    """The text as an absolute web address, https: added to //host/…; None if a browser would not open it.

    References to characters (&amp;, &#38;) are taken back: no URL holds them but one copied out of markup.
    """
    if "&" in text and _REFERENCE.search(text):
        text = _without_references(text)
    if (plain := _PLAIN.match(text)) and len(plain[1]) <= MAX_HOST:
        return Address(text, plain[1], plain.end())
    url = _IGNORED.sub("", text)
    found = _ABSOLUTE.match(url)
    if not found:
        return None
    url = f"{found[1] or 'https'}://{_unescape(url[found.end() :])}"
    try:
        host = ada_url.URL(url).hostname.rstrip(".")
    except ValueError:
        return None
    authority = _AUTHORITY.match(url)
    if not host or len(host) > MAX_HOST or authority is None:
        return None
    return Address(url, host, authority.end())


def _without_references(text: str) -> str:
    """The text with its references to printable ASCII taken back, also of references to references."""

    def character(reference: re.Match[str]) -> str:
        if reference[0].lower() == "&amp;":
            return "&"
        code = int(reference[1]) if reference[1] else int(reference[2], 16)
        return chr(code) if 0x20 < code < 0x7F else reference[0]

    for _ in range(MAX_PERCENT_LAYERS):
        if (plain := _REFERENCE.sub(character, text)) == text:
            break
        text = plain
    return text


def _unescape(text: str) -> str:
    """The text out of a JSON or script string: \\/ is /, \\u0026 is &."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else "/", text)


def read_landing(text: str, *, scheme: str | None, base: str | None = None) -> tuple[Address, int] | None:
    """The address a wrapper's value holds, and how many layers of percent-encoding lay over it; None if none.

    scheme: what to add where it is missing; None if that is no landing then. base: the site of a path that is written
    alone. Store and app links become the web page of the app they open.
    """
    for layers in range(MAX_PERCENT_LAYERS + 1):
        candidate = _from_app_link(text) if _STORE_SCHEME.match(text) else text
        if scheme and _BARE.match(candidate):
            candidate = f"{scheme}://{candidate}"
        elif base and _PATH.match(candidate):
            candidate = base + candidate
        if (found := read_address(candidate)) and not (
            layers < MAX_PERCENT_LAYERS and _COVERED_QUERY.match(text)
        ):
            return (found, layers) if "." in found.host else None
        further = undo_percent(text)
        if further == text:
            return None
        text = further
    return None


def _from_app_link(text: str) -> str:
    """The web address of a store or app link; the text itself if it names none."""
    scheme, _, rest = text.partition(":")
    if scheme.lower().startswith("itms"):
        return f"https:{rest}"
    if scheme.lower() == "market":
        found = re.search(r"[?&]id=([\w.]+)", rest)
        return _play_page(found[1]) if found else text
    if not (intent := _INTENT.match(text)):
        return text
    fields = dict(part.partition("=")[::2] for part in intent["fields"].split(";"))
    if fallback := fields.get("S.browser_fallback_url"):
        return undo_percent(fallback)
    if fields.get("scheme", "").lower() in ("http", "https"):
        return f"{fields['scheme']}:{intent['address']}"
    return _play_page(fields["package"]) if fields.get("package") else text


def _play_page(app: str) -> str:
    return f"https://play.google.com/store/apps/details?id={quote(app, safe='')}"

"""Hosts and registrable domains, offline; and how hostile text may be shown."""

import ipaddress
import os
import re
import unicodedata
from functools import lru_cache

# Read by tldextract at import: without it, it would fetch the list (shared facts: 2 DNS look-ups by default).
os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")

import ada_url
import idna
import tldextract

from adtrace.errors import HostError

_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
_ICANN = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False)
MAX_HOST = 253  # characters, RFC 1035 section 2.3.4 without the dot at its end
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"(0x[0-9a-f]*|\d+)")
# RFC 2606 and 6761 names that the public suffix list does not hold but our invented sites live under.
_RESERVED = frozenset({"example", "test"})


def canonical_host(text: str) -> str:
    """The host as lower-case A-labels without a trailing dot.

    Look-alike forms are refused, not mapped: what NFKC or IDNA 2003 would change
    (full-width letters, circled digits, sharp s) is another name than the one confirmed.

    >>> canonical_host("Clip.Example.")
    'clip.example'

    Raises:
        HostError: not a plain DNS name (an address, a number form, userinfo, a port, white space).
    """
    host = text.removesuffix(".")
    if not host or len(host) > MAX_HOST:
        raise HostError(
            f'"{display(text[:80])}" is no host name.', do="Give a full domain such as clip.example."
        )
    # Of the dots of IDNA 2003 (RFC 3490, 3.1) the ideographic one is the one that NFKC leaves as it is.
    if unicodedata.normalize("NFKC", host) != host or "\u3002" in host:
        raise HostError(
            f'"{display(text)}" changes under Unicode normalisation.',
            do="Give its plain or punycode (xn--) form.",
        )
    host = host.lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=False, std3_rules=True).decode("ascii")
        except idna.IDNAError as error:
            raise HostError(
                f'"{display(text)}" is no IDNA 2008 name ({error}).', do="Give its punycode (xn--) form."
            ) from None
    labels = host.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise HostError(
            f'"{display(text)}" holds a character no host name may hold.', do="Give the bare domain."
        )
    if _NUMBER.fullmatch(labels[-1]):
        raise HostError(
            f'"{display(text)}" is an address, not a domain.', do="adtrace takes confirmed domains."
        )
    return host


@lru_cache(maxsize=65536)
def registrable_domain(host: str) -> str | None:
    """Public suffix plus one label; None for a bare suffix, an address or an unknown top-level domain.

    Private suffixes count (a.github.io is a registrable domain); the reserved .example and .test count as suffixes.

    >>> registrable_domain("www.clip.example"), registrable_domain("co.uk")
    ('clip.example', None)
    """
    labels = host.split(".")
    if labels[-1] in _RESERVED:
        return ".".join(labels[-2:]) if len(labels) > 1 else None
    found = _SUFFIXES(host)
    return f"{found.domain}.{found.suffix}" if found.domain and found.suffix else None


def ad_domain(host: str) -> str | None:
    """The registrable domain by ICANN suffixes alone, as list families write them.

    >>> ad_domain("d1abc.cloudfront.net")
    'cloudfront.net'
    """
    labels = host.split(".")
    if labels[-1] in _RESERVED:
        return ".".join(labels[-2:]) if len(labels) > 1 else None
    return _icann_domain(host)


@lru_cache(maxsize=65536)
def _icann_domain(host: str) -> str | None:
    found = _ICANN(host)
    return f"{found.domain}.{found.suffix}" if found.domain and found.suffix else None


def is_within(host: str, parent: str) -> bool:
    """Whether host is parent or one of its subdomains; both canonical."""
    return host == parent or host.endswith("." + parent)


def is_address(host: str) -> bool:
    """Whether the host of a parsed URL is an IP address ([::1] with its brackets counts)."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def join_url(base: str | None, url: str) -> str | None:
    """The absolute URL a browser would ask for, or None if there is none (no base, not parsable)."""
    try:
        return str(ada_url.join_url(base, url)) if base else str(ada_url.URL(url).href)
    except ValueError:
        return None


# C0 and C1 controls, bidi and zero-width marks, line separators, tags, surrogates: what can rewrite a terminal or hide.
_UNSHOWN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb"
    "\\ud800-\\udfff\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e007f]"
)


def display(text: str) -> str:
    """The text with everything invisible or controlling written as \\u{…}: safe in a terminal, a log, XML.

    >>> display("a\\x1b[2Jb")
    'a\\\\u{1b}[2Jb'
    """
    return _UNSHOWN.sub(lambda m: f"\\u{{{ord(m[0]):x}}}", text)


# Not the standards' own files, which are spoken of and lead nowhere by themselves: no domain ends in txt or json.
_FILE = r"(?:(?:app-)?ads\.txt|(?:adagents|sellers)\.json)(?![\w.-])"
_HOST_IN_TEXT = re.compile(
    rf"(?i)(?<![\w.\[\]-])(?!{_FILE})"
    r"((?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+)([a-z][a-z0-9-]*[a-z0-9])(?![\w-])"
)


def defang(text: str) -> str:
    """Text in which no program finds a live link: hxxp for http, [.] in host names. Idempotent.

    >>> defang("https://clip.example/a and its ads.txt")
    'hxxps://clip[.]example/a and its ads.txt'
    """
    text = re.sub(
        r"(?i)\bh(tt)p(s?)://", lambda m: ("hxxp" if m[0][0] == "h" else "Hxxp") + m[2] + "://", text
    )
    return _HOST_IN_TEXT.sub(lambda m: m[1].replace(".", "[.]") + m[2], text)


def refang(text: str) -> str:
    """The text as it was before defang(), or somebody by hand, made its links dead.

    >>> refang("hxxps://clip[.]example/a")
    'https://clip.example/a'
    >>> refang("hxxpress[.]example")
    'hxxpress.example'
    """
    plain = re.sub(r"[\[({](\.|dot|:|://)[\])}]", lambda m: "." if m[1] == "dot" else m[1], text)
    return re.sub(r"(?i)^hxxp(?=s?:)", "http", plain)

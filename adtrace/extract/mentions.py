"""What names a network and places nothing: pages to read, lists of hosts, notices, hints to the browser."""

import re

from adtrace.extract.finder import registrable

# Hosts of a network that people read: who links to them is not paid for it. Clicks have shapes and wrappers.
_READ = frozenset(
    "www about adssettings blog business careers community corp developer developers docs en help info knowledge"
    " login my optout partner partners platform policies press privacy publisher publishers support".split()
)
_CLICKED = ("<a ", "<area ", "<form ")
_FETCHED = frozenset("stylesheet preload modulepreload prefetch prerender icon manifest import".split())
_HINTS = frozenset(("dns-prefetch", "preconnect"))
_REL = re.compile(r' rel="([^"]*)"')
# Vendor lists of consent tools and cookie tables name every network's notice.
_NOTICE = re.compile(r"(?i)/[^?#]*(?:privacy|polic|opt-?out|terms|legal|gdpr|cookie|imprint)")
_HOST = r"[\"'`](?:[*|.@]{0,4})?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}[\"'`]"
_NEXT_HOST = re.compile(rf"[\"'`]\s*,\s*{_HOST}")
_LAST_HOST = re.compile(rf"{_HOST}\s*,\s*[\"'`]\Z")
_KEY = re.compile(r"""[{,]\s*["'`]\Z""")
_AS_KEY = re.compile(r"""["'`]\s*:""")
_TABLE = re.compile(r"""\b(?:domain|provider|vendor|publisher|company|owner)s?["'`]?\s*:\s*\[?\s*["'`]\Z""")
_NEAR = 100  # characters before and after a quoted host that are looked at


def is_reading(tag: str, host: str, url: str) -> bool:
    """Whether an address leads to pages of its host's owner made to be read: an imprint, a notice, a front page.

    tag: the start tag it stands in, "" in code.
    """
    if host.partition(".")[0] not in _READ and registrable(host) != host:
        return False
    if tag.startswith(_CLICKED):
        return True
    path = url.partition("//")[2].partition("/")[2]
    return not tag and ((not path and host.startswith("www.")) or _NOTICE.match(f"/{path}") is not None)


def is_listed(text: str, start: int, end: int) -> bool:
    """Whether the quoted host at text[start:end] stands among others of its kind, as in a blocklist or cookie table."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if _NEXT_HOST.match(after) or _LAST_HOST.search(before) or _TABLE.search(before):
        return True
    return _KEY.search(before) is not None and _AS_KEY.match(after) is not None


def link_relations(tag: str) -> frozenset[str]:
    """The relations of a <link>, in lower case; none of anything else."""
    found = _REL.search(tag) if tag.startswith("<link ") else None
    return frozenset(found[1].lower().split()) if found else frozenset()


def is_hint(tag: str) -> bool:
    """Whether the tag only asks the browser to make ready for a host, from which nothing need come."""
    return bool(link_relations(tag) & _HINTS)


def is_relation(tag: str) -> bool:
    """Whether the tag is a <link> that fetches nothing: canonical, alternate, author, …"""
    return tag.startswith("<link ") and not link_relations(tag) & (_FETCHED | _HINTS)

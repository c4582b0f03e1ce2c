"""What names a network and places nothing: pages to read, lists of hosts, notices, hints to the browser."""

import re

from adtrace.extract.finder import registrable

# Hosts of a network that people read: who links to them is not paid for it. Clicks have shapes and wrappers.
_READ = frozenset(
    "www about adssettings blog business careers community corp developer developers docs en help info knowledge"
    " login my optout partner partners platform policies press privacy publisher publishers support".split()
)
_NOTICES = frozenset(("optout", "policies", "privacy"))
_CLICKED = ("<a ", "<area ", "<form ")
_FETCHED = frozenset("stylesheet preload modulepreload prefetch prerender icon manifest import".split())
_HINTS = frozenset(("dns-prefetch", "preconnect"))
_REL = re.compile(r' rel="([^"]*)"')
# Vendor lists of consent tools and cookie tables name every network's notice.
_NOTICE = re.compile(r"(?i)/[^?#]*(?:privacy|polic|opt-?out|terms|legal|gdpr|cookie|imprint)")
# What a vendor states of what it stores, for consent tools (IAB TCF, deviceStorageDisclosureUrl; 2026-11-23).
_DISCLOSURE = re.compile(r"(?i)[^?#]*(?:device_?-?storage|disclosures?)[^/?#]*\.json")
# A picture that shows a network's name, or one of its articles.
_LOGO = re.compile(
    r"(?i)[^?#]*/(?:wp-content/|[^/?#]*(?:logo|favicon)[^/?#]*\.(?:svg|png|jpe?g|webp|gif)$)[^?#]*"
)
_GAP = r"\s*,\s*(?://[^\n]*\n\s*|/\*(?:[^*]|\*[^/])*\*/\s*)*"
_HOST = r"[\"'`](?:(?:https?:)?//)?[*|.@]{0,4}[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}/?[\"'`]"
_NEXT = re.compile(rf"[\"'`]{_GAP}{_HOST}")
_NEXT_TWO = re.compile(rf"[\"'`]{_GAP}{_HOST}{_GAP}{_HOST}")
_LAST = re.compile(rf"{_HOST}{_GAP}[\"'`]\Z")
_ALONE = (re.compile(r"\[\s*[\"'`]\Z"), re.compile(r"[\"'`]\s*\]"))
_KEY = re.compile(r"""[{,]\s*["'`]\Z""")
_AS_KEY = re.compile(r"""["'`]\s*:""")
_TABLE = re.compile(
    r"""(?i)\b(?:domain|provider|vendor|publisher|company|owner|host_?name|display_?name|regexp?|pattern)s?["'`]?\s*:\s*"""
    r"""\[?\s*["'`]\Z"""
)
_OF_COOKIE = re.compile(r"""\bHost["'`]?\s*:\s*["'`]\Z""")
_COMPARED = re.compile(
    r"""(?:\.(?:indexOf|includes|match|search|startsWith|endsWith|test)\s*\(|[=!]==?|\bcase\b)\s*["'`]\Z"""
)
# A selector that looks for an element by its address; markup that is shown as text, its brackets escaped.
_SELECTED = re.compile(r"""\[\s*(?:src|href|action|data-src)\s*[~|^$*]?=\s*(?:\\?["'])?\Z""")
_SHOWN = re.compile(r"(?:&|\\u0026)(?:amp;)?lt;(?:script|iframe|ins|img|embed|object)\b(?:(?!gt;)[^<>])*\Z")
_SUFFIX = re.compile(r"""(?<![+(\s])\s*["'`]\.\Z""")
_JOINED = re.compile(r"""["'`]\s*(?:\+|\.concat\b)""")
_NEAR = 160  # characters before and after a quoted host that are looked at


def is_reading(tag: str, host: str, url: str) -> bool:
    """Whether an address leads to pages of its host's owner made to be read: an imprint, a notice, a front page.

    tag: the start tag it stands in, "" in code.
    """
    if (not tag and _DISCLOSURE.fullmatch(url)) or (tag.startswith("<img ") and _LOGO.fullmatch(url)):
        return True
    if host.partition(".")[0] not in _READ and registrable(host) != host:
        return False
    if tag.startswith(_CLICKED):
        return True
    if tag:
        return False
    path = url.partition("//")[2].partition("/")[2]
    return host.partition(".")[0] in _NOTICES or _NOTICE.match(f"/{path}") is not None


def is_listed(text: str, start: int, end: int, host: str) -> bool:
    """Whether the quoted host at text[start:end] is told of and not asked: listed, compared, a cell of a table.

    Loaders try a few hosts in turn: one that is no registrable domain is in a list only with two more behind it.
    """
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if end - start == len(host) and _SUFFIX.search(before) and not _JOINED.match(after):
        return True  # a cookie's domain, or the end of a name that is compared
    before = before.rstrip(".")
    if _TABLE.search(before) or _OF_COOKIE.search(before) or _COMPARED.search(before):
        return True
    if _KEY.search(before) and _AS_KEY.match(after):
        return True
    if registrable(host) != host:
        return bool(
            _NEXT_TWO.match(after) or (_LAST.search(before) and (_NEXT.match(after) or before.count(",") > 1))
        )
    return bool(
        _NEXT.match(after) or _LAST.search(before) or (_ALONE[0].search(before) and _ALONE[1].match(after))
    )


def is_looked_for(text: str, start: int) -> bool:
    """Whether the address that begins at text[start] in code is looked for among the page's elements, or only shown.

    `[src^="//net.example/"]` of a selector; `&lt;script src="//net.example/tag.js"` of code that an article quotes.
    """
    before = text[max(0, start - _NEAR) : start]
    return bool(_SELECTED.search(before) or ("lt;" in before and _SHOWN.search(before)))


def is_front_page(text: str, end: int, host: str) -> bool:
    """Whether an address without a path that ends at text[end] in code is a site's front page, no part of a loader."""
    if not host.startswith("www.") and registrable(host) != host:
        return False
    return text[end : end + 1] in ("'", '"', "`") and not _JOINED.match(text, end)


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

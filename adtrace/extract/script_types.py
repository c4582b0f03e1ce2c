"""What a script element's type attribute says: whether a browser runs it, another script will, or it is no code."""

import re

_DATA = ("json", "xml", "importmap", "speculationrules")
# HTML, "JavaScript MIME type essence match" (2026-11-22); with a prefix, what Cloudflare's Rocket Loader took over.
_RUN = re.compile(
    r"(?:|module|(?:[0-9a-f]+-)?(?:module|(?:text|application)/(?:x-)?(?:java|ecma|live|j)script[\d.]*))\s*(?:;.*)?"
)
# What rewrites a type and runs the script itself as the page loads: Rocket Loader of old, PageSpeed, Partytown.
_RUN_BY_LOADER = frozenset(("text/rocketscript", "text/psajs", "text/partytown"))
# Until somebody moves or agrees: WP Rocket, LiteSpeed, Perfmatters, NitroPack, Swift, Airlift, Yett and WP Meteor.
_DELAYED = re.compile(
    r"rocketlazyloadscript|litespeed/|pmdelayedscript|nitropack/|swift/|bv_|/blocked|lazy|delay|opt-in|tc_privacy"
)


def is_data(kind: str) -> bool:
    """Whether the element holds data for scripts, not code. kind: the attribute in lower case, "" if there is none."""
    return any(word in kind for word in _DATA)


def is_run(kind: str) -> bool:
    """Whether the code runs as the page loads.

    >>> is_run("text/javascript"), is_run("a1b2-text/javascript"), is_run("text/plain"), is_run("text/html")
    (True, True, False, False)
    """
    return kind.strip() in _RUN_BY_LOADER or _RUN.fullmatch(kind.strip()) is not None


def is_delayed(kind: str) -> bool:
    """Whether the type is one under which a page's optimiser or consent tool keeps code back until it is wanted."""
    return _DELAYED.search(kind) is not None


def is_code(kind: str, text: str) -> bool:
    """Whether what the element holds reads as code: whatever its type, a template begins with a tag."""
    return not is_data(kind) and (is_run(kind) or not text.lstrip().startswith("<"))

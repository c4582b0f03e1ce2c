"""What kind of document a saved file is: by the address it came from, its name, else by how it begins."""

import re
from urllib.parse import urlsplit

from adtrace.extract.ads_txt import read_lines
from adtrace.extract.sighting import DocumentKind

# The names the standards give these files, also behind a site's: clip.example_ads.txt.
_NAMED: tuple[tuple[re.Pattern[str], DocumentKind], ...] = (
    (re.compile(r"(?:.*[^a-z0-9])?app[-_]ads\.txt"), "app_ads_txt"),
    (re.compile(r"(?:.*[^a-z0-9])?ads\.txt"), "ads_txt"),
    (re.compile(r"(?:.*[^a-z0-9])?sellers\.json"), "sellers_json"),
    (re.compile(r"(?:.*[^a-z0-9])?adagents\.json"), "adagents_json"),
    (re.compile(r".*\.m?js"), "script"),
)
# By content, with what the first of each kind's own fields holds.
_BEGINNING: tuple[tuple[re.Pattern[str], DocumentKind], ...] = (
    # A shop's list of its sellers is none of an ad system's.
    (
        re.compile(
            r'(?i)\s*(?:\{(?s:.)*?"sellers"\s*:\s*(?:\[\s*\]|[\[{](?=(?s:.){0,2000}?"seller_id"))'
            r'|\[\s*\{(?s:.){0,2000}?"seller_id"\s*:)'
        ),
        "sellers_json",
    ),
    (
        re.compile(r'\s*\{(?s:.)*?"(?:authorized_agents"\s*:\s*\[|authoritative_location"\s*:\s*")'),
        "adagents_json",
    ),
)
# What a service worker calls and no page's script does.
_WORKER = re.compile(
    r"\bimportScripts\s*\(|\bself\.(?:registration|options|skipWaiting)\b"
    r"|\bself\.addEventListener\(\s*[\"'](?:install|activate|fetch|push|notificationclick)[\"']"
)
_LEAST_DECLARING = 0.5  # of the lines that are no comment


def document_kind(head: str, *, name: str = "", url: str | None = None) -> DocumentKind:
    """The kind of a document that begins with this text; "page" where nothing says otherwise.

    A VAST answer or JSON is told from a page when it is read; a service worker from a script by what it calls. head:
    some thousand characters are enough; a line that is cut off at its end counts for nothing.

    >>> document_kind("net.example, 7, DIRECT\\n")
    'ads_txt'
    """
    for given in (_last(url) if url else "", _last(name)):
        for pattern, kind in _NAMED:
            if pattern.fullmatch(given.lower()):
                return "worker" if kind == "script" and _WORKER.search(head) else kind
    text = head.lstrip("\ufeff")
    for pattern, kind in _BEGINNING:
        if pattern.match(text):
            return kind
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    kept, _ = read_lines(lines)
    has_record = any("=" not in line.partition(",")[0] for line in kept)  # and not variables alone
    return "ads_txt" if has_record and len(kept) >= _LEAST_DECLARING * len(lines) else "page"


def _last(address: str) -> str:
    """The last segment of a path or URL."""
    try:
        return urlsplit(address).path.rpartition("/")[2]
    except ValueError:
        return ""

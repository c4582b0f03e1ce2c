"""Filter lists in EasyList's syntax: the rules that block a whole domain everywhere, `||domain^` with plain options."""

import re
from collections.abc import Iterator
from pathlib import Path

from adtrace.knowledge.packs.pack import PackEntry, clean_hosts
from adtrace.knowledge.packs.reading import read_bytes

KIND = "filter-list"
WHAT = "a list in EasyList's syntax: its rules for whole domains"

_TITLE = re.compile(r"(?im)^!\s*Title:\s*(.+?)\s*$")
_RULE = re.compile(r"(@@)?\|\|([a-z0-9_.-]+)\^(?:\$([^\s]*))?")
# Options under which the rule still means the domain as such; domain=, path and redirect rules mean less.
_PLAIN = frozenset(
    "third-party 3p all important popup script image subdocument frame document doc object other ping xmlhttprequest "
    "xhr websocket stylesheet css font media".split()
)


def read(path: Path, _skipped: list[str]) -> Iterator[PackEntry]:
    """One entry for the list: who blocks, and which domains; domains it lets pass somewhere as a whole are left out."""
    text = read_bytes(path).decode("utf-8", "replace")
    title = _TITLE.search(text)
    blocked: set[str] = set()
    passed: set[str] = set()
    for line in text.splitlines():
        rule = _RULE.fullmatch(line.strip())
        if rule and set((rule[3] or "all").split(",")) <= _PLAIN:
            (passed if rule[1] else blocked).add(rule[2])
    shown = title[1] if title else path.name
    for host in clean_hosts(blocked - passed):
        yield PackEntry(host, None, f"blocked by {shown}", [host])

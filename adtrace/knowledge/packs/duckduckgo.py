"""DuckDuckGo: a block list, and Tracker Radar's `domains/` files.

github.com/duckduckgo/tracker-blocklists (`web/…tds.json`, `app/android-tds.json`) and …/tracker-radar.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from adtrace.knowledge.packs.pack import PackEntry, clean_hosts
from adtrace.knowledge.packs.reading import read_entries, read_folder_json, read_json

KIND = "duckduckgo"
WHAT = "DuckDuckGo: tds.json, or Tracker Radar's folder domains/"


class _Owner(msgspec.Struct, rename="camel"):
    name: str | None = None
    display_name: str | None = None


class _Tracker(msgspec.Struct, kw_only=True):
    owner: _Owner | None = None
    categories: list[str] = []


class _Domain(_Tracker, kw_only=True):
    domain: str


class _BlockList(msgspec.Struct):
    trackers: dict[str, msgspec.Raw]


def read(path: Path, skipped: list[str]) -> Iterator[PackEntry]:
    """One entry a tracker domain, its owner as the company.

    Of a block list only its trackers: an entity's other domains are what the company owns, not what it tracks with.
    """
    if path.is_dir():
        for _, found in read_folder_json(path, _Domain, skipped):
            yield _entry(found.domain, found)
        return
    trackers = read_json(path, _BlockList).trackers
    for domain, tracker in read_entries(trackers.items(), _Tracker, f"{path}, trackers", skipped):
        yield _entry(domain, tracker)


def _entry(domain: str, tracker: _Tracker) -> PackEntry:
    owner = tracker.owner or _Owner()
    name = owner.display_name or owner.name or domain
    return PackEntry(name, owner.name, ", ".join(tracker.categories) or None, clean_hosts([domain]))

"""DuckDuckGo: the block list `tds.json`, and Tracker Radar's `domains/` files (github.com/duckduckgo/tracker-radar)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from adtrace.knowledge.packs.pack import PackEntry, clean_hosts
from adtrace.knowledge.packs.reading import read_folder_json, read_json

KIND = "duckduckgo"
WHAT = "DuckDuckGo: tds.json, or the folder domains/ of Tracker Radar"


class _Owner(msgspec.Struct, rename="camel"):
    name: str | None = None
    display_name: str | None = None


class _Domain(msgspec.Struct):
    domain: str
    owner: _Owner = msgspec.field(default_factory=_Owner)
    categories: list[str] = []


class _Entity(msgspec.Struct, rename="camel"):
    display_name: str | None = None
    domains: list[str] = []


class _Tds(msgspec.Struct):
    trackers: dict[str, _Domain]
    entities: dict[str, _Entity] = {}


def read(path: Path, skipped: list[str]) -> Iterator[PackEntry]:
    """One entry a tracker domain, its owner as the company.

    Of `tds.json` only its trackers: an entity's other domains are what the company owns, not what it tracks with.
    """
    if path.is_dir():
        for _, domain in read_folder_json(path, _Domain, skipped):
            yield _entry(domain, None)
        return
    database = read_json(path, _Tds)
    for domain in database.trackers.values():
        entity = database.entities.get(domain.owner.name or "")
        yield _entry(domain, entity.display_name if entity else None)


def _entry(domain: _Domain, shown: str | None) -> PackEntry:
    owner = domain.owner
    return PackEntry(
        shown or owner.display_name or owner.name or domain.domain,
        owner.name,
        ", ".join(domain.categories) or None,
        clean_hosts([domain.domain]),
    )

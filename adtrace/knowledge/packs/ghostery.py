"""Ghostery TrackerDB: the JSON build, `dist/trackerdb.json` (github.com/ghostery/trackerdb, scripts/export-json)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from adtrace.knowledge.packs.pack import PackEntry, clean_hosts, clean_sites
from adtrace.knowledge.packs.reading import read_json

KIND = "ghostery"
WHAT = "Ghostery TrackerDB: trackerdb.json"


class _Pattern(msgspec.Struct):
    name: str
    category: str
    organization: str | None = None
    website_url: str | None = None
    domains: list[str] = []


class _Organization(msgspec.Struct):
    name: str


class _Database(msgspec.Struct):
    patterns: dict[str, _Pattern]
    organizations: dict[str, _Organization] = {}


def read(path: Path, _skipped: list[str]) -> Iterator[PackEntry]:
    """One entry a pattern, its organization's name as the company."""
    database = read_json(path, _Database)
    for pattern in database.patterns.values():
        owner = database.organizations.get(pattern.organization or "")
        yield PackEntry(
            pattern.name,
            owner.name if owner else None,
            pattern.category,
            clean_hosts(pattern.domains),
            clean_sites([pattern.website_url]),
        )

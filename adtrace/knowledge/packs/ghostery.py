"""Ghostery TrackerDB: the JSON build, `dist/trackerdb.json` (github.com/ghostery/trackerdb, scripts/export-json)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from adtrace.knowledge.packs.pack import PackEntry, clean_hosts, clean_sites
from adtrace.knowledge.packs.reading import name_of, read_entries, read_json

KIND = "ghostery"
WHAT = "Ghostery TrackerDB: trackerdb.json"


class _Pattern(msgspec.Struct):
    name: str
    category: str | None = None
    organization: str | None = None
    website_url: str | None = None
    domains: list[str] = []


class _Database(msgspec.Struct):
    patterns: dict[str, msgspec.Raw]
    organizations: dict[str, Any] = {}


def read(path: Path, skipped: list[str]) -> Iterator[PackEntry]:
    """One entry a pattern, its organization's name as the company."""
    database = read_json(path, _Database)
    for _, pattern in read_entries(database.patterns.items(), _Pattern, f"{path}, patterns", skipped):
        yield PackEntry(
            pattern.name,
            name_of(database.organizations.get(pattern.organization or "")),
            pattern.category,
            clean_hosts(pattern.domains),
            clean_sites([pattern.website_url]),
        )

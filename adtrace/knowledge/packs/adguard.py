"""AdGuard companiesdb: `trackers.json` with `companies.json` beside it (github.com/AdguardTeam/companiesdb, dist/)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from adtrace.knowledge.packs.pack import PackEntry, clean_hosts, clean_sites
from adtrace.knowledge.packs.reading import name_of, read_entries, read_json

KIND = "adguard"
WHAT = "AdGuard companiesdb: trackers.json, beside companies.json"


class _Tracker(msgspec.Struct, rename="camel"):
    name: str
    category_id: int | None = None
    url: str | None = None
    company_id: str | None = None


class _Trackers(msgspec.Struct, rename="camel"):
    trackers: dict[str, msgspec.Raw]
    tracker_domains: dict[str, Any]
    categories: dict[str, Any] = {}


class _Companies(msgspec.Struct):
    companies: dict[str, Any]


def read(path: Path, skipped: list[str]) -> Iterator[PackEntry]:
    """One entry a tracker, with the domains that point to it."""
    database = read_json(path, _Trackers)
    beside = path.with_name("companies.json")
    companies = read_json(beside, _Companies).companies if beside.is_file() else {}
    hosts: dict[str, list[str]] = {}
    for host, tracker_id in database.tracker_domains.items():
        hosts.setdefault(str(tracker_id), []).append(host)
    found = read_entries(database.trackers.items(), _Tracker, f"{path}, trackers", skipped)
    for tracker_id, tracker in found:
        category = database.categories.get(str(tracker.category_id))
        yield PackEntry(
            tracker.name,
            name_of(companies.get(tracker.company_id or "")),
            category if isinstance(category, str) else None,
            clean_hosts(hosts.get(tracker_id, ())),
            clean_sites([tracker.url]),
        )

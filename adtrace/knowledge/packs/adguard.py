"""AdGuard companiesdb: `trackers.json` with `companies.json` beside it (github.com/AdguardTeam/companiesdb, dist/)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from adtrace.knowledge.packs.pack import PackEntry, clean_hosts, clean_sites
from adtrace.knowledge.packs.reading import read_json

KIND = "adguard"
WHAT = "AdGuard companiesdb: trackers.json, with companies.json in the same folder"


class _Tracker(msgspec.Struct, rename="camel"):
    name: str
    category_id: int | None = None
    url: str | None = None
    company_id: str | None = None


class _Trackers(msgspec.Struct, rename="camel"):
    trackers: dict[str, _Tracker]
    tracker_domains: dict[str, str]
    categories: dict[str, str] = {}


class _Company(msgspec.Struct):
    name: str


class _Companies(msgspec.Struct):
    companies: dict[str, _Company]


def read(path: Path, _skipped: list[str]) -> Iterator[PackEntry]:
    """One entry a tracker, with the domains that point to it."""
    database = read_json(path, _Trackers)
    beside = path.with_name("companies.json")
    companies = read_json(beside, _Companies).companies if beside.is_file() else {}
    hosts: dict[str, list[str]] = {}
    for host, tracker_id in database.tracker_domains.items():
        hosts.setdefault(tracker_id, []).append(host)
    for tracker_id, tracker in database.trackers.items():
        company = companies.get(tracker.company_id or "")
        yield PackEntry(
            tracker.name,
            company.name if company else None,
            database.categories.get(str(tracker.category_id)),
            clean_hosts(hosts.get(tracker_id, ())),
            clean_sites([tracker.url]),
        )

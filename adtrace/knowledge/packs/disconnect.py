"""Disconnect: `services.json` (github.com/disconnectme/disconnect-tracking-protection)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from adtrace.knowledge.packs.pack import PackEntry, clean_hosts, clean_sites
from adtrace.knowledge.packs.reading import read_entries, read_json

KIND = "disconnect"
WHAT = "Disconnect: services.json"

_Company = dict[str, dict[str, Any]]  # company → {website: [domains], "performance": "true", …}


class _Services(msgspec.Struct):
    categories: dict[str, list[msgspec.Raw]]


def read(path: Path, skipped: list[str]) -> Iterator[PackEntry]:
    """One entry a company and category; marks such as "performance" stand where a website would and are passed over."""
    for category, companies in read_json(path, _Services).categories.items():
        for _, company in read_entries(enumerate(companies, 1), _Company, f"{path}, {category}", skipped):
            for name, sites in company.items():
                lists = {site: hosts for site, hosts in sites.items() if isinstance(hosts, list)}
                hosts = clean_hosts(
                    host for hosts in lists.values() for host in hosts if isinstance(host, str)
                )
                yield PackEntry(name, name, category, hosts, clean_sites(lists))

"""A folder of sellers.json files, one an ad system (IAB Tech Lab, sellers.json 1.0), each named after its system."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from adtrace.knowledge.packs.pack import PackEntry, clean_sites
from adtrace.knowledge.packs.reading import read_folder_json, text_or_none

KIND = "sellers-json"
WHAT = "a folder of sellers.json files"


class _Sellers(msgspec.Struct):
    sellers: list[dict[str, Any]]


def read(path: Path, skipped: list[str]) -> Iterator[PackEntry]:
    """One entry a domain of an intermediary, under its most frequent name; publishers are nobody's ad tech.

    How the systems call each other: who sells through one as INTERMEDIARY or BOTH may run ads of its own elsewhere.
    """
    names: dict[str, dict[str, int]] = {}
    kinds: dict[str, set[str]] = {}
    for _, document in read_folder_json(path, _Sellers, skipped):
        for row in document.sellers:
            kind = str(row.get("seller_type") or "").strip().upper()
            name, domain = text_or_none(row.get("name")), text_or_none(row.get("domain"))
            if kind not in ("INTERMEDIARY", "BOTH") or not name or not domain:
                continue
            for site in clean_sites([domain]):
                counts = names.setdefault(site, {})
                counts[name] = counts.get(name, 0) + 1
                kinds.setdefault(site, set()).add(kind.lower())
    for site, counts in sorted(names.items()):
        name = max(counts, key=lambda n: (counts[n], n))
        yield PackEntry(name, name, f"seller: {', '.join(sorted(kinds[site]))}", [], [site])

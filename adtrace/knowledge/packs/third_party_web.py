"""third-party-web: the entities as JSON (github.com/patrickhulce/third-party-web, `dist/entities.json`)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from adtrace.knowledge.packs.pack import PackEntry, clean_hosts, clean_sites
from adtrace.knowledge.packs.reading import read_entries, read_json

KIND = "third-party-web"
WHAT = "third-party-web: entities.json"


class _Entity(msgspec.Struct):
    name: str
    domains: list[str]
    company: str | None = None
    homepage: str | None = None
    categories: list[str] = []


def read(path: Path, skipped: list[str]) -> Iterator[PackEntry]:
    """One entry an entity."""
    entities = read_json(path, list[msgspec.Raw])
    for _, entity in read_entries(enumerate(entities, 1), _Entity, str(path), skipped):
        yield PackEntry(
            entity.name,
            entity.company,
            ", ".join(entity.categories) or None,
            clean_hosts(entity.domains),
            clean_sites([entity.homepage]),
        )

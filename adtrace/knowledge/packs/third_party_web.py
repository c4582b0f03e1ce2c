"""third-party-web: the entities as JSON (github.com/patrickhulce/third-party-web, `dist/entities.json`)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from adtrace.knowledge.packs.pack import PackEntry, clean_hosts, clean_sites
from adtrace.knowledge.packs.reading import read_json

KIND = "third-party-web"
WHAT = "third-party-web: entities.json"


class _Entity(msgspec.Struct):
    name: str
    domains: list[str]
    company: str | None = None
    homepage: str | None = None
    categories: list[str] = []


def read(path: Path, _skipped: list[str]) -> Iterator[PackEntry]:
    """One entry an entity."""
    for entity in read_json(path, list[_Entity]):
        yield PackEntry(
            entity.name,
            entity.company,
            ", ".join(entity.categories) or None,
            clean_hosts(entity.domains),
            clean_sites([entity.homepage]),
        )

"""Prebid's metadata: `metadata/modules.json`, or the folder `metadata/modules/` (github.com/prebid/Prebid.js)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from adtrace.knowledge.packs.pack import PackEntry, clean_sites
from adtrace.knowledge.packs.reading import read_entries, read_folder_json

KIND = "prebid"
WHAT = "Prebid: metadata/modules.json, or metadata/modules/"


class _Component(msgspec.Struct, rename={"type": "componentType", "name": "componentName", "alias_of": "aliasOf",
                                         "disclosure": "disclosureURL"}):  # fmt: skip
    type: str
    name: str
    alias_of: str | None = None
    gvlid: int | None = None
    disclosure: str | None = None


class _Metadata(msgspec.Struct):
    components: list[msgspec.Raw]


def read(path: Path, skipped: list[str]) -> Iterator[PackEntry]:
    """One entry a bidder, its aliases among its codes; user id, analytics and other modules are no bidders."""
    bidders: dict[str, dict[str, _Component]] = {}
    for file, metadata in read_folder_json(path, _Metadata, skipped):
        components = read_entries(enumerate(metadata.components, 1), _Component, str(file), skipped)
        for _, component in components:
            if component.type == "bidder":
                bidders.setdefault(component.alias_of or component.name, {})[component.name] = component
    for name, components_by_code in bidders.items():
        own = components_by_code.get(name) or next(iter(components_by_code.values()))
        urls = [own.disclosure] if own.disclosure and own.disclosure.startswith("http") else []
        codes = sorted({name, *components_by_code})
        yield PackEntry(name, None, "advertising: Prebid bidder", [], clean_sites(urls), own.gvlid, codes)

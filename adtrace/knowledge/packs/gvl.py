"""The IAB's Global Vendor List: `vendor-list.json`, format 2 and 3 (IAB Tech Lab, TCF v2 vendor list formats).

The IAB asks every user to keep a copy of their own; adtrace never asks its host for it.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from adtrace.knowledge.packs.pack import PackEntry, clean_sites
from adtrace.knowledge.packs.reading import read_entries, read_json

KIND = "gvl"
WHAT = "IAB Global Vendor List: vendor-list.json"


class _Url(msgspec.Struct):
    privacy: str | None = None


class _Vendor(msgspec.Struct, rename="camel"):
    id: int
    name: str
    policy_url: str | None = None
    urls: list[_Url] = []


class _VendorList(msgspec.Struct, rename="camel"):
    vendor_list_version: int
    vendors: dict[str, msgspec.Raw]


def read(path: Path, skipped: list[str]) -> Iterator[PackEntry]:
    """One entry a vendor: its legal name, its id, and the site of its privacy notice; the list names no ad hosts."""
    vendors = read_json(path, _VendorList).vendors
    for _, vendor in read_entries(vendors.items(), _Vendor, f"{path}, vendors", skipped):
        sites = clean_sites([vendor.policy_url, *(url.privacy for url in vendor.urls)])
        yield PackEntry(vendor.name, vendor.name, "IAB TCF vendor", [], sites, vendor.id)

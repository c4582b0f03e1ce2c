"""What all packs become: entries of name, company, category and hosts, under one licence and source."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import msgspec

from adtrace.errors import HostError
from adtrace.knowledge.folder import hash_cards
from adtrace.names import canonical_host, registrable_domain

# Of the words of the databases' categories, those that mean advertising or what goes with it; a content network or a
# comment box is nothing an investigator need write a card for.
_AD_TECH = re.compile(
    r"(?i)\b(?:ads?|advert\w*|ad motivated tracking|pornvertising|affiliate|\w*analytics|tracking|marketing"
    r"|cryptomin\w*|\w*fingerprinting|audience measurement|blocked by|intermediary|both)\b|analytics|fingerprinting"
)


class PackEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One company or product as one database has it.

    hosts: names with all their subdomains that it serves from. sites: registrable domains of its own pages, which
    say who it is, not what is loaded. gvl: its id in the IAB's Global Vendor List. codes: Prebid bidder codes.
    """

    name: str
    company: str | None = None
    category: str | None = None
    hosts: list[str] = []
    sites: list[str] = []
    gvl: int | None = None
    codes: list[str] = []

    @property
    def is_ad_tech(self) -> bool:
        """Whether the database's category means advertising, measurement or tracking; False if it gives none."""
        return self.category is not None and _AD_TECH.search(self.category) is not None


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One database as it was imported. sha256: of the file, or of the folder's files by name."""

    name: str
    kind: str
    licence: str
    source: str
    imported: date
    sha256: str
    entries: list[PackEntry]


class Opinion(NamedTuple):
    """What one pack says of a host."""

    pack: Pack
    entry: PackEntry
    rule: str

    @property
    def declared(self) -> dict[str, str | int]:
        """The pack's words for a sighting: name, company and category, as far as it gives them."""
        found = {"name": self.entry.name, "company": self.entry.company, "category": self.entry.category}
        return {field: text for field, text in found.items() if text}


class Packs:
    """All imported packs; `hashes` names their state, by name, for the hash of all knowledge."""

    def __init__(self, packs: Iterable[tuple[Pack, str]] = ()) -> None:
        given = list(packs)
        self.packs = [pack for pack, _ in given]
        self.hashes = {f"pack/{pack.name}": digest for pack, digest in given}
        self.hash = hash_cards(self.hashes)
        self._hosts: dict[str, dict[str, Opinion]] = {}
        for pack, digest in given:
            rule = f"pack/{pack.name}@{digest}"
            for entry in pack.entries:
                for host in entry.hosts:
                    self._hosts.setdefault(host, {}).setdefault(pack.name, Opinion(pack, entry, rule))

    def opinions(self, host: str) -> list[Opinion]:
        """What each pack says of the longest suffix of the host that it knows, in the order of the packs' names."""
        found: dict[str, Opinion] = {}
        while host and self._hosts:
            for name, opinion in self._hosts.get(host, {}).items():
                found.setdefault(name, opinion)
            host = host.partition(".")[2]
        return [found[name] for name in sorted(found)]


def clean_hosts(names: Iterable[str]) -> list[str]:
    """The names as hosts, `*.` dropped, each once and sorted; addresses, bare suffixes and other text left out.

    A suffix under which anybody may have a name (cloudfront.net, blogspot.com) is nobody's host.
    """
    found = set()
    for name in names:
        try:
            host = canonical_host(name.strip().removeprefix("*.").removeprefix("."))
        except HostError:
            continue
        if registrable_domain(host):
            found.add(host)
    return sorted(found)


def clean_sites(urls: Iterable[str | None]) -> list[str]:
    """The registrable domains of the URLs, each once and sorted."""
    hosts = (
        url.split("//", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1].partition(":")[0] for url in urls if url
    )
    return sorted({domain for host in clean_hosts(hosts) if (domain := registrable_domain(host))})

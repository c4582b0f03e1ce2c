"""An entry: one line of the list, what an authority confirmed; and what a case says about its entries."""

from collections.abc import Collection
from datetime import date
from typing import Literal, get_args

import msgspec

Unit = Literal["domain", "host", "url"]
SiteRole = Literal["dedicated", "platform", "compromised", "shortener", "unknown"]
Handling = Literal["standard", "facts", "hold", "no-notice"]
Tlp = Literal["clear", "green", "amber", "amber+strict", "red"]
Status = Literal["active", "hold", "expired", "withdrawn"]
UNITS: tuple[str, ...] = get_args(Unit)
SITE_ROLES: tuple[str, ...] = get_args(SiteRole)
HANDLINGS: tuple[str, ...] = get_args(Handling)
TLPS: tuple[str, ...] = get_args(Tlp)


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an authority confirmed (design section 2), checked and canonical; defaults are the careful ones.

    domain: the host in A-labels, for unit=url too. url: the one address, for unit=url only.
    expires_at: the last day on which it may be contacted. source: "list.csv, line 4".
    """

    domain: str
    unit: Unit
    url: str | None = None
    authority: str
    reference: str
    category: str = "unspecified"
    confirmed_at: date | None = None
    expires_at: date | None = None
    site_role: SiteRole = "unknown"
    handling: Handling = "standard"
    include_subdomains: bool = False
    tlp: Tlp = "amber+strict"
    source: str = ""

    @property
    def scope(self) -> str:
        """What is confirmed: the URL for unit=url, else the host. Two entries of one scope are duplicates."""
        return self.url or self.domain

    def is_facts_only(self, facts_categories: Collection[str]) -> bool:
        """Whether of its documents only sightings and hashes are kept, no skeleton."""
        return self.handling == "facts" or self.unit == "url" or self.category in facts_categories

    def with_forced_handling(self, facts_categories: Collection[str]) -> "Entry":
        """The entry with handling=facts where that is forced; hold and no-notice, which say more, stay.

        They keep no skeleton either: is_facts_only asks for the reason, not for the label.
        """
        if self.handling == "standard" and self.is_facts_only(facts_categories):
            return msgspec.structs.replace(self, handling="facts")
        return self


class EntryRow(msgspec.Struct, frozen=True):
    """An entry of a case: its number, its words, and whether it may be contacted (status active alone).

    stale: confirmed_at is missing or older than the case's limit. facts_only: no skeleton is kept.
    """

    seq: int
    entry: Entry
    status: Status
    stale: bool
    facts_only: bool


class Limits(msgspec.Struct, frozen=True):
    """What a case says about its entries, fixed when it is made.

    facts_categories: labels of categories of whose pages only facts are kept.
    """

    stale_after_days: int = 90
    facts_categories: tuple[str, ...] = ()

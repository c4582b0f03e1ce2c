"""Where imported packs and our cards contradict each other; the cards win, a person decides."""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from adtrace.knowledge.card import Card
from adtrace.knowledge.cards import Knowledge
from adtrace.knowledge.packs.pack import PackEntry, Packs

_WORD = re.compile(r"[a-z0-9]{2,}")
_EMPTY = frozenset(
    "inc ltd llc gmbh the and co corp corporation limited company media group ads ad network networks digital online "
    "technologies technology com net sa ag bv srl sas plc pte pty oy ab as kg international holdings"
    " advertising".split()
)


class Conflict(msgspec.Struct, frozen=True):
    """One contradiction: of whom it is (name, gvl) or whether it advertises (category), at the hosts both know."""

    pack: str
    card: str
    about: Literal["name", "category", "gvl"]
    hosts: list[str]
    card_says: str
    pack_says: str


def find_conflicts(knowledge: Knowledge, packs: Packs) -> Iterator[Conflict]:
    """Each entry that shares a host with a card and does not agree with it, by pack, in the pack's order.

    name: no word of one's names, companies and aliases is in the other's, legal forms and general words aside.
    category: the pack calls advertising what the card does not, or the other way round. gvl: the ids in the vendor
    list differ. An entry with the vendor id of a card is compared with it even where they share no host. Filter lists
    contradict nobody: they name no company, and block what annoys or counts as well as what advertises.
    """
    of_vendor: dict[int, list[str]] = {}
    for card in knowledge.cards.values():
        if card.gvl is not None:
            of_vendor.setdefault(card.gvl, []).append(card.id)
    for pack in packs.packs:
        for entry in pack.entries if pack.kind != "filter-list" else ():
            shared: dict[str, list[str]] = {}
            for host in entry.hosts or entry.sites:
                if known := knowledge.card_of_host(host):
                    shared.setdefault(known.id, []).append(host)
            for card_id in of_vendor.get(entry.gvl or 0, ()):
                shared.setdefault(card_id, [])
            for card_id, hosts in shared.items():
                card = knowledge.cards[card_id]
                if _differ(card, entry):
                    says = (_card_names(card), entry.company or entry.name)
                    yield Conflict(pack.name, card.id, "name", hosts, *says)
                if card.gvl is not None and entry.gvl is not None and card.gvl != entry.gvl:
                    yield Conflict(pack.name, card.id, "gvl", hosts, str(card.gvl), str(entry.gvl))
                if hosts and entry.hosts and entry.category and entry.is_ad_tech != _is_ad_tech(card):
                    yield Conflict(
                        pack.name, card.id, "category", hosts, ", ".join(card.roles), entry.category
                    )


def _is_ad_tech(card: Card) -> bool:
    return card.advertising or not {"analytics", "tracker", "data"}.isdisjoint(card.roles)


def _card_names(card: Card) -> str:
    return f"{card.name} ({card.company})" if card.company else card.name


def _differ(card: Card, entry: PackEntry) -> bool:
    ours = {card.id, card.name, card.company or "", *card.aliases, *(parent.name for parent in card.parent)}
    theirs = {entry.name, entry.company or ""}
    if _words(ours) & _words(theirs) or not _words(ours) or not _words(theirs):
        return False
    # "The Trade Desk" and "thetradedesk".
    pairs = ((a, b) for a in map(_squeezed, ours) for b in map(_squeezed, theirs) if min(len(a), len(b)) >= 4)
    return not any(a in b or b in a for a, b in pairs)


def _words(names: set[str]) -> set[str]:
    return {word for name in names for word in _WORD.findall(name.lower())} - _EMPTY


def _squeezed(name: str) -> str:
    return "".join(_WORD.findall(name.lower()))

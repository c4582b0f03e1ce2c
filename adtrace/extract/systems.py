"""Which card an ad answer or a configuration means by a name: an AdSystem of VAST, a bidder of Prebid."""

from functools import lru_cache

from adtrace.knowledge import Knowledge
from adtrace.knowledge.card import Card


def card_of_system(knowledge: Knowledge, name: str) -> Card | None:
    """The card an AdSystem names by its id, name, alias (letters and digits alone) or system domain; None if none."""
    return knowledge.system(name.strip().lower()) or _names(knowledge).get(_plain(name))


def card_of_bidder(knowledge: Knowledge, code: str) -> Card | None:
    """The card whose id or alias the bidder code is, in any case of letters; None if none or a bare number."""
    return None if code.isdigit() else _codes(knowledge).get(code.lower())


@lru_cache(maxsize=4)
def _names(knowledge: Knowledge) -> dict[str, Card]:
    found: dict[str, Card] = {}
    for card in knowledge.cards.values():
        for name in (card.id, card.name, *card.aliases):
            found.setdefault(_plain(name), card)
    return found


@lru_cache(maxsize=4)
def _codes(knowledge: Knowledge) -> dict[str, Card]:
    found: dict[str, Card] = {}
    for card in knowledge.cards.values():
        for name in (card.id, *card.aliases):
            found.setdefault(name.lower(), card)
    return found


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))

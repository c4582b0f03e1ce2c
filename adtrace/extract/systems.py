"""Which card an ad answer or a configuration means by a name: an AdSystem of VAST, a bidder of Prebid."""

from functools import lru_cache

from adtrace.knowledge import Knowledge
from adtrace.knowledge.card import Card


def card_of_system(knowledge: Knowledge, name: str) -> Card | None:
    """The card an AdSystem names by its id, name, alias (letters and digits alone) or system domain; None if none."""
    return knowledge.system(name.strip().lower()) or _names(knowledge).get(letters_of(name))


def card_of_bidder(knowledge: Knowledge, code: str) -> Card | None:
    """The card whose id or alias the bidder code is, in any case of letters; None if none or a bare number."""
    return None if code.isdigit() else _codes(knowledge).get(code.lower())


@lru_cache(maxsize=4)
def _names(knowledge: Knowledge) -> dict[str, Card]:
    found: dict[str, Card] = {}
    for card in knowledge.cards.values():
        for name in (card.id, card.name, *card.aliases):
            found.setdefault(letters_of(name), card)
    return found


@lru_cache(maxsize=4)
def _codes(knowledge: Knowledge) -> dict[str, Card]:
    found: dict[str, Card] = {}
    for card in knowledge.cards.values():
        for name in (card.id, *card.aliases):
            found.setdefault(name.lower(), card)
    return found


def letters_of(name: str) -> str:
    """The name's letters and digits, small: how names are compared that people write as they like."""
    return "".join(filter(str.isalnum, name.lower()))

"""Where a notice to a network can go, in words that claim no more of an address than its source does."""

from collections.abc import Iterable

import msgspec

from adtrace.knowledge.card import CONTACT_KINDS, Card, Contact

_ORDER = tuple(CONTACT_KINDS)
_OF_OTHERS = ("privacy", "copyright", "technical")  # those who read there have another task


class Route(msgspec.Struct, frozen=True):
    """Contacts, the best first, and whose they are: the network's own, or another network's of the same owner."""

    of: Card
    contacts: list[Contact]

    @property
    def kind(self) -> str:
        """What the best of them is for."""
        return self.contacts[0].kind


def find_route(card: Card, cards: Iterable[Card]) -> Route | None:
    """The network's own contacts, else those of its owner's other network that has the best; None if there is none.

    cards: all there are; whose they are is told as of today. Another's stand in where the network has none or only
    those who maintain its code, and where it has only data protection or copyright and the other takes reports of
    abuse. Contacts for these three are nobody else's.
    """
    own = _route_of(card, card.contact)
    if own and own.kind not in _OF_OTHERS:
        return own
    owner = card.owner()
    others = (
        _route_of(other, [contact for contact in other.contact if contact.kind not in _OF_OTHERS])
        for other in cards
        if owner and other.owner() == owner
    )
    best = min(filter(None, others), key=lambda route: (_ORDER.index(route.kind), route.of.id), default=own)
    return best if own is None or own.kind == "technical" or (best and best.kind == "abuse") else own


def describe_route(card: Card, cards: Iterable[Card]) -> str:
    """The route in words: where, whose, what it is for, who says so, and what to ask there; "" if there is none."""
    route = find_route(card, cards)
    if route is None:
        return ""
    said = [f"{one.to}, {CONTACT_KINDS[one.kind]}; source: {one.source}." for one in route.contacts]
    if route.of.id != card.id:
        said.insert(
            0, f"Of its own none is known to take notices; {route.of.name} is {card.owner()}'s as well:"
        )
    if route.kind != "abuse":
        said.append("Ask there who takes reports of abuse.")
    return " ".join(said)


def _route_of(card: Card, contacts: list[Contact]) -> Route | None:
    return Route(card, sorted(contacts, key=lambda one: _ORDER.index(one.kind))) if contacts else None

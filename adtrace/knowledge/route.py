"""Where a notice to a network can go, in words that claim no more of an address than its source does."""

from collections.abc import Iterable

import msgspec

from adtrace.knowledge.card import CONTACT_KINDS, Card, Contact

_ORDER = tuple(CONTACT_KINDS)


class Route(msgspec.Struct, frozen=True):
    """A contact and whose it is: the network's own, or that of another network of the same owner."""

    of: Card
    contact: Contact


def find_route(card: Card, cards: Iterable[Card]) -> Route | None:
    """The network's own contact, else the best among those of its owner's other networks; None if there is none.

    cards: all there are; whose they are is told as of today. Those who maintain a network's code come last, and are
    nobody else's route.
    """
    if card.contact and card.contact.kind != "technical":
        return Route(card, card.contact)
    owner = card.owner()
    found = [
        Route(other, other.contact)
        for other in cards
        if owner and other.contact and other.contact.kind != "technical" and other.owner() == owner
    ]
    own = Route(card, card.contact) if card.contact else None
    return min(found, key=lambda route: (_ORDER.index(route.contact.kind), route.of.id), default=own)


def describe_route(card: Card, cards: Iterable[Card]) -> str:
    """The route in words: where, whose, what it is for, who says so, and what to ask there; "" if there is none."""
    route = find_route(card, cards)
    if route is None:
        return ""
    contact = route.contact
    said = f"{contact.to}, {CONTACT_KINDS[contact.kind]}; source: {contact.source}."
    if route.of.id != card.id:
        said = f"none of its own is known; {route.of.name}, which is {card.owner()}'s as well, has {said}"
    return said if contact.kind == "abuse" else f"{said} Ask there who takes reports of abuse."

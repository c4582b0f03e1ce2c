"""Prebid in page code: the bids that were configured. Responses stand in lines of their own (openrtb.py).

Source: docs.prebid.org, Publisher API reference (adUnits[].bids[] of bidder and params). A bidder whose parameters a
card's shape reads is that card's; of the others the card is named where the bidder code is a card's id or alias.
"""

import re

from adtrace.extract.finder import Finder
from adtrace.extract.literals import Value, read_literal
from adtrace.extract.objects import MAX_REREAD, objects_around
from adtrace.extract.systems import card_of_bidder
from adtrace.knowledge.card import Card

_BIDDER = re.compile(r"\{\s*[\"']?bidder[\"']?\s*:\s*[\"']([A-Za-z0-9_-]{2,40})[\"']")


def find(finder: Finder) -> None:
    """A network line for each bidder that is a card's and no shape has read."""
    if "bidder" not in finder.skeleton.hints:
        return
    text = finder.skeleton.text
    hints = {hint.start(): hint for hint in _BIDDER.finditer(text, finder.skeleton.end)}
    left = MAX_REREAD * len(text)
    for start, end in sorted(objects_around(text, (hint.start(1) for hint in hints.values()), 0)):
        hint = hints.get(start)
        card = card_of_bidder(finder.knowledge, hint[1]) if hint else None
        if hint is None or card is None or finder.has_network(start, end):
            continue
        if left < 0:
            finder.cut("bidders in objects within objects")
            return
        left -= end - start
        if _has_parameters(read_literal(text, start, end)):
            _add(finder, hint, card)


def _has_parameters(found: tuple[Value, int] | None) -> bool:
    return found is not None and isinstance(found[0], dict) and isinstance(found[0].get("params"), dict)


def _add(finder: Finder, hint: re.Match[str], card: Card) -> None:
    finder.add("network", "prebid/bidder", *hint.span(1), card=card, certainty="likely")
    if finder.skeleton.state_at(hint.start(1)) == "live":
        # The adapter inside Prebid asks the bidder: no loader of its own stands here.
        finder.loaders.add(card.id)

"""Prebid in page code: the bids that were configured. Responses stand in lines of their own (openrtb.py).

Source: docs.prebid.org, Publisher API reference (adUnits[].bids[] of bidder and params). A bidder whose parameters a
card's shape reads is that card's; of the others the card is named where the bidder code is a card's id or alias. Some
wrappers write the parameters beside the bidder, without params: they are read as if they stood in it.
"""

import re
from typing import Any

from adtrace.extract.finder import Finder
from adtrace.extract.literals import Text, Value, read_literal
from adtrace.extract.objects import MAX_REREAD, objects_around
from adtrace.extract.systems import card_of_bidder
from adtrace.knowledge.card import Card

_BIDDER = re.compile(r"\{\s*[\"']?bidder[\"']?\s*:\s*[\"']([A-Za-z0-9_-]{2,40})[\"']")
_PLACE = re.compile(
    r"(?i)(?:account|pub(?:lisher)?|placement|zone|site|ad_?unit|(?:ad_?)?slot|tag|member|network|app|inv_?code|unit)_?(?:id|code)?"
)


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
        if hint is None or card is None:
            continue
        if finder.has_network(start, end):
            _note_loader(finder, hint, card)
            continue
        if left < 0:
            finder.cut("bidders in objects within objects")
            return
        left -= end - start
        literal = read_literal(text, start, end)
        bid = literal[0] if literal else None
        if not isinstance(bid, dict):
            continue
        if isinstance(bid.get("params"), dict):
            _add(finder, hint, card)
        elif parameters := [(name, value) for name, value in bid.items() if _names_place(name, value)]:
            _add_flat(finder, hint, card, parameters)


def _names_place(name: str, value: Value) -> bool:
    # As long as it is written: so each of its characters has its place.
    is_plain = isinstance(value, Text) and 0 < len(value) == value.end - value.start
    return is_plain and _PLACE.fullmatch(name) is not None


def _add_flat(finder: Finder, hint: re.Match[str], card: Card, parameters: list[tuple[str, Any]]) -> None:
    """The lines of the card's first shape for these parameters, each id at its place; else the card's own."""
    code, places = f"{hint[0]}, params: {{", [*range(*hint.span()), *[hint.end()] * len(", params: {")]
    for name, value in parameters:
        code += f'"{name}": "{value}", '
        places += [*[value.start] * len(f'"{name}": "'), *range(value.start, value.end), *[value.end] * 3]
    data = f"{code}}}".encode("ascii", "replace")
    for rule in finder.knowledge.places["script"].candidates(data):
        match = rule.pattern.search(data) if rule.card is card else None
        if match and finder.apply(rule, match, [*places, hint.end()]):
            return
    _add(finder, hint, card)


def _add(finder: Finder, hint: re.Match[str], card: Card) -> None:
    finder.add("network", "prebid/bidder", *hint.span(1), card=card, certainty="likely")
    _note_loader(finder, hint, card)


def _note_loader(finder: Finder, hint: re.Match[str], card: Card) -> None:
    """The adapter inside Prebid asks the bidder: no loader of its own stands on the page."""
    if finder.skeleton.state_at(hint.start(1)) == "live":
        finder.loaders.add(card.id)

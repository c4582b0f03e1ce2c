"""Prebid in page code: the bids that were configured, and bid responses with their advertisers.

Source: docs.prebid.org, Publisher API reference (adUnits[].bids[] of bidder and params; bid responses with
meta.advertiserDomains, meta.dsa, creativeId, dealId, bidderCode). A bidder whose parameters a card's shape reads is
that card's; of the others the card is named where the bidder code is a card's id or alias.
"""

import re
from itertools import islice
from typing import Any

from adtrace.extract.dsa import claims_of
from adtrace.extract.finder import Finder
from adtrace.extract.literals import MAX_CHARACTERS, read_literal, text_of, texts
from adtrace.extract.openrtb import add_brand, brand_domain
from adtrace.extract.systems import card_of_bidder

MASKED = "\N{HORIZONTAL ELLIPSIS}"  # what stands where the skeleton masks language
_BIDDER = re.compile(r"\{\s*[\"']?bidder[\"']?\s*:\s*[\"']([A-Za-z0-9_-]{2,40})[\"']")
_ADVERTISERS = re.compile(r"advertiserDomains[\"']?\s*:\s*\[")
_OPEN = re.compile(r"\{")
_BACK = 6_000  # characters before advertiserDomains in which its bid response begins
_OBJECTS = 60  # objects looked at on the way out
MAX_FOUND = 300  # of one document
MAX_READ = 5_000_000  # characters of one document, over all objects on the way out of all responses


def find(finder: Finder) -> None:
    """A network line for each bidder that is a card's and no shape has read; a brand line for each advertiser."""
    text, hints = finder.skeleton.text, finder.skeleton.hints
    if "bidder" in hints:
        for match in _first(_BIDDER, finder, "configured bids"):
            _find_bidder(finder, match)
    if "advertisers" in hints:
        objects = _Objects(text)
        for match in _first(_ADVERTISERS, finder, "bid responses"):
            _find_response(finder, objects.bid_around(match.start()))
        if objects.is_spent:
            finder.cut(f"Prebid: bid responses cut at {MAX_READ} characters of literals")


def _first(pattern: re.Pattern[str], finder: Finder, what: str) -> list[re.Match[str]]:
    """The pattern's matches in the scripts, as many as are read."""
    found = list(islice(pattern.finditer(finder.skeleton.text, finder.skeleton.end), MAX_FOUND + 1))
    if len(found) > MAX_FOUND:
        finder.cut(f"Prebid: {what} cut at {MAX_FOUND}")
    return found[:MAX_FOUND]


def _find_bidder(finder: Finder, match: re.Match[str]) -> None:
    found = read_literal(finder.skeleton.text, match.start())
    if found is None or not isinstance(found[0], dict) or not isinstance(found[0].get("params"), dict):
        return
    if finder.has_network(match.start(), found[1]):
        return
    if card := card_of_bidder(finder.knowledge, match[1]):
        finder.add("network", "prebid/bidder", match.start(1), match.end(1), card=card, certainty="likely")
        if finder.skeleton.state_at(match.start(1)) == "live":
            # The adapter inside Prebid asks the bidder: no loader of its own stands here.
            finder.loaders.add(card.id)


def _find_response(finder: Finder, bid: dict[str, Any] | None) -> None:
    if bid is None:
        return
    meta = bid["meta"]
    facts = {
        "bidder": text_of(bid, "bidderCode", "bidder"),
        "creative": text_of(bid, "creativeId", "crid"),
        "deal": text_of(bid, "dealId", "dealid"),
        "campaign": text_of(bid, "cid"),
        "advertiser": text_of(meta, "advertiserName", "brandName"),
        **(claims_of(meta.get("dsa")) if isinstance(meta, dict) else {}),
    }
    facts = {name: value[:200] for name, value in facts.items() if value and MASKED not in value}
    for domain in texts(meta.get("advertiserDomains") if isinstance(meta, dict) else None):
        if brand_domain(domain):
            add_brand(finder, "prebid/advertiser", (domain.start, domain.end), str(domain), facts)


class _Objects:
    """The objects of a document, read while its characters last. is_spent: whether one was left unread for that."""

    def __init__(self, text: str) -> None:
        self._text, self._left, self.is_spent = text, MAX_READ, False

    def bid_around(self, at: int) -> dict[str, Any] | None:
        """The innermost object around `at` that is a bid response; None if none is."""
        starts = [m.start() for m in _OPEN.finditer(self._text, max(0, at - _BACK), at)]
        for start in reversed(starts[-_OBJECTS:]):
            found = self._read(start)
            if found and found[1] > at and isinstance(found[0], dict) and "meta" in found[0]:
                return found[0] if text_of(found[0], "cpm", "price") else None
        return None

    def _read(self, start: int) -> tuple[Any, int] | None:
        if self._left <= 0:
            self.is_spent = True
            return None
        found = read_literal(self._text, start)
        # How far one was read that is no literal is not known: it may be all that is allowed.
        self._left -= (found[1] if found else min(start + MAX_CHARACTERS, len(self._text))) - start
        return found

"""AMP pages: the ad system of an `amp-ad` or `amp-embed` is its type, those it asks first are vendors of `rtc-config`.

AMP's own runtime loads what a type stands for: no loader of it is on the page, and the tag is live as it is. A card's
shape that reads the tag has named the network; of the others the card is named whose id or alias the type is.

Source: github.com/ampproject/amphtml, extensions/amp-ad/amp-ad.md, extensions/amp-auto-ads/amp-auto-ads.md,
extensions/amp-analytics/amp-analytics.md and extensions/amp-a4a/rtc-publisher-implementation-guide.md (2026-11-23).
"""

import re
from collections.abc import Iterator

from adtrace.extract.finder import Finder
from adtrace.extract.literals import read_literal
from adtrace.extract.reading import unquote
from adtrace.extract.systems import card_of_bidder

_TAG = re.compile(r"^<amp-(?:ad|embed|auto-ads|analytics)\s[^\n]*", re.MULTILINE)
_TYPE = re.compile(r' type="([A-Za-z0-9_-]{2,40})"')
_VENDORS = re.compile(r' rtc-config="([^"]*)"')


def find(finder: Finder) -> None:
    """A network line for each type and vendor that is a card's: the loader of the card's ids on the page."""
    skeleton = finder.skeleton
    if "<amp-" not in skeleton.elements:
        return
    for tag in _TAG.finditer(skeleton.text, skeleton.start, skeleton.end):
        for name, start, end in _systems_of(tag):
            card = card_of_bidder(finder.knowledge, name)
            if card is None:
                continue
            if not finder.has_line(card, tag.start(), tag.end()):
                finder.add("network", "amp/type", start, end, card=card, certainty="likely")
            if skeleton.state_at(start) == "live":
                finder.loaders.add(card.id)


def _systems_of(tag: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """The names by which the tag asks ad systems, and where each stands."""
    if found := _TYPE.search(tag[0]):
        yield (found[1], *_place(tag, *found.span(1)))
    if found := _VENDORS.search(tag[0]):
        literal = read_literal(unquote(found[1]), 0)
        config = literal[0] if literal else None
        vendors = config.get("vendors") if isinstance(config, dict) else None
        begin, end = found.span(1)
        key = tag[0].find("&quot;vendors&quot;", begin, end)
        for name in vendors if isinstance(vendors, dict) else ():
            at = tag[0].find(f"&quot;{name}&quot;", key, end) if key >= 0 else -1
            # In other quotes, or with escapes in it: somewhere in the configuration.
            place = (at + len("&quot;"), at + len(f"&quot;{name}")) if at >= 0 else (begin, end)
            yield (name, *_place(tag, *place))


def _place(tag: re.Match[str], start: int, end: int) -> tuple[int, int]:
    return tag.start() + start, tag.start() + end

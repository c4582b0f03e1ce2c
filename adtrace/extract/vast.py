"""VAST and VMAP: which ad an ad server answered with, for whom, and where a click on it leads.

Source: IAB Tech Lab, VAST 1 to 4.3 (vast4.xsd) and VMAP 1.0. Read as a whole answer; one in a script was
taken out by vast_in_code.py. Kept are AdSystem, Advertiser, Category, the ids, who verifies, the click-throughs and
VASTAdTagURI. Of media, impressions, tracking, errors and companion resources nothing is kept but how often which host
occurs, and of all an ad names only VASTAdTagURI is ever proposed for a request.
"""

from functools import lru_cache

from adtrace.extract import click_urls
from adtrace.extract.addresses import Address
from adtrace.extract.attributes import host_of
from adtrace.extract.finder import Finder
from adtrace.extract.reading import read_attributes
from adtrace.extract.skeleton import VERSION
from adtrace.extract.vast_document import (
    CLICKS,
    MAX_ADS,
    Ad,
    VastError,
    ad_lines,
    as_attribute,
    is_vast,
    read_vast,
)
from adtrace.knowledge import Knowledge
from adtrace.knowledge.card import Card

MASKED = "\N{HORIZONTAL ELLIPSIS}"

__all__ = ["find", "is_vast", "write_skeleton"]


def write_skeleton(text: str, kind: str) -> tuple[str, list[str]]:
    """An ad answer as lines of its own, and what was refused with the specification's reason.

    <vast-ad …> for each ad, then its <vast-click of url>, <vast-tag url> and <vast-host count host of>.
    """
    limits: list[str] = []
    try:
        ads, faults = read_vast(text)
        limits = [f"vast: {fault}" for fault in faults]
    except VastError as error:
        ads, limits = [], [f"vast: {error}"]
    if len(ads) > MAX_ADS:
        limits.append(f"vast: cut at {MAX_ADS} of {len(ads)} ads")
    body = "".join(f"{line}\n" for line in ad_lines(ads))
    return f"{VERSION} {kind} {len(body)}\n{body}", limits


def find(finder: Finder) -> None:
    """For each ad: its ad system, its advertiser, where its clicks lead; the addresses it names, to be recognised.

    Runs before the addresses: what stands inside an ad is an ad's, not the page's.
    """
    if "<vast-ad" in finder.skeleton.elements:
        _find_lines(finder)


class _OnLines:
    """Where the values of an ad stand on the skeleton's lines from `start` to `end`."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._start, self._end = text, start, end

    def __call__(self, value: str) -> tuple[int, int]:
        written = f'="{as_attribute(value)}"'
        at = self._text.find(written, self._start, self._end)
        return (at + 2, at + len(written) - 1) if at >= 0 else (self._start, self._end)


def _find_lines(finder: Finder) -> None:
    """The ads of an answer whose skeleton write_skeleton made."""
    at = finder.skeleton.start
    ads: list[tuple[Ad, int, int]] = []
    for line in finder.skeleton.elements.splitlines(keepends=True):
        values = read_attributes(line)
        if line.startswith("<vast-ad"):
            ads.append((Ad.of_facts(values), at, at))
        elif ads and line.startswith("<vast-"):
            ad, start, _ = ads[-1]
            if line.startswith("<vast-click "):
                ad.clicks.append((values.get("of", ""), values.get("url", "")))
            elif line.startswith("<vast-tag "):
                ad.tags.append(values.get("url", ""))
            ads[-1] = (ad, start, at + len(line))
        at += len(line)
    for ad, start, end in ads:
        finder.ad_spans.append((start, max(end, start + 1)))
        _record(finder, ad, _OnLines(finder.skeleton.text, start, max(end, start + 1)))


def _record(finder: Finder, ad: Ad, place: _OnLines) -> None:
    facts = {name: value for name, value in ad.facts().items() if MASKED not in value}
    system = None
    if ad.system and (card := _card_of_system(finder.knowledge, ad.system)):
        system = finder.add(
            "network", "vast/ad_system", *place(ad.system), card=card, value=ad.system, basis="served",
            declared=dict(facts),
        )  # fmt: skip
    via = system.id if system else None
    if ad.advertiser and MASKED not in ad.advertiser:
        finder.add(
            "brand", "vast/advertiser", *place(ad.advertiser), value=ad.advertiser, basis="served", via=via,
            brand=ad.advertiser, role="served", declared=dict(facts),
        )  # fmt: skip
    for name, url in ad.clicks:
        # The icon leads to whoever explains the ad (AdChoices), not to whom it is for.
        start, end = place(url)
        click_urls.find_served(
            finder, url, start, end, rule=f"vast/{name}", via=via, declared=facts, names_brand=CLICKS[name]
        )
    finder.ad_tags += ad.tags
    for url in (*ad.tags, *(url for _, url in ad.clicks)):
        if host := host_of(url):
            finder.addresses.append(Address(url, host.lower(), *place(url), "<vast-"))


def _card_of_system(knowledge: Knowledge, name: str) -> Card | None:
    """The card an AdSystem names by its id, name, alias (letters and digits alone) or system domain; None if none."""
    return knowledge.system(name.strip().lower()) or _names(knowledge).get(_plain(name))


@lru_cache(maxsize=4)
def _names(knowledge: Knowledge) -> dict[str, Card]:
    found: dict[str, Card] = {}
    for card in knowledge.cards.values():
        for name in (card.id, card.name, *card.aliases):
            found.setdefault(_plain(name), card)
    return found


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))

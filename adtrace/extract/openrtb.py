"""OpenRTB bid responses in code: for whom an ad was bid, as what, by whom.

Source: IAB Tech Lab, OpenRTB 2.6 section 4.2 and OpenRTB 3.0 with AdCOM 1.0 (seatbid[], bid[], adomain, cid, crid,
cat, dealid, seat; media.ad in 3.0) and the community extension dsa_transparency (ext.dsa: behalf, paid). What behalf
and paid say is quoted as their claim. nurl, burl, lurl and the markup's addresses are kept out of everything.
"""

import re
from collections.abc import Iterator
from typing import Any

from adtrace.errors import HostError
from adtrace.extract.finder import Finder
from adtrace.extract.layers import Layer, as_written, undo_escapes
from adtrace.extract.literals import MAX_CHARACTERS, Text, read_literal, text_of, texts
from adtrace.names import canonical_host, registrable_domain

_HINT = re.compile(r"seatbid(?P<quote>\\*[\"'])?\s*:\s*(?P<list>\[)")
MASKED = "\N{HORIZONTAL ELLIPSIS}"
MAX_BIDS = 500  # of one document
MAX_ESCAPED = 100_000  # characters of an answer within a string
MAX_VALUE = 200


class Bid:
    """One bid: the advertiser's domains where they stand, and what the bid states beside them."""

    __slots__ = ("behalf", "domains", "facts", "faults")

    def __init__(self, raw: dict[str, Any], seat: str) -> None:
        media = raw.get("media")
        ad = media.get("ad") if isinstance(media, dict) else None
        ad = ad if isinstance(ad, dict) else {}
        self.domains = texts(raw.get("adomain")) or texts(ad.get("adomain"))
        dsa = [text_of(place, "ext.dsa.behalf") for place in (raw, ad)]
        self.behalf = next((one for one in dsa if one), "")
        stated = {
            "seat": seat,
            "campaign": text_of(raw, "cid"),
            "creative": text_of(raw, "crid") or text_of(ad, "id"),
            "category": ", ".join(texts(raw.get("cat")) or texts(ad.get("cat"))),
            "deal": text_of(raw, "dealid", "deal"),
            "dsa_behalf": self.behalf,
            "dsa_paid": text_of(raw, "ext.dsa.paid") or text_of(ad, "ext.dsa.paid"),
        }
        self.facts = {name: value[:MAX_VALUE] for name, value in stated.items() if value}
        self.faults = [name for name in ("id", "impid", "price") if not _has(raw, name)]


def _has(raw: dict[str, Any], name: str) -> bool:
    # OpenRTB 3.0 calls the impression an item.
    return bool(text_of(raw, name)) or (name == "impid" and bool(text_of(raw, "item")))


def read_seatbids(seatbids: Any) -> tuple[list[Bid], list[str]]:
    """The bids of a seatbid list, and what is refused with the specification's reason."""
    bids: list[Bid] = []
    faults: list[str] = []
    for number, seatbid in enumerate(seatbids if isinstance(seatbids, list) else [], 1):
        raw = seatbid.get("bid") if isinstance(seatbid, dict) else None
        if not isinstance(raw, list) or not raw:
            faults.append(f"seatbid {number} has no bid")
            continue
        for bid in raw:
            if not isinstance(bid, dict):
                faults.append(f"seatbid {number} has a bid that is no object")
                continue
            made = Bid(bid, text_of(seatbid, "seat"))
            faults += (f"a bid of seatbid {number} has no {name}" for name in made.faults)
            bids.append(made)
    return bids, faults


def find(finder: Finder) -> None:
    """A brand line for each advertiser domain of each bid, or for the name on whose behalf the ad is shown.

    Runs before the addresses: those of a bid are the ad's, not the page's.
    """
    if "seatbid" not in finder.skeleton.hints:
        return
    text = finder.skeleton.text
    found = 0
    for layer, value, end in _lists(text, finder.skeleton.end):
        finder.ad_spans.append((layer.places[0], end))
        for bid in read_seatbids(value)[0]:
            found += 1
            if found > MAX_BIDS:
                finder.is_full = True
                return
            _record(finder, bid, layer)


def _lists(text: str, at: int) -> Iterator[tuple[Layer, Any, int]]:
    """Each seatbid list, the layer its values' places count in, and where it ends."""
    while hint := _HINT.search(text, at):
        start = hint.start("list")
        if "\\" in (hint["quote"] or ""):
            layer = undo_escapes(text, start, min(start + MAX_ESCAPED, len(text)))
        else:
            layer = as_written(text, start, min(start + MAX_CHARACTERS, len(text)))
        found = read_literal(layer.text, 0)
        if found is None or found[1] < 1:
            at = hint.end()
            continue
        at = layer.places[found[1] - 1] + 1
        yield layer, found[0], at


def _record(finder: Finder, bid: Bid, layer: Layer) -> None:
    facts = {name: value for name, value in bid.facts.items() if MASKED not in value}
    seen = set()
    for text in bid.domains:
        if (brand := brand_domain(text)) and brand not in seen:
            seen.add(brand)
            add_brand(finder, "openrtb/adomain", text, layer, brand, facts)
    if not seen and bid.behalf and MASKED not in bid.behalf:
        start = layer.text.find(bid.behalf)
        if start >= 0:
            add_brand(
                finder, "openrtb/dsa_behalf", Text(bid.behalf, start, start + len(bid.behalf)), layer, bid.behalf, facts
            )  # fmt: skip


def add_brand(finder: Finder, rule: str, text: Text, layer: Layer, brand: str, facts: dict[str, str]) -> None:
    """The brand line of an advertiser an ad response names, with what the response states beside it."""
    finder.add(
        "brand", rule, *layer.span(text.start, text.end), value=str(text), basis="served", brand=brand, role="served",
        host=brand if "." in brand and " " not in brand else None, declared=dict(facts),
    )  # fmt: skip


def brand_domain(text: str) -> str | None:
    """The registrable domain of an adomain as written, also where a whole address stands; None if it is none."""
    host = re.sub(r"^[a-z]+://", "", text.strip().lower()).partition("/")[0]
    try:
        return registrable_domain(canonical_host(host))
    except HostError:
        return None

"""Bid responses, OpenRTB's and Prebid's: for whom an ad was bid, through which seat, and where a click on it leads.

The bids stand in the skeleton as lines of their own (openrtb_document.py, openrtb_in_code.py). What behalf and paid
say is quoted as their claim.
"""

import re

from adtrace.errors import HostError
from adtrace.extract import click_urls
from adtrace.extract.ad_lines import Ad, ads_in
from adtrace.extract.finder import Finder
from adtrace.extract.systems import card_of_bidder
from adtrace.names import canonical_host, registrable_domain


def find(finder: Finder) -> None:
    """For each bid: the network of its seat or bidder, its advertisers, where its clicks lead.

    Runs before the addresses: those of a bid are the ad's, not the page's.
    """
    for ad in ads_in(finder.skeleton, "rtb"):
        finder.ad_spans.append(ad.span)
        _record(finder, ad)


def _record(finder: Finder, ad: Ad) -> None:
    facts = ad.stated
    by, who, advertiser = (
        ("prebid", "bidder", "advertiser") if "bidder" in facts else ("openrtb", "seat", "adomain")
    )
    seat = None
    # A header bidder writes its bidder's code as the seat, an exchange a number of its own.
    if (name := facts.get(who)) and (card := card_of_bidder(finder.knowledge, name)):
        seat = finder.add(
            "network", f"{by}/{who}", *ad.line.place(who), card=card, value=name, basis="served",
            declared=dict(facts),
        )  # fmt: skip
    via = seat.id if seat else None
    brands: set[str] = set()
    for part in ad.parts:
        name = part.values.get("name", "")
        if part.tag == "rtb-domain" and (brand := brand_domain(name)) and brand not in brands:
            brands.add(brand)
            add_brand(finder, f"{by}/{advertiser}", part.place("name"), name, facts, via)
    named = next((fact for fact in ("dsa_behalf", "sponsor") if fact in facts), None)
    if not brands and named:
        add_brand(finder, f"{by}/{named}", ad.line.place(named), facts[named], facts, via)
    for part in ad.parts:
        if part.tag == "rtb-click" and (url := part.values.get("url")):
            # A native ad's link is its landing (Native Ads 1.2); one in markup may be anybody's counting redirect.
            click_urls.find_served(
                finder, url, *part.place("url"), rule=f"{by}/click", via=via, declared=facts,
                names_brand=not brands and part.values.get("of") == "link",
            )  # fmt: skip


def add_brand(
    finder: Finder,
    rule: str,
    place: tuple[int, int],
    value: str,
    facts: dict[str, str],
    via: str | None = None,
) -> None:
    """The brand line of an advertiser an ad response names, by domain or name, with what it states beside it."""
    domain = brand_domain(value)
    finder.add(
        "brand", rule, *place, value=value, basis="served", brand=domain or value, role="served", via=via, host=domain,
        declared=dict(facts),
    )  # fmt: skip


def brand_domain(text: str) -> str | None:
    """The registrable domain of an adomain as written, also where a whole address stands; None if it is none."""
    host = re.sub(r"^[a-z]+://", "", text.strip().lower()).partition("/")[0]
    try:
        return registrable_domain(canonical_host(host))
    except HostError:
        return None

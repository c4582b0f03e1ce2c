"""OpenRTB bid responses: for whom an ad was bid, through which seat, and where a click on it leads.

The bids stand in the skeleton as lines of their own (openrtb_document.py, openrtb_in_code.py). What behalf and paid
say is quoted as their claim.
"""

import re

from adtrace.errors import HostError
from adtrace.extract import click_urls
from adtrace.extract.ad_lines import AdLines, ads_in
from adtrace.extract.finder import Finder
from adtrace.extract.systems import card_of_bidder
from adtrace.names import canonical_host, registrable_domain


def find(finder: Finder) -> None:
    """For each bid: the network of its seat, its advertisers, where its clicks lead.

    Runs before the addresses: those of a bid are the ad's, not the page's.
    """
    for ad in ads_in(finder.skeleton, "rtb"):
        finder.ad_spans.append((ad.start, ad.end))
        _record(finder, ad)


def _record(finder: Finder, ad: AdLines) -> None:
    facts = ad.stated
    seat = None
    # A header bidder writes its bidder's code as the seat, an exchange a number of its own.
    if (name := facts.get("seat", "")) and (card := card_of_bidder(finder.knowledge, name)):
        seat = finder.add(
            "network",
            "openrtb/seat",
            *ad.place(name),
            card=card,
            value=name,
            basis="served",
            declared=dict(facts),
        )
    via = seat.id if seat else None
    brands: set[str] = set()
    for tag, values in ad.parts:
        name = values.get("name", "")
        if tag == "rtb-domain" and (brand := brand_domain(name)) and brand not in brands:
            brands.add(brand)
            add_brand(finder, "openrtb/adomain", ad.place(name), name, facts, via)
    fact = "dsa_behalf" if "dsa_behalf" in facts else "sponsor"
    if not brands and (named := facts.get(fact)):
        add_brand(finder, f"openrtb/{fact}", ad.place(named), named, facts, via)
    for tag, values in ad.parts:
        if tag == "rtb-click":
            # A native ad's link is its landing (Native Ads 1.2); one in markup may be anybody's counting redirect.
            names_brand = not brands and values.get("of") == "link"
            url = values.get("url", "")
            click_urls.find_served(
                finder,
                url,
                *ad.place(url),
                rule="openrtb/click",
                via=via,
                declared=facts,
                names_brand=names_brand,
            )


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

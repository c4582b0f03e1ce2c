"""Bid responses, OpenRTB's and Prebid's: for whom an ad was bid, through which seat, and where a click on it leads.

The bids stand in the skeleton as lines of their own (openrtb_document.py, openrtb_in_code.py). What behalf and paid
say is quoted as their claim.
"""

from adtrace.extract.ad_lines import Ad, ads_in
from adtrace.extract.finder import Finder
from adtrace.extract.served import ServedAd, brand_domain
from adtrace.extract.systems import card_of_bidder


def find(finder: Finder) -> None:
    """For each bid: the network of its seat or bidder, its advertisers, where its clicks lead.

    Runs before the addresses: those of a bid are the ad's, not the page's.
    """
    for ad in ads_in(finder.skeleton, "rtb"):
        finder.ad_spans.append(ad.span)
        _record(finder, ad)


def _record(finder: Finder, ad: Ad) -> None:
    facts = ad.stated
    is_prebid = "bidder" in facts
    by, who, advertiser = ("prebid", "bidder", "advertiser") if is_prebid else ("openrtb", "seat", "adomain")
    served = ServedAd(finder, facts)
    # A header bidder writes its bidder's code as the seat, an exchange a number of its own.
    served.add_system(f"{by}/{who}", ad.line, who, card_of_bidder(finder.knowledge, facts.get(who, "")))
    brands: set[str] = set()
    for part in ad.parts:
        brand = brand_domain(part.values.get("name", "")) if part.tag == "rtb-domain" else None
        if brand and brand not in brands:
            brands.add(brand)
            served.add_brand(f"{by}/{advertiser}", part, "name")
    named = next((fact for fact in ("dsa_behalf", "sponsor") if fact in facts), None)
    if not brands and named:
        served.add_brand(f"{by}/{named}", ad.line, named)
    for part in ad.parts:
        if part.tag == "rtb-click" and part.values.get("url"):
            # A native ad's link is its landing (Native Ads 1.2); one in markup may be anybody's counting redirect.
            is_landing = part.values.get("of") == "link"
            served.add_click(f"{by}/click", part, names_brand=not brands and is_landing)

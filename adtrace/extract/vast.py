"""VAST and VMAP: which ad an ad server answered with, for whom, and where a click on it leads.

Source: IAB Tech Lab, VAST 1 to 4.3 (vast4.xsd) and VMAP 1.0. Read as a whole answer; one in a script was
taken out by vast_in_code.py. Kept are AdSystem, Advertiser, Category, the ids, who verifies, the click-throughs and
VASTAdTagURI. Of media, impressions, tracking, errors and companion resources nothing is kept but how often which host
occurs, and of all an ad names only VASTAdTagURI is ever proposed for a request.
"""

from adtrace.extract.ad_lines import Ad, ads_in
from adtrace.extract.addresses import Address
from adtrace.extract.attributes import host_of
from adtrace.extract.finder import Finder, registrable
from adtrace.extract.served import ServedAd
from adtrace.extract.skeleton import VERSION
from adtrace.extract.systems import card_of_system
from adtrace.extract.vast_document import CLICKS, MAX_ADS, VastError, ad_lines, is_vast, read_vast

__all__ = ["find", "find_unknown", "is_vast", "write_skeleton"]


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
    for ad in ads_in(finder.skeleton, "vast"):
        finder.ad_spans.append(ad.span)
        _record(finder, ad)


def _record(finder: Finder, ad: Ad) -> None:
    facts = ad.stated
    served = ServedAd(finder, facts)
    system = card_of_system(finder.knowledge, facts.get("ad_system", ""))
    served.add_system("vast/ad_system", ad.line, "ad_system", system)
    # A name on whose behalf the ad is shown is its advertiser's where none is named as that.
    if named := next((fact for fact in ("advertiser", "dsa_behalf") if facts.get(fact)), None):
        served.add_brand(f"vast/{named}", ad.line, named)
    for part in ad.parts:
        url, of = part.values.get("url"), part.values.get("of")
        if not url:
            continue
        if of in CLICKS:
            # The icon leads to whoever explains the ad (AdChoices), not to whom it is for.
            served.add_click(f"vast/{of}", part, names_brand=CLICKS[of])
        elif part.tag == "vast-tag":
            finder.ad_tags.append(url)
        if host := host_of(url):
            finder.addresses.append(Address(url, host.lower(), *part.place("url"), "<vast-"))


def find_unknown(finder: Finder) -> None:
    """An unidentified line for each VASTAdTagURI on a host that no card knows: who answers there serves ads.

    Runs after the addresses. The page's own site is not named.
    """
    own = registrable(host_of(finder.url or "") or "")
    for ad in ads_in(finder.skeleton, "vast"):
        for part in ad.parts:
            host = host_of(part.values.get("url", "")) if part.tag == "vast-tag" else None
            if host and registrable(host) not in (None, own) and not finder.has_network(*part.place("url")):
                finder.add(
                    "unidentified", "unidentified/ad_tag", *part.place("url"), host=host, url=part.values["url"],
                    value=part.values["url"], basis="served", certainty="weak",
                )  # fmt: skip

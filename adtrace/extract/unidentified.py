"""Hosts and tokens that behave like ad tech but are no card's: for the investigator, to become a card."""

import re

from adtrace.extract.finder import Finder, registrable
from adtrace.extract.tags import metas

# What tags of low-tier networks have in common whatever their host: zone parameters, loader names, long keys.
_AD_LIKE = re.compile(
    r"(?i)[?&](?:z|zone|zone_?id|zid|idzone|spot_?id|ad_?id|pid|pub_?id|sid|site_?id|widget_?id|placement_?id)=[\w-]{3,}"
    r"|/(?:tag|invoke|pop|popunder|popup|push|banner|vignette|interstitial|adserve|ads?|show)(?:\.min)?\.(?:js|php)\b"
    r"|/(?:ads?|adserver|adserve|adwall|offer_?wall|banners?|popunder|apu|afu|iframe-display)/"
    r"|/[0-9a-f]{32}(?:/|\.js|$)"
)
# Tags of low-tier networks ask Cloudflare to leave them alone, and name their place by a number or key in the path.
_UNTOUCHED = ' data-cfasync="false"'
_KEYED = re.compile(r"/(?:\d{4,12}|[0-9a-f]{16,64})(?:[/.?]|$)")


def find(finder: Finder) -> None:
    """One unidentified line for each such script, frame and verification token, and each host a pack names."""
    untouched: dict[str, bool] = {}  # by tag, which may hold any number of addresses
    own = registrable(finder.url.split("/")[2]) if finder.url and finder.url.count("/") > 1 else None
    for address in finder.addresses:
        if finder.is_full:
            return
        if not address.loads:
            continue
        if address.tag not in untouched:
            untouched[address.tag] = _UNTOUCHED in address.tag
        is_ad_like = address.tag.startswith(("<script ", "<iframe ")) and (
            _AD_LIKE.search(address.url) or (untouched[address.tag] and _KEYED.search(address.url))
        )
        opinions = [o for o in finder.knowledge.packs.opinions(address.host) if o.entry.is_ad_tech]
        if not (is_ad_like or opinions) or registrable(address.host) in (None, own):
            continue
        tag_start = finder.skeleton.text.rfind("\n", 0, address.start) + 1 if address.tag else address.start
        if finder.has_network(tag_start, address.end):
            continue
        if is_ad_like:
            finder.add(
                "unidentified", f"unidentified/{address.tag[1:7]}", address.start, address.end, host=address.host,
                url=address.url, certainty="weak",
            )  # fmt: skip
        for opinion in opinions:
            finder.add(
                "unidentified", opinion.rule, address.start, address.end, host=address.host, url=address.url,
                certainty="weak", declared=opinion.declared,
            )  # fmt: skip
    start = finder.skeleton.start
    for content, name, at, end in metas(finder):
        if name in finder.knowledge.unknown_metas:
            finder.add(
                "unidentified", f"unidentified/meta-{name}", at + start, end + start, basis="declared",
                value=content, certainty="weak", state="id_only", account=content,
                account_kind="verification_token", scope="unknown",
            )  # fmt: skip

"""Hosts and tokens that behave like ad tech but are no card's: for the investigator, to become a card."""

import re

from adtrace.extract.finder import Finder, registrable
from adtrace.extract.reading import read_attributes

_LOADED = re.compile(
    r'^<(script|iframe)[^\n]*? (?:data-)?src="((?:https?:)?//([^/?#"@:]+)[^"]*)"[^\n]*>$', re.M
)
# What tags of low-tier networks have in common whatever their host: zone parameters, loader names, long keys.
_AD_LIKE = re.compile(
    r"(?i)[?&](?:z|zone|zone_?id|zid|idzone|spot_?id|ad_?id|pid|pubid|sid|siteid|widgetid)=[\w-]{3,}"
    r"|/(?:tag|invoke|pop|popunder|popup|push|banner|vignette|interstitial|adserve|ads?|show)(?:\.min)?\.(?:js|php)\b"
    r"|/(?:ads?|adserver|adserve|banners?|popunder|apu|afu|iframe-display)/"
    r"|/[0-9a-f]{32}(?:/|\.js|$)"
)
_META = re.compile(r"^<meta [^\n]*>$", re.M)


def find(finder: Finder) -> None:
    """One unidentified line for each such script, frame and verification token."""
    elements, start = finder.skeleton.elements, finder.skeleton.start
    own = registrable(finder.url.split("/")[2]) if finder.url and finder.url.count("/") > 1 else None
    for match in _LOADED.finditer(elements):
        host = match[3].lower()
        if finder.knowledge.card_of_host(host, finder.at) or registrable(host) in (None, own):
            continue
        if finder.network_at(match.start(2) + start) or not _AD_LIKE.search(match[2]):
            continue
        finder.add(
            "unidentified", f"unidentified/{match[1]}", match.start(2) + start, match.end(2) + start, host=host,
            url=match[2], certainty="weak",
        )  # fmt: skip
    unknown = finder.knowledge.unknown_metas
    for line in _META.finditer(elements) if unknown else ():
        attributes = read_attributes(line[0])
        name = attributes.get("name", "").lower()
        if name in unknown and attributes.get("content"):
            finder.add(
                "unidentified", f"unidentified/meta-{name}", line.start() + start, line.end() + start, basis="declared",
                value=attributes["content"], certainty="weak", state="id_only", account=attributes["content"],
                account_kind="verification_token", scope="unknown",
            )  # fmt: skip

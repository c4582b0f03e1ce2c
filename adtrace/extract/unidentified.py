"""What behaves like ad tech but is no card's: for the investigator alone, to become a card.

Signs that tags of low-tier networks share whatever their host: zone parameters, loader names, long keys, sizes of
frames, places marked by attributes, workers that fetch their code elsewhere, tokens that prove a site is somebody's.
"""

import re

from adtrace.extract.addresses import Address
from adtrace.extract.finder import Finder, registrable
from adtrace.extract.memory import TENANTED
from adtrace.extract.tags import metas

_ZONE = r"[?&](?:z|zone|zone_?id|zid|idzone|spot_?id|ad_?id|pub_?id|widget_?id|placement_?id|pl|admp?id)=[\w-]{3,}"
_AD_LIKE = re.compile(
    rf"(?i){_ZONE}|[?&](?:pid|sid|site_?id)=[\w-]{{3,}}"
    r"|/(?:tag|invoke|pop|popunder|popup|push|banner|vignette|interstitial|adserve|ads?|show)(?:\.min)?\.(?:js|php)\b"
    r"|/(?:ads?|adserver|adserve|adwall|offer_?wall|banners?|popunder|apu|afu|iframe-display)/"
    r"|/[0-9a-f]{32}(?:/|\.js|$)"
)
# In code any address may stand: one that is a script's and names a zone is loaded by it.
_LOADED_BY_CODE = re.compile(rf"(?i)\.(?:js|php)(?:\?[^#]{{0,300}})?{_ZONE}")
_FRAME_SIZE = re.compile(r"[?&](?:size=\d+x\d+|w(?:idth)?=\d+&h(?:eight)?=\d+)")
_PLACE = re.compile(
    r' data-(?:[a-z]+-)?(?:zone|zid|spot|slot|placement|pub|publisher|admp?id|ad-?unit|ad-?slot)(?:-?id)?s?="[\w-]{3,}"'
)
# Tags of low-tier networks ask Cloudflare to leave them alone, and name their place by a number or key in the path.
_UNTOUCHED = ' data-cfasync="false"'
_KEYED = re.compile(r"/(?:\d{4,12}|[0-9a-f]{16,64})(?:[/.?]|$)")
_IMPORTED = re.compile(r"\bimportScripts\s*\(\s*[\"'`]\Z")
# An <ins> with data of its own marks a place for an ad; an editor's says when and why text was put in.
_ELEMENT = re.compile(r'^<ins [^\n]*?\bdata-(?!cfasync)[\w-]{1,60}="(?P<id>[\w.-]{3,})"[^\n]*$', re.MULTILINE)
_TOKEN_NAME = re.compile(
    r"(?=.{5,60}\Z)[\w.:-]*(?:\bad|ads|adv|adx|push|pop|traf|monet|click|cp[acm]|zone|profit|banner)"
    r"[\w.:-]*(?:verif|valid|confirm)[\w.:-]*"
)


def find(finder: Finder) -> None:
    """One unidentified line for each such address, element and token, and for each host that a pack names."""
    own = registrable(finder.url.split("/")[2]) if finder.url and finder.url.count("/") > 1 else None
    kinds = _Kinds(finder)
    for address in finder.addresses:
        if finder.is_full:
            return
        if not address.loads:
            continue
        kind = kinds.of(address)
        opinions = [o for o in finder.knowledge.packs.opinions(address.host) if o.entry.is_ad_tech]
        if not (kind or opinions) or registrable(address.host) in (None, own):
            continue
        tag_start = finder.skeleton.text.rfind("\n", 0, address.start) + 1 if address.tag else address.start
        if finder.has_network(tag_start, address.end):
            continue
        if kind:
            finder.add(
                "unidentified", f"unidentified/{kind}", address.start, address.end, host=address.host,
                url=address.url, certainty="weak",
            )  # fmt: skip
        for opinion in opinions:
            finder.add(
                "unidentified", opinion.rule, address.start, address.end, host=address.host, url=address.url,
                certainty="weak", declared=opinion.declared,
            )  # fmt: skip
    _find_elements(finder)
    _find_tokens(finder)


class _Kinds:
    """What an address is by its signs; those of a tag, which may hold any number of addresses, are asked once."""

    def __init__(self, finder: Finder) -> None:
        self._text, self._is_worker = finder.skeleton.text, finder.skeleton.kind == "worker"
        self._signs: dict[str, tuple[bool, bool]] = {}

    def of(self, address: Address) -> str | None:
        """script, iframe, code or worker, as the rule is called; None for what shows no sign."""
        if address.tag.startswith(("<script ", "<iframe ")):
            return address.tag[1:7] if self._is_ad_tag(address) else None
        if address.tag:
            return None
        if self._is_worker:
            before = self._text[max(0, address.start - 40) : address.start]
            return (
                "worker" if _IMPORTED.search(before) and registrable(address.host) not in TENANTED else None
            )
        return "code" if "=" in address.url and _LOADED_BY_CODE.search(address.url) else None

    def _is_ad_tag(self, address: Address) -> bool:
        if address.tag not in self._signs:
            self._signs[address.tag] = (_UNTOUCHED in address.tag, bool(_PLACE.search(address.tag)))
        is_untouched, is_place = self._signs[address.tag]
        return bool(
            is_place
            or _AD_LIKE.search(address.url)
            or (is_untouched and _KEYED.search(address.url))
            or (address.tag.startswith("<iframe ") and _FRAME_SIZE.search(address.url))
        )


def _find_elements(finder: Finder) -> None:
    elements, offset = finder.skeleton.elements, finder.skeleton.start
    for found in _ELEMENT.finditer(elements) if "<ins " in elements else ():
        start, end = found.start() + offset, found.end() + offset
        if not (finder.has_network(start, end) or finder.knowledge.is_placeholder(None, found["id"])):
            finder.add("unidentified", "unidentified/ins", start, end, certainty="weak")


def _find_tokens(finder: Finder) -> None:
    offset = finder.skeleton.start
    for content, name, at, end in metas(finder):
        is_token = name in finder.knowledge.unknown_metas or _TOKEN_NAME.fullmatch(name)
        if is_token and not finder.has_network(at + offset, end + offset):
            finder.add(
                "unidentified", f"unidentified/meta-{name}", at + offset, end + offset, basis="declared",
                value=content, certainty="weak", state="id_only", account=content,
                account_kind="verification_token", scope="unknown",
            )  # fmt: skip

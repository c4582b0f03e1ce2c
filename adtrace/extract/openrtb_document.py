"""Bid responses as data, OpenRTB's and Prebid's: what of each bid is kept.

Source: IAB Tech Lab, OpenRTB 2.6 section 4.2 and OpenRTB 3.0 with AdCOM 1.0 (seatbid[], bid[], adomain, cid, crid,
cat, dealid, seat; media.ad in 3.0), Native Ads 1.2 (link.url of an ad and of its assets, who sponsors it), and dsa.py
and demand_chain.py.
Prebid's bid response: docs.prebid.org, Publisher API reference (bidderCode, cpm, creativeId, dealId, ad, native,
meta.advertiserDomains, meta.dsa, meta.dchain).
Of the markup (adm, ad) only where a click leads is kept; nurl, burl, lurl, trackers, images and words are not.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import msgspec

from adtrace.extract.ad_lines import line_of
from adtrace.extract.demand_chain import chain_of
from adtrace.extract.dsa import claims_in, claims_of
from adtrace.extract.literals import Text, read_literal, text_of, texts
from adtrace.extract.plain import from_base64

MAX_VALUE = 200  # characters of a name or id
MAX_CLICKS = 20  # of one bid
_CLICK = re.compile(
    # up to the next of these tags, so that many that never end are not gone through again from each
    r"(?i)<(?:a|area)\b(?:(?!<(?:a|area)\b)[^>]){0,2000}?\bhref\s*=\s*(?:\"([^\"]+)\"|'([^']+)'|([^\"'\s>]+))"
    r"|(?:\bclickTag\w{0,10}\s*=|window\s*\.\s*open\s*\()\s*[\"']([^\"']+)"
)
# A macro before the address, which a server replaces with its own counting redirect (OpenRTB 2.6 section 4.4).
_MACROS = re.compile(r"(?:\$\{[^{}]{1,60}\}|%%[^%]{1,60}%%|\[[^\[\]]{1,60}\]|\{\{?[^{}]{1,60}\}\}?)+")

_PERCENT = re.compile(r"%(?:25)*(?:3[cC]|7[bB])")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")


class Bid(msgspec.Struct):
    """One bid. stated: what it says, by name, without what it does not say; domains: its advertiser's.

    clicks: (place, address), of which link is the landing of a native ad, a a link in markup.
    """

    stated: dict[str, str]
    domains: list[str]
    clicks: list[tuple[str, str]]


def read_seatbids(seatbids: Any) -> tuple[list[Bid], Counter[str]]:
    """The bids of a seatbid list, and how often which field that the specification requires is absent."""
    bids: list[Bid] = []
    faults: Counter[str] = Counter()
    for seatbid in seatbids if isinstance(seatbids, list) else []:
        raw = seatbid.get("bid") if isinstance(seatbid, dict) else None
        if not isinstance(raw, list) or not raw:
            faults["seatbid.bid"] += 1
            continue
        for bid in raw:
            if not isinstance(bid, dict):
                faults["bid"] += 1
                continue
            bids.append(_read_bid(bid, text_of(seatbid, "seat")))
            faults.update(f"bid.{name}" for name in _lacking(bid))
    return bids, faults


def read_response(response: Any) -> Bid | None:
    """A bid that stands alone, as Prebid hands it to the page or as a bidder answers; None for what has no price.

    Whom it is for says its `meta`, or it itself.
    """
    if not isinstance(response, dict) or not text_of(response, "cpm", "price"):
        return None
    meta = response["meta"] if isinstance(response.get("meta"), dict) else response
    markups, natives = _creative(response, {})
    natives += [part for part in (_part(response.get("native"), "ortb"),) if isinstance(part, dict)]
    stated = {
        "bidder": text_of(response, "bidderCode", "bidder"),
        "campaign": text_of(response, "cid"),
        "creative": text_of(response, "creativeId", "crid"),
        "category": ", ".join(texts([meta.get("primaryCatId"), *texts(meta.get("secondaryCatIds"))])),
        "deal": text_of(response, "dealId", "dealid"),
        "advertiser": text_of(meta, "advertiserName", "brandName"),
        **(claims_of(meta.get("dsa")) or claims_in(response)),
        **chain_of(meta),
    }
    domains = texts(meta.get("advertiserDomains")) or texts(meta.get("adomain"))
    return _bid(stated, domains, _clicks(markups, natives))


def bid_lines(bids: list[Bid]) -> list[str]:
    """The skeleton's lines: <rtb-ad …> for each bid, then its <rtb-domain name> and <rtb-click of url>."""
    lines: list[str] = []
    for bid in bids:
        lines.append(line_of("rtb-ad", bid.stated))
        lines += (line_of("rtb-domain", {"name": name}) for name in bid.domains)
        lines += (line_of("rtb-click", {"of": place, "url": url}) for place, url in bid.clicks)
    return lines


def _lacking(bid: dict[str, Any]) -> list[str]:
    # OpenRTB 3.0 calls the impression an item.
    required = {"id": ("id",), "impid": ("impid", "item"), "price": ("price",)}
    return [name for name, keys in required.items() if not text_of(bid, *keys)]


def _read_bid(raw: dict[str, Any], seat: str) -> Bid:
    ad = _part(raw.get("media"), "ad")
    ad = ad if isinstance(ad, dict) else {}
    markups, natives = _creative(raw, ad)
    stated = {
        "seat": seat,
        "campaign": text_of(raw, "cid"),
        "creative": text_of(raw, "crid") or text_of(ad, "id"),
        "category": ", ".join(texts(raw.get("cat")) or texts(ad.get("cat"))),
        "deal": text_of(raw, "dealid", "deal"),
        "sponsor": next(filter(None, (_sponsor(native) for native in natives)), ""),
        **(claims_in(raw) or claims_in(ad)),
        **chain_of(raw.get("ext")),
    }
    return _bid(stated, texts(raw.get("adomain")) or texts(ad.get("adomain")), _clicks(markups, natives))


def _bid(stated: dict[str, str], domains: list[Text], clicks: Iterator[tuple[str, str]]) -> Bid:
    return Bid(
        {name: value[:MAX_VALUE] for name, value in stated.items() if value},
        [str(name)[:MAX_VALUE] for name in domains],
        list(dict.fromkeys(clicks))[:MAX_CLICKS],
    )


def _part(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _creative(raw: dict[str, Any], ad: dict[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    """The bid's markup and its native objects, wherever a version puts them; AdCOM's banner is linked as they are."""
    markups: list[str] = []
    natives: list[Any] = []
    displays = [part for name in ("display", "video", "audio") if isinstance(part := ad.get(name), dict)]
    for holder in (raw, *displays):
        natives += (holder.get(name) for name in ("adm", "native", "banner"))
        markup = _decoded(text_of(holder, "adm", "ad"))
        if markup.startswith("{"):
            found = read_literal(markup, 0)
            natives.append(found[0] if found else None)
        else:
            markups.append(markup)
    return markups, [_unwrapped(native) for native in natives if isinstance(native, dict)]


def _decoded(markup: str) -> str:
    """The markup as it was before somebody put it into an address, an attribute or base64."""
    markup = markup.strip()
    for _ in range(2):
        if _PERCENT.match(markup):
            markup = unquote(markup)
    if markup.startswith("&"):
        return html.unescape(markup)
    if _BASE64.fullmatch(markup):
        return from_base64(markup).strip()
    return markup


def _unwrapped(native: dict[str, Any]) -> dict[str, Any]:
    """The native response itself, which version 1.0 wrapped in an object."""
    return inner if isinstance(inner := native.get("native"), dict) else native


def _clicks(markups: list[str], natives: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for native in natives:
        for part in (native, *_assets(native)):
            if url := _address(text_of(part, "link.url", "clickUrl")):
                yield "link", url
    for markup in markups:
        for match in _CLICK.finditer(markup):
            if url := _address(html.unescape(next(filter(None, match.groups())))):
                yield "a", url


def _sponsor(native: dict[str, Any]) -> str:
    """The brand a native ad says it is sponsored by: the data asset of type 1; "" if there is none."""
    values = (text_of(part, "data.value") for part in _assets(native) if text_of(part, "data.type") == "1")
    return next(filter(None, values), "")


def _assets(native: dict[str, Any]) -> list[Any]:
    assets = native.get("assets") or native.get("asset")
    return assets if isinstance(assets, list) else []


def _address(written: str) -> str:
    """The address as it is once no macro stands before it; "" if it is none."""
    written = written.strip().replace("\\/", "/")
    url = written[macros.end() :] if (macros := _MACROS.match(written)) else written
    if url.lower().startswith(("http%3a", "https%3a", "%2f%2f")):
        url = unquote(url)
    return url if url.lower().startswith(("http://", "https://", "//")) and " " not in url else ""

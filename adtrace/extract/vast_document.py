"""A VAST or VMAP answer as a document: its ads and what of them is kept."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.parsers.expat.errors import (
    XML_ERROR_INVALID_TOKEN,
    XML_ERROR_UNBOUND_PREFIX,
    XML_ERROR_UNDEFINED_ENTITY,
    codes,
)

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from adtrace.extract.ad_lines import line_of
from adtrace.extract.attributes import host_of
from adtrace.extract.dsa import claims_of_extension, claims_of_url, local_name
from adtrace.extract.plain import unescape

# Where a click leads, and whether that names the advertiser. AdParameters is what an ad's own program is given (VPAID),
# in a form of its own: an address under a key that means a click.
CLICKS = {
    "ClickThrough": True,
    "NonLinearClickThrough": True,
    "CompanionClickThrough": True,
    "IconClickThrough": False,
    "AdParameters": False,
}
# What an ad states in the text of an element; of those a version allows but once, the first counts.
_TEXTS = {"AdSystem": "ad_system", "Advertiser": "advertiser", "Category": "category"}
_REPEATED = frozenset({"category", "universal_ad_id", "verification"})
_TAGS = frozenset({"VASTAdTagURI", "VASTAdTagURL", "AdTagURI"})
_EXTENSIONS = frozenset({"Extension", "CreativeExtension"})
_START = re.compile(
    r"(?i)\ufeff?\s*(?><\?xml[^>]{0,200}\?>\s*|<!--(?>[\s\S]{0,4000}?-->)\s*"
    r"|<!DOCTYPE\s+(?!html\b)[^<>\[]{0,300}(?:\[[\s\S]{0,4000}?\]\s*)?>\s*)*+"
    r"<(?:[A-Z][\w.-]{0,30}:)?(?:VAST|VMAP|VideoAdServingTemplate)[\s/>]"
)
_NO_REFERENCE = {codes[XML_ERROR_INVALID_TOKEN], codes[XML_ERROR_UNDEFINED_ENTITY]}
_VERSION = re.compile(r"[1-4](?:\.\d{1,2}){0,2}")
_ROOT = re.compile(r"<[A-Za-z_][\w.:-]*")
_PREFIX = re.compile(r"[<\s/]([A-Za-z_][\w.-]{0,40}):[A-Za-z_]")
# A & that begins no reference, where one could stand: group 1 is where it could not.
_AMPERSAND = re.compile(
    r"(<!\[CDATA\[[\s\S]*?(?:\]\]>|\Z)|<!--[\s\S]*?(?:-->|\Z))|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)"
)
_PARAMETER = re.compile(
    r"(?i)\b(?:click_?(?:through|thru|tag|out)?|landing_?(?:page)?|destination)_?(?:ur[il])?[\"']?\s*[:=]\s*[\"']"
    r"((?:https?:)?\\?/\\?/[^\"'<>\s]{4,2000})[\"']"
)
_RELATIVE = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:)[\w./?%~-][^\s<>\[\]{}\"]*")
MAX_CHARACTERS = 2_000_000
MAX_ADS = 200  # of one document
MAX_PREFIXES = 50  # that are bound for it
MAX_VALUE = 500  # characters of a name or id; addresses are bounded by the document


class VastError(ValueError):
    """Why a document is no VAST or VMAP answer, in the specification's words."""


class Ad(msgspec.Struct):
    """One ad of an answer. stated: what it says of itself, by name, without what it does not say.

    clicks: (element, address). tags: where it is to be had. hosts: (element, host) → how often.
    """

    stated: dict[str, str] = {}
    clicks: list[tuple[str, str]] = []
    tags: list[str] = []
    hosts: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)


def is_vast(text: str) -> bool:
    """Whether a document begins as a VAST or VMAP answer."""
    return _START.match(text[:10_000]) is not None


def read_vast(text: str) -> tuple[list[Ad], list[str]]:
    """The ads of an answer in its order, [] for one without an ad; and what its ads lack that the standard requires.

    Raises:
        VastError: not well-formed XML, a DTD or entities of its own, no VAST or VMAP, an unknown version.
    """
    if len(text) > MAX_CHARACTERS:
        raise VastError(f"longer than {MAX_CHARACTERS} characters")
    root, faults = _parse(text.lstrip("\ufeff \t\r\n"))
    name = local_name(root.tag)
    ads: list[Ad] = []
    if name == "VMAP":
        ads += (
            Ad(tags=[url])
            for tag in root.iter()
            if local_name(tag.tag) == "AdTagURI"
            for url in _tag_urls(tag)
        )
        answers = [element for element in root.iter() if local_name(element.tag) == "VAST"]
        answers += (answer for holder in root.iter() if (answer := _held(holder)) is not None)
    elif name in ("VAST", "VideoAdServingTemplate"):
        answers = [root]
    else:
        raise VastError(f"the root element is {name[:40]}, not VAST or VMAP")
    for answer in answers:
        version = (answer.get("version") or "").strip() if local_name(answer.tag) == "VAST" else "1.0"
        if not _VERSION.fullmatch(version):
            faults.append(f'version "{version[:20]}" is none of 1 to 4')
        for element in answer:
            if local_name(element.tag) == "Ad":
                ads.append(_read_ad(element))
                faults += (f"ad {len(ads)} has {fault}" for fault in _faults(element, ads[-1]))
    return ads, faults


def _parse(text: str) -> tuple[Any, list[str]]:
    """The root element, and what is read though it is no XML.

    VAST knew no namespaces before version 4.1: a prefix that is bound to none is no fault.

    Raises:
        VastError: not well-formed XML, a DTD or entities of its own.
    """
    faults: list[str] = []
    try:
        for _ in range(2):
            try:
                return fromstring(text, forbid_dtd=True), faults
            except ParseError as error:
                if error.code == codes[XML_ERROR_UNBOUND_PREFIX]:
                    text = _with_prefixes(text)
                elif error.code in _NO_REFERENCE:
                    text = _AMPERSAND.sub(lambda found: found[1] or "&amp;", text)
                    faults = ["holds & where XML wants &amp;"]
                else:
                    raise
        return fromstring(text, forbid_dtd=True), faults
    except DefusedXmlException:
        raise VastError("has a DTD, which no VAST needs") from None
    except (ParseError, ValueError, LookupError) as error:
        raise VastError(f"not well-formed XML ({' '.join(str(error).split())[:80]})") from None


def _with_prefixes(text: str) -> str:
    """The document with each prefix in it bound at its root."""
    if (root := _ROOT.search(text)) is None:
        return text
    own = text[root.end() : text.find(">", root.end())]
    prefixes = list(dict.fromkeys(_PREFIX.findall(text)))[:MAX_PREFIXES]
    bound = (
        f' xmlns:{name}="urn:{name}"' for name in prefixes if f"xmlns:{name}=" not in own and name != "xmlns"
    )
    return text[: root.end()] + "".join(bound) + text[root.end() :]


def _held(element: Any) -> Any:
    """The answer that an AdSource holds as text (VMAP 1.0: CustomAdData; some write VASTAdData so), if it does."""
    text = (element.text or "").strip() if local_name(element.tag) in ("CustomAdData", "VASTAdData") else ""
    if not is_vast(text):
        return None
    try:
        return _parse(text)[0]
    except VastError:
        return None


def ad_lines(ads: list[Ad]) -> list[str]:
    """The skeleton's lines: <vast-ad …> for each ad, then its <vast-click of url>, <vast-tag url>, <vast-host …>."""
    lines: list[str] = []
    for ad in ads[:MAX_ADS]:
        lines.append(line_of("vast-ad", ad.stated))
        lines += (line_of("vast-click", {"of": name, "url": url}) for name, url in ad.clicks)
        lines += (line_of("vast-tag", {"url": url}) for url in ad.tags)
        lines += (
            line_of("vast-host", {"count": str(count), "host": host, "of": name})
            for (name, host), count in sorted(ad.hosts.items())
        )
    return lines


def _read_ad(element: Any) -> Ad:
    ad = Ad(clicks=[], tags=[])
    found: dict[str, dict[str, None]] = {"ad": {(element.get("id") or "").strip(): None}}
    for part in element.iter():
        name = local_name(part.tag)
        if name == "AdParameters":
            text = part.text or ""
            ad.clicks += ((name, unescape(found[1])) for found in _PARAMETER.finditer(text))
        elif name in CLICKS:
            ad.clicks += ((name, url) for url in _urls(part))
        elif name in _TAGS:
            ad.tags += _tag_urls(part)
        elif facts := _facts(name, part):
            for fact, value in facts.items():
                found.setdefault(fact, {})[value] = None
        else:
            # Of all else that holds addresses: how often which host occurs.
            ad.hosts.update((name, host) for url in _urls(part) if (host := host_of(url)))
    for url in (*ad.tags, *(url for _, url in ad.clicks)):
        for fact, value in claims_of_url(url).items():
            found.setdefault(fact, {})[value] = None
    for fact, values in found.items():
        stated = [value for value in values if value][: None if fact in _REPEATED else 1]
        if stated:
            ad.stated[fact] = ", ".join(stated)[:MAX_VALUE]
    return ad


def _facts(name: str, part: Any) -> dict[str, str]:
    """What one element says of the ad; {} for most."""
    if name in _TEXTS:
        about = {"advertiser_id": (part.get("id") or "").strip()} if name == "Advertiser" else {}
        return {_TEXTS[name]: _text(part), **about}
    if name == "Creative":
        return {"creative": (part.get("id") or part.get("adId") or part.get("AdID") or "").strip()}
    if name == "Verification":
        return {"verification": (part.get("vendor") or "").strip()}
    if name == "UniversalAdId":
        value = part.get("idValue") or _text(part)
        return {"universal_ad_id": f"{part.get('idRegistry') or 'unknown'}:{value}" if value else ""}
    return claims_of_extension(part) if name in _EXTENSIONS else {}


def _faults(element: Any, ad: Ad) -> Iterator[str]:
    kind = next((part for part in element if local_name(part.tag) in ("InLine", "Wrapper")), None)
    if kind is None:
        yield "neither InLine nor Wrapper"
        return
    systems = sum(local_name(part.tag) == "AdSystem" for part in kind)
    if not ad.stated.get("ad_system"):
        yield "no AdSystem"
    elif systems > 1:
        yield f"{systems} AdSystem"
    if local_name(kind.tag) == "Wrapper" and not ad.tags:
        yield "a Wrapper without VASTAdTagURI"


def _text(element: Any) -> str:
    return " ".join((element.text or "").split())


def _texts(element: Any) -> list[str]:
    """An element's own text, and that of VAST 1's URL elements within."""
    return [_text(element), *(_text(inner) for inner in element if local_name(inner.tag) == "URL")]


def _urls(element: Any) -> list[str]:
    """The absolute addresses an element holds."""
    return [text for text in _texts(element) if text.lower().startswith(("http://", "https://", "//"))]


def _tag_urls(element: Any) -> list[str]:
    """The addresses of a wrapper's next answer, also relative to this one's."""
    return _urls(element) or [text for text in _texts(element) if _RELATIVE.fullmatch(text)]

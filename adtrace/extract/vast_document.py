"""A VAST or VMAP answer as a document: its ads and what of them is kept."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from adtrace.extract.attributes import host_of

# Where a click leads, and whether that names the advertiser.
CLICKS = {
    "ClickThrough": True,
    "NonLinearClickThrough": True,
    "CompanionClickThrough": True,
    "IconClickThrough": False,
}
_TAGS = frozenset({"VASTAdTagURI", "VASTAdTagURL", "AdTagURI"})
_START = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?>[\s\S]{0,4000}?-->)\s*)*+<(?:VAST|vmap:VMAP|VideoAdServingTemplate)[\s>]"
)
_VERSION = re.compile(r"[1-4](?:\.\d{1,2}){0,2}")
MAX_CHARACTERS = 2_000_000
MAX_ADS = 200  # of one document
MAX_VALUE = 500  # characters of a name or id; addresses are bounded by the document


class VastError(ValueError):
    """Why a document is no VAST or VMAP answer, in the specification's words."""


class Ad(msgspec.Struct):
    """One ad of an answer; "" and [] for what it does not say. hosts: (element, host) → how often."""

    id: str = ""
    system: str = ""
    advertiser: str = ""
    category: str = ""
    creative: str = ""
    universal_id: str = ""
    verification: str = ""
    clicks: list[tuple[str, str]] = []
    tags: list[str] = []
    hosts: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)

    def facts(self) -> dict[str, str]:
        """What the ad states, by name, without what it does not."""
        stated = {
            "ad": self.id,
            "ad_system": self.system,
            "advertiser": self.advertiser,
            "category": self.category,
            "creative": self.creative,
            "universal_ad_id": self.universal_id,
            "verification": self.verification,
        }
        return {name: value for name, value in stated.items() if value}

    @classmethod
    def of_facts(cls, stated: dict[str, str]) -> "Ad":
        """The ad that states these facts."""
        return cls(
            stated.get("ad", ""),
            stated.get("ad_system", ""),
            stated.get("advertiser", ""),
            stated.get("category", ""),
            stated.get("creative", ""),
            stated.get("universal_ad_id", ""),
            stated.get("verification", ""),
            [],
            [],
        )


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
    try:
        root = fromstring(text.lstrip("\ufeff \t\r\n"), forbid_dtd=True)
    except DefusedXmlException:
        raise VastError("has a DTD, which no VAST needs") from None
    except (ParseError, ValueError, LookupError) as error:
        raise VastError(f"not well-formed XML ({' '.join(str(error).split())[:80]})") from None
    name = _name(root)
    ads: list[Ad] = []
    faults: list[str] = []
    if name == "VMAP":
        ads += (Ad(tags=[url]) for tag in root.iter() if _name(tag) == "AdTagURI" if (url := _text(tag)))
        answers = [element for element in root.iter() if _name(element) == "VAST"]
        answers += (answer for holder in root.iter() if (answer := _held(holder)) is not None)
    elif name in ("VAST", "VideoAdServingTemplate"):
        answers = [root]
    else:
        raise VastError(f"the root element is {name[:40]}, not VAST or VMAP")
    for answer in answers:
        version = (answer.get("version") or "").strip() if _name(answer) == "VAST" else "1.0"
        if not _VERSION.fullmatch(version):
            raise VastError(f'version "{version[:20]}" is none of 1 to 4')
        for element in answer:
            if _name(element) == "Ad":
                ads.append(_read_ad(element))
                faults += (f"ad {len(ads)} has {fault}" for fault in _faults(element, ads[-1]))
    return ads, faults


def _held(element: Any) -> Any:
    """The answer that an AdSource holds as text (VMAP 1.0: CustomAdData; some write VASTAdData so), if it does."""
    text = (element.text or "").strip() if _name(element) in ("CustomAdData", "VASTAdData") else ""
    if not is_vast(text):
        return None
    try:
        return fromstring(text, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError):
        return None


def ad_lines(ads: list[Ad]) -> list[str]:
    """The skeleton's lines: <vast-ad …> for each ad, then its <vast-click of url>, <vast-tag url>, <vast-host …>."""
    lines: list[str] = []
    for ad in ads[:MAX_ADS]:
        lines.append(_line("vast-ad", ad.facts()))
        lines += (_line("vast-click", {"of": name, "url": url}) for name, url in ad.clicks)
        lines += (_line("vast-tag", {"url": url}) for url in ad.tags)
        lines += (
            _line("vast-host", {"count": str(count), "host": host, "of": name})
            for (name, host), count in sorted(ad.hosts.items())
        )
    return lines


def _line(tag: str, values: dict[str, str]) -> str:
    shown = (f'{name}="{as_attribute(value)}"' for name, value in sorted(values.items()) if value)
    return f"<{' '.join((tag, *shown))}>"


def as_attribute(value: str) -> str:
    """A value as a line of the skeleton holds it."""
    text = " ".join(value.split()).replace("&quot;", "&amp;quot;").replace('"', "&quot;")
    return text.encode("ascii", "backslashreplace").decode()


def _read_ad(element: Any) -> Ad:
    ad = Ad(id=(element.get("id") or "").strip()[:MAX_VALUE], clicks=[], tags=[])
    creatives: list[str] = []
    vendors: list[str] = []
    for part in element.iter():
        name = _name(part)
        if name == "AdSystem":
            ad.system = ad.system or _text(part)[:MAX_VALUE]
        elif name == "Advertiser":
            ad.advertiser = ad.advertiser or _text(part)[:MAX_VALUE]
        elif name == "Category":
            ad.category = ad.category or _text(part)[:MAX_VALUE]
        elif name == "Creative":
            creatives.append(part.get("id") or part.get("adId") or part.get("AdID") or "")
        elif name == "Verification":
            vendors.append((part.get("vendor") or "").strip())
        elif name == "UniversalAdId":
            value = part.get("idValue") or _text(part)
            ad.universal_id = ad.universal_id or f"{part.get('idRegistry') or 'unknown'}:{value}"[:MAX_VALUE]
        elif name in CLICKS:
            ad.clicks += ((name, url) for url in _urls(part))
        elif name in _TAGS:
            ad.tags += _urls(part)
        else:
            # Of all else that holds addresses: how often which host occurs.
            ad.hosts.update((name, host) for url in _urls(part) if (host := host_of(url)))
    ad.verification = ", ".join(dict.fromkeys(filter(None, vendors)))[:MAX_VALUE]
    ad.creative = next((one.strip()[:MAX_VALUE] for one in creatives if one.strip()), "")
    return ad


def _faults(element: Any, ad: Ad) -> Iterator[str]:
    kind = next((_name(part) for part in element if _name(part) in ("InLine", "Wrapper")), None)
    if kind is None:
        yield "neither InLine nor Wrapper"
        return
    if not ad.system:
        yield "no AdSystem"
    if kind == "Wrapper" and not ad.tags:
        yield "a Wrapper without VASTAdTagURI"


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _text(element: Any) -> str:
    return " ".join((element.text or "").split())


def _urls(element: Any) -> list[str]:
    """The addresses an element holds: its own text, or VAST 1's URL elements within."""
    texts = [_text(element), *(_text(inner) for inner in element if _name(inner) == "URL")]
    return [text for text in texts if text.lower().startswith(("http://", "https://", "//"))]
